#include "workers/layout/sheet_number.hpp"

#include <algorithm>
#include <array>

#include <opencv2/imgproc.hpp>

#include "workers/layout/margin_marks_private.hpp"
#include "workers/layout/page_words.hpp"
#include "workers/layout/pixels_bridge.hpp"
#include "workers/layout/print_strip_private.hpp"
#include "workers/layout/sheet_wording.hpp"
#include "workers/layout/value_reader.hpp"
#include "workers/metadata/folded_text.hpp"

namespace sogoc::layout {
namespace {

constexpr double kMarginMm = 25;       // a strip at the upper and at the lower edge
constexpr double kSure = 0.9;          // of one reader whom nobody contradicts
constexpr double kAgreed = 0.6;        // of the reader of values, when the reader of print says the same
constexpr double kPrintSays = 0.75;    // what the reader of print says with less is no contradiction
constexpr double kPrintSure = 0.85;    // words that are surely print
constexpr double kSomething = 0.5;     // less is no number at all
constexpr double kReadingDpi = 200;    // more shows no more of a number
constexpr double kWidestAloneMm = 24;  // a number without a label
constexpr int kMostMarks = 8;          // that are looked at

// Where numbers stand, the likeliest first: stamped and written ones at the right, printed ones in the middle.
struct Place {
  const char* name;
  bool top;
  double from, to;  // shares of the width
};
constexpr std::array kPlaces = {Place{"top right", true, 0.66, 1.01}, Place{"top middle", true, 0.34, 0.66}, Place{"top left", true, 0, 0.34},
                                Place{"bottom middle", false, 0.34, 0.66}, Place{"bottom right", false, 0.66, 1.01}, Place{"bottom left", false, 0, 0.34}};

// One mark of a margin, as two readers see it.
class MarkReader {
 public:
  MarkReader(const MarginStrip& strip, LineReader& lines) : strip_(strip), lines_(lines), mm_(strip.dpi / 25.4) {}

  // Nothing: it is no number.
  Result<std::optional<SheetNumber>> read(const BoxPx& mark) {
    using Nothing = std::optional<SheetNumber>;
    SOGOC_CHECK(read_print(mark));
    auto wording = sheet_wording(text_);
    if (wording && wording->number && least_confidence(wording->number_begin) < kPrintSays) {
      // Handwriting, as the reader of print sees it: only its label counts.
      wording->number.reset();
      wording->of.reset();
      if (!wording->label) wording.reset();
    }
    if (!wording && (has_words() || mark.width() > kWidestAloneMm * mm_)) return Nothing();
    BoxPx figures = mark;
    if (wording && (wording->label || wording->of)) {
      figures.left = wording->label ? static_cast<int>(right_of(wording->label_end) + 0.3 * mm_) : mark.left;
      if (wording->number) {
        figures.left = std::max(mark.left, static_cast<int>(x_at(wording->number_begin) - 0.4 * mm_));
        figures.right = std::min(mark.right, static_cast<int>(right_of(wording->number_end) + 0.4 * mm_));
      }
      // A label and nothing behind it, as forms have them that nobody filled in.
      if (figures.width() < 0.8 * mm_) return Nothing();
    }
    SOGOC_TRY(const ReadValue value, value_in(figures));
    return Nothing(judged(value, wording));
  }

 private:
  Done read_print(const BoxPx& mark) {
    const int pad = static_cast<int>(0.35 * mm_);
    const BoxPx around = padded(mark, pad);
    const PrintStrip print = print_strip(darkened(strip_, around), cv::INTER_CUBIC, {});
    SOGOC_TRY(words_, lines_.read_print(print.picture));
    text_.clear();
    ends_.clear();
    for (PrintedWord& word : words_) {
      word.left = around.left + (word.left - LineReader::print_margin) / print.scale;
      word.right = around.left + (word.right - LineReader::print_margin) / print.scale;
      if (!text_.empty()) text_ += ' ';
      text_ += word.text;
      ends_.push_back(text_.size());
    }
    return {};
  }

  // Print that is surely made of letters.
  [[nodiscard]] bool has_words() const {
    return std::any_of(words_.begin(), words_.end(), [](const PrintedWord& word) {
      return word.confidence > kPrintSure && metadata::count_letters(word.text).letters() >= 2;
    });
  }

  // Of the words from that byte on.
  [[nodiscard]] double least_confidence(std::size_t byte) const {
    double least = 1;
    for (std::size_t i = 0; i < words_.size(); ++i)
      if (ends_[i] > byte) least = std::min(least, words_[i].confidence);
    return least;
  }

