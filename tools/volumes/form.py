"""Draws one picture of a register whose entries are forms: printed labels, leaders, values written on them."""
import random

from ink import Printer, union
from sheet import Sheet
from table import heads

LABEL = 3.3  # mm, size of the printed labels


def draw(layout, entries, numbers, writer, dpi, paper, broken=0.0):
    sheet = Sheet(layout, dpi, paper, broken)
    heads(sheet, layout, numbers)
    left, top, right, bottom = layout.margins
    halves = [(left, layout.paper[0] - right)] if not layout.spread else [(left, layout.paper[0] / 2 - layout.gutter), (layout.paper[0] / 2 + layout.gutter, layout.paper[0] - right)]
    each = layout.rows // len(halves)
    first = top + 12.0
    height = (layout.paper[1] - bottom - first) / each
    for i, entry in enumerate(entries):
        part = i // each
        x1, x2 = halves[part]
        y1 = first + (i % each) * height
        _entry(sheet, layout, entry, writer, (x1, y1, x2, y1 + height), part)
    return sheet


def _entry(sheet, layout, entry, writer, box, part):
    x1, y1, x2, y2 = box
    fields = {}
    inner1, inner2 = (x1 + 2, x2 - 2) if layout.frame else (x1, x2)
    step = min(layout.line, (y2 - y1 - 4) / sum(max(p.lines for p in line) for line in layout.lines))
    y = y1 + 2
    for line in layout.lines:
        deep = max(p.lines for p in line)
        for p in line:
            span = inner2 - inner1
            _part(sheet, layout, entry, writer, p, (inner1 + span * p.start, y, inner1 + span * p.to - 1.2, y + step * p.lines), step, fields)
        y += step * deep
    if layout.frame:
        for a in ((x1, y1, x2, y1), (x1, y2 - 1.5, x2, y2 - 1.5), (x1, y1, x1, y2 - 1.5), (x2, y1, x2, y2 - 1.5)):
            sheet.ruling(*a)
    struck = entry.get("struck", False)
    whole = sheet.box(box)
    if struck:
        a, b, c, d = whole
        sheet.canvas.line(a + 8, b + 8, c - 8, d - 12, 0.5 * sheet.scale, writer.pen)
        sheet.canvas.line(a + 8, d - 12, c - 8, b + 8, 0.5 * sheet.scale, writer.pen)
    sheet.truth["entries"].append({"box": whole, "boxes": [whole], "part": part, "fields": fields, "struck_out": struck, "continues_previous": False, "notes": []})
    if entry.get("note"):
        edge = 1.0 if part == 0 else sheet.layout.paper[0] - layout.margins[2] + 0.5
        ink = sheet.text(writer, entry["note"], (edge, y1 + 4, edge + layout.margins[0] - 1.5, y2), 2.6, 3.2, vertical="top")
        if ink:
            sheet.truth["entries"][-1]["notes"].append({"text": entry["note"], "box": list(ink)})


def _leader(sheet, layout, x1, x2, y):
    if x2 - x1 < 2 or layout.leaders == "none":
        return
    if layout.leaders == "line":
        sheet.ruling(x1, y, x2, y, 0.15)
        return
    s, step = sheet.scale, 1.25
    x = x1
    while x < x2:
        sheet.canvas.line(x * s, y * s, x * s + 1, y * s, 0.22 * s, sheet.form_colour)
        x += step


def _width(sheet, layout, text):
    """mm that a label takes."""
    words = Printer(layout.font)
    return sum((words.word(None, w, LABEL * sheet.scale) or [[[]]])[0].shape[1] for w in text.split()) / sheet.scale + 0.3 * LABEL * max(0, len(text.split()) - 1) if text else 0.0


