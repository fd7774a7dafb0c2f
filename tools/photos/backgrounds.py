"""What a page lies on: RGB pictures of a given size, drawn from a seed. Those of UNSEEN were drawn last and are for measuring only."""
import cv2
import numpy as np


def _noise(rng, h, w, cell, stretch=1.0):
    """Smooth noise, about -1..1, changing over `cell` pixels down and `cell * stretch` across."""
    small = rng.standard_normal((max(3, int(h / cell) + 3), max(3, int(w / (cell * stretch)) + 3))).astype(np.float32)
    return cv2.resize(small, (w, h), interpolation=cv2.INTER_CUBIC) * 0.6


def _tinted(value, colour):
    return np.clip(value[:, :, None] * np.float32(colour), 0, 255)


def _turned(picture, rng, size):
    """A square picture turned by any angle and cut to size."""
    h, w = size
    side = picture.shape[0]
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), rng.uniform(-40, 40), 1.3)
    turn[:, 2] += (w / 2 - side / 2, h / 2 - side / 2)
    return cv2.warpAffine(picture, turn, (w, h), borderMode=cv2.BORDER_REFLECT)


def wood(rng, h, w):
    side = max(h, w)
    base = rng.uniform(95, 190)
    y = np.linspace(0, rng.uniform(25, 60), side, dtype=np.float32)[:, None]
    wave = _noise(rng, side, side, side / 6, 4)
    grain = np.sin((y + wave * 2.5) * 6.28) * 9 + _noise(rng, side, side, 6, 40) * 10
    value = base + grain
    for _ in range(rng.integers(1, 5)):  # gaps between boards
        at = rng.integers(0, side)
        value[at : at + rng.integers(4, 14)] *= 0.45
    return _turned(_tinted(value / 160, (176, 132, 92)), rng, (h, w))


def dark_cloth(rng, h, w):
    value = rng.uniform(18, 55) + _noise(rng, h, w, 3) * 5 + _noise(rng, h, w, max(h, w) / 4) * 8
    return _tinted(value, rng.uniform(0.85, 1.15, 3))


def white_clutter(rng, h, w):
    """A white table with other papers, pens and a cup on it."""
    picture = _tinted(rng.uniform(178, 214) + _noise(rng, h, w, max(h, w) / 3) * 6 + _noise(rng, h, w, 4) * 1.5, rng.uniform(0.96, 1.03, 3))
    side = max(h, w)
    for _ in range(rng.integers(2, 6)):  # other papers, some printed
        centre, size = (int(rng.uniform(0, w)), int(rng.uniform(0, h))), (int(side * rng.uniform(0.2, 0.6)), int(side * rng.uniform(0.15, 0.4)))
        box = cv2.boxPoints((centre, size, float(rng.uniform(0, 90)))).astype(np.int32)
        shade = np.zeros((h, w), np.float32)
        cv2.fillPoly(shade, [box + 6], 1)
        picture *= 1 - 0.25 * cv2.GaussianBlur(shade, (0, 0), 8)[:, :, None]
        level = float(rng.uniform(195, 240))
        cv2.fillPoly(picture, [box], (level, level, level * float(rng.uniform(0.9, 1))))
        a, b, _, d = box.astype(np.float32)
        for line in range(3, int(rng.integers(4, 26))):
            t = line / 27
            p, q = a + (d - a) * t + (b - a) * 0.08, a + (d - a) * t + (b - a) * rng.uniform(0.5, 0.92)
            cv2.line(picture, tuple(int(v) for v in p), tuple(int(v) for v in q), (90, 90, 95), max(2, side // 800), cv2.LINE_AA)
    for _ in range(rng.integers(1, 4)):  # pens
        p = (int(rng.uniform(0, w)), int(rng.uniform(0, h)))
        angle, length = rng.uniform(0, 6.28), side * 0.2
        q = (int(p[0] + np.cos(angle) * length), int(p[1] + np.sin(angle) * length))
        cv2.line(picture, p, q, tuple(float(v) for v in rng.uniform(10, 180, 3)), max(6, side // 110), cv2.LINE_AA)
    cv2.circle(picture, (int(rng.uniform(0, w)), int(rng.uniform(0, h))), int(side * 0.06), tuple(float(v) for v in rng.uniform(40, 200, 3)), -1, cv2.LINE_AA)
    return picture


def concrete(rng, h, w):
    value = rng.uniform(105, 150) + _noise(rng, h, w, 3) * 9 + _noise(rng, h, w, 40) * 7 + _noise(rng, h, w, max(h, w) / 3) * 10
    return _tinted(value, rng.uniform(0.95, 1.05, 3))


def checked_cloth(rng, h, w):
    side = max(h, w)
    cell = int(rng.uniform(60, 160))
    a = ((np.arange(side) // cell) % 2).astype(np.float32)
    pattern = (a[:, None] + a[None, :]) / 2
    colour = rng.uniform(60, 200, 3).astype(np.float32)
    picture = 235 + (colour - 235) * pattern[:, :, None] + _noise(rng, side, side, 3)[:, :, None] * 6
    return _turned(np.clip(picture, 0, 255).astype(np.float32), rng, (h, w))


def marble(rng, h, w):
    value = rng.uniform(165, 215) + _noise(rng, h, w, max(h, w) / 5) * 10
    vein = np.abs(_noise(rng, h, w, max(h, w) / 4) + 0.5 * _noise(rng, h, w, max(h, w) / 15))
    return _tinted(value - 70 * np.exp(-vein * 25), rng.uniform(0.95, 1.03, 3))


def cutting_mat(rng, h, w):
    side = max(h, w)
    picture = _tinted(rng.uniform(60, 95) + _noise(rng, side, side, 3) * 4, (0.55, 1.15, 0.85))
    step = int(rng.uniform(90, 180))
    picture[::step] = picture[:, ::step] = (190, 205, 160)
    picture[1::step] = picture[:, 1::step] = (190, 205, 160)
    return _turned(picture.astype(np.float32), rng, (h, w))


def newspaper(rng, h, w):
    side = max(h, w)
    picture = _tinted(rng.uniform(185, 215) + _noise(rng, side, side, 4) * 5, (1, 0.98, 0.93))
    column, line = int(rng.uniform(260, 420)), int(rng.uniform(22, 34))
    for x in range(0, side, column):
        for y in range(0, side, line):
            if rng.random() < 0.93:
                end = x + 15
                while end < x + column - 50:
                    word = int(rng.uniform(20, 90))
                    cv2.rectangle(picture, (end, y), (min(end + word, x + column - 20), y + line // 2), (95, 95, 95), -1)
                    end += word + 9
    return _turned(picture.astype(np.float32), rng, (h, w))


SEEN = {f.__name__: f for f in (wood, dark_cloth, white_clutter, concrete)}
UNSEEN = {f.__name__: f for f in (checked_cloth, marble, cutting_mat, newspaper)}
