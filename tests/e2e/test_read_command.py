"""`sogoc read`: cropped lines in, one line of text a picture out, opened in a locked-in process."""
import json
import os
import struct
import subprocess
import unittest
import zlib

from program import SHARED, ProgramTest

# Figures as a pen draws them: strokes over a box 4 wide and 8 high.
STROKES = {
    "0": [[(2, 0), (0.4, 1.5), (0, 4), (0.5, 6.8), (2, 8), (3.5, 6.8), (4, 4), (3.6, 1.5), (2, 0)]],
    "1": [[(0.8, 1.8), (2.4, 0), (2.4, 8)]],
    "2": [[(0.2, 1.8), (1, 0.3), (2.4, 0), (3.7, 1), (3.7, 2.6), (2, 5), (0, 8), (4, 8)]],
    "4": [[(2.9, 0), (0, 5.4), (4, 5.4)], [(2.9, 3), (2.9, 8)]],
    "6": [[(3.4, 0.2), (1.4, 2), (0.2, 5), (0.6, 7.2), (2, 8), (3.6, 7), (3.6, 5.2), (2.2, 4.2), (0.6, 5.2)]],
    "7": [[(0, 0), (4, 0), (1.6, 8)]],
    "9": [[(3.6, 2.4), (3, 0.5), (1.6, 0), (0.3, 1.2), (0.4, 3), (1.8, 4), (3.6, 2.6), (3.6, 1.6), (3.4, 8)]],
    "/": [[(3.6, -0.4), (0.2, 8.6)]],
}


def drawn(text, unit=7, pen=2.2, margin=30):
    """Rows of gray bytes with the text in pen strokes."""
    width, height = int(len(text) * unit * 5.6) + 2 * margin, int(unit * 8) + 2 * margin
    rows = [bytearray([236] * width) for _ in range(height)]
    for place, figure in enumerate(text):
        for stroke in STROKES[figure]:
            for (x1, y1), (x2, y2) in zip(stroke, stroke[1:]):
                steps = int(max(abs(x2 - x1), abs(y2 - y1)) * unit * 2) + 1
                for i in range(steps + 1):
                    x = margin + place * unit * 5.6 + (x1 + (x2 - x1) * i / steps) * unit
                    y = margin + (y1 + (y2 - y1) * i / steps) * unit
                    for v in range(int(y - pen), int(y + pen) + 2):
                        for u in range(int(x - pen), int(x + pen) + 2):
                            if 0 <= v < height and 0 <= u < width and (u - x) ** 2 + (v - y) ** 2 <= pen * pen:
                                rows[v][u] = 50
    return rows


def pgm(path, rows):
    path.write_bytes(b"P5 %d %d 255\n" % (len(rows[0]), len(rows)) + b"".join(rows))
    return path


def printed(path, text):
    """A line of print, set by the PDF renderer's Times."""
    stream = f"BT /F1 14 Tf 14 12 Td ({text}) Tj ET".encode()
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d 34]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>" % (30 + 8 * len(text)),
               b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream), b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>"]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, content)
    table = len(body)
    body += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    body += b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % table
    pdf = path.with_suffix(".pdf")
    pdf.write_bytes(body)
    subprocess.run(["pdftoppm", "-r", "200", "-gray", "-singlefile", str(pdf), str(path)], check=True)
    return path.with_suffix(".pgm")


