"""A whole book: its entries, the pages they stand on, what is wrong with it, and the drawing of every page with its truth."""
import json
import random

import cv2

import damage
import form
import table
from ink import Printer, Writer, hands
from people import Registry

PAPERS = ((246, 243, 232), (240, 233, 214), (233, 222, 196), (247, 247, 243))


class Volume:
    """`plan` decides everything that can be known before drawing; each page then draws by a seed of its own."""

    def __init__(self, layout, pages, seed, fonts=None, held_out=False, level=0, dpi=200, trouble=True):
        self.layout, self.seed, self.level, self.dpi = layout, seed, level, dpi
        rng = random.Random(f"{layout.id}/{seed}")
        pattern = rng.choice(layout.dates)
        self.registry = Registry(rng, layout.kind, layout.years, lambda d: pattern.format(d=d.day, m=d.month, y=d.year), layout.capital_names)
        self.paper = rng.choice(PAPERS)
        if layout.fill == "hand":
            faces = [f for f in hands(fonts, held_out) if not (layout.capital_names and f.connected)]  # nobody joins capitals
            self.writers = [Writer(f, rng) for f in rng.sample(faces, min(3, len(faces)))]
        else:
            self.writers = [Printer("typewriter" if layout.fill == "typewriter" else layout.font)]
        self.first_number = rng.randint(1, 3) * 2
        self.broken = 0.0 if level < 2 else rng.choice((0.0, 0.3, 0.8))
        self.events = []
        self.plan = self._plan(rng, pages, trouble)

    def _plan(self, rng, count, trouble):
        """[{entries, numbers, writer, copy}] in the order of the pictures."""
        pages, per_picture = [], 2 if self.layout.spread and self.layout.numbering == "page" else 1
        number, writer = self.first_number, 0
        carried = None
        for i in range(count):
            if rng.random() < 0.12:
                writer = rng.randrange(len(self.writers))
            numbers = [str(number + k) for k in range(per_picture)] if self.layout.numbering != "none" else []
            entries = []
            filled = self.layout.rows if i < count - 1 else max(1, self.layout.rows - rng.randint(0, 3))
            while len(entries) < filled:
                if carried:
                    entries.append(carried)
                    carried = None
                    continue
                entry = {"fields": self.registry.entry()}
                if trouble:
                    carried = self._trouble(rng, entry, len(entries) == filled - 1 and i < count - 1)
                entries.append(entry)
            pages.append({"entries": entries, "numbers": numbers, "writer": writer, "copy": 0})
            number += per_picture
        return pages

    def _trouble(self, rng, entry, last):
        """What life does to an entry; returns what of it goes on in the next page's first row."""
        fields = entry["fields"]
        if self.layout.form == "table" and last and fields.get("ghiChu") is not None and rng.random() < 0.3:
            fields["ghiChu"] = "Cải chính"
            return {"fields": {"ghiChu": "theo QĐ " + str(rng.randint(2, 90))}, "continues": True}
        if rng.random() < 0.02:
            entry["struck"] = True
        elif rng.random() < 0.03:
            entry["note"] = f"CC theo QĐ số {rng.randint(1, 300)}"
        elif rng.random() < 0.03:
            names = [k for k in fields if k.endswith("HoTen") and fields[k] and k != "nycHoTen" and any(k in c.keys for c in self.layout.columns)]
            if names:
                key = rng.choice(names)
                other = self.registry._adult()
                entry["overwritten"] = {key: self.registry.name(other)}
        return None

    def mishaps(self, missing=0, doubled=0, swapped=0):
        """Takes pictures out, shows some twice, exchanges neighbours: at places far from each other; recorded in `events`."""
        rng = random.Random(f"{self.layout.id}/{self.seed}/mishaps")
        wanted = ["missing"] * missing + ["doubled"] * doubled + ["swapped"] * swapped
        rng.shuffle(wanted)
        if not wanted:
            return
        if len(self.plan) < 3 * len(wanted) + 2:
            raise ValueError(f"{len(wanted)} mishaps need a book of at least {3 * len(wanted) + 2} pictures: ask for more --pages")
        step = (len(self.plan) - 2) // len(wanted)
        places = [(1 + i * step + rng.randint(0, step - 3), kind) for i, kind in enumerate(wanted)]
        for at, kind in sorted(places, reverse=True):
            page = self.plan[at]
            self.events.append({"type": kind, "page_numbers": page["numbers"], "entries": [e["fields"].get("so", "") for e in page["entries"] if not e.get("continues")]})
            if kind == "missing":
                del self.plan[at]
                self.plan[at - 1].setdefault("events", []).append("missing_after")
            elif kind == "doubled":
                page.setdefault("events", []).append("doubled")
                self.plan.insert(at + 1, dict(page, copy=1, events=["repeat"]))
            else:
                self.plan[at], self.plan[at + 1] = self.plan[at + 1], self.plan[at]
                for p in self.plan[at : at + 2]:
                    p.setdefault("events", []).append("swapped")
        self.events.reverse()

    def picture(self, index):
        """(RGB picture, truth) of one picture of the book."""
        page = self.plan[index]
        random.seed(f"{self.layout.id}/{self.seed}/{'/'.join(page['numbers'])}/{page['entries'][0]['fields'].get('so', '')}")
        writer = self.writers[page["writer"]]
        for entry in page["entries"]:
            entry["pen"], entry["writer"] = writer.pen, writer
        drawer = table if self.layout.form == "table" else form
        sheet = drawer.draw(self.layout, page["entries"], page["numbers"], writer, self.dpi, self.paper, self.broken)
        random.seed(f"{self.layout.id}/{self.seed}/{index}/{page['copy']}/damage")
        rgb, truth, done = damage.age(sheet.canvas.rgb, sheet.truth, self.level, self.layout.spread, self.dpi)
        truth = {"page_number": page["numbers"][0] if page["numbers"] else "", **truth, "events": page.get("events", []), "damage": done}
        return rgb, truth

    def write(self, folder, quality=None):
        """All pictures and truth.json into `folder`; returns the truth. `quality` of the JPEGs: 1..100, by the level unless given."""
        folder.mkdir(parents=True, exist_ok=True)
        pages = []
        for index in range(len(self.plan)):
            rgb, truth = self.picture(index)
            name = f"p{index + 1:03d}.jpg"
            save(rgb, folder / name, self.dpi, quality or (88 if self.level == 0 else random.randint(60, 88)))
            pages.append({"file": name, **truth})
        whole = {"kind": self.layout.kind, "layout": self.layout.id, "form": self.layout.form, "seed": self.seed, "level": self.level, "dpi": self.dpi,
                 "unseen": self.layout.unseen, "book": self.registry.book, "events": self.events, "pages": pages}
        (folder / "truth.json").write_text(json.dumps(whole, ensure_ascii=False, indent=None, separators=(",", ":")), encoding="utf-8")
        return whole


def save(rgb, path, dpi, quality):
    """A JPEG that knows its resolution (OpenCV writes none)."""
    done, packed = cv2.imencode(".jpg", rgb[:, :, ::-1], (cv2.IMWRITE_JPEG_QUALITY, quality))
    if not done:
        raise OSError(f"cannot pack {path}")
    data = bytearray(packed.tobytes())
    if data[6:10] == b"JFIF":
        data[13] = 1
        data[14:18] = dpi.to_bytes(2, "big") * 2
    path.write_bytes(bytes(data))
