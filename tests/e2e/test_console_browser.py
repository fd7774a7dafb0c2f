"""The console in real Chromium, by keys: nothing typed is ever lost, nothing read becomes a script, no serious finding of axe."""
import json
import os
import subprocess
import unittest

from chromium import CHROMIUM, browser_tools
from console_client import PASSWORD, ConsoleTest
from program import ROOT, SAMPLES


MARKUP = "<img src=x onerror=alert(3)>"


class ConsoleInABrowser(ConsoleTest):
    def setUp(self):
        super().setUp()
        browser = ROOT / "tests" / "browser"
        self.tools = browser_tools(self, browser / "person.mjs", browser / "review.mjs")

    def nasty_pdf(self):
        """Born digital, with text that would be markup."""
        text = b"BT /F 14 Tf 60 700 Td (<img src=x onerror=alert\\(1\\)> <script>alert\\(2\\)</script> onerror) Tj ET"
        parts = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                 b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
                 b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]
        pdf, places = b"%PDF-1.7\n", []
        for number, part in enumerate(parts, 1):
            places.append(len(pdf))
            pdf += b"%d 0 obj\n%s\nendobj\n" % (number, part)
        table = b"".join(b"%010d 00000 n \n" % place for place in places)
        file = self.folder / "nasty.pdf"
        file.write_bytes(pdf + b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(pdf))
        return file

    def test_a_person_reviews_by_keys_and_loses_nothing(self):
        self.sogoc("book", "create", "KS.1999.01", "--kind", "KS", "--year", "1999", "--number", "01/1999", "-A", self.archive)
        self.ingest(SAMPLES / "register" / "ks-table-1999" / "p001.jpg", options=("--book", "KS.1999.01"))
        self.sogoc("book", "create", "KS.1999.02", "--kind", "KS", "--year", "1999", "--number", "02/1999", "--body", MARKUP, "-A", self.archive)
        self.sogoc("dossier", "create", "H49.64.33.2001.160", "--title", MARKUP, "-A", self.archive)
        self.ingest(self.nasty_pdf(), options=("--dossier", "H49.64.33.2001.160", "--by", MARKUP))
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
        self.assertEqual([where for where in ("search", "text", "books", "work") if not seen["shown"][where]], [])  # it stands there, as text
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
