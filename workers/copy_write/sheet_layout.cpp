#include "workers/copy_write/sheet_layout.hpp"

#include <algorithm>

#include "workers/copy_write/form_parts.hpp"

namespace sogoc {
namespace {

constexpr double kEdge = 8 * kPointsPerMm;       // block and footer keep off the paper's edge
constexpr double kBlockGap = 4 * kPointsPerMm;   // below the block
constexpr double kBandGap = 3 * kPointsPerMm;    // around what stands in a band
constexpr double kLeastPageWidth = 240;          // a smaller picture gets blank sides, for the words
constexpr double kFrameGap = 1.5;                // between an entry and its frame
constexpr double kFooterSize = 9;
constexpr double kContinuedSize = 11;

CopyLine plain_line(const std::string& text, double size, const char* align, bool italic) {
  CopyLine line;
  line.text = text;
  line.size_pt = size;
  line.align = align;
  line.italic = italic;
  return line;
}

class Layout {
 public:
  Layout(FilledForm& form, FontSet& fonts, const std::optional<QrSymbol>& symbol)
      : form_(form), parts_(form, fonts), symbol_(symbol) {}

  // The copy's own sheet, without its footers.
  Result<std::vector<LaidPage>> sheet(bool carries_block) {
    std::vector<LaidPage> pages;
    const CopyTemplate& form = form_.form();
    if (form.parts.empty()) return pages;
    const double width = form.paper_mm[0] * kPointsPerMm, height = form.paper_mm[1] * kPointsPerMm;
    const double left = form.margins_mm[3] * kPointsPerMm;
    const double column = width - left - form.margins_mm[1] * kPointsPerMm;
    SOGOC_TRY(std::vector<Strip> strips, all_parts(column));
    SOGOC_TRY(const double footer, footer_height(column));
    const double bottom = std::min(height - form.margins_mm[2] * kPointsPerMm,
                                   height - kEdge - footer - kBandGap);
    std::size_t from = 0;
    while (from < strips.size()) {
      LaidPage page;
      page.width = width;
      page.height = height;
      double top = form.margins_mm[0] * kPointsPerMm;
      if (pages.empty() && carries_block) {
        SOGOC_TRY(const double below, put_block(page, width - form.margins_mm[1] * kPointsPerMm));
        top = std::max(top, below + kBlockGap);
      } else if (!pages.empty()) {
        SOGOC_TRY(Strip head, parts_.together({plain_line(form.continued, kContinuedSize, "center", true)}, column));
        const double begin = std::max(kEdge, top - head.height - kBandGap);
        top = std::max(top, begin + head.height + kBandGap);
        page.content.take(std::move(head), left, begin);
      }
      SOGOC_TRY(from, fill(page, strips, from, left, top, bottom));
      pages.push_back(std::move(page));
    }
    return pages;
  }

  // An imported page with what is added around it.
  Result<LaidPage> around(const ImagePageSize& size, std::size_t index, bool carries_block,
                          bool last, bool framed) {
    const CopyTemplate& form = form_.form();
    LaidPage page;
    page.image = index;
    page.image_width = size.width;
    page.image_height = size.height;
    page.width = std::max(size.width, kLeastPageWidth);
    page.image_left = (page.width - size.width) / 2;
    if (carries_block) {
      SOGOC_TRY(const double below, put_block(page, page.width - kEdge));
      page.image_top = below + kBandGap;
    }
    const double column = page.width - 2 * kEdge;
    double y = page.image_top + page.image_height;
    Strip line;
    line.rules.push_back({kEdge, 0, column, 0.7});
    page.content.take(std::move(line), 0, y + kBandGap / 2);
    y += kBandGap;
    double text_left = kEdge, text_width = column, symbol_bottom = y;
    if (last && form.band.qr && symbol_) {
      double side = 0;
      SOGOC_TRY(Strip drawn, parts_.symbol(*symbol_, column, side));
      symbol_bottom = y + drawn.height;
      page.content.take(std::move(drawn), kEdge, y);
      if (column - side - kBandGap >= kLeastPageWidth / 2) {
        text_left += side + kBandGap;
        text_width -= side + kBandGap;
      } else {
        y = symbol_bottom;
      }
    }
    const auto put = [&](const std::vector<CopyLine>& lines) -> Done {
      SOGOC_TRY(Strip strip, parts_.together(lines, text_width));
      const double high = strip.height;
      page.content.take(std::move(strip), text_left, y);
      y += high;
      return {};
    };
    SOGOC_CHECK(put(form.band.lines));
    if (framed) SOGOC_CHECK(put(form.band.frame_note));
    SOGOC_TRY(const double footer, footer_height(column));
    page.height = std::max(y, symbol_bottom) + kBandGap + footer + kEdge;
    return page;
  }

  Done put_footer(LaidPage& page, std::size_t number, std::size_t count) {
    form_.set_page(number, count);
    const bool sheet = !page.image.has_value();
    const double left = sheet ? form_.form().margins_mm[3] * kPointsPerMm : kEdge;
    const double right = sheet ? form_.form().margins_mm[1] * kPointsPerMm : kEdge;
    SOGOC_TRY(Strip strip, parts_.together({footer_line()}, page.width - left - right));
    const double high = strip.height;
    page.content.take(std::move(strip), left, page.height - kEdge - high);
    return {};
  }

