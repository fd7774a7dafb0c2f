#include "tools/sogoc/calibration_sheet.hpp"

#include <cstdlib>

#include "pipeline/capture/calibration.hpp"
#include "tools/sogoc/scan_papers.hpp"
#include "workers/copy_write/plain_sheets.hpp"

namespace sogoc {
namespace {

using namespace calibration;

SheetBox square(double x, double y, double side, double level, double tilt = 0) {
  return {x - side / 2, y - side / 2, side, side, level, level, level, tilt};
}

}  // namespace

Result<std::string> calibration_sheet_pdf() {
  PlainSheet sheet;
  for (const Square& corner : kCorners) {
    sheet.boxes.push_back(square(corner.x, corner.y, corner.side, 0));
    sheet.boxes.push_back(square(corner.x, corner.y, kFrameHole, 1));
  }
  sheet.boxes.push_back(square(kCorners[0].x, kCorners[0].y, kSpot, 0));
  for (int row = 0; row < kRows; ++row)
    for (int column = 0; column < kColumns; ++column)
      if (!is_corner(column, row)) sheet.boxes.push_back(square(mark_x(column), mark_y(row), kMarkSide, 0));
  for (const Square& edge : kEdges) sheet.boxes.push_back(square(edge.x, edge.y, edge.side, kEdgeGray, edge.tilt));
  for (const Patch& patch : patches()) {
    SheetBox box = square(patch.x, patch.y, kPatchSide, 0);
    box.red = patch.srgb[0] / 255.0;
    box.green = patch.srgb[1] / 255.0;
    box.blue = patch.srgb[2] / 255.0;
    sheet.boxes.push_back(box);
  }
  sheet.texts.push_back({35, 8, 140, 12, "TỜ KIỂM CHUẨN MÁY QUÉT", true, "center"});
  sheet.texts.push_back({35, 283, 140, 9,
                         "In đúng cỡ 100 % trên giấy trắng, không tự chỉnh màu. Đặt úp lên mặt kính, quét màu, không chỉnh ảnh. Giữ tờ này ở chỗ tối: "
                         "lần đo sau phải dùng lại đúng tờ này.",
                         false, "center"});
  return write_plain_sheets({sheet}, "Calibration", fonts_folder());
}

}  // namespace sogoc
