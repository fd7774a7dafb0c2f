"""The line recogniser: a small convolutional network read out by CTC, one step for four columns of a 48 pixel high line.

The two-dimensional part has the shape of the PP-OCRv6 tiny recogniser (Apache 2.0) so that it can start from its weights
(`start_from`); colour is folded to grey, GELU is replaced by a hard swish of the same slope, and the rows are kept apart instead of
averaged, because the marks above and below a letter decide what it is. The one-dimensional part and the letters are our own.
"""
import torch
from torch import nn
from torch.nn import functional as F

from texts import ALPHABET

BLANK = 0
CLASSES = [""] + ALPHABET
INDEX = {c: i for i, c in enumerate(CLASSES)}
# hardswish(s x) / s stands in for GELU; s is least squares on -4..4
SLOPE = 2.2


class Squeeze(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.down, self.up = nn.Conv2d(c, c // 4, 1), nn.Conv2d(c // 4, c, 1)

    def forward(self, x):
        return x * F.hardsigmoid(self.up(F.relu(self.down(F.adaptive_avg_pool2d(x, 1)))))


class Mixer(nn.Module):
    """Depthwise 3 x 3, optional squeeze, then a pointwise expansion by two, with a residual where the shape allows."""

    def __init__(self, cin, cout, stride, squeeze):
        super().__init__()
        self.depth = nn.Conv2d(cin, cin, 3, stride, 1, groups=cin)
        self.squeeze = Squeeze(cin) if squeeze else None
        self.wide, self.narrow = nn.Conv2d(cin, 2 * cin, 1), nn.Conv2d(2 * cin, cout, 1)
        self.residual = cin == cout and stride == 1

    def forward(self, x):
        x = self.depth(x)
        if self.squeeze is not None:
            x = self.squeeze(x)
        y = self.narrow(F.hardswish(self.wide(x)))
        return x + y if self.residual else y


class Along(nn.Module):
    """A step along the line: depthwise over `reach` steps, then pointwise expansion, residual."""

    def __init__(self, c, reach):
        super().__init__()
        self.depth = nn.Conv2d(c, c, (1, reach), padding=(0, reach // 2), groups=c, bias=False)
        self.norm = nn.BatchNorm2d(c)
        self.wide, self.narrow = nn.Conv2d(c, 2 * c, 1), nn.Conv2d(2 * c, c, 1)

    def forward(self, x):
        return x + self.narrow(F.hardswish(self.wide(self.norm(self.depth(x)))))


class Recogniser(nn.Module):
    def __init__(self, width=192, steps=(5, 7, 9, 11, 13)):
        super().__init__()
        self.stem1, self.stem2 = nn.Conv2d(1, 24, 3, 2, 1), nn.Conv2d(24, 48, 3, 2, 1)
        self.body = nn.ModuleList(
            [Mixer(48, 48, 1, True), Mixer(48, 48, 1, False), Mixer(48, 96, (2, 1), False), Mixer(96, 96, 1, True), Mixer(96, 96, 1, False),
             Mixer(96, 160, (2, 1), False), Mixer(160, 160, 1, True), Mixer(160, 160, 1, False), Mixer(160, 160, 1, False)]
        )
        self.rows = nn.Conv2d(160, width, (3, 1))
        self.norm = nn.BatchNorm2d(width)
        self.along = nn.ModuleList([Along(width, r) for r in steps])
        self.drop = nn.Dropout(0.1)
        self.letters = nn.Conv2d(width, len(CLASSES), 1)

    def forward(self, x, fixed=0):
        """(N, 1, 48, W) to logits (N, classes, 1, W / 4); stem and the first `fixed` blocks do not learn, 0: all learn."""
        with torch.set_grad_enabled(bool(fixed == 0 and torch.is_grad_enabled())):
            x = self.stem2(F.hardswish(self.stem1(x)))
            for block in self.body[:fixed]:
                x = block(x)
        for block in self.body[fixed:]:
            x = block(x)
        x = self.norm(self.rows(x))
        for block in self.along:
            x = block(x)
        return self.letters(self.drop(F.hardswish(x)))


def start_from(net, path):
    """Takes the two-dimensional weights of a PP-OCRv6 tiny recogniser in ONNX form."""
    import numpy as np
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(path).graph
    values = {t.name: numpy_helper.to_array(t).copy() for t in graph.initializer}
    alias = {}
    for node in graph.node:
        if node.op_type == "Identity":
            alias[node.output[0]] = node.input[0]
        elif node.op_type == "Constant":
            values[node.output[0]] = numpy_helper.to_array(node.attribute[0].t).copy()

    def get(name):
        while name in alias:
            name = alias[name]
        return values.get(name)

    nodes = [n for n in graph.node if n.op_type not in ("Identity", "Constant")]
    convs = []
    for i, node in enumerate(nodes):
        if node.op_type != "Conv":
            continue
        weight, following = get(node.input[1]), nodes[i + 1]
        if following.op_type == "BatchNormalization":
            gamma, beta, mean, var = (get(n) for n in following.input[1:5])
            k = gamma / np.sqrt(var + 1e-5)
            convs.append((weight * k[:, None, None, None], beta - mean * k))
        elif following.op_type == "Add":
            convs.append((weight, get(following.input[1]).reshape(-1)))
        else:
            break
    order = [net.stem1, net.stem2]
    swish_after = {net.stem1}
    swish_before = {net.stem2}
    for block in net.body:
        order.append(block.depth)
        if block.squeeze is not None:
            order += [block.squeeze.down, block.squeeze.up]
        order += [block.wide, block.narrow]
        swish_after.add(block.wide)
        swish_before.add(block.narrow)
    with torch.no_grad():
        for layer, (weight, bias) in zip(order, convs):
            weight, bias = torch.from_numpy(weight), torch.from_numpy(bias)
            if layer is net.stem1:
                weight = weight.sum(1, keepdim=True)
            if layer in swish_after:
                weight, bias = weight * SLOPE, bias * SLOPE
            if layer in swish_before:
                weight = weight / SLOPE
            assert layer.weight.shape == weight.shape, (layer, weight.shape)
            layer.weight.copy_(weight)
            layer.bias.copy_(bias)
    return len(order)


def encode(text):
    return [INDEX[c] for c in text]


def greedy(logits):
    """Texts for logits (N, classes, 1, T)."""
    out = []
    for row in logits[:, :, 0].argmax(1).tolist():
        out.append("".join(CLASSES[c] for i, c in enumerate(row) if c != BLANK and (i == 0 or row[i - 1] != c)))
    return out
