"""python3 -m tools.volumes LAYOUT FOLDER [--pages N] [--seed N] [--level 0..3] ...: draws a register volume with its truth. README.md."""
import argparse
import sys
import time
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from layout import all_layouts  # noqa: E402


def samples(folder, layouts):
    """The shipped pictures: a folder a book."""
    import volume

    for book in tomllib.loads((Path(__file__).parent / "samples.toml").read_text(encoding="utf-8"))["book"]:
        drawn = volume.Volume(layouts[book["layout"]], book["pages"], book["seed"], level=book.get("level", 0), dpi=150)
        drawn.mishaps(missing=book.get("missing", 0))
        drawn.write(folder / book["layout"], 62)


def main():
    parse = argparse.ArgumentParser(prog="tools.volumes", description="Draws a register volume with known truth: pictures and truth.json.")
    parse.add_argument("layout", nargs="?", help="id of a layout; without it they are listed")
    parse.add_argument("folder", nargs="?", type=Path)
    parse.add_argument("--pages", type=int, default=10, help="pictures (a spread is one picture)")
    parse.add_argument("--seed", type=int, default=1)
    parse.add_argument("--level", type=int, default=0, choices=(0, 1, 2, 3), help="0 as drawn, 1 fair scan, 2 poor scan, 3 phone photograph")
    parse.add_argument("--dpi", type=int, default=200)
    parse.add_argument("--fonts", type=Path, help="folder made by tools/training/fonts.py; without it Debian's handwriting fonts are used")
    parse.add_argument("--held-out", action="store_true", help="of these fonts, those the line recogniser was never trained on")
    parse.add_argument("--plain", action="store_true", help="no struck-out entries, corrections, notes or rows that go on")
    parse.add_argument("--missing", type=int, default=0, help="pictures taken out")
    parse.add_argument("--doubled", type=int, default=0, help="pictures scanned twice")
    parse.add_argument("--swapped", type=int, default=0, help="neighbours exchanged")
    parse.add_argument("--samples", type=Path, metavar="FOLDER", help="draw the project's ten shipped pictures instead")
    parse.add_argument("--layouts", type=Path, help="a further folder of layouts")
    args = parse.parse_args()
    layouts = all_layouts(args.layouts)
    if args.samples:
        samples(args.samples, layouts)
        return 0
    if not args.layout:
        for layout in layouts.values():
            print(f"{layout.id:22} {layout.kind:8} {layout.form:6} {layout.years[0]}-{layout.years[1]}")
        return 0
    if args.layout not in layouts or not args.folder or args.pages < 1:
        print(f"give one of {', '.join(layouts)} and a folder to write to", file=sys.stderr)
        return 2
    import volume

    started = time.monotonic()
    try:
        book = volume.Volume(layouts[args.layout], args.pages, args.seed, args.fonts and str(args.fonts), args.held_out, args.level, args.dpi, not args.plain)
        book.mishaps(args.missing, args.doubled, args.swapped)
        book.write(args.folder)
    except (ValueError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{len(book.plan)} pictures in {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
