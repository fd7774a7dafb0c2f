"""One input of every kind through the whole program, and every PDF that comes out judged by veraPDF and qpdf."""
import os
import subprocess
import unittest

from program import ROOT, SAMPLES, ProgramTest, output

SEEDS = ROOT / "tests" / "fuzz" / "seeds"
PICTURES = ["alpha.pam", "arithmetic.jpg", "bare.j2k", "bits.pbm", "cmyk.jpg", "cmyk.tif", "colour.bmp", "colour.jp2", "colour.jpg",
            "colour.png", "colour.ppm", "deep.pgm", "g3.tif", "g4-strips.tif", "g4.tif", "interlaced.png", "jpeg-strips.tif",
            "lossless.webp", "lossy.webp", "lzw.tif", "packbits.tif", "palette.bmp", "palette.png", "palette.tif", "planes.tif",
            "progressive.jpg", "rle.bmp", "tiles.tif"]
PDFS = ["bilevel.pdf", "flate-predictor.pdf", "form.pdf", "indexed-colour-key.pdf", "inline.pdf", "jbig2.pdf",
        "signature.pdf", "smask.pdf", "stencil-softmask.pdf", "text.pdf"]


def verdicts(folder):
    """The lines of veraPDF that say FAIL, and how many say PASS, for flavour 2u."""
    jars = subprocess.run([ROOT / "tools/dev/fetch_verapdf"], capture_output=True, text=True, check=True).stdout.split()[-1]
    files = sorted(map(str, folder.glob("*.pdf")))
    said = subprocess.run(["java", "-Xmx1g", "-cp", f"{jars}/*", "org.verapdf.apps.GreenfieldCliWrapper", "--flavour", "2u",
                           "--format", "text", "-v", *files], capture_output=True, text=True).stdout
    failed = [line for line in said.splitlines() if not line.startswith("PASS ")]
    return failed, sum(line.startswith("PASS ") for line in said.splitlines())


@unittest.skipIf(os.environ.get("SOGOC_WITHOUT_VERAPDF") == "1", "veraPDF is waived here")
class Conformance(ProgramTest):
    def test_every_kind_of_input_becomes_a_valid_pdfa_2u(self):
        self.make_archive()
        inputs = [SEEDS / "decode" / name for name in PICTURES] + [SEEDS / "pdf_read" / name for name in PDFS]
        inputs += [SAMPLES / "quyet-dinh.pdf", SAMPLES / "cong-van.tif", SAMPLES / "thong-bao.jpg"]
        self.ingest(*inputs)
        done = self.run_archive(code=None)
        refused = {p["file"]: p["why"] for p in done.json()["needs_person"] if p["state"] == "quarantined"}
        self.assertEqual(refused, {})
        self.check_all(len(inputs))

    def test_what_a_person_accepted_as_unreadable_is_a_valid_pdfa_2u(self):
        self.make_archive()
        odd = self.folder / "odd.bin"
        odd.write_bytes(b"neither this nor that" * 50)
        self.ingest(odd)
        self.run_archive(code=3)
        self.sogoc("confirm", "-A", self.archive, "--file", "1:1", "--as", "unreadable")
        self.run_archive(code=0)
        self.check_all(1)

    def check_all(self, count):
        out = self.folder / "out"
        self.sogoc("export", "--archive", self.archive, "--to", out)
        self.assertEqual(len(list(out.glob("*.pdf"))), count)
        for pdf in sorted(out.glob("*.pdf")):
            self.assertIn("No syntax or stream encoding errors", output("qpdf", "--check", pdf), pdf.name)
        failed, passed = verdicts(out)
        self.assertEqual((failed, passed), ([], count))


if __name__ == "__main__":
    unittest.main()
