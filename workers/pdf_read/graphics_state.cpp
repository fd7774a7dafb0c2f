#include "workers/pdf_read/graphics_state.hpp"

#include <algorithm>
#include <cmath>

namespace sogoc::pdf {
namespace {

Rgb from_cmyk(double c, double m, double y, double k) {
  return {(1 - c) * (1 - k), (1 - m) * (1 - k), (1 - y) * (1 - k)};
}

// Families whose components we can name by their count.
bool has_plain_components(const std::string& space) {
  return space == "/DeviceGray" || space == "/DeviceRGB" || space == "/DeviceCMYK" ||
         space == "/CalGray" || space == "/CalRGB" || space.rfind("/ICCBased", 0) == 0;
}

std::optional<Rgb> colour_by_count(const Operands& operands) {
  if (operands.size() == 1) {
    if (const auto v = numbers<1>(operands)) return Rgb{(*v)[0], (*v)[0], (*v)[0]};
  } else if (operands.size() == 3) {
    if (const auto v = numbers<3>(operands)) return *v;
  } else if (operands.size() == 4) {
    if (const auto v = numbers<4>(operands)) return from_cmyk((*v)[0], (*v)[1], (*v)[2], (*v)[3]);
  }
  return std::nullopt;
}

}  // namespace

void set_colour(Paint& paint, const std::string& op, const Operands& operands,
                const std::function<std::string(const std::string&)>& family_of) {
  if (op == "g") {
    paint.space = "/DeviceGray";
    if (const auto v = numbers<1>(operands)) paint.colour = Rgb{(*v)[0], (*v)[0], (*v)[0]};
  } else if (op == "rg") {
    paint.space = "/DeviceRGB";
    if (const auto v = numbers<3>(operands)) paint.colour = *v;
  } else if (op == "k") {
    paint.space = "/DeviceCMYK";
    if (const auto v = numbers<4>(operands))
      paint.colour = from_cmyk((*v)[0], (*v)[1], (*v)[2], (*v)[3]);
  } else if (op == "cs") {
    paint.space = family_of(last_name(operands));
    paint.colour = Rgb{0, 0, 0};
  } else {
    paint.colour =
        has_plain_components(paint.space) ? colour_by_count(operands) : std::optional<Rgb>();
  }
}

bool keeps_upright(const Affine& map) {
  return (map.xy == 0 && map.yx == 0) || (map.xx == 0 && map.yy == 0);
}

void CurrentPath::line_to(const Operands& operands, const Affine& ctm) {
  if (const auto p = numbers<2>(operands)) add((*p)[0], (*p)[1], ctm);
  is_rectangle_ = false;
}

void CurrentPath::curve_to(const Operands& operands, const Affine& ctm) {
  if (const auto p = numbers<4>(operands)) {
    add((*p)[0], (*p)[1], ctm);
    add((*p)[2], (*p)[3], ctm);
  }
  if (const auto p = numbers<6>(operands)) add((*p)[0], (*p)[1], ctm);
  is_rectangle_ = false;
}

void CurrentPath::rectangle(const Operands& operands, const Affine& ctm) {
  const auto r = numbers<4>(operands);
  if (!r) return;
  is_rectangle_ = !box_ && keeps_upright(ctm);
  const auto& [x, y, width, height] = *r;
  add(x, y, ctm);
  add(x + width, y + height, ctm);
  add(x, y + height, ctm);
  add(x + width, y, ctm);
}

void CurrentPath::clear() {
  box_.reset();
  is_rectangle_ = false;
}

void CurrentPath::add(double x, double y, const Affine& ctm) {
  const PointPx p = ctm.apply(PointPx{x, y});
  if (!std::isfinite(p.x) || !std::isfinite(p.y)) return;
  if (!box_) {
    box_ = Rect{p.x, p.y, p.x, p.y};
    return;
  }
  box_->left = std::min(box_->left, p.x);
  box_->right = std::max(box_->right, p.x);
  box_->bottom = std::min(box_->bottom, p.y);
  box_->top = std::max(box_->top, p.y);
}

}  // namespace sogoc::pdf
