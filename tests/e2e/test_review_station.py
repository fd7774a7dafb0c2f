"""What the review station and the dashboard ask of the server: rows, notes, blind keying, the text layer, files in pieces, reports."""
import csv
import hashlib
import io
import json
import re
import socket
import tempfile
import time
import unittest
from pathlib import Path

from console_client import ConsoleTest
from prepared_archive import PreparedArchive
from program import SAMPLES, output

BOOK = "KS.1999.01"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class ReviewStation(PreparedArchive):
    def setUp(self):
        super().setUp()
        self.serve()

    def prepare(self):
        self.sogoc("dossier", "create", "H49.64.33.2001.160", "--title", "Hồ sơ thử", "-A", self.archive)
        self.ingest(SAMPLES / "thong-bao.jpg", options=("--dossier", "H49.64.33.2001.160"))
        for code, body in ((BOOK, "UBND xã A"), ("KS.1999.02", "UBND xã B")):
            self.sogoc("book", "create", code, "--kind", "KS", "--year", "1999", "--number", "01/1999", "--body", body, "-A", self.archive)
        self.ingest(SAMPLES / "register" / "ks-table-1999" / "p001.jpg", options=("--book", BOOK))
        broken = self.folder / "broken.tif"
        broken.write_bytes((SAMPLES / "cong-van.tif").read_bytes()[:3000])
        self.ingest(broken, options=("--book", BOOK))
        self.run_archive()
        self.make_person("minh", "admin")
        for name in ("lan", "hoa", "tuan", "huy"):
            self.make_person(name, "checker")
        self.make_person("binh", "checker", scope=("--body", "UBND xã B"))
        self.make_person("quet", "scanner")
        self.make_person("nhap", "keyer")

    def entries(self, browser):
        return browser.get(f"/api/books/{BOOK}/entries").json()["entries"]

    # ---- Rows and notes

    def test_a_row_is_split_and_put_together_again(self):
        lan = self.browser("lan")
        before = self.entries(lan)
        entry = lan.get(f"/api/entries/{before[0]['id']}").json()
        page, box = entry["places"][0]["page"], entry["places"][0]["box"]
        for y in (box[1], box[3], -1, 10**7):
            self.assertEqual(lan.post(f"/api/entries/{entry['id']}/split", {"revision": entry["revision"], "page": page, "y": y}).status, 400, y)
        split = lan.post(f"/api/entries/{entry['id']}/split", {"revision": entry["revision"], "page": page, "y": (box[1] + box[3]) // 2})
        self.assertEqual(split.status, 200, split.body)
        self.assertEqual(len(self.entries(lan)), len(before) + 1)
        late = lan.post(f"/api/entries/{entry['id']}/split", {"revision": entry["revision"], "page": page, "y": box[1] + 20})
        self.assertEqual((late.status, late.code()), (409, "conflict"))
        self.assertEqual(lan.post(f"/api/books/{BOOK}/rows/{split.json()['mark']}/undo", {}).status, 200)
        self.assertEqual([e["id"] for e in self.entries(lan)], [e["id"] for e in before])

        second = lan.get(f"/api/entries/{before[1]['id']}").json()
        merged = lan.post(f"/api/entries/{second['id']}/merge", {"revision": second["revision"]})
        self.assertEqual(merged.status, 200, merged.body)
        self.assertEqual(len(self.entries(lan)), len(before) - 1)
        self.assertEqual(lan.post(f"/api/books/{BOOK}/rows/{merged.json()['mark']}/undo", {}).status, 200)
        self.assertEqual([e["id"] for e in self.entries(lan)], [e["id"] for e in before])
        how = [c["how"] for c in lan.get(f"/api/entries/{entry['id']}/history").json()["changes"] if c["how"] in ("split", "merge", "undo_row")]
        self.assertEqual(how, ["split", "undo_row", "merge"])

    def test_rows_and_notes_of_another_body_do_not_exist(self):
        binh, lan = self.browser("binh"), self.browser("lan")
        entry = self.entries(lan)[0]["id"]
        for path, body in ((f"/api/entries/{entry}/split", {"revision": 1, "page": 1, "y": 10}), (f"/api/entries/{entry}/merge", {"revision": 1}), (f"/api/entries/{entry}/notes", {"text": "a"}),
                           (f"/api/books/{BOOK}/rows/1/undo", {}), ("/api/batches/2/again", {})):
            self.assertEqual(binh.post(path, body).status, 404, path)
        page = lan.get(f"/api/books/{BOOK}/pages").json()["pages"][0]["page"]
        self.assertEqual(binh.post(f"/api/pages/{page}/words", {"words": [{"box": [0, 0, 1, 1], "before": "a", "text": "b"}]}).status, 404)
        for path in (f"/api/entries/{entry}/notes", f"/api/books/{BOOK}/keying", f"/api/books/{BOOK}/disputes", f"/iiif/book/{BOOK}/search?q=a", "/api/batches/2/quality"):
            self.assertEqual(binh.get(path).status, 404, path)
        self.assertEqual([b["name"] for b in binh.get("/api/report").json()["books"]], ["KS.1999.02"])
        self.assertEqual(lan.post(f"/api/entries/{entry}/notes", {"text": "<b>hỏi lại</b>"}).json()["notes"][0]["text"], "<b>hỏi lại</b>")

    # ---- Blind keying

    def test_a_field_is_keyed_blindly_until_two_agree_and_three_who_differ_go_to_a_fourth(self):
        lan, hoa, tuan, huy = (self.browser(name) for name in ("lan", "hoa", "tuan", "huy"))
        queue = lan.get(f"/api/books/{BOOK}/keying").json()
        first = queue["fields"][0]
        self.assertFalse({"value", "machine", "state", "alternatives", "confidence"} & set(first), "nothing of what was read")
        key = lambda who, text: who.post(f"/api/entries/{first['entry']}/keyings", {"key": first["key"], "state": "written", "text": text}).json()["state"]
        self.assertEqual(key(lan, "Một"), "open")
        self.assertNotIn((first["entry"], first["key"]), [(f["entry"], f["key"]) for f in lan.get(f"/api/books/{BOOK}/keying?limit=500").json()["fields"]])
        seen = hoa.get(f"/api/books/{BOOK}/keying").json()["fields"][0]
        self.assertEqual((seen["entry"], seen["key"]), (first["entry"], first["key"]), "what lacks one person comes first")
        self.assertNotIn("Một", json.dumps(seen, ensure_ascii=False))
        self.assertEqual(key(hoa, "Hai"), "disputed")
        self.assertEqual(huy.get(f"/api/books/{BOOK}/disputes").json()["fields"], [], "the third keys it blindly too")
        self.assertEqual(key(tuan, "Ba"), "split")
        self.assertEqual(tuan.get(f"/api/books/{BOOK}/disputes").json()["fields"], [], "who keyed it does not decide")
        dispute = huy.get(f"/api/books/{BOOK}/disputes").json()["fields"][0]
        self.assertEqual([(k["by"], k["text"]) for k in dispute["keyed"]], [("lan", "Một"), ("hoa", "Hai"), ("tuan", "Ba")])
        settled = huy.post(f"/api/entries/{first['entry']}/fields", {"revision": dispute["revision"], "values": [{"key": first["key"], "state": "written", "text": "Hai"}]})
        self.assertEqual(settled.status, 200)
        self.assertEqual(huy.get(f"/api/books/{BOOK}/disputes").json()["fields"], [])

        # Two who agree need nobody else.
        other = lan.get(f"/api/books/{BOOK}/keying").json()["fields"][0]
        for who, state in ((lan, "open"), (hoa, "agreed")):
            self.assertEqual(who.post(f"/api/entries/{other['entry']}/keyings", {"key": other["key"], "state": "empty"}).json()["state"], state)

    # ---- The text layer

    def test_a_corrected_word_is_in_the_new_text_layer_and_the_picture_is_the_same_bytes(self):
        lan = self.browser("lan")
        document = next(d for d in lan.get("/api/documents?dossier=H49.64.33.2001.160").json()["documents"])
        page = lan.get(f"/api/documents/{document['id']}/pages").json()["pages"][0]["id"]
        about = lan.get(f"/api/pages/{page}").json()
        word = next(w for w in about["words"] if w["text"].isalpha() and len(w["text"]) > 3)
        speck = about["words"][-1]
        old = self.export_pdf(document["identifier"], "old")
        wrong = [({"box": word["box"], "before": "khác", "text": "a"}, 409), ({"box": [0, 0, 5, 5], "before": word["text"], "text": "a"}, 409), ({"box": word["box"], "before": word["text"], "text": "hai từ"}, 400),
                 ({"box": [1, 2], "before": "", "text": ""}, 400), ({"box": word["box"], "before": word["text"], "text": "a\x00b"}, 400), ({"box": word["box"], "before": word["text"], "text": "x" * 201}, 400), (7, 400)]
        for one, status in wrong:
            self.assertEqual(lan.post(f"/api/pages/{page}/words", {"words": [one]}).status, status, one)
        corrected = [{"box": word["box"], "before": word["text"], "text": "Chữĩsửa"}, {"box": speck["box"], "before": speck["text"], "text": ""}]
        self.assertEqual(lan.post(f"/api/pages/{page}/words", {"words": corrected}).status, 200)
        now = lan.get(f"/api/pages/{page}").json()["words"]
        self.assertEqual(next(w for w in now if w["box"] == word["box"])["text"], "Chữĩsửa")
        self.assertEqual(len(now), len(about["words"]) - 1)
        again = lan.post(f"/api/pages/{page}/words", {"words": corrected[:1]})
        self.assertEqual((again.status, again.code()), (409, "conflict"))
        self.run_archive()
        self.assertEqual(lan.get("/api/search?q=Ch%E1%BB%AF%C4%A9s%E1%BB%ADa").json()["total"], 1)
        new = self.export_pdf(document["identifier"], "new")
        self.assertNotEqual(old.read_bytes(), new.read_bytes())
        self.assertIn("Chữĩsửa", output("pdftotext", new, "-"))
        self.assertNotIn("Chữĩsửa", output("pdftotext", old, "-"))
        self.assertEqual(self.pictures(old), self.pictures(new))
        # The words that nobody touched are the same, too.
        left = output("pdftotext", new, "-").replace("Chữĩsửa", word["text"]).split()
        self.assertEqual(left, output("pdftotext", old, "-").split()[:-1])

    def test_a_word_that_was_missed_is_added_in_its_place_and_the_picture_is_the_same_bytes(self):
        lan = self.browser("lan")
        document = next(d for d in lan.get("/api/documents?dossier=H49.64.33.2001.160").json()["documents"])
        page = lan.get(f"/api/documents/{document['id']}/pages").json()["pages"][0]["id"]
        about = lan.get(f"/api/pages/{page}").json()
        old = self.export_pdf(document["identifier"], "old")
        word = about["words"][0]
        empty = next([x, y, x + 120, y + 40] for y in range(50, about["height"] - 60, 45) for x in range(50, about["width"] - 160, 60)
                     if all(b["box"][2] <= x or b["box"][0] >= x + 120 or b["box"][3] <= y or b["box"][1] >= y + 40 for b in about["words"]))
        for box, text, status in ((word["box"], "Đè", 409), (empty, "hai từ", 400), (empty, "", 400), ([about["width"] + 5, 5, about["width"] + 50, 50], "Ngoài", 400), ([5, 5, 5, 5], "Rỗng", 400), ([50, 50, 40, 40], "Ngược", 400)):
            self.assertEqual(lan.post(f"/api/pages/{page}/words", {"words": [{"box": box, "before": "", "text": text}]}).status, status, (box, text))
        self.assertEqual(lan.post(f"/api/pages/{page}/words", {"words": [{"box": empty, "before": "", "text": "Thêmvào"}]}).status, 200)
        added = next(w for w in lan.get(f"/api/pages/{page}").json()["words"] if w["text"] == "Thêmvào")
        self.assertTrue(all(abs(a - b) <= 8 for a, b in zip(added["box"], empty)), (added["box"], empty))
        self.run_archive()
        self.assertEqual(lan.get("/api/search?q=Th%C3%AAmv%C3%A0o").json()["total"], 1)
        new = self.export_pdf(document["identifier"], "new")
        self.assertIn("Thêmvào", output("pdftotext", new, "-"))
        self.assertEqual(self.pictures(old), self.pictures(new))
        left = sorted(output("pdftotext", new, "-").split())
        left.remove("Thêmvào")
        self.assertEqual(left, sorted(output("pdftotext", old, "-").split()))
        # It is corrected, and taken away again, like any other word.
        self.assertEqual(lan.post(f"/api/pages/{page}/words", {"words": [{"box": added["box"], "before": "Thêmvào", "text": "Sửalại"}]}).status, 200)
        self.assertIn("Sửalại", [w["text"] for w in lan.get(f"/api/pages/{page}").json()["words"]])
        now = next(w for w in lan.get(f"/api/pages/{page}").json()["words"] if w["text"] == "Sửalại")
        self.assertEqual(lan.post(f"/api/pages/{page}/words", {"words": [{"box": now["box"], "before": "Sửalại", "text": ""}]}).status, 200)
        self.assertEqual(len(lan.get(f"/api/pages/{page}").json()["words"]), len(about["words"]))

    def export_pdf(self, identifier, name):
        folder = self.folder / name
        self.sogoc("export", "--document", identifier, "--to", folder, "-A", self.archive)
        return next(iter(folder.rglob("*.pdf")))

    def pictures(self, pdf):
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        output("pdfimages", "-all", pdf, folder / "p")
        found = sorted(sha256(file.read_bytes()) for file in folder.iterdir())
        self.assertTrue(found)
        return found

    # ---- Files in pieces

    def begin(self, browser, data, name="trang 1.jpg"):
        answer = browser.post("/api/uploads", {"name": name, "bytes": len(data)})
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()["id"]

    def piece(self, browser, upload, offset, data, digest=None):
        return browser.ask("PUT", f"/api/uploads/{upload}?offset={offset}", body=data, headers={"Content-Type": "application/octet-stream", "X-Piece-SHA256": digest or sha256(data)})

    def test_a_file_sent_in_pieces_over_a_restart_becomes_a_batch_with_the_same_bytes(self):
        lan = self.browser("lan")
        data = (SAMPLES / "thong-bao.jpg").read_bytes()
        data += b"\0"  # as it is, it was received before
        upload = self.begin(lan, data)
        half = len(data) // 2
        self.assertEqual(self.piece(lan, upload, 0, data[:half]).json()["received"], half)
        self.end_server()
        self.serve()
        lan = self.browser("lan")
        self.assertEqual(lan.get("/api/uploads").json()["uploads"][0]["received"], half)
        self.assertEqual(lan.post("/api/uploads/batch", {"uploads": [upload], "book": BOOK}).status, 409)
        self.assertEqual(self.piece(lan, upload, 0, data[:half]).status, 409)
        self.assertEqual(self.piece(lan, upload, half, data[half:], "0" * 64).status, 422)
        self.assertEqual(self.piece(lan, upload, half, data[half:]).json()["received"], len(data))
        made = lan.post("/api/uploads/batch", {"uploads": [upload], "book": BOOK})
        self.assertEqual(made.status, 200, made.body)
        batch = lan.get(f"/api/batches/{made.json()['batch']}").json()
        self.assertEqual((batch["operator"], batch["progress"]["files"]), ("lan", 1))
        self.assertEqual(lan.get("/api/uploads").json()["uploads"], [])
        kept = self.archive / "objects" / sha256(data)[:2] / sha256(data)[2:4] / sha256(data)
        self.assertEqual(kept.read_bytes(), data)
        self.assertFalse(kept.is_symlink())
        self.end_server()
        self.sogoc("verify", "-A", self.archive)

    def test_hostile_names_sizes_and_endless_pieces_are_refused(self):
        lan = self.browser("lan")
        for name in ("../../etc/passwd", "a/b.tif", "a\\b.tif", "..", ".ssh", "", "x" * 300, "a\u202egpj.exe", "a\u0007.tif", "/abs.tif"):
            self.assertEqual(lan.post("/api/uploads", {"name": name, "bytes": 10}).status, 400, name)
        for size, status in ((0, 400), (-1, 400), ("10", 400), (1.5, 400), (5 << 30, 413), (2**62, 413)):
            self.assertEqual(lan.post("/api/uploads", {"name": "a.tif", "bytes": size}).status, status, size)
        upload = self.begin(lan, b"x" * 100)
        self.assertEqual(self.piece(lan, upload, 0, b"x" * 101).status, 422)
        self.assertEqual(self.piece(lan, upload, 50, b"x").status, 409)
        for headers in ({}, {"X-Piece-SHA256": "zz"}, {"X-Piece-SHA256": sha256(b"x").upper()}):
            self.assertEqual(lan.ask("PUT", f"/api/uploads/{upload}?offset=0", body=b"x", headers=headers).status, 400)
        self.assertEqual(lan.ask("PUT", f"/api/uploads/{upload}", body=b"x", headers={"X-Piece-SHA256": sha256(b"x")}).status, 400)
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as large:
            large.sendall(f"PUT /api/uploads/{upload}?offset=0 HTTP/1.1\r\nHost: a\r\nCookie: {lan.cookie}\r\nX-CSRF-Token: {lan.csrf}\r\nContent-Length: {(8 << 20) + 1}\r\n\r\n".encode())
            self.assertEqual(large.recv(12), b"HTTP/1.1 413")
        head = f"PUT /api/uploads/{upload}?offset=0 HTTP/1.1\r\nHost: a\r\nCookie: {lan.cookie}\r\nX-CSRF-Token: {lan.csrf}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as endless:
            endless.sendall(head)
            answer = b""
            try:
                for _ in range(400):
                    endless.sendall(b"10000\r\n" + b"a" * 65536 + b"\r\n")
            except (BrokenPipeError, ConnectionResetError):
                pass
            try:
                answer = endless.recv(4096)
            except ConnectionResetError:
                pass
            self.assertIn(answer[:12], (b"HTTP/1.1 413", b""))
        self.assertEqual(lan.get(f"/api/uploads/{upload}").json()["received"], 0)
        for ids in ([], [upload, upload], [10**9], ["1"], "1", [0]):
            self.assertIn(lan.post("/api/uploads/batch", {"uploads": ids}).status, (400, 404), ids)

    def test_files_are_for_who_sent_them_and_go_only_where_that_person_may_look(self):
        lan, binh, keyer, scanner = (self.browser(name) for name in ("lan", "binh", "nhap", "quet"))
        data = (SAMPLES / "thong-bao.jpg").read_bytes() + b"\0"  # as it is, it was received before
        upload = self.begin(lan, data)
        for method, path in (("GET", f"/api/uploads/{upload}"), ("DELETE", f"/api/uploads/{upload}")):
            self.assertEqual(binh.ask(method, path).status, 404)
        self.assertEqual(self.piece(binh, upload, 0, data).status, 404)
        self.assertEqual(binh.get("/api/uploads").json()["uploads"], [])
        self.assertEqual(keyer.post("/api/uploads", {"name": "a.tif", "bytes": 10}).code(), "no_right")
        mine = self.begin(binh, data)
        self.assertEqual(self.piece(binh, mine, 0, data).status, 200)
        for where in ({"book": BOOK}, {"book": "KS.9"}, {}, {"dossier": "H49.64.33.2001.160"}):
            self.assertEqual(binh.post("/api/uploads/batch", {"uploads": [mine], **where}).status, 404, where)
        self.assertEqual(binh.post("/api/uploads/batch", {"uploads": [mine], "book": "KS.1999.02", "dossier": "H49"}).status, 400)
        self.assertEqual(binh.post("/api/uploads/batch", {"uploads": [upload], "book": "KS.1999.02"}).status, 404)
        self.assertEqual(binh.post("/api/uploads/batch", {"uploads": [mine], "book": "KS.1999.02"}).status, 200)
        self.assertEqual(scanner.post("/api/uploads", {"name": "a.tif", "bytes": 10}).status, 200)

    # ---- Again, and figures

    def test_what_is_quarantined_says_why_and_runs_again(self):
        lan, keyer = self.browser("lan"), self.browser("nhap")
        batch = next(b["id"] for b in lan.get("/api/batches").json()["batches"] if b["progress"]["files_failed"])
        refused = lan.get(f"/api/batches/{batch}").json()["refused"]
        self.assertEqual(refused[0]["name"], "broken.tif")
        self.assertTrue(refused[0]["why"])
        self.assertEqual(keyer.post(f"/api/batches/{batch}/again", {}).status, 403)
        self.assertEqual(lan.post(f"/api/batches/{batch}/again", {}).json(), {"batch": batch, "jobs": 1})
        self.assertEqual(lan.get(f"/api/batches/{batch}").json()["refused"], [])
        self.assertEqual(lan.post(f"/api/batches/{batch}/again", {}).json()["jobs"], 0)
        self.run_archive()
        self.assertEqual(lan.get(f"/api/batches/{batch}").json()["refused"][0]["name"], "broken.tif")

    def test_the_report_is_json_csv_and_html_with_the_same_figures(self):
        lan = self.browser("lan")
        entry = lan.get(f"/api/entries/{self.entries(lan)[0]['id']}").json()
        field = next(f for f in entry["fields"] if f["state"] == "written")
        lan.post(f"/api/entries/{entry['id']}/fields", {"revision": entry["revision"], "values": [{"key": field["key"], "state": "written", "text": field["value"] + " khác"}]})
        row = next(b for b in lan.get("/api/report").json()["books"] if b["name"] == BOOK)
        self.assertEqual((row["fields"], row["machine_wrong"], row["pages"]), (1, 1, 1))
        table = lan.get("/api/report.csv")
        self.assertIn("attachment", table.headers["Content-Disposition"])
        rows = list(csv.reader(io.StringIO(table.body.decode("utf-8-sig"))))
        self.assertIn([BOOK, "1", "1"], [[r[1], r[6], r[7]] for r in rows])
        page = lan.get("/api/report.html").body.decode()
        self.assertIn(f"<td>{BOOK}</td>", page)
        self.assertNotIn("<script", page)

    # ---- IIIF

    def test_words_are_found_with_the_boxes_that_alto_has(self):
        lan = self.browser("lan")
        document = lan.get("/api/documents?dossier=H49.64.33.2001.160").json()["documents"][0]["id"]
        manifest = lan.get(f"/iiif/document/{document}/manifest.json").json()
        service = next(s for s in manifest["service"] if s.get("type") == "SearchService2")
        self.sogoc("pdf", SAMPLES / "thong-bao.jpg", "-o", self.folder / "a.pdf", "--alto", self.folder / "a.xml")
        strings = re.findall(r'<String [^>]*>', (self.folder / "a.xml").read_text(encoding="utf-8"))
        alto = {tuple(round(float(re.search(rf'{n}="([\d.]+)"', s).group(1))) for n in ("HPOS", "VPOS", "WIDTH", "HEIGHT")): re.search(r'CONTENT="([^"]*)"', s).group(1) for s in strings}
        for q, plain in (("th%C3%B4ng", "thông"), ("thong", "thông")):
            answer = lan.get(service["id"][len(f"http://127.0.0.1:{self.port}"):] + f"?q={q}")
            self.assertEqual(answer.status, 200)
            found = answer.json()
            self.assertEqual((found["type"], found["@context"]), ("AnnotationPage", "http://iiif.io/api/search/2/context.json"))
            self.assertTrue(found["items"], q)
            for item in found["items"]:
                box = tuple(map(int, re.search(r"#xywh=(\d+),(\d+),(\d+),(\d+)$", item["target"]).groups()))
                self.assertIn(plain, item["body"]["value"].lower())
                self.assertIn(box, alto)
                self.assertEqual(alto[box], item["body"]["value"])
            self.assertTrue(all(item["target"].startswith(manifest["items"][0]["id"]) for item in found["items"]))
        old = next(s for s in manifest["service"] if s.get("@type") == "SearchService1")
        first = lan.get(old["@id"][len(f"http://127.0.0.1:{self.port}"):] + "?q=thong").json()
        self.assertEqual(len(first["resources"]), len(found["items"]))
        self.assertEqual(lan.get(f"/iiif/document/{document}/search?q=").json()["items"], [])
        self.assertEqual(lan.get(f"/iiif/document/{document}/search?q=%22%27%28%29*%5E%20NEAR%28").json()["items"], [])
        self.assertEqual(lan.get(f"/iiif/book/{BOOK}/search?q=thong&motivation=painting").status, 200)

    def test_a_viewer_of_another_site_gets_pictures_only_when_the_administrator_named_it(self):
        self.end_server()
        self.serve("--viewer", "https://viewer.example")
        lan = self.browser("lan")
        page = lan.get(f"/api/books/{BOOK}/pages").json()["pages"][0]["page"]
        known = lan.get(f"/iiif/{page}/info.json", headers={"Origin": "https://viewer.example"}).headers
        self.assertEqual((known["Access-Control-Allow-Origin"], known["Access-Control-Allow-Credentials"], known["Cross-Origin-Resource-Policy"]), ("https://viewer.example", "true", "same-site"))
        for origin in ("https://evil.example", "https://viewer.example.evil", "null"):
            other = lan.get(f"/iiif/{page}/info.json", headers={"Origin": origin}).headers
            self.assertEqual((other["Access-Control-Allow-Origin"], other["Access-Control-Allow-Credentials"], other["Cross-Origin-Resource-Policy"]), ("*", None, "same-origin"))
        asked = lan.ask("OPTIONS", f"/iiif/{page}/info.json", headers={"Origin": "https://viewer.example", "Access-Control-Request-Method": "GET"})
        self.assertEqual((asked.status, asked.headers["Access-Control-Allow-Origin"]), (204, "https://viewer.example"))
        self.assertIsNone(lan.get("/api/books", headers={"Origin": "https://viewer.example"}).headers["Access-Control-Allow-Origin"])
        self.assertEqual(self.browser().get(f"/iiif/{page}/info.json", headers={"Origin": "https://viewer.example"}).status, 401)

    def test_pages_that_will_be_reviewed_have_their_tiles_before_anybody_looks(self):
        self.end_server()
        cache = self.folder / "cache"
        cache.mkdir()
        self.serve("--cache", cache)
        digest = sha256((SAMPLES / "register" / "ks-table-1999" / "p001.jpg").read_bytes())
        for _ in range(400):
            if (cache / f"{digest}-0").exists():
                break
            time.sleep(0.1)
        self.assertEqual([file.name for file in cache.iterdir() if not file.name.startswith("sogoc-")], [f"{digest}-0"])  # only what will be reviewed
        self.assertGreater((cache / f"{digest}-0").stat().st_size, 100_000)
        made = (cache / f"{digest}-0").stat().st_ino
        lan = self.browser("lan")
        page = lan.get(f"/api/books/{BOOK}/pages").json()["pages"][0]["page"]
        info = lan.get(f"/iiif/{page}/info.json").json()
        side = info["tiles"][0]["width"]
        self.assertEqual(lan.get(f"/iiif/{page}/0,0,{side},{side}/{side},{side}/0/default.jpg").status, 200)
        self.assertEqual((cache / f"{digest}-0").stat().st_ino, made)  # it was not made again


class MissingLeaves(ConsoleTest):
    def test_a_leaf_that_is_missing_is_a_ticket_to_scan_it_until_a_person_settles_it(self):
        self.sogoc("book", "create", BOOK, "--kind", "KS", "--year", "1999", "--number", "01/1999", "--body", "UBND xã A", "-A", self.archive)
        self.ingest(*sorted((SAMPLES / "register" / "ks-table-1999").glob("p*.jpg")), options=("--one-document", "--book", BOOK))  # the leaf after the second picture is missing
        self.run_archive()
        self.make_person("minh", "admin")
        self.make_person("lan", "checker")
        self.make_person("binh", "checker", scope=("--body", "UBND xã B"))
        self.serve()
        lan = self.browser("lan", language="vi")
        tickets = lan.get("/api/rescans").json()["tickets"]
        self.assertEqual(len(tickets), 1, tickets)
        self.assertEqual(tickets[0]["book"], BOOK)
        self.assertIn("9-16", tickets[0]["text"])  # its pages bear no numbers that were read; its entries do
        self.assertEqual(self.browser("binh").get("/api/rescans").json()["tickets"], [])
        path = f"/api/books/{BOOK}/tickets/{tickets[0]['id']}/settle"
        self.assertEqual(self.browser("binh").post(path, {"reason": "a"}).status, 404)
        self.assertEqual(lan.post(path, {"reason": "tờ đã mất từ khi nhận sổ, có biên bản"}).status, 204)
        self.assertEqual(lan.get("/api/rescans").json()["tickets"], [])
        settled = next(t for t in lan.get(f"/api/books/{BOOK}/tickets").json()["tickets"] if t["id"] == tickets[0]["id"])
        self.assertIn("biên bản", json.dumps(settled, ensure_ascii=False))


if __name__ == "__main__":
    unittest.main()
