"""A page photographed by a phone: a pinhole camera looks at paper bent about one axis (near the spine, or all over), in uneven light, on some
background. The same seed gives the same picture. What is known of it: the page's corners and where any place of the flat page lies."""
from dataclasses import dataclass, field

import cv2
import numpy as np

from . import backgrounds

CAMERAS = {"8": (2448, 3264), "12": (3024, 4032), "16": (3456, 4608)}  # megapixels: width, height held upright
STEP = 8  # pixels between the places where rays are traced; between them the map is linear


@dataclass
class Photo:
    rgb: np.ndarray
    corners: np.ndarray  # left top, right top, right bottom, left bottom of the page, pixels of the photograph
    facts: dict = field(default_factory=dict)


@dataclass
class Sight:
    """What a camera sees of bent paper, at places every `step` pixels (the first at `-step + 0.5`): millimetres on the flat paper, and its slope."""
    across: np.ndarray
    down: np.ndarray
    slope: np.ndarray
    corners: np.ndarray
    pixels_per_mm: float


def _profile(kind, rng, width, length):
    """Height over the table (mm) along the bent direction, as samples over the chord; and the chord's places."""
    x = np.linspace(0, width, 400)
    if kind == "spine":
        height, reach = rng.uniform(4, 13), rng.uniform(18, 40)
        z = height * np.exp(-x / reach)
        if rng.random() < 0.5:
            z = z[::-1]
    elif kind == "bend":
        z = rng.uniform(4, 14) * np.abs(np.sin(np.pi * x / width)) ** rng.uniform(1, 2)
    elif kind == "book":  # both leaves fall into the fold, which lies about the middle
        height, fold = rng.uniform(4, 16), width / 2
        left, right = rng.uniform(18, 60, 2)
        away = np.where(x < fold, (fold - x) / left, (x - fold) / right)
        z = height * (1 - np.exp(-away)) * (1 - rng.uniform(0, 0.8) * np.abs(x - fold) / (width / 2))
    elif kind == "wave":
        z = rng.uniform(1.5, 5) * (1 + np.sin(2 * np.pi * x / width * rng.uniform(0.8, 1.5) + rng.uniform(0, 6)))
    else:
        z = np.zeros_like(x)
    s = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(z)))])
    keep = length / s[-1]  # the paper does not stretch: its chord is shorter than itself
    return x * keep, z * keep, s * keep


def _camera(rng, size, page, tilt, roll, fill):
    """(focal length in pixels, rotation, centre in mm) of a camera that holds the page in its picture."""
    w, h = size
    focal = rng.uniform(24, 28) / 43.27 * np.hypot(w, h)
    leaning, around, roll = np.deg2rad(rng.uniform(0, tilt)), rng.uniform(0, 2 * np.pi), np.deg2rad(rng.uniform(-roll, roll))
    axis = np.array([np.sin(leaning) * np.cos(around), np.sin(leaning) * np.sin(around), np.cos(leaning)])
    right = np.cross([0, 1, 0], axis)
    right /= np.linalg.norm(right)
    down = np.cross(axis, right)
    turn = np.array([np.cos(roll) * right + np.sin(roll) * down, -np.sin(roll) * right + np.cos(roll) * down, axis])
    middle = np.array([page[0] / 2, page[1] / 2, 0]) + np.append(rng.uniform(-0.03, 0.03, 2) * page, 0)
    fill = rng.uniform(*fill)
    corners = np.array([[0, 0, 0], [page[0], 0, 0], [page[0], page[1], 0], [0, page[1], 0]], np.float64)
    near, far = 100.0, 3000.0
    for _ in range(40):  # the distance at which the page fills its share of the picture
        distance = (near + far) / 2
        p = (corners - (middle - axis * distance)) @ turn.T
        at = p[:, :2] / p[:, 2:] * focal
        near, far = (distance, far) if np.any(np.abs(at) > np.array([w, h]) / 2 * fill) else (near, distance)
    return focal, turn, middle - axis * distance


