"""Writes weights.pt as the ONNX file and manifest that workers/handwriting loads.

    python export.py WEIGHTS.pt FOLDER VERSION [EVENNESS]
"""
import hashlib
import sys
import warnings
from pathlib import Path

import torch

import network
from texts import ALPHABET


def main():
    warnings.filterwarnings("ignore")  # the older exporter is the one whose graphs OpenCV 4.6 takes
    saved = torch.load(sys.argv[1])
    folder, version = Path(sys.argv[2]), sys.argv[3]
    evenness = float(sys.argv[4]) if len(sys.argv) > 4 else 1.0
    net = network.Recogniser()
    net.load_state_dict(saved["weights"])
    net.eval()
    target = folder / "lines-vi.onnx"
    torch.onnx.export(net, torch.zeros(1, 1, 48, 320), target, input_names=["line"], output_names=["letters"],
                      dynamic_axes={"line": {3: "width"}, "letters": {3: "steps"}}, opset_version=13, dynamo=False)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    letters = "".join(ALPHABET).replace("\\", "\\\\").replace('"', '\\"')
    (folder / "manifest.toml").write_text(f"""# The line recogniser that `sogoc read` uses; written by tools/training/export.py. README.md: how it was made.
name = "lines-vi"
version = "{version}"             # {saved["seen"]} lines seen
file = "lines-vi.onnx"
sha256 = "{digest}"
licence = "Apache-2.0"            # its first layers started from PP-OCRv6 tiny, Apache-2.0
evenness = {evenness}                  # exponent that makes confidences true on fonts never trained on
words = "words.txt"
letters = "{letters}"             # class i of the network is the i-th letter, class 0 is nothing
""", encoding="utf-8")


main()
