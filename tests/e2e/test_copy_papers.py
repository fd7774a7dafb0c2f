"""The papers around a copy, and what a stranger gets to check it: written by the program as a clerk asks for them."""
import json
import shutil
import unittest

from copy_office import CopyOffice
from program import output, words

REQUEST = {"full_name": "Nguyễn Văn Mẫu", "paper": "cccd", "paper_number": "001085000123", "relation": "holder",
           "wanted": "Quyết định số 128/QĐ-UBND", "copies": 2, "channel": "direct", "address": "Thôn 3, xã Ví Dụ"}
PLACE = "place=Xã Ví Dụ"


class CopyPapers(CopyOffice):
    def _text(self, name):
        output("qpdf", "--check", self.folder / name)
        return words(output("pdftotext", "-layout", self.folder / name, "-"))

    def _requester(self):
        file = self.folder / "requester.json"
        file.write_text(json.dumps(REQUEST), encoding="utf-8")
        return file

    def test_slip_and_reply_say_hour_day_and_number(self):
        asked = self.sogoc("request", "create", self._requester(), "-A", self.archive, "--json", "--by", "Thu",
                           "--received", "2026-09-04T03:00:00.000Z").json()["request"]
        missing = self.sogoc("request", "slip", asked, "-A", self.archive, "-o", self.folder / "slip.pdf", code=2)
        self.assertIn("place", missing.err)
        self.sogoc("request", "slip", asked, "-A", self.archive, "-o", self.folder / "slip.pdf", "--value", PLACE)
        slip = self._text("slip.pdf")
        for expected in ("Nguyễn Văn Mẫu", "001085000123", "10 giờ 00 phút, ngày 04 tháng 9 năm 2026",
                         "trước 17 giờ 00 phút, ngày 04 tháng 9 năm 2026", "Quyết định số 128/QĐ-UBND"):
            self.assertIn(expected, slip)

        self.sogoc("copy", "book", "open", "reply", "--organ", "UBND", "-A", self.archive)
        reply = ["request", "not-found", asked, "--searched", "Sổ 2024, 2025", "-A", self.archive, "--json", "--value", PLACE,
                 "--value", "signer=Lê Thị Mẫu", "--value", "signer_title=Chủ tịch", "-o"]
        numbers = {self.sogoc(*reply, self.folder / name).json()["reply_number"] for name in ("reply.pdf", "again.pdf")}
        self.assertEqual(numbers, {"01/TB-UBND"})
        for name in ("reply.pdf", "again.pdf"):
            for expected in ("01/TB-UBND", "Sổ 2024, 2025", "04/9/2026", "không tìm thấy", "CHỦ TỊCH"):
                self.assertIn(expected, self._text(name))

    def test_print_and_receipt_belong_to_the_issued_copy(self):
        copy = self.issue("--requester", self._requester(), "--lookup", "https://tracuu.example.vn/C", level="B-T")
        self.sogoc("copy", "print", copy["copy"], "-A", self.archive, "--converter", "Trần Văn Thử", "--by", "Thu", "-o",
                   self.folder / "print.pdf")
        text = self._text("print.pdf")
        for expected in (copy["number"], copy["lookup"], "HTTPS://TRACUU.EXAMPLE.VN/C/T/", "Trần Văn Thử", "+07:00",
                         "từ thông điệp dữ liệu sang văn bản giấy"):
            self.assertIn(expected, text)
        pages = output("pdfinfo", self.folder / "print.pdf"), output("pdfinfo", self.folder / "copy.pdf")
        self.assertEqual(*[next(line for line in info.splitlines() if line.startswith("Pages")) for info in pages])
        self.sogoc("copy", "receipt", copy["copy"], "-A", self.archive, "--recipient", "Nguyễn Văn Mẫu", "--by", "Thu",
                   "--value", PLACE, "-o", self.folder / "receipt.pdf")
        text = self._text("receipt.pdf")
        for expected in (copy["number"], "PHIẾU GIAO NHẬN", "Nguyễn Văn Mẫu", "128/QĐ-UBND", "Thu"):
            self.assertIn(expected, text)

    def test_of_a_revoked_copy_are_refused_and_nothing_known_can_be_changed(self):
        copy = self.issue()["copy"]
        changed = self.sogoc("copy", "print", copy, "-A", self.archive, "--converter", "T", "--value", "copy_number=99",
                             "-o", self.folder / "print.pdf", code=2)
        self.assertIn("copy_number", changed.err)
        self.sogoc("copy", "revoke", copy, "-A", self.archive, "--reason", "cấp sai", "--role", "head")
        refused = self.sogoc("copy", "print", copy, "-A", self.archive, "--converter", "T", "-o", self.folder / "print.pdf",
                             code=2)
        self.assertIn("revoked", refused.err)
        self.assertFalse((self.folder / "print.pdf").exists())


