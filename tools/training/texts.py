"""What the training lines say: names, dates, numbers, places, register phrases, and syllables no list holds.

Every person and address is invented by drawing from the lists below. The shares are in KINDS.
"""
import random
import unicodedata

TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
ONSETS = ("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split()) + [""]
RIMES_OPEN = (
    "a ă â e ê i o ô ơ u ư y ai ao au ay âu ây eo êu ia iu iêu oa oai oao oay oe oi ôi ơi ua ui uy ưa ưi ưu uê uôi ươi ươu uya uyu "
    "am ăm âm em êm im om ôm ơm um an ăn ân en ên in on ôn ơn un ang ăng âng eng ong ông ung ưng anh ênh inh iêm iên iêng "
    "oan oang oăn oăng uân uâng uôm uôn uông ươm ươn ương uyên uynh yên yêm".split()
)
RIMES_STOP = (
    "ac ăc âc ec oc ôc uc ưc at ăt ât et êt it ot ôt ơt ut ưt ap ăp âp ep êp ip op ôp ơp up ach êch ich iêc iêt iêp "
    "oat oăt oac uât uôc uôt ươc ươt ươp uyêt uych".split()
)
SURNAMES = (
    "Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Trần Lê Lê Lê Phạm Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý "
    "Đào Đinh Đoàn Lương Trịnh Trương Mai Tô Tạ Hà Cao Lâm Châu Thái Quách La Vương Từ Triệu Phùng Tống Kiều Khuất Nông Hứa "
    "Bế Lò Quàng Giàng Sùng Thào Vàng Lường Cầm Đèo Điểu Rơ Siu Kpă Y H' Thạch Kim Sơn Danh Lục Mạc Nghiêm Chu Đàm Văn Bạch Âu Tăng Ông".split()
)
MIDDLES = (
    "Thị Thị Thị Thị Văn Văn Văn Văn Thu Thanh Minh Ngọc Hồng Kim Đức Hữu Quang Xuân Thế Công Đình Mạnh Quốc Bá Duy Gia Hoài Hải "
    "Anh Bảo Bích Diệu Hà Khánh Lan Mai Mỹ Như Phương Quỳnh Tuấn Thùy Thúy Trọng Trung Tường Tú Viết Việt Vĩnh Đăng Đại Thành Phúc Huy Nhật Hoàng Thái Thảo Vân Yến".split()
)
GIVENS = (
    "An Anh Ánh Bình Bảo Bích Cường Chi Châu Chiến Công Cúc Dung Dũng Duy Duyên Dương Đạt Đức Đông Giang Hà Hạnh Hải Hằng Hiền Hiếu "
    "Hiệp Hoa Hoà Hòa Hoàng Hoài Hồng Huệ Hùng Huy Huyền Hương Hường Hưng Khanh Khánh Khoa Khôi Kiên Lan Lâm Liên Linh Loan Long Lộc "
    "Lợi Ly Mai Mạnh Minh My Mỹ Nam Nga Ngà Ngân Nghĩa Ngọc Nguyên Nguyệt Nhàn Nhân Nhung Như Oanh Phong Phúc Phương Phượng Quân "
    "Quang Quyên Quyết Quỳnh Sơn Sang Sinh Tâm Tân Tài Tuấn Tùng Tuyết Tú Thanh Thành Thảo Thắm Thắng Thịnh Thoa Thơ Thu Thuận Thùy "
    "Thuỷ Thủy Thư Thương Tiến Toàn Trang Trâm Trinh Trí Trọng Trung Trường Uyên Vân Việt Vinh Vũ Vy Xuân Yến Ý Ước Ngoan Gái Lụa Mận Sáu Bảy Tư Út".split()
)
PLACES = (
    "Hà Nội|Hồ Chí Minh|Hải Phòng|Đà Nẵng|Cần Thơ|Huế|An Giang|Bắc Giang|Bắc Kạn|Bạc Liêu|Bắc Ninh|Bến Tre|Bình Dương|Bình Định|"
    "Bình Phước|Bình Thuận|Cà Mau|Cao Bằng|Đắk Lắk|Đắk Nông|Điện Biên|Đồng Nai|Đồng Tháp|Gia Lai|Hà Giang|Hà Nam|Hà Tĩnh|Hải Dương|"
    "Hậu Giang|Hoà Bình|Hưng Yên|Khánh Hoà|Kiên Giang|Kon Tum|Lai Châu|Lạng Sơn|Lào Cai|Lâm Đồng|Long An|Nam Định|Nghệ An|Ninh Bình|"
    "Ninh Thuận|Phú Thọ|Phú Yên|Quảng Bình|Quảng Nam|Quảng Ngãi|Quảng Ninh|Quảng Trị|Sóc Trăng|Sơn La|Tây Ninh|Thái Bình|Thái Nguyên|"
    "Thanh Hoá|Tiền Giang|Trà Vinh|Tuyên Quang|Vĩnh Long|Vĩnh Phúc|Yên Bái|Hà Đông|Sơn Tây|Ba Vì|Đông Anh|Gia Lâm|Thanh Trì|Hoài Đức|"
    "Đan Phượng|Chương Mỹ|Ứng Hoà|Mỹ Đức|Thường Tín|Phú Xuyên|Đống Đa|Ba Đình|Cầu Giấy|Tây Hồ|Long Biên|Hai Bà Trưng|Thủ Đức|Gò Vấp|"
    "Bình Thạnh|Tân Bình|Tân Phú|Phú Nhuận|Củ Chi|Hóc Môn|Nhà Bè|Việt Trì|Lâm Thao|Thanh Ba|Đoan Hùng|Cẩm Khê|Yên Lập|Thanh Sơn|"
    "Kim Bảng|Duy Tiên|Lý Nhân|Thanh Liêm|Ý Yên|Vụ Bản|Hải Hậu|Giao Thuỷ|Xuân Trường|Trực Ninh|Nho Quan|Gia Viễn|Hoa Lư|Yên Mô|"
    "Nga Sơn|Hậu Lộc|Quảng Xương|Nông Cống|Diễn Châu|Quỳnh Lưu|Yên Thành|Nam Đàn|Hưng Nguyên|Can Lộc|Đức Thọ|Kỳ Anh|Bố Trạch|Tuy Phước"
).split("|")
STREETS = (
    "Trần Phú|Lê Lợi|Nguyễn Huệ|Hai Bà Trưng|Lý Thường Kiệt|Trần Hưng Đạo|Ngô Quyền|Quang Trung|Nguyễn Trãi|Lê Duẩn|Phan Đình Phùng|"
    "Hoàng Hoa Thám|Điện Biên Phủ|Cách Mạng Tháng Tám|Võ Thị Sáu|Bà Triệu|Tôn Đức Thắng|Kim Mã|Giải Phóng|Láng Hạ|Phố Huế|Hàng Bông|"
    "Nguyễn Văn Cừ|Lạc Long Quân|Âu Cơ|Đội Cấn|Xã Đàn|Tây Sơn|Phạm Ngũ Lão|Bùi Thị Xuân|Nguyễn Thị Minh Khai|Lê Hồng Phong|Hùng Vương"
).split("|")
PHRASES = (
    "Nam|Nữ|Kinh|Tày|Thái|Mường|Khmer|Hoa|Nùng|H'Mông|Dao|Gia Rai|Ê Đê|Ba Na|Sán Chay|Chăm|Cơ Ho|Xơ Đăng|Sán Dìu|Hrê|Việt Nam|Không|"
    "Đã chết|Đã kết hôn|Đăng ký lại|Đăng ký quá hạn|Đúng hạn|Bệnh viện|Trạm y tế xã|Nhà hộ sinh|Làm ruộng|Làm nông|Nông dân|Công nhân|"
    "Giáo viên|Bộ đội|Cán bộ|Buôn bán|Nội trợ|Học sinh|Hưu trí|Bố|Mẹ|Cha|Ông|Bà|Vợ|Chồng|Con|Bản thân|Độc thân|Tại nhà|Bệnh già|"
    "Tai nạn giao thông|Tuổi già|Bệnh tim|Ung thư phổi|Chủ tịch|Phó Chủ tịch|Cán bộ tư pháp hộ tịch|Giấy chứng sinh|Giấy báo tử|"
    "Cải chính họ tên|Theo Quyết định số|Ghi chú kết hôn|Khai sinh|Khai tử|Kết hôn|Bản sao|Trích lục|Quốc tịch Việt Nam|Dân tộc Kinh|"
    "Cục Cảnh sát|Công an tỉnh|Công an thành phố|UBND xã|UBND phường|Uỷ ban nhân dân huyện|Sở Tư pháp|Phòng Tư pháp|Toà án nhân dân|"
    "Sở Y tế|Trường Đại học|Trường THPT|Cử nhân|Kỹ sư|Bằng tốt nghiệp|Loại khá|Loại giỏi|Xuất sắc|Trung bình khá|Chính quy|Tại chức|"
    "Chưa kết hôn|Chưa đăng ký kết hôn|Đã ly hôn|Vợ đã chết|Chồng đã chết|Nhận cha con|Nhận mẹ con|Xin việc làm|Vay vốn ngân hàng|Mua bán nhà đất|"
    "Trạm xá xã|Bệnh viện tỉnh|Bệnh viện huyện|Bệnh viện phụ sản|Nơi đăng ký thường trú|Uỷ ban nhân dân xã|Công an huyện|Chi cục thuế|Báo cáo công tác|"
    "Giấy mời họp|Thông báo về việc|Quyết định về việc|Công văn về việc|Kế hoạch thực hiện|Chỉ thị về việc|Hội đồng nhân dân|Số thứ tự|Đất ở đô thị|Đất ở nông thôn|"
    "Đất ở|Đất lúa|Đất vườn|Hộ gia đình|Sử dụng riêng|Sử dụng chung|Lâu dài|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|lăm|mươi|tháng|ngày"
).split("|")
COMPANY = "Công ty TNHH|Công ty cổ phần|Công ty CP|Doanh nghiệp tư nhân|Hợp tác xã|Xí nghiệp|Chi nhánh|Cty TNHH MTV|Công ty TNHH TM DV|Tổng công ty".split("|")
TRADES = "Thương mại|Dịch vụ|Xây dựng|Vận tải|Sản xuất|Đầu tư|Du lịch|May mặc|Cơ khí|Điện tử|Nông sản|Xuất nhập khẩu|Thực phẩm|Dược phẩm|TM DV|XNK".split("|")
ABBREV = "UBND HĐND QLHC TTXH CCCD CMND THPT THCS TNHH TM DV XD CP KS KT KH BTP STP QĐ TB CV ĐKKH TP.HCM TP. Q. P. H. X. CT ĐHQG SX XNK ATM VN".split()
VOWELS = "aăâeêioôơuưy"

ALPHABET = sorted(
    {unicodedata.normalize("NFC", c) for base in VOWELS for t in TONES for c in (base + t, (base + t).upper())}
    | {unicodedata.normalize("NFC", (base + t).upper()) for base in VOWELS for t in TONES}
    | set("bcdđfghjklmnpqrstvwxzBCDĐFGHJKLMNPQRSTVWXZ0123456789") | set(" .,/-:;()'\"&+%°=?!*_<>")
)
ALPHABET = [c for c in ALPHABET if len(c) == 1]


def with_tone(rime, tone):
    """Puts a tone on the vowel that carries it (one of the two customary places for oa, oe, uy)."""
    places = [i for i, c in enumerate(rime) if c in VOWELS]
    marked = [i for i in places if rime[i] in "ăâêôơư"]
    if marked:
        at = marked[-1]
    elif len(places) == 1 or rime[-1] not in VOWELS:
        at = places[-1]
    else:
        at = places[-2] if not (len(places) == 2 and rime in ("oa", "oe", "uy") and random.random() < 0.4) else places[-1]
    return unicodedata.normalize("NFC", rime[: at + 1] + tone + rime[at + 1 :])


def syllable():
    onset = random.choice(ONSETS)
    if random.random() < 0.68:
        rime, tone = random.choice(RIMES_OPEN), random.choice(TONES)
    else:
        rime, tone = random.choice(RIMES_STOP), random.choice((TONES[2], TONES[5]))
    if onset == "qu" and rime[0] in "uoư":
        onset = "t"
    return onset + with_tone(rime, tone)


def name():
    parts = [random.choice(SURNAMES)]
    if random.random() < 0.12:
        parts.append(random.choice(SURNAMES))
    parts += [random.choice(MIDDLES) for _ in range(random.choice((0, 1, 1, 1, 1, 2)))]
    parts.append(random.choice(GIVENS) if random.random() < 0.8 else syllable().capitalize())
    return " ".join(parts)


UNITS = "không một hai ba bốn năm sáu bảy tám chín".split()


def spoken(n):
    """A number of two figures in words, as registers write a day, a month or the end of a year."""
    tens, ones = divmod(n, 10)
    if tens == 0:
        return UNITS[ones]
    last = {0: "", 1: " mốt" if tens > 1 else " một", 4: random.choice((" tư", " bốn")) if tens > 1 else " bốn", 5: " lăm"}.get(ones, " " + UNITS[ones])
    return ("mười" if tens == 1 else UNITS[tens] + " mươi") + last


def date_in_words():
    d, m, y = random.randint(1, 31), random.randint(1, 12), random.choice((random.randint(1900, 1999), random.randint(2000, 2026)))
    thousand = random.choice(("nghìn", "nghìn", "ngàn"))
    end = spoken(y % 100) if y % 100 > 9 else random.choice(("linh ", "linh ", "lẻ ")) + UNITS[y % 10]
    year = f"{UNITS[y // 1000]} {thousand} {UNITS[y // 100 % 10]} trăm" + (" " + end if y % 100 else "")
    parts = [f"ngày {random.choice(('', '', 'mồng ', 'mùng ')) if d < 11 else ''}{spoken(d)}", f"tháng {random.choice((spoken(m), 'giêng', 'một', 'chạp')) if m in (1, 11, 12) else spoken(m)}", f"năm {year}"]
    return " ".join(random.choice((parts[:2], parts[1:], parts[2:], parts[:1])))


def date():
    d, m, y = random.randint(1, 31), random.randint(1, 12), random.choice((random.randint(1900, 2026), random.randint(1955, 2025)))
    if random.random() < 0.3:  # slim ones side by side are what gets lost
        d, m = random.choice((1, 10, 11, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 31)), random.choice((1, 10, 11, 11, 12, 12))
    two = random.random() < 0.65
    ds, ms = (f"{d:02d}", f"{m:02d}") if two else (str(d), str(m))
    s = random.choice(("/", "/", "/", "/", "/", "-", "-", ".", " / ", " - "))
    r = random.random()
    if r < 0.62:
        return s.join((ds, ms, str(y)))
    if r < 0.7:  # uneven: 05/9/1998, 5 - 11/1987
        return random.choice("/-.").join((ds, ms)) + s + str(y) if two else f"{ds}{s}{d % 12 + 1}{s}{y}"
    if r < 0.76:
        return s.join((ds, ms, f"{y % 100:02d}"))
    if r < 0.84:
        return f"ngày {ds} tháng {ms} năm {y}"
    if r < 0.88:
        return f"{random.choice(PLACES)}, ngày {ds} tháng {ms} năm {y}"
    if r < 0.93:
        return s.join((ms, str(y)))
    return random.choice((str(y), ds, ms, f"{ds}{s}{ms}", f"năm {y}", f"tháng {ms}", f"{ds} {ms} {y}"))


def digits(n):
    return "".join(random.choice("0123456789") for _ in range(n))


def number():
    r = random.random()
    if r < 0.14:
        return digits(9)
    if r < 0.32:
        return digits(12)
    if r < 0.46:
        return "0" + digits(9)
    if r < 0.52:
        return " ".join((digits(3), digits(3), digits(3))) if random.random() < 0.5 else ".".join(("0" + digits(3), digits(3), digits(3)))
    if r < 0.66:
        return f"{random.randint(1, 999)}/{random.randint(1950, 2026)}"
    if r < 0.74:
        return f"{random.randint(1, 3999)}/{random.choice(('QĐ', 'TB', 'CV', 'UBND', 'KH', 'TTr', 'BC'))}-{random.choice(('UBND', 'STP', 'HĐND', 'BTP', 'TP'))}"
    if r < 0.8:
        return f"{random.randint(1, 999)}{random.choice(('.000', '.500', '.000.000', ' m2', '%', ' đồng', ',25'))}"
    if r < 0.86:  # an area: the comma hides between two figures
        return f"{random.choice((random.randint(1, 999), random.randint(1000, 9999)))}{random.choice(',,,.')}{random.randint(0, 9)}"
    if r < 0.92:
        return "".join(random.choice("1111023456789") for _ in range(random.randint(2, 6)))
    return digits(random.randint(1, 8))


# Kinds of land as the cadastre abbreviates them.
LAND = "LUC LUK LUN BHK HNK NHK CLN RSX RPH RDD NTS LMU NKH ONT ODT TSC DTS DVH DYT DGD DTT DKH DXH DNG CQP CAN SKK SKT SKN SKC TMD SKS SKX DGT DTL DNL DBV DSH DKV DRA DCK TON TIN NTD SON MNC PNK BCS DCS NCS".split()


def code():
    r = random.random()
    if r < 0.5:
        return random.choice(LAND)
    if r < 0.6:
        return "+".join(random.sample(LAND, 2))
    letters = "".join(random.choice("ABCDĐEGHIKLMNOPQRSTUVXYZ") for _ in range(random.randint(1, 4)))
    return letters if r < 0.8 else letters + random.choice(("", " ", "-", "/")) + digits(random.randint(1, 7))


def subject():
    """What a letter is about: "V/v" stands for "về việc"."""
    about = " ".join((random.choice(PHRASES).lower(), *(syllable() for _ in range(random.randint(0, 2))), random.choice(PHRASES).lower()))
    return random.choice(("V/v ", "V/v ", "v/v ", "V/v: ", "Vv ", "")) + about


def house():
    n = str(random.randint(1, 399))
    r = random.random()
    return n + ("/" + str(random.randint(1, 99)) if r < 0.25 else random.choice("ABC") if r < 0.32 else "")


def address():
    parts = []
    r = random.random()
    street = random.choice(STREETS) if random.random() < 0.7 else name()
    if r < 0.45:
        parts.append(f"{random.choice(('', '', 'Số ', 'số '))}{house()} {street}")
        if random.random() < 0.5:
            parts.append(random.choice((f"Phường {random.randint(1, 28)}", f"P. {random.choice(PLACES)}", f"P{random.randint(1, 16)}", random.choice(PLACES))))
        if random.random() < 0.5:
            parts.append(random.choice((f"Quận {random.randint(1, 12)}", f"Q. {random.choice(PLACES)}", f"Q{random.randint(1, 12)}", random.choice(PLACES))))
        parts.append(random.choice(PLACES + ["TP.HCM", "TP. HCM", "HN", "Tp. Hồ Chí Minh"]))
    else:
        if random.random() < 0.5:
            parts.append(f"{random.choice(('Thôn', 'Xóm', 'Khu', 'Đội', 'Tổ', 'Ấp', 'Bản'))} {random.choice((str(random.randint(1, 19)), syllable().capitalize(), random.choice(PLACES)))}")
        commune = random.choice(PLACES) if random.random() < 0.5 else syllable().capitalize() + " " + syllable().capitalize()
        parts.append(random.choice(("xã ", "Xã ", "", "", "thị trấn ")) + commune)
        if random.random() < 0.8:
            parts.append(random.choice(("huyện ", "Huyện ", "", "", "h. ")) + random.choice(PLACES))
        if random.random() < 0.8:
            parts.append(random.choice(("tỉnh ", "", "", "")) + random.choice(PLACES))
    return random.choice((", ", ", ", ", ", " - ", ",")).join(parts)


def company():
    return " ".join((random.choice(COMPANY), random.choice(TRADES), random.choice((name(), " ".join(random.sample(GIVENS, 2)), random.choice(PLACES)))))


def mixed():
    words = [random.choice((syllable, syllable, lambda: random.choice(ABBREV), lambda: digits(random.randint(1, 4)), lambda: random.choice(PHRASES)))() for _ in range(random.randint(1, 5))]
    return " ".join(words)


def noise():
    return "".join(random.choice("0123456789ABCDEFGHIKLMNOPQRSTUVXYĐabcdeghiklmnopqrstuvxyđăâêôơư.,/-()") for _ in range(random.randint(2, 10)))


KINDS = (
    (0.22, name), (0.23, date), (0.18, number), (0.11, address), (0.07, lambda: random.choice(PHRASES)),
    (0.04, company), (0.08, mixed), (0.03, noise), (0.04, code), (0.03, subject), (0.03, date_in_words),
)


def line(max_chars=46):
    """A line of text to write; NFC, at most max_chars characters."""
    while True:
        r, total = random.random() * sum(w for w, _ in KINDS), 0.0
        for weight, make in KINDS:
            total += weight
            if r <= total:
                break
        text = make()
        r = random.random()
        if r < 0.20:
            text = text.upper()
        elif r < 0.24:
            text = text.lower()
        text = unicodedata.normalize("NFC", " ".join(text.split()))
        if 0 < len(text) <= max_chars and all(c in _KNOWN for c in text):
            return text


_KNOWN = set(ALPHABET)
