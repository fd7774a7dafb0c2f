"""Small photographs of paper for the outline network: page or book on anything, in any light. One seed, one endless sequence of scenes.

A scene is (RGB picture with a fourth channel, its paper as a mask of half the size). The fourth channel is what an earlier look at a larger part took
for paper, as it would have been told: coarse and a little wrong; in a first look 128 everywhere. Geometry is the pinhole camera of tools/photos; what lies around the paper is drawn from
noise, gratings, cells, clutter and, when a folder of pictures is given, pieces of real ones. No background of `tools/photos/backgrounds.py` is used:
those are for measuring."""
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from photos import scene  # noqa: E402

SHAPES = ((192, 256), (256, 192), (256, 256), (128, 256), (256, 128))  # width, height: what six halvings divide
OVER = 1.5  # drawn larger than learned from, so that edges fall between pixels
STEP = 8


def _noise(rng, h, w, cell, stretch=1.0):
    small = rng.standard_normal((max(3, int(h / cell) + 3), max(3, int(w / (cell * stretch)) + 3))).astype(np.float32)
    return cv2.resize(small, (w, h), interpolation=cv2.INTER_CUBIC)


def _octaves(rng, h, w):
    """Noise of several sizes, 0..1, drawn out in one direction as wood or cloth is."""
    stretch = float(np.exp(rng.uniform(0, 3))) if rng.random() < 0.4 else 1.0
    fall, cell, value, weight = rng.uniform(0.3, 1.1), float(rng.uniform(1.0, 3)), 0, 1.0
    while cell < max(h, w):
        value = value + weight * _noise(rng, h, w, cell, stretch)
        weight, cell = weight * 2**fall, cell * 2.2
    low, high = np.percentile(value, (2, 98))
    return np.clip((value - low) / (high - low + 1e-6), 0, 1)


def _colour(rng, light=None):
    level = rng.uniform(15, 245) if light is None else light
    return np.clip(level * (1 + rng.normal(0, rng.choice([0.03, 0.25, 0.5]), 3)), 0, 255).astype(np.float32)


def _two_colours(rng, value):
    """0..1 to colours, weak or strong contrast; one of them often as light as paper, which then touches it unseen."""
    a = _colour(rng)
    if rng.random() < 0.3:
        b = np.clip(rng.uniform(205, 250) * (1 + rng.normal(0, 0.03, 3)), 0, 255).astype(np.float32)
        return a + (b - a) * value[:, :, None]
    b = _colour(rng) if rng.random() < 0.6 else np.clip(a * rng.uniform(0.7, 1.3), 0, 255)
    return a + (b - a) * value[:, :, None]


def _grating(rng, h, w):
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    if rng.random() < 0.6:
        bend = rng.uniform(0, 12)
        xx = xx + bend * _noise(rng, h, w, rng.uniform(30, 150))
        yy = yy + bend * _noise(rng, h, w, rng.uniform(30, 150))
    first, square = rng.uniform(0, np.pi), rng.random() < 0.6
    waves = []
    for i in range(rng.integers(1, 4)):
        angle = first + i * np.pi / 2 * (1 if rng.random() < 0.8 else rng.uniform(0.3, 1))
        period, share = float(np.exp(rng.uniform(np.log(4), np.log(90)))), rng.uniform(0.06, 0.6)
        phase = ((xx * np.cos(angle) + yy * np.sin(angle)) / period + rng.random()) % 1
        waves.append((phase < share).astype(np.float32) if square else 0.5 + 0.5 * np.sin(phase * 2 * np.pi))
    join = rng.integers(0, 3)
    value = np.mean(waves, 0) if join == 0 else np.max(waves, 0) if join == 1 else np.abs(waves[0] - waves[-1]) if len(waves) > 1 else waves[0]
    return _two_colours(rng, np.float32(value)) + _noise(rng, h, w, 1.5)[:, :, None] * rng.uniform(0, 8)


