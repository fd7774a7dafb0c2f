"""Real Chromium for tests: Debian's own program, driven by playwright-core of the lock file in tests/browser."""
import fcntl
import os
import shutil
import subprocess

from program import ROOT

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")


def browser_tools(test, *scripts):
    """The folder where `scripts` can run by node; skips the test where Chromium or npm's registry is out of reach. The folder is kept between
    runs and shared by tests that run beside each other: only one of them fetches."""
    if not CHROMIUM or not shutil.which("npm"):
        test.skipTest("chromium or npm is not installed")
    tools = ROOT / "build" / "browser"
    tools.mkdir(parents=True, exist_ok=True)
    with open(tools / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for file in (ROOT / "tests" / "browser" / "package.json", ROOT / "tests" / "browser" / "package-lock.json", *scripts):
            shutil.copy(file, tools / file.name)
        if not (tools / "node_modules" / "playwright-core").exists():
            got = subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=tools, capture_output=True, text=True)
            if got.returncode:
                test.skipTest("npm cannot get playwright-core and axe-core: " + got.stderr[-200:])
    return tools
