"""sogoc-copy-worker FOLDER: the locked-in program that composes one copy."""
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

WORKER = os.environ["SOGOC_COPY_WORKER"]
VALUES = {
    "body": "Ủy ban nhân dân xã Đông Thạnh", "place": "Đông Thạnh", "copy_number": "05/2026-SCT/BS",
    "date_in_words": "ngày 05 tháng 9 năm 2026", "signing_time": "05-09-2026 14:03:22 +07:00",
    "signing_time_iso": "2026-09-05T14:03:22+07:00", "signer": "Nguyễn Văn Đức", "signer_title": "Chủ tịch",
    "source_title": "Trích lục khai sinh", "register_name": "Sổ đăng ký khai sinh", "register_number": "57/1998",
    "register_book": "02/1998", "register_page": "29", "converter": "Lê Thị Bích Hằng",
    "conversion_time": "05-09-2026 13:58:10 +07:00"}


def draft(**changes):
    made = {"kind": "register_copy", "template_version": "2020-05-22", "images": None, "marks": [],
            "fields": [{"label": "Họ, chữ đệm, tên", "value": "PHẠM QUỐC BẢO"}],
            "values": [[key, value] for key, value in VALUES.items()], "qr_payload": "SG1:ABC",
            "signatures": [{"name": "Body", "signer": "UBND", "reason": "", "location": ""}],
            "title": "", "language": "vi-VN", "created_at": "2026-09-05T14:03:20+07:00", "producer": "sogoc"}
    made.update(changes)
    return made


class CopyWorker(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name) / "task"
        self.folder.mkdir()

    def tearDown(self):
        self.temporary.cleanup()

    def run_task(self, task, environment=None):
        text = task if isinstance(task, str) else json.dumps(task)
        (self.folder / "task.json").write_text(text, encoding="utf-8")
        done = subprocess.run([WORKER, str(self.folder)], capture_output=True, text=True, timeout=60,
                              env={**os.environ, **(environment or {})}, check=False)
        return done.returncode, json.loads((self.folder / "result.json").read_text(encoding="utf-8"))

    def test_composes_a_copy_with_its_hole(self):
        code, result = self.run_task({"do": "compose", "draft": draft()})
        self.assertEqual(code, 0, result)
        pdf = (self.folder / "out.pdf").read_bytes()
        made = result["prepared"]
        self.assertEqual(made["bytes"], len(pdf))
        hole = pdf[made["hole_begin"]:made["hole_end"]]
        self.assertEqual(hole, b"<" + b"0" * (len(hole) - 2) + b">")
        self.assertIn(b"/ByteRange [", pdf[:made["hole_begin"]])

    def test_a_second_run_gives_the_same_bytes(self):
        self.run_task({"do": "compose", "draft": draft()})
        first = (self.folder / "out.pdf").read_bytes()
        self.run_task({"do": "compose", "draft": draft()})
        self.assertEqual(first, (self.folder / "out.pdf").read_bytes())

    def test_appends_revisions_without_touching_what_was_there(self):
        self.run_task({"do": "compose", "draft": draft()})
        pdf = bytearray((self.folder / "out.pdf").read_bytes())
        made = json.loads((self.folder / "result.json").read_text())["prepared"]
        pdf[made["hole_begin"] + 1:made["hole_begin"] + 11] = b"3003020105"  # any CMS
        (self.folder / "signed.pdf").write_bytes(pdf)
        (self.folder / "c0.der").write_bytes(b"\x30\x03\x02\x01\x05")
        code, result = self.run_task({"do": "append_dss", "from": "signed.pdf", "certificates": ["c0.der"],
                                      "ocsp": [], "crls": []})
        self.assertEqual(code, 0, result)
        longer = (self.folder / "out.pdf").read_bytes()
        self.assertEqual(longer[:len(pdf)], bytes(pdf))
        os.rename(self.folder / "out.pdf", self.folder / "kept.pdf")
        code, result = self.run_task({"do": "append_timestamp", "from": "kept.pdf"})
        self.assertEqual(code, 0, result)
        stamped = (self.folder / "out.pdf").read_bytes()
        self.assertEqual(stamped[:len(longer)], longer)
        self.assertIn(b"/DocTimeStamp", stamped[len(longer):])
        self.assertGreater(result["prepared"]["hole_end"], result["prepared"]["hole_begin"])

    def test_says_what_the_draft_lacks(self):
        values = [[key, value] for key, value in VALUES.items() if key not in ("signer", "register_page")]
        code, result = self.run_task({"do": "compose", "draft": draft(values=values)})
        self.assertEqual(code, 2)
        self.assertIn("'register_page' is missing; the value 'signer' is missing", result["error"]["message"])
        self.assertFalse((self.folder / "out.pdf").exists())

    def test_refuses_tasks_that_are_none(self):
        for task in ("", "{", "[]", "{}", '{"do":"sign"}', '{"do":"compose"}',
                     '{"do":"append_timestamp","from":"../../etc/passwd"}'):
            code, result = self.run_task(task)
            self.assertEqual(code, 3, task)
            self.assertEqual(result["error"]["code"], "invalid_input", task)

    def test_cannot_leave_its_folder(self):
        # Its archived page is a link to a file outside: the kernel keeps it from being read, where
        # the kernel has landlock; elsewhere the digest says no.
        outside = Path(self.temporary.name) / "outside.pdf"
        outside.write_bytes(b"%PDF-1.7\n")
        name = "ab" * 32
        os.symlink(outside, self.folder / name)
        code, result = self.run_task({"do": "compose", "draft": draft(images={"source": name, "pages": [1]})})
        self.assertNotEqual(code, 0)
        self.assertIn(result["error"]["code"], ("not_found", "corrupt"))

    def test_says_that_a_font_or_form_is_missing(self):
        with tempfile.TemporaryDirectory() as empty:
            for variable in ("SOGOC_FONTS", "SOGOC_COPIES"):
                code, result = self.run_task({"do": "compose", "draft": draft()}, {variable: empty})
                self.assertEqual(code, 5, variable)
                self.assertEqual(result["error"]["code"], "missing_model", variable)

    def test_a_damaged_archived_pdf_is_a_sentence_and_no_crash(self):
        import hashlib
        for junk in (b"", b"not a PDF", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 1 0 R >>\nendobj\ntrailer << /Root 1 0 R >>"):
            name = hashlib.sha256(junk).hexdigest()
            (self.folder / name).write_bytes(junk)
            code, result = self.run_task({"do": "compose", "draft": draft(images={"source": name, "pages": [1]})})
            self.assertEqual(code in (2, 3), True, result)
            self.assertIn(result["error"]["code"], ("invalid_input", "not_found"), junk)


if __name__ == "__main__":
    unittest.main()
