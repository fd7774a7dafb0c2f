"""Eight clerks issue at once while their processes are killed at random: numbers 1..N, each once, every copy valid."""
import os
import random
import shutil
import subprocess
import threading
import time
import unittest

from copy_office import VALUES, CopyOffice
from program import SOGOC

COPIES = int(os.environ.get("SOGOC_COPIES_KILLED", "300"))
CLERKS = 8


class CopiesUnderKills(CopyOffice):
    def _clerk(self, tokens, random_source, failures):
        words = [word for key, value in VALUES.items() for word in ("--value", f"{key}={value}")]
        for token in tokens:
            for _ in range(40):  # a killed clerk asks again with the same token
                out = self.folder / f"{token}.pdf"
                process = subprocess.Popen([SOGOC, "copy", "issue", "-A", self.archive, "--page", "1:1", "--token", token,
                                            "--by", "Thu", "-o", out, *words], stdout=subprocess.DEVNULL,
                                           stderr=subprocess.PIPE, text=True)
                if random_source.random() < 0.3:
                    time.sleep(random_source.random() * 1.5)
                    process.kill()
                _, said = process.communicate()
                if process.returncode == 0:
                    break
                if process.returncode > 0 and "busy" not in said and "answer" not in said:
                    failures.append(said)
            else:
                failures.append(f"{token} was never issued")

    def test_give_numbers_without_a_gap_and_only_valid_copies(self):
        tokens = [f"t{i}" for i in range(COPIES)]
        failures = []
        clerks = [threading.Thread(target=self._clerk, args=(tokens[i::CLERKS], random.Random(i), failures))
                  for i in range(CLERKS)]
        for clerk in clerks:
            clerk.start()
        for clerk in clerks:
            clerk.join()
        self.assertEqual(failures, [])
        rows = self.sogoc("copy", "list", "-A", self.archive, "--limit", str(COPIES + 10), "--json").json()
        numbers = sorted(int(row["copy_number"].split("/")[0]) for row in rows)
        self.assertEqual(numbers, list(range(1, COPIES + 1)))
        self.assertEqual({row["state"] for row in rows}, {"issued"})
        self.assertTrue(self.sogoc("verify", "-A", self.archive, "--json", code=None).json()["holds"])
        for token in tokens:
            self.assertEqual(self.pdfsig(f"{token}.pdf"), ["Signature is Valid."])
        # Our verifier and EU DSS look at a sample; the program itself judged every copy before it was handed out.
        sample = self.folder / "sample"
        sample.mkdir()
        for token in random.Random(1).sample(tokens, 8):
            self.assertEqual(self.judge(f"{token}.pdf")["verdict"], "valid")
            shutil.copy(self.folder / f"{token}.pdf", sample)
        reports = self.dss(sample, "--online")
        if reports is not None:
            self.assertEqual(len(reports), 8)
        for report in (reports or {}).values():
            self.assertEqual([one["indication"] for one in report["signatures"]], ["TOTAL_PASSED"], report)


if __name__ == "__main__":
    unittest.main()
