#!/usr/bin/env python3
"""make_samples.py [DIR]: draws the sample documents that the project ships, with their truth beside them.

Everything in them is invented: bodies, persons, numbers. Needs Debian's python3-pil and fonts-croscore;
used by developers only, the results are committed. Fixed seeds: a second run writes the same pages."""
import io
import json
import random
import sys
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

DPI = 300
MM = DPI / 25.4
A4 = (round(210 * MM), round(297 * MM))
FONTS = "/usr/share/fonts/truetype/croscore/Tinos-{}.ttf"
INK = 25


def font(size_pt, style="Regular"):
    return ImageFont.truetype(FONTS.format(style), round(size_pt * DPI / 72))


class Sheet:
    """One page being set: text goes in by zone, every line is kept as truth."""

    def __init__(self):
        self.image = Image.new("RGB", A4, (252, 251, 247))
        self.draw = ImageDraw.Draw(self.image)
        self.truth = []

    def centred(self, x_mm, y_mm, text, size=13, style="Regular", keep=True):
        f = font(size, style)
        width = self.draw.textlength(text, font=f)
        self.draw.text((x_mm * MM - width / 2, y_mm * MM), text, font=f, fill=(INK, INK, INK))
        if keep:
            self.truth.append(text)
        return width / MM

    def left(self, x_mm, y_mm, text, size=13, style="Regular"):
        self.draw.text((x_mm * MM, y_mm * MM), text, font=font(size, style), fill=(INK, INK, INK))
        self.truth.append(text)

    def rule(self, x_mm, y_mm, width_mm):
        self.draw.line([((x_mm - width_mm / 2) * MM, y_mm * MM), ((x_mm + width_mm / 2) * MM, y_mm * MM)],
                       fill=(INK, INK, INK), width=3)

    def paragraph(self, y_mm, text, size=14, left_mm=30, right_mm=190, indent_mm=12.7, style="Regular", leading=7.2):
        f = font(size, style)
        words, line, x = text.split(), [], indent_mm
        lines = []
        for word in words:
            width = self.draw.textlength(" ".join(line + [word]), font=f) / MM
            if line and width > right_mm - left_mm - x:
                lines.append((x, line, True))
                line, x = [], 0
            line.append(word)
        lines.append((x, line, False))
        for x, line, justify in lines:
            gap = self.draw.textlength(" ", font=f)
            if justify and len(line) > 1:
                used = sum(self.draw.textlength(w, font=f) for w in line)
                gap = ((right_mm - left_mm - x) * MM - used) / (len(line) - 1)
            pen = (left_mm + x) * MM
            for word in line:
                self.draw.text((pen, y_mm * MM), word, font=f, fill=(INK, INK, INK))
                pen += self.draw.textlength(word, font=f) + gap
            self.truth.append(" ".join(line))
            y_mm += leading
        return y_mm + 1.6

    def seal(self, x_mm, y_mm, text, radius_mm=17):
        """A round red seal that lets the black print below show through, as ink does."""
        size = round(2 * radius_mm * MM)
        seal = Image.new("RGB", (size, size), (255, 255, 255))
        pen = ImageDraw.Draw(seal)
        red = (214, 38, 44)
        for inset, width in ((4, 14), (60, 6)):
            pen.ellipse([inset, inset, size - inset, size - inset], outline=red, width=width)
        f = font(9, "Bold")
        step = 300 / len(text)
        for i, letter in enumerate(text):
            glyph = Image.new("L", (80, 80), 0)
            ImageDraw.Draw(glyph).text((40, 40), letter, font=f, fill=255, anchor="mm")
            angle = -150 + i * step
            glyph = glyph.rotate(-angle, resample=Image.BICUBIC)
            import math
            cx = size / 2 + (size / 2 - 36) * math.sin(math.radians(angle))
            cy = size / 2 - (size / 2 - 36) * math.cos(math.radians(angle))
            seal.paste(red, (round(cx - 40), round(cy - 40)), glyph)
        star = [(size / 2 + r * s * 0.5, size / 2 - r * c * 0.5) for r, s, c in
                [((size / 4 if k % 2 == 0 else size / 10),) + _unit(36 * k) for k in range(10)]]
        pen.polygon(star, fill=red)
        box = (round(x_mm * MM - size / 2), round(y_mm * MM - size / 2))
        under = self.image.crop((*box, box[0] + size, box[1] + size))
        self.image.paste(ImageChops.multiply(under, seal), box)

    def signature(self, x_mm, y_mm, seed):
        """An invented flourish in blue ink."""
        rng = random.Random(seed)
        points, x, y = [], x_mm * MM, y_mm * MM
        for _ in range(14):
            points.append((x, y))
            x += rng.uniform(-20, 70)
            y += rng.uniform(-70, 70)
        for a, b in zip(points, points[1:]):
            self.draw.line([a, b], fill=(38, 52, 150), width=7)


