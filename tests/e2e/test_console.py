"""The web console: who gets in, what each may see, and what strangers cannot do to it."""
import json
import re
import shutil
import socket
import sqlite3
import subprocess
import time
import unittest

from console_client import PASSWORD, Browser, ConsoleTest
from prepared_archive import PreparedArchive
from program import ROOT, SAMPLES


class ConsoleAccess(ConsoleTest):
    def test_before_the_first_account_only_health_and_the_sign_in_page_answer(self):
        self.serve()
        anybody = self.browser()
        self.assertEqual(anybody.get("/health").json()["status"], "ok")
        self.assertIn(b"<main", anybody.get("/").body)
        for method, path in (("GET", "/api/books"), ("GET", "/openapi.json"), ("POST", "/api/session"), ("POST", "/api/verify/code")):
            answer = anybody.ask(method, path, {"name": "a", "password": "b", "text": "c"} if method == "POST" else None)
            self.assertEqual((answer.status, answer.code()), (503, "no_admin"), path)
        self.make_person("minh", "admin")
        self.assertEqual(anybody.sign_in("minh").status, 200)

    def test_a_session_is_a_cookie_that_scripts_and_other_sites_do_not_get(self):
        self.make_person("minh", "admin")
        self.serve()
        minh = self.browser()
        answer = minh.sign_in("minh")
        self.assertRegex(answer.headers["Set-Cookie"], r"^sogoc=[\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=\d+$")
        self.assertNotIn(minh.cookie.split("=")[1].encode(), answer.body)
        self.assertEqual(minh.get("/api/session").json()["roles"], ["admin"])
        self.assertEqual(minh.ask("DELETE", "/api/session").status, 204)
        self.assertEqual(minh.get("/api/session").status, 401)

    def test_behind_a_proxy_the_cookie_is_for_tls_and_this_host_only(self):
        self.make_person("minh", "admin")
        self.serve("--behind-proxy")
        answer = self.browser().sign_in("minh")
        self.assertRegex(answer.headers["Set-Cookie"], r"^__Host-sogoc=[\w-]{43}; .*; Secure$")
        self.assertIn("max-age", answer.headers["Strict-Transport-Security"])

    def test_without_tls_nobody_listens_to_other_machines(self):
        refused = self.sogoc("serve", "-A", self.archive, "--listen", "0.0.0.0:0", code=2)
        self.assertIn("by TLS only", refused.err)
        self.assertIn("no address", self.sogoc("serve", "-A", self.archive, "--listen", "localhost", code=2).err)

    def test_every_answer_has_the_headers_that_keep_scripts_and_frames_out(self):
        self.make_person("minh", "admin")
        self.serve()
        for path in ("/", "/assets/app.js", "/api/books", "/health", "/nowhere"):
            headers = self.browser().get(path).headers
            self.assertIn("script-src 'self'", headers["Content-Security-Policy"], path)
            self.assertNotIn("unsafe", headers["Content-Security-Policy"], path)
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff", path)
            self.assertEqual(headers["X-Frame-Options"], "DENY", path)
        self.assertEqual(self.browser().get("/api/books").headers["Cache-Control"], "no-store")

    def test_wrong_passwords_say_the_same_for_all_and_cost_time(self):
        self.make_person("minh", "admin")
        self.serve()
        sentences = set()
        for name in ("minh", "nobody", "minh", "minh", "minh", "minh"):
            answer = self.browser().sign_in(name, "a wrong password")
            self.assertEqual(answer.status, 401)
            sentences.add(answer.json()["error"]["message"])
        self.assertEqual(len(sentences), 1)
        waiting = self.browser().sign_in("minh")
        self.assertEqual(waiting.status, 429)
        time.sleep(int(waiting.headers["Retry-After"]) + 0.1)
        self.assertEqual(self.browser().sign_in("minh").status, 200)

    def test_an_address_that_guesses_many_names_must_wait(self):
        self.make_person("minh", "admin")
        self.serve()
        codes = [self.browser().sign_in(f"name{i}", "a wrong password").status for i in range(22)]
        self.assertEqual(codes[:20], [401] * 20)
        self.assertEqual(codes[20:], [429] * 2)

    def test_a_session_ends_when_it_is_not_used_and_when_the_account_is_disabled(self):
        self.make_person("minh", "admin")
        self.make_person("lan", "clerk")
        self.serve()
        lan, minh = self.browser("lan"), self.browser("minh")
        self.sogoc("user", "disable", "lan", "-A", self.archive, "--by", "minh")
        self.assertEqual(lan.get("/api/books").code(), "no_session")
        self.assertEqual(self.browser().sign_in("lan").status, 401)
        with sqlite3.connect(self.archive / "catalogue.sqlite") as database:
            database.execute("UPDATE sessions SET seen_at = seen_at - 61 * 60 * 1000")
        database.close()
        self.assertEqual(minh.get("/api/session").status, 401)

    def test_what_changes_something_needs_the_token_of_the_page_and_our_own_origin(self):
        self.make_person("minh", "admin")
        self.serve()
        minh = self.browser("minh")
        person = {"name": "hoa", "full_name": "", "password": PASSWORD, "roles": ["admin"]}
        self.assertEqual(minh.post("/api/people", person, csrf=False).code(), "no_csrf")
        self.assertEqual(minh.post("/api/people", person, headers={"X-CSRF-Token": "0" * 64}).code(), "no_csrf")
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
            self.assertEqual(minh.post("/api/people", person, headers=headers).code(), "foreign_page", headers)
            self.assertEqual(self.browser().post("/api/session", {"name": "minh", "password": PASSWORD}, headers=headers).code(), "foreign_page")
        self.assertEqual(minh.post("/api/people", person, headers={"Content-Type": "text/plain"}).status, 415)
        self.assertEqual(minh.post("/api/people", person, headers={"Origin": f"http://127.0.0.1:{self.port}"}).status, 201)

    def test_changing_the_password_ends_the_other_sessions(self):
        self.make_person("minh", "admin")
        self.serve()
        one, other = self.browser("minh"), self.browser("minh")
        self.assertEqual(one.ask("PUT", "/api/session/password", {"old": "wrong wrong wrong", "new": "ein anderer Satz"}).status, 401)
        self.assertIn("12 characters", one.ask("PUT", "/api/session/password", {"old": PASSWORD, "new": "short"}).json()["error"]["message"])
        self.assertEqual(one.ask("PUT", "/api/session/password", {"old": PASSWORD, "new": "một câu hoàn toàn khác"}).status, 200)
        self.assertEqual(other.get("/api/session").status, 401)
        self.assertEqual(self.browser().sign_in("minh", "một câu hoàn toàn khác").status, 200)

    def test_sentences_are_vietnamese_unless_english_is_asked_for(self):
        self.make_person("minh", "admin")
        self.serve()
        self.assertEqual(self.browser(language="vi").get("/api/books").json()["error"]["message"], "hãy đăng nhập trước")
        self.assertEqual(self.browser(language="en").get("/api/books").json()["error"]["message"], "sign in first")

    def test_who_signed_in_and_who_failed_stands_in_the_log(self):
        self.make_person("minh", "admin")
        self.serve()
        self.browser().sign_in("minh", "a wrong password")
        self.browser().sign_in("Mật khẩu gõ nhầm ô", "a wrong password")
        minh = self.browser("minh")
        events = minh.get("/api/log").json()["events"]
        self.assertEqual([(e["by"], e["what"]) for e in events][-2:], [("sogoc", "sign_in_failed"), ("minh", "sign_in")])
        self.assertNotIn("gõ nhầm", json.dumps(events, ensure_ascii=False))
        self.end_server()
        self.sogoc("verify", "-A", self.archive)

    def test_it_ends_in_order_when_it_is_asked_to(self):
        self.make_person("minh", "admin")
        self.serve()
        with socket.create_connection(("127.0.0.1", self.port)) as idle:
            idle.sendall(b"GET /health HT")
            begun = time.monotonic()
            self.assertEqual(self.end_server(), 0)
            self.assertLess(time.monotonic() - begun, 12)

    def test_metrics_are_for_this_machine(self):
        self.make_person("minh", "admin")
        self.serve("--behind-proxy")
        text = self.browser().get("/metrics").body.decode()
        self.assertIn("sogoc_up_seconds", text)
        self.assertEqual(self.browser().get("/metrics", headers={"X-Forwarded-For": "10.1.2.3"}).status, 404)

    def test_accounts_are_named_and_kept_with_care(self):
        file = self.folder / "password"
        file.write_text("kurz\n", encoding="utf-8")
        refused = self.sogoc("user", "create", "minh", "--role", "admin", "-A", self.archive, "--password-file", file, code=2)
        self.assertIn("12 characters", refused.err)
        file.write_text(PASSWORD + "\n", encoding="utf-8")
        self.assertIn("which records", self.sogoc("user", "create", "lan", "--role", "clerk", "-A", self.archive, "--password-file", file, code=2).err)
        self.assertIn("small letters", self.sogoc("user", "create", "Lan!", "--role", "admin", "-A", self.archive, "--password-file", file, code=2).err)
        self.make_person("minh", "admin")
        self.assertIn("make another admin", self.sogoc("user", "disable", "minh", "-A", self.archive, code=2).err)
        data = (self.archive / "catalogue.sqlite").read_bytes() + (self.archive / "catalogue.sqlite-wal").read_bytes() if (self.archive / "catalogue.sqlite-wal").exists() else (self.archive / "catalogue.sqlite").read_bytes()
        self.assertNotIn(PASSWORD.encode(), data)
        self.assertIn(b"$argon2id$", data)


