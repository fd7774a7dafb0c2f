"""`sogoc layout`: cells, fields and regions of register pages from a locked-in process; `sogoc template check`."""
import unittest
from pathlib import Path

from program import ProgramTest
from test_read_command import STROKES, pgm, png_header

ROOT = Path(__file__).resolve().parents[2]
XS, YS = (60, 400, 760, 1100), (60, 160, 280, 400, 520)


def table(numbers):
    """A ruled table of 4 rows and 3 columns, figures in pen strokes: {(row, col): text}."""
    rows = [bytearray([240] * 1160) for _ in range(600)]

    def dot(x, y, r):
        for v in range(int(y - r), int(y + r) + 1):
            for u in range(int(x - r), int(x + r) + 1):
                rows[v][u] = 40

    for y in YS:
        for x in range(XS[0], XS[-1] + 1):
            dot(x, y, 1)
    for x in XS:
        for y in range(YS[0], YS[-1] + 1):
            dot(x, y, 1)
    for (row, col), text in numbers.items():
        for place, figure in enumerate(text):
            for stroke in STROKES[figure]:
                for (x1, y1), (x2, y2) in zip(stroke, stroke[1:]):
                    for i in range(41):
                        dot(XS[col] + 40 + place * 36 + (x1 + (x2 - x1) * i / 40) * 6,
                            YS[row] + 34 + (y1 + (y2 - y1) * i / 40) * 6, 2)
    return rows


class LayoutCommand(ProgramTest):
    def test_a_ruled_table_has_its_cells(self):
        picture = pgm(self.folder / "t.pgm", table({(1, 0): "1972", (2, 1): "2019"}))
        answer = self.sogoc("layout", "--json", picture).json()
        self.assertEqual(answer["layout"]["id"], "generic-table")
        (part,) = answer["parts"]
        (grid,) = part["tables"]
        self.assertEqual((grid["rows"], grid["cols"]), (4, 3))
        cells = {(c["row"], c["col"]): c for c in grid["cells"]}
        self.assertEqual(len(cells), 12)
        self.assertEqual(cells[1, 1]["ink"], "empty")
        self.assertNotEqual(cells[1, 0]["ink"], "empty")
        for side, want in zip(cells[2, 1]["box"], (400, 280, 760, 400)):
            self.assertAlmostEqual(side, want, delta=5)
        self.assertEqual(len(answer["register"]["entries"]), 2)

    def test_bad_pictures_are_refused_and_the_others_go_on(self):
        good = pgm(self.folder / "t.pgm", table({}))
        cut = pgm(self.folder / "cut.pgm", table({}))
        cut.write_bytes(cut.read_bytes()[:500])
        huge = png_header(self.folder / "huge.png", 200000, 200000)
        answer = self.sogoc("layout", "--json", cut, huge, self.folder / "missing.png", good, code=3)
        lines = answer.out.splitlines()
        self.assertEqual(len(lines), 4)
        self.assertTrue(all('"error"' in line for line in lines[:3]), answer.out)
        self.assertIn('"parts"', lines[3])
        self.sogoc("layout", code=2)

    def test_a_template_that_nobody_knows_is_said(self):
        picture = pgm(self.folder / "t.pgm", table({}))
        answer = self.sogoc("layout", "--form", "ks-tabel", picture, code=None)
        self.assertNotEqual(answer.code, 0)
        self.assertIn("ks-tabel", answer.err)


class TemplateCheck(ProgramTest):
    def test_the_shipped_templates_have_no_mistake(self):
        listed = self.sogoc("template", "check").out
        for layout in ("ks-table", "ks-form", "kh-table", "kt-form", "cmc-table", "hn-form", "diploma-table", "land-table", "mail-in-table",
                       "mail-out-table"):
            self.assertIn(layout, listed)
        self.sogoc("template", "check", *sorted((ROOT / "models/registers").glob("*.toml")))

    def test_every_mistake_is_named_with_its_key(self):
        bad = self.folder / "xa.toml"
        bad.write_text('kind = "KS"\nopens = "so"\nevidence = "Q"\n[[layout]]\nid = "xa"\nform = "round"\ntitles = ["Sổ"]\n'
                       '[[field]]\nkey = "ten"\nkind = "nam"\nlabels = []\ncolour = 1\npattern = "["\n'
                       '[[field]]\nkey = "ten"\nlabels = ["Tên"]\ncodes = "none"\n')
        said = self.sogoc("template", "check", bad, code=6).out
        for word in ("xa.toml", "'opens'", "'evidence'", "'form'", "'kind'", "'labels'", "colour", "regular expression", "twice", "none"):
            self.assertIn(word, said)
        self.sogoc("template", "check", self.folder / "missing.toml", code=None)
        broken = self.folder / "broken.toml"
        broken.write_text("kind = ")
        self.assertIn("line 1", self.sogoc("template", "check", broken, code=6).out)


if __name__ == "__main__":
    unittest.main()