def _unit(degrees):
    import math
    return math.sin(math.radians(degrees)), math.cos(math.radians(degrees))


def head(sheet, organ, number, place_date, parent=None, subject_vv=None):
    y = 20
    for line in ([parent] if parent else []):
        sheet.centred(62, y, line, 12, "Regular"); y += 6
    for line in organ:
        width = sheet.centred(62, y, line, 12, "Bold"); y += 6
    sheet.rule(62, y + 1.2, width * 0.4)
    below = y + 4
    sheet.centred(62, below, number, 13); below += 6.5
    for line in subject_vv or []:
        sheet.centred(62, below, line, 12); below += 5.5
    sheet.centred(143, 20, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, "Bold")
    width = sheet.centred(143, 26, "Độc lập - Tự do - Hạnh phúc", 13, "Bold")
    sheet.rule(143, 33, width)
    sheet.centred(143, max(y + 4, 37), place_date, 13, "Italic")
    return max(below, 50)


def signer(sheet, y, lines, name, seal_text, seed):
    top = y
    for line in lines:
        sheet.centred(150, y, line, 13, "Bold"); y += 6
    sheet.centred(150, top + 38, name, 13, "Bold")
    sheet.signature(138, top + 24, seed)
    sheet.seal(130, top + 22, seal_text)


def receivers(sheet, y, lines):
    sheet.left(30, y, "Nơi nhận:", 12, "BoldItalic"); y += 5.5
    for line in lines:
        sheet.left(30, y, line, 11); y += 4.8


