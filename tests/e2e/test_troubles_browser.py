"""What goes wrong at the clerk's desk in real Chromium: nothing typed is lost, nothing is made twice, nobody signs what somebody else changed."""
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


class TroublesInABrowser(DeskOffice):
    unattended = False

    def test_lost_connections_ended_sessions_two_tabs_conflicts_and_two_signatures(self):
        browser = ROOT / "tests" / "browser"
        tools = browser_tools(self, browser / "person.mjs", browser / "troubles.mjs")
        for name, role in (("lan", "signer"), ("quet", "scanner")):
            self.make_person(name, role)
        secret = self.sogoc("user", "second-factor", "lan", "-A", self.archive, "--json").json()["secret"]
        self.serve_console()
        shots = Path(SHOTS) / "troubles" if SHOTS else self.folder
        shots.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "settings.json"
        settings.write_text(json.dumps({"entry": self.entry, "secret": secret, "signing": self.secret, "folder": str(self.folder), "shots": str(shots)}), encoding="utf-8")
        run = subprocess.run(["node", "troubles.mjs", f"http://127.0.0.1:{self.port}", PASSWORD, settings], cwd=tools, capture_output=True, text=True, timeout=900, env=dict(os.environ, CHROMIUM=CHROMIUM))
        seen = json.loads(run.stdout)
        self.assertNotIn("failed", seen, run.stdout)
        self.assertEqual(seen["steps"], ["lost connection", "session", "conflict", "two tabs", "two signatures", "taken back", "not found", "roles"])
        self.assertEqual((seen["errors"], seen["serious"], seen["scripts"], seen["wide"]), ([], [], 0, []))
        self.assertIn("Không nối được", seen["offline"])
        self.assertEqual(seen["keptOffline"]["Số giấy tờ"], "001085012345")
        self.assertEqual(seen["madeAfterLoss"], 1)
        self.assertTrue(seen["sameAfterReload"])
        self.assertTrue(seen["sameAfterSession"])
        self.assertEqual(seen["back"], seen["second"])
        self.assertEqual(seen["conflictState"], "voided")
        self.assertIn("không ký gì nữa", seen["conflict"])
        self.assertEqual(seen["twoTabs"], 1)
        self.assertEqual(seen["clerkMaySign"], 0)
        self.assertIn("người chứng thực", seen["clerkWaits"].lower())
        self.assertNotEqual(seen["firstOf"], seen["secondOf"])
        self.assertEqual(seen["ended"], [["replaced", True], ["revoked", True]])
        self.assertIn("01/", seen["notFound"])  # the number of the reply
        self.assertEqual(len(seen["wrongRole"]), 6)
        self.assertTrue(all("vai trò" in said.lower() for said in seen["wrongRole"]))
        self.assertEqual(seen["refused"], "no_right")
        shutil.copy(seen["file"], self.folder / "copy.pdf")
        self.assertEqual(self.pdfsig(), ["Signature is Valid.", "Signature is Valid."])
        self.end_server()
        self.sogoc("verify", "-A", self.archive)


if __name__ == "__main__":
    unittest.main()
