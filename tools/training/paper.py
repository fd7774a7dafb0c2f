"""Puts a line of ink on paper and through a scanner or phone: what the recogniser is given, HEIGHT pixels high, white about 1, ink about -1.

The last step, `flatten`, is the one that workers/handwriting/line_image.cpp does to a real crop: keep the two alike.
"""
import random

import cv2
import numpy as np

HEIGHT = 48
_RNG = np.random.default_rng()


def seed(value):
    global _RNG
    _RNG = np.random.default_rng(value)
    random.seed(value)
    np.random.seed(value % 2**32)


def _field(h, w, cell):
    """Smooth noise, about -1..1, changing over `cell` pixels."""
    small = _RNG.standard_normal((max(2, h // cell + 2), max(2, w // cell + 2)), dtype=np.float32)
    return cv2.resize(small, (w, h), interpolation=cv2.INTER_CUBIC)


def _pen(ink):
    """Changes the width of the strokes."""
    r = random.random()
    if r < 0.35:
        k = random.choice((2, 2, 3))
        ink = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (k, k)))
    elif r < 0.6:
        k = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2, 2))
        thin = cv2.erode(ink, k)
        ink = np.maximum(thin, (ink * 0.45).astype(np.uint8))
    return ink


def _crop(ink):
    rows = np.flatnonzero(ink.any(axis=1))
    return ink[rows[0] : rows[-1] + 1]


def _place(ink):
    """Slant, shear, elastic and perspective-like distortion, and scaling into the height, in one sampling step."""
    ink = _crop(ink)
    h, w = ink.shape
    share = random.choice((random.uniform(0.72, 1.0), random.uniform(0.72, 1.0), random.uniform(0.45, 0.8)))
    scale = HEIGHT * share / h
    squeeze = random.choice((1, random.uniform(0.6, 1.0), random.uniform(0.75, 1.25), random.uniform(1.0, 1.35)))
    slant = random.choice((0, random.gauss(0, 0.12), random.uniform(-0.35, 0.45)))
    left, right = random.choice((2, random.randint(0, 8), random.randint(4, 50))), random.choice((2, random.randint(0, 8), random.randint(4, 60)))
    width = int(w * scale * squeeze + abs(slant) * HEIGHT) + left + right
    top = random.uniform(-0.02, 1.02 - share) * HEIGHT if share < 1 else 0
    ys, xs = np.mgrid[0:HEIGHT, 0:width].astype(np.float32)
    turn = random.gauss(0, 0.008)
    v = ys - top - turn * (xs - width / 2)
    bend = random.gauss(0, random.choice((0.8, 2.0)))
    v += bend * np.sin(xs / max(60, width) * np.pi * random.uniform(0.5, 2.5) + random.uniform(0, 6.28))
    u = xs - left + slant * (ys - HEIGHT / 2) - (abs(slant) * HEIGHT / 2)
    strength = random.choice((0, 0.6, 1.0, 1.5, 2.2))
    if strength:
        u += strength * _field(HEIGHT, width, random.choice((10, 16, 24)))
        v += strength * 0.8 * _field(HEIGHT, width, random.choice((10, 16, 24)))
    sigma = max(0.0, 0.35 / max(scale, 1e-3) - 0.3)
    source = cv2.GaussianBlur(ink, (0, 0), sigma) if sigma > 0.3 else ink
    return cv2.remap(source, u / (scale * squeeze), v / scale, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0).astype(np.float32) / 255, left


def _leaders(shape, baseline):
    layer = np.zeros(shape, np.float32)
    h, w = shape
    y = baseline + random.gauss(0, 2)
    r = random.random()
    if r < 0.75:  # printed dot leaders
        step, radius = random.uniform(3.0, 11.0), random.uniform(0.5, 1.6)
        tilt = random.gauss(0, 0.004)
        x = random.uniform(0, step)
        stop = w if random.random() < 0.7 else random.uniform(0.3, 1) * w
        while x < stop:
            cv2.circle(layer, (int(x * 16), int((y + tilt * x) * 16)), max(5, int(radius * 16)), 1.0, -1, cv2.LINE_AA, 4)
            x += step
    else:
        dash = random.random() < 0.3
        x = 0.0
        while x < w:
            run = random.uniform(4, 7) if dash else w
            cv2.line(layer, (int(x * 16), int(y * 16)), (int(min(w, x + run) * 16), int((y + random.gauss(0, 0.3)) * 16)), 1.0, 1, cv2.LINE_AA, 4)
            x += run + 4
    return layer * random.uniform(0.4, 1.0)