def decision():
    one = Sheet()
    y = head(one, ["ỦY BAN NHÂN DÂN", "XÃ BÌNH SƠN ĐÔNG"], "Số: 128/QĐ-UBND", "Bình Sơn Đông, ngày 09 tháng 7 năm 2025")
    one.centred(105, y + 8, "QUYẾT ĐỊNH", 14, "Bold")
    one.centred(105, y + 15, "Về việc giao nhiệm vụ số hóa sổ hộ tịch", 14, "Bold")
    one.centred(105, y + 22, "lưu trữ tại xã giai đoạn 2025 - 2026", 14, "Bold")
    one.rule(105, y + 30, 40)
    one.centred(105, y + 34, "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ BÌNH SƠN ĐÔNG", 13, "Bold")
    y += 44
    for text in ("Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
                 "Căn cứ Luật Lưu trữ ngày 21 tháng 6 năm 2024;",
                 "Theo đề nghị của công chức tư pháp - hộ tịch,"):
        y = one.paragraph(y, text, style="Italic")
    one.centred(105, y + 2, "QUYẾT ĐỊNH:", 14, "Bold")
    y += 12
    y = one.paragraph(y, "Điều 1. Giao Tổ số hóa thực hiện quét, kiểm tra và nhập dữ liệu 42 quyển sổ đăng ký khai sinh, "
                         "kết hôn, khai tử từ năm 1978 đến năm 2007 đang lưu giữ tại kho của xã, bảo đảm mỗi trang có ảnh "
                         "rõ nét, đủ số tờ và đúng thứ tự.")
    y = one.paragraph(y, "Điều 2. Kết quả số hóa được đối chiếu với sổ gốc trước khi sử dụng; trường hợp chữ viết mờ, "
                         "rách hoặc không đọc được thì ghi rõ tình trạng, không suy đoán nội dung.")
    one.paragraph(y, "Điều 3. Quyết định này có hiệu lực kể từ ngày ký.")
    two = Sheet()
    two.centred(105, 12, "2", 13)
    y = two.paragraph(24, "Điều 4. Văn phòng Ủy ban nhân dân xã, công chức tư pháp - hộ tịch và các cá nhân có liên quan "
                          "chịu trách nhiệm thi hành Quyết định này./.")
    receivers(two, y + 8, ["- Như Điều 4;", "- Thường trực Đảng ủy xã;", "- Phòng Hành chính tư pháp;", "- Lưu: VT, TP."])
    signer(two, y + 8, ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"], "Trần Thị Thử Nghiệm", "ỦY BAN NHÂN DÂN XÃ BÌNH SƠN ĐÔNG ", 3)
    return [one, two], dict(typeName="Quyết định", typeCode="02", codeNumber="128", codeNotation="QĐ-UBND", issuedDate="2025-07-09",
                            place="Bình Sơn Đông", organName="ỦY BAN NHÂN DÂN XÃ BÌNH SƠN ĐÔNG", parentOrgan="",
                            subject="Về việc giao nhiệm vụ số hóa sổ hộ tịch lưu trữ tại xã giai đoạn 2025 - 2026",
                            signerTitle="TM. ỦY BAN NHÂN DÂN / CHỦ TỊCH", signerName="Trần Thị Thử Nghiệm")


def letter():
    one = Sheet()
    y = head(one, ["SỞ LƯU TRỮ MẪU"], "Số: 77/SLTM-NV", "Hà Thành, ngày 15 tháng 10 năm 2025", parent="UBND TỈNH HÀ THÀNH",
             subject_vv=["V/v hướng dẫn kiểm tra chất lượng", "ảnh quét sổ gốc"])
    one.centred(105, y + 8, "Kính gửi: Ủy ban nhân dân các xã, phường.", 14)
    y += 22
    for text in (
            "Thực hiện kế hoạch số hóa tài liệu năm 2025, Sở Lưu trữ Mẫu đề nghị Ủy ban nhân dân các xã, phường kiểm tra "
            "chất lượng ảnh quét trước khi bàn giao theo các nội dung sau:",
            "1. Độ phân giải không dưới 200 dpi đối với tài liệu hành chính và 300 dpi đối với bản đồ, bản vẽ; ảnh màu, không "
            "cắt mất chữ ở mép giấy.",
            "2. Số trang quét và số trang trắng phải khớp với số tờ đã khai trong hồ sơ; trang trắng vẫn được giữ lại.",
            "3. Trang có dấu đỏ đè lên chữ được giữ nguyên màu, không xóa dấu.",
            "Trong quá trình thực hiện, nếu có vướng mắc, đề nghị liên hệ Phòng Nghiệp vụ để được hướng dẫn./."):
        y = one.paragraph(y, text)
    receivers(one, y + 8, ["- Như trên;", "- Giám đốc Sở (để b/c);", "- Lưu: VT, NV."])
    signer(one, y + 8, ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], "Lê Văn Ví Dụ", "SỞ LƯU TRỮ MẪU ", 11)
    return [one, Sheet()], dict(typeName="Công văn", typeCode="22", codeNumber="77", codeNotation="SLTM-NV", issuedDate="2025-10-15",
                                place="Hà Thành", organName="SỞ LƯU TRỮ MẪU", parentOrgan="UBND TỈNH HÀ THÀNH",
                                subject="V/v hướng dẫn kiểm tra chất lượng ảnh quét sổ gốc",
                                signerTitle="KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC", signerName="Lê Văn Ví Dụ")


