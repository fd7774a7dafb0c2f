"""Writes the frequent words and pairs of words of names, places and forms that soften the search: python words.py > models/handwriting/words.txt"""
import texts

words = set()
for group in (texts.SURNAMES, texts.MIDDLES, texts.GIVENS, texts.PLACES, texts.STREETS, texts.PHRASES, texts.COMPANY, texts.TRADES, texts.ABBREV):
    for entry in group:
        words.update(w.strip(".,").lower() for w in entry.split())
pairs = set()
for entry in (*texts.PLACES, *texts.STREETS, *texts.PHRASES, *texts.COMPANY, *texts.TRADES):
    row = [w.strip(".,").lower() for w in entry.split()]
    pairs.update(f"{a} {b}" for a, b in zip(row, row[1:]))
words.update("số phường quận huyện tỉnh xã thôn xóm khu tổ ấp bản đội thị trấn thành phố đường phố ngõ ngách hẻm ngày tháng năm tp hcm hn tt kp".split())
everywhere = set("nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương thị văn hà nội thành phố phường quận huyện tỉnh xã công ty tnhh".split())
print("# Frequent words, and pairs that follow each other, of names, places and forms; written by tools/training/words.py. A soft prior, never a limit; + marks the commonest.")
print("\n".join(("+" if w in everywhere else "") + w for w in sorted(words | everywhere) if w))
print("\n".join(sorted(pairs)))
