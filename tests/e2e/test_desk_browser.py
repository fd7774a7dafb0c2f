"""The clerk's desk in real Chromium: an entry that was found is an issued copy after six keys or clicks at most."""
import json
import os
import shutil
import subprocess
import unittest
from pathlib import Path

from chromium import CHROMIUM, browser_tools
from console_client import PASSWORD
from desk_office import DeskOffice
from program import ROOT

SHOTS = os.environ.get("SOGOC_SCREENSHOTS")  # a folder where the screens are kept to be looked at


class ClerksDeskInABrowser(DeskOffice):
    def setUp(self):
        browser = ROOT / "tests" / "browser"
        self.tools = browser_tools(self, browser / "person.mjs", browser / "desk.mjs")
        super().setUp()

    def clerk(self, how):
        self.serve_console()
        folder = Path(SHOTS) / how if SHOTS else self.folder / "shots"
        folder.mkdir(parents=True, exist_ok=True)
        run = subprocess.run(["node", "desk.mjs", f"http://127.0.0.1:{self.port}", "thu", PASSWORD, "nguyen van an 5/9/2005", how, folder], cwd=self.tools, capture_output=True, text=True, timeout=400,
                             env=dict(os.environ, CHROMIUM=CHROMIUM))
        seen = json.loads(run.stdout)
        self.assertNotIn("failed", seen, run.stdout)
        self.assertEqual((seen["errors"], seen["serious"], seen["scripts"], seen["wide"]), ([], [], 0, []))
        self.assertIn("<img src=x onerror=alert(1)>", seen["nasty"])
        self.assertIn("Nguyễn Văn Ẩn", seen["found"])
        self.assertLessEqual(seen["toIssued"], 6, seen)  # opening the entry, its form, the preview, signing
        self.assertEqual(seen["typed"], ["Số giấy tờ", "Trang số"])  # what neither the register nor the last copy says
        self.assertIn("valid", seen["verdict"].split())
        self.assertIn("vai trò", seen["wrongRole"].lower())
        shutil.copy(seen["file"], self.folder / "copy.pdf")
        self.assertEqual(self.judge()["verdict"], "valid")

    def test_a_clerk_issues_a_copy_by_keys_only_and_a_stranger_checks_it(self):
        self.clerk("keys")

    def test_a_clerk_issues_a_copy_by_mouse_and_a_stranger_checks_it(self):
        self.clerk("mouse")


if __name__ == "__main__":
    unittest.main()
