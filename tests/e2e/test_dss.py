"""Certified copies as a clerk issues them, judged by EU DSS: keys in SoftHSM2, timestamps, OCSP and CRLs of dev-pki."""
import unittest

from copy_office import CopyOffice


class IssuedCopiesAtDss(CopyOffice):
    def test_pass_totally_at_every_level_with_one_signature_and_with_two(self):
        (self.folder / "copies").mkdir()
        signatures = {}
        for level in ("B-T", "B-LT", "B-LTA"):
            self.issue(level=level, out=f"copies/one-{level}.pdf")
            signatures[f"one-{level}.pdf"] = (level, 1)
        for level in ("B-T", "B-LT", "B-LTA"):
            waiting = self.issue("--original-presented", kind="certified_copy", level=level, code=4)
            self.sogoc("copy", "approve", "-A", self.archive, waiting["copy"], "--approver", "lan", "--code", self.code(), "--role",
                       "certifier", "-o", self.folder / f"copies/two-{level}.pdf", "--json")
            signatures[f"two-{level}.pdf"] = (level, 2)
            self.wait_for_next_code()  # a code serves one statement

        online = self.dss(self.folder / "copies", "--online")
        if online is None:
            self.skipTest("EU DSS cannot be had")
        offline = self.dss(self.folder / "copies")
        for name, (level, count) in signatures.items():
            for reports in (online, offline) if level != "B-T" else (online,):
                report = reports[name]
                self.assertEqual(len(report["signatures"]), count, report)
                for one in report["signatures"]:
                    self.assertEqual((one["indication"], one["format"]), ("TOTAL_PASSED", f"PAdES-BASELINE-{level[2:]}"), report)
                self.assertEqual({one["indication"] for one in report["timestamps"]}, {"PASSED"}, report)


if __name__ == "__main__":
    unittest.main()
