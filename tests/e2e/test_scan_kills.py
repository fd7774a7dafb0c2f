"""A stack of duplex sheets through the simulated feeder while everything goes wrong: workers and commands killed, the station's disk
full, the network cut. 60 sheets in an ordinary run, 1,000 with SOGOC_SHEETS=1000. The feeder's stack is a file that survives the
processes as paper does; where paper was lost in the feeder, the test does what the program tells the operator to do."""
import os
import random
import re
import signal
import socket
import subprocess
import threading
import time
import unittest
from pathlib import Path

from program import SOGOC
from test_scan import ScanTest

SHEETS = int(os.environ.get("SOGOC_SHEETS", "60"))
RATE = 120  # pictures a minute, by the clock of the simulated feeder, which moves with the pictures and waits for nobody
KILL_EVERY = 60_000 if SHEETS >= 1000 else 12_000  # milliseconds of that clock
BEGIN = 1_790_000_000_000


class Wire:
    """A TCP relay that can be cut: nothing passes then, and open connections die."""

    def __init__(self, target):
        self.target, self.up, self.pairs = target, True, []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.server.accept()
            except OSError:
                return
            try:
                if not self.up:
                    raise OSError
                far = socket.create_connection(("127.0.0.1", self.target), timeout=5)
            except OSError:
                near.close()
                continue
            self.pairs += [near, far]
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(a, b), daemon=True).start()

    @staticmethod
    def pump(a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
        except OSError:
            pass
        for one in (a, b):
            try:
                one.close()
            except OSError:
                pass

    def cut(self, seconds):
        self.up = False
        for one in self.pairs:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.pairs = []
        timer = threading.Timer(seconds, lambda: setattr(self, "up", True))
        timer.daemon = True
        timer.start()


class ScanUnderKills(ScanTest):
    def setUp(self):
        super().setUp()
        self.make_archive()
        self.sogoc("dossier", "create", "H1", "--title", "Hồ sơ thử", "-A", self.archive)
        self.stack, self.clock = self.folder / "stack", self.folder / "clock"
        self.clock.write_text(f"{BEGIN}\n")
        self.random = random.Random(6)
        self.spool.mkdir()
        self.has_small_disk = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(self.spool)], capture_output=True).returncode == 0
        if self.has_small_disk:
            self.addCleanup(subprocess.run, ["umount", "-l", str(self.spool)], capture_output=True)

    def command(self, *where):
        return [SOGOC, "scan", *map(str, where), "-D", f"sim:sheets={SHEETS},stack={self.stack},rate={RATE},clock={self.clock}", "--source", "adf-duplex", "--mode", "gray", "--dpi", "60",
                "--rule-dpi", "60", "--dossier", "H1", "--no-finish", "--json"]

    def environment(self):
        return dict(os.environ, LC_ALL="C.UTF-8", SOGOC_SPOOL=str(self.spool), SOGOC_LEAST_FREE=str(2 << 20))

    def put_back(self, err):
        """What the operator is told: the sheet that was in the feeder goes back on top."""
        found = re.search(r"sheet (\d+) was in the feeder .*the last safe sheet is (\d+)", err)
        self.assertTrue(found, err)
        self.stack.write_text(found.group(2) + "\n")

    def expected(self):
        """The digests of a stack that nothing happened to."""
        other = self.folder / "calm"
        self.sogoc("init", other, "--trial", "--agency-name", "X")
        self.sogoc("dossier", "create", "H1", "--title", "Hồ sơ thử", "-A", other)
        (stack, clock), self.stack, self.clock = (self.stack, self.clock), self.folder / "calm-stack", self.folder / "calm-clock"
        self.clock.write_text(f"{BEGIN}\n")
        done = subprocess.run(self.command("-A", other), env=dict(self.environment(), SOGOC_SPOOL=str(self.folder / "calm-spool")), capture_output=True, text=True)
        self.assertEqual(int(self.clock.read_text()) - BEGIN, SHEETS * 2 * 60_000 // RATE)
        self.stack, self.clock = stack, clock
        self.assertEqual(done.returncode, 0, done.stderr)
        return [one["digest"] for one in self.sogoc("scan", "show", 1, "-A", other, "--json").json()["images"]]

    @staticmethod
    def worker_of(process):
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                if int(fields[1]) == process.pid and b"capture-worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return int(pid)
            except OSError:
                continue
        return None

    def test_every_picture_arrives_exactly_once_and_in_order(self):
        expected = self.expected()
        key, server = self.folder / "station.key", self.folder / "server.key"
        made = self.sogoc("worker", "--make-key", key)
        self.sogoc("worker", "--make-key", server)
        (self.archive / "keys").mkdir(exist_ok=True)
        (self.archive / "keys" / "stations.txt").write_text(made.out.splitlines()[-1] + "\n")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        desk = self.start("scan", "receive", "-A", self.archive, "--listen", f"tcp://127.0.0.1:{port}", "--server-key", server)
        wire = Wire(port)
        where = ["--connect", f"tcp://127.0.0.1:{wire.port}", "--server-key", server, "--key", key]
        cuts = [SHEETS // 4, SHEETS * 2 // 3]
        full_at = SHEETS // 2
        kills = seen = full = 0
        killed_at = BEGIN
        returned = []
        for _ in range(400):
            process = subprocess.Popen(self.command(*where) + returned, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            returned = []
            for line in iter(process.stdout.readline, ""):
                if not line.startswith('{"sheet"'):
                    continue
                sheet = int(re.search(r'"sheet":(\d+)', line).group(1))
                seen = max(seen, sheet)
                if cuts and sheet >= cuts[0]:
                    cuts.pop(0)
                    wire.cut(3)
                if self.has_small_disk and not full and sheet >= full_at:
                    full = 1
                    # Somebody else's file takes all the room that is left.
                    subprocess.run(["dd", "if=/dev/zero", f"of={self.spool}/ballast", "bs=64k"], capture_output=True)
                if int(self.clock.read_text()) - killed_at >= KILL_EVERY:
                    killed_at += KILL_EVERY
                    # Now the worker, now the command with it.
                    victim = self.worker_of(process) if self.random.random() < 0.5 else None
                    time.sleep(self.random.random() * 0.05)
                    try:
                        os.kill(victim or process.pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                    kills += 1
                    break
            _, err = process.communicate(timeout=300)
            if process.returncode == 0:
                break
            if "disk of the station is full" in err:  # the operator makes room
                (self.spool / "ballast").unlink()
                full += 1
            if "was in the feeder" in err:
                self.put_back(err)
                returned = ["--returned"]
        else:
            self.fail("the stack never came to its end")
        desk.terminate()
        desk.wait(timeout=30)
        images = self.session()["images"]
        self.assertEqual([(one["sheet"], one["side"]) for one in images], [(n, s) for n in range(1, SHEETS + 1) for s in ("front", "back")])
        self.assertEqual([one["digest"] for one in images], expected)
        minutes = (int(self.clock.read_text()) - BEGIN) / 60_000
        self.assertGreaterEqual(minutes, SHEETS * 2 / RATE, "no faster than the feeder")
        self.assertGreaterEqual(kills, int(SHEETS * 2 / RATE * 60_000 / KILL_EVERY) - 1, "one each time")
        times = [one["at"] for one in images]
        self.assertEqual(times, sorted(times), "by the clock of the feeder")
        self.assertEqual(cuts, [])
        self.assertEqual(full, 2 if self.has_small_disk else 0, "it was filled, and the station said so")
        if not self.has_small_disk:
            print("no small disk could be mounted here: the full disk was left out")
        self.assertEqual(len(self.sessions()), 1)
        self.assertEqual([one for one in self.spool.iterdir() if one.is_dir()], [])
        print(f"{SHEETS} sheets at {RATE} pictures a minute, {minutes:.1f} minutes of the feeder's clock, {kills} kills, 2 cuts, {full // 2} full disk")


if __name__ == "__main__":
    unittest.main()
