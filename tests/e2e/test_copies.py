"""From a confirmed page to a certified copy that verifies, through the real program, keys and servers."""
import json
import signal
import unittest

from copy_office import CopyOffice
from program import SAMPLES, output


class Copies(CopyOffice):
    def test_are_issued_and_verify_at_every_level(self):
        for number, level in enumerate(("B-B", "B-T", "B-LT", "B-LTA"), 1):
            with self.subTest(level=level):
                name = f"{level}.pdf"
                copy = self.issue(level=level, out=name)
                self.assertEqual(copy["state"], "issued")
                self.assertTrue(copy["number"].startswith(f"{number:02}"), copy["number"])
                self.assertEqual(self.pdfsig(name)[0], "Signature is Valid.")
                output("qpdf", "--check", self.folder / name)
                report = self.judge(name)
                self.assertEqual(report["verdict"], "valid", json.dumps(report, ensure_ascii=False)[:2000])
                self.assertEqual(report["file"]["signatures"][0]["level"], level)
                self.assertEqual(report["log_status"], "valid")
        self.assertTrue(self.sogoc("verify", "-A", self.archive, "--json").json()["holds"])

    def test_show_what_stands_in_the_book_and_nothing_else(self):
        copy = self.issue()
        text = output("pdftotext", self.folder / "copy.pdf", "-")
        self.assertIn(copy["number"], text)
        self.assertIn("+07:00", text)
        listed = self.sogoc("copy", "list", "-A", self.archive, "--json").json()
        self.assertEqual([row["copy_number"] for row in listed], [copy["number"]])

    def test_say_in_the_verifier_that_they_were_revoked_or_replaced(self):
        for act, status in (("revoke", "revoked"), ("replace", "replaced")):
            copy = self.issue(out=f"{act}.pdf")
            self.sogoc("copy", act, "-A", self.archive, copy["copy"], "--reason", "ghi nhầm", "--by", "Thu", "--role", "head")
            report = self.judge(f"{act}.pdf", code=6)
            self.assertEqual(report["log_status"], status)

    def test_repeat_nothing_for_a_repeated_token(self):
        first = self.issue("--token", "mot")
        again = self.issue("--token", "mot", out="again.pdf")
        self.assertEqual(first["number"], again["number"])
        self.assertEqual((self.folder / "copy.pdf").read_bytes(), (self.folder / "again.pdf").read_bytes())

    def test_are_refused_for_a_page_that_nobody_confirmed(self):
        self.ingest(SAMPLES / "thong-bao.jpg")
        self.run_archive()
        refused = self.issue(page="2:1", code=None)
        self.assertNotEqual(refused.code, 0)
        self.assertIn("confirm", refused.err)
        self.assertEqual(self.sogoc("copy", "list", "-A", self.archive, "--json").json(), [])

    def test_are_refused_when_a_byte_of_the_source_changed(self):
        document = self.sogoc("inspect", "-A", self.archive, "--document", "1", "--json").json()
        digest = document["outputs"]["pdf"]
        stored = self.archive / "objects" / digest[:2] / digest[2:4] / digest
        stored.chmod(0o644)
        content = bytearray(stored.read_bytes())
        content[len(content) // 2] ^= 1
        stored.write_bytes(content)
        refused = self.issue(code=None)
        self.assertEqual(refused.code, 6)
        self.assertIn("digest", refused.err)


class CertifiedCopies(CopyOffice):
    def _waiting(self, **options):
        return self.issue("--original-presented", kind="certified_copy", code=4, **options)

    def _approve(self, copy, code, expect=0, out="copy.pdf"):
        answer = self.sogoc("copy", "approve", "-A", self.archive, copy["copy"], "--approver", "lan", "--code", code,
                            "--role", "certifier", "-o", self.folder / out, "--json", code=expect)
        return answer.json() if answer.out.strip().startswith("{") else answer

    def test_wait_for_the_certifier_and_carry_two_signatures(self):
        waiting = self._waiting()
        self.assertEqual(waiting["waits_for"]["role"], "certifier")
        self.assertFalse((self.folder / "copy.pdf").exists())
        issued = self._approve(waiting, self.code())
        self.assertEqual(issued["state"], "issued")
        self.assertEqual(self.pdfsig(), ["Signature is Valid.", "Signature is Valid."])
        self.assertEqual(self.judge()["verdict"], "valid")

    def test_refuse_a_wrong_code_and_a_code_that_was_used(self):
        first, second = self._waiting(), self._waiting(out="second.pdf")
        wrong = f"{(int(self.code()) + 1) % 1_000_000:06d}"
        refused = self._approve(first, wrong, expect=None)
        self.assertEqual(refused.code, 5)
        self.assertIn("one-time code", refused.err)
        code = self.code()
        self._approve(first, code)
        replayed = self._approve(second, code, expect=None, out="second.pdf")
        self.assertEqual(replayed.code, 5)
        self.assertFalse((self.folder / "second.pdf").exists())
        self.wait_for_next_code()
        self.assertEqual(self._approve(second, self.code(), out="second.pdf")["state"], "issued")


class CopiesInTrouble(CopyOffice):
    def test_wait_for_a_signer_that_died_and_keep_their_number(self):
        self.stop(self.signer, signal.SIGKILL)
        failed = self._issue_without_signer()
        self.assertNotEqual(failed.code, 0)
        self.signer = self.start_signer()
        issued = self.issue("--token", "a")
        self.assertTrue(issued["number"].startswith("01"))
        self.assertEqual(self.judge()["verdict"], "valid")

    def _issue_without_signer(self):
        return self.sogoc("copy", "issue", "-A", self.archive, "--page", "1:1", "--token", "a", "--by", "Thu", code=None,
                          SOGOC_SIGNER_PATIENCE_MS="1500")

    def test_with_a_timestamp_are_not_issued_while_the_authority_is_down(self):
        self.stop(self.servers)
        failed = self.issue("--token", "t", level="B-T", code=None)
        self.assertEqual(failed.code, 5, failed.err)
        self.assertFalse((self.folder / "copy.pdf").exists())
        self.servers = self.serve()
        issued = self.issue("--token", "t", level="B-T")
        self.assertEqual(issued["state"], "issued")

    def test_are_refused_with_the_reason_when_the_certificate_was_revoked(self):
        self.sogoc("dev-pki", self.pki, "--revoke", "body")
        self.stop(self.signer)
        self.signer = self.start_signer()
        failed = self.issue("--token", "r", code=None)
        self.assertNotEqual(failed.code, 0)
        self.assertIn("revoked", failed.err)
        self.assertFalse((self.folder / "copy.pdf").exists())


if __name__ == "__main__":
    unittest.main()
