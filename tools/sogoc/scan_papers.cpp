#include "tools/sogoc/scan_papers.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "workers/copy_write/plain_sheets.hpp"

namespace sogoc {
namespace {

// Narrow, wide, narrow, wide, two millimetres apart, parallel to the edge that is fed.
void add_patch_t(PlainSheet& sheet, double top) {
  for (const double thick : {2.0, 5.0, 2.0, 5.0}) {
    sheet.boxes.push_back({40, top, 130, thick, 0, 0, 0, 0});
    top += thick + 2;
  }
}

}  // namespace

std::string fonts_folder() {
  const char* given = std::getenv("SOGOC_FONTS");
  return given != nullptr ? given : "/usr/share/fonts/truetype/croscore";
}

Result<std::string> covers_pdf(const std::vector<CoverSheet>& covers) {
  std::vector<PlainSheet> sheets;
  for (const CoverSheet& one : covers) {
    PlainSheet& sheet = sheets.emplace_back();
    SOGOC_TRY(const std::string payload, cover_text(one.cover));
    add_patch_t(sheet, 12);
    add_patch_t(sheet, 265);
    sheet.symbols.push_back({20, 42, 62, payload});
    sheet.symbols.push_back({128, 196, 62, payload});
    const bool document = one.cover.kind == CoverKind::document;
    const char* what = document ? "TỜ PHÂN CÁCH VĂN BẢN" : one.cover.kind == CoverKind::book ? "TỜ BÌA: SỔ" : "TỜ BÌA: HỒ SƠ";
    sheet.texts.push_back({90, 52, 100, 20, what, true, "left"});
    sheet.texts.push_back({20, 118, 170, 26, document ? "Văn bản mới của cùng hồ sơ" : one.cover.code, true, "center"});
    if (!one.title.empty()) sheet.texts.push_back({20, 140, 170, 16, one.title, false, "center"});
    if (one.cover.sheets) sheet.texts.push_back({20, 172, 170, 18, fmt::format("Số tờ: {} (không kể tờ này)", *one.cover.sheets), true, "center"});
    sheet.texts.push_back({20, 204, 100, 12,
                           "Đặt tờ này lên trước các tờ thuộc về nó. Mặt nào, đầu nào lên trên cũng được. Tờ này không được lưu thành trang; "
                           "mặt sau để trắng. In đúng cỡ 100 %, không viết lên hai ô vuông.",
                           false, "left"});
  }
  return write_plain_sheets(sheets, "Covers", fonts_folder());
}

}  // namespace sogoc
