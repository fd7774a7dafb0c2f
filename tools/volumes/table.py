"""Draws one picture of a register in table form: title, merged header, rows of entries, and the truth of every cell."""
import random

from ink import union
from sheet import Sheet

PAD = 0.8  # mm between a ruling and the writing


def columns_at(layout):
    """[(column, left, right)] in mm, stretched over the paper; a spread keeps its gutter free."""
    left, _, right, _ = layout.margins
    width = layout.paper[0]
    halves = [[]]
    for column in layout.columns:
        if column.turn:
            halves.append([])
        halves[-1].append(column)
    if len(halves) == 1:
        spans = [(left, width - right)]
    else:
        spans = [(left, width / 2 - layout.gutter), (width / 2 + layout.gutter, width - right)]
    out = []
    for half, (x, end) in zip(halves, spans):
        stretch = (end - x) / sum(c.width for c in half)
        for column in half:
            out.append((column, x, x + column.width * stretch))
            x += column.width * stretch
    return out


def halves(layout):
    """The part index of each column."""
    part, out = 0, []
    for column in layout.columns:
        part += column.turn
        out.append(part)
    return out


def draw(layout, entries, numbers, writer, dpi, paper, broken=0.0):
    """The sheet of one picture. `entries`: dicts from volume.py, one a row; `numbers`: page numbers as text, one a part."""
    sheet = Sheet(layout, dpi, paper, broken)
    placed = columns_at(layout)
    parts = halves(layout)
    top = layout.margins[1] + 14.0
    bottom = layout.paper[1] - layout.margins[3]
    heads(sheet, layout, numbers)
    deep = any(c.group for c in layout.columns)
    head_rows = (2 if deep else 1) + layout.numbered
    head_end = top + layout.header
    body = head_end + (5.0 if layout.numbered else 0.0)
    row = (bottom - body) / layout.rows
    _header(sheet, layout, placed, parts, top, head_end, body, deep)
    for part in sorted(set(parts)):
        mine = [p for p, at in zip(placed, parts) if at == part]
        x1, x2 = mine[0][1], mine[-1][2]
        for i in range(layout.rows + 1):
            sheet.ruling(x1, body + i * row, x2, body + i * row)
        for x in [m[1] for m in mine] + [x2]:
            sheet.ruling(x, body, x, bottom)
    for i in range(layout.rows):
        entry = entries[i] if i < len(entries) else None
        y1, y2 = body + i * row, body + (i + 1) * row
        fields = {}
        for c, ((column, x1, x2), part) in enumerate(zip(placed, parts)):
            cell = {"row": head_rows + i, "col": c, "rowspan": 1, "colspan": 1, "part": part, "box": sheet.box((x1, y1, x2, y2)), "text": ""}
            if entry:
                cell["text"] = _cell(sheet, layout, entry, column, (x1 + PAD, y1 + 0.4, x2 - PAD, y2 - 0.4), cell["box"], writer, fields)
            sheet.truth["cells"].append(cell)
        if entry:
            _finish(sheet, entry, fields, placed, parts, y1, y2)
    return sheet


def _cell(sheet, layout, entry, column, box, cell_box, writer, fields):
    x1, y1, x2, y2 = box
    keys = column.keys
    if not keys:
        return ""
    texts = []
    step = (y2 - y1) / len(keys)
    for n, key in enumerate(keys):
        value = entry["fields"].get(key, "")
        place = (x1, y1 + n * step, x2, y1 + (n + 1) * step)
        ink = None
        if value:
            size = min(layout.line * 0.78, step * 0.8)
            align = "centre" if len(value) < 9 and len(keys) == 1 and random.random() < 0.6 else "left"
            ink = write(sheet, layout, writer, value, place, size, align, entry, key)
            texts.append(value)
        if key not in entry.get("absent", ()):
            fields[key] = {"value": value, "box": list(ink) if ink else None, "cell": cell_box, "hand": layout.fill == "hand"}
            if key in entry.get("overwritten", {}):
                fields[key]["overwritten"] = entry["overwritten"][key]
    return " ".join(texts)


def write(sheet, layout, writer, value, place, size, align, entry, key):
    """A value where it belongs; a corrected one with the first writing struck through and the new one above it."""
    old = entry.get("overwritten", {}).get(key)
    x1, y1, x2, y2 = place
    if not old:
        return sheet.text(writer, value, place, size, min(layout.line, y2 - y1), align)
    middle = (y1 + y2) / 2
    first = sheet.text(writer, old, (x1, middle, x2, y2), size * 0.85, (y2 - y1) / 2, align, max_lines=1)
    if first:
        y = (first[1] + first[3]) / 2
        sheet.canvas.line(first[0] - 3, y, first[2] + 3, y + random.uniform(-2, 2), 0.35 * sheet.scale, writer.pen)
    return sheet.text(writer, value, (x1, y1, x2, middle), size * 0.85, (y2 - y1) / 2, align, max_lines=1)


