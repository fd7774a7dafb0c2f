#!/usr/bin/env python3
"""make_notice.py: draws the page that stands for one nobody could read, as workers/decode/notice_data.cpp.

The words are a picture, so that the page needs no visible font, and text with a box each, so that it can be read and
found. Needs Debian's python3-pil and fonts-croscore; used by developers only, the result is committed."""
import io
import sys
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont, TiffImagePlugin

DPI = 150
SIZE = (round(210 / 25.4 * DPI), round(297 / 25.4 * DPI))
FONT = "/usr/share/fonts/truetype/croscore/Tinos-{}.ttf"
LINES = [
    ("Bold", 20, "TRANG KHÔNG ĐỌC ĐƯỢC"),
    ("Regular", 13, ""),
    ("Regular", 13, "Phần mềm không giải mã được hình ảnh của trang này."),
    ("Regular", 13, "Tệp gốc đã nhận được giữ nguyên vẹn trong kho lưu trữ."),
    ("Regular", 13, "Người có trách nhiệm đã xem và chấp nhận tình trạng này;"),
    ("Regular", 13, "ai xác nhận và lúc nào được ghi trong nhật ký của kho."),
]


def main():
    target = Path(__file__).resolve().parents[2] / "workers" / "decode" / "notice_data.cpp"
    image = Image.new("1", SIZE, 1)
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    y = SIZE[1] // 3
    words = []
    for style, points, text in LINES:
        font = ImageFont.truetype(FONT.format(style), round(points * DPI / 72))
        ascent, descent = font.getmetrics()
        x = (SIZE[0] - draw.textlength(text, font=font)) / 2
        for word in text.split():
            width = draw.textlength(word, font=font)
            draw.text((x, y), word, font=font, fill=0)
            words.append((word, round(x), y, round(x + width), y + ascent + descent, y + ascent))
            x += width + draw.textlength(" ", font=font)
        y += round((ascent + descent) * 1.25)
    coded = io.BytesIO()
    TiffImagePlugin.STRIP_SIZE = 1 << 24  # one strip
    ImageChops.invert(image).save(coded, "TIFF", compression="group4")  # a set bit is coded as black
    tiff = Image.open(io.BytesIO(coded.getvalue()))
    (offset,), (count,) = tiff.tag_v2[273], tiff.tag_v2[279]
    strip = coded.getvalue()[offset:offset + count]
    rows = "\n".join("    " + " ".join(f"0x{b:02x}," for b in strip[i:i + 16]) for i in range(0, len(strip), 16))
    listed = "\n".join(f'    {{"{w}", {{{l}, {t}, {r}, {b}}}, {base}}},' for w, l, t, r, b, base in words)
    target.write_text(f"""// Written by tools/dev/make_notice.py: do not edit.

#include "workers/decode/notice_data.hpp"

namespace sogoc::decoding {{

const SizePx kNoticeSize{{{SIZE[0]}, {SIZE[1]}}};
const int kNoticeDpi = {DPI};

// clang-format off
static constexpr NoticeWord kWords[] = {{
{listed}
}};

static constexpr std::uint8_t kPicture[] = {{
{rows}
}};
// clang-format on

const std::span<const NoticeWord> kNoticeWords(kWords);
const std::span<const std::uint8_t> kNoticePicture(kPicture);

}}  // namespace sogoc::decoding
""", encoding="utf-8")
    if len(sys.argv) > 1:
        image.save(sys.argv[1])


main()
