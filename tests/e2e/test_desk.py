"""The clerk's desk as a program sees it: from words that are typed to a copy that a stranger can check."""
import socket
import unittest

from copy_office import VALUES
from desk_office import BOOK, REQUEST, WORDS, DeskOffice

TOKEN = "0123456789abcdef"


class ClerksDesk(DeskOffice):
    def setUp(self):
        super().setUp()
        self.serve_console("--lookup", "https://tracuu.example.vn")
        self.thu = self.browser("thu")

    def begin(self, who=None, token=TOKEN, code=200, **more):
        answer = (who or self.thu).post("/api/copies", {"kind": "register_copy", "entry": self.entry, "values": WORDS, "token": token, **more})
        self.assertEqual(answer.status, code, answer.body)
        return answer.json()

    def issue(self, token=TOKEN, **more):
        copy = self.begin(token=token, **more)
        answer = self.thu.post(f"/api/copies/{copy['id']}/sign", {"digest": copy["waits_for"]["digest"]})
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()

    def test_from_words_to_a_copy_that_a_stranger_can_check(self):
        found = self.thu.get("/api/entries?person=nguyen%20van%20a&date=05/09/2005").json()["hits"]
        self.assertEqual([(h["id"], h["book"], h["open"]) for h in found], [(self.entry, BOOK, 0)])
        needs = self.thu.get(f"/api/copies/needs?entry={self.entry}&request=true").json()
        self.assertIn("place", needs["keys"])
        self.assertNotIn("register_number", needs["keys"])
        self.assertEqual(needs["usual"], {})
        request = self.thu.post("/api/requests", {**REQUEST, "kind": "register_copy", "source_kind": "entry", "source": self.entry, "token": TOKEN})
        self.assertEqual(request.status, 200, request.body)
        self.assertEqual([r["id"] for r in self.thu.get("/api/requests").json()["requests"]], [request.json()["id"]])
        copy = self.begin(request=request.json()["id"])
        self.assertEqual((copy["state"], copy["waits_for"]["role"]), ("numbered", "body"))
        self.assertEqual(self.begin(request=request.json()["id"])["id"], copy["id"])  # the same token, the same number
        # What is shown is a picture of the very bytes that are signed.
        papers = self.thu.get(f"/api/copies/{copy['id']}/papers").json()
        self.assertGreaterEqual(papers["papers"], 2)
        picture = self.thu.get(f"/api/copies/{copy['id']}/papers/1")
        self.assertEqual((picture.status, picture.body[:8]), (200, b"\x89PNG\r\n\x1a\n"))
        self.assertEqual(self.thu.get(f"/api/copies/{copy['id']}/papers/99").status, 404)
        self.assertEqual(self.thu.get(f"/api/copies/{copy['id']}/file").status, 409)
        stale = self.thu.post(f"/api/copies/{copy['id']}/sign", {"digest": "0" * 64})
        self.assertEqual((stale.status, stale.code()), (409, "conflict"))
        done = self.thu.post(f"/api/copies/{copy['id']}/sign", {"digest": copy["waits_for"]["digest"]}).json()
        self.assertEqual((done["state"], done["status"]), ("issued", "valid"))
        pdf = self.thu.get(f"/api/copies/{copy['id']}/file")
        self.assertIn("attachment", pdf.headers["Content-Disposition"])
        (self.folder / "copy.pdf").write_bytes(pdf.body)
        self.assertEqual(self.judge()["verdict"], "valid")
        self.assertEqual(self.pdfsig(), ["Signature is Valid."])
        verdict = self.browser().ask("POST", "/api/verify", body=pdf.body, headers={"Content-Type": "application/pdf"}).json()
        self.assertEqual((verdict["verdict"], verdict["status"]), ("valid", "valid"))
        # The next clerk finds the office's words as they were.
        self.assertEqual(self.thu.get(f"/api/copies/needs?entry={self.entry}&request=true").json()["usual"]["place"], WORDS["place"])
        receipt = self.thu.post(f"/api/copies/{copy['id']}/paper", {"form": "receipt", "person": "Trần Thị Bản"})
        self.assertEqual((receipt.status, receipt.code()), (400, "needs_values"))
        words = {key: "Xã Ví Dụ" for key in receipt.json()["error"]["subject"].split(", ")}
        self.assertEqual(self.thu.post(f"/api/copies/{copy['id']}/paper", {"form": "receipt", "person": "Trần Thị Bản", "values": words}).body[:5], b"%PDF-")
        self.assertEqual(self.thu.post(f"/api/copies/{copy['id']}/paper", {"form": "print", "person": "Trần Văn Thử"}).body[:5], b"%PDF-")
        events = [(e["by"], e["what"], e["subject"]) for e in self.browser("kiem").get("/api/log?limit=1000").json()["events"]]
        self.assertIn(("thu", "hand_over_copy", f"copy {copy['id']}"), events)
        ended = self.thu.post(f"/api/requests/{request.json()['id']}/end", {"state": "answered", "note": ""})
        self.assertEqual(ended.json()["state"], "answered")
        self.sogoc("verify", "-A", self.archive)

    def test_a_copy_is_taken_back_with_a_reason_and_the_public_page_says_so(self):
        copy = self.issue(values=VALUES | WORDS | {"requester": "A", "holder": "A", "copies": "1"})
        pdf = self.thu.get(f"/api/copies/{copy['id']}/file").body
        self.assertEqual(self.thu.post(f"/api/copies/{copy['id']}/revoke", {"reason": "cấp sai"}).code(), "no_right")
        self.assertEqual(self.thu.post(f"/api/copies/{copy['id']}/replace", {"reason": "  "}).status, 400)
        self.assertEqual(self.thu.post(f"/api/copies/{copy['id']}/replace", {"reason": "cấp lại"}).json()["state"], "replaced")
        verdict = self.browser().ask("POST", "/api/verify", body=pdf, headers={"Content-Type": "application/pdf"}).json()
        self.assertEqual((verdict["verdict"], verdict["status"]), ("invalid", "replaced"))
        begun = self.begin(token="another-token-16", values=VALUES | WORDS | {"requester": "A", "holder": "A", "copies": "1"})
        self.assertEqual(self.thu.post(f"/api/copies/{begun['id']}/void", {"reason": "gõ nhầm"}).json()["state"], "voided")
        self.assertEqual(self.thu.get("/api/copies?open=true").json()["copies"], [])

    def test_the_address_of_a_code_opens_the_public_page_and_says_only_how_it_stands(self):
        copy = self.issue(values=VALUES | WORDS | {"requester": "Người Xin Kín", "holder": "A", "copies": "1"})
        token = self.sogoc("copy", "show", copy["id"], "-A", self.archive, "--json").json()["lookup_token"]
        anybody = self.browser()
        self.assertIn(b"<main", anybody.get(f"/T/{token}").body)
        said = anybody.post("/api/verify/code", {"text": f"HTTPS://TRACUU.EXAMPLE.VN/T/{token}"})
        self.assertEqual((said.json()["verdict"], said.json()["status"]), ("undecidable", "valid"))
        self.assertIn(copy["number"], said.json()["lines"][0])
        for hidden in ("Nguyễn", "Người Xin Kín", "thu"):
            self.assertNotIn(hidden, said.body.decode())
        self.assertEqual(anybody.post("/api/verify/code", {"text": token[:-1] + ("A" if token[-1] != "A" else "B")}).json()["status"], "unknown")
        self.assertEqual(self.thu.post(f"/api/copies/{copy['id']}/replace", {"reason": "cấp lại"}).json()["state"], "replaced")
        said = anybody.post("/api/verify/code", {"text": token}).json()
        self.assertEqual((said["verdict"], said["status"]), ("invalid", "replaced"))

    def test_checking_an_upload_asks_nobody_on_the_network(self):
        copy = self.issue(values=VALUES | WORDS | {"requester": "A", "holder": "A", "copies": "1"})
        pdf = self.thu.get(f"/api/copies/{copy['id']}/file").body
        # Whom its certificates name for OCSP, CRL and timestamps is somebody else now, who only listens.
        self.stop(self.servers)
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", self.authority["port"]))
            listener.listen()
            listener.setblocking(False)
            remote = b"/AA << /O << /S /URI /URI (http://127.0.0.1:%d/a) >> >> /Metadata" % self.authority["port"]
            for body in (pdf, pdf.replace(b"/Metadata", remote, 1), b"%%PDF-1.7\n1 0 obj << /Type /Catalog /OpenAction << /S /GoToR /F (http://127.0.0.1:%d/b) >> >> endobj\ntrailer << /Root 1 0 R >>\n" % self.authority["port"]):
                self.assertIn(self.browser().ask("POST", "/api/verify", body=body, headers={"Content-Type": "application/pdf"}).status, (200, 422))
            with self.assertRaises(BlockingIOError):
                listener.accept()

    def test_an_upload_that_does_not_end_is_cut_off(self):
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(b"POST /api/verify HTTP/1.1\r\nHost: a\r\nContent-Type: application/pdf\r\nTransfer-Encoding: chunked\r\n\r\n")
            piece = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
            sent, answer = 0, b""
            try:
                while sent < 200:
                    connection.sendall(piece)
                    sent += 1
            except (BrokenPipeError, ConnectionResetError):
                pass
            try:
                answer = connection.recv(100)
            except ConnectionResetError:
                pass
        self.assertLess(sent, 100)
        self.assertIn(answer[:12], (b"", b"HTTP/1.1 413"))
        self.assertEqual(self.browser().get("/health").status, 200)

    def test_what_was_not_found_is_answered_by_a_numbered_reply(self):
        made = self.thu.post("/api/requests", {**REQUEST, "wanted": "Khai sinh năm 1985", "token": TOKEN}).json()
        path = f"/api/requests/{made['id']}"
        self.assertEqual(self.thu.post(f"{path}/not-found", {"searched": " "}).status, 400)
        reply = self.thu.post(f"{path}/not-found", {"searched": "Sổ khai sinh 1984, 1985, 1986"}).json()
        self.assertEqual(reply["state"], "not_found")
        self.assertTrue(reply["reply_number"].startswith("01"))
        words = {"place": "Xã Ví Dụ", "signer_title": "CHỦ TỊCH", "signer": "Lê Thị Mẫu"}
        self.assertEqual(self.thu.post(f"{path}/paper", {"form": "reply", "values": words}).body[:5], b"%PDF-")
        self.assertEqual(self.thu.post(f"{path}/paper", {"form": "slip", "values": words}).body[:5], b"%PDF-")
        wrong = self.thu.post("/api/requests", {**REQUEST, "paper_number": "1", "wanted": "x", "token": "another-token-16"})
        self.assertEqual(wrong.status, 422)
        self.assertIn("12 digits", wrong.json()["error"]["message"])

    def test_copies_and_requests_of_another_body_do_not_exist_here(self):
        self.make_person("tuan", "clerk", scope=("--body", "UBND xã B"))
        copy = self.begin(values=VALUES | WORDS | {"requester": "A", "holder": "A", "copies": "1"})
        request = self.thu.post("/api/requests", {**REQUEST, "wanted": "x", "token": TOKEN}).json()["id"]
        tuan = self.browser("tuan")
        for path in (f"/api/copies/{copy['id']}", f"/api/copies/{copy['id']}/papers", f"/api/copies/{copy['id']}/papers/1", f"/api/copies/{copy['id']}/file", f"/api/copies/needs?entry={self.entry}",
                     f"/api/copies?entry={self.entry}", f"/api/requests/{request}"):
            self.assertEqual(tuan.get(path).status, 404, path)
        for path, body in ((f"/api/copies/{copy['id']}/sign", {"digest": copy["waits_for"]["digest"]}), (f"/api/copies/{copy['id']}/void", {"reason": "a"}), (f"/api/copies/{copy['id']}/replace", {"reason": "a"}),
                           (f"/api/copies/{copy['id']}/paper", {"form": "receipt", "person": "a"}), (f"/api/requests/{request}/not-found", {"searched": "a"}),
                           (f"/api/requests/{request}/end", {"state": "answered", "note": ""}), (f"/api/requests/{request}/paper", {"form": "slip"}),
                           ("/api/copies", {"kind": "register_copy", "entry": self.entry, "values": WORDS, "token": TOKEN}), ("/api/requests", {**REQUEST, "source_kind": "entry", "source": self.entry, "token": TOKEN})):
            self.assertEqual(tuan.post(path, body).status, 404, path)
        self.assertEqual(tuan.get("/api/copies").json()["copies"], [])
        self.assertEqual(tuan.get("/api/requests").json()["requests"], [])
        self.assertEqual([h["id"] for h in tuan.get("/api/entries?person=nguyen").json()["hits"]], [])
        self.assertEqual([h["book"] for h in tuan.get("/api/entries?number=12/2005").json()["hits"]], ["KS.2005.02"])

    def test_an_entry_that_nobody_confirmed_gives_no_number(self):
        self.sogoc("entry", "add", "--book", BOOK, "--page", "2:1", "nksHoTen=Chưa Có Số", "-A", self.archive, "--by", "hoa", "--json")
        other = self.thu.get("/api/entries?person=chua%20co%20so").json()["hits"][0]
        self.assertGreater(other["open"], 0)
        refused = self.thu.post("/api/copies", {"kind": "register_copy", "entry": other["id"], "values": VALUES | WORDS | {"requester": "A", "holder": "A", "copies": "1"}, "token": TOKEN})
        self.assertIn(refused.status, (409, 422), refused.body)
        self.assertEqual(self.thu.get("/api/copies").json()["copies"], [])

    def test_without_a_signer_it_is_said_and_the_copy_goes_on_later(self):
        copy = self.begin(values=VALUES | WORDS | {"requester": "A", "holder": "A", "copies": "1"})
        self.stop(self.signer)
        refused = self.thu.post(f"/api/copies/{copy['id']}/sign", {"digest": copy["waits_for"]["digest"]})
        self.assertEqual(refused.status, 503, refused.body)
        self.signer = self.start_signer()
        now = self.thu.ask("POST", f"/api/copies/{copy['id']}/prepare").json()
        self.assertEqual(self.thu.post(f"/api/copies/{copy['id']}/sign", {"digest": now["waits_for"]["digest"]}).json()["state"], "issued")


