#include "workers/copy_write/page_operators.hpp"

#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "workers/pdf_write/pdf_number.hpp"

namespace sogoc {
namespace {

// Not the colour of any ink of a register, and not of a stamp: nobody takes it for the original.
// Multiplied with what is below: where the frame crosses a neighbour's letters, they stay black.
constexpr const char* kFrameColour = "0 0.45 0.85 RG";
constexpr double kFrameWidth = 1;

std::string number(double value) { return pdf_number(value, 3); }

// One array of TJ: codes, and corrections in thousandths of an em, positive to the left.
class Shown {
 public:
  explicit Shown(std::string& out) : out_(out) {}
  void move(double ems) {
    if (std::abs(ems) < 0.0005) return;
    close_text();
    body_ += pdf_number(-ems * 1000, 2) + ' ';
  }
  void glyph(std::uint16_t cid) {
    if (!in_text_) body_ += '<';
    in_text_ = true;
    fmt::format_to(std::back_inserter(body_), "{:04X}", cid);
  }
  void flush() {
    close_text();
    if (!body_.empty()) out_ += "[" + body_ + "] TJ\n";
    body_.clear();
  }

 private:
  void close_text() {
    if (in_text_) body_ += "> ";
    in_text_ = false;
  }
  std::string& out_;
  std::string body_;
  bool in_text_ = false;
};

void draw(std::string& out, const PlacedLine& placed, double page_height) {
  if (placed.line.words.empty()) return;
  const double size = placed.line.size_pt;
  fmt::format_to(std::back_inserter(out), "BT 1 0 0 1 {} {} Tm\n", number(placed.x),
                 number(page_height - placed.baseline));
  Shown shown(out);
  int face = -1;
  const auto show = [&](const ShapedText& text, double stretch) {
    if (static_cast<int>(text.face) != face) {
      shown.flush();
      face = static_cast<int>(text.face);
      fmt::format_to(std::back_inserter(out), "/F{} {} Tf\n", face, number(size));
    }
    for (const ShapedGlyph& glyph : text.glyphs) {
      if (glyph.dy != 0) {
        shown.flush();
        out += number(glyph.dy * size) + " Ts\n";
      }
      shown.move(glyph.dx);
      shown.glyph(glyph.cid);
      if (glyph.dy != 0) {
        shown.flush();
        out += "0 Ts\n";
      }
      shown.move(glyph.advance - glyph.nominal - glyph.dx + stretch);
    }
  };
  for (std::size_t i = 0; i < placed.line.words.size(); ++i) {
    const SetWord& word = placed.line.words[i];
    for (const ShapedText& piece : word.pieces) show(piece, 0);
    if (i + 1 < placed.line.words.size()) show(word.blank, placed.stretch / size);
  }
  shown.flush();
  out += "ET\n";
}

void draw(std::string& out, const PlacedSymbol& symbol, double page_height) {
  const double side = symbol.module_pt;
  for (const QrRun& run : symbol.symbol.runs)
    fmt::format_to(std::back_inserter(out), "{} {} {} {} re\n", number(symbol.x + run.column * side),
                   number(page_height - symbol.y - (run.row + 1) * side), number(run.length * side),
                   number(side));
  out += "f\n";  // one path: no hairlines between the modules
}

}  // namespace

std::string page_operators(const LaidPage& page, const std::vector<PlacedFrame>& frames) {
  std::string out = "q\n0 g\n0 G\n";
  for (const PlacedRule& rule : page.content.rules)
    fmt::format_to(std::back_inserter(out), "{} w {} {} m {} {} l S\n", number(rule.thickness),
                   number(rule.x), number(page.height - rule.y), number(rule.x + rule.width),
                   number(page.height - rule.y));
  for (const PlacedSymbol& symbol : page.content.symbols) draw(out, symbol, page.height);
  for (const PlacedLine& line : page.content.lines) draw(out, line, page.height);
  if (!frames.empty()) {
    out += fmt::format("/{} gs\n{} {} w\n", kMultiply, kFrameColour, number(kFrameWidth));
    for (const PlacedFrame& frame : frames)
      fmt::format_to(std::back_inserter(out), "{} {} {} {} re S\n", number(frame.left),
                     number(page.height - frame.bottom), number(frame.right - frame.left),
                     number(frame.bottom - frame.top));
  }
  return out + "Q\n";
}

std::string field_operators(const PlacedField& field) {
  std::string out = "q\n0 g\n";
  for (PlacedLine line : field.lines) {
    line.x -= field.left;
    line.baseline -= field.top;
    draw(out, line, field.bottom - field.top);
  }
  return out + "Q\n";
}

}  // namespace sogoc
