"""Sheets from scanners into an archive, through the real program: SANE's test backend, saned, eSCL, the simulated feeder."""
import importlib.machinery
import importlib.util
import json
import os
import random
import signal
import socket
import subprocess
import time
import unittest
import zlib
from pathlib import Path

import cv2
import numpy as np

from escl_server import EsclServer
from program import SAMPLES, SOGOC, ProgramTest


def lines_of(answer):
    """The JSON lines of sides, and the closing answer, of `sogoc scan --json`."""
    sides, rest = [], []
    for line in answer.out.splitlines():
        (sides if line.startswith('{"sheet"') else rest).append(line)
    return [json.loads(line) for line in sides], json.loads("\n".join(rest)) if rest else None


def rows_of_png(data):
    """Rows of a PNG, filters undone, by a reader that knows nothing of our writer's."""
    at, packed, head = 8, b"", None
    while at < len(data):
        length, kind = int.from_bytes(data[at:at + 4], "big"), data[at + 4:at + 8]
        body = data[at + 8:at + 8 + length]
        assert zlib.crc32(kind + body) == int.from_bytes(data[at + 8 + length:at + 12 + length], "big")
        head = body if kind == b"IHDR" else head
        packed += body if kind == b"IDAT" else b""
        at += 12 + length
    width, height = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big")
    stride = (width * head[8] * (3 if head[9] == 2 else 1) + 7) // 8
    raw, rows, before = zlib.decompress(packed), [], bytes(stride)
    assert len(raw) == (stride + 1) * height
    for y in range(height):
        row = raw[y * (stride + 1):(y + 1) * (stride + 1)]
        assert row[0] in (0, 2)
        before = bytes(row[1:]) if row[0] == 0 else bytes((a + b) & 255 for a, b in zip(row[1:], before))
        rows.append(before)
    return rows


class ScanTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.spool = self.folder / "spool"
        self.config = self.folder / "sane"
        self.config.mkdir()
        self.backends("test")

    def backends(self, *names):
        (self.config / "dll.conf").write_text("".join(name + "\n" for name in names))

    def scan(self, *arguments, code=0, archive=True, **more):
        where = ["-A", self.archive] if archive else []
        return self.sogoc("scan", *where, *arguments, code=code, SOGOC_SPOOL=str(self.spool), SANE_CONFIG_DIR=str(self.config), **more)

    def sessions(self):
        return self.sogoc("scan", "sessions", "-A", self.archive, "--json").json()

    def session(self, number=1):
        return self.sogoc("scan", "show", number, "-A", self.archive, "--json").json()


