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


def rattan_mat(rng, h, w):
    """A woven mat: strips over and under each other, some dyed."""
    side = max(h, w)
    strip = int(rng.uniform(26, 70))
    yy, xx = np.mgrid[0:side, 0:side]
    column, row = xx // strip, yy // strip
    over = (column + row) % 2 == 0
    across = np.where(over, xx % strip, yy % strip) / strip
    value = 0.72 + 0.28 * np.sin(np.pi * across) + _noise(rng, side, side, 5, 3) * 0.05
    straw = np.float32((206, 172, 108)) * rng.uniform(0.7, 1.1)
    dyed = np.isin(column, rng.integers(0, side // strip + 1, int(rng.integers(2, 14)))) & over
    colour = np.where(dyed[:, :, None], np.float32(rng.uniform(40, 150, 3)), straw)
    return _turned(np.clip(colour * np.float32(value)[:, :, None], 0, 255).astype(np.float32), rng, (h, w))


def patterned_tiles(rng, h, w):
    """Cement tiles with an ornament that four of them make whole."""
    side, tile = max(h, w), int(rng.uniform(260, 700))
    yy, xx = np.mgrid[0:tile, 0:tile].astype(np.float32) / tile
    picture = np.empty((tile, tile, 3), np.float32)
    picture[:] = rng.uniform(190, 235)
    for _ in range(rng.integers(3, 6)):
        colour, reach, petals = np.float32(rng.uniform(40, 220, 3)), rng.uniform(0.15, 0.7), rng.integers(1, 5)
        for corner in ((0, 0), (0, 1), (1, 0), (1, 1)) if rng.random() < 0.7 else ((0.5, 0.5),):
            r, angle = np.hypot(xx - corner[0], yy - corner[1]), np.arctan2(yy - corner[1], xx - corner[0])
            edge = reach * (0.7 + 0.3 * np.cos(4 * petals * angle))
            picture[(r < edge) & (r > edge - rng.uniform(0.05, 0.25))] = colour
    picture[:5] = picture[:, :5] = rng.uniform(90, 160)
    picture = np.tile(picture, (side // tile + 1, side // tile + 1, 1))[:side, :side]
    return _turned(np.clip(picture + _noise(rng, side, side, 3)[:, :, None] * 5, 0, 255).astype(np.float32), rng, (h, w))


def glass_table(rng, h, w):
    """Glass over green cloth with papers and small photographs under it, a window mirrored in it."""
    picture = _tinted(rng.uniform(45, 80) + _noise(rng, h, w, 4) * 4, (0.6, 1.1, 0.8))
    side = max(h, w)
    for _ in range(rng.integers(4, 11)):
        centre, size = (int(rng.uniform(0, w)), int(rng.uniform(0, h))), (int(side * rng.uniform(0.06, 0.35)), int(side * rng.uniform(0.06, 0.28)))
        box = cv2.boxPoints((centre, size, float(rng.choice([0, 2, 5, 87, 91])))).astype(np.int32)
        cv2.fillPoly(picture, [box], tuple(float(v) for v in rng.uniform(70, 215) * rng.uniform(0.8, 1.05, 3)))
    window = np.zeros((h, w), np.float32)
    x, y = rng.uniform(0, 0.7) * w, rng.uniform(0, 0.7) * h
    for pane in range(3):
        box = np.int32([[x + pane * w * 0.13, y], [x + pane * w * 0.13 + w * 0.11, y + h * 0.03], [x + pane * w * 0.13 + w * 0.13, y + h * 0.33], [x + pane * w * 0.13 + w * 0.02, y + h * 0.30]])
        cv2.fillPoly(window, [box], 1)
    return np.clip(picture + cv2.GaussianBlur(window, (0, 0), 6)[:, :, None] * rng.uniform(40, 110), 0, 255).astype(np.float32)


def notebook_sheets(rng, h, w):
    """Squared sheets of a school-book, written on, over each other: paper under paper."""
    picture = _tinted(rng.uniform(120, 170) + _noise(rng, h, w, 5) * 5, (1, 0.9, 0.8))
    side = max(h, w)
    for _ in range(rng.integers(5, 10)):
        sheet = np.empty((int(side * 0.55), int(side * 0.4), 3), np.float32)
        sheet[:] = np.float32((rng.uniform(225, 245),) * 2 + (rng.uniform(205, 240),))
        step = int(side * rng.uniform(0.008, 0.014))
        sheet[::step] = sheet[:, ::step] = np.float32((165, 180, 215))
        sheet[:, int(sheet.shape[1] * 0.12) :][:, :3] = np.float32((215, 110, 120))
        for y in range(3 * step, sheet.shape[0] - 2 * step, 2 * step):
            x = int(sheet.shape[1] * 0.14)
            while x < sheet.shape[1] * rng.uniform(0.5, 0.95):
                word = int(rng.uniform(1, 5) * step)
                along = np.linspace(0, 1, 14)
                line = np.stack([x + along * word, y + np.sin(along * 25 + rng.uniform(0, 6)) * step * 0.4], 1)
                cv2.polylines(sheet, [np.int32(line)], False, (45, 60, 140), max(2, step // 9), cv2.LINE_AA)
                x += word + step
        turn = cv2.getRotationMatrix2D((sheet.shape[1] / 2, sheet.shape[0] / 2), rng.uniform(0, 360), 1)
        turn[:, 2] += rng.uniform(0, 1, 2) * (w, h) - np.array([sheet.shape[1], sheet.shape[0]]) / 2
        there = cv2.warpAffine(np.ones(sheet.shape[:2], np.float32), turn, (w, h))[:, :, None]
        picture = picture * (1 - 0.2 * cv2.GaussianBlur(there, (0, 0), 7)[:, :, None]) * (1 - there) + cv2.warpAffine(sheet, turn, (w, h)) * there
    return np.clip(picture, 0, 255).astype(np.float32)


SEEN = {f.__name__: f for f in (wood, dark_cloth, white_clutter, concrete, checked_cloth)}
UNSEEN = {f.__name__: f for f in (marble, cutting_mat, newspaper, rattan_mat, patterned_tiles, glass_table, notebook_sheets)}
