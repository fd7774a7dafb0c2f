#pragma once

// Private to this folder. The part of a PDF's graphics state that says where things are and in
// which colour, and the path under construction.

#include <array>
#include <functional>
#include <optional>
#include <string>

#include "workers/pdf_read/content_operands.hpp"
#include "workers/pdf_read/content_walk.hpp"

namespace sogoc::pdf {

using Rgb = std::array<double, 3>;

struct Paint {
  std::optional<Rgb> colour = Rgb{0, 0, 0};  // none: a pattern, or a family we cannot name
  std::string space = "/DeviceGray";
};

// Of a colour operator in lower case: g, rg, k, cs, sc, scn. `family_of` says to which family the
// colour space of that name belongs.
void set_colour(Paint& paint, const std::string& op, const Operands& operands,
                const std::function<std::string(const std::string&)>& family_of);

struct GraphicsState {
  Affine ctm;
  Clip clip;
  Paint fill;
  Paint stroke;
  int text_mode = 0;
  bool plain = true;  // no transparency, blend mode or soft mask
  QPDFObjectHandle font;
};

// Turns, mirrors and scales keep an upright rectangle upright.
[[nodiscard]] bool keeps_upright(const Affine& map);

// The path under construction: its box in user space.
class CurrentPath {
 public:
  void line_to(const Operands& operands, const Affine& ctm);
  void curve_to(const Operands& operands, const Affine& ctm);
  void rectangle(const Operands& operands, const Affine& ctm);
  void set(const Rect& box) { box_ = box; }
  void clear();
  [[nodiscard]] const std::optional<Rect>& box() const { return box_; }
  // One rectangle alone, and upright.
  [[nodiscard]] bool is_rectangle() const { return is_rectangle_; }

 private:
  void add(double x, double y, const Affine& ctm);
  std::optional<Rect> box_;
  bool is_rectangle_ = false;
};

}  // namespace sogoc::pdf
