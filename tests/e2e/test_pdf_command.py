"""`sogoc pdf`: images and PDFs in, one searchable PDF/A-2u out."""
import json
import os
import subprocess
import unicodedata
import unittest

from program import SAMPLES, TRUTH, ProgramTest, character_error, distance, output, words


class PdfCommand(ProgramTest):
    def convert(self, name):
        out = {kind: self.folder / f"out.{kind}" for kind in ("pdf", "txt", "xml", "json")}
        answer = self.sogoc("pdf", SAMPLES / name, "-o", out["pdf"], "--text", out["txt"], "--alto", out["xml"],
                            "--metadata", out["json"], "--json", code=None)
        self.assertIn(answer.code, (0, 4), answer.err)
        return answer, out

    def check_text(self, name, out):
        pages = out["txt"].read_text(encoding="utf-8").split("\f")
        for truth, page in zip(TRUTH[name]["pages"], pages):
            if truth:
                error = character_error(" ".join(truth), page)
                self.assertLess(error, 0.05, f"{name}: {error:.3f}")
            else:
                self.assertEqual(page.strip(), "")
        self.assertGreaterEqual(len(pages), len(TRUTH[name]["pages"]))

    def check_metadata(self, name, out):
        found = json.loads(out["json"].read_text(encoding="utf-8"))
        for key, want in TRUTH[name]["metadata"].items():
            have, want = words(found[key]["value"]).casefold(), words(want).casefold()
            if key == "subject":  # as the shared score: 97 % alike
                self.assertLessEqual(distance(want, have), 0.03 * len(want), f"{name}: {have}")
            else:
                self.assertEqual(have, want, f"{name}: {key}")

    def check_pdf(self, name, out):
        self.assertIn("No syntax or stream encoding errors", output("qpdf", "--check", out["pdf"]))
        info = output("pdfinfo", out["pdf"])
        self.assertIn(f"Pages:           {len(TRUTH[name]['pages'])}", info)
        body = words(out["txt"].read_text(encoding="utf-8"))
        extracted = words(output("pdftotext", "-raw", out["pdf"], "-"))
        self.assertEqual(unicodedata.normalize("NFC", extracted), extracted)
        for word in set(body.split()):
            self.assertIn(word, extracted)

    def test_reads_a_skewed_decision_under_a_red_seal(self):
        _, out = self.convert("quyet-dinh.pdf")
        self.check_text("quyet-dinh.pdf", out)
        self.check_metadata("quyet-dinh.pdf", out)
        self.check_pdf("quyet-dinh.pdf", out)

    def test_reads_a_fax_coded_letter_and_keeps_its_blank_back(self):
        _, out = self.convert("cong-van.tif")
        self.check_text("cong-van.tif", out)
        self.check_metadata("cong-van.tif", out)
        self.check_pdf("cong-van.tif", out)

    def test_turns_a_notice_that_was_scanned_upside_down(self):
        _, out = self.convert("thong-bao.jpg")
        self.check_text("thong-bao.jpg", out)
        self.check_metadata("thong-bao.jpg", out)
        self.check_pdf("thong-bao.jpg", out)

    def test_binds_several_inputs_into_one_document_in_the_order_given(self):
        out = self.folder / "all.pdf"
        self.sogoc("pdf", SAMPLES / "thong-bao.jpg", SAMPLES / "cong-van.tif", "-o", out, code=None)
        self.assertIn("Pages:           3", output("pdfinfo", out))

    def test_passes_coded_pictures_through_byte_for_byte(self):
        out = self.folder / "out.pdf"
        self.sogoc("pdf", SAMPLES / "thong-bao.jpg", "-o", out, code=None)
        output("pdfimages", "-all", out, self.folder / "picture")
        pictures = sorted(self.folder.glob("picture-*.jpg"))
        self.assertEqual(len(pictures), 1)
        self.assertEqual(pictures[0].read_bytes(), (SAMPLES / "thong-bao.jpg").read_bytes())

    def test_leaves_the_old_file_when_the_input_is_refused(self):
        out, bad = self.folder / "out.pdf", self.folder / "bad.tif"
        out.write_text("the old file")
        bad.write_bytes((SAMPLES / "cong-van.tif").read_bytes()[:5000])
        answer = self.sogoc("pdf", bad, "-o", out, code=3)
        self.assertEqual(out.read_text(), "the old file")
        self.assertEqual(answer.err.strip().count("\n"), 0, answer.err)
        self.assertIn("bad.tif", answer.err)

    def test_says_when_the_output_folder_is_missing(self):
        answer = self.sogoc("pdf", SAMPLES / "thong-bao.jpg", "-o", self.folder / "nowhere/out.pdf", code=None)
        self.assertIn(answer.code, (2, 5))
        self.assertIn("nowhere", answer.err)

    def test_reads_standard_input_only_when_asked(self):
        out = self.folder / "out.pdf"
        with open(SAMPLES / "thong-bao.jpg", "rb") as scan:
            process = subprocess.run([os.environ.get("SOGOC", "sogoc"), "pdf", "-", "-o", str(out)], stdin=scan,
                                     capture_output=True)
        self.assertIn(process.returncode, (0, 4), process.stderr)
        self.assertTrue(out.exists())


if __name__ == "__main__":
    unittest.main()
