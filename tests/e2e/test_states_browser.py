"""Every screen of the console when there is nothing, when it takes long, when the server fails, and when texts are far too long."""
import json
import os
import subprocess
import unittest
from pathlib import Path

from chromium import CHROMIUM, browser_tools
from console_client import PASSWORD, ConsoleTest
from desk_office import BOOK, REQUEST, WORDS, DeskOffice
from program import ROOT

SHOTS = os.environ.get("SOGOC_SCREENSHOTS")  # a folder where the screens are kept to be looked at
ROLES = ("admin", "scanner", "checker", "clerk", "auditor")
ALWAYS = {"desk": "desk", "search": "search", "books": "books", "scan": "scan", "photographs": "photographs", "work": "work", "people": "people", "log": "log", "verify": "verify", "request-new": "request/new"}


class Screens:
    def see(self, state, screens, words=""):
        browser = ROOT / "tests" / "browser"
        tools = browser_tools(self, browser / "person.mjs", browser / "states.mjs")
        shots = Path(SHOTS) / "states" if SHOTS else None
        settings = self.folder / "settings.json"
        settings.write_text(json.dumps({"state": state, "screens": screens, "words": words, "shots": str(shots or "")}), encoding="utf-8")
        run = subprocess.run(["node", "states.mjs", f"http://127.0.0.1:{self.port}", PASSWORD, settings], cwd=tools, capture_output=True, text=True, timeout=900, env=dict(os.environ, CHROMIUM=CHROMIUM))
        seen = json.loads(run.stdout)
        self.assertNotIn("failed", seen, run.stdout)
        self.assertTrue(seen.pop("done"))
        self.assertEqual({what: found for what, found in seen.items() if found}, {})


class EmptyScreensInABrowser(Screens, ConsoleTest):
    def test_where_nothing_is_yet_the_screen_says_so(self):
        self.make_person("minh", *ROLES)
        self.sogoc("book", "create", BOOK, "--kind", "KS", "--year", "2005", "--number", "01/2005", "-A", self.archive)
        self.serve()
        self.see("empty", ALWAYS | {name: f"{name}/{BOOK}" for name in ("book", "review", "keying", "disputes", "pages")})


class StrangeDaysInABrowser(Screens, DeskOffice):
    def test_long_waits_failures_and_long_texts_are_said_and_fit(self):
        self.make_person("tuan", *ROLES)
        self.sogoc("user", "rights", "minh", *(part for role in ROLES for part in ("--role", role)), "--all-records", "-A", self.archive)
        self.serve_console()
        thu = self.browser("thu")
        request = thu.post("/api/requests", {**REQUEST, "kind": "register_copy", "source_kind": "entry", "source": self.entry, "token": "0123456789abcdef"}).json()["id"]
        copy = thu.post("/api/copies", {"kind": "register_copy", "entry": self.entry, "values": WORDS, "request": request, "token": "0123456789abcdef"})
        self.assertEqual(copy.status, 200, copy.body)
        minh = self.browser("minh")
        page = minh.get(f"/api/books/{BOOK}/pages").json()["pages"][0]["page"]
        document = minh.get(f"/api/pages/{page}").json()["document"]
        screens = ALWAYS | {name: f"{name}/{BOOK}" for name in ("book", "review", "keying", "pages")} | {
            "entry": f"entry/{self.entry}", "counter": f"counter/entry/{self.entry}", "copy": f"copy/{copy.json()['id']}", "request": f"request/{request}", "text": f"text/{page}", "document": f"document/{document}"}
        del screens["verify"], screens["request-new"]  # they ask for nothing
        self.see("full", screens, "binh")


if __name__ == "__main__":
    unittest.main()
