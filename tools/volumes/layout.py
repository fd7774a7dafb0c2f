"""A layout of a register book: data read from layouts/*.toml (schema in README.md), checked as it is read."""
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "layouts"
PAPERS = {"A3-landscape": (420.0, 297.0), "A4-portrait": (210.0, 297.0), "A4-landscape": (297.0, 210.0), "A3-portrait": (297.0, 420.0)}
KINDS = ("KS", "KH", "KT", "CMC", "HN", "diploma", "land", "mail")


@dataclass(frozen=True)
class Column:
    keys: tuple          # the fields written in it, one below the other; empty: left blank (signatures)
    label: str
    width: float         # mm
    group: str = ""      # merged header above neighbours of the same group
    turn: bool = False   # starts the right half of a spread


@dataclass(frozen=True)
class Part:
    """One labelled place of a form: from..to are shares of the line's width."""
    label: str
    key: str = ""
    start: float = 0.0
    to: float = 1.0
    lines: int = 1
    boxes: tuple = ()    # words with a box to tick
    date: bool = False   # printed "ngày … tháng … năm …", the numbers written in


@dataclass(frozen=True)
class Layout:
    id: str
    kind: str
    form: str                        # "table" or "form"
    years: tuple
    paper: tuple
    title: tuple
    font: str = "serif"              # serif, sans, typewriter: what the form is printed with
    fill: str = "hand"               # hand, print, typewriter: what the values are written with
    spread: bool = False             # two pages of the book on one picture
    numbering: str = "page"          # page, sheet or none
    number_place: str = "outer-top"  # outer-top, centre-top, centre-bottom, outer-bottom
    margins: tuple = (14.0, 12.0, 14.0, 12.0)  # mm: left, top, right, bottom
    gutter: float = 12.0             # mm on each side of the fold of a spread
    rows: int = 10                   # a table's rows, a form's entries on a page
    header: float = 16.0             # mm
    numbered: bool = False           # a row (1) (2) (3) under the header
    line: float = 7.0                # mm between two lines of writing
    frame: bool = False
    leaders: str = "dots"            # dots, line or none
    dates: tuple = ("{d:02d}/{m:02d}/{y}",)
    capital_names: bool = False
    unseen: bool = False
    columns: tuple = ()
    lines: tuple = field(default=())


def _error(path, what):
    return ValueError(f"{path}: {what}")


def load(path):
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    if data.get("kind") not in KINDS:
        raise _error(path, f"kind must be one of {', '.join(KINDS)}")
    if data.get("form") not in ("table", "form"):
        raise _error(path, "form must be table or form")
    if data.get("paper") not in PAPERS:
        raise _error(path, f"paper must be one of {', '.join(PAPERS)}")
    data["paper"] = PAPERS[data["paper"]]
    columns = tuple(
        Column(tuple(c.get("keys", ())), c["label"], float(c["width"]), c.get("group", ""), c.get("turn", False)) for c in data.pop("columns", ())
    )
    lines = tuple(
        tuple(Part(p["label"], p.get("key", ""), p.get("from", 0.0), p.get("to", 1.0), p.get("lines", 1), tuple(p.get("boxes", ())), p.get("date", False)) for p in line["parts"])
        for line in data.pop("lines", ())
    )
    if not columns and not lines:
        raise _error(path, "neither columns nor lines")
    for key, value in data.items():
        if isinstance(value, list):
            data[key] = tuple(value)
    layout = Layout(columns=columns, lines=lines, **data)
    if layout.id != path.stem:
        raise _error(path, f"id is {layout.id}, the file says otherwise")
    keys = [k for c in columns for k in c.keys] + [p.key for line in lines for p in line if p.key]
    if len(set(keys)) != len(keys):
        raise _error(path, "a field stands in it twice")
    if layout.form == "table" and layout.spread and sum(c.turn for c in columns) != 1:
        raise _error(path, "one column of a spread starts the right half (turn = true)")
    return layout


def all_layouts(more=None):
    """{id: Layout}, by name; `more` is a further folder."""
    return {p.stem: load(p) for folder in (FOLDER, more) if folder for p in sorted(folder.glob("*.toml"))}
