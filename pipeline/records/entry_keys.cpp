#include "pipeline/records/entry_keys.hpp"

#include <algorithm>
#include <array>

namespace sogoc {
namespace {

bool has(std::string_view key, std::string_view part) { return key.find(part) != std::string_view::npos; }

template <std::size_t N>
bool is_one_of(std::string_view key, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), key) != names.end();
}

}  // namespace

KeyGroup group_of_key(std::string_view key) {
  constexpr std::array<std::string_view, 9> kNumbers{"so", "stt", "soKyHieu", "soVaoSo", "soHieuVanBang", "quyetDinhSo", "gbtSo", "soThua", "soToBanDo"};
  if (is_one_of(key, kNumbers) || has(key, "SoGiayToTuyThan")) return KeyGroup::number;
  if (has(key, "HoTen") || key == "hoTen" || key == "tenNguoiSuDung") return KeyGroup::person;
  // Who signed or wrote it is nobody who is looked for.
  if (has(key, "BangChu")) return KeyGroup::other;
  if (key.starts_with("ngay") || has(key, "Ngay") || key == "namTotNghiep") return KeyGroup::date;
  if (has(key, "NoiSinh") || has(key, "NoiCuTru") || has(key, "NoiChet") || has(key, "QueQuan") || key == "noiSinh" || key == "noiGui" || key == "noiNhan")
    return KeyGroup::place;
  return KeyGroup::other;
}

}  // namespace sogoc