class OfflineBundles(CopyOffice):
    """A stranger has the file, the bundle, the published keys and the authority: no archive, no network."""

    def setUp(self):
        super().setUp()
        self.stranger = self.folder / "stranger"
        self.stranger.mkdir()
        shutil.copytree(self.archive / "trust" / "keys", self.stranger / "keys")
        self.sogoc("trust", "import", "--store", self.stranger / "trust", "--trial", self.authority["ca_file"], "--kind",
                   "trial")

    def _bundle(self, *copies):
        self.sogoc("copy", "bundle", *copies, "-A", self.archive, "-o", self.stranger / "bundle.json")

    def _judge(self, name="copy.pdf", code=0, keys="keys"):
        return self.sogoc("copy", "verify", self.folder / name, "--trust", self.stranger / "trust", "--trial", "--keys",
                          self.stranger / keys, "--offline", self.stranger / "bundle.json", "--json", code=code).json()

    def test_let_a_stranger_judge_a_copy_and_its_place_in_the_log(self):
        first, second = self.issue(), self.issue(level="B-T", out="second.pdf")
        without = self.sogoc("copy", "verify", self.folder / "copy.pdf", "--trust", self.stranger / "trust", "--trial",
                             "--json", code=7).json()
        self.assertEqual(without["verdict"], "undecidable")
        self._bundle(first["copy"], second["copy"])
        self.stop(self.servers)
        self.stop(self.signer)
        for name in ("copy.pdf", "second.pdf"):
            report = self._judge(name)
            self.assertEqual((report["verdict"], report["log"]["state"]), ("valid", "issued"), json.dumps(report)[:1500])

    def test_say_that_a_copy_was_revoked_and_hold_no_name(self):
        copy = self.issue("--value", "holder=Nguyễn Văn Mẫu")["copy"]
        self.sogoc("copy", "revoke", copy, "-A", self.archive, "--reason", "ghi nhầm", "--role", "head")
        self._bundle(copy)
        self.assertEqual(self._judge(code=6)["log"]["state"], "revoked")
        self.assertNotIn("Nguyễn Văn Mẫu", (self.stranger / "bundle.json").read_text(encoding="utf-8"))

    def test_with_a_forged_state_or_another_key_convince_nobody(self):
        copy = self.issue()["copy"]
        self.sogoc("copy", "revoke", copy, "-A", self.archive, "--reason", "ghi nhầm", "--role", "head")
        self._bundle(copy)
        bundle = json.loads((self.stranger / "bundle.json").read_text(encoding="utf-8"))
        bundle["proofs"][0]["leaf"] = bundle["proofs"][0]["leaf"].replace("revoked", "issued")
        (self.stranger / "bundle.json").write_text(json.dumps(bundle), encoding="utf-8")
        self.assertIn("log_proof_fails", json.dumps(self._judge(code=6)))
        self._bundle(copy)
        (self.stranger / "other").mkdir()
        key = self.stranger / "key.pem"
        output("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
        output("openssl", "ec", "-in", key, "-pubout", "-out", self.stranger / "other" / "log.pem")
        self.assertIn("log_key_unknown", json.dumps(self._judge(code=7, keys="other")))


if __name__ == "__main__":
    unittest.main()