def sight(rng, paper, size, curl, tilt=22.0, roll=7.0, fill=(0.80, 0.93), shift=(0.0, 0.0), step=STEP):
    """Rays through a coarse grid of pixels, to where they meet paper (mm) bent as `curl` says. Returns a Sight."""
    w, h = size
    xs, zs, ss = _profile(curl, rng, paper[0], paper[0])
    chord = np.array([xs[-1], paper[1]])
    focal, turn, centre = _camera(rng, size, chord, tilt, roll, fill)
    offset = np.array([w * (0.5 + shift[0]), h * (0.5 + shift[1])])
    gx, gy = np.meshgrid(np.arange(-1, w // step + 2) * step + 0.5, np.arange(-1, h // step + 2) * step + 0.5)
    rays = np.stack([(gx - offset[0]) / focal, (gy - offset[1]) / focal, np.ones_like(gx)], -1) @ turn
    height = np.zeros_like(gx)
    for _ in range(40):
        away = (-height - centre[2]) / rays[..., 2]  # the table is z = 0, up is -z
        x = centre[0] + rays[..., 0] * away
        height = 0.5 * height + 0.5 * np.interp(x, xs, zs)
    y = centre[1] + rays[..., 1] * away
    slope = np.gradient(zs, xs)
    s = np.where(x < 0, x, np.where(x > xs[-1], ss[-1] + x - xs[-1], np.interp(x, xs, ss)))
    ends = np.array([[0, 0, -zs[0]], [xs[-1], 0, -zs[-1]], [xs[-1], paper[1], -zs[-1]], [0, paper[1], -zs[0]]]) - centre
    p = ends @ turn.T
    scale = focal / np.linalg.norm(centre - np.append(paper / 2, 0))
    return Sight(s, y, np.interp(x, xs, slope), p[:, :2] / p[:, 2:] * focal + offset, scale)


def enlarged(coarse, size, step):
    """A value at every pixel of a picture of `size` from those at the places of `sight`."""
    large = cv2.resize(coarse.astype(np.float32), None, fx=step, fy=step, interpolation=cv2.INTER_LINEAR)
    begin = step + step // 2
    return np.ascontiguousarray(large[begin : begin + size[1], begin : begin + size[0]])


def photograph(flat, dpi, seed, camera="12", curl=None, background=None, shadow=True, glare=False, tilt=22.0, shift=(0.0, 0.0)):
    """flat: RGB page of `dpi`. `shift`: the page moved by shares of the picture, so that it leaves it. Returns a Photo."""
    rng = np.random.default_rng(seed)
    w, h = CAMERAS[camera]
    if flat.shape[1] > flat.shape[0]:
        w, h = h, w
    paper = np.array([flat.shape[1], flat.shape[0]]) * 25.4 / dpi
    curl = curl or rng.choice(["none", "spine", "bend", "wave"])
    name = background or rng.choice(list(backgrounds.SEEN))
    seen = sight(rng, paper, (w, h), curl, tilt=tilt, shift=shift)
    px = 25.4 / dpi

    def fine(coarse):
        return enlarged(coarse, (w, h), STEP)

    map_s, map_t = fine(seen.across), fine(seen.down)
    page = cv2.remap(flat, map_s / px - 0.5, map_t / px - 0.5, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    page *= rng.uniform(0.86, 0.97) * rng.uniform(0.97, 1.02, 3).astype(np.float32)
    page *= fine(1 + 0.35 * seen.slope)[:, :, None]  # light from one side
    if curl == "book":  # the fold lies in its own shadow
        page *= (1 - rng.uniform(0.15, 0.45) * np.exp(-(((map_s - paper[0] / 2) / rng.uniform(4, 12)) ** 2)))[:, :, None]
    edge = np.minimum(np.minimum(map_s, paper[0] - map_s), np.minimum(map_t, paper[1] - map_t)) * seen.pixels_per_mm
    alpha = np.clip(edge + 0.5, 0, 1)[:, :, None]
    ground = {**backgrounds.SEEN, **backgrounds.UNSEEN}[name](rng, h, w).astype(np.float32)
    contact = np.clip(1 + edge / rng.uniform(10, 40), 0, 1) ** 2  # the paper's own shadow beside it
    ground *= (1 - rng.uniform(0.15, 0.4) * contact)[:, :, None]
    picture = ground * (1 - alpha) + page * alpha

    facts = {"seed": int(seed), "camera": camera, "curl": str(curl), "background": str(name), "places": {}}
    light = _light(rng, h, w, shadow, facts)
    picture *= light[:, :, None]
    if glare:
        _glare(rng, picture, map_s, map_t, paper, facts)
    picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.5, 0.8))
    noise = np.random.default_rng(seed + 1).standard_normal((h, w, 1), dtype=np.float32)
    picture = np.clip(picture + noise * rng.uniform(1.5, 4), 0, 255).astype(np.uint8)

    return Photo(picture, seen.corners, facts)


def _light(rng, h, w, shadow, facts):
    yy, xx = np.mgrid[0:h:8, 0:w:8].astype(np.float32)
    angle = rng.uniform(0, 6.28)
    ramp = (np.cos(angle) * (xx / w - 0.5) + np.sin(angle) * (yy / h - 0.5)) * rng.uniform(0.1, 0.5)
    light = 1 + ramp - ramp.max()
    if shadow:  # of the hand and the phone, from one side of the picture
        side = rng.uniform(0, 6.28)
        reach = rng.uniform(0.05, 0.3)
        points = np.array([[0.5 + np.cos(side + d) * r, 0.5 + np.sin(side + d) * r] for d, r in ((-0.5, 1.2), (-0.15, reach), (0.2, reach * 1.3), (0.6, 1.2))])
        mask = np.zeros(light.shape, np.float32)
        cv2.fillPoly(mask, [(points * (mask.shape[1], mask.shape[0])).astype(np.int32)], 1)
        light *= 1 - rng.uniform(0.2, 0.5) * cv2.GaussianBlur(mask, (0, 0), rng.uniform(6, 35))
    facts["shadow"] = float(light.min() / light.max())
    return cv2.resize(light, (w, h), interpolation=cv2.INTER_LINEAR)


def _glare(rng, picture, map_s, map_t, paper, facts):
    at, size = rng.uniform(0.25, 0.75, 2) * paper, rng.uniform(14, 28)
    spot = np.exp(-(((map_s - at[0]) ** 2 + (map_t - at[1]) ** 2) / (2 * size**2)))
    picture += (spot * rng.uniform(200, 320))[:, :, None]
    ys, xs = np.nonzero(spot > 0.6)
    facts["places"]["glare"] = [int(xs.min()), int(ys.min()), int(xs.max()), int(ys.max())]
