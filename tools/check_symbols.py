#!/usr/bin/env python3
"""tools/check_symbols.py BUILD: no function or variable may be defined by two objects of our libraries.

The linker takes the first of two and says nothing while they lie in different libraries. Two functions of one name and arguments but of
different results are one symbol to it: the caller of one gets the other, and crashes (it happened to `log head --sign`)."""
import subprocess
import sys
from collections import defaultdict
from pathlib import Path


def defined(library):
    """(symbol, object) of every strong definition."""
    lines = subprocess.run(["nm", "--defined-only", "--extern-only", "-A", "-P", library], capture_output=True, text=True, check=True).stdout
    for line in lines.splitlines():
        place, symbol, kind, *_ = line.rsplit(": ", 1)[0:1] + line.rsplit(": ", 1)[1].split()
        if kind in "TDBR":  # W, V and u may stand in many objects: templates and inline functions
            yield symbol, place


def main():
    places = defaultdict(set)
    libraries = [p for p in Path(sys.argv[1]).rglob("libsogoc_*.a") if "tests" not in p.relative_to(sys.argv[1]).parts]
    if not libraries:
        sys.exit(f"there is no library below {sys.argv[1]}: build first")
    for library in libraries:
        for symbol, place in defined(library):
            places[symbol].add(place)
    twice = {symbol: where for symbol, where in places.items() if len(where) > 1}
    for symbol, where in sorted(twice.items()):
        name = subprocess.run(["c++filt", symbol], capture_output=True, text=True, check=True).stdout.strip()
        print(f"{name} is defined by {' and by '.join(sorted(where))}")
    print(f"{len(libraries)} libraries, {len(places)} symbols, {len(twice)} defined twice")
    return 1 if twice else 0


sys.exit(main())
