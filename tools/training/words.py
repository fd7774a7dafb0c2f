"""Writes the frequent words and pairs of words of names, places and forms that soften the search: python words.py > models/handwriting/words.txt"""
from pathlib import Path

import texts

subjects = [line for line in (Path(__file__).parent / "vocabulary.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]

words = set()
for group in (texts.SURNAMES, texts.MIDDLES, texts.GIVENS, texts.PLACES, texts.STREETS, texts.PHRASES, texts.COMPANY, texts.TRADES, texts.ABBREV):
    for entry in group:
        words.update(w.strip(".,").lower() for w in entry.split())
pairs = set()
for entry in (*texts.PLACES, *texts.STREETS, *texts.PHRASES, *texts.COMPANY, *texts.TRADES, *subjects):
    row = [w.strip(".,").lower() for w in entry.split()]
    pairs.update(f"{a} {b}" for a, b in zip(row, row[1:]))
words.update("số phường quận huyện tỉnh xã thôn xóm khu tổ ấp bản đội thị trấn thành phố đường phố ngõ ngách hẻm ngày tháng năm tp hcm hn tt kp v".split())  # v: the two halves of "V/v"
everywhere = set("nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương thị văn hà nội thành phố phường quận huyện tỉnh xã công ty tnhh".split())
in_no_name = {w.strip(".,").lower() for entry in subjects for w in entry.split()} - words - everywhere
print("# Frequent words, and pairs that follow each other, of names, places and forms; written by tools/training/words.py. A soft prior, never a limit; + marks the commonest, ~ those of no name or place.")
print("\n".join(("+" if w in everywhere else "") + w for w in sorted(words | everywhere) if w))
print("\n".join("~" + w for w in sorted(in_no_name) if w))
print("\n".join(sorted(pairs)))
