"""Register books: a volume goes in, persons decide, tables and copies come out."""
import csv
import json
import subprocess
import unittest
import zipfile

from program import SAMPLES, ProgramTest

BOOK = "KS.2005.01"


class Books(ProgramTest):
    def setUp(self):
        super().setUp()
        self.make_archive()

    def book(self, *arguments, code=0, **environment):
        return self.sogoc("book", *arguments, "-A", self.archive, code=code, **environment)

    def make_book(self, code=BOOK):
        self.book("create", code, "--kind", "KS", "--year", "2005", "--number", "01/2005", "--by", "lan")

    # A page of any kind: its entries are put in by a person, as where no layout fits.
    def book_with_entries(self, entries=(("01/2005", "Nguyễn Văn A"), ("02/2005", "Trần Thị B"))):
        self.make_book()
        self.ingest(SAMPLES / "quyet-dinh.pdf", options=("--book", BOOK, "--by", "lan"))
        self.run_archive()
        ids = []
        for number, name in entries:
            made = self.sogoc("entry", "add", "--book", BOOK, "--page", "1:1", f"so={number}", f"nksHoTen={name}",
                              "ngayDangKy=05.09.2005", "-A", self.archive, "--by", "lan", "--json")
            ids.append(made.json()["entry"])
        return ids

    def entry(self, name):
        return self.sogoc("entry", "show", name, "-A", self.archive, "--json").json()

    def test_a_batch_of_a_book_is_read_as_a_book(self):
        self.make_book()
        self.ingest(SAMPLES / "quyet-dinh.pdf", options=("--book", BOOK))
        self.run_archive()
        self.assertEqual(self.book("show", BOOK, "--json").json()["pages"], 2)
        self.assertEqual([p["position"] for p in self.book("pages", BOOK, "--json").json()], [1, 2])

    def test_an_unknown_book_kind_or_field_is_refused_with_a_sentence(self):
        refused = self.ingest(SAMPLES / "quyet-dinh.pdf", options=("--book", "NONE"), code=None)
        self.assertNotEqual(refused.code, 0)
        self.assertIn("does not exist", refused.err)
        self.assertIn("no kind of register", self.book("create", "X", "--kind", "XX", "--year", "2005", code=2).err)
        self.book_with_entries()
        refused = self.sogoc("entry", "set", f"{BOOK}:1", "tenCuaTre=A", "-A", self.archive, code=2)
        self.assertIn("no field of this register", refused.err)

    def test_history_says_who_decided_what(self):
        self.book_with_entries()
        self.sogoc("entry", "set", f"{BOOK}:1", "nksHoTen=Nguyễn Văn Á", "--illegible", "meHoTen", "--unknown", "chaHoTen",
                   "-A", self.archive, "--by", "minh")
        entry = self.entry(f"{BOOK}:01/2005")
        self.assertEqual(entry["fields"]["meHoTen"]["state"], "illegible")
        self.assertEqual(entry["fields"]["chaHoTen"]["state"], "unknown")
        history = self.sogoc("entry", "history", f"{BOOK}:1", "-A", self.archive, "--json").json()["changes"]
        names = [(c["by"], c["value"]) for c in history if c["key"] == "nksHoTen"]
        self.assertEqual(names, [("lan", "Nguyễn Văn A"), ("minh", "Nguyễn Văn Á")])

    def test_a_book_closes_when_nothing_is_open_or_with_a_reason(self):
        self.book_with_entries()
        self.ingest(SAMPLES / "quyet-dinh.pdf", options=("--book", BOOK, "--again"))  # and not read yet
        refused = self.book("close", BOOK, "--json", code=4).json()
        self.assertFalse(refused["closed"])
        self.assertTrue(any("not read" in reason for reason in refused["reasons"]), refused)
        self.book("close", BOOK, "--reason", "giao nộp theo biên bản 12", "--by", "lan")
        self.assertEqual(self.book("show", BOOK, "--json").json()["closed"]["reason"], "giao nộp theo biên bản 12")
        self.assertIn("is closed", self.sogoc("entry", "set", f"{BOOK}:1", "nksHoTen=B", "-A", self.archive, code=None).err)

    def test_two_who_key_blindly_agree_or_a_third_decides(self):
        self.book_with_entries()
        key = lambda by, value, code: self.sogoc("review", "key", f"{BOOK}:1", "meHoTen", value, "-A", self.archive, "--by", by,
                                                 "--json", code=code).json()["state"]
        self.assertEqual(key("lan", "Lê Thị Hoa", 0), "open")
        self.assertEqual(key("minh", "Lê Thị Hóa", 4), "disputed")
        self.assertNotIn("meHoTen", self.entry(f"{BOOK}:1")["fields"])
        self.assertEqual(key("hoa", "Lê Thị Hoa", 0), "agreed")
        self.assertEqual(self.entry(f"{BOOK}:1")["fields"]["meHoTen"]["value"], "Lê Thị Hoa")

    def test_the_rules_tell_what_contradicts_itself(self):
        self.book_with_entries()
        self.sogoc("entry", "set", f"{BOOK}:2", "ngayDangKy=05.09.2006", "nksNgaySinh=30/02/2005", "-A", self.archive)
        rules = {f["rule"] for f in self.sogoc("review", "checks", BOOK, "-A", self.archive, "--json", code=4).json()}
        self.assertLessEqual({"year_mismatch", "date_form"}, rules)

    def test_excel_goes_out_and_comes_back_and_changes_nothing_twice(self):
        self.book_with_entries()
        table = self.folder / "book.xlsx"
        self.book("export", BOOK, "-o", table)
        same = self.book("import", BOOK, table, "--json").json()
        self.assertEqual((same["rows"], same["changed"], same["added"], same["problems"]), (2, 0, 0, []))
        # A contractor corrects a cell and adds a row, in CSV.
        text = self.folder / "book.csv"
        self.book("export", BOOK, "--format", "csv", "-o", text)
        rows = list(csv.reader(text.read_text(encoding="utf-8-sig").splitlines()))
        keys = rows[1]
        rows[2][keys.index("meHoTen")] = "Lê Thị Hóa"
        rows[3][keys.index("nksHoTen")] = "Trần Thị BB"
        rows.append(["" for _ in keys])
        rows[4][keys.index("so")], rows[4][keys.index("nksHoTen")] = "03/2005", "Lê Văn C"
        with text.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        first = self.book("import", BOOK, text, "--by", "minh", "--json", code=4).json()
        self.assertEqual((first["changed"], first["added"]), (1, 1))
        self.assertEqual([(p["row"], p["column"]) for p in first["problems"]], [(4, "nksHoTen")])
        self.assertIn("decided otherwise by lan", first["problems"][0]["text"])
        again = self.book("import", BOOK, text, "--by", "minh", "--json", code=4).json()
        self.assertEqual((again["changed"], again["added"], again["unchanged"]), (0, 0, 3))
        self.assertEqual(self.entry(f"{BOOK}:3")["fields"]["nksHoTen"]["value"], "Lê Văn C")

    def test_json_lines_hold_every_entry(self):
        self.book_with_entries()
        out = self.folder / "book.jsonl"
        self.book("export", BOOK, "--format", "jsonl", "-o", out)
        lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        self.assertEqual([line["fields"]["so"]["value"] for line in lines], ["01/2005", "02/2005"])
        # Back in, it changes nothing; a changed line changes its field and no other.
        same = self.book("import", BOOK, out, "--by", "minh", "--json").json()
        self.assertEqual((same["changed"], same["added"], same["unchanged"]), (0, 0, 2))
        lines[0]["fields"]["nksHoTen"] = {"state": "illegible", "value": ""}
        out.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        changed = self.book("import", BOOK, out, "--by", "minh", "--replace", "--json").json()
        self.assertEqual((changed["changed"], changed["unchanged"]), (1, 1))
        self.assertEqual(self.entry(f"{BOOK}:1")["fields"]["nksHoTen"]["state"], "illegible")
        out.write_text("[" * 100000, encoding="utf-8")
        self.assertIn("line 1", self.book("import", BOOK, out, "--by", "minh", code=None).err)

    def test_the_package_has_one_pdf_a_case_and_reports_large_pages(self):
        self.book_with_entries()
        out = self.folder / "package"
        report = self.book("export", BOOK, "--format", "moj", "--page-kb", "1", "-o", out, "--json").json()
        self.assertEqual(report["cases"], 2)
        self.assertEqual(len(report["too_large"]), 2)
        with zipfile.ZipFile(out / f"{BOOK}.zip") as package:
            self.assertEqual(package.namelist(), ["KS.2005.01.2005-09-05.1.pdf", "KS.2005.01.2005-09-05.2.pdf"])
            (self.folder / "case.pdf").write_bytes(package.read(package.namelist()[0]))
        self.assertEqual(subprocess.run(["qpdf", "--check", self.folder / "case.pdf"], capture_output=True).returncode, 0)

    def hostile(self, name, parts):
        file = self.folder / name
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("xl/workbook.xml", '<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>')
            package.writestr("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>')
            for part, text in parts.items():
                package.writestr(part, text)
        return file

    def test_hostile_tables_are_refused_with_one_sentence(self):
        self.book_with_entries()
        sheet = '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>so</t></is></c></row>{}</sheetData></worksheet>'
        bomb = {"xl/worksheets/sheet1.xml": "<worksheet>" + " " * (60 << 20) + "</worksheet>"}
        laughs = {"xl/worksheets/sheet1.xml": '<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'}
        formula = {"xl/worksheets/sheet1.xml": sheet.format('<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>')}
        for name, parts, says in (("bomb.xlsx", bomb, "unpacks to far more"), ("laughs.xlsx", laughs, "document type"),
                                  ("formula.xlsx", formula, "holds a formula in A2")):
            with self.subTest(name):
                refused = self.book("import", BOOK, self.hostile(name, parts), code=3)
                self.assertIn(says, refused.err)
                self.assertEqual(len(refused.err.strip().splitlines()), 1)
        wrong = {"xl/worksheets/sheet1.xml": sheet.format('<row r="2"><c r="A2" t="b"><v>1</v></c></row><row r="3"><c r="A3"><v>38353.5</v></c></row>')}
        problems = self.book("import", BOOK, self.hostile("types.xlsx", wrong), "--json", code=4).json()["problems"]
        self.assertEqual([p["row"] for p in problems], [2, 3])
        (self.folder / "no.xlsx").write_bytes(b"PK\x03\x04 broken")
        self.assertIn("no Excel file", self.book("import", BOOK, self.folder / "no.xlsx", code=3).err)


if __name__ == "__main__":
    unittest.main()
