"""Compares what `sogoc layout --json` found on a page with the truth of tools/volumes: cells, fields, sureness."""
import re
import unicodedata
from collections import Counter, defaultdict

TONES = "\u0300\u0301\u0303\u0309\u0323"


def area(box):
    return max(0, box[2] - box[0]) * max(0, box[3] - box[1])


def shared(a, b):
    return area((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))


def overlap(a, b):
    both = shared(a, b)
    return both / max(1, area(a) + area(b) - both)


def around(corners):
    xs, ys = [c[0] for c in corners], [c[1] for c in corners]
    return [min(xs), min(ys), max(xs), max(ys)]


def cells(truth, found):
    """(right, found, wanted): a cell is right when it covers the place (half of the union), spans as many rows and columns, and stands in
    the row and column that the rest of its table says."""
    wanted = truth["cells"]
    right = total = 0
    free = set(range(len(wanted)))
    for part in found["parts"]:
        for table in part["tables"]:
            pairs = []
            total += len(table["cells"])
            for cell in table["cells"]:
                box = around(cell["corners"])
                best = max(free, key=lambda i: overlap(box, wanted[i]["box"]), default=None)
                if best is not None and overlap(box, wanted[best]["box"]) >= 0.5:
                    free.discard(best)
                    pairs.append((cell, wanted[best]))
            moved = Counter((w["row"] - c["row"], w["col"] - c["col"]) for c, w in pairs).most_common(1)
            for cell, want in pairs:
                right += (want["row"] - cell["row"], want["col"] - cell["col"]) == moved[0][0] and (cell["rowspan"], cell["colspan"]) == (want["rowspan"], want["colspan"])
    return right, total, len(wanted)


def f1(right, found, wanted):
    return 2 * right / (found + wanted) if found + wanted else 1.0


def fold(text):
    """Case, blanks and the two customary places of a tone do not make a value wrong."""
    words = []
    for word in unicodedata.normalize("NFD", text.casefold()).split():
        tone = "".join(c for c in word if c in TONES)
        words.append(unicodedata.normalize("NFC", "".join(c for c in word if c not in TONES)) + tone)
    return " ".join(words)


def same(kind, a, b):
    if kind == "date":
        number = [[int(n) for n in re.findall(r"\d+", v)] for v in (a, b)]
        return number[0] == number[1] and bool(number[0]) == bool(number[1])
    if kind in ("entry_number", "book_number", "number", "id"):
        return re.sub(r"\s", "", a).casefold() == re.sub(r"\s", "", b).casefold()
    a, b = (fold(re.sub(r"([,.;:/-])", r" \1 ", v)) for v in (a, b))  # signs are words of their own: a tone belongs to one word
    return a == b


def readings(truth, found):
    """{(index of the true entry, key): reading}; each entry found goes to the true one it lies on most."""
    out, astray = {}, 0
    for entry in found["register"]["entries"]:
        covers = [max(shared(entry["box"], b) for b in e["boxes"]) / max(1, area(entry["box"])) for e in truth["entries"]]
        best = max(range(len(covers)), key=covers.__getitem__, default=None)
        if best is None or covers[best] < 0.3:
            astray += 1
            continue
        for reading in entry["fields"]:
            if (best, reading["key"]) not in out or not out[best, reading["key"]]["value"]:
                out[best, reading["key"]] = reading
    return out, astray


def fields(truth, found, kinds):
    """One row a field of `kinds` {key: kind}: dict(key, kind, right, sure, confidence, source, state, want, have). Fields that stand in no
    column of the page are left out, and so are places that are empty and were found empty."""
    have, astray = readings(truth, found)
    rows = []
    for index, entry in enumerate(truth["entries"]):
        if entry["continues_previous"]:
            continue
        for key, kind in kinds.items():
            if key not in entry["fields"]:
                continue
            want = entry["fields"][key]["value"]
            reading = have.get((index, key), {"value": "", "sure": False, "confidence": 0.0, "source": "", "state": "absent"})
            if not want and not reading["value"]:
                continue
            rows.append({"key": key, "kind": kind, "right": same(kind, want, reading["value"]), "sure": reading["sure"], "confidence": reading["confidence"],
                         "source": reading["source"], "state": reading["state"], "want": want, "have": reading["value"], "doubts": reading.get("doubts", [])})
    return rows, astray


def numbers(truth, found):
    """(right, wanted) page numbers."""
    have = defaultdict(str)
    for n in found["register"]["page_numbers"]:
        have[n["part"]] = n["number"]["value"]
    wanted = truth["page_numbers"]
    return sum(have[n["part"]].strip() == n["text"] for n in wanted), len(wanted)