def _cells(rng, h, w):
    count = int(np.exp(rng.uniform(np.log(12), np.log(900))))
    seeds = np.full((h, w), 255, np.uint8)
    if rng.random() < 0.4:  # rows, as tiles and keys lie
        rows = max(2, int(np.sqrt(count)))
        for r in range(rows):
            for c in range(rows):
                x, y = ((c + 0.5 * (r % 2)) * w / rows, (r + 0.5) * h / rows) + rng.normal(0, 0.6, 2)
                seeds[int(np.clip(y, 0, h - 1)), int(np.clip(x, 0, w - 1))] = 0
    else:
        seeds[rng.integers(0, h, count), rng.integers(0, w, count)] = 0
    away, label = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5)
    each = rng.random(int(label.max()) + 1).astype(np.float32)[label]
    away = away / (away.max() + 1e-6)
    return _two_colours(rng, np.clip(each * rng.uniform(0, 1) + away * rng.uniform(0, 2), 0, 1)) + _noise(rng, h, w, 1.5)[:, :, None] * 3


def _strokes(rng, h, w, picture, ink, share=1.0):
    """Lines of writing or print over a picture, at any pitch."""
    pitch = rng.uniform(3.5, 12)
    left, right = w * rng.uniform(0.02, 0.18), w * rng.uniform(0.75, 0.99)
    y = h * rng.uniform(0.02, 0.25)
    while y < h * rng.uniform(0.6, 1.0) * share:
        x = left + (rng.uniform(0, 0.4) * w if rng.random() < 0.15 else 0)
        end = right if rng.random() < 0.75 else rng.uniform(left, right)
        while x < end:
            word = rng.uniform(0.6, 4) * pitch
            tall = pitch * rng.uniform(0.3, 0.5)
            cv2.rectangle(picture, (int(x * 8), int(y * 8)), (int(min(x + word, end) * 8), int((y + tall) * 8)), ink.tolist(), -1, cv2.LINE_AA, 3)
            x += word + pitch * rng.uniform(0.25, 0.7)
        y += pitch * (1 if rng.random() < 0.9 else rng.uniform(1.5, 4))


def _clutter(rng, h, w, picture, count):
    """Papers, books, pens, cups, anything with edges of its own, each with a little shadow."""
    for _ in range(count):
        x, y, size = rng.uniform(0, w), rng.uniform(0, h), max(h, w) * rng.uniform(0.05, 0.6)
        colour = _colour(rng, rng.uniform(170, 245) if rng.random() < 0.5 else None)
        mask = np.zeros((h, w), np.uint8)
        kind = rng.random()
        if kind < 0.65:
            box = cv2.boxPoints(((x, y), (size, size * rng.uniform(0.08, 1)), float(rng.uniform(0, 180))))
            cv2.fillPoly(mask, [np.int32(box * 16)], 255, cv2.LINE_AA, 4)
        elif kind < 0.85:
            cv2.ellipse(mask, (int(x), int(y)), (int(size / 3), int(size / 3 * rng.uniform(0.4, 1))), rng.uniform(0, 180), 0, 360, 255, -1, cv2.LINE_AA)
        else:
            angle = rng.uniform(0, np.pi)
            cv2.line(mask, (int(x), int(y)), (int(x + np.cos(angle) * size), int(y + np.sin(angle) * size)), 255, int(rng.integers(2, 9)), cv2.LINE_AA)
        if rng.random() < 0.7:
            shade = cv2.GaussianBlur(np.roll(mask, rng.integers(-4, 5, 2), (0, 1)), (0, 0), rng.uniform(0.7, 5)).astype(np.float32) / 255
            picture *= 1 - rng.uniform(0.1, 0.5) * shade[:, :, None]
        inner = np.broadcast_to(colour, picture.shape).copy()
        if rng.random() < 0.4:
            _strokes(rng, h, w, inner, colour * rng.uniform(0.2, 0.8))
        alpha = mask.astype(np.float32)[:, :, None] / 255
        picture[:] = picture * (1 - alpha) + inner * alpha


