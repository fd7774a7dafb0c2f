"""A network scanner that speaks eSCL (AirScan), as small as sane-airscan needs: capabilities, status, jobs, documents as JPEG."""
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CAPABILITIES = """<?xml version="1.0" encoding="UTF-8"?>
<scan:ScannerCapabilities xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm">
<pwg:Version>2.6</pwg:Version><pwg:MakeAndModel>Test Network Scanner</pwg:MakeAndModel>
<scan:UUID>4509a320-00a0-008f-00b6-000000000001</scan:UUID>
<scan:Adf><scan:AdfSimplexInputCaps>
<scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>2550</scan:MaxWidth><scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>3510</scan:MaxHeight>
<scan:SettingProfiles><scan:SettingProfile>
<scan:ColorModes><scan:ColorMode>Grayscale8</scan:ColorMode><scan:ColorMode>RGB24</scan:ColorMode></scan:ColorModes>
<scan:DocumentFormats><pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat><scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt></scan:DocumentFormats>
<scan:SupportedResolutions><scan:DiscreteResolutions>
<scan:DiscreteResolution><scan:XResolution>100</scan:XResolution><scan:YResolution>100</scan:YResolution></scan:DiscreteResolution>
<scan:DiscreteResolution><scan:XResolution>300</scan:XResolution><scan:YResolution>300</scan:YResolution></scan:DiscreteResolution>
</scan:DiscreteResolutions></scan:SupportedResolutions>
</scan:SettingProfile></scan:SettingProfiles>
<scan:SupportedIntents><scan:Intent>Document</scan:Intent></scan:SupportedIntents>
</scan:AdfSimplexInputCaps><scan:FeederCapacity>50</scan:FeederCapacity></scan:Adf>
</scan:ScannerCapabilities>"""

STATUS = """<?xml version="1.0" encoding="UTF-8"?>
<scan:ScannerStatus xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm">
<pwg:Version>2.6</pwg:Version><pwg:State>{state}</pwg:State><scan:AdfState>{adf}</scan:AdfState></scan:ScannerStatus>"""


class EsclServer:
    """`pages`: JPEG bytes, one a sheet. `fault`: an AdfState instead of paper ("ScannerAdfJam"). `silent`: from when on nothing comes any more while
    connections stay open: "always", "document" (the sheet `silent_at` is asked for), "middle" (half of that sheet was sent)."""

    def __init__(self, pages, fault=None, silent=None, silent_at=1):
        self.pages, self.fault, self.jobs = list(pages), fault, 0
        self.silent, self.silent_at, self.asked, self.closed = silent, silent_at, 0, threading.Event()
        self.requests = []  # what was asked and answered, for a test that fails
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, code, body=b"", kind="text/xml", headers=()):
                outer.requests.append(f"{self.command} {self.path} {code}")
                self.send_response(code)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                for key, value in headers:
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(body)

            def say_nothing(self):
                outer.closed.wait()
                self.close_connection = True

            def do_GET(self):
                if outer.silent == "always":
                    return self.say_nothing()
                if self.path.endswith("/ScannerCapabilities"):
                    return self.answer(200, CAPABILITIES.encode())
                if self.path.endswith("/ScannerStatus"):
                    adf = outer.fault or ("ScannerAdfLoaded" if outer.pages else "ScannerAdfEmpty")
                    return self.answer(200, STATUS.format(state="Idle", adf=adf).encode())
                if self.path.endswith("/NextDocument"):
                    if outer.fault:
                        return self.answer(503)
                    if not outer.pages:
                        return self.answer(404)
                    page = outer.pages.pop(0)
                    outer.asked += 1
                    if outer.silent and outer.asked == outer.silent_at:
                        if outer.silent == "middle":
                            self.send_response(200)
                            self.send_header("Content-Type", "image/jpeg")
                            self.send_header("Content-Length", str(len(page)))
                            self.end_headers()
                            self.wfile.write(page[:len(page) // 2])
                        return self.say_nothing()
                    return self.answer(200, page, "image/jpeg")
                return self.answer(404)

            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if not outer.pages and not outer.fault:
                    return self.answer(409)
                outer.jobs += 1
                where = f"http://127.0.0.1:{outer.port}/eSCL/ScanJobs/{outer.jobs}"
                return self.answer(201, headers=[("Location", where)])

            def do_DELETE(self):
                self.answer(200)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.closed.set()
        self.server.shutdown()
        self.server.server_close()