def notice():
    one = Sheet()
    y = head(one, ["TRƯỜNG THPT", "SÔNG MẪU"], "Số: 05/TB-THPTSM", "Sông Mẫu, ngày 02 tháng 6 năm 2024")
    one.centred(105, y + 8, "THÔNG BÁO", 14, "Bold")
    one.centred(105, y + 15, "Lịch cấp bản sao văn bằng từ sổ gốc", 14, "Bold")
    one.rule(105, y + 23, 36)
    y += 30
    for text in ("Nhà trường thông báo lịch cấp bản sao bằng tốt nghiệp từ sổ gốc cho học sinh tốt nghiệp các khóa trước "
                 "năm 2015 như sau:",
                 "- Sáng thứ Ba và thứ Năm hằng tuần, từ 7 giờ 30 đến 11 giờ;",
                 "- Người yêu cầu mang theo giấy tờ tùy thân; trường hợp ủy quyền phải có giấy ủy quyền hợp lệ;",
                 "- Hồ sơ nhận trước 15 giờ được trả kết quả trong ngày."):
        y = one.paragraph(y, text)
    receivers(one, y + 8, ["- Học sinh các khóa;", "- Lưu: VT."])
    signer(one, y + 8, ["HIỆU TRƯỞNG"], "Phạm Minh Họa", "TRƯỜNG THPT SÔNG MẪU ", 23)
    return [one], dict(typeName="Thông báo", typeCode="07", codeNumber="05", codeNotation="TB-THPTSM", issuedDate="2024-06-02",
                       place="Sông Mẫu", organName="TRƯỜNG THPT SÔNG MẪU", parentOrgan="",
                       subject="Lịch cấp bản sao văn bằng từ sổ gốc", signerTitle="HIỆU TRƯỞNG", signerName="Phạm Minh Họa")


def scanned(image, seed, skew, noise=3):
    """As a scanner gives it: paper grain, slight blur, skew, uneven light."""
    rng = random.Random(seed)
    turned = image.rotate(-skew, resample=Image.BICUBIC, fillcolor=(252, 251, 247))
    soft = turned.filter(ImageFilter.GaussianBlur(0.7))
    grain = Image.frombytes("L", (210, 297), bytes(128 + round(rng.gauss(0, noise)) for _ in range(210 * 297))).resize(A4, Image.BICUBIC)
    grain = Image.merge("RGB", [grain] * 3)
    return ImageChops.add(soft, grain, scale=1.0, offset=-128)


def jpeg_bytes(image, quality=60):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, dpi=(DPI, DPI), optimize=True)
    return out.getvalue()


def main():
    target = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2] / "samples")
    target.mkdir(exist_ok=True)
    truths = {}

    pages, metadata = decision()
    scans = [scanned(p.image, 5 + i, skew) for i, (p, skew) in enumerate(zip(pages, (1.3, -0.7)))]
    scans[0].save(target / "quyet-dinh.pdf", "PDF", resolution=DPI, save_all=True, append_images=scans[1:], quality=55,
                  creationDate=None, modDate=None)
    truths["quyet-dinh.pdf"] = dict(pages=[p.truth for p in pages], metadata=metadata)

    pages, metadata = letter()
    scans = [scanned(p.image, 15 + i, skew).convert("L").point(lambda v: 255 if v > 150 else 0).convert("1")
             for i, (p, skew) in enumerate(zip(pages, (-1.9, 0.0)))]
    scans[0].save(target / "cong-van.tif", compression="group4", dpi=(DPI, DPI), save_all=True, append_images=scans[1:])
    truths["cong-van.tif"] = dict(pages=[p.truth for p in pages], metadata=metadata)

    pages, metadata = notice()
    scan = scanned(pages[0].image, 25, 0.0).rotate(180)
    (target / "thong-bao.jpg").write_bytes(jpeg_bytes(scan, 55))
    truths["thong-bao.jpg"] = dict(pages=[p.truth for p in pages], metadata=metadata)

    (target / "truth.json").write_text(json.dumps(truths, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


main()
