"""Folders where test scripts of node can run, each with the packages of one lock file. They are kept between runs and shared by tests that run
beside each other: a lock lets only one of them fetch, and a folder counts as filled only when npm has ended well (its own folder appears before)."""
import fcntl
import shutil
import subprocess

from program import ROOT


class NodeToolsMissing(Exception):
    """npm is not installed, or its registry is out of reach."""


def node_folder(name, package, *scripts):
    """build/`name` with the packages of the folder `package` and with `scripts` beside them."""
    if not shutil.which("npm"):
        raise NodeToolsMissing("npm is not installed")
    folder = ROOT / "build" / name
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = (package / "package-lock.json").read_bytes()
        for file in (package / "package.json", package / "package-lock.json", *scripts):
            here = folder / file.name
            if not here.exists() or here.read_bytes() != file.read_bytes():  # never under the eyes of a node that starts
                shutil.copy(file, here)
        filled = folder / "filled-by"
        if not filled.exists() or filled.read_bytes() != wanted:
            filled.unlink(missing_ok=True)
            got = subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=folder, capture_output=True, text=True)
            if got.returncode:
                raise NodeToolsMissing(f"npm cannot get the packages of {package.name}: {got.stderr[-200:]}")
            filled.write_bytes(wanted)
    return folder
