"""An office with a register, a signer and a console: what the clerk's desk needs."""
from console_client import ConsoleTest
from copy_office import VALUES, CopyOffice
from program import SAMPLES

BOOK = "KS.2005.01"
REQUEST = {"full_name": "Trần Thị Bản", "paper": "cccd", "paper_number": "001085012345", "relation": "parent", "basis": "giấy khai sinh", "holder_name": "Nguyễn Văn Ẩn", "holder_dead": True,
           "death_basis": "trích lục khai tử", "copies": 2}
# What the register does not say of its entry.
WORDS = {key: value for key, value in VALUES.items() if key in ("place", "converter", "signer", "signer_title", "register_name", "register_page")}


class DeskOffice(CopyOffice):
    serve_console, end_server, browser, make_person = ConsoleTest.serve, ConsoleTest.end_server, ConsoleTest.browser, ConsoleTest.make_person

    def setUp(self):
        super().setUp()
        for code, body, name in ((BOOK, "UBND xã A", "Nguyễn Văn Ẩn"), ("KS.2005.02", "UBND xã B", "Lê Thị Khác")):
            self.sogoc("book", "create", code, "--kind", "KS", "--year", "2005", "--number", "01/2005", "--body", body, "-A", self.archive)
            self.ingest(SAMPLES / "quyet-dinh.pdf", options=("--book", code, "--again"))
            self.names = getattr(self, "names", {}) | {code: name}
        self.run_archive()
        self.entries = {}
        for batch, (code, name) in enumerate(self.names.items(), 2):
            self.entries[code] = self.sogoc("entry", "add", "--book", code, "--page", f"{batch}:1", "so=012/2005", f"nksHoTen={name}", "nksNgaySinh=5/9/2005", "nksNoiSinh=Trạm y tế xã Hòa Bình",
                                            "-A", self.archive, "--by", "hoa", "--json").json()["entry"]
        for series in ("reply",):
            self.sogoc("copy", "book", "open", series, "-A", self.archive, "--by", "Thu", "--organ", "UBND")
        self.make_person("minh", "admin")
        self.make_person("thu", "clerk", scope=("--body", "UBND xã A"))
        self.make_person("kiem", "auditor")
        self.entry = self.entries[BOOK]
        self.sogoc("entry", "add", "--book", BOOK, "--page", "2:1", "so=013/2005", "nksHoTen=Kịch <img src=x onerror=alert(1)> Bản", "-A", self.archive, "--by", "hoa")
