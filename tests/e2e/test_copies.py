"""From a confirmed page to a certified copy that verifies, through the real program, keys and servers."""
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest

from copy_office import VALUES, CopyOffice
from program import ROOT, SAMPLES, output


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


class LogHeads(CopyOffice):
    def _log(self, *arguments, code=0):
        return self.sogoc("log", *arguments, "-A", self.archive, code=code)

    def _stranger(self, *arguments):
        key_id = hashlib.sha256(output("openssl", "pkey", "-pubin", "-in", self.archive / "trust/keys/log.pem", "-outform", "DER",
                                       text=False)).hexdigest()
        what, proof, *rest = arguments
        return subprocess.run(["python3", ROOT / "tests/log_verifier/verify.py", what, proof, key_id, *rest], check=False).returncode

    def test_are_signed_with_a_timestamp_on_every_day_of_issue_and_whenever_asked(self):
        first = self.issue()
        day = json.loads(self._log("head").out)
        self.assertIn("timestamp_token", day, "the first copy of a day has the head signed and timestamped")
        self.issue(out="second.pdf")
        self.assertEqual(json.loads(self._log("head").out), day, "once a day is enough")
        remembered, proof, inclusion = (self.folder / name for name in ("remembered.json", "proof.json", "inclusion.json"))
        remembered.write_text(json.dumps(day), encoding="utf-8")
        asked = json.loads(self._log("head", "--sign").out)
        self.assertGreater(asked["tree_size"], day["tree_size"])
        self._log("prove", "--head", remembered, "-o", proof)
        self.assertEqual(self._stranger("consistency", proof, remembered), 0)
        self.sogoc("copy", "prove", first["copy"], "-A", self.archive, "-o", inclusion)
        self.assertEqual(self._stranger("inclusion", inclusion), 0)
        self.assertTrue(self._log("check", "--head", remembered, "--json").json()["holds"])

    def test_are_not_signed_over_a_log_that_was_put_back(self):
        self.issue()
        before = (self.archive / "catalogue.sqlite").read_bytes()
        self.issue(out="second.pdf")
        self._log("head", "--sign")
        with sqlite3.connect(self.archive / "catalogue.sqlite") as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for leftover in self.archive.glob("catalogue.sqlite*"):
            leftover.unlink()
        (self.archive / "catalogue.sqlite").write_bytes(before)
        refused = self._log("head", "--sign", code=6)
        self.assertIn("cut", refused.err)


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
        failed = self.issue("--token", "a", code=None)
        self.assertIn("the signer does not answer", failed.err)
        self.assertFalse((self.folder / "copy.pdf").exists())
        return failed

    def test_with_a_timestamp_are_not_issued_while_the_authority_is_down(self):
        self.stop(self.servers)
        failed = self.issue("--token", "t", level="B-T", code=None)
        self.assertEqual(failed.code, 5, failed.err)
        self.assertFalse((self.folder / "copy.pdf").exists())
        self.servers = self.serve()
        issued = self.issue("--token", "t", level="B-T")
        self.assertEqual(issued["state"], "issued")

    def test_of_others_go_on_while_one_waits_for_a_silent_timestamp_authority(self):
        self.stop(self.servers)
        self.servers = self.serve("--tsa-fault", "silent")
        self.issue()  # the certificate's status is known from here on
        words = [word for key, value in VALUES.items() for word in ("--value", f"{key}={value}")]
        waiting = self.start("copy", "issue", "-A", self.archive, "--page", "1:1", "--level", "B-T", "--by", "Thu", *words)
        deadline = time.monotonic() + 20
        while not self._state_of(2) and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(1)
        begun = time.monotonic()
        for number in (3, 4, 5):
            self.assertTrue(self.issue(out=f"{number}.pdf")["number"].startswith(f"{number:02}"))
        self.assertLess(time.monotonic() - begun, 6)
        self.assertIsNone(waiting.poll(), "the first still waits")
        self.assertEqual(self._state_of(2), "numbered")

    def _state_of(self, copy):
        shown = self.sogoc("copy", "show", copy, "-A", self.archive, "--json", code=None)
        return shown.json()["state"] if shown.code == 0 else None

    def test_wait_for_a_token_that_was_unplugged_and_go_on_when_it_is_back(self):
        self.issue()
        tokens, away = self.pki / "tokens", self.pki / "away"
        tokens.rename(away)
        failed = self.issue("--token", "u", out="second.pdf", code=None)
        self.assertEqual(failed.code, 5, failed.err)
        self.assertIn("token", failed.err)
        self.assertFalse((self.folder / "second.pdf").exists())
        self.assertEqual(self._state_of(2), "numbered")
        away.rename(tokens)
        self.assertTrue(self.issue("--token", "u", out="second.pdf")["number"].startswith("02"))  # the same signer process
        self.assertEqual(self.judge("second.pdf")["verdict"], "valid")

    def test_wait_for_a_signer_whose_pin_is_wrong_and_which_tries_it_once(self):
        self.stop(self.signer)
        pin = self.pki / "body.pin"
        right = pin.read_text()
        pin.write_text("000000\n")
        refused = self.sogoc("signer", "-A", self.archive, code=5)
        self.assertIn("PIN is wrong", refused.err)
        self.assertEqual(refused.err.count("PIN is wrong"), 1)
        failed = self._issue_without_signer()
        self.assertEqual(failed.code, 5, failed.err)
        pin.write_text(right)
        self.signer = self.start_signer()
        self.assertEqual(self.issue("--token", "a")["state"], "issued")

    def test_are_not_signed_while_nobody_says_whether_the_certificate_is_revoked(self):
        self.stop(self.servers)
        self.servers = self.serve("--ocsp-fault", "http-error", "--crl-fault", "http-error")
        failed = self.issue("--token", "o", level="B-LT", code=None)
        self.assertIn(failed.code, (5, 7), failed.err)
        self.assertIn("revoked", failed.err)
        self.assertFalse((self.folder / "copy.pdf").exists())
        self.stop(self.servers)
        self.servers = self.serve("--ocsp-fault", "http-error")  # the CRL alone is enough
        issued = self.issue("--token", "o", level="B-LT")
        self.assertEqual(issued["state"], "issued")
        self.assertEqual(self.judge()["verdict"], "valid")

    @unittest.skipUnless(os.geteuid() == 0, "a small file system can be mounted by root only")
    def test_on_a_full_disk_stay_numbered_and_are_issued_when_there_is_room(self):
        disk = self.folder / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk], capture_output=True).returncode != 0:
            self.skipTest("this machine does not let us mount a small file system")
        self.addCleanup(subprocess.run, ["umount", "-l", disk])
        self.stop(self.signer)
        full = disk / "archive"
        shutil.copytree(self.archive, full)
        shutil.rmtree(self.archive)
        self.archive.symlink_to(full)
        self.signer = self.start_signer()
        self.issue()
        state = os.statvfs(disk)
        (disk / "ballast").write_bytes(b"x" * max(0, state.f_bavail * state.f_frsize - 300_000))
        failed, number = None, 1
        while failed is None and number < 20:  # until it no longer fits
            number += 1
            answer = self.issue("--token", f"d{number}", out=f"{number}.pdf", code=None)
            failed = answer if not isinstance(answer, dict) and answer.code != 0 else None
        self.assertIsNotNone(failed)
        self.assertEqual(failed.code, 5, failed.err)
        self.assertFalse((self.folder / f"{number}.pdf").exists())
        (disk / "ballast").unlink()
        issued = self.issue("--token", f"d{number}", out=f"{number}.pdf")
        self.assertTrue(issued["number"].startswith(f"{number:02}"), issued)
        self.assertEqual(self.judge(f"{number}.pdf")["verdict"], "valid")
        self.assertTrue(self.sogoc("verify", "-A", self.archive, "--json").json()["holds"])

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
