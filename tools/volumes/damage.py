"""What time and the scanner do to a page: bends it, fades it, stains it; the truth's boxes go with it. Level 0 does nothing."""
import random

import cv2
import numpy as np

CELL = 32  # pixels between the places the bend is computed at


def age(rgb, truth, level, spread, dpi):
    """(picture, truth with boxes moved along, what was done). Level 1 is a fair scan, 2 a poor one, 3 a phone's photograph."""
    if level == 0:
        return rgb, truth, []
    done = []
    rgb, truth = _bend(rgb, truth, level, spread, dpi, done)
    return _photometry(rgb, level, dpi, done), truth, done


def _bend(rgb, truth, level, spread, dpi, done):
    h, w = rgb.shape[:2]
    u = random.uniform
    skew = np.deg2rad(u(-1, 1) * (0.6, 1.8, 2.5)[level - 1])
    curve = u(0.2, 1.0) * (0.0, 3.0, 4.0)[level - 1] / 25.4 * dpi if random.random() < 0.75 else 0.0  # bow near the fold
    wave = u(0.0, 0.5) * (0.4, 1.0, 1.5)[level - 1] / 25.4 * dpi
    phase, waves = u(0, 6.28), u(0.6, 1.6)
    corners = np.float32([[0, 0], [w, 0], [w, h], [0, h]])
    if level == 3:
        k = 0.035
        moved = corners + np.float32([[u(0, k) * w, u(0, k) * h], [-u(0, k) * w, u(0, k) * h], [-u(0, k) * w, -u(0, k) * h], [u(0, k) * w, -u(0, k) * h]])
        done.append("perspective")
    else:
        moved = corners
    rotate = np.array([[np.cos(skew), -np.sin(skew), 0], [np.sin(skew), np.cos(skew), 0], [0, 0, 1]], np.float64)
    centre = np.array([[1, 0, w / 2], [0, 1, h / 2], [0, 0, 1.0]])
    forward = cv2.getPerspectiveTransform(corners, moved).astype(np.float64) @ centre @ rotate @ np.linalg.inv(centre)
    done.append(f"skew {np.rad2deg(skew):.2f}")
    if curve:
        done.append(f"curvature {curve / dpi * 25.4:.1f} mm")
    fold = 0.5 if spread else (0.0 if random.random() < 0.5 else 1.0)

    def bow(x, y):  # how far below its flat place a point of the bent paper lies
        return curve * np.exp(-np.abs(x / w - fold) * 9) * (0.6 + 0.8 * (1 - y / h)) + wave * np.sin(waves * 2 * np.pi * x / w + phase)

    back = np.linalg.inv(forward)
    columns, rows = -(-w // CELL), -(-h // CELL)
    xs, ys = np.meshgrid((np.arange(-1, columns + 1) + 0.5) * CELL - 0.5, (np.arange(-1, rows + 1) + 0.5) * CELL - 0.5)
    fx, fy, fz = (back[i, 0] * xs + back[i, 1] * ys + back[i, 2] for i in range(3))
    fx, fy = fx / fz, fy / fz
    map_x, map_y = _fine(fx, w, h), _fine(fy - bow(fx, fy), w, h)
    background = (60, 55, 50) if level == 3 else tuple(int(v) for v in np.median(rgb[:: max(1, h // 50), :8].reshape(-1, 3), axis=0))
    out = cv2.remap(rgb, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=background)

    def move(x, y):
        by = y
        for _ in range(4):
            by = y + bow(x, by)
        p = forward @ np.array([x, by, 1.0])
        return p[0] / p[2], p[1] / p[2]

    def moved_box(box):
        if box is None:
            return None
        a, b, c, d = box
        points = [move(x, y) for x in (a, (a + c) / 2, c) for y in (b, d)]
        return [max(0, int(min(p[0] for p in points))), max(0, int(min(p[1] for p in points))),
                min(w, int(max(p[0] for p in points)) + 1), min(h, int(max(p[1] for p in points)) + 1)]

    return out, _map_boxes(truth, moved_box)


def _fine(coarse, w, h):
    """One value a CELL, with a margin of one cell, to one a pixel."""
    large = cv2.resize(coarse.astype(np.float32), None, fx=CELL, fy=CELL, interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(large[CELL : CELL + h, CELL : CELL + w])


def _map_boxes(value, move, key=""):
    if isinstance(value, dict):
        return {k: _map_boxes(v, move, k) for k, v in value.items()}
    if key in ("box", "cell"):
        return move(value)
    if key in ("boxes", "parts"):
        return [move(v) for v in value]
    if isinstance(value, list):
        return [_map_boxes(v, move) for v in value]
    return value


def _noise(h, w, cell):
    """Smooth noise, about -1..1, changing over `cell` pixels."""
    rng = np.random.default_rng(random.getrandbits(32))
    small = rng.standard_normal((max(2, h // cell + 2), max(2, w // cell + 2)), dtype=np.float32)
    return cv2.resize(small, (w, h), interpolation=cv2.INTER_LINEAR)


def _photometry(rgb, level, dpi, done):
    h, w = rgb.shape[:2]
    u = random.uniform
    page = rgb.astype(np.float32)
    paper = np.median(page[::17, ::17].reshape(-1, 3), axis=0)
    if level >= 2 and random.random() < 0.6:
        keep = u(0.45, 0.8)
        field = np.clip(keep + 0.2 * _noise(h, w, 400), 0.3, 1.0)[:, :, None]
        page = paper + (page - paper) * field
        done.append(f"fade {keep:.2f}")
    if level >= 2 and random.random() < 0.5:  # the other side of the leaf shines through, mirrored
        other = page[:, ::-1]
        shift = random.randint(4, 14)
        other = np.roll(cv2.GaussianBlur(other, (0, 0), dpi / 200), shift, axis=0)
        share = u(0.04, 0.12)
        page = page + (other - paper) * share
        done.append(f"bleed {share:.2f}")
    if level >= 2 and random.random() < 0.5:
        for _ in range(random.randint(1, 4)):
            layer = np.zeros((h // 8, w // 8), np.float32)
            centre = (random.randint(0, w // 8), random.randint(0, h // 8))
            axes = (int(u(6, 45) * dpi / 200 * 2), int(u(6, 45) * dpi / 200 * 2))
            cv2.ellipse(layer, centre, axes, u(0, 180), 0, 360, 1.0, -1)
            layer = cv2.GaussianBlur(layer, (0, 0), u(1, 4))
            stain = cv2.resize(layer, (w, h), interpolation=cv2.INTER_LINEAR)[:, :, None]
            page -= stain * np.array([12, 22, 38], np.float32) * u(0.5, 1.6)
        done.append("stains")
    shade = (4, 8, 22)[level - 1]
    page += shade * _noise(h, w, max(w, h) // 3)[:, :, None]
    page += u(1, 2.5) * level * _noise(h, w, 3)[:, :, None]
    blur = u(0, (0.5, 0.8, 1.1)[level - 1]) * dpi / 200
    if blur > 0.3:
        page = cv2.GaussianBlur(page, (0, 0), blur)
    if level >= 2 and random.random() < 0.3:
        k = u(0.55, 0.8)
        page = cv2.resize(cv2.resize(page, None, fx=k, fy=k, interpolation=cv2.INTER_AREA), (w, h), interpolation=cv2.INTER_LINEAR)
        done.append(f"resolution {dpi * k:.0f}")
    return np.clip(page, 0, 255).astype(np.uint8)
