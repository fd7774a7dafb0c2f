"""The score of the register bench: a perfect reading is perfect, and each kind of fault costs what it should."""
import copy
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/volumes"))
import layout  # noqa: E402
import score  # noqa: E402
from volume import Volume  # noqa: E402

KINDS = {"so": "entry_number", "ngayDangKy": "date", "nksHoTen": "name", "meHoTen": "name", "nksNgaySinh": "date"}


def perfect(truth):
    """What a reader that knows the truth would answer, in the JSON of `sogoc layout`."""
    cells = [{"row": c["row"], "col": c["col"], "rowspan": c["rowspan"], "colspan": c["colspan"],
              "corners": [c["box"][:2], [c["box"][2], c["box"][1]], c["box"][2:], [c["box"][0], c["box"][3]]]} for c in truth["cells"]]
    entries = [{"box": e["box"], "fields": [{"key": k, "value": f["value"], "sure": True, "confidence": 1.0, "source": "print", "state": "read"} for k, f in e["fields"].items()]}
               for e in truth["entries"]]
    pages = [{"part": n["part"], "number": {"value": n["text"]}} for n in truth["page_numbers"]]
    return {"parts": [{"tables": [{"cells": cells}]}], "register": {"entries": entries, "page_numbers": pages}, "layout": {"id": "ks-table"}}


class Score(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.truth = Volume(layout.all_layouts()["ks-table-1999"], 1, 3, dpi=60, trouble=False).picture(0)[1]

    def setUp(self):
        self.found = perfect(self.truth)

    def cells(self):
        return score.f1(*score.cells(self.truth, self.found))

    def test_a_perfect_reading_is_perfect(self):
        self.assertEqual(self.cells(), 1.0)
        rows, astray = score.fields(self.truth, self.found, KINDS)
        self.assertGreater(len(rows), 20)
        self.assertTrue(all(r["right"] for r in rows))
        self.assertEqual(astray, 0)
        self.assertEqual(score.numbers(self.truth, self.found), (2, 2))

    def test_two_halves_of_a_spread_may_be_two_tables(self):
        all_cells = self.found["parts"][0]["tables"][0]["cells"]
        left = [c for c in all_cells if c["col"] < 7]
        right = [dict(c, col=c["col"] - 7) for c in all_cells if c["col"] >= 7]
        self.found["parts"] = [{"tables": [{"cells": left}]}, {"tables": [{"cells": right}]}]
        self.assertEqual(self.cells(), 1.0)

    def test_a_cell_in_the_wrong_column_a_missing_one_and_a_made_up_one_each_cost(self):
        whole = copy.deepcopy(self.found)
        cells = self.found["parts"][0]["tables"][0]["cells"]
        cells[40]["col"] += 1
        shifted = self.cells()
        self.assertLess(shifted, 1.0)
        self.found = copy.deepcopy(whole)
        del self.found["parts"][0]["tables"][0]["cells"][40]
        self.assertLess(self.cells(), 1.0)
        self.found = copy.deepcopy(whole)
        self.found["parts"][0]["tables"][0]["cells"].append(dict(cells[5], corners=[[0, 0], [9, 0], [9, 9], [0, 9]]))
        self.assertLess(self.cells(), 1.0)

    def test_values_in_the_neighbours_row_are_wrong(self):
        entries = self.found["register"]["entries"]
        entries[0]["fields"], entries[1]["fields"] = entries[1]["fields"], entries[0]["fields"]
        rows, _ = score.fields(self.truth, self.found, KINDS)
        self.assertGreaterEqual(sum(not r["right"] for r in rows), 6)

    def test_a_value_made_up_where_nothing_stands_is_wrong_and_an_empty_place_found_empty_counts_for_nothing(self):
        kinds = {"ghiChu": "text"}
        before, _ = score.fields(self.truth, self.found, kinds)
        empty = next(i for i, e in enumerate(self.truth["entries"]) if not e["fields"]["ghiChu"]["value"])
        field = next(f for f in self.found["register"]["entries"][empty]["fields"] if f["key"] == "ghiChu")
        field["value"] = "made up"
        after, _ = score.fields(self.truth, self.found, kinds)
        self.assertEqual(len(after), len(before) + 1)
        self.assertEqual(sum(not r["right"] for r in after), 1)

    def test_what_counts_as_the_same_value(self):
        self.assertTrue(score.same("date", "ngày 05 tháng 9 năm 1998", "5/9/1998"))
        self.assertFalse(score.same("date", "05/9/1998", "05/9/1996"))
        self.assertFalse(score.same("date", "", "05/9/1996"))
        self.assertTrue(score.same("name", "NGUYỄN THỊ HOÀ", "Nguyễn Thị Hòa"))
        self.assertFalse(score.same("name", "Nguyễn Thị Hoà", "Nguyễn Thị Hoa"))
        self.assertTrue(score.same("entry_number", "01/2005", "01 / 2005"))
        self.assertFalse(score.same("entry_number", "01/2005", "07/2005"))
        self.assertTrue(score.same("place", "Xóm Mai, Mạnh Dũng", "Xóm Mai,Mạnh Dũng"))


if __name__ == "__main__":
    unittest.main()
