"""The register volumes drawn by tools/volumes: always the same, and their truth is where the ink is."""
import datetime
import hashlib
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/volumes"))
import damage  # noqa: E402
import layout  # noqa: E402
import people  # noqa: E402
from volume import Volume  # noqa: E402

LAYOUTS = layout.all_layouts()


def ink(grey, box):
    """Share of pixels in `box` clearly darker than the paper around it."""
    x1, y1, x2, y2 = box
    part = grey[y1:y2, x1:x2]
    return float((part < np.median(grey) - 40).mean()) if part.size else 0.0


def centre_inside(inner, outer, slack=0):
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] - slack <= x <= outer[2] + slack and outer[1] - slack <= y <= outer[3] + slack


class Volumes(unittest.TestCase):
    def test_the_same_seed_draws_the_same_pictures_and_another_draws_others(self):
        def prints(seed):
            with tempfile.TemporaryDirectory() as folder:
                Volume(LAYOUTS["ks-form-2006"], 2, seed, level=3, dpi=100).write(Path(folder))
                return [hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(Path(folder).iterdir())]

        first = prints(5)
        self.assertEqual(len(first), 3)
        self.assertEqual(first, prints(5))
        self.assertFalse(set(first) & set(prints(6)))

    def test_every_value_stands_in_its_box_and_its_box_in_its_cell(self):
        for name, data in LAYOUTS.items():
            rgb, truth = Volume(data, 1, 3, dpi=100).picture(0)
            grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
            written = 0
            for entry in truth["entries"]:
                for key, value in entry["fields"].items():
                    with self.subTest(layout=name, field=key):
                        if not value["value"]:
                            self.assertIsNone(value["box"])
                            continue
                        self.assertGreater(ink(grey, value["box"]), 0.01)
                        self.assertTrue(centre_inside(value["box"], entry["box"], 12))
                        if data.form == "table":
                            self.assertTrue(centre_inside(value["box"], value["cell"]))
                        written += 1
            self.assertGreater(written, 15, name)

    def test_a_cell_that_the_truth_calls_empty_has_no_ink(self):
        for name in ("ks-table-1999", "land-1997", "diploma-2004"):
            rgb, truth = Volume(LAYOUTS[name], 1, 4, dpi=100, trouble=False).picture(0)
            grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
            empty = [c for c in truth["cells"] if not c["text"]]
            self.assertTrue(empty)
            for cell in empty:
                x1, y1, x2, y2 = cell["box"]
                self.assertEqual(ink(grey, (x1 + 4, y1 + 4, x2 - 4, y2 - 4)), 0.0, (name, cell["row"], cell["col"]))

    def test_the_cells_of_a_table_tile_it_and_headers_span_what_they_head(self):
        for name, data in LAYOUTS.items():
            if data.form != "table":
                continue
            _, truth = Volume(data, 1, 2, dpi=60).picture(0)
            taken = set()
            for cell in truth["cells"]:
                for row in range(cell["row"], cell["row"] + cell["rowspan"]):
                    for column in range(cell["col"], cell["col"] + cell["colspan"]):
                        self.assertNotIn((row, column), taken, name)
                        taken.add((row, column))
            rows, columns = max(r for r, _ in taken) + 1, len(data.columns)
            self.assertEqual(len(taken), rows * columns, name)

    def test_the_truth_bends_with_the_page(self):
        """Dots on white paper stay in the middle of their boxes through every level of damage."""
        for level in (1, 2, 3):
            for seed in range(4):
                picture = np.full((900, 1300, 3), 255, np.uint8)
                boxes = []
                for x in range(100, 1300, 220):
                    for y in range(100, 900, 180):
                        picture[y - 5 : y + 6, x - 5 : x + 6] = 0
                        boxes.append({"box": [x - 5, y - 5, x + 6, y + 6]})
                random.seed(seed)
                out, truth, _ = damage.age(picture, {"cells": boxes}, level, True, 100)
                darkest = cv2.GaussianBlur(cv2.cvtColor(out, cv2.COLOR_RGB2GRAY), (0, 0), 3)
                for cell in truth["cells"]:
                    x1, y1, x2, y2 = cell["box"]
                    if x1 < 25 or y1 < 25 or x2 > 1275 or y2 > 875:
                        continue
                    near = darkest[y1 - 12 : y2 + 12, x1 - 12 : x2 + 12]
                    at = np.unravel_index(near.argmin(), near.shape)
                    self.assertLess(abs(at[1] + x1 - 12 - (x1 + x2) / 2), 4.5, (level, seed))
                    self.assertLess(abs(at[0] + y1 - 12 - (y1 + y2) / 2), 4.5, (level, seed))

    def test_mishaps_are_in_the_pictures_and_in_the_record(self):
        whole = [p["numbers"] for p in Volume(LAYOUTS["kh-table-1989"], 20, 9, dpi=60).plan]
        book = Volume(LAYOUTS["kh-table-1989"], 20, 9, dpi=60)
        book.mishaps(missing=2, doubled=1, swapped=1)
        shown = [p["numbers"] for p in book.plan]
        self.assertEqual(len(shown), 19)
        self.assertEqual(sorted(e["type"] for e in book.events), ["doubled", "missing", "missing", "swapped"])
        missing = [n for n in whole if n not in shown]
        self.assertEqual(missing, [e["page_numbers"] for e in book.events if e["type"] == "missing"])
        twice = [n for n in whole if shown.count(n) == 2]
        self.assertEqual(twice, [e["page_numbers"] for e in book.events if e["type"] == "doubled"])
        self.assertEqual(sum(int(a[0]) > int(b[0]) for a, b in zip(shown, shown[1:])), 1)
        with self.assertRaisesRegex(ValueError, "ask for more --pages"):
            Volume(LAYOUTS["kh-table-1989"], 4, 9, dpi=60).mishaps(missing=2)

    def test_families_and_numbers_make_sense(self):
        rng = random.Random(1)
        registry = people.Registry(rng, "KS", (2001, 2005), lambda d: d.isoformat())
        last = None
        for _ in range(400):
            entry = registry.entry()
            number, year = entry["so"].split("/")
            registered, born = (datetime.date.fromisoformat(entry[k]) for k in ("ngayDangKy", "nksNgaySinh"))
            self.assertLess(born, registered)
            self.assertEqual(registered.year, int(year))
            self.assertLess(int(entry["meNgaySinh"][:4]), born.year - 17)
            if entry["chaHoTen"]:
                self.assertEqual(entry["nksHoTen"].split()[0], entry["chaHoTen"].split()[0])
            if last:
                self.assertTrue((int(number) == last[0] + 1 and int(year) == last[1]) or (int(number) == 1 and int(year) == last[1] + 1))
            last = int(number), int(year)
        self.assertEqual(people.in_words(2005), "hai nghìn không trăm linh năm")
        self.assertEqual(people.in_words(1989), "một nghìn chín trăm tám mươi chín")

    def test_a_layout_with_a_fault_is_refused_and_says_which(self):
        text = (layout.FOLDER / "land-1997.toml").read_text(encoding="utf-8")
        for old, new, message in (('kind = "land"', 'kind = "pond"', "kind must be"), ('"soThua"', '"soToBanDo"', "stands in it twice"), ("A3-landscape", "B5", "paper must be")):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "land-1997.toml"
                path.write_text(text.replace(old, new), encoding="utf-8")
                with self.assertRaisesRegex(ValueError, message):
                    layout.load(path)

    def test_the_command_says_what_is_wrong_and_writes_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "out"
            for arguments in (["no-such-layout", str(target)], ["land-1997"], ["land-1997", str(target), "--pages", "3", "--missing", "2"]):
                done = subprocess.run([sys.executable, "-m", "tools.volumes", *arguments], cwd=ROOT, capture_output=True, text=True)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual(len(done.stderr.strip().splitlines()), 1)
                self.assertFalse(target.exists())


if __name__ == "__main__":
    unittest.main()
