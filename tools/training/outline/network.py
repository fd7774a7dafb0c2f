"""The outline network: a picture of 256 pixels on its longer side becomes the logit of "paper" for every second pixel. Its channels are red, green,
blue, and what an earlier, coarser look took for paper (-1 to 1; 0 where nothing is known).

Five halvings see the whole picture at once, a ladder back brings the edges. Only convolutions, ReLU, nearest enlargement and joins, because
OpenCV 4.6 must run it."""
import torch
from torch import nn

WIDTHS = (16, 24, 40, 64, 96, 128)


def _joined(inside, outside, stride=1):
    return nn.Sequential(nn.Conv2d(inside, outside, 3, stride, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(inplace=True))


class _Light(nn.Module):
    """Each channel for itself, then all together; added to what came in."""

    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(width, width, 5, 1, 2, groups=width, bias=False), nn.BatchNorm2d(width),
                                  nn.Conv2d(width, 2 * width, 1, bias=False), nn.BatchNorm2d(2 * width), nn.ReLU(inplace=True),
                                  nn.Conv2d(2 * width, width, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        return x + self.body(x)


class Outline(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.ModuleList()
        before = 4
        for level, width in enumerate(WIDTHS):
            self.down.append(nn.Sequential(_joined(before, width, 2), *[_Light(width) for _ in range(min(level, 3))]))
            before = width
        self.side = nn.ModuleList(nn.Conv2d(w, w, 1) for w in WIDTHS[:-1])
        self.up = nn.ModuleList()
        for width in reversed(WIDTHS[:-1]):
            self.up.append(nn.Sequential(nn.Conv2d(before + width, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True), _Light(width)))
            before = width
        self.last = nn.Conv2d(before, 1, 3, 1, 1)

    def forward(self, x):
        kept = []
        for down in self.down:
            x = down(x)
            kept.append(x)
        x = kept.pop()
        for up, side in zip(self.up, reversed(self.side)):
            x = nn.functional.interpolate(x, scale_factor=2, mode="nearest")
            x = up(torch.cat([x, side(kept.pop())], 1))
        return self.last(x)
