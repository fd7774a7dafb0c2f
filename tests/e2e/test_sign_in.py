"""Signing in with more than a password: one-time codes, an OpenID provider, rights that change, TLS of our own."""
import http.client
import json
import os
import re
import shutil
import ssl
import subprocess
import time
import unittest
from urllib.parse import urlencode, urlsplit

from console_client import PASSWORD, Browser, ConsoleTest
from copy_office import one_time_code
from node_tools import NodeToolsMissing, node_folder
from program import ROOT, SOGOC


class SecondFactors(ConsoleTest):
    def setUp(self):
        super().setUp()
        self.make_person("minh", "admin", "auditor")
        self.make_person("ky", "signer")

    def sign_in(self, name, code=None, browser=None):
        browser = browser or self.browser()
        answer = browser.post("/api/session", {"name": name, "password": PASSWORD, **({"code": code} if code else {})})
        if answer.status == 200:
            browser.cookie, browser.csrf = answer.headers["Set-Cookie"].split(";")[0], answer.json()["csrf"]
        return answer

    def test_who_signs_needs_a_code_that_is_used_once(self):
        self.serve()
        self.assertEqual(self.sign_in("ky").code(), "no_second_factor")
        secret = self.sogoc("user", "second-factor", "ky", "-A", self.archive, "--json").json()["secret"]
        self.assertEqual(self.sign_in("ky").code(), "needs_code")
        self.assertEqual(self.sign_in("ky", "000000").code(), "wrong_code")
        code = one_time_code(secret)
        self.assertEqual(self.sign_in("ky", code).status, 200)
        self.assertEqual(self.sign_in("ky", code).code(), "wrong_code")  # used up
        self.assertEqual(self.sign_in("ky", one_time_code(secret, time.time() + 30)).status, 200)
        self.assertEqual(self.sign_in("ky", one_time_code(secret, time.time() + 300)).code(), "wrong_code")

    def test_an_admin_changes_rights_and_they_hold_at_once(self):
        self.make_person("lan", "keyer")
        self.serve()
        minh, lan = self.browser("minh"), self.browser("lan")
        self.assertEqual(lan.get("/api/requests").status, 403)
        change = lambda body: minh.ask("PUT", "/api/people/lan/rights", body)
        self.assertEqual(change({"roles": ["clerk"], "everything": True}).status, 204)
        self.assertEqual(lan.get("/api/requests").status, 200)
        self.assertEqual(change({"roles": ["clerk"]}).status, 400)  # which records?
        self.assertEqual(change({"roles": ["boss"], "everything": True}).status, 400)
        self.assertEqual(minh.ask("PUT", "/api/people/minh/rights", {"roles": ["auditor"], "everything": True}).status, 409)
        self.assertEqual(lan.ask("PUT", "/api/people/lan/rights", {"roles": ["admin"]}).status, 403)
        factor = minh.ask("POST", "/api/people/lan/second-factor").json()
        self.assertEqual(lan.get("/api/session").status, 401)
        self.assertEqual(self.sign_in("lan", one_time_code(factor["secret"])).status, 200)
        people = {p["name"]: p for p in minh.get("/api/people").json()["people"]}
        self.assertEqual((people["lan"]["roles"], people["lan"]["second_factor"]), (["clerk"], True))
        self.assertNotIn(factor["secret"], json.dumps(people))
        self.assertEqual(minh.ask("DELETE", "/api/people/lan/second-factor").status, 204)
        self.assertEqual(self.sign_in("lan").status, 200)

    def test_the_log_is_exported_and_says_who_looked_at_which_record(self):
        self.sogoc("book", "create", "KS.2005.01", "--kind", "KS", "--year", "2005", "--number", "01/2005", "-A", self.archive)
        self.make_person("lan", "keyer")
        self.serve()
        lan, minh = self.browser("lan"), self.browser("minh")
        lan.get("/api/books/KS.2005.01/entries")
        asked = minh.get("/api/log?subject=book%20KS.2005.01&what=list_entries").json()
        self.assertEqual([(e["by"], e["subject"]) for e in asked["events"]], [("lan", "book KS.2005.01")])
        self.assertEqual(minh.get("/api/log?by=lan&limit=1").json()["more"], True)
        lines = minh.get("/api/log/export").body.decode().splitlines()
        events = [json.loads(line) for line in lines]
        self.assertIn(("lan", "list_entries", "book KS.2005.01"), [(e["by"], e["what"], e["subject"]) for e in events])
        self.assertEqual([e["id"] for e in events], sorted({e["id"] for e in events}))
        self.assertEqual(minh.get("/api/log?what=export_log").json()["events"][0]["by"], "minh")
        self.assertEqual(lan.get("/api/log/export").status, 403)


