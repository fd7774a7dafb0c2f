"""Photographs of pages through the real program: found, laid flat, read, and led back to the photograph. Pictures by tools/photos."""
import hashlib
import sys
import unittest
import xml.etree.ElementTree as Tree

import cv2
import numpy as np

from program import ROOT, SAMPLES, ProgramTest

sys.path.insert(0, str(ROOT / "tools"))
from photos import scene  # noqa: E402


def sample():
    """The notice of the samples the right way up: (RGB picture, dpi)."""
    return cv2.cvtColor(cv2.rotate(cv2.imread(str(SAMPLES / "thong-bao.jpg")), cv2.ROTATE_180), cv2.COLOR_BGR2RGB), 300


class Photos(ProgramTest):
    def photograph(self, name, **how):
        flat, dpi = sample()
        photo = scene.photograph(np.hstack([flat, flat]) if how.get("curl") == "book" else flat, dpi, how.pop("seed", 5), camera="8", **how)
        path = self.folder / name
        cv2.imwrite(str(path), cv2.cvtColor(photo.rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 90])
        return path, photo

    def records(self, *files, options=()):
        self.make_archive()
        self.ingest(*files, options=options)
        self.run_archive()
        return [self.sogoc("inspect", "-A", self.archive, "--page", f"1:{i}", "--json").json() for i in range(1, len(files) + 1)]

    def test_pages_on_wood_cloth_checks_and_among_papers_are_found_within_a_hundredth_of_their_side_and_read(self):
        photos = [self.photograph(f"{i}.jpg", seed=40 + i, background=b, curl=c)
                  for i, (b, c) in enumerate((("wood", "spine"), ("dark_cloth", "bend"), ("white_clutter", "none"), ("checked_cloth", "spine")))]
        for (path, photo), page in zip(photos, self.records(*(p for p, _ in photos))):
            record = page["record"]
            self.assertIn("photograph", record["quality"]["findings"])
            self.assertEqual(record["quality"]["paper"], "A4")
            mesh = record["parts"][0]["flattening"]
            nodes = np.array(mesh["nodes"]).reshape(mesh["rows"], mesh["columns"], 2)
            found = np.array([nodes[0, 0], nodes[0, -1], nodes[-1, -1], nodes[-1, 0]])
            side = min(np.linalg.norm(photo.corners[i] - photo.corners[(i + 1) % 4]) for i in range(4))
            self.assertLess(np.linalg.norm(found - photo.corners, axis=1).max(), 0.01 * side)
            text = " ".join(w["text"] for r in record["parts"][0]["text"]["regions"] for line in r["lines"] for w in line["words"])
            self.assertIn("THÔNG BÁO", text)
            self.assertIn("HIỆU TRƯỞNG", text)

    def test_an_opened_book_becomes_two_pages_that_lead_back_to_one_photograph(self):
        path, photo = self.photograph("book.jpg", background="wood", curl="book")
        record = self.records(path, options=["--profile", "book"])[0]["record"]
        self.assertIn("photograph", record["quality"]["findings"])
        self.assertEqual(len(record["parts"]), 2)
        for part in record["parts"]:
            self.assertIn("THÔNG BÁO", " ".join(w["text"] for r in part["text"]["regions"] for line in r["lines"] for w in line["words"]))

    def test_without_its_network_a_photograph_waits_and_says_what_is_missing(self):
        path, _ = self.photograph("one.jpg", background="wood", curl="none")
        self.make_archive()
        self.ingest(path, SAMPLES / "cong-van.tif")
        said = self.sogoc("run", "--archive", self.archive, "--json", code=None, SOGOC_PAPER=str(self.folder / "none"))
        self.assertIn("SOGOC_PAPER", said.out + said.err)

    def test_the_photograph_stays_the_master_and_words_lie_on_its_ink(self):
        path, photo = self.photograph("one.jpg", background="wood", curl="none", shadow=False)
        self.records(path)
        kept = next(self.archive.glob("objects/*/*/" + hashlib.sha256(path.read_bytes()).hexdigest()))
        self.assertEqual(kept.read_bytes(), path.read_bytes())
        alto = self.folder / "one.xml"
        self.sogoc("pdf", path, "-o", self.folder / "one.pdf", "--alto", alto)
        gray = cv2.cvtColor(photo.rgb, cv2.COLOR_RGB2GRAY)
        words = [e for e in Tree.parse(alto).iter() if e.tag.endswith("String") and len(e.get("CONTENT")) > 4]
        self.assertGreater(len(words), 20)
        hits = 0
        for word in words:
            x, y, w, h = (int(float(word.get(k))) for k in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
            inside = gray[y:y + h, x:x + w]
            hits += inside.size > 0 and inside.min() < 0.55 * np.percentile(inside, 90)
        self.assertGreater(hits, 0.9 * len(words))

    def test_glare_is_reported_with_its_place_on_the_photograph(self):
        path, photo = self.photograph("glare.jpg", background="dark_cloth", curl="none", glare=True, shadow=False)
        quality = self.records(path)[0]["record"]["quality"]
        self.assertIn("glare", quality["findings"])
        spot = photo.facts["places"]["glare"]
        self.assertTrue(any(p["finding"] == "glare" and p["box"][0] < spot[2] and spot[0] < p["box"][2] and p["box"][1] < spot[3] and spot[1] < p["box"][3]
                            for p in quality["places"]))

    def test_a_page_that_leaves_the_picture_waits_for_a_person(self):
        path, _ = self.photograph("cut.jpg", background="dark_cloth", curl="none", shadow=False, tilt=8.0, shift=(0.0, -0.17))
        page = self.records(path)[0]
        self.assertEqual(page["state"], "needs_person")
        self.assertTrue(any("wholly" in reason for reason in page["reasons"]), page["reasons"])

    def test_a_photograph_without_a_page_says_so_when_it_was_said_to_be_one(self):
        table = (np.random.default_rng(3).standard_normal((1200, 900, 3)) * 6 + 120).clip(0, 255).astype(np.uint8)
        path = self.folder / "table.png"
        cv2.imwrite(str(path), table)
        page = self.records(path, options=["--profile", "photo"])[0]
        self.assertIn("page_not_found", page["record"]["quality"]["findings"])
        self.assertEqual(page["state"], "needs_person")

    def test_scans_of_the_samples_are_no_photographs(self):
        scans = [SAMPLES / "thong-bao.jpg", *sorted((SAMPLES / "register").glob("*-table-*/p001.jpg"))]
        for page in self.records(*scans):
            self.assertNotIn("photograph", page["record"]["quality"]["findings"])
            self.assertNotIn("flattening", page["record"]["parts"][0])


if __name__ == "__main__":
    unittest.main()
