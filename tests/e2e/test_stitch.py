"""Two overlapping shots of an A3 page through the real program."""
import hashlib
import unittest

import cv2
import numpy as np

from program import SAMPLES, ProgramTest


class Stitch(ProgramTest):
    def setUp(self):
        super().setUp()
        self.page = cv2.imread(str(SAMPLES / "register/ks-table-1999/p001.jpg"))
        self.height, self.width = self.page.shape[:2]

    def shot(self, name, left, right, angle=0.0, gain=1.0, shift=0):
        """Columns left..right (shares) of the page, laid askew and in another light."""
        part = self.page[:, int(left * self.width):int(right * self.width)]
        h, w = part.shape[:2]
        canvas = np.full((h + 160, w + 160, 3), 255, np.uint8)
        canvas[80 + shift:80 + shift + h, 80:80 + w] = part
        turn = cv2.getRotationMatrix2D((w / 2 + 80, h / 2 + 80), angle, 1)
        picture = cv2.warpAffine(canvas, turn, (w + 160, h + 160), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))
        # The scanner's glass ends where its picture ends: no white beyond the page.
        picture = picture[100 + abs(shift):h + 60 - abs(shift), 100:w + 60]
        path = self.folder / name
        cv2.imwrite(str(path), np.clip(picture * gain, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 95])
        return path

    def test_two_halves_askew_and_in_another_light_become_the_page(self):
        left, right = self.shot("a.jpg", 0, 0.62), self.shot("b.jpg", 0.4, 1, angle=2.0, gain=0.93, shift=12)
        out = self.folder / "page.jpg"
        answer = self.sogoc("scan", "stitch", left, right, "-o", out, "--json").json()
        self.assertGreater(answer["agreeing"], 100)
        joined = cv2.imread(str(out))
        want = self.page[20:-20, 20:]
        # Details of both halves lie as they lie on the page, but for one shift: no more than a pixel or two off.
        shifts = []
        for x in (0.25, 0.5, 0.75, 0.9):
            for y in (0.2, 0.5, 0.8):
                cx, cy = int(x * self.width), int(y * self.height)
                piece = self.page[cy - 40:cy + 40, cx - 60:cx + 60]
                if piece.std() < 12:
                    continue
                where = cv2.matchTemplate(joined, piece, cv2.TM_CCOEFF_NORMED)
                _, score, _, (found_x, found_y) = cv2.minMaxLoc(where)
                self.assertGreater(score, 0.8, (x, y))
                shifts.append((found_x - cx, found_y - cy))
        self.assertGreaterEqual(len(shifts), 6)
        self.assertLess(np.ptp(np.array(shifts), axis=0).max(), 5, shifts)
        self.assertAlmostEqual(joined.shape[1], want.shape[1], delta=60)

    def test_the_shots_stay_as_masters_beside_the_page_that_was_made_of_them(self):
        self.make_archive()
        left, right = self.shot("a.jpg", 0, 0.62), self.shot("b.jpg", 0.4, 1, angle=-1.0)
        answer = self.sogoc("scan", "stitch", left, right, "-A", self.archive, "--json").json()
        self.assertEqual([s["sha256"] for s in answer["shots"]], [hashlib.sha256(p.read_bytes()).hexdigest() for p in (left, right)])
        self.run_archive()
        for path in (left, right):  # also after the sweep at the end of the run
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            self.assertEqual(next(self.archive.glob(f"objects/*/*/{digest}")).read_bytes(), path.read_bytes())
        self.sogoc("verify", "-A", self.archive)
        again = self.sogoc("scan", "stitch", left, right, "-A", self.archive, "--json").json()
        self.assertEqual(again["batch"], answer["batch"])

    def test_shots_that_show_nearly_the_same_are_questioned_in_one_sentence(self):
        left, most = self.shot("a.jpg", 0, 0.62), self.shot("b.jpg", 0.05, 0.64, angle=0.7, gain=0.95)
        inner = self.shot("c.jpg", 0.1, 0.5)
        out = self.folder / "page.jpg"
        for second in (left, most, inner):
            with self.subTest(second=second.name):
                answer = self.sogoc("scan", "stitch", left, second, "-o", out, code=3)
                self.assertIn("was the same picture given twice?", answer.err)
                self.assertEqual(len(answer.err.strip().splitlines()), 1)
                self.assertFalse(out.exists())
        self.make_archive()
        self.sogoc("scan", "stitch", left, left, "-A", self.archive, code=3)
        self.assertEqual(self.sogoc("status", "-A", self.archive, "--json").json()["pages"], 0)
        self.sogoc("scan", "stitch", left, most, "-o", out, "--hardly-larger")
        self.assertTrue(out.exists())

    def test_shots_that_do_not_overlap_enough_are_refused_in_one_sentence_and_leave_nothing(self):
        left, right = self.shot("a.jpg", 0, 0.45), self.shot("b.jpg", 0.55, 1)
        out = self.folder / "page.jpg"
        answer = self.sogoc("scan", "stitch", left, right, "-o", out, code=3)
        self.assertIn("do not overlap enough", answer.err)
        self.assertEqual(len(answer.err.strip().splitlines()), 1)
        self.assertFalse(out.exists())
        blank = self.folder / "blank.png"
        cv2.imwrite(str(blank), np.full((900, 700), 250, np.uint8))
        self.sogoc("scan", "stitch", left, blank, "-o", out, code=3)
        broken = self.folder / "broken.jpg"
        broken.write_bytes(left.read_bytes()[:5000])
        self.sogoc("scan", "stitch", broken, right, "-o", out, code=3)
        self.sogoc("scan", "stitch", left, "-o", out, code=2)
        self.sogoc("scan", "stitch", left, right, code=2)


if __name__ == "__main__":
    unittest.main()
