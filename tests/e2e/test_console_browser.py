"""The console in real Chromium, by keys: nothing typed is ever lost, nothing read becomes a script, no serious finding of axe."""
import json
import os
import subprocess
import unittest

from chromium import CHROMIUM, browser_tools
from console_client import PASSWORD, ConsoleTest
from program import ROOT, SAMPLES


class ConsoleInABrowser(ConsoleTest):
    def setUp(self):
        super().setUp()
        self.tools = browser_tools(self, ROOT / "tests" / "browser" / "review.mjs")

    def test_a_person_reviews_by_keys_and_loses_nothing(self):
        self.sogoc("book", "create", "KS.1999.01", "--kind", "KS", "--year", "1999", "--number", "01/1999", "-A", self.archive)
        self.ingest(SAMPLES / "register" / "ks-table-1999" / "p001.jpg", options=("--book", "KS.1999.01"))
        self.run_archive()
        self.make_person("minh", "admin")
        self.make_person("hoa", "checker")
        self.serve()
        run = subprocess.run(["node", "review.mjs", f"http://127.0.0.1:{self.port}", "hoa", PASSWORD, "KS.1999.01"], cwd=self.tools, capture_output=True,
                             text=True, timeout=300, env=dict(os.environ, CHROMIUM=CHROMIUM))
        seen = json.loads(run.stdout)
        self.assertNotIn("failed", seen, run.stdout)
        self.assertTrue(seen["done"])
        self.assertEqual(seen["errors"], [])
        self.assertEqual(seen["serious"], [])
        self.assertEqual(seen["scripts"], 0)
        count = lambda text: int(text.split()[0])
        self.assertEqual(count(seen["afterOneKey"]), count(seen["waiting"]) - 1)
        self.assertIn("<img src=x onerror=alert(1)>", seen["typed"])
        self.assertIn("<img src=x onerror=alert(1)>", seen["conflict"])
        self.assertIn("Người khác vừa sửa", seen["conflict"])
        self.assertIn("Không nối được", seen["offline"])
        self.assertEqual((seen["keptOffline"], seen["keptAfterSession"]), ("Đang gõ dở", "Đang gõ dở"))
        self.assertEqual(seen["english"], "Sign inNamePasswordOne-time codeSign in")


if __name__ == "__main__":
    unittest.main()
