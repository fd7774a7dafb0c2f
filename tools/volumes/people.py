"""Invented people and what a register says of them: families fit together, dates follow one another, numbers run N/YYYY."""
import datetime
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "training"))
import texts  # noqa: E402  (lists of names and places of the line recogniser's training)

ETHNICITIES = ["Kinh"] * 16 + ["Tày", "Thái", "Mường", "Nùng", "Khmer", "Hoa", "Dao", "Ê Đê", "Ba Na", "Chăm"]
SCHOOLS = ("THPT Nguyễn Trãi", "THPT Lê Hồng Phong", "THPT Chu Văn An", "THPT Trần Phú", "THPT Lý Thường Kiệt", "THPT Quang Trung")
CAUSES = ("Bệnh già", "Tuổi già", "Bệnh tim", "Tai nạn giao thông", "Ung thư phổi", "Tai biến", "Đuối nước", "Bệnh phổi")
LAND = ("ONT", "LUC", "LUK", "CLN", "BHK", "NTS", "RSX", "ODT", "DGT", "NTD", "TSC", "DGD")
OFFICES = ("Sở Tư pháp", "UBND huyện", "Phòng Tư pháp", "Công an huyện", "Sở Nội vụ", "Phòng Giáo dục", "Huyện uỷ", "Toà án nhân dân huyện", "Sở Tài chính")
SUBJECTS = (
    "V/v báo cáo công tác hộ tịch", "V/v kiểm tra sổ đăng ký", "Giấy mời họp", "V/v thực hiện quy chế", "Báo cáo quý", "V/v cử cán bộ tập huấn",
    "Quyết định phân công", "V/v thống kê khai sinh", "Kế hoạch tuyên truyền", "Thông báo kết luận cuộc họp",
)


class Place:
    """The commune a book belongs to, and the villages its people live in."""

    def __init__(self, rng):
        self.province = rng.choice(texts.PLACES[6:63])
        self.district = rng.choice(texts.PLACES[63:])
        self.commune = " ".join((rng.choice(texts.GIVENS[:60]), rng.choice(texts.GIVENS[:60])))
        self.villages = [f"{kind} {name}" for kind, name in zip(rng.choices(("Thôn", "Xóm", "Tổ"), k=7), rng.sample(texts.GIVENS, 7))]
        self.short = f"{self.commune}, {self.district}"
        self.full = f"{self.commune}, {self.district}, {self.province}"


class Person:
    def __init__(self, rng, born, male=None, surname=None, ethnicity=None):
        self.male = rng.random() < 0.51 if male is None else male
        self.surname = surname or rng.choice(texts.SURNAMES[:60])
        middle = ("Văn", "Đức", "Hữu", "Quang", "Minh", "Công", "Đình", "Mạnh", "Quốc") if self.male else ("Thị", "Thị", "Thị", "Thu", "Ngọc", "Thanh", "Kim")
        self.given = f"{rng.choice(middle)} {rng.choice(texts.GIVENS)}"
        self.name = f"{self.surname} {self.given}"
        self.born = born
        self.ethnicity = ethnicity or rng.choice(ETHNICITIES)
        self.id = self._id(rng)

    def _id(self, rng):
        if self.born.year > 1998 or rng.random() < 0.25:  # twelve digits: province, century and sex, year, six more
            century = (0 if self.born.year < 2000 else 2) + (0 if self.male else 1)
            return f"{rng.randint(1, 96):03d}{century}{self.born.year % 100:02d}{rng.randint(0, 999999):06d}"
        return f"{rng.randint(1, 38):02d}{rng.randint(0, 9999999):07d}"

    @property
    def sex(self):
        return "Nam" if self.male else "Nữ"


def _day(rng, first, last):
    return first + datetime.timedelta(days=rng.randint(0, max(0, (last - first).days)))


def _back(rng, day, low, high):
    return day - datetime.timedelta(days=rng.randint(int(low), int(high)))


IN_WORDS = "không một hai ba bốn năm sáu bảy tám chín".split()


