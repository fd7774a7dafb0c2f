"""Real Chromium for tests: Debian's own program, driven by playwright-core of the lock file in tests/browser."""
import os
import shutil

from node_tools import NodeToolsMissing, node_folder
from program import ROOT

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")


def browser_tools(test, *scripts):
    """The folder where `scripts` can run by node; skips the test where Chromium or npm's registry is out of reach."""
    if not CHROMIUM:
        test.skipTest("chromium is not installed")
    try:
        return node_folder("browser", ROOT / "tests" / "browser", *scripts)
    except NodeToolsMissing as missing:
        test.skipTest(str(missing))