def _neighbours(layer, other):
    """Remains of the line above or below, or of a word beside, cut by the crop."""
    h, w = layer.shape
    piece = _crop(other)
    s = random.uniform(0.45, 1.0) * HEIGHT / piece.shape[0]
    piece = cv2.resize(piece, (max(1, int(piece.shape[1] * s)), max(1, int(piece.shape[0] * s))), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    visible = random.randint(2, 11)
    if random.random() < 0.5:
        piece, y = piece[-visible:], 0
    else:
        piece, y = piece[:visible], h - min(visible, piece.shape[0])
    x = random.randint(-20, max(1, w // 2))
    x1, x2 = max(0, x), min(w, x + piece.shape[1])
    if x2 > x1:
        part = piece[:, x1 - x : x2 - x]
        region = layer[y : y + part.shape[0], x1:x2]
        np.maximum(region, part[: region.shape[0]], out=region)


def flatten(grey):
    """Paper to 1, the darkest ink to -1."""
    paper = np.percentile(grey, 80)
    ink = np.percentile(grey, 1.0)
    span = max(12.0, paper - ink)
    return np.clip(1 - 2 * (paper - grey) / span, -1.2, 1.2).astype(np.float32)


def photograph(ink, printed=False, neighbour=None):
    """One training picture (HEIGHT, width) float32 from a line of ink; `neighbour` is another line of ink for remains at the edges."""
    u = random.uniform
    layer, left = _place(_pen(ink))
    h, w = layer.shape
    layer *= u(0.75, 1.0)
    if random.random() < 0.35:  # the pen runs dry
        layer *= np.clip(1 + u(0.1, 0.45) * _field(h, w, random.choice((5, 12, 30))), 0.35, 1.1)
    other = np.zeros_like(layer)
    rows = np.flatnonzero(layer.max(axis=1) > 0.4)
    bottom = rows[-1] if rows.size else h - 8
    if random.random() < (0.15 if printed else 0.6):
        other = np.maximum(other, _leaders(layer.shape, bottom - u(-4, 13)))
    if neighbour is not None:
        _neighbours(other, neighbour)
    if not printed and random.random() < 0.10:  # the end of a printed label: a colon, a bracket, half a letter
        x, y = random.randint(0, max(0, left - 3)) if left > 4 else 0, bottom - random.randint(0, 4)
        r = random.random()
        if r < 0.5:
            for dy in (0, random.randint(9, 16)):
                cv2.circle(other, (x + 1, int(y - dy)), random.randint(1, 2), 1.0, -1, cv2.LINE_AA)
        elif r < 0.75:
            cv2.ellipse(other, (x - 4, int(y - 12)), (6, 18), 0, -70, 70, 1.0, random.randint(1, 2), cv2.LINE_AA)
        else:
            other[max(0, int(y) - random.randint(8, 30)) : int(y), 0 : random.randint(1, 3)] = 1.0
    if random.random() < 0.06:  # a ruling of the form
        x = random.choice((random.randint(0, 4), w - random.randint(1, 5)))
        other[:, max(0, x - 1) : x + 1] = u(0.5, 1)
    if random.random() < 0.05:
        y = random.choice((random.randint(0, 3), h - random.randint(1, 4)))
        other[y : y + random.randint(1, 2)] = u(0.5, 1)
    if random.random() < 0.07:  # a stamp over the writing, paler once its colour is filtered out
        centre, radius = (random.randint(0, w), random.randint(-40, 80)), random.randint(25, 75)
        ring = np.zeros_like(other)
        for k in range(random.randint(1, 3)):
            cv2.circle(ring, centre, max(3, radius - 6 * k), 1.0, random.randint(1, 2), cv2.LINE_AA)
        other = np.maximum(other, ring * np.clip(0.6 + 0.5 * _field(h, w, 6), 0, 1) * u(0.2, 0.7))
    if random.random() < 0.05:  # specks
        for _ in range(random.randint(1, 12)):
            cv2.circle(other, (random.randint(0, w), random.randint(0, h)), random.randint(0, 1), u(0.3, 1.0), -1)
    if not printed and random.random() < 0.04:  # an entry cancelled with a ruler, in the same ink
        y, tilt = bottom * u(0.3, 0.75), random.gauss(0, 1.5)
        cv2.line(layer, (0, int((y - tilt) * 16)), (w * 16, int((y + tilt) * 16)), u(0.7, 1.0), random.randint(1, 3), cv2.LINE_AA, 4)
    strength = np.maximum(layer, other * u(0.5, 1.0))
    blur = random.choice((0, 0, u(0.3, 0.8), u(0.5, 1.2)))
    if blur:
        strength = cv2.GaussianBlur(strength, (0, 0), blur)
    paper, contrast = u(150, 250), u(60, 215)
    grey = paper - min(contrast, paper - 5) * strength
    grey += u(0, 6) * _field(h, w, random.choice((20, 60, 200)))
    if random.random() < 0.3:
        grey += u(1, 5) * _field(h, w, 3)
    if random.random() < 0.6:
        grey += _RNG.standard_normal(grey.shape, dtype=np.float32) * u(0.5, 9)
    if random.random() < 0.25:  # low resolution: a small line of a page at 200 dpi
        f = u(0.3, 0.8)
        grey = cv2.resize(cv2.resize(grey, None, fx=f, fy=f, interpolation=cv2.INTER_AREA), (w, h), interpolation=cv2.INTER_LINEAR)
    if random.random() < 0.06:  # bilevel scan
        grey = np.where(grey < paper - contrast * u(0.3, 0.6), 0, 255).astype(np.float32)
        if random.random() < 0.5:
            grey = cv2.GaussianBlur(grey, (0, 0), u(0.3, 0.7))
    grey = np.clip(grey, 0, 255)
    if random.random() < 0.25:
        _, packed = cv2.imencode(".jpg", grey.astype(np.uint8), (cv2.IMWRITE_JPEG_QUALITY, random.randint(25, 85)))
        grey = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE).astype(np.float32)
    return flatten(grey)
