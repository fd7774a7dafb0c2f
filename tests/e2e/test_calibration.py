"""The calibration sheet through the real program: printed (rendered), spoiled as scanners do, scanned by the simulated one, measured."""
import subprocess
import unittest

import cv2
import numpy as np

from program import ProgramTest

DPI = 300


def light_of(srgb):
    value = srgb / 255.0
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def srgb_of(light):
    return 255 * np.where(light <= 0.0031308, light * 12.92, 1.055 * np.clip(light, 0, None) ** (1 / 2.4) - 0.055)


class Calibration(ProgramTest):
    def setUp(self):
        super().setUp()
        pdf = self.folder / "sheet.pdf"
        self.sogoc("scan", "calibrate", "--target", pdf)
        # Twice as fine and then smaller: the renderer puts edges on whole pixels.
        subprocess.run(["pdftoppm", "-r", str(2 * DPI), "-singlefile", "-png", pdf, self.folder / "sheet"], check=True)
        fine = cv2.imread(str(self.folder / "sheet.png"))
        self.sheet = cv2.resize(fine[: fine.shape[0] // 2 * 2, : fine.shape[1] // 2 * 2], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)

    def scanned(self, picture, name="scan", code=None, options=()):
        """The picture in a simulated feeder; what `calibrate` says of it."""
        feeder = self.folder / name
        feeder.mkdir()
        cv2.imwrite(str(feeder / "1.ppm"), np.clip(picture, 0, 255).astype(np.uint8))
        return self.sogoc("scan", "calibrate", "-D", f"sim:{feeder}", "--dpi", DPI, "--json", *options, code=code)

    def spoiled(self, scale_x=1.0, scale_y=1.0, skew=0.0, sigma=0.0, cast=(1, 1, 1), corner=1.0):
        picture = self.sheet
        h, w = picture.shape[:2]
        if (scale_x, scale_y, skew) != (1, 1, 0):
            turn = cv2.getRotationMatrix2D((w / 2, h / 2), -skew, 1)
            turn = np.diag([scale_x, scale_y]) @ turn
            picture = cv2.warpAffine(picture, turn, (int(w * scale_x), int(h * scale_y)), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))
        light = light_of(picture.astype(np.float64))
        if sigma:
            light = cv2.GaussianBlur(light, (0, 0), sigma)
        picture = srgb_of(light) * np.array(cast)
        if corner != 1:
            h, w = picture.shape[:2]
            yy, xx = np.mgrid[0:h, 0:w]
            picture = picture * (1 - (1 - corner) * xx / w)[:, :, None]
        return picture

    def test_the_sheet_itself_is_measured_as_perfect(self):
        found = self.scanned(self.sheet, code=0).json()
        self.assertAlmostEqual(found["dpiX"], DPI, delta=0.15)
        self.assertAlmostEqual(found["dpiY"], DPI, delta=0.15)
        self.assertLess(found["bow"], 0.06)
        self.assertLess(abs(found["skew"]), 0.02)
        self.assertLess(found["colourMax"], 0.5)
        self.assertGreater(found["evenness"], 99.5)
        self.assertEqual(found["warnings"], [])

    def test_injected_errors_are_found_in_their_size(self):
        sigma = 1.6
        found = self.scanned(self.spoiled(scale_x=1.02, scale_y=0.99, skew=1.5, sigma=sigma)).json()
        self.assertAlmostEqual(found["dpiX"], DPI * 1.02, delta=0.5)
        self.assertAlmostEqual(found["dpiY"], DPI * 0.99, delta=0.5)
        self.assertAlmostEqual(found["scaleDifference"], 100 * (1.02 / 0.99 - 1), delta=0.15)
        self.assertAlmostEqual(found["skew"], 1.5, delta=0.1)
        want = 0.18739 / sigma * DPI / 25.4
        self.assertAlmostEqual(found["mtf50X"], want, delta=0.12 * want)
        self.assertAlmostEqual(found["mtf50Y"], want, delta=0.12 * want)
        self.assertIn("dpi_x", [w["what"] for w in found["warnings"]])

    def test_a_colour_cast_and_a_dark_side_are_found(self):
        found = self.scanned(self.spoiled(cast=(0.85, 1, 1))).json()  # BGR: blue is missing
        self.assertGreater(found["colourMean"], 4)
        found = self.scanned(self.spoiled(corner=0.8), name="dark").json()
        # From x = 41 to x = 169 of 210 mm.
        self.assertAlmostEqual(found["evenness"], 100 * (1 - 0.2 * 168.75 / 210) / (1 - 0.2 * 41.25 / 210), delta=1)
        self.assertIn("evenness", [w["what"] for w in found["warnings"]])

    def test_a_sheet_on_its_head_or_side_is_measured_all_the_same(self):
        for name, turn, quarters in (("head", cv2.ROTATE_180, 2), ("side", cv2.ROTATE_90_CLOCKWISE, 1)):
            found = self.scanned(cv2.rotate(self.sheet, turn), name=name, code=0).json()
            self.assertEqual(found["turned"], quarters)
            self.assertAlmostEqual(found["dpiX"], DPI, delta=0.2)
            self.assertLess(found["colourMax"], 0.5)

    def test_a_device_that_drifts_is_warned_of_and_its_history_is_kept(self):
        self.make_archive()
        keep = ["-A", self.archive, "--by", "lan"]
        feeder = self.folder / "device"
        feeder.mkdir()
        for picture, code in ((self.spoiled(sigma=1.0), 0), (self.spoiled(sigma=1.0), 0), (self.spoiled(sigma=1.6), 4)):
            cv2.imwrite(str(feeder / "1.ppm"), np.clip(picture, 0, 255).astype(np.uint8))
            answer = self.sogoc("scan", "calibrate", "-D", f"sim:{feeder}", "--dpi", DPI, "--json", *keep, code=code)
        drifted = [w["what"] for w in answer.json()["warnings"] if w["drift"]]
        self.assertEqual(drifted, ["mtf50_x", "mtf50_y"])
        rows = self.sogoc("scan", "calibrate", "--history", "--json", "-A", self.archive).json()
        self.assertEqual([(r["dpi"], r["by"]) for r in rows], [(DPI, "lan")] * 3)

    def test_what_is_no_whole_sheet_is_refused_in_one_sentence(self):
        blank = np.full_like(self.sheet, 255)
        answer = self.scanned(blank, name="blank", code=3)
        self.assertIn("is not in the picture", answer.err)
        answer = self.scanned(self.sheet[: self.sheet.shape[0] * 2 // 3], name="cut", code=3)
        self.assertIn("is cut", answer.err)
        self.assertEqual(len(answer.err.strip().splitlines()), 1)
        self.sogoc("scan", "calibrate", code=2)
        self.sogoc("scan", "calibrate", "-D", "sim:/nowhere", code=None)


if __name__ == "__main__":
    unittest.main()
