"""Puts print, typewriting and handwriting on a sheet, and says where the ink went."""
import logging
import random
import sys
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import ImageFont

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "training"))
import fonts as training_fonts  # noqa: E402
import glyphs  # noqa: E402

logging.getLogger("fontTools").setLevel(logging.ERROR)  # a byte too many in a font's tables harms nothing
CROSCORE = Path("/usr/share/fonts/truetype/croscore")  # Debian: fonts-croscore
PRINT = {"serif": ("Tinos-Regular.ttf", "Tinos-Bold.ttf"), "sans": ("Arimo-Regular.ttf", "Arimo-Bold.ttf"), "typewriter": ("Cousine-Regular.ttf", "Cousine-Regular.ttf")}
# Debian's handwriting-like fonts: the ones the tests and the shipped pages are drawn with. Letters they lack are drawn by pen strokes.
DEBIAN_HANDS = {
    "fonts-dkg-handwriting": "/usr/share/fonts/truetype/fifthhorseman/dkg.ttf",
    "fonts-breip": "/usr/share/fonts/truetype/breip/Breip.ttf",
    "fonts-comic-neue": "/usr/share/fonts/opentype/comic-neue/ComicNeue-Regular.otf",
    "fonts-klee": "/usr/share/fonts/truetype/klee/KleeOne-Regular.ttf",
    "fonts-kaushanscript": "/usr/share/fonts/opentype/kaushanscript/KaushanScript-Regular.otf",
    "fonts-dancingscript": "/usr/share/fonts/opentype/dancingscript/DancingScript-Regular.otf",
}
JOINED = {"fonts-dancingscript", "fonts-kaushanscript"}
PENS = ((28, 45, 120), (20, 30, 95), (45, 60, 150), (25, 25, 30), (60, 45, 110), (35, 35, 60))  # RGB of ball-pens and ink
BLACK = (35, 33, 32)


@lru_cache(maxsize=None)
def print_font(style, bold, size):
    return ImageFont.truetype(str(CROSCORE / PRINT[style][bold]), size, layout_engine=ImageFont.Layout.BASIC)


class DebianFace(glyphs.Face):
    """A handwriting font of a Debian package, used as the training uses its own."""

    def __init__(self, package):
        path = DEBIAN_HANDS[package]
        if not Path(path).exists():
            raise FileNotFoundError(f"{path} is missing: install the Debian package {package}")
        self._open(package, [path], package in JOINED)


@lru_cache(maxsize=None)
def hands(folder, held_out):
    """The faces a book may be written with: those of `folder` (made by tools/training/fonts.py), or Debian's where it is None."""
    if folder is None:
        return tuple(DebianFace(p) for p in DEBIAN_HANDS)
    names = [n for n in training_fonts.HAND if (n in training_fonts.HELD_OUT) == held_out and n not in UNFIT]
    return tuple(glyphs.Face(folder, n) for n in names)


# Lettering that no clerk fills a register with, or so swashed that cells collide.
UNFIT = set("permanent-marker rock-salt pacifico lemonada amatic-sc playpen-sans great-vibes alex-brush corinthia whisper ephesis italianno "
            "birthstone mr-de-haviland montecarlo licorice allura sacramento yellowtail nanum-brush-script liu-jian-mao-cao zhi-mang-xing long-cang".split())


class Writer:
    """One clerk: a face, a pen, a slant and a size, the same over many pages."""

    def __init__(self, face, rng):
        self.face = face
        self.pen = rng.choice(PENS)
        self.slant = rng.choice((0.0, rng.gauss(0, 0.1), rng.uniform(-0.1, 0.3)))
        self.size = rng.uniform(0.85, 1.1) * min(1.3, max(0.7, 22 / face.x_height))  # fonts of one size write letters of very different height
        self.habits = rng.getrandbits(32)

    def hand(self):
        """The hand for one cell: the same habits, drawn a little differently each time."""
        state = random.getstate()
        random.seed(self.habits)
        hand = glyphs.Hand(self.face)
        random.setstate(state)
        hand.jitter_turn = min(hand.jitter_turn, 3.0)
        return hand

    def word(self, hand, text, em):
        """(ink mask, rows above the baseline): one word at `em` pixels."""
        ink = hand.line(text)
        if ink is None:
            return None
        if self.slant:
            h, w = ink.shape
            extra = int(abs(self.slant) * h) + 2
            shift = self.slant * glyphs.BASELINE + (extra if self.slant < 0 else 0)
            ink = cv2.warpAffine(ink, np.float32([[1, -self.slant, shift], [0, 1, 0]]), (w + extra, h))
        scale = em * self.size / glyphs.EM
        ink = cv2.resize(ink, (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale))), interpolation=cv2.INTER_AREA)
        rows, columns = np.flatnonzero(ink.max(axis=1) > 8), np.flatnonzero(ink.max(axis=0) > 8)
        if not rows.size:
            return None
        return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], round(glyphs.BASELINE * scale) - int(rows[0])


