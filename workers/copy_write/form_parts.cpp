#include "workers/copy_write/form_parts.hpp"

#include <algorithm>

namespace sogoc {
namespace {

constexpr double kGapBelowRule = 3;       // points
constexpr double kColumnGap = 8;          // between label and value, between columns
constexpr double kRowGap = 2.5;           // between rows of a table
constexpr double kQuietModules = 4;       // ISO/IEC 18004: blank around a QR symbol
constexpr double kWantedSymbolMm = 38;    // a comfortable size on paper
constexpr double kLeastModuleMm = 0.5;    // smaller ones do not survive a photocopy
constexpr double kLargestModuleMm = 0.8;
constexpr double kSignatureRoomMm = 18;   // between title and name, where a pen would sign

bool ends_block(const CopyLine& line) { return line.align == "justify" || line.align == "left"; }

}  // namespace

Strip blank_strip(double height) {
  Strip strip;
  strip.height = height;
  strip.blank = true;
  return strip;
}

double height_of(const std::vector<Strip>& strips) {
  double height = 0;
  for (const Strip& strip : strips) height += strip.height;
  return height;
}

Strip stacked(std::vector<Strip> strips) {
  Strip whole;
  for (Strip& strip : strips) {
    const double height = strip.height;
    whole.take(std::move(strip), 0, whole.height);
    whole.height += height;
  }
  return whole;
}

Result<std::vector<Strip>> PartSetter::lines(const std::vector<CopyLine>& lines, double width,
                                             double indent) {
  std::vector<Strip> all;
  for (const CopyLine& line : lines) {
    if (!form_.shows(line.when)) continue;
    if (line.space_mm > 0) {
      all.push_back(blank_strip(line.space_mm * kPointsPerMm));
      all.back().may_break_after = all.size() == 1 || all[all.size() - 2].may_break_after;
    }
    SOGOC_TRY(std::vector<Strip> strips,
              typesetter_.paragraph(form_.runs(line.text, line.bold, line.italic), line.size_pt,
                                    width, line.align, line.align == "justify" ? indent : 0));
    if (line.rule_share > 0 && !strips.empty()) {
      // As long as its share of the longest line, below the last.
      double longest = 0, left = width;
      for (const Strip& strip : strips)
        for (const PlacedLine& placed : strip.lines) {
          longest = std::max(longest, placed.line.width);
          left = std::min(left, placed.x);
        }
      Strip rule;
      rule.height = kGapBelowRule;
      const double length = longest * line.rule_share;
      rule.rules.push_back({left + (longest - length) / 2, 0.8, length, 0.7});
      strips.back().may_break_after = false;
      strips.push_back(std::move(rule));
    }
    if (!ends_block(line))  // a heading stays with what follows it
      for (Strip& strip : strips) strip.may_break_after = false;
    std::move(strips.begin(), strips.end(), std::back_inserter(all));
  }
  return all;
}

Result<Strip> PartSetter::together(const std::vector<CopyLine>& texts, double width) {
  SOGOC_TRY(std::vector<Strip> strips, lines(texts, width));
  return stacked(std::move(strips));
}

Result<Strip> PartSetter::block(const std::vector<CopyLine>& texts, double widest, double& width) {
  SOGOC_TRY(const Strip measured, together(texts, widest));
  width = 0;
  for (const PlacedLine& line : measured.lines) width = std::max(width, line.line.width);
  width = std::min(widest, width + 0.5);
  return together(texts, width);
}

Result<Strip> PartSetter::symbol(const QrSymbol& symbol, double widest, double& width) {
  const double modules = symbol.modules + 2 * kQuietModules;
  const double module_mm =
      std::clamp(kWantedSymbolMm / modules, kLeastModuleMm, kLargestModuleMm);
  const double module = module_mm * kPointsPerMm;
  width = modules * module;
  if (width > widest)
    return fail(ErrorCode::limit_exceeded, Retry::after_operator, "QR symbol",
                "it is wider than its place on the copy; put less into the payload");
  Strip strip;
  strip.height = width;
  strip.symbols.push_back({symbol, kQuietModules * module, kQuietModules * module, module});
  return strip;
}

Result<std::vector<Strip>> PartSetter::row(const std::vector<StyledRun>& label,
                                           const std::vector<StyledRun>& text, const CopyPart& part,
                                           double width) {
  const double label_width = width * part.label_share - kColumnGap;
  const double text_left = width * part.label_share;
  SOGOC_TRY(std::vector<Strip> left,
            typesetter_.paragraph(label, part.size_pt, label_width, "left"));
  SOGOC_TRY(std::vector<Strip> right,
            typesetter_.paragraph(text, part.size_pt, width - text_left, "left"));
  std::vector<Strip> strips;
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    Strip strip;
    if (i < left.size()) {
      strip.height = left[i].height;
      strip.may_break_after = left[i].may_break_after;
      strip.take(std::move(left[i]), 0, 0);
    }
    if (i < right.size()) {
      strip.may_break_after = (i >= left.size() || strip.may_break_after) && right[i].may_break_after;
      strip.height = std::max(strip.height, right[i].height);
      strip.take(std::move(right[i]), text_left, 0);
    }
    if (i + 1 < left.size() || i + 1 < right.size())
      strip.may_break_after = strip.may_break_after && i + 1 >= left.size();
    strips.push_back(std::move(strip));
  }
  if (!strips.empty()) {
    strips.back().height += kRowGap;
    strips.back().may_break_after = true;
  }
  return strips;
}

