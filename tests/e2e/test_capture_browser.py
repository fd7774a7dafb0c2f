"""The capture page in real Chromium: by keys a stack until it is pages, a telephone's photographs over a lost connection, dropped files."""
import json
import os
import subprocess
import unittest
from pathlib import Path

try:
    from PIL import Image
except ImportError:
    Image = None

from chromium import CHROMIUM, browser_tools
from console_client import PASSWORD, ConsoleTest
from program import ROOT, SAMPLES, output

BOOK = "KS.1999.01"
DOSSIER = "H49.64.33.2001.160"
SHOTS = os.environ.get("SOGOC_SCREENSHOTS")  # a folder where the screens are kept to be looked at


class CaptureInABrowser(ConsoleTest):
    def setUp(self):
        super().setUp()
        browser = ROOT / "tests" / "browser"
        self.tools = browser_tools(self, browser / "person.mjs", browser / "capture.mjs")
        os.environ["SOGOC_SPOOL"] = str(self.folder / "spool")

    def mixed_stack(self):
        """A folder of sides: the cover of a dossier, two sheets of it."""
        self.sogoc("dossier", "create", DOSSIER, "--title", "Hồ sơ thử", "-A", self.archive)
        self.sogoc("scan", "covers", "--dossier", DOSSIER, "-A", self.archive, "-o", self.folder / "covers.pdf")
        stack = self.folder / "mixed"
        stack.mkdir()
        output("pdftoppm", "-gray", "-r", "200", "-f", "1", "-l", "1", self.folder / "covers.pdf", self.folder / "cover")
        next(self.folder.glob("cover*.pgm")).rename(stack / "1.pgm")
        for n in (2, 3):
            Image.open(SAMPLES / "thong-bao.jpg").convert("L").save(stack / f"{n}.pgm")
        return stack

    @unittest.skipUnless(Image, "python3-pil is not installed")
    def test_sheets_are_seen_judged_replaced_and_become_pages(self):
        self.sogoc("book", "create", BOOK, "--kind", "KS", "--year", "1999", "--number", "01/1999", "-A", self.archive)
        for name, role in (("minh", "admin"), ("quet", "scanner"), ("thu", "clerk")):
            self.make_person(name, role)
        device = "sim:sheets=3,rate=60"
        covers = f"sim:{self.mixed_stack()},rate=60"
        jammed = "sim:sheets=2,fault=jam@2"
        self.serve("--scanner", device, "--scanner", covers, "--scanner", jammed)
        shots = Path(SHOTS) / "capture" if SHOTS else self.folder
        shots.mkdir(parents=True, exist_ok=True)
        photographs = [str(SAMPLES / "register" / "ks-form-2006" / f"p00{n}.jpg") for n in (1, 2)]
        dropped = SAMPLES / "thong-bao.jpg"
        sideways = self.folder / "IMG_2031.jpg"
        exif = Image.Exif()
        exif[0x0112] = 6  # to be turned clockwise
        Image.open(SAMPLES / "thong-bao.jpg").transpose(Image.Transpose.ROTATE_90).save(sideways, quality=90, exif=exif)
        settings = self.folder / "settings.json"
        settings.write_text(json.dumps({"book": BOOK, "device": device, "covers": covers, "jammed": jammed, "coverSides": 3, "photographs": photographs, "sideways": str(sideways), "dropped": str(dropped), "shots": str(shots)}), encoding="utf-8")
        run = subprocess.run(["node", "capture.mjs", f"http://127.0.0.1:{self.port}", PASSWORD, settings], cwd=self.tools, capture_output=True, text=True, timeout=600, env=dict(os.environ, CHROMIUM=CHROMIUM))
        seen = json.loads(run.stdout)
        self.assertNotIn("failed", seen, run.stdout)
        self.assertEqual(seen["steps"], ["jam", "stack", "replaced", "pages", "covers", "second pass", "photographs", "dropped"])
        self.assertEqual((seen["errors"], seen["serious"], seen["scripts"], seen["wide"]), ([], [], 0, []))
        self.assertTrue(seen["jam"][0].startswith(f"{jammed}: giấy bị kẹt"), seen["jam"])
        self.assertEqual(seen["jam"][1], "đã dừng")
        self.assertIn("2", seen["jam"][2])
        self.assertEqual((seen["withoutPlace"], seen["counted"]), ("#/scan", "3 / 3 tờ"))
        self.assertTrue(all("mặt trước" in row for row in seen["rows"]), seen["rows"])
        self.assertEqual(sorted(map(tuple, seen["after"])), [(1, 0, "none", ""), (2, 0, "none", ""), (2, 0, "replaced", "Góc bị gập"), (2, 1, "none", ""), (2, 2, "none", ""), (2, 3, "none", ""), (3, 0, "none", "")])
        self.assertIn("3", seen["difference"])  # declared
        self.assertEqual((seen["finished"]["state"], seen["finished"]["sheets"]), ("finished", 6))
        self.assertIn("tờ bìa", seen["coverRows"][0])
        self.assertNotIn("tờ bìa", "".join(seen["coverRows"][1:]))
        self.assertIn("tờ bìa", seen["coverTitle"])  # nobody chose a place
        self.assertEqual(seen["coverBatches"], 1)
        self.assertTrue(seen["onlyFronts"])
        self.assertTrue(seen["finishBeforeBacks"])
        self.assertEqual(seen["bothSides"], [[n, side] for n in (1, 2, 3) for side in ("front", "back")])
        self.assertTrue(seen["cameraBeforePlace"])
        self.assertGreaterEqual(seen["cut"], 2)
        self.assertFalse(seen["wideOnPhone"])
        self.assertEqual([(row[0], row[1], row[3], row[4]) for row in seen["provenance"]], [(1, "quet", "phone", "p001.jpg"), (2, "quet", "phone", "p002.jpg")])
        self.assertIn("p001.jpg", "".join(seen["named"]))
        self.assertTrue(seen["sideways"]["stored"])
        self.assertTrue(seen["sideways"]["shownTall"])
        self.assertNotIn("on_its_side", seen["sideways"]["findings"])
        self.assertTrue(all(row[2].startswith("phone: Mozilla") for row in seen["provenance"]))
        self.assertEqual(seen["droppedAs"], [["thả vào.jpg", dropped.stat().st_size, dropped.stat().st_size]])
        self.assertEqual((seen["over"], seen["overAfter"]), ("drop over", "drop"))
        self.assertIn("vai trò", seen["wrongRole"].lower())
        self.end_server()
        self.sogoc("verify", "-A", self.archive)


if __name__ == "__main__":
    unittest.main()
