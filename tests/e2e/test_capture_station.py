"""The capture station as a program sees it: scanners of the server's machine, pictures of a telephone, and what a person says of them."""
import hashlib
import http.client
import json
import time
import unittest

from console_client import ConsoleTest
from program import SAMPLES

BOOK = "KS.1999.01"
DOSSIER = "H49.64.33.2001.160"


class CaptureStation(ConsoleTest):
    def setUp(self):
        super().setUp()
        self.sogoc("book", "create", BOOK, "--kind", "KS", "--year", "1999", "--number", "01/1999", "--body", "UBND xã A", "-A", self.archive)
        self.sogoc("book", "create", "KS.1999.02", "--kind", "KS", "--year", "1999", "--number", "02/1999", "--body", "UBND xã B", "-A", self.archive)
        self.sogoc("dossier", "create", DOSSIER, "--title", "Hồ sơ thử", "-A", self.archive)
        self.make_person("minh", "admin")
        self.make_person("quet", "scanner")
        self.make_person("binh", "scanner", scope=("--body", "UBND xã B"))
        self.make_person("nhap", "keyer")
        self.stack = self.folder / "stack"

    def begin_console(self, device="sim:sheets=3"):
        self.device = f"{device},stack={self.stack}"
        self.serve("--scanner", self.device)
        self.quet = self.browser("quet")

    def serve(self, *options, **more):
        import os
        os.environ["SOGOC_SPOOL"] = str(self.folder / "spool")
        super().serve(*options, **more)

    def begin(self, who=None, status=200, **wish):
        answer = (who or self.quet).post("/api/capture/runs", {"device": self.device, "source": "adf", "mode": "gray", "dpi": 200, "book": BOOK, **wish})
        self.assertEqual(answer.status, status, answer.body)
        return answer.json()

    def ended(self, run):
        for _ in range(600):
            now = self.quet.get(f"/api/capture/runs/{run['run']}").json()
            if now["state"] != "running":
                return now
            time.sleep(0.1)
        self.fail("the scan does not end")

    def session(self, number):
        return self.quet.get(f"/api/capture/sessions/{number}").json()

    def test_a_stack_is_seen_judged_and_becomes_pages_of_the_book_that_was_chosen(self):
        self.begin_console()
        targets = self.quet.get("/api/capture/targets").json()
        self.assertEqual(([b["code"] for b in targets["books"]], [d["code"] for d in targets["dossiers"]]), ([BOOK, "KS.1999.02"], [DOSSIER]))
        self.assertIn(self.device, [d["device"] for d in self.quet.get("/api/capture/devices").json()["devices"]])
        self.assertTrue(self.quet.get(f"/api/capture/offers?device={self.device}").json()["offers"])
        run = self.begin(declared=3)
        stream = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        stream.request("GET", f"/api/capture/runs/{run['run']}/events", headers={"Cookie": self.quet.cookie, "Accept-Language": "vi"})
        events = stream.getresponse()
        self.assertEqual((events.status, events.headers["Content-Type"]), (200, "text/event-stream"))
        heard = events.read().decode()  # until the run is over
        stream.close()
        sides = [json.loads(line[6:]) for line in heard.splitlines() if line.startswith('data: {"sheet"')]
        self.assertEqual(sorted({side["sheet"] for side in sides} - {1, 2, 3}), [])
        self.assertIn('"state":"done"', heard.replace(" ", ""))
        now = self.ended(run)
        session = self.session(now["session"])
        self.assertEqual((session["sheets"], session["declared"], session["state"], session["by"], session["problems"], session["differences"]), (3, 3, "waiting", "quet", [], []))
        self.assertEqual([(i["sheet"], i["side"], i["device"]) for i in session["images"]], [(n, "front", self.device) for n in (1, 2, 3)])
        self.assertEqual({i["settings"]["dpi"] for i in session["images"]}, {200})
        picture = self.quet.get(f"/api/capture/sessions/{session['session']}/images/{session['images'][0]['image']}?side=400")
        self.assertEqual((picture.status, picture.body[:3]), (200, b"\xff\xd8\xff"))
        self.assertLess(len(picture.body), 200_000)

        # A sheet again, one in between, one that is no page; each with its reason, and the old picture stays.
        first = session["images"][0]
        self.assertEqual(self.quet.post("/api/capture/runs", {"device": self.device, "role": "replace", "session": session["session"], "sheet": 1, "reason": " "}).status, 400)
        self.stack.unlink()
        for order in ({"role": "replace", "sheet": 1, "pages": 1, "reason": "mờ góc trái"}, {"role": "insert", "sheet": 2, "pages": 1, "reason": "tờ rời kẹp trong sổ"}):
            self.ended(self.begin(session=session["session"], **order))
        images = self.session(session["session"])["images"]
        self.assertEqual(sorted((i["sheet"], i["insert"], i["decision"], i.get("reason", "")) for i in images),
                         [(1, 0, "none", ""), (1, 0, "replaced", "mờ góc trái"), (2, 0, "none", ""), (2, 1, "none", ""), (3, 0, "none", "")])
        self.assertEqual(next(i["image"] for i in images if i["decision"] == "replaced"), first["image"])
        path = f"/api/capture/sessions/{session['session']}"
        for image in images:
            if image["decision"] == "none" and image["verdict"] == "rescan":
                self.assertEqual(self.quet.post(f"{path}/images/{image['image']}/decision", {"decision": "accepted", "reason": "đã nhìn"}).status, 200)
        last = images[-1]["image"]
        self.assertEqual(self.quet.post(f"{path}/images/{last}/decision", {"decision": "rejected", "reason": ""}).status, 400)
        self.assertEqual(self.quet.post(f"{path}/images/{last}/decision", {"decision": "rejected", "reason": "tờ lót"}).status, 200)
        done = self.quet.post(f"{path}/finish", {})
        self.assertEqual(done.status, 200, done.body)  # three sheets stay: 1, 2 and the one in between
        self.assertEqual(self.quet.post(f"{path}/images/{last}/decision", {"decision": "accepted", "reason": "a"}).status, 409)
        self.end_server()
        files = self.sogoc("scan", "show", session["session"], "-A", self.archive, "--json").json()["images"]
        self.assertEqual([i["file"] for i in files if "file" in i], [1, 2, 3])
        self.sogoc("verify", "-A", self.archive)

    def test_a_jam_is_named_with_advice_and_what_was_safe_is_there_once(self):
        self.begin_console("sim:sheets=4,fault=jam@3")
        failed = self.ended(self.begin(declared=4))
        self.assertEqual(failed["state"], "failed")
        self.assertTrue(failed["why"])
        self.assertEqual(self.session(failed["session"])["sheets"], 2)
        self.assertEqual(self.quet.post(f"/api/capture/sessions/{failed['session']}/finish", {}).status, 409)
        wish = {**failed["wish"]}
        again = self.quet.post("/api/capture/runs", wish)
        self.assertEqual(again.status, 200, again.body)
        now = self.ended(again.json())
        if now["code"] == "conflict":  # a sheet was in the feeder: it is laid back
            now = self.ended(self.begin(**{**wish, "returned": True}))
        # The same fault waits for each new process of the simulated feeder at its third sheet: the same session, nothing twice.
        self.assertEqual((now["state"], now["session"]), ("failed", failed["session"]))
        images = self.session(failed["session"])["images"]
        self.assertEqual([i["sheet"] for i in images], [1, 2])
        self.assertEqual(len({i["digest"] for i in images}), 2)

    def test_a_scan_is_stopped_and_what_is_safe_stays(self):
        self.begin_console("sim:sheets=200,rate=120")
        run = self.begin()
        for _ in range(200):
            if self.quet.get(f"/api/capture/runs/{run['run']}").json()["pictures"] >= 1:
                break
            time.sleep(0.1)
        self.assertEqual(self.begin(status=409)["error"]["code"], "conflict")  # the device is busy
        self.assertEqual(self.quet.ask("DELETE", f"/api/capture/runs/{run['run']}").status, 204)
        now = self.ended(run)
        self.assertEqual(now["state"], "failed")
        sheets = self.session(now["session"])["sheets"]
        self.assertTrue(1 <= sheets < 200, sheets)

    def test_only_known_devices_and_only_places_of_ones_own(self):
        self.begin_console()
        for device in ("sim:/etc", "escl:http://169.254.169.254/", "net:10.0.0.1:a", "-D", "--help", ""):
            self.assertEqual(self.quet.post("/api/capture/runs", {"device": device, "book": BOOK}).status, 404, device)
        self.assertEqual(self.quet.get("/api/capture/offers?device=net:10.0.0.1:a").status, 404)
        for wish in ({"source": "sofa"}, {"mode": "sepia"}, {"dpi": 0}, {"dpi": "300"}, {"width_mm": -1}, {"pages": -1}, {"role": "boss"}, {"dossier": DOSSIER}, {"book": BOOK, "declared": -3}):
            self.begin(status=400, **wish)
        self.begin(status=404, book="KS.0000.01")
        binh, nhap = self.browser("binh"), self.browser("nhap")
        self.assertEqual([b["code"] for b in binh.get("/api/capture/targets").json()["books"]], ["KS.1999.02"])
        self.begin(who=binh, status=404)
        self.begin(who=nhap, status=403)
        run = self.ended(self.begin())
        path = f"/api/capture/sessions/{run['session']}"
        image = self.session(run["session"])["images"][0]["image"]
        for address in (path, f"{path}/images/{image}", f"/api/capture/runs/{run['run']}", f"/api/capture/runs/{run['run']}/events"):
            self.assertEqual(binh.get(address).status, 404, address)
        for address, body in ((f"{path}/finish", {}), (f"{path}/drop", {"reason": "a"}), (f"{path}/images/{image}/decision", {"decision": "rejected", "reason": "a"}), ("/api/capture/runs", {"device": self.device, "role": "replace", "session": run["session"], "sheet": 1, "reason": "a"})):
            self.assertEqual(binh.post(address, body).status, 404, address)
        self.assertEqual(binh.get("/api/capture/sessions").json()["sessions"], [])
        self.assertEqual(self.quet.get(f"/api/capture/sessions/{run['session']}/images/999").status, 404)
        self.assertEqual(self.quet.post(f"{path}/drop", {"reason": "nhầm sổ"}).status, 204)
        self.assertEqual(self.session(run["session"])["state"], "dropped")

    # ---- Telephones

    def send(self, data, name="IMG_0001.jpg", **more):
        upload = self.quet.post("/api/uploads", {"name": name, "bytes": len(data)}).json()["id"]
        sent = self.quet.ask("PUT", f"/api/uploads/{upload}?offset=0", body=data, headers={"Content-Type": "application/octet-stream", "X-Piece-SHA256": hashlib.sha256(data).hexdigest()})
        self.assertEqual(sent.status, 200, sent.body)
        return self.quet.post("/api/capture/photographs", {"upload": upload, **more}, headers={"User-Agent": "A telephone of this test"})

    def test_photographs_become_sheets_of_the_chosen_book_with_their_provenance_and_the_same_bytes(self):
        self.begin_console()
        pages = [(SAMPLES / "register" / "ks-form-2006" / f"p00{n}.jpg").read_bytes() for n in (1, 2)]
        answer = self.send(pages[0], book=BOOK, declared=2)
        self.assertEqual(answer.status, 200, answer.body)
        session = answer.json()
        self.assertEqual((session["sheets"], session["declared"], session["state"]), (1, 2, "open"))
        image = session["images"][0]
        self.assertGreater(image["width"], 500)
        self.assertEqual((image["device"], image["by"], image["settings"]["source"]), ("phone: A telephone of this test", "quet", "phone"))
        self.assertEqual(self.send(b"no picture at all", session=session["session"]).status, 422)
        two = self.send(pages[1], "IMG_0002.jpg", session=session["session"]).json()
        self.assertEqual([i["sheet"] for i in two["images"]], [1, 2])
        same = self.send(pages[1], "IMG_0002.jpg", session=session["session"]).json()["images"][-1]
        self.assertIn("same_again", [f["code"] for f in same["findings"]])
        path = f"/api/capture/sessions/{session['session']}"
        self.assertEqual(self.quet.post(f"{path}/images/{same['image']}/decision", {"decision": "rejected", "reason": "gửi hai lần"}).status, 200)
        replaced = self.send(pages[0] + b"\0", "IMG_0003.jpg", session=session["session"], replace=1, reason="bóng tay").json()
        self.assertEqual([(i["sheet"], i["decision"]) for i in replaced["images"] if i["sheet"] == 1], [(1, "replaced"), (1, "none")])
        for one in replaced["images"]:
            if one["decision"] == "none" and one["verdict"] == "rescan":
                self.quet.post(f"{path}/images/{one['image']}/decision", {"decision": "accepted", "reason": "đã nhìn"})
        done = self.quet.post(f"{path}/finish", {})
        self.assertEqual(done.status, 200, done.body)
        kept = self.archive / "objects" / (digest := hashlib.sha256(pages[1]).hexdigest())[:2] / digest[2:4] / digest
        self.assertEqual(kept.read_bytes(), pages[1])
        self.assertEqual(self.send(pages[0], session=session["session"]).status, 409)
        self.end_server()
        self.sogoc("verify", "-A", self.archive)


if __name__ == "__main__":
    unittest.main()