class ScanSane(ScanTest):
    def setUp(self):
        super().setUp()
        self.make_archive()

    def test_lists_devices_and_what_they_offer(self):
        devices = self.scan("--list", "--json", archive=False).json()
        self.assertIn("test:0", [one["device"] for one in devices])
        offers = {one["setting"]: one["offers"] for one in self.scan("--list", "-D", "test:0", "--json", archive=False).json()}
        self.assertIn("Automatic Document Feeder", offers["source"])
        self.assertEqual(offers["resolution"], "1 to 1200 dpi")

    def take(self, *arguments, code=0, pages=1):
        return self.scan("-D", "test:0", "--pages", pages, "--dpi", 75, "--option", "test-picture=Color pattern", "--no-finish", "--json",
                         *arguments, code=code)

    def test_every_depth_and_mode_becomes_a_master_that_decodes(self):
        for number, (arguments, kind) in enumerate([(["--mode", "colour"], "8-bit/color RGB"), (["--mode", "gray"], "8-bit grayscale"),
                                                    (["--mode", "gray", "--bits", 16], "16-bit grayscale"),
                                                    (["--mode", "colour", "--bits", 16], "16-bit/color RGB"),
                                                    (["--mode", "lineart"], "1-bit grayscale"),
                                                    (["--mode", "colour", "--option", "three-pass=yes"], "8-bit/color RGB"),
                                                    (["--mode", "gray", "--option", "hand-scanner=yes"], "8-bit grayscale"),
                                                    (["--mode", "colour", "--option", "fuzzy-parameters=yes", "--option", "ppl-loss=7"], "8-bit/color RGB"),
                                                    (["--mode", "gray", "--option", "read-limit=yes", "--option", "read-limit-size=1000"], "8-bit grayscale")]):
            with self.subTest(arguments=arguments):
                sides, _ = lines_of(self.take(*arguments, "--new"))
                self.assertEqual(len(sides), 1)
                digest = sides[0]["digest"]
                blob = self.archive / "objects" / digest[:2] / digest[2:4] / digest
                header = blob.read_bytes()[:33]
                depth, colour = header[24], header[25]
                self.assertEqual((depth, colour), {"8-bit/color RGB": (8, 2), "8-bit grayscale": (8, 0), "16-bit grayscale": (16, 0),
                                                   "16-bit/color RGB": (16, 2), "1-bit grayscale": (1, 0)}[kind])
                rows = rows_of_png(blob.read_bytes())
                self.assertEqual(len(rows), sides[0]["height"])
                self.assertGreater(len(set(rows)), 1, "the pattern is there")

    def test_three_passes_give_the_same_picture_as_one(self):
        one, _ = lines_of(self.take("--mode", "colour", "--new"))
        three, _ = lines_of(self.take("--mode", "colour", "--option", "three-pass=yes", "--option", "three-pass-order=BRG", "--new"))
        pictures = [rows_of_png((self.archive / "objects" / d[:2] / d[2:4] / d).read_bytes()) for d in (one[0]["digest"], three[0]["digest"])]
        self.assertEqual(len(pictures[0]), len(pictures[1]))
        self.assertEqual({len(row) for row in pictures[0]}, {len(row) for row in pictures[1]})

    def test_a_feeder_is_taken_until_it_is_empty(self):
        sides, _ = lines_of(self.scan("-D", "test:0", "--source", "adf", "--mode", "gray", "--dpi", 50, "--no-finish", "--json"))
        self.assertEqual([one["sheet"] for one in sides], list(range(1, 11)))  # the test backend's stack has ten
        self.assertEqual(self.sessions()[0]["sheets"], 10)

    def test_each_fault_of_the_device_says_what_to_do(self):
        for status, words, code in [("SANE_STATUS_JAMMED", "jammed", 5), ("SANE_STATUS_COVER_OPEN", "cover", 5), ("SANE_STATUS_DEVICE_BUSY", "busy", 5),
                                    ("SANE_STATUS_IO_ERROR", "does not answer", 5), ("SANE_STATUS_NO_MEM", "memory", 5),
                                    ("SANE_STATUS_ACCESS_DENIED", "may not use", 5), ("SANE_STATUS_NO_DOCS", "no paper", 5),
                                    ("SANE_STATUS_EOF", "broke off", 5)]:
            with self.subTest(status=status):
                answer = self.scan("-D", "test:0", "--pages", 1, "--dpi", 75, "--new", "--option", f"read-return-value={status}", code=code)
                self.assertIn(words, answer.err)
                self.assertEqual(answer.err.strip().count("\n"), 0)

    def test_bad_settings_unknown_devices_and_missing_rights_are_one_sentence(self):
        for arguments, words in [(["-D", "nosuch:0"], "no such scanner"), (["-D", "test:0", "--dpi", 5000], "it offers: 1 to 1200 dpi"),
                                 (["-D", "test:0", "--source", "adf-duplex"], "no source adf-duplex"),
                                 (["-D", "test:0", "--width", 900], "it offers: 0 to 200 mm"),
                                 (["-D", "test:0", "--option", "lamp=on"], "no setting lamp"),
                                 (["-D", "test:0", "--option", "depth"], "NAME=VALUE"),
                                 (["-D", "test:0", "--book", "NONE"], "does not exist"), (["-D", "test:0", "--dossier", "NONE"], "does not exist"),
                                 ([], "--device ID")]:
            with self.subTest(arguments=arguments):
                answer = self.scan(*arguments, code=2)
                self.assertIn(words, answer.err)
                self.assertEqual(answer.err.strip().count("\n"), 0)
        self.assertEqual(self.sessions(), [])

    def slow_scan(self):
        """A device that sends a hundred bytes every fifth of a second, three seconds after the beginning."""
        process = subprocess.Popen([SOGOC, "scan", "-A", str(self.archive), "-D", "test:0", "--pages", "1", "--dpi", "300", "--option", "read-delay=yes",
                                    "--option", "read-delay-duration=200000", "--option", "read-limit=yes", "--option", "read-limit-size=100"],
                                   env=dict(os.environ, LC_ALL="C.UTF-8", SOGOC_SPOOL=str(self.spool), SANE_CONFIG_DIR=str(self.config)),
                                   stderr=subprocess.PIPE, text=True)
        time.sleep(3)
        return process

    def test_the_worker_with_the_driver_is_locked_in(self):
        process = self.slow_scan()
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        worker = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0]
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{worker}/status").read_text().splitlines() if ":\t" in line)
        self.assertEqual(status["NoNewPrivs"].strip(), "1")
        self.assertEqual(int(status["CapEff"], 16), 0)
        if "Seccomp" in status:
            self.assertEqual(status["Seccomp"].strip(), "2")
        process.send_signal(signal.SIGINT)

    def test_a_recorded_session_is_played_again_as_it_was(self):
        trace = self.folder / "session.jsonl"
        arguments = ["--source", "adf", "--mode", "gray", "--dpi", 50, "--no-finish", "--json"]
        real, _ = lines_of(self.scan("-D", "test:0", *arguments, SOGOC_SANE_TRACE=str(trace)))
        again, _ = lines_of(self.scan("-D", f"trace:{trace}", *arguments))
        self.assertEqual([(one["sheet"], one["width"], one["height"]) for one in again], [(one["sheet"], one["width"], one["height"]) for one in real])
        self.scan("-D", f"trace:{trace}", "--source", "adf", "--mode", "gray", "--dpi", 60, code=2)

    def test_a_signal_cancels_a_slow_scan_at_once(self):
        process = self.slow_scan()
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        self.assertLess(time.monotonic() - begun, 10)
        self.assertNotEqual(process.returncode, 0)
        self.assertIn("stopped", err)

    def test_a_driver_that_does_not_stop_is_ended(self):
        process = self.slow_scan()
        for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            os.kill(int(child), signal.SIGSTOP)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 5, err)
        self.assertIn("did not stop and was ended", err)