def png_header(path, width, height):
    """A PNG that claims a size and holds almost nothing."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
                     chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b""))
    return path


class ReadCommand(ProgramTest):
    def test_reads_a_handwritten_number_and_a_date(self):
        number = pgm(self.folder / "number.pgm", drawn("0246197"))
        date = pgm(self.folder / "date.pgm", drawn("20/04/1972"))
        self.assertEqual(self.sogoc("read", "--type", "number", number).out, "0246197\n")
        self.assertEqual(self.sogoc("read", "--type", "date", date).out, "20/04/1972\n")

    def test_gives_one_line_a_picture_in_order(self):
        pictures = [pgm(self.folder / f"{i}.pgm", drawn(text)) for i, text in enumerate(("1972", "2019", "0624"))]
        self.assertEqual(self.sogoc("read", "--type", "number", *pictures).out, "1972\n2019\n0624\n")

    def test_json_tells_confidence_a_character(self):
        picture = pgm(self.folder / "a.pgm", drawn("2019"))
        answer = self.sogoc("read", "--type", "number", "--json", picture).json()
        self.assertEqual(answer["text"], "2019")
        self.assertEqual(answer["file"], str(picture))
        self.assertEqual("".join(c["char"] for c in answer["characters"]), "2019")
        for value in [answer["confidence"]] + [c["confidence"] for c in answer["characters"]]:
            self.assertGreater(value, 0)
            self.assertLessEqual(value, 1)

    def test_a_refused_picture_leaves_its_line_empty_and_the_others_go_on(self):
        good = pgm(self.folder / "good.pgm", drawn("1972"))
        empty = self.folder / "empty.png"
        empty.write_bytes(b"")
        text = self.folder / "text.png"
        text.write_text("this is no picture, however it is named")
        answer = self.sogoc("read", "--type", "number", good, empty, text, self.folder / "missing.png", good, code=None)
        self.assertEqual(answer.out, "1972\n\n\n\n1972\n")
        self.assertEqual(answer.code, 3)
        for name in ("empty.png", "text.png", "missing.png"):
            self.assertEqual(sum(name in line for line in answer.err.splitlines()), 1, answer.err)

    def test_each_bad_picture_alone_has_its_exit_code(self):
        empty = self.folder / "empty.png"
        empty.write_bytes(b"")
        noise = self.folder / "noise.jpg"
        noise.write_bytes(b"\xff\xd8\xff" + os.urandom(3000))
        cut = pgm(self.folder / "cut.pgm", drawn("1972"))
        cut.write_bytes(cut.read_bytes()[:500])
        for bad in (empty, noise, cut, png_header(self.folder / "huge.png", 200000, 200000), png_header(self.folder / "hollow.png", 3000, 3000)):
            answer = self.sogoc("read", bad, code=3)
            self.assertEqual(answer.out, "\n")
            self.assertEqual(len(answer.err.splitlines()), 1, answer.err)
        self.sogoc("read", self.folder / "missing.png", code=3)
        self.sogoc("read", self.folder, code=3)
        self.sogoc("read", code=2)
        self.sogoc("read", "--type", "colour", empty, code=2)

    def test_blank_paper_is_an_empty_line_and_no_error(self):
        blank = pgm(self.folder / "blank.pgm", [bytearray([240] * 300) for _ in range(90)])
        self.assertEqual(self.sogoc("read", blank).out, "\n")

    def test_a_missing_network_is_said_with_what_to_do(self):
        picture = pgm(self.folder / "a.pgm", drawn("2019"))
        answer = self.sogoc("read", picture, code=5, SOGOC_HANDWRITING=str(self.folder / "nowhere"))
        self.assertIn("SOGOC_HANDWRITING", answer.err)

    def test_a_printed_line_is_read_as_print(self):
        picture = printed(self.folder / "printed", "Quang Minh, Nam Trung, Thanh Ba")
        answer = self.sogoc("read", "--json", picture).json()
        self.assertEqual(answer["text"], "Quang Minh, Nam Trung, Thanh Ba")

    @unittest.skipUnless((SHARED / "samples/handwriting/truth.tsv").exists(), "the shared crops are not here")
    def test_real_fields_are_read_within_the_first_bar(self):
        home = SHARED / "samples/handwriting"
        crops = sorted((home / "crops").glob("*.png"))
        lines = self.sogoc("read", *crops).out.split("\n")
        out = self.folder / "text"
        out.mkdir()
        for crop, line in zip(crops, lines):
            (out / f"{crop.stem}.txt").write_text(line, encoding="utf-8")
        score = subprocess.run(["python3", SHARED / "tools/score_fields.py", home / "truth.tsv", out, "45"], capture_output=True, text=True)
        self.assertEqual(score.returncode, 0, score.stdout)


if __name__ == "__main__":
    unittest.main()
