"""The web console as a program sees it: starts `sogoc serve` on a free port of loopback, asks, and ends it by its process."""
import http.client
import json
import os
import re
import signal
import subprocess

from program import SOGOC, ProgramTest

PASSWORD = "một câu dài dễ nhớ"


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    def json(self):
        return json.loads(self.body)

    def code(self):
        return self.json()["error"]["code"]


class Browser:
    """One person: keeps the cookie and the CSRF token."""

    def __init__(self, port, language="en"):
        self.port, self.cookie, self.csrf, self.language = port, None, None, language

    def ask(self, method, path, json_body=None, body=None, headers=None, csrf=True):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Accept-Language": self.language, **(headers or {})}
        if self.cookie:
            sent.setdefault("Cookie", self.cookie)
        if csrf and self.csrf and method != "GET":
            sent.setdefault("X-CSRF-Token", self.csrf)
        if json_body is not None:
            body = json.dumps(json_body)
            sent.setdefault("Content-Type", "application/json")
        connection.request(method, path, body=body, headers=sent)
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def get(self, path, **options):
        return self.ask("GET", path, **options)

    def post(self, path, json_body, **options):
        return self.ask("POST", path, json_body, **options)

    def sign_in(self, name, password=PASSWORD):
        answer = self.post("/api/session", {"name": name, "password": password})
        if answer.status == 200:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
            self.csrf = answer.json()["csrf"]
        return answer


class ConsoleTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.make_archive()

    def make_person(self, name, *roles, scope=("--all-records",)):
        file = self.folder / "password"
        file.write_text(PASSWORD + "\n", encoding="utf-8")
        options = [part for role in roles for part in ("--role", role)]
        self.sogoc("user", "create", name, *options, *scope, "-A", self.archive, "--password-file", file)

    def serve(self, *options, archive=None, port=0):
        self.server = subprocess.Popen([SOGOC, "serve", "-A", str(archive or self.archive), "--listen", f"127.0.0.1:{port}", *map(str, options)],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ, LC_ALL="C.UTF-8"))
        self.addCleanup(self.end_server)
        for line in self.server.stdout:
            found = re.search(r"listening on https?://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                return
        self.fail("the server did not start: " + self.server.stderr.read())

    def end_server(self):
        if self.server.poll() is None:
            self.server.send_signal(signal.SIGTERM)
            try:
                self.server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
        self.server.stdout.close()
        self.server.stderr.close()
        return self.server.returncode

    def browser(self, name=None, **options):
        browser = Browser(self.port, **options)
        if name:
            self.assertEqual(browser.sign_in(name).status, 200)
        return browser