class ConsoleAttacks(ConsoleTest):
    def setUp(self):
        super().setUp()
        self.make_person("minh", "admin", "checker")
        self.serve()

    def raw(self, data, wait=10.0):
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as connection:
            connection.sendall(data)
            answer = b""
            try:
                while piece := connection.recv(65536):
                    answer += piece
            except (TimeoutError, ConnectionResetError):
                pass
            return answer

    def status(self, data):
        found = re.match(rb"HTTP/1\.1 (\d+)", self.raw(data))
        return int(found.group(1)) if found else 0

    def test_no_path_leads_out_of_the_pages(self):
        for path in ("/assets/../index.html", "/assets/..%2f..%2fCMakeLists.txt", "/assets/%2e%2e/server/api.hpp", "/..%5c..%5cetc/passwd", "/assets//etc/passwd",
                     "/assets/%00index.html", "//etc/passwd", "/assets/README.md", "/iiif/..%2f1/info.json", "/assets/index.html%0d%0aX: y"):
            status = self.status(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            self.assertIn(status, (400, 404), path)

    def test_what_is_no_http_is_refused(self):
        for data in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 80, b"GET / HTTP/9.9\r\n\r\n", b"\r\n\r\n" * 10, b"GET \x00 HTTP/1.1\r\nHost: a\r\n\r\n",
                     b"POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", b"POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"):
            self.assertIn(self.status(data), (0, 400), data[:30])
        self.assertEqual(self.browser().get("/health").status, 200)

    def test_heads_that_are_too_long_are_refused(self):
        self.assertEqual(self.status(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 20000 + b"\r\n\r\n"), 431)
        self.assertIn(self.status(b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\nHost: a\r\n\r\n"), (400, 431))

    def test_bodies_that_are_too_large_or_do_not_end_are_refused(self):
        head = b"POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        self.assertEqual(self.status(head + b"Content-Length: 99999999999\r\n\r\n"), 413)
        self.assertEqual(self.status(head + b"Content-Length: 65537\r\n\r\n" + b"a" * 65537), 413)
        endless = head + b"Transfer-Encoding: chunked\r\n\r\n" + b"10000\r\n" + b"a" * 65536 + b"\r\n10000\r\n" + b"a" * 65536 + b"\r\n"
        self.assertEqual(self.status(endless), 413)
        self.assertEqual(self.status(b"GET /api/books HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789"), 413)
        self.assertEqual(self.status(b"POST /api/verify HTTP/1.1\r\nHost: a\r\nContent-Length: 67108865\r\n\r\n"), 413)

    def test_who_sends_a_head_slowly_is_let_go(self):
        with socket.create_connection(("127.0.0.1", self.port), timeout=40) as slow:
            begun = time.monotonic()
            slow.sendall(b"GET / HTTP/1.1\r\n")
            try:
                for i in range(38):
                    slow.settimeout(1)
                    slow.sendall(b"X-%d: y\r\n" % i)
                    try:
                        if slow.recv(10) == b"":
                            break
                    except TimeoutError:
                        continue
            except (BrokenPipeError, ConnectionResetError):
                pass
            self.assertLess(time.monotonic() - begun, 25)
        self.assertEqual(self.browser().get("/health").status, 200)

    def test_bodies_that_are_no_json_or_lie_about_their_types_are_400(self):
        minh = self.browser("minh")
        nested = '{"a":' + "[" * 30000 + "]" * 30000 + "}"
        for body in ("", "{", "[]", "null", '"a"', nested, '{"name": 1, "password": []}', '{"name": "a\\u0000b", "password": "x"}', '{"name": "\\ud800", "password": "x"}'):
            answer = minh.ask("POST", "/api/session", body=body, headers={"Content-Type": "application/json"})
            self.assertIn(answer.status, (400, 401), body[:40])

    def test_parameters_are_checked_against_the_table(self):
        minh = self.browser("minh")
        for path in ("/api/search?limit=0", "/api/search?limit=9999", "/api/search?limit=1e3", "/api/search?limit=%2B1", "/api/search?nothing=1", "/api/search?q=a&q=b", "/api/search?from=gestern",
                     f"/api/search?q={'a' * 600}", "/api/log?after=-1", "/api/log?after=99999999999999999999"):
            self.assertEqual(minh.get(path).status, 400, path)
        for path in ("/api/entries/0", "/api/entries/-1", "/api/entries/01", "/api/entries/1%20", "/api/entries/99999999999999999999", "/api/entries/x", "/api/entries/1"):
            self.assertEqual(minh.get(path).status, 404, path)
        self.assertEqual(minh.get("/api/search?q=%22%27%28%29*%5E%20OR%20NEAR%28").status, 200)
        answer = minh.ask("DELETE", "/api/books")
        self.assertEqual((answer.status, answer.headers["Allow"]), (405, "GET"))

    def test_a_stranger_gets_no_record_and_no_figure(self):
        document = self.browser("minh").get("/openapi.json").json()
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if operation.get("security") == []:
                    continue
                address = re.sub(r"\{\w+\}", "1", path)
                answer = self.browser().ask(method.upper(), address, {} if "requestBody" in operation else None)
                self.assertEqual(answer.status, 401, f"{method} {path}")

    def test_every_route_asks_for_its_right(self):
        self.make_person("quet", "scanner")
        scanner = self.browser("quet")
        document = scanner.get("/openapi.json").json()
        asked = 0
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if operation.get("x-right", "see_work") in ("see_work", "take_in"):
                    continue
                asked += 1
                answer = scanner.ask(method.upper(), re.sub(r"\{\w+\}", "1", path), {} if "requestBody" in operation else None)
                self.assertEqual((answer.status, answer.code()), (403, "no_right"), f"{method} {path}")
        self.assertGreater(asked, 20)

    def test_strangers_files_are_judged_in_words_and_only_so_often(self):
        anybody = self.browser()
        answer = anybody.ask("POST", "/api/verify", body=(SAMPLES / "quyet-dinh.pdf").read_bytes(), headers={"Content-Type": "application/pdf"})
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(answer.json()["status"], "unknown")
        self.assertNotEqual(answer.json()["verdict"], "valid")
        self.assertTrue(answer.json()["lines"])
        broken = anybody.ask("POST", "/api/verify", body=b"%PDF-1.7 broken <script>alert(1)</script>", headers={"Content-Type": "application/pdf"})
        self.assertIn(broken.status, (200, 422))
        self.assertNotIn(b"/tmp", broken.body)
        codes = [anybody.post("/api/verify/code", {"text": "SG1:nonsense"}).status for _ in range(10)]
        self.assertEqual(codes[-1], 429)
        self.assertNotIn(500, codes)


class ConsoleRecords(PreparedArchive):
    BOOKS = (("KS.2005.01", "UBND xã A", "Nguyễn Văn <b>A</b>"), ("KS.2005.02", "UBND xã B", "Trần Thị B"))
    def setUp(self):
        super().setUp()
        self.entries = self.known
        self.serve()

    def prepare(self):
        self.sogoc("dossier", "create", "H49.64.33.2001.160", "--title", "Hồ sơ thử", "-A", self.archive)
        self.ingest(SAMPLES / "thong-bao.jpg", options=("--dossier", "H49.64.33.2001.160"))
        for code, body, _ in self.BOOKS:
            self.sogoc("book", "create", code, "--kind", "KS", "--year", "2005", "--number", "01/2005", "--body", body, "-A", self.archive)
            self.ingest(SAMPLES / "quyet-dinh.pdf", options=("--book", code, "--again"))
        self.run_archive()
        entries = {}
        for batch, (code, _, name) in enumerate(self.BOOKS, 2):
            made = self.sogoc("entry", "add", "--book", code, "--page", f"{batch}:1", "so=01/2005", f"nksHoTen={name}", "-A", self.archive, "--by", "hoa", "--json")
            entries[code] = made.json()["entry"]
        self.make_person("minh", "admin")
        self.make_person("lan", "checker", scope=("--body", "UBND xã A"))
        self.make_person("tuan", "keyer")
        self.make_person("kiem", "auditor")
        self.make_person("thu", "clerk")
        return entries

    def decide(self, browser, entry, revision, key, text):
        return browser.post(f"/api/entries/{entry}/fields", {"revision": revision, "values": [{"key": key, "state": "written", "text": text}]})

    def test_records_of_another_body_do_not_exist_for_this_person(self):
        lan, tuan = self.browser("lan"), self.browser("tuan")
        self.assertEqual([b["code"] for b in lan.get("/api/books").json()["books"]], ["KS.2005.01"])
        other = self.entries["KS.2005.02"]
        pages = tuan.get("/api/books/KS.2005.02/pages").json()["pages"]
        page, document = pages[0]["page"], tuan.get(f"/api/pages/{pages[0]['page']}").json()["document"]
        paths = ["/api/books/KS.2005.02", "/api/books/KS.2005.02/entries", "/api/books/KS.2005.02/review", "/api/books/KS.2005.02/tickets", "/api/books/KS.2005.02/pages",
                 f"/api/entries/{other}", f"/api/entries/{other}/history", f"/api/pages/{page}", f"/api/pages/{page}/thumbnail", f"/iiif/{page}/info.json", f"/iiif/{page}",
                 f"/iiif/{page}/0,0,512,512/512,512/0/default.jpg", "/iiif/book/KS.2005.02/manifest.json", f"/iiif/document/{document}/manifest.json", f"/api/documents/{document}",
                 f"/api/documents/{document}/pages", "/api/documents?dossier=H49.64.33.2001.160", "/api/batches/3"]
        for path in paths:
            answer = lan.get(path)
            self.assertEqual((answer.status, answer.code()), (404, "not_found"), path)
            self.assertEqual(tuan.get(path).status, 403 if "/tickets" in path or "/batches" in path else 303 if path == f"/iiif/{page}" else 200, path)
        for path, body in ((f"/api/entries/{other}/fields", {"revision": 1, "values": [{"key": "nksHoTen", "state": "empty"}]}), (f"/api/entries/{other}/confirm", {"revision": 1, "key": "nksHoTen"}),
                           (f"/api/entries/{other}/keyings", {"key": "nksHoTen", "state": "empty"}), (f"/api/entries/{other}/stage", {"to": "check_1"}), ("/api/books/KS.2005.02/tickets/1/settle", {"reason": "a"})):
            self.assertEqual(lan.post(path, body).status, 404, path)
        self.assertEqual([b["id"] for b in lan.get("/api/batches").json()["batches"]], [2])

    def test_search_finds_only_what_the_person_may_see(self):
        lan, tuan = self.browser("lan"), self.browser("tuan")
        mine, all_ = lan.get("/api/search?q=quyet%20dinh").json(), tuan.get("/api/search?q=quyet%20dinh").json()
        self.assertGreater(mine["total"], 0)
        self.assertEqual(all_["total"], 2 * mine["total"])
        self.assertEqual({h["document"] for h in mine["hits"]}, {h["document"] for h in mine["hits"]} & {h["document"] for h in all_["hits"]})
        self.assertEqual(lan.get("/api/search?q=").json()["total"], 1)
        self.make_person("huong", "clerk", scope=("--body", "H49.64.33"))
        self.assertEqual([h["identifier"] for h in self.browser("huong").get("/api/search?q=").json()["hits"]], ["H49.64.33.2001.160.1"])

    def test_two_who_change_one_entry_are_told_and_nothing_is_overwritten_unseen(self):
        lan, tuan, entry = self.browser("lan"), self.browser("tuan"), self.entries["KS.2005.01"]
        seen = lan.get(f"/api/entries/{entry}").json()["revision"]
        first = self.decide(tuan, entry, seen, "meHoTen", "Lê Thị Hoa")
        self.assertEqual(first.status, 200)
        late = self.decide(lan, entry, seen, "meHoTen", "Lê Thị Hóa")
        self.assertEqual((late.status, late.code()), (409, "conflict"))
        field = next(f for f in lan.get(f"/api/entries/{entry}").json()["fields"] if f["key"] == "meHoTen")
        self.assertEqual((field["value"], field["by"]), ("Lê Thị Hoa", "tuan"))
        self.assertEqual(self.decide(lan, entry, first.json()["revision"], "meHoTen", "Lê Thị Hóa").status, 200)

    def test_a_value_comes_back_as_text_whatever_it_looks_like(self):
        lan, entry = self.browser("lan"), self.entries["KS.2005.01"]
        nasty = '<img src=x onerror="alert(1)">\u2028</script>'
        revision = lan.get(f"/api/entries/{entry}").json()["revision"]
        answer = self.decide(lan, entry, revision, "meHoTen", nasty)
        self.assertTrue(answer.headers["Content-Type"].startswith("application/json"))
        self.assertEqual(next(f["value"] for f in answer.json()["fields"] if f["key"] == "meHoTen"), nasty)
        for bad in ("a\x00b", "a\x1bb", "x" * 5000):
            self.assertEqual(self.decide(lan, entry, answer.json()["revision"], "meHoTen", bad).status, 400)
        self.assertEqual(self.decide(lan, entry, answer.json()["revision"], "noSuchField", "a").status, 400)

    def test_blind_keying_tells_nobody_what_another_wrote(self):
        lan, tuan, entry = self.browser("lan"), self.browser("tuan"), self.entries["KS.2005.01"]
        key = lambda browser, text: browser.post(f"/api/entries/{entry}/keyings", {"key": "chaHoTen", "state": "written", "text": text}).json()
        self.assertEqual(key(tuan, "Nguyễn Văn Cha")["state"], "open")
        self.assertNotIn("Nguyễn Văn Cha", json.dumps(lan.get(f"/api/entries/{entry}").json(), ensure_ascii=False))
        self.assertEqual(key(lan, "Nguyễn Văn Chả"), {"entry": entry, "key": "chaHoTen", "state": "disputed", "persons": 2})

    def test_who_looked_at_which_record_stands_in_the_log(self):
        tuan, entry = self.browser("tuan"), self.entries["KS.2005.02"]
        for _ in range(3):
            tuan.get(f"/api/entries/{entry}")
        events = self.browser("kiem").get("/api/log?limit=1000").json()["events"]
        looks = [e for e in events if e["what"] == "view_entry"]
        self.assertEqual([(e["by"], e["subject"]) for e in looks], [("tuan", f"entry {entry}")])
        self.assertNotIn("Trần Thị B", json.dumps(events, ensure_ascii=False))

    def test_a_page_is_shown_in_tiles_that_a_worker_made(self):
        tuan = self.browser("tuan")
        page = tuan.get("/api/books/KS.2005.01/pages").json()["pages"][0]["page"]
        info = tuan.get(f"/iiif/{page}/info.json").json()
        about = tuan.get(f"/api/pages/{page}").json()
        self.assertEqual((info["width"], info["height"], info["profile"]), (about["width"], about["height"], "level2"))
        self.assertTrue(about["words"])
        side = info["tiles"][0]["width"]
        whole = max(info["tiles"][0]["scaleFactors"])
        for address, size in ((f"0,0,{side},{side}/{side},{side}/0/default.jpg", (side, side)),
                              (f"0,0,{info['width']},{info['height']}/{-(-info['width'] // whole)},{-(-info['height'] // whole)}/0/default.jpg", (-(-info["width"] // whole), -(-info["height"] // whole))),
                              ("full/!300,300/90/gray.png", None), ("pct:10,10,20,20/max/0/bitonal.png", None), ("square/200,/180/color.jpg", (200, 200)), ("100,100,301,203/301,203/0/default.jpg", (301, 203))):
            picture = tuan.get(f"/iiif/{page}/{address}")
            self.assertEqual(picture.status, 200, address + repr(picture.body[:200]))
            file = self.folder / "picture"
            file.write_bytes(picture.body)
            said = subprocess.run(["identify", "-format", "%m %w %h", str(file)], capture_output=True, text=True)
            if said.returncode == 0 and size:
                self.assertEqual(said.stdout.split()[1:], [str(size[0]), str(size[1])], address)
        for address in ("0,0,0,10/max/0/default.jpg", "full/max/45/default.jpg", "full/max/0/default.gif", "full/99999,/0/default.jpg", "full/^max/0/default.jpg", "a,b,c,d/max/0/default.jpg", "-1,0,10,10/max/0/default.jpg",
                        "99999999,0,10,10/max/0/default.jpg", "pct:0,0,1e9,1/max/0/default.jpg", "full/0,0/0/default.jpg"):
            self.assertEqual(tuan.get(f"/iiif/{page}/{address}").status, 400, address)
        manifest = tuan.get("/iiif/book/KS.2005.01/manifest.json").json()
        self.assertEqual((manifest["type"], len(manifest["items"]), manifest["items"][0]["width"]), ("Manifest", 2, info["width"]))

    def test_answers_are_what_the_document_says(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        tuan, lan, kiem, minh, thu = (self.browser(name) for name in ("tuan", "lan", "kiem", "minh", "thu"))
        document = minh.get("/openapi.json").json()
        page = tuan.get("/api/books/KS.2005.01/pages").json()["pages"][0]["page"]
        known = {"{book}": "KS.2005.01", "{entry}": str(self.entries["KS.2005.01"]), "{page}": str(page), "{document}": str(tuan.get(f"/api/pages/{page}").json()["document"]), "{batch}": "2"}
        asked = set()
        for path, operations in document["paths"].items():
            operation = operations.get("get")
            if not operation or path == "/api/events":
                continue
            who = {"see_work": lan, "take_in": lan, "check_records": lan, "read_log": kiem, "manage_people": minh, "issue_copies": thu}.get(operation.get("x-right"), tuan)
            address = path
            for name, value in known.items():
                address = address.replace(name, value)
            if "{" in address:
                continue
            if path == "/api/copies/needs" or "303" in operation["responses"]:
                continue  # needs a signer, or a browser that goes on: test_desk and test_sign_in ask them
            answer = who.get(address + ("?batch=2" if path == "/api/documents" else "?number=1" if path == "/api/entries" else "?device=sim:sheets=20" if path == "/api/capture/offers" else ""))
            content = operation["responses"].get(str(answer.status), {}).get("content", {})
            if answer.status == 303:
                continue
            self.assertEqual(answer.status, 200, path)
            kind = answer.headers["Content-Type"].split(";")[0]
            self.assertIn(kind, content, path)
            if kind.endswith("json") and kind != "application/x-ndjson":
                schema = {**content[kind]["schema"], "components": document["components"]}
                jsonschema.validate(answer.json(), schema)
                asked.add(path)
        self.assertGreater(len(asked), 15)
        self.assertEqual(set(document["paths"]) - {p for p in document["paths"] if p.startswith(("/api", "/iiif", "/openapi"))}, set())

    def test_progress_comes_as_events(self):
        lan = self.browser("lan")
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as stream:
            stream.sendall(f"GET /api/events HTTP/1.1\r\nHost: a\r\nCookie: {lan.cookie}\r\n\r\n".encode())
            data = b""
            while b"\n\n" not in data.split(b"\r\n\r\n", 1)[-1] or b"\r\n\r\n" not in data:
                data += stream.recv(4096)
        head, events = data.split(b"\r\n\r\n", 1)
        self.assertIn(b"text/event-stream", head)
        self.assertEqual(json.loads(re.search(rb"data: (.*)\n", events).group(1))["documents"], 3)
        self.assertEqual(lan.get("/health").status, 200)

    def test_the_books_of_the_pages_are_the_words_of_both_languages(self):
        node = shutil.which("node")
        if not node:
            self.skipTest("node is not installed")
        script = ("import { words } from './words.mjs'; const [a, b] = [Object.keys(words.vi), Object.keys(words.en)];"
                  "const odd = [...a.filter((k) => !b.includes(k)), ...b.filter((k) => !a.includes(k))];"
                  "console.log(JSON.stringify({ odd, keys: a }));")
        source = (ROOT / "tools/web/words.js").read_text(encoding="utf-8").replace('localStorage.getItem("language")', "null").replace('.js"', '.mjs"')
        (self.folder / "words.mjs").write_text(source, encoding="utf-8")
        for part in (ROOT / "tools/web").glob("words_*.js"):
            shutil.copy(part, self.folder / part.name.replace(".js", ".mjs"))
        (self.folder / "check.mjs").write_text(script, encoding="utf-8")
        said = json.loads(subprocess.run([node, "check.mjs"], cwd=self.folder, capture_output=True, text=True, check=True).stdout)
        self.assertEqual(said["odd"], [])
        used = set()
        for file in (ROOT / "tools/web").glob("*.js"):
            used |= set(re.findall(r'\bw\("([\w.]+)"', file.read_text(encoding="utf-8")))
        self.assertEqual(used - set(said["keys"]), set())
        fields = json.loads((ROOT / "docs/metadata.schema.json").read_text(encoding="utf-8"))["properties"]
        self.assertEqual({f"field.{key}" for key in fields} - set(said["keys"]), set())


if __name__ == "__main__":
    unittest.main()
