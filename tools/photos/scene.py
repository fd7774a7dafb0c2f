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


def _profile(kind, rng, width, length):
    """Height over the table (mm) along the bent direction, as samples over the chord; and the chord's places."""
    x = np.linspace(0, width, 400)
    if kind == "spine":
        height, reach = rng.uniform(4, 13), rng.uniform(18, 40)
        z = height * np.exp(-x / reach)
        if rng.random() < 0.5:
            z = z[::-1]
    elif kind == "bend":
        z = rng.uniform(4, 14) * np.sin(np.pi * x / width) ** rng.uniform(1, 2)
    elif kind == "wave":
        z = rng.uniform(1.5, 5) * (1 + np.sin(2 * np.pi * x / width * rng.uniform(0.8, 1.5) + rng.uniform(0, 6)))
    else:
        z = np.zeros_like(x)
    s = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(z)))])
    keep = length / s[-1]  # the paper does not stretch: its chord is shorter than itself
    return x * keep, z * keep, s * keep


def _camera(rng, size, page, tilt):
    """(focal length in pixels, rotation, centre in mm) of a camera that holds the page in its picture."""
    w, h = size
    focal = rng.uniform(24, 28) / 43.27 * np.hypot(w, h)
    leaning, around, roll = np.deg2rad(rng.uniform(0, tilt)), rng.uniform(0, 2 * np.pi), np.deg2rad(rng.uniform(-7, 7))
    axis = np.array([np.sin(leaning) * np.cos(around), np.sin(leaning) * np.sin(around), np.cos(leaning)])
    right = np.cross([0, 1, 0], axis)
    right /= np.linalg.norm(right)
    down = np.cross(axis, right)
    turn = np.array([np.cos(roll) * right + np.sin(roll) * down, -np.sin(roll) * right + np.cos(roll) * down, axis])
    middle = np.array([page[0] / 2, page[1] / 2, 0]) + np.append(rng.uniform(-0.03, 0.03, 2) * page, 0)
    fill = rng.uniform(0.80, 0.93)
    corners = np.array([[0, 0, 0], [page[0], 0, 0], [page[0], page[1], 0], [0, page[1], 0]], np.float64)
    near, far = 100.0, 3000.0
    for _ in range(40):  # the distance at which the page fills its share of the picture
        distance = (near + far) / 2
        p = (corners - (middle - axis * distance)) @ turn.T
        at = p[:, :2] / p[:, 2:] * focal
        near, far = (distance, far) if np.any(np.abs(at) > np.array([w, h]) / 2 * fill) else (near, distance)
    return focal, turn, middle - axis * distance


def photograph(flat, dpi, seed, camera="12", curl=None, background=None, shadow=True, glare=False, tilt=22.0, shift=(0.0, 0.0)):
    """flat: RGB page of `dpi`. `shift`: the page moved by shares of the picture, so that it leaves it. Returns a Photo."""
    rng = np.random.default_rng(seed)
    w, h = CAMERAS[camera]
    if flat.shape[1] > flat.shape[0]:
        w, h = h, w
    paper = np.array([flat.shape[1], flat.shape[0]]) * 25.4 / dpi
    curl = curl or rng.choice(["none", "spine", "bend", "wave"])
    name = background or rng.choice(list(backgrounds.SEEN))
    xs, zs, ss = _profile(curl, rng, paper[0], paper[0])
    chord = np.array([xs[-1], paper[1]])
    focal, turn, centre = _camera(rng, (w, h), chord, tilt)
    offset = np.array([w * (0.5 + shift[0]), h * (0.5 + shift[1])])

    # Rays through a coarse grid of pixels, to where they meet the bent paper.
    gx, gy = np.meshgrid(np.arange(-1, w // STEP + 2) * STEP + 0.5, np.arange(-1, h // STEP + 2) * STEP + 0.5)
    rays = np.stack([(gx - offset[0]) / focal, (gy - offset[1]) / focal, np.ones_like(gx)], -1) @ turn
    height = np.zeros_like(gx)
    for _ in range(40):
        away = (-height - centre[2]) / rays[..., 2]  # the table is z = 0, up is -z
        x = centre[0] + rays[..., 0] * away
        height = 0.5 * height + 0.5 * np.interp(x, xs, zs)
    y = centre[1] + rays[..., 1] * away
    slope = np.gradient(zs, xs)
    inside = np.interp(x, xs, ss)
    s = np.where(x < 0, x, np.where(x > xs[-1], ss[-1] + x - xs[-1], inside))
    px = 25.4 / dpi

    def fine(coarse):
        large = cv2.resize(coarse.astype(np.float32), None, fx=STEP, fy=STEP, interpolation=cv2.INTER_LINEAR)
        begin = STEP + STEP // 2
        return np.ascontiguousarray(large[begin : begin + h, begin : begin + w])

    map_s, map_t = fine(s), fine(y)
    page = cv2.remap(flat, map_s / px - 0.5, map_t / px - 0.5, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    page *= rng.uniform(0.86, 0.97) * rng.uniform(0.97, 1.02, 3).astype(np.float32)
    page *= fine(1 + 0.35 * np.interp(x, xs, slope))[:, :, None]  # light from one side
    scale = focal / np.linalg.norm(centre - np.append(paper / 2, 0))
    edge = np.minimum(np.minimum(map_s, paper[0] - map_s), np.minimum(map_t, paper[1] - map_t)) * scale
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

    ends = np.array([[0, 0, -zs[0]], [xs[-1], 0, -zs[-1]], [xs[-1], paper[1], -zs[-1]], [0, paper[1], -zs[0]]]) - centre
    p = ends @ turn.T
    return Photo(picture, p[:, :2] / p[:, 2:] * focal + offset, facts)


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
