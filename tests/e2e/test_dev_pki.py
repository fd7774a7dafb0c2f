"""sogoc dev-pki and sogoc trust, with OpenSSL's own programs as the judge of what is served."""
import hashlib
import json
import os
import signal
import stat
import subprocess
import time
import unittest
import urllib.error
import urllib.request

from program import SOGOC, ProgramTest


class DevPki(ProgramTest):
    def make(self, *options, code=0):
        self.pki = self.folder / "pki"
        return self.sogoc("dev-pki", self.pki, "--json", *options, code=code)

    def serve(self, *options):
        process = subprocess.Popen([SOGOC, "dev-pki", str(self.pki), "--serve", *options], stdout=subprocess.PIPE,
                                   text=True, env=dict(os.environ, LC_ALL="C.UTF-8"))
        self.addCleanup(process.stdout.close)
        self.addCleanup(self._end, process)
        ready = process.stdout.readline().split()
        self.assertEqual(ready[0], "ready")
        self.url = ready[1]
        return process

    def openssl(self, *arguments):
        return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True)

    def get(self, path, body=None, timeout=20):
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data=body), timeout=timeout) as answer:
            return answer.read()

    def stamp(self, data=b"signature"):
        """(exit code, words) of openssl ts -verify over a token for `data`."""
        file, query, reply = (self.folder / name for name in ("data", "query.tsq", "reply.tsr"))
        file.write_bytes(data)
        self.assertEqual(self.openssl("ts", "-query", "-data", file, "-sha256", "-cert", "-out", query).returncode, 0)
        reply.write_bytes(self.get("/tsa", query.read_bytes()))
        judged = self.openssl("ts", "-verify", "-queryfile", query, "-in", reply, "-CAfile", self.pki / "root.pem",
                              "-untrusted", self.pki / "issuing.pem")
        return judged.returncode, judged.stdout + judged.stderr

    def ask_ocsp(self, member="body"):
        judged = self.openssl("ocsp", "-issuer", self.pki / "issuing.pem", "-cert", self.pki / f"{member}.pem",
                              "-url", self.url + "/ocsp", "-CAfile", self.pki / "ca.pem")
        return judged.stdout + judged.stderr

    def test_makes_certificates_that_openssl_accepts_and_secrets_nobody_else_reads(self):
        said = self.make().json()
        for member in ("body", "certifier", "tsa", "ocsp"):
            judged = self.openssl("verify", "-CAfile", self.pki / "ca.pem", self.pki / f"{member}.pem")
            self.assertEqual(judged.returncode, 0, judged.stderr)
        for member in ("body", "certifier"):
            for key in ("pin_file", "pkcs12", "password_file"):
                self.assertEqual(stat.S_IMODE(os.stat(said[member][key]).st_mode), 0o600)
            opened = self.openssl("pkcs12", "-in", said[member]["pkcs12"], "-passin",
                                  f"file:{said[member]['password_file']}", "-nodes")
            self.assertEqual(opened.returncode, 0, opened.stderr)
            self.assertIn("PRIVATE KEY", opened.stdout)
        for key in (self.pki / "private").iterdir():
            self.assertEqual(stat.S_IMODE(key.stat().st_mode), 0o600)
        text = self.openssl("x509", "-in", self.pki / "body.pem", "-noout", "-text").stdout
        self.assertIn("2.25.252137264904416316498829243352846", text)
        self.assertIn(said["ocsp_url"], text)

    def test_says_the_same_the_second_time_and_touches_nothing(self):
        first = self.make().json()
        before = {file: file.read_bytes() for file in self.pki.rglob("*") if file.is_file()}
        self.assertEqual(self.make().json(), first)
        self.assertEqual({file: file.read_bytes() for file in self.pki.rglob("*") if file.is_file()}, before)

    def test_refuses_a_folder_that_is_not_its_own_and_leaves_nothing_behind(self):
        (self.folder / "pki").mkdir()
        (self.folder / "pki" / "letter.txt").write_text("mine")
        self.make(code=2)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["pki"])
        self.assertEqual([p.name for p in (self.folder / "pki").iterdir()], ["letter.txt"])

    def test_says_what_to_install_when_there_is_no_software_token(self):
        answer = self.make("--softhsm", self.folder / "absent.so", code=5)
        self.assertIn("softhsm2", answer.err)
        self.assertFalse(self.pki.exists())

    def test_serves_timestamps_ocsp_and_crls_until_it_is_told_to_stop(self):
        self.make()
        server = self.serve()
        code, words = self.stamp()
        self.assertEqual(code, 0, words)
        for member in ("body", "certifier", "tsa"):
            self.assertIn(f"{member}.pem: good", self.ask_ocsp(member))
            self.assertIn("Response verify OK", self.ask_ocsp(member))
        for ca, issuer in (("issuing", "issuing"), ("root", "root")):
            crl = self.folder / f"{ca}.crl"
            crl.write_bytes(self.get(f"/{ca}.crl"))
            judged = self.openssl("crl", "-in", crl, "-inform", "DER", "-CAfile", self.pki / "ca.pem", "-noout")
            self.assertIn("verify OK", judged.stdout + judged.stderr)
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(10), 0)

    def test_answers_many_at_once_and_survives_garbage(self):
        self.make()
        self.serve()
        garbage = os.urandom(5000)
        for path in ("/tsa", "/ocsp"):
            try:
                self.get(path, garbage)
            except urllib.error.HTTPError:
                pass
        with self.assertRaises(urllib.error.HTTPError):
            self.get("/nothing")
        begun = time.monotonic()
        for _ in range(50):
            self.get("/issuing.crl")
        self.assertLess(time.monotonic() - begun, 30)
        self.assertEqual(self.stamp()[0], 0)

    def test_revokes_while_it_is_served(self):
        self.make()
        self.serve()
        self.assertIn("body.pem: good", self.ask_ocsp())
        self.make("--revoke", "body=2026-01-02T03:04:05Z")
        self.assertIn("body.pem: revoked", self.ask_ocsp())
        self.assertIn("Jan  2 03:04:05 2026", self.ask_ocsp())
        crl = self.folder / "crl"
        crl.write_bytes(self.get("/issuing.crl"))
        serial = self.openssl("x509", "-in", self.pki / "body.pem", "-noout", "-serial").stdout.strip().split("=")[1]
        self.assertIn(serial, self.openssl("crl", "-in", crl, "-inform", "DER", "-noout", "-text").stdout)
        self.make("--revoke", "nobody", code=2)
        self.make("--revoke", "body=yesterday", code=2)

    def test_gives_expired_and_not_yet_valid_certificates_to_the_same_key(self):
        self.make("--expired", "body", "--not-yet", "certifier")
        words = lambda member: self.openssl("verify", "-CAfile", self.pki / "ca.pem", self.pki / f"{member}.pem").stderr
        self.assertIn("has expired", words("body"))
        self.assertIn("not yet valid", words("certifier"))
        key = self.openssl("x509", "-in", self.pki / "body.pem", "-noout", "-pubkey").stdout
        self.make("--valid", "body")
        self.assertEqual(words("body"), "")
        self.assertEqual(self.openssl("x509", "-in", self.pki / "body.pem", "-noout", "-pubkey").stdout, key)

    def test_fails_in_each_way_it_is_asked_to(self):
        self.make()
        for fault, words in (("wrong-imprint", "message imprint"), ("rejects", "status"), ("garbage", "")):
            server = self.serve("--tsa-fault", fault)
            code, said = self.stamp()
            self.assertNotEqual(code, 0, fault)
            self.assertIn(words, said)
            self._end(server)
        server = self.serve("--ocsp-fault", "try-later", "--crl-fault", "http-error", "--delay-ms", "300")
        begun = time.monotonic()
        self.assertIn("trylater", self.ask_ocsp())
        self.assertGreater(time.monotonic() - begun, 0.25)
        with self.assertRaises(urllib.error.HTTPError):
            self.get("/root.crl")
        self._end(server)
        self.serve("--ocsp-fault", "unknown", "--tsa-fault", "silent")
        self.assertIn("body.pem: unknown", self.ask_ocsp())
        with self.assertRaises(OSError):
            self.get("/tsa", b"x", timeout=1)

    def test_rsa_keys_reach_their_tokens_too(self):
        self.make("--keys", "rsa-2048")
        self.assertIn("2048 bit", self.openssl("x509", "-in", self.pki / "body.pem", "-noout", "-text").stdout)
        self.make("--keys", "ec-p256", code=2)

    def test_is_believed_by_trial_archives_only(self):
        self.make()
        self.make_archive()
        done = self.sogoc("trust", "import", "--archive", self.archive, self.pki / "ca.pem", "--kind", "trial", "--json").json()
        self.assertEqual([one["anchor"] for one in done["imported"]], [True, False])
        root = self.openssl("x509", "-in", self.pki / "root.pem", "-outform", "DER", "-out", self.folder / "root.der")
        self.assertEqual(root.returncode, 0)
        self.assertEqual(done["imported"][0]["sha256"], hashlib.sha256((self.folder / "root.der").read_bytes()).hexdigest())
        listed = self.sogoc("trust", "list", "--archive", self.archive, "--json").json()
        self.assertEqual([one["kind"] for one in listed["anchors"]], ["trial"])
        self.assertEqual(listed["hosts"], [f"127.0.0.1:{json.loads((self.pki / 'dev-pki.json').read_text())['port']}"])
        self.sogoc("verify", "--archive", self.archive)

        real = self.folder / "real"
        self.sogoc("init", real)
        self.sogoc("trust", "import", "--archive", real, self.pki / "ca.pem", "--kind", "trial", code=2)
        self.sogoc("trust", "import", "--archive", real, self.pki / "ca.pem", "--kind", "national", code=2)
        self.assertEqual(self.sogoc("trust", "list", "--archive", real, "--json").json()["anchors"], [])


if __name__ == "__main__":
    unittest.main()
