"""A copy of one entry of a register book, and what becomes of it when the entry is corrected."""
import unittest

from copy_office import VALUES, CopyOffice
from program import SAMPLES

BOOK = "KS.2005.01"


class EntryCopies(CopyOffice):
    def setUp(self):
        super().setUp()
        self.sogoc("book", "create", BOOK, "--kind", "KS", "--year", "2005", "--number", "01/2005", "-A", self.archive)
        self.ingest(SAMPLES / "quyet-dinh.pdf", options=("--book", BOOK, "--again"))
        self.run_archive()
        for number, name in (("01/2005", "Nguyễn Văn A"), ("02/2005", "Trần Thị B")):
            self.sogoc("entry", "add", "--book", BOOK, "--page", "2:1", f"so={number}", f"nksHoTen={name}", "-A", self.archive, "--by", "lan")

    def copy_of(self, entry, out, code=0):
        words = [word for key, value in VALUES.items() if key not in ("register_number", "register_book")
                 for word in ("--value", f"{key}={value}")]
        return self.sogoc("copy", "issue", "-A", self.archive, "--kind", "register_copy", "--entry", f"{BOOK}:{entry}", "--by", "Thu",
                          "-o", self.folder / out, "--json", *words, code=code)

    def test_correcting_an_entry_replaces_its_copies_and_no_others(self):
        for entry, out in (("1", "one.pdf"), ("2", "two.pdf")):
            self.copy_of(entry, out)
            self.assertEqual(self.judge(out)["verdict"], "valid")
        self.sogoc("entry", "set", f"{BOOK}:1", "nksHoTen=Nguyễn Văn Á", "-A", self.archive, "--by", "minh")
        states = [copy["state"] for copy in self.sogoc("copy", "list", "-A", self.archive, "--json").json()]
        self.assertEqual(sorted(states), ["issued", "replaced"])
        self.copy_of("1", "again.pdf")
        self.assertEqual(self.judge("two.pdf")["verdict"], "valid")

    def test_an_entry_that_is_not_there_gives_no_copy_and_no_number(self):
        self.assertIn("does not exist", self.copy_of("7", "no.pdf", code=None).err)
        self.assertEqual(self.sogoc("copy", "list", "-A", self.archive, "--json").json(), [])


if __name__ == "__main__":
    unittest.main()