class OpenIdProvider(ConsoleTest):
    def setUp(self):
        super().setUp()
        try:
            tools = node_folder("oidc", ROOT / "tests" / "oidc", ROOT / "tests" / "oidc" / "provider.mjs")
        except NodeToolsMissing as missing:
            self.skipTest(str(missing))
        self.make_person("minh", "admin")
        self.make_person("lan", "clerk")
        self.make_person("ky", "signer")
        # The console's port must be known to the provider, and the provider's to the console: one is taken and given back.
        self.serve()
        port = self.port
        self.end_server()
        redirect = f"http://127.0.0.1:{port}/api/sign-in/return"
        self.provider = subprocess.Popen(["node", "provider.mjs", redirect], cwd=tools, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(self.end_provider)
        self.issuer = self.provider.stdout.readline().strip()
        self.assertTrue(self.issuer, "the provider has not started")
        settings = self.folder / "openid.json"
        settings.write_text(json.dumps({"label": "Đăng nhập của tỉnh", "issuer": self.issuer, "client_id": "sogoc", "client_secret": "a secret of this test", "redirect": redirect, "after_sign_out": f"http://127.0.0.1:{port}/"}), encoding="utf-8")
        os.chmod(settings, 0o644)
        self.assertIn("others may read", self.sogoc("serve", "-A", self.archive, "--openid", settings, "--listen", f"127.0.0.1:{port}", code=5).err)
        os.chmod(settings, 0o600)
        self.serve("--openid", settings, port=port)
        for name in ("lan", "ky"):
            self.sogoc("user", "link", name, "--issuer", self.issuer, "--subject", f"person-{name}", "-A", self.archive)

    def end_provider(self):
        self.provider.stdin.close()
        self.provider.wait(timeout=10)
        self.provider.stdout.close()

    def fetch(self, jar, method, url, form=None):
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=30)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in jar.items())}
        body = None
        if form is not None:
            body, headers["Content-Type"] = urlencode(form), "application/x-www-form-urlencoded"
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body=body, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, content = value.split(";")[0].partition("=")
                jar[key] = content
        connection.close()
        return answer, text

    def walk(self, login, jar=None, until=None):
        """The way of a browser; returns where it ends. `until`: stops before an address that holds this."""
        jar = {} if jar is None else jar
        url, form, method = f"http://127.0.0.1:{self.port}/api/sign-in/start", None, "GET"
        for _ in range(20):
            if until and until in url:
                return url, jar
            answer, text = self.fetch(jar, method, url, form)
            method, form = "GET", None
            if answer.status in (302, 303):
                to = answer.headers["Location"]
                url = to if "://" in to else f"http://{urlsplit(url).netloc}{to}"
                if to == "/" or to.startswith("/#"):
                    return to, jar
                continue
            found = re.search(r'<form[^>]*action="([^"]+)"', text)
            self.assertTrue(found, f"{url}: {answer.status} {text[:300]}")
            prompt = re.search(r'name="prompt" value="(\w+)"', text).group(1)
            to = found.group(1)
            url = to if "://" in to else f"http://{urlsplit(url).netloc}{to}"
            method, form = "POST", {"prompt": prompt, "login": login, "password": "x"}
        self.fail("the way has no end")

    def who(self, jar):
        browser = self.browser()
        browser.cookie = f"sogoc={jar.get('sogoc', '')}"
        return browser.get("/api/session")

    def test_a_person_comes_in_from_the_provider_and_a_stranger_does_not(self):
        self.assertEqual(self.browser().get("/api/sign-in").json()["provider"], "Đăng nhập của tỉnh")
        end, jar = self.walk("person-lan")
        self.assertEqual(end, "/")
        self.assertEqual(self.who(jar).json()["name"], "lan")
        end, jar = self.walk("somebody-else")
        self.assertEqual(end, "/#/sign-in/unknown")
        self.assertEqual(self.who(jar).status, 401)
        # Who signs needs a second factor there too, and this provider does not say that there was one.
        self.assertEqual(self.walk("person-ky")[0], "/#/sign-in/factor")
        self.sogoc("user", "disable", "lan", "-A", self.archive)
        self.assertEqual(self.walk("person-lan")[0], "/#/sign-in/unknown")

    def test_signing_out_here_signs_out_at_the_provider_too(self):
        _, jar = self.walk("person-lan")
        browser = self.browser()
        browser.cookie = f"sogoc={jar['sogoc']}"
        me = browser.get("/api/session").json()
        self.assertTrue(me["elsewhere"])
        browser.csrf = me["csrf"]
        # While one is signed in there, one comes back without being asked.
        again, _ = self.fetch(jar, "GET", f"http://127.0.0.1:{self.port}/api/sign-in/start")
        answer, _ = self.fetch(jar, "GET", again.headers["Location"])
        self.assertIn("/api/sign-in/return?code=", answer.headers["Location"])
        left = browser.ask("DELETE", "/api/session")
        self.assertEqual(left.status, 204)
        jar |= dict(line.split(";")[0].split("=", 1) for name, line in left.headers.items() if name == "Set-Cookie")
        self.assertEqual(self.who(jar).status, 401)
        end, _ = self.fetch(jar, "GET", f"http://127.0.0.1:{self.port}/api/sign-in/end")
        self.assertTrue(end.headers["Location"].startswith(self.issuer), end.headers["Location"])
        self.assertIn("id_token_hint=", end.headers["Location"])
        asks, page = self.fetch(jar, "GET", end.headers["Location"])
        self.assertEqual(asks.status, 200, page[:300])
        form = {"xsrf": re.search(r'name="xsrf" value="([^"]+)"', page).group(1), "logout": "yes"}
        gone, _ = self.fetch(jar, "POST", re.search(r'action="([^"]+)"', page).group(1), form)
        self.assertEqual(gone.headers["Location"], f"http://127.0.0.1:{self.port}/")
        start, _ = self.fetch(jar, "GET", f"http://127.0.0.1:{self.port}/api/sign-in/start")
        answer, _ = self.fetch(jar, "GET", start.headers["Location"])
        self.assertIn("/interaction/", answer.headers["Location"])  # it asks who comes
        # The way is open once, and for nobody who did not come from there.
        home, _ = self.fetch(jar, "GET", f"http://127.0.0.1:{self.port}/api/sign-in/end")
        self.assertEqual(home.headers["Location"], "/")
        self.assertFalse(self.browser("minh").get("/api/session").json()["elsewhere"])

    def test_keys_that_the_provider_changed_are_asked_for_again(self):
        self.assertEqual(self.walk("person-lan")[0], "/")
        self.provider.stdin.write("rotate\n")
        self.provider.stdin.flush()
        self.provider.stdout.readline()
        time.sleep(10.5)  # a stranger's key makes nobody ask more often
        self.assertEqual(self.walk("person-lan")[0], "/")

    def test_an_answer_is_taken_once_and_by_the_browser_that_asked(self):
        back, jar = self.walk("person-lan", until="/api/sign-in/return")
        state = re.search(r"state=([\w-]+)", back).group(1)
        stranger = {}
        answer, _ = self.fetch(stranger, "GET", back)
        self.assertEqual(answer.headers["Location"], "/#/sign-in/again")
        answer, _ = self.fetch(dict(jar), "GET", back.replace(state, "x" * len(state)))
        self.assertEqual(answer.headers["Location"], "/#/sign-in/again")
        answer, _ = self.fetch(dict(jar), "GET", back + "&iss=https%3A%2F%2Fevil.example" if "iss=" not in back else re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fevil.example", back))
        self.assertEqual(answer.headers["Location"], "/#/sign-in/again")
        # The state was used up by that.
        answer, _ = self.fetch(dict(jar), "GET", back)
        self.assertEqual(answer.headers["Location"], "/#/sign-in/again")
        back, jar = self.walk("person-lan", jar={}, until="/api/sign-in/return")
        answer, _ = self.fetch(jar, "GET", re.sub(r"code=[^&]+", "code=made-up", back))
        self.assertEqual(answer.headers["Location"], "/#/sign-in/refused")


class OurOwnTls(ConsoleTest):
    def test_the_console_speaks_tls_with_a_certificate_of_the_authority_and_nothing_older(self):
        pki = self.folder / "pki"
        if not shutil.which("openssl"):
            self.skipTest("openssl is not installed")
        root = self.sogoc("dev-pki", pki, "--json").json()["root_file"]
        openssl = lambda *words: subprocess.run(["openssl", *map(str, words)], cwd=self.folder, capture_output=True, check=True)
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "tls.key", "-out", "tls.csr", "-subj", "/CN=console")
        (self.folder / "tls.ext").write_text("subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\nkeyUsage=digitalSignature\nbasicConstraints=CA:FALSE\n", encoding="utf-8")
        openssl("x509", "-req", "-in", "tls.csr", "-CA", pki / "issuing.pem", "-CAkey", pki / "private" / "issuing.key.pem", "-CAcreateserial", "-days", "2", "-extfile", "tls.ext", "-out", "tls.pem")
        (self.folder / "chain.pem").write_bytes((self.folder / "tls.pem").read_bytes() + (pki / "issuing.pem").read_bytes())
        self.make_person("minh", "admin")
        self.serve("--tls-cert", self.folder / "chain.pem", "--tls-key", self.folder / "tls.key")
        trusted = ssl.create_default_context(cafile=root)
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=trusted, timeout=20)
        connection.request("POST", "/api/session", body=json.dumps({"name": "minh", "password": PASSWORD}), headers={"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        self.assertEqual(answer.status, 200)
        self.assertRegex(answer.headers["Set-Cookie"], r"^__Host-sogoc=[\w-]{43}; .*; Secure$")
        self.assertIn("max-age", answer.headers["Strict-Transport-Security"])
        self.assertIn(connection.sock.version(), ("TLSv1.2", "TLSv1.3"))
        connection.close()
        with self.assertRaises(ssl.SSLCertVerificationError):
            http.client.HTTPSConnection("127.0.0.1", self.port, context=ssl.create_default_context(), timeout=20).request("GET", "/health")
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            http.client.HTTPSConnection("127.0.0.1", self.port, context=old, timeout=20).request("GET", "/health")


if __name__ == "__main__":
    unittest.main()
