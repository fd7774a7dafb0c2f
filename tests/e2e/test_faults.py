"""kill -9 at any moment, a full disk: every page exactly once."""
import os
import random
import signal
import subprocess
import time
import unittest
from pathlib import Path

from program import SAMPLES, ProgramTest, output


def descendants(pid):
    found = [pid]
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found += descendants(int(child))
    return found


class Faults(ProgramTest):
    def test_random_kills_lose_and_double_no_page(self):
        kills = int(os.environ.get("SOGOC_REAL_KILLS", "6"))
        rng = random.Random(20)
        self.make_archive()
        scans = self.folder / "scans"
        scans.mkdir()
        for i in range(1, 7):
            (scans / f"{i}.jpg").write_bytes((SAMPLES / "thong-bao.jpg").read_bytes())
        self.ingest(scans, SAMPLES / "quyet-dinh.pdf", SAMPLES / "cong-van.tif")
        done = 0
        while done < kills:
            run = self.start("run", "--archive", self.archive, "--jobs", "2")
            while done < kills and run.poll() is None:
                time.sleep(rng.uniform(0.05, 1.2))
                try:
                    os.kill(rng.choice(descendants(run.pid)), signal.SIGKILL)
                    done += 1
                except (OSError, FileNotFoundError):
                    pass
            if run.poll() is None:
                run.wait(timeout=300)
            elif done < kills and self.sogoc("status", "-A", self.archive, "--json").json()["waiting"] == 0:
                break
        for _ in range(4):
            self.run_archive(options=("--retry",))
            status = self.sogoc("status", "-A", self.archive, "--json").json()
            if status["failed"] == 0 and status["waiting"] == 0:
                break
        self.assertEqual((status["documents"], status["documents_done"], status["pages"], status["failed"]), (3, 3, 10, 0))
        self.sogoc("export", "--archive", self.archive, "--to", self.folder / "out")
        pages = sorted(int(output("pdfinfo", f).split("Pages:")[1].split()[0]) for f in (self.folder / "out").glob("*.pdf"))
        self.assertEqual(pages, [2, 2, 6])
        self.assertTrue(self.sogoc("verify", "--archive", self.archive, "--json").json()["holds"])

    @unittest.skipUnless(os.geteuid() == 0, "a small file system can be mounted by root only")
    def test_a_full_disk_stops_the_run_and_the_next_one_goes_on(self):
        disk = self.folder / "disk"
        disk.mkdir()
        try:
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], check=True, capture_output=True)
        except (subprocess.CalledProcessError, FileNotFoundError):
            self.skipTest("this machine does not let us mount a small file system")
        self.addCleanup(subprocess.run, ["umount", "-l", disk])
        self.archive = disk / "archive"
        self.make_archive()
        self.ingest(SAMPLES / "thong-bao.jpg")
        (disk / "ballast").write_bytes(b"x" * (os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize - 65536))
        stopped = self.sogoc("run", "--archive", self.archive, "--jobs", "1", code=5)
        self.assertIn("full", stopped.err)
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        (disk / "ballast").unlink()
        self.assertEqual(self.run_archive().json()["failed"], 0)
        self.assertTrue(self.sogoc("verify", "--archive", self.archive, "--json").json()["holds"])

    def test_a_full_disk_at_ingest_takes_all_or_nothing(self):
        if os.geteuid() != 0:
            self.skipTest("a small file system can be mounted by root only")
        disk = self.folder / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True).returncode != 0:
            self.skipTest("this machine does not let us mount a small file system")
        self.addCleanup(subprocess.run, ["umount", "-l", disk])
        self.archive = disk / "archive"
        self.make_archive()
        answer = self.sogoc("ingest", SAMPLES / "quyet-dinh.pdf", SAMPLES / "thong-bao.jpg", SAMPLES / "cong-van.tif",
                            "-A", self.archive, code=5)
        self.assertIn("full", answer.err)
        self.assertEqual(self.sogoc("status", "-A", self.archive, "--json").json()["documents"], 0)


if __name__ == "__main__":
    unittest.main()
