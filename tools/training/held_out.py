"""Lines drawn with fonts that training never saw, as pictures with their truth, for `tools/bench read --fields FOLDER`.

    python held_out.py FONTS FOLDER [COUNT]      seed 515
"""
import re
import sys
from pathlib import Path

import cv2
import numpy as np

import lines


def kind_of(text):
    if re.fullmatch(r"\d{1,2} ?[-/.] ?\d{1,2} ?[-/.] ?\d{2,4}|ngày \d+ tháng \d+ năm \d+", text, re.IGNORECASE):
        return "date"
    return "number" if re.fullmatch(r"\d[\d ./,]*", text) else "other"


def main():
    folder, count = Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 400
    folder.mkdir(parents=True, exist_ok=True)
    source = lines.Lines(sys.argv[1], 515, held_out=True)
    with open(folder / "truth.tsv", "w", encoding="utf-8") as truth:
        truth.write("file\ttext\tkind\n")
        for number in range(count):
            picture, text = source.one()
            paper = np.full((120, picture.shape[1] * 2 + 60), 225, np.float32)
            large = cv2.resize((np.clip(picture, -1, 1) + 1) * 90 + 45, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
            paper[12:108, 30:-30] = large
            paper[:, :30], paper[:, -30:], paper[:12], paper[108:] = 225, 225, 225, 225
            cv2.imwrite(str(folder / f"{number:04d}.png"), paper.astype(np.uint8))
            truth.write(f"{number:04d}.png\t{text}\t{kind_of(text)}\n")


main()