class ScanNetwork(ScanTest):
    def setUp(self):
        super().setUp()
        self.make_archive()

    def saned(self):
        """SANE's own server on loopback with the test backend behind it; net.conf of this station names it."""
        server = self.folder / "saned"
        server.mkdir()
        (server / "dll.conf").write_text("test\n")
        (server / "saned.conf").write_text("localhost\n127.0.0.1\n")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", 6566)) == 0:
                self.skipTest("port 6566 is in use")
        daemon = subprocess.Popen(["/usr/sbin/saned", "-l", "-b", "127.0.0.1"], env=dict(os.environ, SANE_CONFIG_DIR=str(server)),
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(self._end, daemon)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", 6566)) == 0:
                    break
            time.sleep(0.1)
        self.backends("net")
        (self.config / "net.conf").write_text("connect_timeout = 10\n127.0.0.1\n")
        return daemon

    def test_a_scanner_of_another_machine_comes_through_saned(self):
        self.saned()
        sides, _ = lines_of(self.scan("-D", "net:127.0.0.1:test:0", "--source", "adf", "--mode", "gray", "--dpi", 75, "--no-finish", "--json"))
        self.assertEqual(len(sides), 10)

    SLOW = ("--mode", "gray", "--dpi", 300, "--option", "read-delay=yes", "--option", "read-delay-duration=200000", "--option", "read-limit=yes", "--option",
            "read-limit-size=100")

    def scan_slowly_through_saned(self, *arguments):
        """A scan that is in the middle of its sheet, and the process of saned that serves it."""
        daemon = self.saned()
        command = [SOGOC, "scan", "-A", str(self.archive), "-D", "net:127.0.0.1:test:0", "--pages", "1", *map(str, self.SLOW), *map(str, arguments)]
        process = subprocess.Popen(command, env=dict(os.environ, LC_ALL="C.UTF-8", SOGOC_SPOOL=str(self.spool), SANE_CONFIG_DIR=str(self.config)),
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(self._end, process)
        children = Path(f"/proc/{daemon.pid}/task/{daemon.pid}/children")
        for _ in range(100):
            partial = list(self.spool.glob("*/000001-1.partial"))
            if partial and children.read_text().split():
                time.sleep(0.5)
                return process, daemon, int(children.read_text().split()[0])
            time.sleep(0.1)
        self.fail("the scan does not begin")

    def end_of(self, process, seconds):
        _, err = process.communicate(timeout=seconds)
        self.assertEqual(err.strip().count("\n"), 0, err)
        return process.returncode, err

    def test_a_saned_that_falls_silent_is_given_up(self):
        process, _, serving = self.scan_slowly_through_saned("--silence", 5)
        os.kill(serving, signal.SIGSTOP)
        self.addCleanup(lambda: os.kill(serving, signal.SIGKILL))
        code, err = self.end_of(process, 30)
        self.assertEqual(code, 5, err)
        self.assertIn("said nothing for too long", err)

    def test_a_wish_to_stop_is_heard_while_saned_says_nothing(self):
        process, _, serving = self.scan_slowly_through_saned()
        os.kill(serving, signal.SIGSTOP)
        self.addCleanup(lambda: os.kill(serving, signal.SIGKILL))
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        _, err = self.end_of(process, 30)
        self.assertIn("scanning was stopped", err)
        self.assertLess(time.monotonic() - begun, 9)

    def test_a_saned_that_dies_in_the_middle_of_a_sheet_is_a_fault_and_the_work_goes_on(self):
        process, _, serving = self.scan_slowly_through_saned()
        os.kill(serving, signal.SIGKILL)
        code, err = self.end_of(process, 30)
        self.assertEqual(code, 5, err)
        self.assertIn("broke off", err)
        quick = ("-D", "net:127.0.0.1:test:0", "--pages", 1, "--mode", "gray", "--dpi", 75, "--no-finish", "--json")
        sides, _ = lines_of(self.scan(*quick))
        self.assertEqual([one["sheet"] for one in sides], [1])

    def test_a_closed_port_and_a_wrong_host_are_one_sentence(self):
        self.backends("net")
        for host in ("127.0.0.1", "no-such-host.invalid"):
            with self.subTest(host=host):
                (self.config / "net.conf").write_text(f"connect_timeout = 3\n{host}\n")
                answer = self.scan("-D", f"net:{host}:test:0", "--pages", 1, "--dpi", 75, code=None)
                self.assertIn(answer.code, (2, 5))
                self.assertEqual(answer.err.strip().count("\n"), 0, answer.err)
                self.assertTrue(answer.err.strip())

    def escl(self, server):
        self.addCleanup(server.close)
        self.backends("airscan")
        (self.config / "airscan.conf").write_text(
            f'[devices]\n"Test" = http://127.0.0.1:{server.port}/eSCL/, eSCL\n[options]\ndiscovery = disable\n')
        devices = self.scan("--list", "--json", archive=False).json()
        return next(one["device"] for one in devices if one["device"].startswith("airscan:"))

    def jpegs(self, count, dpi=100):
        """Pages of the sample letter as a network scanner sends them."""
        subprocess.run(["pdftoppm", "-jpeg", "-r", str(dpi), str(SAMPLES / "quyet-dinh.pdf"), str(self.folder / "p")], check=True)
        pages = [path.read_bytes() for path in sorted(self.folder.glob("p-*.jpg"))]
        return (pages * count)[:count]

    def test_an_escl_scanner_is_read_to_the_end_of_its_stack(self):
        device = self.escl(EsclServer(self.jpegs(3)))
        sides, _ = lines_of(self.scan("-D", device, "--source", "adf", "--dpi", 100, "--no-finish", "--json"))
        self.assertEqual([one["sheet"] for one in sides], [1, 2, 3])
        self.assertEqual(len({one["digest"] for one in sides}), 2, "two pages, the first once more")
        self.assertIn("same_again", [finding["code"] for finding in sides[2]["findings"]])

    def test_an_escl_scanner_is_found_by_its_address_alone(self):
        server = EsclServer(self.jpegs(2))
        self.addCleanup(server.close)
        self.backends("airscan")
        (self.config / "airscan.conf").write_text("[options]\ndiscovery = disable\n")
        for number, address in enumerate((f"http://127.0.0.1:{server.port}/eSCL", f"escl:http://127.0.0.1:{server.port}")):
            server.pages = self.jpegs(2)
            answer = self.scan("-D", address, "--source", "adf", "--dpi", 100, "--no-finish", "--json", code=None)
            self.assertEqual(answer.code, 0, f"{answer.err}\n{server.requests}")
            sides, _ = lines_of(answer)
            self.assertEqual([one["sheet"] for one in sides], [1, 2])
            self.assertEqual(self.session(number + 1)["images"][0]["device"], address, "provenance names it as the operator did")
        for address, words in (("http://127.0.0.1:1/eSCL", "does not answer"), ("airscan:e0:nobody", "no such scanner")):
            answer = self.scan("-D", address, "--dpi", 100, code=None)
            self.assertIn(words, answer.err)
            self.assertEqual(answer.err.strip().count("\n"), 0, answer.err)

    def test_an_escl_scanner_that_is_switched_off_says_so(self):
        server = EsclServer(self.jpegs(1))
        device = self.escl(server)
        server.close()
        answer = self.scan("-D", device, "--source", "adf", "--dpi", 100, code=None)
        self.assertNotEqual(answer.code, 0)
        self.assertEqual(answer.err.strip().count("\n"), 0)


    def test_an_escl_scanner_that_falls_silent_is_given_up_and_the_stack_goes_on(self):
        for silent in ("document", "middle"):
            with self.subTest(silent=silent):
                server = EsclServer(self.jpegs(4), silent=silent, silent_at=2)
                device = self.escl(server)
                order = ("-D", device, "--source", "adf", "--dpi", 100, "--silence", 5, "--no-finish", "--json")
                first = self.scan(*order, code=5)
                self.assertIn("said nothing for too long", first.err)
                self.assertEqual(first.err.strip().count("\n"), 0, first.err)
                self.assertEqual([json.loads(line)["sheet"] for line in first.out.splitlines()], [1])
                server.silent, server.pages = None, self.jpegs(4)[1:]  # switched off and on, the sheet laid back
                again, _ = lines_of(self.scan(*order, "--returned"))
                self.assertEqual([one["sheet"] for one in again], [2, 3, 4])
                server.close()

    def test_an_escl_scanner_that_accepts_and_says_nothing_is_given_up(self):
        server = EsclServer(self.jpegs(1))
        device = self.escl(server)
        server.silent = "always"
        answer = self.scan("-D", device, "--source", "adf", "--dpi", 100, "--silence", 5, code=5)
        self.assertEqual(answer.err.strip().count("\n"), 0, answer.err)


class ScanSimulated(ScanTest):
    def setUp(self):
        super().setUp()
        self.make_archive()
        self.sogoc("dossier", "create", "H1.2.3", "--title", "Hồ sơ thử", "--sheets", 3, "-A", self.archive)

    def test_a_stack_becomes_pages_of_a_dossier_in_order(self):
        answer = self.scan("-D", "sim:sheets=3", "--source", "adf-duplex", "--mode", "gray", "--dpi", 200, "--dossier", "H1.2.3", "--sheets", 3, "--json")
        sides, done = lines_of(answer)
        self.assertEqual([(one["sheet"], one["side"]) for one in sides], [(n, s) for n in (1, 2, 3) for s in ("front", "back")])
        self.assertTrue(done["finished"], done)
        images = self.session()["images"]
        self.assertEqual([(one["batch"], one["file"]) for one in images], [(1, n) for n in range(1, 7)])
        self.assertEqual(images[0]["device"], "sim:sheets=3")
        self.assertEqual(images[0]["settings"]["dpi"], 200)
        self.assertTrue(images[0]["by"])
        self.run_archive()
        status = self.sogoc("status", "-A", self.archive, "--json").json()
        self.assertEqual(status["pages"], 6)
        self.assertEqual(self.sogoc("verify", "-A", self.archive).code, 0)
        self.assertFalse(any(self.spool.iterdir()), "the station keeps nothing that the archive has")

    def test_a_station_folder_and_a_listening_address_that_cannot_be_say_what_to_do(self):
        note = self.folder / "note"
        note.write_text("no folder")
        for arguments, words in [(["scan", "-D", "sim:sheets=1", "--spool", note], "--spool"), (["scan", "-D", "sim:sheets=1", "--spool", "/proc/none"], "--spool"),
                                 (["scan", "receive", "--listen", "tcp://192.0.2.77:5580"], "no such address")]:
            with self.subTest(arguments=arguments):
                answer = self.sogoc(*arguments, "-A", self.archive, code=5)
                self.assertIn(words, answer.err)
                self.assertEqual(answer.err.strip().count("\n"), 0)

    def test_a_fault_stops_and_the_same_command_goes_on(self):
        stack = self.folder / "stack"
        device = ["-D", f"sim:sheets=4,stack={stack},fault=jam@3", "--source", "adf", "--mode", "gray", "--dpi", 100, "--dossier", "H1.2.3", "--no-finish"]
        first = self.scan(*device, code=5)
        self.assertIn("jammed", first.err)
        again = self.scan(*device, code=2)
        self.assertIn("sheet 3 was in the feeder", again.err)
        stack.write_text("2\n")  # the operator did as told
        (self.folder / "nofault").touch()
        third = self.scan(*device, "--returned", code=None)
        # The simulated device jams again at that sheet: its fault is part of its name.
        self.assertEqual(third.code, 5)

    def test_declared_and_scanned_sheets_must_agree(self):
        answer = self.scan("-D", "sim:sheets=2", "--source", "adf", "--mode", "gray", "--dpi", 200, "--dossier", "H1.2.3", "--sheets", 3, code=4)
        self.assertIn("3 sheets are declared, but 2 were scanned", answer.out)
        self.sogoc("scan", "finish", 1, "-A", self.archive, code=4)
        closing = self.sogoc("dossier", "close", "H1.2.3", "-A", self.archive, code=4)
        self.assertIn("scan", closing.out)
        self.sogoc("scan", "finish", 1, "--accept", "tờ 3 bị mất, có biên bản", "-A", self.archive)

    def test_a_sheet_is_replaced_and_the_old_picture_stays(self):
        self.scan("-D", "sim:sheets=3", "--source", "adf", "--mode", "gray", "--dpi", 200, "--dossier", "H1.2.3", "--no-finish")
        self.scan("-D", "sim:sheets=9", "--source", "adf", "--mode", "gray", "--dpi", 200, "--replace", "1:2", code=2)  # no reason
        self.scan("-D", "sim:sheets=9", "--source", "adf", "--mode", "gray", "--dpi", 250, "--replace", "1:2", "--reason", "mờ", "--no-finish")
        self.scan("-D", "sim:sheets=1", "--source", "adf", "--mode", "gray", "--dpi", 220, "--insert-after", "1:3", "--reason", "sót", "--no-finish")
        images = self.session()["images"]
        self.assertEqual([(one["sheet"], one["insert"], one["decision"]) for one in images],
                         [(1, 0, "none"), (2, 0, "replaced"), (2, 0, "none"), (3, 0, "none"), (3, 1, "none")])
        self.assertEqual(images[1]["reason"], "mờ")
        self.assertNotEqual(images[1]["digest"], images[2]["digest"])
        self.sogoc("scan", "finish", 1, "-A", self.archive)
        self.assertEqual([one.get("file") for one in self.session()["images"]], [1, None, 2, 3, 4])

    def test_two_single_sided_passes_are_interleaved(self):
        self.scan("-D", "sim:sheets=3", "--source", "adf", "--mode", "gray", "--dpi", 200, "--dossier", "H1.2.3", "--two-pass", code=4)
        self.scan("-D", "sim:sheets=3,stack=" + str(self.folder / "b"), "--source", "adf", "--mode", "gray", "--dpi", 210, "--backs-of", 1, "--no-finish")
        images = self.session()["images"]
        self.assertEqual([(one["sheet"], one["side"]) for one in images], [(n, s) for n in (1, 2, 3) for s in ("front", "back")])
        times = [one["at"] for one in images if one["side"] == "back"]
        self.assertEqual(times, sorted(times, reverse=True), "the last sheet's back was scanned first")

    def test_works_offline_and_sends_later(self):
        key, server = self.folder / "station.key", self.folder / "server.key"
        made = self.sogoc("worker", "--make-key", key)
        self.sogoc("worker", "--make-key", server)
        (self.archive / "keys").mkdir(exist_ok=True)
        (self.archive / "keys" / "stations.txt").write_text(made.out.splitlines()[-1] + "\n")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        where = ["--connect", f"tcp://127.0.0.1:{port}", "--server-key", server, "--key", key]
        away = self.scan("-D", "sim:sheets=3", "--source", "adf", "--mode", "gray", "--dpi", 200, "--dossier", "H1.2.3", *where, archive=False, code=5)
        self.assertIn("safe", away.err + away.out)
        self.assertEqual(self.sessions(), [])
        desk = self.start("scan", "receive", "-A", self.archive, "--listen", f"tcp://127.0.0.1:{port}", "--server-key", server)
        self.sogoc("scan", "send", *where, SOGOC_SPOOL=str(self.spool))
        desk.terminate()
        desk.wait(timeout=20)
        self.assertEqual(self.sessions()[0]["sheets"], 3)
        self.assertFalse(any(self.spool.iterdir()))


class ScanNumbers(ScanTest):
    """Numbers of sheets are read while they are scanned, and checked one after the other."""

    def setUp(self):
        super().setUp()
        self.make_archive()
        self.sogoc("dossier", "create", "H1.2.3", "--title", "Hồ sơ thử", "-A", self.archive)

    def stack(self, numbers):
        folder = self.folder / "stack"
        folder.mkdir()
        random, mm = np.random.default_rng(5), 200 / 25.4
        for at, number in enumerate(numbers):
            page = np.full((int(297 * mm), int(210 * mm)), 247, np.uint8)
            for row in range(38):
                x = 25 * mm
                while True:
                    word = "".join(random.choice(list("abcdeghiklmnopqrstuvxy"), random.integers(2, 8)))
                    (width, _), _ = cv2.getTextSize(word, cv2.FONT_HERSHEY_DUPLEX, 0.9, 2)
                    if x + width > 185 * mm:
                        break
                    cv2.putText(page, word, (int(x), int((40 + row * 6) * mm)), cv2.FONT_HERSHEY_DUPLEX, 0.9, 40, 2, cv2.LINE_AA)
                    x += width + 14
            if number:
                cv2.putText(page, str(number), (int(180 * mm), int(16 * mm)), cv2.FONT_HERSHEY_DUPLEX, 1.3, 50, 3, cv2.LINE_AA)
            cv2.imwrite(str(folder / f"{at:03}.pgm"), page)
        return folder

    def test_a_gap_and_a_repetition_are_doubted_as_they_come(self):
        numbers = [7, 8, 9, 11, 12, 12, None, 14]
        sides, _ = lines_of(self.scan("-D", f"sim:{self.stack(numbers)}", "--source", "adf", "--mode", "gray", "--dpi", 200, "--dossier", "H1.2.3", "--no-finish", "--json"))
        self.assertEqual([one["number"] for one in sides], numbers)
        doubts = [[f["code"] for f in one["findings"] if f["code"] in ("number_gap", "number_again", "number_back")] for one in sides]
        self.assertEqual(doubts, [[], [], [], ["number_gap"], [], ["number_again"], [], []])
        self.assertEqual([one["number"] for one in self.session()["images"]], numbers, "the archive keeps them")
        shown = self.sogoc("scan", "show", 1, "-A", self.archive).out
        self.assertIn("number 11 does not follow 9", shown)


    def test_stamped_written_and_labelled_numbers_are_read_or_left_to_a_person(self):
        loader = importlib.machinery.SourceFileLoader("bench_sheet_numbers", str(SAMPLES.parent / "tools/bench_sheet_numbers"))
        bench = importlib.util.module_from_spec(importlib.util.spec_from_loader("bench_sheet_numbers", loader))
        loader.exec_module(bench)
        folder, truth = self.folder / "drawn", []
        folder.mkdir()
        for kind in bench.KINDS:
            rng = random.Random(f"test {kind}")
            random.seed(f"test {kind}")
            for _ in range(2):
                page, number = bench.draw(rng, kind, 200)
                cv2.imwrite(str(folder / f"{len(truth):03}.ppm"), cv2.cvtColor(page, cv2.COLOR_RGB2BGR))
                truth.append(number)
        sides, _ = lines_of(self.scan("-D", f"sim:{folder}", "--source", "adf", "--mode", "colour", "--dpi", 200, "--dossier", "H1.2.3", "--no-finish", "--json"))
        read = [one["number"] for one in sides]
        self.assertEqual([(got, want) for got, want in zip(read, truth) if got is not None and got != want], [], "never silently wrong")
        self.assertGreaterEqual(sum(number is not None for number in read), 11, read)


class ScanWatch(ScanTest):
    def setUp(self):
        super().setUp()
        self.make_archive()

    def test_files_on_a_share_without_events_are_taken_and_a_vanished_share_is_taken_up_again(self):
        share, away = self.folder / "share", self.folder / "away"
        share.mkdir()
        page = (SAMPLES / "thong-bao.jpg").read_bytes()
        watch = self.start("scan", "watch", share, "-A", self.archive, "--no-events", "--quiet", 0, "--json")

        def wait_for(path):
            for _ in range(300):
                if path.exists():
                    return
                time.sleep(0.1)
            self.fail(f"{path} never came")
        names = [b"m\xe1\xbb\x99t.jpg", b"TCVN3-\xb8\xd5.jpg"]  # UTF-8, and an old Vietnamese encoding
        with open(os.path.join(os.fsencode(share), names[0]), "wb") as file:
            file.write(page)
        wait_for(Path(os.fsdecode(os.path.join(os.fsencode(share), b"sogoc-taken", names[0]))))
        share.rename(away)
        time.sleep(2)
        away.rename(share)
        with open(os.path.join(os.fsencode(share), names[1]), "wb") as file:
            file.write(page + b"\0")
        wait_for(Path(os.fsdecode(os.path.join(os.fsencode(share), b"sogoc-taken", names[1]))))
        watch.terminate()
        watch.wait(timeout=20)
        self.assertEqual(self.sogoc("status", "-A", self.archive, "--json").json()["waiting"], 2)


if __name__ == "__main__":
    unittest.main()
