"""A page of a register in real Chromium, from its scan to a copy that a stranger checks: once by mouse only, once by keys only."""
import json
import os
import shutil
import subprocess
import unittest
from pathlib import Path

from chromium import CHROMIUM, browser_tools
from console_client import PASSWORD, ConsoleTest
from copy_office import CopyOffice
from program import ROOT, SAMPLES

BOOK = "KS.1999.01"
SHOTS = os.environ.get("SOGOC_SCREENSHOTS")  # a folder where the screens are kept to be looked at


class OneChainInABrowser(CopyOffice):
    unattended = False
    serve_console, end_server, make_person = ConsoleTest.serve, ConsoleTest.end_server, ConsoleTest.make_person

    def setUp(self):
        browser = ROOT / "tests" / "browser"
        self.tools = browser_tools(self, browser / "person.mjs", browser / "chain.mjs")
        super().setUp()
        # The sheet of paper that lies in the simulated feeder.
        self.paper = self.folder / "paper"
        self.paper.mkdir()
        drawn = subprocess.run(["/usr/bin/python3", "-c", "import sys; from PIL import Image; Image.open(sys.argv[1]).save(sys.argv[2])", SAMPLES / "register" / "ks-table-1999" / "p001.jpg", self.paper / "1.ppm"])
        if drawn.returncode:
            self.skipTest("python3-pil is not installed")
        os.environ["SOGOC_SPOOL"] = str(self.folder / "spool")
        self.sogoc("book", "create", BOOK, "--kind", "KS", "--year", "1999", "--number", "01/1999", "--body", "UBND xã A", "-A", self.archive)
        for name, role in (("minh", "admin"), ("quet", "scanner"), ("hoa", "checker"), ("mai", "checker"), ("cuc", "checker"), ("thu", "clerk"), ("lan", "signer")):
            self.make_person(name, role)

    def walk(self, how):
        settings, device = self.folder / "settings.json", f"sim:{self.paper}"
        settings.write_text(json.dumps({"book": BOOK, "device": device, "folder": str(self.folder), "signing": self.secret, "shots": str(Path(SHOTS) / "chain") if SHOTS else "",
                                        "secret": self.sogoc("user", "second-factor", "lan", "-A", self.archive, "--json").json()["secret"]}), encoding="utf-8")
        self.serve_console("--jobs", "1", "--scanner", device)
        run = subprocess.run(["node", "chain.mjs", f"http://127.0.0.1:{self.port}", PASSWORD, how, settings], cwd=self.tools, capture_output=True, text=True, timeout=900, env=dict(os.environ, CHROMIUM=CHROMIUM))
        seen = json.loads(run.stdout)
        if "failed" in seen and SHOTS and (self.folder / "failed.png").exists():
            shutil.copy(self.folder / "failed.png", SHOTS)
        self.assertNotIn("failed", seen, run.stdout)
        self.assertEqual(seen["steps"], ["scanned", "reviewed", "composed", "issued", "verified", "revoked"])
        self.assertEqual((seen["errors"], seen["serious"], seen["scripts"], seen["wide"]), ([], [], 0, []))
        self.assertGreater(seen["decided"], 50)
        self.assertEqual((seen["undecided"], seen["stage"]), (0, "final"))
        self.assertIn("valid", seen["verdict"]["class"].split())
        self.assertIn("invalid", seen["afterwards"]["class"].split())
        self.assertIn("thu hồi", seen["afterwards"]["text"].lower())
        self.assertIn("Sổ ghi sai ngày sinh", seen["revoked"])
        self.assertNotIn("Sổ ghi sai ngày sinh", seen["afterwards"]["text"])  # why is the office's own
        # Whoever did it stands in the log, and what was issued is what a stranger's own program finds valid.
        shutil.copy(seen["file"], self.folder / "copy.pdf")
        self.assertEqual(self.pdfsig(), ["Signature is Valid."])
        self.assertIn("revoked", json.dumps(self.judge(code=6)))
        entry = self.sogoc("entry", "history", f"{BOOK}:{seen['entry']}", "-A", self.archive, "--json", code=None)
        self.assertIn("hoa", entry.out)
        self.end_server()
        self.sogoc("verify", "-A", self.archive)

    def test_a_scanned_page_becomes_a_copy_that_a_stranger_checks_by_mouse(self):
        self.walk("mouse")

    def test_a_scanned_page_becomes_a_copy_that_a_stranger_checks_by_keys(self):
        self.walk("keys")


if __name__ == "__main__":
    unittest.main()
