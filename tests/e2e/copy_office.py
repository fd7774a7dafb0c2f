"""An office that issues copies: an archive with confirmed pages, a throw-away PKI that answers on loopback, a signer
process with keys in SoftHSM2 and an enrolled certifier. Everything is started and stopped here."""
import base64
import hashlib
import hmac
import json
import os
import re
import signal
import struct
import subprocess
import time

from program import ROOT, SAMPLES, SOGOC, ProgramTest

# Words of the forms that the archive cannot know; everybody in them is invented.
VALUES = {"place": "Xã Ví Dụ", "certifier": "Lê Thị Mẫu", "certifier_title": "CHỦ TỊCH", "converter": "Trần Văn Thử",
          "signer": "Lê Thị Mẫu", "signer_title": "CHỦ TỊCH", "register_name": "Sổ đăng ký quyết định",
          "register_book": "01/2025", "register_number": "128/2025", "register_page": "7"}


def one_time_code(secret, moment=None):
    """RFC 6238, 30 s, six digits."""
    counter = struct.pack(">Q", int(moment if moment is not None else time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


class CopyOffice(ProgramTest):
    unattended = True  # the body's key signs without an approval for each copy

    def setUp(self):
        super().setUp()
        self.pki = self.folder / "pki"
        self.home = self.folder / "archive.signer"
        self.make_archive()
        self.ingest(SAMPLES / "quyet-dinh.pdf")
        self.run_archive()
        for page in ("1:1", "1:2"):
            self.sogoc("confirm", "-A", self.archive, "--page", page, "--by", "Nguoi Kiem")
        self.authority = self.sogoc("dev-pki", self.pki, "--json").json()
        self.servers = self.serve()
        self.sogoc("signer", "-A", self.archive, "--setup", "--dev-pki", self.pki,
                   *(["--unattended"] if self.unattended else []))
        self.secret = self.sogoc("signer", "-A", self.archive, "--enroll", "lan", "--role", "certifier", "--role", "body",
                                 "--json").json()["secret"]
        self.sogoc("trust", "import", "-A", self.archive, self.authority["ca_file"], "--kind", "trial")
        self.signer = self.start_signer()
        for series in ("register", "certified"):
            self.sogoc("copy", "book", "open", series, "-A", self.archive, "--by", "Thu", "--organ", "UBND")

    def tearDown(self):
        for process in (self.signer, self.servers):
            self.stop(process)
        super().tearDown()

    @staticmethod
    def stop(process, how=signal.SIGTERM):
        if process.poll() is None:
            process.send_signal(how)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _ready(self, *arguments):
        """Starts a server of ours and waits for its first line."""
        process = subprocess.Popen([SOGOC, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=dict(os.environ, LC_ALL="C.UTF-8"))
        self.addCleanup(self.stop, process, signal.SIGKILL)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        if not process.stdout.readline():
            self.fail(f"{arguments}: {process.stderr.read()}")
        return process

    def serve(self, *options):
        return self._ready("dev-pki", self.pki, "--serve", *options)

    def start_signer(self):
        return self._ready("signer", "-A", self.archive)

    def code(self):
        return one_time_code(self.secret)

    def wait_for_next_code(self):
        time.sleep(30 - time.time() % 30 + 0.2)

    def issue(self, *options, page="1:1", kind="register_copy", level="B-B", out="copy.pdf", code=0, values=VALUES, by="Thu"):
        words = [word for key, value in values.items() for word in ("--value", f"{key}={value}")]
        answer = self.sogoc("copy", "issue", "-A", self.archive, "--kind", kind, "--page", page, "--level", level, "--by", by,
                            "-o", self.folder / out, "--json", *words, *options, code=code)
        return answer.json() if answer.out.strip().startswith("{") else answer

    def judge(self, name="copy.pdf", code=0):
        return self.sogoc("copy", "verify", self.folder / name, "-A", self.archive, "--json", code=code).json()

    def pdfsig(self, name="copy.pdf"):
        out = subprocess.run(["pdfsig", self.folder / name], capture_output=True, text=True, check=False).stdout
        return re.findall(r"Signature Validation: (.*)", out)

    def dss(self, folder, *options):
        """What EU DSS says of each PDF of the folder, by name; None where it cannot be had. Only the root of dev-pki is trusted."""
        fetched = subprocess.run([ROOT / "tools/dev/fetch_dss"], capture_output=True, text=True)
        if fetched.returncode == 5:
            return None
        self.assertEqual(fetched.returncode, 0, fetched.stderr)
        jars = fetched.stdout.split()[-1]
        said = subprocess.run(["java", "-Xmx800m", "-cp", jars[jars.index("/"):] + "/*", ROOT / "tests/dss/DssCheck.java", *options,
                               self.authority["root_file"], folder], capture_output=True, text=True)
        self.assertEqual(said.returncode, 0, said.stderr)
        return {one["file"]: one for one in map(json.loads, said.stdout.splitlines())}
