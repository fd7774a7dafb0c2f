"""init, dossier, ingest, run, status, search, inspect, confirm, verify, export over one archive."""
import json
import time
import unittest

from program import SAMPLES, ProgramTest, output


class ArchivePath(ProgramTest):
    def test_goes_from_scans_to_search_and_back(self):
        self.make_archive()
        self.sogoc("dossier", "create", "H00.2025.7", "--title", "Số hóa", "--sheets", "3", "-A", self.archive)
        taken = self.ingest(SAMPLES / "quyet-dinh.pdf", SAMPLES / "cong-van.tif", options=("--dossier", "H00.2025.7")).json()
        self.assertEqual(taken["documents"], 2)
        done = self.run_archive().json()
        self.assertEqual((done["documents"], done["pages"], done["failed"], done["waiting"]), (2, 4, 0, 0))

        status = self.sogoc("status", "--archive", self.archive, "--json").json()
        for key in ("documents", "pages", "failed", "waiting"):
            self.assertIn(key, status)

        exact = self.sogoc("search", "--archive", self.archive, "--json", "kiểm tra chất lượng").json()
        self.assertTrue(exact["hits"] and exact["hits"][0]["exact"])
        folded = self.sogoc("search", "--archive", self.archive, "--json", "kiem tra chat luong").json()
        self.assertTrue(folded["hits"])
        self.assertEqual(folded["hits"][0]["document"], exact["hits"][0]["document"])
        typed = self.sogoc("search", "--archive", self.archive, "--json", "--type", "Quyết định", "--from", "2025-07-01",
                           "--to", "2025-07-31").json()
        self.assertEqual({hit["codeNumber"] for hit in typed["hits"]}, {"128"})

        page = self.sogoc("inspect", "--archive", self.archive, "--page", "1:1", "--json").json()
        self.assertAlmostEqual(page["record"]["parts"][0]["skew"], 1.3, delta=0.15)
        document = exact["hits"][0]["document"]
        self.sogoc("confirm", "--archive", self.archive, "--document", document, "--field", "signerName=Lê Văn Ví Dụ", "--by", "Người Kiểm")
        shown = self.sogoc("inspect", "--archive", self.archive, "--document", document, "--json").json()
        self.assertEqual(shown["metadata"]["signerName"]["state"], "confirmed")

        self.sogoc("export", "--archive", self.archive, "--to", self.folder / "out")
        names = sorted(f.name for f in (self.folder / "out").iterdir())
        self.assertEqual(len(names), 8)
        self.assertTrue(all(name.startswith("H00.2025.7.") for name in names), names)
        exported = json.loads((self.folder / "out" / f"{document}.metadata.json").read_text(encoding="utf-8"))
        self.assertEqual(exported["signerName"]["value"], "Lê Văn Ví Dụ")

        self.assertTrue(self.sogoc("verify", "--archive", self.archive, "--json").json()["holds"])
        closed = self.sogoc("dossier", "close", "H00.2025.7", "--archive", self.archive, "--json", code=None)
        self.assertIn(closed.code, (0, 4))

    def test_reports_what_was_received_before_and_takes_it_only_when_told(self):
        self.make_archive()
        self.ingest(SAMPLES / "thong-bao.jpg")
        again = self.ingest(SAMPLES / "thong-bao.jpg").json()
        self.assertIsNone(again["batch"])
        self.assertEqual(again["same_batch"], 1)
        self.assertEqual(self.ingest(SAMPLES / "thong-bao.jpg", options=("--again",)).json()["batch"], 2)

    def test_keeps_two_identical_sheets_as_two_pages(self):
        self.make_archive()
        twice = self.folder / "scans"
        twice.mkdir()
        for name in ("1.jpg", "2.jpg"):
            (twice / name).write_bytes((SAMPLES / "thong-bao.jpg").read_bytes())
        self.ingest(twice)
        done = self.run_archive().json()
        self.assertEqual((done["documents"], done["pages"]), (1, 2))
        self.sogoc("export", "--archive", self.archive, "--to", self.folder / "out")
        self.assertIn("Pages:           2", output("pdfinfo", next((self.folder / "out").glob("*.pdf"))))

    def test_one_bad_file_disturbs_nothing_else(self):
        self.make_archive()
        bad = {"cut.pdf": (SAMPLES / "quyet-dinh.pdf").read_bytes()[:3000], "odd.bin": b"neither this nor that" * 50,
               "cut.jpg": (SAMPLES / "thong-bao.jpg").read_bytes()[:40000]}
        for name, content in bad.items():
            (self.folder / name).write_bytes(content)
        (self.folder / "empty.tif").write_bytes(b"")
        taken = self.ingest(*(self.folder / n for n in bad), self.folder / "empty.tif", SAMPLES / "thong-bao.jpg", code=3).json()
        self.assertEqual([r["input"] for r in taken["refused"]], ["empty.tif"])
        done = self.run_archive(code=None)
        self.assertEqual(done.code, 3, done.err)
        self.assertEqual(done.json()["documents"], 4)
        waiting = {p["file"]: p["why"] for p in done.json()["needs_person"] if p["state"] == "quarantined"}
        self.assertEqual(set(waiting), set(bad))
        for why in waiting.values():
            self.assertTrue(10 < len(why) < 200, why)
        self.sogoc("export", "--archive", self.archive, "--to", self.folder / "out")
        self.assertEqual(len(list((self.folder / "out").glob("*.pdf"))), 1)

    def test_a_person_accepts_what_could_not_be_read(self):
        self.make_archive()
        lost = bytearray((SAMPLES / "cong-van.tif").read_bytes())
        cut = self.folder / "half.pdf"  # its second picture is no JPEG any more
        whole = bytearray((SAMPLES / "quyet-dinh.pdf").read_bytes())
        second = whole.rfind(b"\xff\xd8\xff")
        whole[second + 600:second + 60_000] = bytes(59_400)
        cut.write_bytes(whole)
        (self.folder / "odd.bin").write_bytes(bytes(lost[100:5000]))
        self.ingest(cut, self.folder / "odd.bin", code=0)
        done = self.run_archive(code=3).json()
        waiting = {p["file"]: p for p in done["needs_person"]}
        self.assertEqual(waiting["half.pdf"]["where"], "1:2")
        self.assertEqual(waiting["odd.bin"]["where"], "file 1:2")

        early = self.sogoc("confirm", "-A", self.archive, "--page", "1:1", "--as", "unreadable", code=None)
        self.assertNotEqual(early.code, 0)
        self.assertIn("not quarantined", early.err)
        self.sogoc("confirm", "-A", self.archive, "--page", "1:2", "--as", "unreadable", "--by", "Người Kiểm", "--note", "mờ")
        self.sogoc("confirm", "-A", self.archive, "--file", "1:2", "--as", "unreadable", "--by", "Người Kiểm")
        report = self.folder / "report.html"
        done = self.run_archive(code=0, options=("--report", report)).json()
        self.assertEqual((done["documents"], done["pages"], done["failed"], done["needs_person"]), (2, 3, 0, []))
        self.assertIn("unreadable", report.read_text(encoding="utf-8"))
        self.assertEqual(self.sogoc("status", "-A", self.archive, "--json").json()["pages_unreadable"], 2)
        page = self.sogoc("inspect", "-A", self.archive, "--page", "1:2", "--json").json()
        self.assertEqual((page["state"], page["decided_by"]), ("unreadable", "Người Kiểm"))
        self.assertIsNone(page["record"]["thumbnail"])

        self.sogoc("export", "-A", self.archive, "--to", self.folder / "out")
        pdfs = sorted((self.folder / "out").glob("*.pdf"))
        self.assertIn("Pages:           2", output("pdfinfo", pdfs[0]))
        self.assertIn("TRANG KHÔNG ĐỌC ĐƯỢC", output("pdftotext", pdfs[1], "-"))
        # The notice is no text of the document.
        texts = [t.read_text(encoding="utf-8") for t in sorted((self.folder / "out").glob("*.txt"))]
        self.assertEqual(texts[1].strip(), "")
        self.assertFalse(self.sogoc("search", "-A", self.archive, "--json", "không giải mã").json()["hits"])
        self.assertTrue(self.sogoc("verify", "-A", self.archive, "--json").json()["holds"])

    def test_init_below_a_missing_folder_names_it(self):
        answer = self.sogoc("init", self.folder / "nowhere" / "archive", code=None)
        self.assertNotEqual(answer.code, 0)
        self.assertIn(str(self.folder / "nowhere"), answer.err)
        self.assertNotIn("nowhere/archive", answer.err)
        self.assertFalse((self.folder / "nowhere").exists())

    def test_verify_finds_every_flipped_byte_missing_and_foreign_file(self):
        self.make_archive()
        self.ingest(SAMPLES / "thong-bao.jpg")
        self.run_archive()
        blobs = [f for f in self.archive.rglob("*") if f.is_file() and len(f.name) == 64]
        self.assertGreater(len(blobs), 4)
        for blob in blobs:
            whole = blob.read_bytes()
            blob.chmod(0o600)
            blob.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
            found = self.sogoc("verify", "--archive", self.archive, "--json", code=6).json()
            self.assertEqual([(p["kind"], p["path"].endswith(blob.name)) for p in found["problems"]], [("damaged", True)])
            blob.write_bytes(whole)
        lost = blobs[0].read_bytes()
        blobs[0].unlink()
        found = self.sogoc("verify", "--archive", self.archive, "--json", code=6).json()
        self.assertEqual([p["kind"] for p in found["problems"]], ["missing"])
        blobs[0].write_bytes(lost)
        (blobs[0].parent / "notes.txt").write_text("foreign")
        found = self.sogoc("verify", "--archive", self.archive, "--json", code=6).json()
        self.assertEqual([p["kind"] for p in found["problems"]], ["foreign"])

    def test_only_one_coordinator_runs_at_a_time(self):
        self.make_archive()
        self.ingest(SAMPLES / "quyet-dinh.pdf")
        first = self.start("run", "--archive", self.archive, "--jobs", "1", "--keep-running")
        for _ in range(600):
            if self.sogoc("status", "--archive", self.archive, "--json").json()["pages_done"] == 2:
                break
            time.sleep(0.1)
        second = self.sogoc("run", "--archive", self.archive, "--jobs", "1", code=2)
        self.assertIn(str(first.pid), second.err)
        first.terminate()
        self.assertIn(first.wait(timeout=60), (0, 4))

    def test_speaks_vietnamese_where_the_locale_asks_for_it(self):
        self.make_archive()
        answer = self.sogoc("status", "--archive", self.archive, LANGUAGE="vi")
        self.assertIn("văn bản 0", answer.out)
        help_text = self.sogoc("confirm", "--help", LANGUAGE="vi").out
        for words in ("Cách dùng", "Tùy chọn", "BẮT BUỘC", "Ví dụ", "người có trách nhiệm xác nhận"):
            self.assertIn(words, help_text)
        self.assertIn("thiếu --archive", self.sogoc("status", code=2, LANGUAGE="vi").err)
        self.assertIn("không hiểu đối số: --nothing", self.sogoc("status", "-A", self.archive, "--nothing", code=2, LANGUAGE="vi").err)
        # A sentence with a blank, composed far below the command.
        elsewhere = self.folder / "elsewhere"
        missing = self.sogoc("status", "--archive", elsewhere, code=None, LANGUAGE="vi").err
        self.assertIn(f"không phải kho lưu trữ; hãy tạo bằng: sogoc init {elsewhere}", missing)
        english = self.sogoc("status", "--archive", elsewhere, code=None).err
        self.assertIn(f"is not an archive; make one with: sogoc init {elsewhere}", english)


if __name__ == "__main__":
    unittest.main()
