"""request, copy book, copy list and log: the office's side of certified copies, as a clerk types it."""
import json
import sqlite3
import unittest

from program import ProgramTest

REQUEST = {"full_name": "Nguyễn Văn Mẫu", "paper": "cccd", "paper_number": "001085000123", "relation": "holder",
           "wanted": "Khai sinh số 125/2008", "copies": 2, "channel": "direct"}


class CopyOffice(ProgramTest):
    def request(self, code=0, received="2026-09-04T03:00:00.000Z", **changes):
        file = self.folder / "requester.json"
        file.write_text(json.dumps({**REQUEST, **changes}), encoding="utf-8")
        return self.sogoc("request", "create", file, "-A", self.archive, "--json", "--received", received, code=code)

    def test_records_requests_with_their_deadline_and_answers_what_was_not_found(self):
        self.make_archive()
        made = self.request().json()
        self.assertEqual(made["deadline"], "2026-09-04T17:00:00+07:00")
        slip = self.sogoc("request", "slip", made["request"], "-A", self.archive, "--json").json()
        self.assertEqual(slip["deadline"], "trước 17 giờ 00 phút, ngày 04 tháng 9 năm 2026")
        self.assertEqual(self.request(received="2026-09-04T09:00:00.000Z").json()["deadline"], "2026-09-07T17:00:00+07:00")
        late = self.sogoc("request", "overdue", "-A", self.archive, "--json", code=4).json()
        self.assertEqual(len(late), 2)

        self.sogoc("request", "not-found", 1, "--searched", "Sổ 2008", "-A", self.archive, code=2)  # no book is open
        self.sogoc("copy", "book", "open", "reply", "--organ", "UBND-TP", "-A", self.archive)
        reply = self.sogoc("request", "not-found", 1, "--searched", "Sổ 2008", "-A", self.archive, "--json").json()
        self.assertEqual(reply["reply_number"], "01/TB-UBND-TP")
        shown = self.sogoc("request", "show", 1, "-A", self.archive, "--json").json()
        self.assertEqual((shown["state"], shown["reply_number"]), ("not_found", "01/TB-UBND-TP"))
        self.sogoc("request", "end", 2, "--as", "withdrawn", "-A", self.archive)
        self.assertEqual(len(self.sogoc("request", "overdue", "-A", self.archive, "--json").json()), 0)

    def test_refuses_a_request_that_the_law_refuses_and_one_whose_deadline_nobody_knows(self):
        self.make_archive()
        heir = self.request(code=3, relation="child", basis="Giấy khai sinh")
        self.assertIn("only when the holder is dead", heir.err)
        self.request(code=3, unknown_member=1)
        self.assertIn("cannot be computed", self.request(code=7, received="2019-06-03T03:00:00.000Z").err)
        self.assertEqual(self.sogoc("request", "list", "-A", self.archive, "--json").json(), [])

    def test_opens_and_closes_books_by_role(self):
        self.make_archive()
        book = self.sogoc("copy", "book", "open", "certified", "-A", self.archive, "--json").json()
        self.assertEqual((book["book"], book["first_number"], book["state"]), (1, 1, "open"))
        self.sogoc("copy", "book", "open", "certified", "-A", self.archive, code=2)
        self.sogoc("copy", "book", "open", "no-such-series", "-A", self.archive, code=2)
        self.assertIn("it takes the head", self.sogoc("copy", "book", "close", 1, "-A", self.archive, code=5).err)
        closed = self.sogoc("copy", "book", "close", 1, "--role", "head", "-A", self.archive, "--json").json()
        self.assertEqual((closed["state"], closed["issued"]), ("closed", 0))
        self.assertEqual(self.sogoc("copy", "book", "show", 1, "-A", self.archive, "--json").json()["copies"], [])
        self.assertEqual(len(self.sogoc("copy", "book", "list", "-A", self.archive, "--json").json()), 1)
        self.assertEqual(self.sogoc("copy", "list", "-A", self.archive, "--json").json(), [])
        self.sogoc("copy", "show", 9, "-A", self.archive, code=2)
        self.sogoc("copy", "void", 9, "--reason", "x", "-A", self.archive, code=2)

    def test_says_that_the_log_holds_and_finds_a_changed_request(self):
        self.make_archive()
        self.request()
        held = self.sogoc("log", "check", "-A", self.archive, "--json").json()
        self.assertTrue(held["holds"])
        self.assertGreaterEqual(held["leaves"], 1)
        lines = self.sogoc("log", "export", "-A", self.archive).out.splitlines()
        self.assertEqual(len(lines), held["leaves"])
        self.assertNotIn("Nguyễn", "".join(lines))
        self.sogoc("log", "head", "-A", self.archive, code=2)  # none was signed
        with sqlite3.connect(self.archive / "catalogue.sqlite") as database:
            database.execute("UPDATE requests SET deadline = deadline + 86400000")
        self.assertIn("request 1", self.sogoc("log", "check", "-A", self.archive, code=6).out)
        self.assertIn("request 1", self.sogoc("verify", "-A", self.archive, code=6).out)


if __name__ == "__main__":
    unittest.main()
