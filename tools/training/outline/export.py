"""Writes weights.pt as the ONNX file and manifest that workers/image loads.

    python export.py WEIGHTS.pt FOLDER VERSION
"""
import hashlib
import sys
import warnings
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))
import network  # noqa: E402


def main():
    warnings.filterwarnings("ignore")  # the older exporter is the one whose graphs OpenCV 4.6 takes
    folder, version = Path(sys.argv[2]), sys.argv[3]
    net = network.Outline()
    net.load_state_dict(torch.load(sys.argv[1]))
    net.eval()
    target = folder / "paper.onnx"
    torch.onnx.export(net, torch.zeros(1, 4, 256, 192), target, input_names=["picture"], output_names=["paper"], opset_version=11,
                      dynamic_axes={"picture": {2: "height", 3: "width"}, "paper": {2: "height", 3: "width"}}, dynamo=False)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    (folder / "manifest.toml").write_text(f"""# The network that tells paper from what it lies on; written by tools/training/outline/export.py. README.md: how it was made.
name = "paper"
version = "{version}"
file = "paper.onnx"
sha256 = "{digest}"
licence = "Apache-2.0"
""", encoding="utf-8")


main()
