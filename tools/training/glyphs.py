"""Draws a line of text as ink on an empty canvas the way a hand would: letters from a font, unevenly set, Vietnamese marks by pen strokes."""
import random
import unicodedata
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import ImageFont

from fonts import HAND, HELD_OUT, PRINT, SUBSETS

EM = 52
BASELINE = 84
HEIGHT = 132
MARKS = {"\u0300": "grave", "\u0301": "acute", "\u0303": "tilde", "\u0309": "hook", "\u0323": "dot", "\u0302": "roof", "\u0306": "bowl", "\u031b": "horn"}


class Face:
    """One font: glyph masks at EM pixels, and the measures that pen-drawn marks need."""

    def __init__(self, folder, name):
        paths = (Path(folder) / "ttf" / f"{name}.{subset}.ttf" for subset in SUBSETS)
        self._open(name, [str(p) for p in paths if p.exists()], name in CONNECTED)

    def _open(self, name, paths, connected):
        self.name, self.connected = name, connected
        self.fonts = [(ImageFont.truetype(p, EM, layout_engine=ImageFont.Layout.BASIC), _characters(p)) for p in paths]
        self.glyph = lru_cache(maxsize=600)(self._glyph)
        heights = [self.glyph(c)[0].shape[0] for c in "xnaHo" if self.glyph(c) is not None and self.glyph(c)[0].size]
        self.x_height = heights[0] if heights else EM // 2
        bar = self.glyph("l") or self.glyph("i") or self.glyph("1")
        self.stem = max(1, round(float(bar[0].sum()) / 255 / max(1, bar[0].shape[0]))) if bar else 3
        self.stem = min(self.stem, 7)

    def has(self, char):
        return any(char in chars for _, chars in self.fonts)

    def _glyph(self, char):
        """(mask, left of the pen, rows above the baseline, advance) or None."""
        for font, chars in self.fonts:
            if char in chars:
                ascent, _ = font.getmetrics()
                mask, (left, top) = font.getmask2(char, mode="L")
                w, h = mask.size
                bitmap = np.array(mask, dtype=np.uint8).reshape(h, w) if w and h else np.zeros((0, 0), np.uint8)
                return bitmap, left, ascent - top, font.getlength(char)
        return None


@lru_cache(maxsize=None)
def _characters(path):
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        return frozenset(chr(c) for c in font.getBestCmap())


CONNECTED = set(
    "dancing-script ephesis licorice montecarlo oooh-baby whisper cookie homemade-apple cedarville-cursive marck-script sacramento satisfy damion "
    "courgette playwrite-vn la-belle-aurore kristi great-vibes corinthia alex-brush allura birthstone italianno lemonada pacifico mr-de-haviland yellowtail".split()
)


def faces(folder, held_out=False):
    """(hand faces, print faces) for training, or the held-out hand faces and none."""
    hand = [n for n in HAND if (n in HELD_OUT) == held_out]
    return [Face(folder, n) for n in hand], [] if held_out else [Face(folder, n) for n in PRINT]


def _stroke(canvas, points, width):
    if len(points) > 2:  # round the corners: Catmull-Rom through the points
        p = np.array([points[0], *points, points[-1]], np.float32)
        t = np.linspace(0, 1, 5, endpoint=False, dtype=np.float32)[:, None]
        out = []
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:]):
            out.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
        points = np.vstack([*out, p[-1:]])
    cv2.polylines(canvas, [np.round(np.asarray(points, np.float32) * 16).astype(np.int32)], False, 255, max(1, width), cv2.LINE_AA, 4)


