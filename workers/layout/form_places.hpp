#pragma once

// Where the values of a form's fields stand: after the label, up to the next print on the same
// line, between the line above and the line written on; and the unlabelled lines below. Pure.

#include <array>

#include "workers/layout/form_labels.hpp"
#include "workers/layout/page_layout.hpp"
#include "workers/layout/writing_lines.hpp"

namespace sogoc::layout {

// One line of a value. Pixels of the page.
struct ValuePlace {
  double left = 0, right = 0;
  std::array<PointPx, 4> corners;  // top left, top right, bottom right, bottom left
  double baseline = 0;             // below the upper corners
  [[nodiscard]] bool empty() const { return right <= left; }
  // The part of it from x to x.
  [[nodiscard]] ValuePlace between(double from, double to) const;
  [[nodiscard]] BoxPx box() const;
};

class FormPlaces {
 public:
  // All outlive it.
  FormPlaces(const FormMatch& form, const PageWords& words, const std::vector<WritingLine>& lines,
             const std::vector<PageRegion>& regions, SizePx page, double dpi);

  // The place right after the label, then the lines below that belong to it too. A box to tick ends
  // it, unless the field is answered by ticking.
  [[nodiscard]] std::vector<ValuePlace> of(const FormLabel& label, bool by_ticking) const;
  [[nodiscard]] double pitch() const { return pitch_; }

 private:
  // A label or the head of a group, and the writing line it stands on.
  struct Mark {
    BoxPx box;
    double baseline = 0;
    int line = -1;
  };
  [[nodiscard]] int line_at(double x, double baseline) const;
  [[nodiscard]] double y_of(const Mark& mark, double x) const;
  [[nodiscard]] bool on_one_line(const Mark& a, const Mark& b) const;
  [[nodiscard]] double stop_after(const Mark& mark, double from, bool by_ticking) const;
  [[nodiscard]] double room_over(double left, double right, double y) const;
  [[nodiscard]] ValuePlace place(const Mark& mark, double left, double right) const;

  const FormMatch& form_;
  const std::vector<WritingLine>& lines_;
  SizePx page_;
  double mm_;
  double pitch_ = 0;
  double left_ = 0, right_ = 0;  // of the form
  std::vector<Mark> labels_;     // as in form_.labels
  std::vector<BoxPx> boxes_;     // to tick
  std::vector<Mark> marks_;      // labels, heads, and other print that ends a value
};

}  // namespace sogoc::layout