def in_words(n):
    """A day, month or year in Vietnamese words, up to 9999."""
    if n < 10:
        return IN_WORDS[n]
    if n < 20:
        return "mười" + ("" if n == 10 else " lăm" if n == 15 else " " + IN_WORDS[n % 10])
    if n < 100:
        last = {0: "", 1: " mốt", 4: " tư", 5: " lăm"}.get(n % 10, " " + IN_WORDS[n % 10])
        return IN_WORDS[n // 10] + " mươi" + last
    if n < 1000:
        rest = n % 100
        return IN_WORDS[n // 100] + " trăm" + ("" if rest == 0 else " linh " + IN_WORDS[rest] if rest < 10 else " " + in_words(rest))
    rest = n % 1000
    return IN_WORDS[n // 1000] + " nghìn" + ("" if rest == 0 else " không trăm" + (" linh " + IN_WORDS[rest] if rest < 10 else " " + in_words(rest)) if rest < 100 else " " + in_words(rest))


class Registry:
    """Writes the entries of one book in order. `date` gives a day as this book writes it."""

    def __init__(self, rng, kind, years, date, capital_names=False):
        self.rng, self.kind, self.date = rng, kind, date
        self.place = Place(rng)
        self.name = (lambda p: p.name.upper()) if capital_names else (lambda p: p.name)
        self.year = rng.randint(*years)
        self.number, self.day = 0, datetime.date(self.year, 1, rng.randint(2, 6))
        self.book = f"{rng.randint(1, 4):02d}/{self.year}"
        self.last_year = years[1]
        self.sheet, self.parcel = rng.randint(1, 30), 0

    def entry(self):
        """The next entry's fields, {key: text as it should stand}. Keys are those of the registers' data model."""
        rng = self.rng
        self.day += datetime.timedelta(days=rng.choice((0, 0, 1, 1, 2, 3, 4)))
        if self.day.year != self.year:
            self.year, self.number = self.day.year, 0
        self.number += 1
        fields = {"so": f"{self.number:02d}/{self.year}", "quyenSo": self.book, "ngayDangKy": self.date(self.day), "ghiChu": ""}
        fields.update(getattr(self, "_" + self.kind)())
        return fields

    def _home(self):
        return f"{self.rng.choice(self.place.villages)}, {self.place.commune}" + (f", {self.place.district}" if self.rng.random() < 0.35 else "")

    def _year_or_date(self, day):
        return str(day.year) if self.rng.random() < 0.55 else self.date(day)

    def _adult(self, low=20, high=60, **more):
        return Person(self.rng, _back(self.rng, self.day, low * 365.25, high * 365.25), **more)

    def _KS(self):
        rng = self.rng
        born = _back(rng, self.day, 1, 60) if rng.random() < 0.85 else _back(rng, self.day, 61, 900)
        mother = Person(rng, _back(rng, born, 19 * 365.25, 40 * 365.25), male=False)
        father = Person(rng, _back(rng, born, 20 * 365.25, 48 * 365.25), male=True)
        known = rng.random() > 0.05
        child = Person(rng, born, surname=father.surname if known else mother.surname, ethnicity=father.ethnicity if known else mother.ethnicity)
        late = (self.day - born).days > 60
        out = {
            "nksHoTen": self.name(child), "nksGioiTinh": child.sex, "nksNgaySinh": self.date(born),
            "nksNgaySinhBangChu": f"ngày {in_words(born.day)} tháng {in_words(born.month) if born.month != 4 else 'tư'} năm {in_words(born.year)}",
            "nksNoiSinh": rng.choice((f"Trạm y tế xã {self.place.commune}", f"Bệnh viện {self.place.district}", self._home(), "Tại nhà", "Nhà hộ sinh")),
            "nksQueQuan": self.place.short, "nksDanToc": child.ethnicity, "nksQuocTich": "Việt Nam",
            "meHoTen": self.name(mother), "meNgaySinh": self._year_or_date(mother.born), "meDanToc": mother.ethnicity, "meQuocTich": "Việt Nam",
            "meNoiCuTru": self._home(), "loaiDangKy": "Quá hạn" if late else "Đúng hạn", "nycHoTen": self.name(father if known else mother),
            "nycQuanHe": "Bố" if known else "Mẹ", "nycSoGiayToTuyThan": (father if known else mother).id,
            "chaHoTen": "", "chaNgaySinh": "", "chaDanToc": "", "chaQuocTich": "", "chaNoiCuTru": "",
        }
        if known:
            out |= {"chaHoTen": self.name(father), "chaNgaySinh": self._year_or_date(father.born), "chaDanToc": father.ethnicity,
                    "chaQuocTich": "Việt Nam", "chaNoiCuTru": out["meNoiCuTru"]}
        if late:
            out["ghiChu"] = "Quá hạn"
        return out

    def _KH(self):
        man, woman = self._adult(20, 35, male=True), self._adult(18, 32, male=False)
        out = {"tinhTrangKetHon": self.rng.choice(("Lần đầu", "Lần đầu", "Lần đầu", "Đăng ký lại"))}
        for key, p in (("chong", man), ("vo", woman)):
            out |= {key + "HoTen": self.name(p), key + "NgaySinh": self.date(p.born), key + "DanToc": p.ethnicity, key + "QuocTich": "Việt Nam",
                    key + "NoiCuTru": self._home(), key + "SoGiayToTuyThan": p.id}
        return out

    def _KT(self):
        rng = self.rng
        died = _back(rng, self.day, 0, 20)
        p = Person(rng, _back(rng, died, 1 * 365, 95 * 365))
        declarer = self._adult()
        return {"nktHoTen": self.name(p), "nktGioiTinh": p.sex, "nktNgaySinh": self._year_or_date(p.born), "nktDanToc": p.ethnicity, "nktQuocTich": "Việt Nam",
                "nktNoiCuTru": self._home(), "nktSoGiayToTuyThan": p.id, "nktNgayChet": self.date(died), "nktGioPhutChet": f"{rng.randint(0, 23)} giờ {rng.randint(0, 59):02d}",
                "nktNoiChet": rng.choice(("Tại nhà", f"Bệnh viện {self.place.district}", self._home())), "nktNguyenNhanChet": rng.choice(CAUSES),
                "gbtSo": f"{rng.randint(1, 99)}/GBT", "gbtNgay": self.date(died), "nycHoTen": self.name(declarer), "nycQuanHe": rng.choice(("Con", "Vợ", "Chồng", "Cháu", "Em"))}

    def _CMC(self):
        rng = self.rng
        born = _back(rng, self.day, 200, 15 * 365)
        parent = self._adult(22, 50)
        child = Person(rng, born, surname=parent.surname, ethnicity=parent.ethnicity)
        return {"quyetDinhSo": f"{rng.randint(1, 250)}/QĐ-UBND", "loaiXacNhan": "Cha nhận con" if parent.male else "Mẹ nhận con",
                "cmHoTen": self.name(parent), "cmNgaySinh": self.date(parent.born), "cmDanToc": parent.ethnicity, "cmQuocTich": "Việt Nam", "cmNoiCuTru": self._home(),
                "cmSoGiayToTuyThan": parent.id, "ncHoTen": self.name(child), "ncNgaySinh": self.date(child.born), "ncDanToc": child.ethnicity,
                "ncQuocTich": "Việt Nam", "ncNoiCuTru": self._home(), "nycHoTen": self.name(parent), "nycQHNguoiDuocNhan": "Cha" if parent.male else "Mẹ"}

    def _HN(self):
        rng = self.rng
        p = self._adult(18, 50)
        return {"nxnHoTen": self.name(p), "nxnGioiTinh": p.sex, "nxnNgaySinh": self.date(p.born), "nxnDanToc": p.ethnicity, "nxnQuocTich": "Việt Nam",
                "nxnNoiCuTru": self._home(), "nxnSoGiayToTuyThan": p.id,
                "nxnTinhTrangHonNhan": rng.choice(("Chưa kết hôn", "Chưa kết hôn", "Đã ly hôn", "Chưa đăng ký kết hôn", "Vợ đã chết" if p.male else "Chồng đã chết")),
                "nxnMucDichSuDung": rng.choice(("Kết hôn", "Kết hôn", "Vay vốn", "Mua bán nhà", "Xin việc")), "nycHoTen": self.name(p)}

    def _diploma(self):
        rng = self.rng
        p = Person(rng, _day(rng, datetime.date(self.year - 20, 1, 1), datetime.date(self.year - 18, 12, 31)))
        return {"stt": str(self.number), "hoTen": self.name(p), "ngaySinh": self.date(p.born), "noiSinh": rng.choice((self.place.province, self.place.district)),
                "gioiTinh": p.sex, "danToc": p.ethnicity, "truong": SCHOOLS[hash_of(self.book) % len(SCHOOLS)], "namTotNghiep": str(self.year),
                "xepLoai": rng.choice(("Trung bình", "Trung bình", "Khá", "Khá", "Giỏi")), "soHieuVanBang": f"A{rng.randint(100000, 9999999):07d}",
                "soVaoSo": f"{self.number:04d}/{self.year}"}

    def _land(self):
        rng = self.rng
        self.parcel += rng.choice((1, 1, 1, 1, 2))
        if self.parcel > 240:
            self.sheet, self.parcel = self.sheet + 1, 1
        owner = rng.random()
        name = self.name(self._adult()) if owner < 0.9 else f"UBND xã {self.place.commune}"
        return {"stt": str(self.number), "soToBanDo": str(self.sheet), "soThua": str(self.parcel), "tenNguoiSuDung": name, "doiTuong": "GDC" if owner < 0.9 else "UBS",
                "dienTich": f"{rng.randint(40, 2400)}" + ("" if rng.random() < 0.6 else f",{rng.randint(1, 9)}"), "loaiDat": rng.choice(LAND)}

    def _mail(self):
        rng = self.rng
        sent = _back(rng, self.day, 0, 15)
        number = f"{rng.randint(1, 1999)}/{rng.choice(('QĐ', 'TB', 'CV', 'KH', 'BC'))}-{rng.choice(('UBND', 'STP', 'HĐND', 'CA'))}"
        office = rng.choice(OFFICES)
        return {"stt": str(self.number), "ngay": self.date(self.day), "soKyHieu": number, "ngayVanBan": self.date(sent), "noiGui": office, "noiNhan": office,
                "trichYeu": rng.choice(SUBJECTS)}


def hash_of(text):
    """A small number from a text, the same in every run."""
    return sum(ord(c) * (i + 1) for i, c in enumerate(text))