  // Pixels of the strip at a byte of the text: letters are as wide as their word makes them.
  [[nodiscard]] double x_at(std::size_t byte) const {
    std::size_t begin = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (byte <= ends_[i]) {
        const double share = byte <= begin ? 0 : double(byte - begin) / double(ends_[i] - begin);
        return words_[i].left + share * (words_[i].right - words_[i].left);
      }
      begin = ends_[i] + 1;
    }
    return words_.empty() ? 0 : words_.back().right;
  }
  // The blank behind a label belongs to nobody: the end of the word before it.
  [[nodiscard]] double right_of(std::size_t byte) const {
    while (byte > 0 && text_[byte - 1] == ' ') --byte;
    return x_at(byte);
  }

  [[nodiscard]] BoxPx padded(const BoxPx& box, int pad) const {
    return intersection({box.left - pad, box.top - pad, box.right + pad, box.bottom + pad}, {0, 0, strip_.gray.cols, strip_.gray.rows});
  }

  // Figures on white, as the reader of values wants them.
  Result<ReadValue> value_in(const BoxPx& figures) {
    const int pad = static_cast<int>(1.2 * mm_);
    cv::Mat dark = darkened(strip_, padded(figures, 0)), framed;
    cv::copyMakeBorder(dark, framed, pad, pad, pad, pad, cv::BORDER_CONSTANT, cv::Scalar(255));
    const PageImage picture = page_image(framed, {Dpi{strip_.dpi}, Dpi{strip_.dpi}});
    const PageWords none{std::vector<PlacedWord>()};
    ValueReader values(picture, none, lines_, strip_.dpi);
    return values.read(BoxPx{0, 0, framed.cols, framed.rows}, RegisterValueKind::page_number);
  }

  [[nodiscard]] std::optional<SheetNumber> judged(const ReadValue& value, const std::optional<SheetWording>& wording) const {
    const auto figures = sheet_figures(metadata::trimmed(value.text, ".,:;-–—()[]… "));
    std::optional<int> printed;
    double print_says = 0;
    if (wording && wording->number) {
      printed = wording->number;
      print_says = least_confidence(wording->number_begin);
    }
    SheetNumber number;
    number.number = figures.value_or(printed.value_or(0));
    number.confidence = value.confidence;
    const bool agreed = figures && printed && *figures == *printed;
    const bool contradicted = figures && printed && *figures != *printed;
    number.sure = figures && !contradicted && value.confidence >= (agreed ? kAgreed : kSure) && !value.struck && !value.overwritten;
    if (agreed) number.confidence = std::max(number.confidence, print_says);
    const bool seems_one = (wording && wording->label) || (figures && value.confidence >= kSomething) || printed;
    return number.sure || seems_one ? std::optional(number) : std::nullopt;
  }

  const MarginStrip& strip_;
  LineReader& lines_;
  double mm_;
  std::vector<PrintedWord> words_;
  std::string text_;
  std::vector<std::size_t> ends_;  // of the words in text_
};

}  // namespace

Result<std::optional<SheetNumber>> read_sheet_number(const PageImage& picture, double dpi, LineReader& lines) {
  using Nothing = std::optional<SheetNumber>;
  const SizePx size = picture.size();
  const int height = static_cast<int>(kMarginMm / 25.4 * dpi);
  if (dpi <= 0 || height < 20 || 3 * height > size.height || size.width < 100) return Nothing{};
  const double reduction = std::max(1.0, dpi / kReadingDpi);
  std::optional<SheetNumber> unsure;
  int looked_at = 0;
  for (const bool top : {true, false}) {
    const int from = top ? 0 : size.height - height;
    const PageImage cut = page_image(channels_of(picture, {0, from, size.width, from + height}), picture.resolution());
    const MarginStrip strip = margin_strip(reduced_gray(cut, reduction), dpi / reduction);
    const std::vector<BoxPx> marks = margin_marks(strip, top);
    MarkReader reader(strip, lines);
    for (const Place& place : kPlaces) {
      if (place.top != top) continue;
      for (const BoxPx& mark : marks) {
        const double middle = (mark.left + mark.right) / 2.0 / strip.ink.cols;
        if (middle < place.from || middle >= place.to || ++looked_at > kMostMarks) continue;
        SOGOC_TRY(auto number, reader.read(mark));
        if (!number) continue;
        number->place = place.name;
        if (number->sure) return number;
        if (!unsure) unsure = std::move(number);
      }
    }
  }
  return unsure;
}

}  // namespace sogoc::layout
