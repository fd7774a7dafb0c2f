"""The review station and the dashboard in real Chromium: nothing typed is lost, nobody overwrites anybody, everything by keys."""
import json
import os
import subprocess
import unittest

from chromium import CHROMIUM, browser_tools
from console_client import PASSWORD, ConsoleTest
from program import ROOT, SAMPLES


class StationInABrowser(ConsoleTest):
    def setUp(self):
        super().setUp()
        self.tools = browser_tools(self, ROOT / "tests" / "browser" / "station.mjs")

    def test_rows_words_keying_and_files_by_keys_over_lost_connections(self):
        self.sogoc("book", "create", "KS.1999.01", "--kind", "KS", "--year", "1999", "--number", "01/1999", "-A", self.archive)
        self.ingest(SAMPLES / "register" / "ks-table-1999" / "p001.jpg", options=("--book", "KS.1999.01"))
        self.run_archive()
        self.make_person("minh", "admin")
        for name in ("lan", "hoa", "tuan", "huy"):
            self.make_person(name, "checker")
        self.serve()
        # Larger than two pieces: a picture of noise, which is no good scan, and received all the same.
        large = self.folder / "trang lớn.pnm"
        large.write_bytes(b"P6 2500 2500 255\n" + os.urandom(2500 * 2500 * 3))
        shots = os.environ.get("SHOTS", "")
        run = subprocess.run(["node", "station.mjs", f"http://127.0.0.1:{self.port}", PASSWORD, "KS.1999.01", str(large), *([shots] if shots else [])], cwd=self.tools, capture_output=True, text=True,
                             timeout=900, env=dict(os.environ, CHROMIUM=CHROMIUM))
        seen = json.loads(run.stdout)
        self.assertNotIn("failed", seen, run.stdout)
        self.assertTrue(seen["done"])
        self.assertEqual(seen["errors"], [])
        self.assertEqual(seen["serious"], [])
        self.assertEqual(seen["wide"], [])
        self.assertEqual((seen["afterSplit"], seen["afterUndo"], seen["afterMerge"], seen["afterAll"]), (1, 0, -1, 0))
        self.assertIn("Hỏi lại cán bộ", seen["note"])
        self.assertEqual(seen["draft"], "Nguyễn Đang Gõ")
        self.assertTrue(seen["savedByItself"])
        self.assertIn("Người khác vừa sửa", seen["twoTabs"])
        self.assertIn("Người thứ hai", seen["twoTabs"])
        self.assertTrue(seen["keptOfFirst"])
        self.assertEqual(len(set(seen["keyedLabels"])), 1)
        for text in ("Trần Thị Hoa", "Trần Thị Hóa", "Trần Thi Hoa"):
            self.assertIn(text, seen["dispute"])
        self.assertIn("ó", seen["differing"])
        self.assertEqual(seen["wordKept"], "Chữsửa")
        self.assertTrue(seen["wordSaved"])
        self.assertEqual((seen["addedShown"], seen["added"]), (["Vẽchuột"], [1, True]))
        self.assertEqual(seen["lastPage"], "trang 1 / 1")
        self.assertLess(seen["thick"]["elements"], 120)
        self.assertLess(seen["thick"]["atTheEnd"], 120)
        self.assertLess(seen["thick"]["thumbnails"], 120)
        self.assertTrue(seen["thick"]["inSight"])
        self.assertEqual(seen["uploadFailures"], 2)
        self.assertEqual((seen["uploaded"]["operator"], seen["uploaded"]["progress"]["files"]), ("lan", 1))


if __name__ == "__main__":
    unittest.main()