def _skin(rng):
    return np.float32((rng.uniform(150, 235), rng.uniform(95, 170), rng.uniform(70, 140)))


class Scenes:
    def __init__(self, pages, real, seed):
        """pages: RGB pictures of pages, some hundred pixels high. real: RGB pictures of anything but pages."""
        self.pages, self.real, self.rng = pages, real, np.random.default_rng(seed)

    def _ground(self, h, w):
        rng = self.rng
        kind = rng.random()
        if kind < 0.22:
            picture = _two_colours(rng, _octaves(rng, h, w))
        elif kind < 0.44:
            picture = _grating(rng, h, w)
        elif kind < 0.56:
            picture = _cells(rng, h, w)
        elif kind < 0.72:  # plain, white tables among them
            picture = np.broadcast_to(_colour(rng, rng.uniform(165, 250) if rng.random() < 0.5 else None), (h, w, 3)).copy()
            picture = picture + _noise(rng, h, w, rng.uniform(1, 4))[:, :, None] * rng.uniform(0, 6)
        elif kind < 0.80:  # written or printed on
            picture = np.broadcast_to(_colour(rng, rng.uniform(150, 240)), (h * 2, w * 2, 3)).copy()
            _strokes(rng, h * 2, w * 2, picture, _colour(rng, rng.uniform(10, 130)), 1.5)
            turn = cv2.getRotationMatrix2D((w, h), rng.uniform(0, 360), rng.uniform(0.8, 1.6))
            picture = cv2.warpAffine(picture, turn, (2 * w, 2 * h), borderMode=cv2.BORDER_REFLECT)[h // 2 : h // 2 + h, w // 2 : w // 2 + w]
        elif self.real:
            piece = self.real[rng.integers(len(self.real))]
            share = rng.uniform(0.25, 1)
            ph, pw = int(piece.shape[0] * share), int(piece.shape[1] * share)
            y, x = rng.integers(0, piece.shape[0] - ph + 1), rng.integers(0, piece.shape[1] - pw + 1)
            picture = cv2.resize(piece[y : y + ph, x : x + pw], (w, h), interpolation=cv2.INTER_CUBIC).astype(np.float32)
            if rng.random() < 0.5:
                picture = np.rot90(cv2.resize(picture, (h, w)), 1 if rng.random() < 0.5 else 3).copy()
            picture *= rng.uniform(0.6, 1.3, 3).astype(np.float32) ** rng.uniform(0, 1)
        else:
            picture = _two_colours(rng, _octaves(rng, h, w))
        return np.float32(picture)

    def _background(self, h, w):
        rng = self.rng
        picture = self._ground(h, w)
        if rng.random() < 0.25:  # where a table ends
            other = self._ground(h, w)
            at, angle = rng.uniform(0, 1, 2) * (w, h), rng.uniform(0, 2 * np.pi)
            yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
            side = np.clip((xx - at[0]) * np.cos(angle) + (yy - at[1]) * np.sin(angle) + 0.5, 0, 1)[:, :, None]
            picture = picture * (1 - side) + other * side
        if rng.random() < 0.45:
            _clutter(rng, h, w, picture, int(rng.integers(1, 9)))
        return picture

    def _page(self, h, w, book):
        """What stands on the paper: RGB of about h x w."""
        rng = self.rng
        if rng.random() < 0.5:
            page = self.pages[rng.integers(len(self.pages))]
            if rng.random() < 0.3:  # a piece of it: larger writing, other margins
                share = rng.uniform(0.4, 1)
                ph, pw = int(page.shape[0] * share), int(page.shape[1] * share)
                y, x = rng.integers(0, page.shape[0] - ph + 1), rng.integers(0, page.shape[1] - pw + 1)
                page = page[y : y + ph, x : x + pw]
            return cv2.resize(page, (w, h), interpolation=cv2.INTER_AREA).astype(np.float32)
        kind = rng.random()
        level = rng.uniform(225, 255) if kind < 0.6 else rng.uniform(120, 235)
        paper = np.clip(level * np.float32((1, rng.uniform(0.9, 1.01), rng.uniform(0.7, 1.01))), 0, 255) if kind < 0.93 else _colour(rng, rng.uniform(60, 240))
        page = np.broadcast_to(np.float32(paper), (h, w, 3)).copy()
        ink = _colour(rng, rng.uniform(10, 110))
        for left, right in ((0, w // 2), (w // 2, w)) if book else ((0, w),):
            if rng.random() < 0.9:
                leaf = page[:, left:right].copy()
                _strokes(rng, h, right - left, leaf, ink)
                page[:, left:right] = leaf
        if rng.random() < 0.35:  # a table or a frame
            x0, y0, x1, y1 = (np.float32((rng.uniform(0.01, 0.15), rng.uniform(0.01, 0.3), rng.uniform(0.85, 0.99), rng.uniform(0.7, 0.99))) * (w, h, w, h)).astype(int)
            tone = [float(v) for v in ink]
            cv2.rectangle(page, (x0, y0), (x1, y1), tone, 1)
            for _ in range(rng.integers(0, 12)):
                x = int(rng.uniform(x0, x1))
                cv2.line(page, (x, y0), (x, y1), tone, 1, cv2.LINE_AA)
            for _ in range(rng.integers(0, 24)):
                y = int(rng.uniform(y0, y1))
                cv2.line(page, (x0, y), (x1, y), tone, 1, cv2.LINE_AA)
        if rng.random() < 0.25:  # a stamp or a picture
            cv2.circle(page, (int(rng.uniform(0, w)), int(rng.uniform(0, h))), int(min(h, w) * rng.uniform(0.05, 0.15)), (200.0, 60.0, 70.0), int(rng.choice([-1, 2])), cv2.LINE_AA)
        return page

    def one(self, shape):
        """(picture, paper): uint8 of four channels and shape (w, h), and 0..1 float of half that size."""
        rng = self.rng
        w, h = int(shape[0] * OVER), int(shape[1] * OVER)
        ground = self._background(h, w)
        there, near = np.zeros((h, w), np.float32), 0
        picture = ground
        kind = rng.random()
        if kind < 0.90:
            picture, there, near = self._with_page(ground, h, w)
        elif kind < 0.96:
            picture, there = self._scanned(h, w)
        picture *= self._light(h, w)[:, :, None]
        if rng.random() < 0.15:  # a lamp mirrored
            yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
            spot = np.exp(-((xx - rng.uniform(0, w)) ** 2 + (yy - rng.uniform(0, h)) ** 2) / (2 * (rng.uniform(0.03, 0.15) * h) ** 2))
            picture += spot[:, :, None] * rng.uniform(60, 260)
        if rng.random() < 0.6:
            picture *= rng.uniform(0.82, 1.18, 3).astype(np.float32)
        picture = np.clip(picture * rng.uniform(0.55, 1.25), 0, 255)
        if rng.random() < 0.3:
            picture = 255 * (picture / 255) ** np.float32(rng.uniform(0.6, 1.6))
        if rng.random() < 0.5:
            picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 1.3))
        picture = cv2.resize(picture, shape, interpolation=cv2.INTER_AREA)
        picture = picture + rng.standard_normal(picture.shape[:2] + (1,)).astype(np.float32) * rng.uniform(0, 5)
        if rng.random() < 0.12:
            picture = np.repeat(picture.mean(2, keepdims=True), 3, 2)
        known = self._known(there, near, shape) if near else np.full((shape[1], shape[0]), 128, np.uint8)
        return np.dstack([np.clip(picture, 0, 255).astype(np.uint8), known]), cv2.resize(there, (shape[0] // 2, shape[1] // 2), interpolation=cv2.INTER_AREA)

    def _known(self, there, near, shape):
        """What the look at the whole tells of a part of it: moved, dull, wrong here and there."""
        rng = self.rng
        h, w = there.shape
        yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
        off = OVER * near * rng.uniform(0.3, 2.5)
        told = cv2.remap(there, xx + off * _noise(rng, h, w, rng.uniform(30, 150)), yy + off * _noise(rng, h, w, rng.uniform(30, 150)),
                         cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        if rng.random() < 0.3:
            spot = np.zeros((h, w), np.float32)
            cv2.circle(spot, (int(rng.uniform(0, w)), int(rng.uniform(0, h))), int(rng.uniform(4, 40)), 1, -1)
            told = np.clip(told + spot * rng.choice([-1, 1]), 0, 1)
        told = cv2.GaussianBlur(told, (0, 0), OVER * near * rng.uniform(0.8, 1.6))
        return np.uint8(255 * np.clip(cv2.resize(told, shape, interpolation=cv2.INTER_AREA), 0, 1))

    def _scanned(self, h, w):
        """Paper all over, or up to a strip of the scanner's lid."""
        rng = self.rng
        picture, there = self._page(h, w, rng.random() < 0.2), np.ones((h, w), np.float32)
        for side in range(4):
            if rng.random() < 0.25:
                thick = int(max(h, w) * rng.uniform(0.005, 0.08))
                strip = (slice(0, thick), slice(None)) if side == 0 else (slice(-thick, None), slice(None)) if side == 1 else (slice(None), slice(0, thick)) if side == 2 else (slice(None), slice(-thick, None))
                picture[strip], there[strip] = _colour(rng, rng.choice([rng.uniform(0, 60), rng.uniform(120, 255)])), 0
        return picture, there

    def _with_page(self, ground, h, w):
        rng = self.rng
        book = rng.random() < 0.2
        ratio = 1.414 if rng.random() < 0.6 else rng.uniform(0.9, 2.4)
        upright = (rng.random() < 0.9) == (h >= w)
        long_side = rng.uniform(180, 420)
        paper = np.array([long_side / ratio, long_side] if upright else [long_side, long_side / ratio])
        curl = "book" if book else str(rng.choice(["none", "none", "spine", "bend", "wave"]))
        near = rng.uniform(0.95, 2.6) if rng.random() < 0.35 else 0  # a second look at a part of the picture shows a side or a corner
        away = near / 2 - 0.25 if near else 0.06
        seen = scene.sight(rng, paper, (w, h), curl, tilt=float(rng.choice([12, 25, 36])), roll=float(rng.choice([5, 12, 40])),
                           fill=(near, near + 0.01) if near else (0.55, 0.99), shift=tuple(rng.uniform(-away, away, 2)), step=STEP)
        across, down = scene.enlarged(seen.across, (w, h), STEP), scene.enlarged(seen.down, (w, h), STEP)
        px = paper / max(paper) * max(h, w) * 0.95
        page = self._page(int(px[1]), int(px[0]), book)
        ph, pw = page.shape[:2]
        if rng.random() < 0.1:  # paper on paper of its own colour
            tone = np.median(page[:: max(1, ph // 40), :: max(1, pw // 40)].reshape(-1, 3), 0) * rng.uniform(0.93, 1.05)
            ground = np.broadcast_to(np.float32(tone), (h, w, 3)) + _noise(rng, h, w, rng.uniform(1, 4))[:, :, None] * rng.uniform(0, 3)
        look = cv2.remap(page, across / np.float32(paper[0]) * pw - 0.5, down / np.float32(paper[1]) * ph - 0.5, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        look *= np.clip(1 + rng.uniform(-0.5, 0.5) * scene.enlarged(seen.slope, (w, h), STEP), 0.3, 1.5)[:, :, None]
        if book and rng.random() < 0.8:  # the fold lies in its own shadow
            look *= (1 - rng.uniform(0.1, 0.6) * np.exp(-((across - paper[0] / 2) / rng.uniform(3, 16)) ** 2))[:, :, None]
        if rng.random() < 0.5:
            look *= rng.uniform(0.78, 1.0) * rng.uniform(0.94, 1.03, 3).astype(np.float32)
        if rng.random() < 0.3:
            look *= 1 - rng.uniform(0.02, 0.2) * _octaves(rng, h, w)[:, :, None]
        px_mm = seen.pixels_per_mm
        inside = np.minimum(np.minimum(across, np.float32(paper[0]) - across), np.minimum(down, np.float32(paper[1]) - down)) * px_mm
        if rng.random() < 0.15:  # worn edges
            inside = inside - np.clip(_noise(rng, h, w, rng.uniform(3, 12)), 0, 2) * rng.uniform(0.2, 1.5)
        alpha = np.clip(inside + 0.5, 0, 1)
        if rng.random() < 0.25:  # further leaves under it, a little beside
            leaves = int(rng.integers(1, 5))
            spread, tone = rng.uniform(0.5, 3), rng.uniform(0.75, 1.0)
            sides = rng.random(4) < 0.5
            for leaf in range(leaves, 0, -1):
                reach = [leaf * spread if s else 0 for s in sides]
                more = np.minimum(np.minimum(across + reach[0] / px_mm, np.float32(paper[0]) - across + reach[1] / px_mm),
                                  np.minimum(down + reach[2] / px_mm, np.float32(paper[1]) - down + reach[3] / px_mm)) * px_mm
                cover = np.clip(more + 0.5, 0, 1)[:, :, None]
                leaf_tone = page.max((0, 1)) * tone * rng.uniform(0.85, 1)
                ground = ground * (1 - cover) + leaf_tone * cover
                ground *= (1 - rng.uniform(0.1, 0.5) * np.clip(1 - np.abs(more - 0.3), 0, 1))[:, :, None]
        contact = np.clip(1 + inside / rng.uniform(1, 8), 0, 1) ** 2
        ground = ground * (1 - rng.uniform(0, 0.5) * contact)[:, :, None]
        picture = ground * (1 - alpha[:, :, None]) + look * alpha[:, :, None]
        if rng.random() < 0.12:  # fingers hold it
            for _ in range(rng.integers(1, 5)):
                side = rng.integers(4)
                at = seen.corners[side] + (seen.corners[(side + 1) % 4] - seen.corners[side]) * rng.uniform(0.1, 0.9)
                out = at - np.array([w / 2, h / 2])
                out = out / (np.linalg.norm(out) + 1e-6) * max(h, w) * 0.4
                thick = int(max(h, w) * rng.uniform(0.03, 0.06))
                cv2.line(picture, tuple(int(v) for v in at), tuple(int(v) for v in at + out), tuple(float(v) for v in _skin(rng)), thick, cv2.LINE_AA)
        return picture, alpha, near

    def _light(self, h, w):
        rng = self.rng
        yy, xx = np.mgrid[0:h:4, 0:w:4].astype(np.float32)
        angle = rng.uniform(0, 6.28)
        ramp = (np.cos(angle) * (xx / w - 0.5) + np.sin(angle) * (yy / h - 0.5)) * rng.uniform(0, 0.7)
        light = 1 + ramp - ramp.max()
        for _ in range(rng.integers(0, 3)):  # shadows, hard or soft
            points = (rng.uniform(-0.3, 1.3, 2) + rng.uniform(-0.7, 0.7, (int(rng.integers(3, 7)), 2))) * (light.shape[1], light.shape[0])
            mask = np.zeros(light.shape, np.float32)
            cv2.fillPoly(mask, [cv2.convexHull(points.astype(np.int32))], 1)
            light *= 1 - rng.uniform(0.1, 0.55) * cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.6, 14))
        if rng.random() < 0.3:
            light *= 1 - rng.uniform(0, 0.5) * ((xx / w - 0.5) ** 2 + (yy / h - 0.5) ** 2)
        return np.clip(cv2.resize(light, (w, h), interpolation=cv2.INTER_LINEAR), 0.15, 1)