def _finish(sheet, entry, fields, placed, parts, y1, y2):
    boxes = {}
    for part in sorted(set(parts)):
        mine = [p for p, at in zip(placed, parts) if at == part]
        boxes[part] = sheet.box((mine[0][1], y1, mine[-1][2], y2))
    struck = entry.get("struck", False)
    if struck:
        for part, (a, b, c, d) in boxes.items():
            y = (b + d) / 2 + random.uniform(-4, 4)
            sheet.canvas.line(a + 6, y, c - 6, y + random.uniform(-8, 8), 0.5 * sheet.scale, entry["pen"])
    sheet.truth["entries"].append({"box": list(union([tuple(b) for b in boxes.values()])), "boxes": [boxes[p] for p in sorted(boxes)], "fields": fields,
                                   "struck_out": struck, "continues_previous": entry.get("continues", False), "notes": []})
    if entry.get("note"):
        a, b, c, d = boxes[max(boxes)]
        right = sheet.layout.paper[0]
        mm = (c / sheet.scale + 0.8, b / sheet.scale, right - 0.8, d / sheet.scale)
        ink = sheet.text(entry["writer"], entry["note"], mm, 2.6, 3.0, vertical="top")
        if ink:
            sheet.truth["entries"][-1]["notes"].append({"text": entry["note"], "box": list(ink)})


def heads(sheet, layout, numbers):
    """Title above each half and the page numbers."""
    w = layout.paper[0]
    spans = [(0, w)] if not layout.spread else [(0, w / 2), (w / 2, w)]
    top = layout.margins[1]
    for part, (x1, x2) in enumerate(spans):
        sheet.truth["parts"].append(sheet.box((x1, 0, x2, layout.paper[1])))
        text = layout.title[min(part, len(layout.title) - 1)]
        if part == 0 or len(layout.title) > 1:
            sheet.print(text, (x1 + 20, top, x2 - 20, top + 9), 5.0, True)
        if part < len(numbers) and numbers[part]:
            number(sheet, layout, numbers[part], part, x1, x2)


def number(sheet, layout, text, part, x1, x2):
    place, _, depth = layout.number_place, 0, layout.paper[1]
    y1, y2 = (layout.margins[1] - 5, layout.margins[1] + 3) if place.endswith("top") else (depth - layout.margins[3] + 1, depth - layout.margins[3] + 8)
    if place.startswith("centre"):
        x = (x1 + x2) / 2 - 8
    else:
        outer_left = layout.spread and part == 0 or not layout.spread and text.isdigit() and int(text) % 2 == 0
        x = x1 + layout.margins[0] if outer_left else x2 - layout.margins[2] - 16
    ink = sheet.print(text, (x, y1, x + 16, y2), 4.2)
    sheet.truth["page_numbers"].append({"part": part, "text": text, "box": list(ink)})


def _header(sheet, layout, placed, parts, top, head_end, body, deep):
    split = top + (head_end - top) * 0.4
    cells = sheet.truth["cells"]

    def cell(row, col, rowspan, colspan, part, box, text, size=3.1, bold=True):
        inner = (box[0] + 0.5, box[1] + 0.3, box[2] - 0.5, box[3] - 0.3)
        sheet.print(text, inner, size, bold)
        x1, y1, x2, y2 = box
        for a in ((x1, y1, x2, y1), (x1, y2, x2, y2), (x1, y1, x1, y2), (x2, y1, x2, y2)):
            sheet.ruling(*a)
        cells.append({"row": row, "col": col, "rowspan": rowspan, "colspan": colspan, "part": part, "box": sheet.box(box), "text": text, "head": True})

    c = 0
    while c < len(placed):
        column, x1, x2 = placed[c]
        run = 1
        if column.group:
            while c + run < len(placed) and placed[c + run][0].group == column.group and parts[c + run] == parts[c]:
                run += 1
            cell(0, c, 1, run, parts[c], (x1, top, placed[c + run - 1][2], split), column.group)
            for k in range(run):
                inner, a, b = placed[c + k]
                cell(1, c + k, 1, 1, parts[c], (a, split, b, head_end), inner.label, 2.8, False)
        else:
            cell(0, c, 2 if deep else 1, 1, parts[c], (x1, top, x2, head_end), column.label, 2.9)
        c += run
    if layout.numbered:
        for c, (_, x1, x2) in enumerate(placed):
            cell(2 if deep else 1, c, 1, 1, parts[c], (x1, head_end, x2, body), f"({c + 1})", 2.8, False)
