"""The real program, run as people run it. Every test makes its own folder and cleans it up."""
import json
import os
import shutil
import subprocess
import tempfile
import unicodedata
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOGOC = os.environ.get("SOGOC", str(ROOT / "build/release/tools/sogoc/sogoc"))
SAMPLES = ROOT / "samples"
SHARED = ROOT.parent / "shared"
TRUTH = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))


class Answer:
    def __init__(self, process):
        self.code, self.out, self.err = process.returncode, process.stdout, process.stderr

    def json(self):
        return json.loads(self.out)


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="sogoc-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.archive = self.folder / "archive"

    def sogoc(self, *arguments, code=0, timeout=600, **environment):
        process = subprocess.run([SOGOC, *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
                                 env=dict(os.environ, LC_ALL="C.UTF-8", **environment))
        answer = Answer(process)
        if code is not None:
            self.assertEqual(answer.code, code, f"sogoc {' '.join(map(str, arguments))}\n{answer.out}\n{answer.err}")
        return answer

    def start(self, *arguments):
        process = subprocess.Popen([SOGOC, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env=dict(os.environ, LC_ALL="C.UTF-8"))
        self.addCleanup(self._end, process)
        return process

    @staticmethod
    def _end(process):
        if process.poll() is None:
            process.kill()
        process.wait()

    def make_archive(self):
        self.sogoc("init", self.archive, "--trial", "--agency-name", "Cơ quan thử")

    def ingest(self, *inputs, code=0, options=()):
        return self.sogoc("ingest", *inputs, "--archive", self.archive, "--json", *options, code=code)

    def run_archive(self, code=None, options=()):
        return self.sogoc("run", "--archive", self.archive, "--jobs", "2", "--json", *options, code=code)


def words(text):
    return " ".join(unicodedata.normalize("NFC", text).split())


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y)))
    return row[-1]


def character_error(truth, text):
    truth, text = words(truth), words(text)
    return distance(truth, text) / max(1, len(truth))


def output(*command, text=True, **options):
    return subprocess.run([str(c) for c in command], capture_output=True, text=text, check=True, **options).stdout