 private:
  [[nodiscard]] CopyLine footer_line() const {
    return plain_line(form_.form().footer, kFooterSize, "center", false);
  }

  Result<double> footer_height(double column) {
    form_.set_page(999, 999);  // no wider number comes
    SOGOC_TRY(const Strip strip, parts_.together({footer_line()}, column));
    return strip.height;
  }

  // At the top right, its right edge on `right`; where it ends.
  Result<double> put_block(LaidPage& page, double right) {
    const CopyBlock& block = form_.form().block;
    if (block.lines.empty()) return 0.0;
    double width = 0;
    SOGOC_TRY(Strip strip, parts_.block(block.lines, page.width * 0.55, width));
    const double left = right - width, bottom = kEdge + strip.height;
    if (!block.signature.empty() && form_.is_signed()) {
      PlacedField field{block.signature, left, kEdge, right, bottom, {}};
      for (PlacedLine& line : strip.lines) {
        line.x += left;
        line.baseline += kEdge;
        field.lines.push_back(std::move(line));
      }
      page.content.fields.push_back(std::move(field));
    } else {
      page.content.take(std::move(strip), left, kEdge);
    }
    return bottom;
  }

  Result<std::vector<Strip>> all_parts(double column) {
    std::vector<Strip> all;
    for (const CopyPart& part : form_.form().parts) {
      if (!form_.shows(part.when)) continue;
      SOGOC_TRY(std::vector<Strip> strips, parts_.part(part, column, symbol_));
      if (strips.empty()) continue;
      // Who signs never stands alone on a page: two lines of what is signed go with it.
      if (part.kind == CopyPartKind::signers && !all.empty()) all.back().may_break_after = false;
      if (part.space_mm > 0) {
        Strip space = blank_strip(part.space_mm * kPointsPerMm);
        space.may_break_after = all.empty() || all.back().may_break_after;
        all.push_back(std::move(space));
      }
      std::move(strips.begin(), strips.end(), std::back_inserter(all));
    }
    return all;
  }

  // Strips from `from` on, as many as fit; the first that does not.
  Result<std::size_t> fill(LaidPage& page, std::vector<Strip>& strips, std::size_t from,
                           double left, double top, double bottom) {
    while (from < strips.size() && strips[from].blank) ++from;
    std::size_t end = from, stop = from;
    double y = top;
    while (end < strips.size() && y + strips[end].height <= bottom + 0.01) {
      y += strips[end].height;
      ++end;
      if (strips[end - 1].may_break_after) stop = end;
    }
    if (end == strips.size()) stop = end;
    if (end == from && from < strips.size())
      return fail(ErrorCode::limit_exceeded, Retry::after_operator, form_.form().kind,
                  "something that must stand together is higher than a page; shorten the head or "
                  "the signer's part");
    if (stop == from) stop = end;  // all of it wants to stand together: then it breaks anywhere
    y = top;
    for (std::size_t i = from; i < stop; ++i) {
      const double high = strips[i].height;
      page.content.take(std::move(strips[i]), left, y);
      y += high;
    }
    return stop;
  }

  FilledForm& form_;
  PartSetter parts_;
  const std::optional<QrSymbol>& symbol_;
};

}  // namespace

Result<std::vector<LaidPage>> lay_out(FilledForm& form, FontSet& fonts,
                                      const std::vector<ImagePageSize>& images,
                                      const std::vector<CopyMark>& marks,
                                      const std::optional<QrSymbol>& symbol) {
  Layout layout(form, fonts, symbol);
  const bool images_first = form.form().images_first && !images.empty();
  const bool sheet_first = !images_first && !form.form().parts.empty();
  SOGOC_TRY(std::vector<LaidPage> sheet, layout.sheet(sheet_first));
  std::vector<LaidPage> pages;
  if (sheet_first) std::move(sheet.begin(), sheet.end(), std::back_inserter(pages));
  for (std::size_t i = 0; i < images.size(); ++i) {
    const bool framed = std::any_of(marks.begin(), marks.end(), [&](const CopyMark& mark) {
      return static_cast<std::size_t>(mark.page) == i + 1;
    });
    SOGOC_TRY(LaidPage page, layout.around(images[i], i, pages.empty(), i + 1 == images.size(), framed));
    pages.push_back(std::move(page));
  }
  if (!sheet_first) std::move(sheet.begin(), sheet.end(), std::back_inserter(pages));
  for (std::size_t i = 0; i < pages.size(); ++i)
    SOGOC_CHECK(layout.put_footer(pages[i], i + 1, pages.size()));
  return pages;
}

std::vector<PlacedFrame> frames_on(const LaidPage& page, const std::vector<CopyMark>& marks) {
  std::vector<PlacedFrame> frames;
  for (const CopyMark& mark : marks) {
    if (!page.image || static_cast<std::size_t>(mark.page) != *page.image + 1) continue;
    const auto x = [&](double share) { return page.image_left + share * page.image_width; };
    const auto y = [&](double share) { return page.image_top + share * page.image_height; };
    frames.push_back({x(mark.left) - kFrameGap, y(mark.top) - kFrameGap, x(mark.right) + kFrameGap,
                      y(mark.bottom) + kFrameGap});
  }
  return frames;
}

}  // namespace sogoc
