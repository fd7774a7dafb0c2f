"""Inputs made from /openapi.json by schemathesis, right and wrong ones: the console never answers with a fault of its own."""
import os
import re
import subprocess
import sys
import unittest

from console_client import ConsoleTest
from program import ROOT, SAMPLES

EXAMPLES = os.environ.get("SOGOC_API_EXAMPLES", "12")  # of each operation


class FuzzedApi(ConsoleTest):
    def setUp(self):
        super().setUp()
        self.tools = ROOT / "build" / "schemathesis"
        if not (self.tools / "bin" / "st").exists():
            for command in ([sys.executable, "-m", "venv", self.tools], [self.tools / "bin" / "pip", "install", "-q", "--no-deps", "-r", ROOT / "tests/api/requirements.txt"]):
                got = subprocess.run(command, capture_output=True, text=True)
                if got.returncode:
                    self.skipTest("schemathesis cannot be had: " + got.stderr[-200:])
        self.sogoc("book", "create", "KS.2005.01", "--kind", "KS", "--year", "2005", "--number", "01/2005", "-A", self.archive)
        self.ingest(SAMPLES / "thong-bao.jpg", options=("--book", "KS.2005.01"))
        self.run_archive()
        self.sogoc("entry", "add", "--book", "KS.2005.01", "--page", "1:1", "so=01/2005", "nksHoTen=Nguyễn Văn A", "-A", self.archive, "--by", "hoa")
        self.make_person("minh", "admin", "auditor", "checker", "clerk")
        self.make_person("khac", "admin")

    def test_no_input_makes_a_fault(self):
        self.serve()
        minh = self.browser("minh")
        # Not asked: what would end this session or never ends; files are judged in test_desk and test_console.
        left_out = [part for name in ("verifyCopy", "signOut", "changePassword", "events", "setState", "setPersonState", "setRights", "setSecondFactor", "removeSecondFactor") for part in ("--exclude-operation-id", name)]
        run = subprocess.run([self.tools / "bin" / "st", "run", f"http://127.0.0.1:{self.port}/openapi.json", "--experimental=openapi-3.1", "--checks", "not_a_server_error", "--hypothesis-seed", "7",
                              "--hypothesis-max-examples", EXAMPLES, "--hypothesis-suppress-health-check", "all", "--hypothesis-deadline", "None", "--data-generation-method", "all", "--no-color",
                              "-H", f"Cookie: {minh.cookie}", "-H", f"X-CSRF-Token: {minh.csrf}", *left_out], cwd=self.folder, capture_output=True, text=True, timeout=1000)
        said = run.stdout + run.stderr
        self.assertEqual(run.returncode, 0, said[-4000:])
        self.assertRegex(said, r"not_a_server_error\s+\d{3,} / \d{3,} passed")
        self.assertEqual(minh.get("/api/session").status, 200)
        metrics = minh.get("/metrics").body.decode()
        self.assertFalse(re.findall(r'status="5\d\d"', metrics), metrics)


if __name__ == "__main__":
    unittest.main()