class Hand:
    """The habits of one writer for one line: how marks are shaped, how uneven the writing is."""

    def __init__(self, face, printed=False, digits=None):
        u = random.uniform
        self.face = face
        self.digits = digits  # another face for figures: people mix what they learnt at school with what is quick
        self.printed = printed
        self.pen_marks = 0.0 if printed else random.choice((0.0, 0.5, 1.0, 1.0))
        loose = 0.0 if printed else random.choice((0.3, 1.0, 1.6))
        self.jitter_y = (0.25 if face.connected else 1.0) * loose * u(0.3, 1.6)
        self.jitter_size = (0.0 if face.connected else 0.045) * loose
        self.jitter_turn = (0.0 if face.connected else 3.0) * loose
        self.spacing = 0 if printed or face.connected else u(-3, 5)
        if not printed and not face.connected and random.random() < 0.12:
            self.spacing = u(4, 14)
        self.word_gap = u(0.2, 0.34) * EM if printed else u(0.22, 1.0) * EM
        self.mark_size = u(0.7, 1.45)
        self.mark_away = u(-0.05, 0.30) if random.random() < 0.6 else u(-0.15, 0.6)
        self.mark_shift = u(-0.1, 0.25) if random.random() < 0.6 else u(-0.4, 0.9)  # loosely placed: often over the next letter
        self.mark_loose = random.choice((0.08, 0.08, 0.25))
        self.joins = not printed and not face.connected and random.random() < 0.35
        self.pen_slash = 0.0 if printed else random.choice((0.0, 1.0, 1.0))
        self.slash_lean, self.slash_tall = u(0.05, 0.55), u(1.0, 1.45)
        if random.random() < 0.35:  # a stroke far taller than the figures, which stand close to it
            self.slash_tall = u(1.45, 2.3)
        self.slash_room = u(0.35, 1.0)
        self.end = None
        self.steep = u(0.35, 1.2)
        self.drift = 0 if printed else u(-0.035, 0.035)
        self.width = max(1, round(face.stem * u(0.7, 1.1)))
        self.tone_beside_roof = random.random() < 0.5
        self.hook_kind = random.randrange(3)
        self.tilde_kind = random.randrange(3)
        self.roof_round = random.random() < 0.3
        self.horn_kind = random.randrange(3)
        self.dot_kind = random.randrange(3)

    def line(self, text):
        """Ink 0..255 as (HEIGHT, width) uint8 with the baseline at BASELINE."""
        canvas = np.zeros((HEIGHT, 60 + int(len(text) * (EM * 0.9 + 16)) + 40), np.uint8)
        x, wander = 20.0, 0.0
        for char in text:
            if char == " ":
                x += self.word_gap * random.uniform(0.8, 1.25)
                self.end = None
                continue
            wander = 0.6 * wander + random.gauss(0, self.jitter_y)
            x = self._letter(canvas, char, x, BASELINE + wander + self.drift * (x - 20) * 0.3)
            if x > canvas.shape[1] - EM - 20:
                canvas = np.hstack([canvas, np.zeros((HEIGHT, 400), np.uint8)])
        columns = np.flatnonzero(canvas.any(axis=0))
        if columns.size == 0:
            return None
        return canvas[:, max(0, columns[0] - 2) : columns[-1] + 3]

    def _letter(self, canvas, char, x, y):
        if char in "/-" and random.random() < self.pen_slash:
            return self._sign(canvas, char, x, y)
        face, drawn = self.digits if self.digits and char.isdigit() else self.face, []
        base = char
        parts = unicodedata.normalize("NFD", char)
        if char in "đĐ" and (not face.has(char) or random.random() < self.pen_marks):
            base, drawn = ("d" if char == "đ" else "D"), ["bar"]
        elif len(parts) > 1 and (not face.has(char) or random.random() < self.pen_marks):
            base, drawn = parts[0], [MARKS[c] for c in parts[1:]]
            if base == "i" and any(m not in ("dot",) for m in drawn) and face.has("ı") and random.random() < 0.8:
                base = "ı"
        glyph = face.glyph(base)
        if glyph is None:
            glyph = face.glyph(base.swapcase()) or face.glyph("o")
        mask, left, above, advance = glyph
        if mask.size == 0:
            return x + advance
        scale = 1 + random.gauss(0, self.jitter_size)
        if abs(scale - 1) > 0.02 or self.jitter_turn:
            h, w = mask.shape
            turn = random.gauss(0, self.jitter_turn)
            m = cv2.getRotationMatrix2D((w / 2, h / 2), turn, scale)
            m[:, 2] += 4
            mask = cv2.warpAffine(mask, m, (w + 8, h + 8))
            left, above = left - 4, above + 4
        h, w = mask.shape
        x0, y0 = int(round(x + left)), int(round(y - above))
        _paste(canvas, mask, x0, y0)
        if self.joins and self.end and char.islower() and random.random() < 0.8:  # the pen stays on the paper between two letters
            rise = face.x_height * random.uniform(0.05, 0.6)
            _stroke(canvas, [self.end, ((self.end[0] + x0) / 2, max(self.end[1], y) - 1), (x0 + 2 + 0.1 * w, y - rise)], max(1, self.width - 1))
        self.end = (x0 + w - 2, y - face.x_height * random.uniform(0.02, 0.2)) if char.isalpha() else None
        if drawn:
            self._marks(canvas, drawn, base, x0, y0, w, h, y)
        return x + advance * (1 + 0.3 * (scale - 1)) + self.spacing + (0 if self.printed or self.face.connected else random.gauss(0, 0.8))

    def _sign(self, canvas, char, x, y):
        """The stroke between the numbers of a date, as tall or as wide as this writer likes it."""
        u, high = random.uniform, self.face.x_height * 1.5
        if char == "/":
            tall, lean = high * self.slash_tall * u(0.9, 1.15), high * self.slash_lean
            low = y + high * (self.slash_tall - 1) * u(0.2, 0.9)
            _stroke(canvas, [(x + 2, low), (x + 2 + lean, low - tall)], self.width)
            x += (lean + 4) * self.slash_room
        else:
            wide = high * u(0.3, 0.7)
            _stroke(canvas, [(x + 3, y - high * u(0.28, 0.5)), (x + 3 + wide, y - high * u(0.28, 0.5))], self.width)
            x += wide + 6
        self.end = None
        return x + self.spacing * 0.5 + u(-2, 3)

    def _marks(self, canvas, marks, base, x, top, w, h, baseline):
        u = random.uniform
        size = self.face.x_height * 0.42 * self.mark_size * u(0.85, 1.15)
        cx = x + w / 2 + self.mark_shift * w * 0.5 + u(-1, 1) * self.mark_loose * w
        y = top - size * (self.mark_away + 0.15 + u(-0.5, 1) * (self.mark_loose - 0.08))
        width = self.width
        for mark in marks:
            if mark == "roof":
                rise = size * u(0.6, 0.9)
                pts = [(cx - size * 0.75, y), (cx, y - rise), (cx + size * 0.75, y + size * u(-0.1, 0.15))]
                if self.roof_round:
                    _stroke(canvas, pts, width)
                else:
                    _stroke(canvas, pts[:2], width), _stroke(canvas, pts[1:], width)
                y, cx = (y - rise * 0.45, cx + size * u(0.75, 1.1)) if self.tone_beside_roof else (y - rise - size * 0.12, cx)
            elif mark == "bowl":
                rise = size * u(0.5, 0.8)
                _stroke(canvas, [(cx - size * 0.7, y - rise), (cx - size * 0.25, y), (cx + size * 0.25, y), (cx + size * 0.7, y - rise)], width)
                y = y - rise * u(0.7, 1.1)
            elif mark == "horn":
                hx, hy = x + w - u(0, 0.12) * w, top + u(0.0, 0.18) * h
                k = size * u(0.5, 0.8)
                shapes = (
                    [(hx - k * 0.4, hy + k * 0.1), (hx + k * 0.5, hy - k * 0.1), (hx + k * 0.6, hy - k * 0.8)],
                    [(hx - k * 0.2, hy + k * 0.3), (hx + k * 0.7, hy - k * 0.6)],
                    [(hx, hy), (hx + k * 0.8, hy - k * 0.2), (hx + k * 0.9, hy - k * 0.7), (hx + k * 0.5, hy - k * 0.8)],
                )
                _stroke(canvas, shapes[self.horn_kind], width)
            elif mark == "acute":
                dx = size * u(0.4, 0.7)
                _stroke(canvas, [(cx - dx * 0.5, y), (cx + dx * 0.7, y - dx * self.steep * 1.5)], width)
            elif mark == "grave":
                dx = size * u(0.4, 0.7)
                _stroke(canvas, [(cx - dx * 0.7, y - dx * self.steep * 1.5), (cx + dx * 0.5, y)], width)
            elif mark == "tilde":
                s, k = size * u(0.7, 1.0), size * u(0.2, 0.4)
                shapes = (
                    [(cx - s, y - k * 0.2), (cx - s * 0.45, y - k * 1.4), (cx + s * 0.35, y - k * 0.2), (cx + s, y - k * 1.6)],
                    [(cx - s, y), (cx - s * 0.2, y - k * 1.3), (cx + s * 0.2, y - k * 0.6), (cx + s, y - k * 2.0)],
                    [(cx - s, y - k * 0.6), (cx, y - k * 0.9), (cx + s, y - k * 0.6)],
                )
                _stroke(canvas, shapes[self.tilde_kind], width)
            elif mark == "hook":
                s = size * u(0.6, 0.95)
                shapes = (
                    [(cx - s * 0.4, y - s * 1.3), (cx + s * 0.3, y - s * 1.5), (cx + s * 0.4, y - s * 0.9), (cx, y - s * 0.5), (cx, y - s * 0.1)],
                    [(cx - s * 0.3, y - s * 1.2), (cx + s * 0.45, y - s * 1.1), (cx + s * 0.1, y - s * 0.1)],
                    [(cx - s * 0.1, y - s * 1.1), (cx + s * 0.35, y - s * 0.9), (cx - s * 0.2, y - s * 0.1)],
                )
                _stroke(canvas, shapes[self.hook_kind], width)
            elif mark == "dot":
                low = max(baseline, top + h) + size * u(0.25, 0.7)
                px = x + w / 2 + u(-0.2, 0.2) * w
                shapes = ([(px, low), (px + 1, low)], [(px - 1, low - 1), (px + 2, low + 2)], [(px, low - size * 0.2), (px + size * 0.15, low + size * 0.3)])
                _stroke(canvas, shapes[self.dot_kind], width + (1 if self.dot_kind == 0 else 0))
            elif mark == "bar":
                if base == "D":
                    by = top + h * u(0.42, 0.58)
                    _stroke(canvas, [(x - w * u(0.1, 0.3), by), (x + w * u(0.3, 0.6), by + u(-2, 2))], width)
                else:
                    by = top + h * u(0.12, 0.32)
                    _stroke(canvas, [(x + w * u(0.3, 0.6), by), (x + w * u(1.0, 1.3), by + u(-3, 2))], width)


def _paste(canvas, mask, x, y):
    h, w = mask.shape
    x1, y1, x2, y2 = max(0, x), max(0, y), min(canvas.shape[1], x + w), min(canvas.shape[0], y + h)
    if x2 > x1 and y2 > y1:
        region = canvas[y1:y2, x1:x2]
        np.maximum(region, mask[y1 - y : y2 - y, x1 - x : x2 - x], out=region)