Result<std::vector<Strip>> PartSetter::rows(const CopyPart& part, double width) {
  std::vector<Strip> all;
  const auto add = [&](std::vector<Strip> strips) {
    std::move(strips.begin(), strips.end(), std::back_inserter(all));
  };
  if (part.kind == CopyPartKind::table) {
    for (const CopyRow& item : part.rows) {
      if (!form_.shows(item.when)) continue;
      SOGOC_TRY(std::vector<Strip> strips,
                row(form_.runs(item.label), form_.runs(item.text), part, width));
      add(std::move(strips));
    }
    return all;
  }
  for (const CopyField& field : form_.fields()) {
    // What is not written stands in italics, so that nobody takes it for the register's words.
    const std::vector<StyledRun> text =
        field.value.empty() ? form_.runs(part.not_written, false, true)
                            : std::vector<StyledRun>{{field.value, false, false}};
    const std::vector<StyledRun> label{
        {field.label + (field.label.ends_with(':') ? "" : ":"), false, false}};
    SOGOC_TRY(std::vector<Strip> strips, row(label, text, part, width));
    add(std::move(strips));
  }
  return all;
}

Result<std::vector<Strip>> PartSetter::excerpt(const CopyPart& part, double width) {
  std::vector<Strip> all;
  for (const CopyField& field : form_.fields()) {
    const auto add = [&](const std::string& text, bool bold, std::string_view align) -> Done {
      if (text.empty()) return {};
      SOGOC_TRY(std::vector<Strip> strips,
                typesetter_.paragraph({{text, bold, false}}, part.size_pt, width, align,
                                      part.indent_mm * kPointsPerMm));
      if (bold)
        for (Strip& strip : strips) strip.may_break_after = false;
      if (!strips.empty()) strips.back().height += 6;  // at least 6 pt between paragraphs
      std::move(strips.begin(), strips.end(), std::back_inserter(all));
      return {};
    };
    SOGOC_CHECK(add(field.label, true, "left"));
    SOGOC_CHECK(add(field.value, false, "justify"));
  }
  return all;
}

// Two columns: what goes with the signature on the left, who signs on the right.
Result<Strip> PartSetter::signers(const CopyPart& part, double width,
                                  const std::optional<QrSymbol>& symbol) {
  const double left_width = width * part.split - kColumnGap / 2;
  const double right_left = width * part.split + kColumnGap / 2;
  const double right_width = width - right_left;
  SOGOC_TRY(Strip left, together(part.lines, left_width));
  if (part.qr && symbol) {
    double side = 0;
    SOGOC_TRY(Strip drawn, this->symbol(*symbol, left_width, side));
    const double height = drawn.height;
    left.take(std::move(drawn), 0, left.height);
    left.height += height;
  }
  Strip right;
  const auto below = [&](Strip strip, double dx = 0) {
    const double height = strip.height;
    right.take(std::move(strip), dx, right.height);
    right.height += height;
  };
  std::vector<CopyLine> above(part.right.begin(), part.right.end() - 1);
  SOGOC_TRY(Strip title, together(above, right_width));
  SOGOC_TRY(Strip name, together({part.right.back()}, right_width));
  below(std::move(title));
  if (!part.signature.empty() && form_.is_signed()) {
    double shown = 0;
    SOGOC_TRY(Strip appearance, block(part.appearance, right_width, shown));
    const double room = std::max(kSignatureRoomMm * kPointsPerMm, appearance.height + 8);
    PlacedField field;
    field.role = part.signature;
    field.left = (right_width - shown) / 2;
    field.right = field.left + shown;
    field.top = (room - appearance.height) / 2;
    field.bottom = field.top + appearance.height;
    for (PlacedLine& line : appearance.lines) {
      line.x += field.left;
      line.baseline += field.top;
      field.lines.push_back(std::move(line));
    }
    Strip place;
    place.height = room;
    place.fields.push_back(std::move(field));
    below(std::move(place));
  } else {
    below(blank_strip(kSignatureRoomMm * kPointsPerMm));
  }
  below(std::move(name));
  Strip both;
  both.height = std::max(left.height, right.height);
  both.take(std::move(left), 0, 0);
  both.take(std::move(right), right_left, 0);
  return both;
}

Result<std::vector<Strip>> PartSetter::part(const CopyPart& part, double width,
                                            const std::optional<QrSymbol>& symbol) {
  std::vector<Strip> strips;
  switch (part.kind) {
    case CopyPartKind::head: {
      Strip both;
      const double right_left = width * part.split + kColumnGap / 2;
      SOGOC_TRY(Strip left, together(part.lines, width * part.split - kColumnGap / 2));
      SOGOC_TRY(Strip right, together(part.right, width - right_left));
      both.height = std::max(left.height, right.height);
      both.take(std::move(left), 0, 0);
      both.take(std::move(right), right_left, 0);
      both.may_break_after = false;
      strips.push_back(std::move(both));
      break;
    }
    case CopyPartKind::text: {
      SOGOC_TRY(strips, lines(part.lines, width, part.indent_mm * kPointsPerMm));
      break;
    }
    case CopyPartKind::fields:
    case CopyPartKind::table: {
      SOGOC_TRY(strips, rows(part, width));
      break;
    }
    case CopyPartKind::excerpt: {
      SOGOC_TRY(strips, excerpt(part, width));
      break;
    }
    case CopyPartKind::rule: {
      Strip rule;
      rule.height = 4;
      rule.rules.push_back({width * (1 - part.rule_share) / 2, 2, width * part.rule_share, 0.7});
      strips.push_back(std::move(rule));
      break;
    }
    case CopyPartKind::signers: {
      SOGOC_TRY(Strip strip, signers(part, width, symbol));
      strips.push_back(std::move(strip));
      break;
    }
  }
  return strips;
}

}  // namespace sogoc