class Printer:
    """Print or typewriting with the same interface as Writer."""

    def __init__(self, style, bold=False, pen=BLACK):
        self.style, self.bold, self.pen = style, bold, pen

    def hand(self):
        return None

    def word(self, _, text, em):
        return print_word(self.style, self.bold, max(6, round(em * 0.95)), text)


@lru_cache(maxsize=4000)
def print_word(style, bold, size, text):
    font = print_font(style, bold, size)
    mask, (_, top) = font.getmask2(text, mode="L")
    w, h = mask.size
    if not w or not h:
        return None
    ascent, _ = font.getmetrics()
    return np.array(mask, np.uint8).reshape(h, w), ascent - top


def space(writer, hand, em):
    return em * (0.3 if hand is None else min(0.6, hand.word_gap / glyphs.EM))


def set_text(writer, text, em, width, max_lines):
    """Lines of (word mask, rise, x) that fit `width` pixels; smaller where they do not. Returns (lines, em)."""
    hand = writer.hand()
    for _ in range(16):
        lines, x = [[]], 0.0
        state = random.getstate()
        gap = space(writer, hand, em)
        fits = True
        for word in text.split():
            drawn = writer.word(hand, word, em)
            if drawn is None:
                continue
            w = drawn[0].shape[1]
            if x and x + w > width:
                lines.append([])
                x = 0.0
            fits = fits and w <= width
            lines[-1].append((drawn[0], drawn[1], x))
            x += w + gap
        if fits and len(lines) <= max_lines:
            return lines, em
        random.setstate(state)
        em *= 0.93
    return lines, em


class Canvas:
    """An RGB picture in float32, 0..255, with ink laid over it."""

    def __init__(self, width, height, paper):
        self.rgb = np.empty((height, width, 3), np.uint8)
        self.rgb[:] = paper

    def stamp(self, mask, x, y, colour, strength=1.0):
        h, w = mask.shape
        x1, y1, x2, y2 = max(0, x), max(0, y), min(self.rgb.shape[1], x + w), min(self.rgb.shape[0], y + h)
        if x2 <= x1 or y2 <= y1:
            return None
        alpha = mask[y1 - y : y2 - y, x1 - x : x2 - x].astype(np.float32)[:, :, None] * (strength / 255)
        region = self.rgb[y1:y2, x1:x2]
        region[:] = (region * (1 - alpha) + np.array(colour, np.float32) * alpha).astype(np.uint8)
        return (x1, y1, x2, y2)

    def line(self, x1, y1, x2, y2, width, colour, broken=0.0):
        """A ruling; `broken` is the share of it left out."""
        length = max(abs(x2 - x1), abs(y2 - y1))
        pieces = [(0.0, 1.0)]
        if broken:
            pieces, at = [], 0.0
            while at < 1:
                run = random.uniform(0.03, 0.25)
                pieces.append((at, min(1.0, at + run)))
                at += run + random.uniform(0.3, 1.7) * broken * 0.14
        thickness = max(1, round(width))
        for a, b in pieces:
            p = (round((x1 + (x2 - x1) * a) * 8), round((y1 + (y2 - y1) * a) * 8))
            q = (round((x1 + (x2 - x1) * b) * 8), round((y1 + (y2 - y1) * b) * 8))
            cv2.line(self.rgb, p, q, colour, thickness, cv2.LINE_AA if length > 4 else cv2.LINE_8, 3)


def union(boxes):
    boxes = [b for b in boxes if b]
    if not boxes:
        return None
    return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
