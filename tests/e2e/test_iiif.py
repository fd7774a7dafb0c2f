"""IIIF by other people's programs: the consortium's validator for the Image API, and a stock Mirador that opens a book."""
import hashlib
import http.client
import io
import json
import os
import subprocess
import sys
import tarfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from chromium import CHROMIUM, browser_tools
from console_client import ConsoleTest
from program import ROOT, SAMPLES

# Of its package at npm, its own bundle with all it needs inside.
MIRADOR = "4.0.0"
MIRADOR_SHA256 = "ac2423944bd52ffb5a0fc02ff280c117fe39433fac56e50c0b79f0d1ca7c57e6"


class SignedIn(BaseHTTPRequestHandler):
    """The validator knows no sessions: this passes everything on with the cookie of one, and nothing else is changed."""
    protocol_version = "HTTP/1.1"
    to = cookie = None

    def do_GET(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.to, timeout=60)
        sent = {name: value for name, value in self.headers.items() if name.lower() not in ("connection", "cookie")}
        connection.putrequest("GET", self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in {**sent, "Cookie": self.cookie, "Connection": "close"}.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "content-length", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        connection.close()

    def log_message(self, *_):
        pass


class IiifByOthers(ConsoleTest):
    def test_the_validator_passes_level_2_of_the_image_api(self):
        try:
            from PIL import Image, ImageDraw  # noqa: F401
            import lxml  # noqa: F401
        except ImportError:
            self.skipTest("python3-pil or python3-lxml is not installed")
        site = ROOT / "build" / "iiif"
        if not (site / "iiif_validator").exists():
            got = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--target", site, "-r", ROOT / "tests" / "iiif" / "requirements.txt"], capture_output=True, text=True)
            if got.returncode:
                self.skipTest("pip cannot get iiif-validator: " + got.stderr[-200:])
        sys.path.insert(0, str(site))
        self.addCleanup(sys.path.remove, str(site))
        try:
            from iiif_validator.validator import ImageAPI, TestSuite, ValidationInfo
        except ImportError as missing:
            self.skipTest(f"the validator cannot start: {missing}")
        # Its picture: a hundred squares of its own colours.
        picture = Image.new("RGB", (1000, 1000))
        draw = ImageDraw.Draw(picture)
        for x, column in enumerate(ValidationInfo().colorInfo):
            for y, colour in enumerate(column):
                draw.rectangle((100 * x, 100 * y, 100 * x + 99, 100 * y + 99), fill=tuple(colour))
        picture.save(self.folder / "squares.png")
        self.ingest(self.folder / "squares.png")
        self.run_archive()
        self.make_person("minh", "admin")
        self.make_person("tuan", "keyer")
        self.serve()
        SignedIn.to, SignedIn.cookie = self.port, self.browser("tuan").cookie
        proxy = ThreadingHTTPServer(("127.0.0.1", 0), SignedIn)
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        self.addCleanup(proxy.server_close)
        self.addCleanup(proxy.shutdown)
        failed, passed = [], []
        for name, about in TestSuite(ValidationInfo()).list_tests("3.0").items():
            if about["level"] > 2:
                continue
            result = ImageAPI("1", f"127.0.0.1:{proxy.server_address[1]}", "iiif", "http", "", "3.0", debug=False)
            try:
                TestSuite(ValidationInfo()).run_test(name, result)
                wrong = result.exception
            except Exception as error:  # the validator's own faults count, too
                wrong = error
            # One check of 1.0.5 wants !w,h refused when both are larger than the picture (and then breaks by itself); the standard
            # says that such a picture is "as large as possible but not larger than the extracted region" (4.2). All its others hold.
            if name == "size_noup" and isinstance(wrong, TypeError) and result.urls[-1].endswith("/full/!2000,3000/0/default.jpg"):
                data = self.browser("tuan").get("/iiif/1/full/!2000,3000/0/default.jpg")
                self.assertEqual(Image.open(io.BytesIO(data.body)).size, (1000, 1000))
                wrong = None
            (failed if wrong else passed).append(f"{name}: {wrong!r} {getattr(wrong, 'got', '')} {result.urls[-1:]}" if wrong else name)
        self.assertEqual(failed, [])
        self.assertGreater(len(passed), 20)

    def test_a_stock_mirador_opens_a_book_and_finds_a_word(self):
        tools = browser_tools(self, ROOT / "tests" / "iiif" / "mirador.mjs")
        packed = tools / f"mirador-{MIRADOR}.tgz"
        if not packed.exists():
            got = subprocess.run(["npm", "pack", "--silent", f"mirador@{MIRADOR}"], cwd=tools, capture_output=True, text=True)
            if got.returncode:
                self.skipTest("npm cannot get mirador: " + got.stderr[-200:])
        self.assertEqual(hashlib.sha256(packed.read_bytes()).hexdigest(), MIRADOR_SHA256)
        with tarfile.open(packed) as files:
            (tools / "mirador.min.js").write_bytes(files.extractfile("package/dist/mirador.min.js").read())
        self.sogoc("book", "create", "KS.2005.01", "--kind", "KS", "--year", "2005", "--number", "01/2005", "-A", self.archive)
        self.ingest(SAMPLES / "quyet-dinh.pdf", options=("--book", "KS.2005.01"))
        self.run_archive()
        self.make_person("minh", "admin")
        self.make_person("tuan", "keyer")
        self.serve()
        tuan = self.browser("tuan")
        run = subprocess.run(["node", "mirador.mjs", f"http://127.0.0.1:{self.port}", tuan.cookie, "KS.2005.01", "quyết"], cwd=tools, capture_output=True, text=True, timeout=240, env=dict(os.environ, CHROMIUM=CHROMIUM))
        seen = json.loads(run.stdout)
        self.assertNotIn("failed", seen, run.stdout + run.stderr)
        self.assertEqual(seen["refused"], [])
        self.assertEqual(seen["canvases"], 2)
        self.assertGreater(seen["tiles"], 0)
        self.assertGreater(seen["found"], 0)
        self.assertGreater(seen["inked"], 0.01)


if __name__ == "__main__":
    unittest.main()