def _part(sheet, layout, entry, writer, part, box, step, fields):
    x1, y1, x2, y2 = box
    base = y1 + step - 1.4  # the line written on
    heading = not part.key and not part.boxes
    if heading:
        sheet.text(Printer(layout.font, True, sheet.form_colour), part.label, (x1, y1, x2, base), LABEL, LABEL * 1.2, "left", "bottom", 1)
        return
    label_end = x1
    if part.label:
        ink = sheet.text(Printer(layout.font, False, sheet.form_colour), part.label, (x1, y1, x2, base), LABEL, LABEL * 1.2, "left", "bottom", 1)
        label_end = ink[2] / sheet.scale + 1.0
    value = entry["fields"].get(part.key, "")
    if part.boxes:
        _boxes(sheet, part, value, label_end, base, writer, fields, layout)
        return
    if part.date:
        _date(sheet, layout, writer, part.key, value, label_end, x2, y1, base, fields)
        return
    _leader(sheet, layout, label_end, x2, base + 0.3)
    for n in range(1, part.lines):
        _leader(sheet, layout, x1, x2, base + 0.3 + n * step)
    ink = None
    size = step * 0.66
    if value:
        old = entry.get("overwritten", {}).get(part.key)
        start = label_end
        if old:
            first = sheet.text(writer, old, (start, y1, start + (x2 - start) * 0.45, base), size, step, "left", "bottom", 1)
            if first:
                y = (first[1] + first[3]) / 2
                sheet.canvas.line(first[0] - 3, y, first[2] + 3, y + random.uniform(-2, 2), 0.35 * sheet.scale, writer.pen)
                start = first[2] / sheet.scale + 1.5
        lift = random.uniform(-0.3, 0.6)
        if part.lines > 1:
            ink = _two_lines(sheet, writer, value, (start, x1, x2), base - lift, size, step)
        else:
            ink = sheet.text(writer, value, (start + random.uniform(0, 2), y1, x2, base - lift), size, step, "left", "bottom", 1)
    fields[part.key] = {"value": value, "box": list(ink) if ink else None, "cell": sheet.box((label_end, y1, x2, y2)), "hand": layout.fill == "hand"}
    if part.key in entry.get("overwritten", {}):
        fields[part.key]["overwritten"] = entry["overwritten"][part.key]


def _two_lines(sheet, writer, value, xs, base, size, step):
    """A value that begins after its label and may go on under it."""
    start, x1, x2 = xs
    words = value.split()
    for cut in range(len(words), 0, -1):
        first = " ".join(words[:cut])
        if _fits(sheet, writer, first, x2 - start, size):
            break
    boxes = [sheet.text(writer, first, (start, base - step, x2, base), size, step, "left", "bottom", 1)]
    if cut < len(words):
        boxes.append(sheet.text(writer, " ".join(words[cut:]), (x1 + 1, base, x2, base + step), size, step, "left", "bottom", 1))
    return union(boxes)


def _fits(sheet, writer, text, width, size):
    from ink import set_text

    state = random.getstate()
    lines, em = set_text(writer, text, size * sheet.scale, width * sheet.scale, 9)
    random.setstate(state)
    return len(lines) == 1 and em > size * sheet.scale * 0.99


def _boxes(sheet, part, value, x, base, writer, fields, layout):
    """Words with a box before them; the one that holds is crossed."""
    s, size, inks, first = sheet.scale, 3.0, [], x
    for word in part.boxes:
        for a in ((x, base - size, x + size, base - size), (x, base, x + size, base), (x, base - size, x, base), (x + size, base - size, x + size, base)):
            sheet.ruling(*a, break_it=False)
        if word == value:
            r = lambda: random.uniform(-0.5, 0.5)  # noqa: E731
            sheet.canvas.line((x + r()) * s, (base - size + r()) * s, (x + size + r()) * s, (base + r()) * s, 0.45 * s, writer.pen)
            sheet.canvas.line((x + r()) * s, (base + r()) * s, (x + size + r()) * s, (base - size + r()) * s, 0.45 * s, writer.pen)
            inks.append(tuple(sheet.box((x, base - size, x + size, base))))
        ink = sheet.text(Printer(layout.font, False, sheet.form_colour), word, (x + size + 1, base - 5, x + 60, base), LABEL, LABEL, "left", "bottom", 1)
        x = ink[2] / s + 4
    fields[part.key] = {"value": value, "box": list(union(inks)) if inks else None, "cell": sheet.box((first, base - 5, x, base + 1)), "hand": True, "tick": True}


def _date(sheet, layout, writer, key, value, x, end, y1, base, fields):
    """ngày … tháng … năm …: the words printed, the numbers written."""
    numbers = [n for n in value.replace("-", "/").replace(".", "/").split("/") if n]
    numbers = numbers if len(numbers) == 3 else ["", "", ""]
    inks = []
    for word, number, share in zip(("ngày", "tháng", "năm"), numbers, (0.3, 0.3, 0.4)):
        ink = sheet.text(Printer(layout.font, False, sheet.form_colour), word, (x, y1, x + 40, base), LABEL, LABEL, "left", "bottom", 1)
        inks.append(ink)
        after = ink[2] / sheet.scale + 0.8
        stop = min(end, after + max(9.0, (end - x) * share - 8))
        _leader(sheet, layout, after, stop, base + 0.3)
        if number:
            inks.append(sheet.text(writer, number, (after + random.uniform(0, 1.5), y1, stop, base - random.uniform(-0.3, 0.5)), (base - y1) * 0.85, base - y1, "left", "bottom", 1))
        x = stop + 1.2
    words = f"ngày {numbers[0]} tháng {numbers[1]} năm {numbers[2]}" if numbers[0] else ""
    fields[key] = {"value": words, "box": list(union(inks)), "cell": sheet.box((x, y1, end, base)), "hand": layout.fill == "hand", "mixed": True}