class ClerksDeskWithApproval(DeskOffice):
    unattended = False

    def test_the_codes_of_the_approver_sign_what_was_seen(self):
        self.make_person("lan", "clerk", scope=("--all-records",))
        self.serve_console()
        lan = self.browser("lan")
        values = VALUES | WORDS | {"requester": "A", "holder": "A", "copies": "1"}
        copy = lan.post("/api/copies", {"kind": "register_copy", "entry": self.entry, "values": values, "token": TOKEN}).json()
        path = f"/api/copies/{copy['id']}"
        ready = lan.ask("POST", f"{path}/prepare").json()
        self.assertTrue(ready["waits_for"]["code"])
        digest = ready["waits_for"]["digest"]
        self.assertEqual(lan.post(f"{path}/sign", {"digest": digest}).code(), "needs_code")
        wrong = lan.post(f"{path}/sign", {"digest": digest, "code": "000000"})
        self.assertEqual((wrong.status, wrong.code()), (403, "refused"))
        self.assertIn("wrong or too old", wrong.json()["error"]["message"])
        self.assertEqual(lan.get(path).json()["state"], "numbered")
        self.assertEqual(lan.post(f"{path}/sign", {"digest": digest, "code": self.code()}).json()["state"], "issued")
        # Nobody signs with a name that the signer does not know.
        thu = self.browser("thu")
        other = thu.post("/api/copies", {"kind": "register_copy", "entry": self.entry, "values": values, "token": TOKEN}).json()
        refused = thu.post(f"/api/copies/{other['id']}/sign", {"digest": other["waits_for"]["digest"], "code": "123456"})
        self.assertEqual(refused.status, 403, refused.body)


if __name__ == "__main__":
    unittest.main()
