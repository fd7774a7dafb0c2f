#include "workers/layout/page_number.hpp"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "workers/metadata/folded_text.hpp"

namespace sogoc::layout {
namespace {

bool is_number(const std::string& text) {
  return !text.empty() && text.size() <= 4 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string figures_of(const std::string& text) {
  return metadata::trimmed(text, ".,:;-–—()[]… ");
}

FieldReading printed(const PlacedWord& word) {
  FieldReading field;
  field.key = "trangSo";
  field.value = figures_of(word.text);
  field.state = ValueState::read;
  field.confidence = Confidence::from_fraction(word.confidence);
  field.box = word.box;
  field.source = "print";
  return field;
}

// Small ink that stands alone in the upper and lower margin, as a number does.
std::vector<BoxPx> lone_marks(const RidgeMap& map, const PageWords& words, const BoxPx& content,
                              SizePx page, double mm) {
  std::vector<BoxPx> marks;
  if (map.width == 0) return marks;
  cv::Mat ink = cv::Mat::zeros(map.height, map.width, CV_8U);
  const double r = map.reduction;
  const int edge = static_cast<int>(3 * mm / r);
  const int top = static_cast<int>((content.empty() ? page.height * 0.1 : content.top - 2 * mm) / r);
  const int bottom =
      static_cast<int>((content.empty() ? page.height * 0.92 : content.bottom + 2 * mm) / r);
  for (int y = edge; y < map.height - edge; ++y) {
    if (y >= top && y < bottom) continue;
    for (int x = edge; x < map.width - edge; ++x) {
      const std::size_t i = static_cast<std::size_t>(y) * static_cast<std::size_t>(map.width) +
                            static_cast<std::size_t>(x);
      ink.at<std::uint8_t>(y, x) = map.ink[i] != 0 && map.ruled[i] == 0 ? 255 : 0;
    }
  }
  cv::Mat joined, labels, stats, centres;
  const int reach = static_cast<int>(3.2 * mm / r) | 1;
  cv::dilate(ink, joined, cv::getStructuringElement(cv::MORPH_RECT, {reach, reach}));
  const int count = cv::connectedComponentsWithStats(joined, labels, stats, centres, 8, CV_32S);
  for (int i = 1; i < count; ++i) {
    const cv::Rect around(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                          stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    const cv::Rect own = cv::boundingRect(ink(around));
    const BoxPx box{static_cast<int>((around.x + own.x) * r), static_cast<int>((around.y + own.y) * r),
                    static_cast<int>((around.x + own.x + own.width) * r),
                    static_cast<int>((around.y + own.y + own.height) * r)};
    if (box.height() < 1.6 * mm || box.height() > 9 * mm || box.width() > 18 * mm ||
        box.width() < 0.3 * mm)
      continue;
    const bool is_word = std::any_of(words.all().begin(), words.all().end(), [&](const auto& word) {
      return !intersection(word.box, box).empty() && !is_number(figures_of(word.text)) &&
             word.confidence > 0.8;
    });
    if (!is_word) marks.push_back(box);
  }
  return marks;
}

}  // namespace

Result<FieldReading> read_page_number(const PageWords& words, ValueReader& values,
                                      const RidgeMap& map, const BoxPx& content, SizePx page,
                                      double dpi) {
  const double mm = dpi / 25.4;
  FieldReading none;
  none.key = "trangSo";
  none.source = "layout";
  const auto outside = [&](const BoxPx& box) {
    if (content.empty()) return box.bottom < page.height * 0.12 || box.top > page.height * 0.88;
    return box.bottom <= content.top + mm || box.top >= content.bottom - mm;
  };
  const auto& all = words.all();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string folded = metadata::folded(all[i].text);
    // "TRẠNG" is no "trang": the label has no tone.
    const bool bare = std::all_of(all[i].text.begin(), all[i].text.end(), [](char c) { return (c & 0x80) == 0; });
    if (!bare && folded != "to") continue;
    if (!outside(all[i].box) || (folded != "trang" && folded != "tr" && folded != "to")) continue;
    // "Trang số", "Trang:", then the number.
    std::size_t next = i + 1;
    BoxPx label = all[i].box;
    while (next < all.size() && all[next].line == all[i].line && next <= i + 2 &&
           (metadata::folded(all[next].text) == "so" || figures_of(all[next].text).empty())) {
      label = united(label, all[next].box);
      ++next;
    }
    if (next < all.size() && all[next].line == all[i].line && is_number(figures_of(all[next].text)) &&
        all[next].confidence >= 0.85 && all[next].box.left - label.right < 30 * mm)
      return printed(all[next]);
    const int lift = static_cast<int>(2.5 * mm);
    BoxPx beside{label.right + static_cast<int>(0.5 * mm), label.top - lift,
                 std::min(page.width, label.right + static_cast<int>(28 * mm)), label.bottom + lift};
    for (std::size_t k = next; k < all.size(); ++k)  // up to the next printed word
      if (all[k].line == all[i].line && all[k].box.left > label.right + 12 * mm &&
          all[k].confidence > 0.85 && !is_number(figures_of(all[k].text)))
        beside.right = std::min(beside.right, all[k].box.left);
    SOGOC_TRY(const ReadValue value, values.read(beside, RegisterValueKind::page_number));
    if (value.state == ValueState::empty) continue;
    FieldReading field = none;
    field.value = figures_of(value.text);
    field.state = is_number(field.value) ? ValueState::read : ValueState::illegible;
    if (field.state != ValueState::read) field.value.clear();
    field.confidence = Confidence::from_fraction(value.confidence);
    field.alternatives = value.alternatives;
    field.box = beside;
    field.source = std::string(name(value.ink));
    return field;
  }
  // A lone number in the upper or lower margin.
  for (std::size_t i = 0; i < all.size(); ++i) {
    const PlacedWord& word = all[i];
    const bool margin = word.box.bottom < page.height * 0.12 || word.box.top > page.height * 0.9;
    if (!margin || !outside(word.box) || !is_number(figures_of(word.text)) || word.confidence < 0.7)
      continue;
    const bool alone = std::none_of(all.begin(), all.end(), [&](const PlacedWord& other) {
      return &other != &word && other.line == word.line && !figures_of(other.text).empty();
    });
    if (alone) return printed(word);
  }
  constexpr std::size_t kFewMarks = 5;  // with more of them the margin is full of other things
  const std::vector<BoxPx> marks = lone_marks(map, words, content, page, mm);
  if (marks.size() > kFewMarks) return none;
  for (const BoxPx& mark : marks) {
    const int pad = static_cast<int>(1.2 * mm);
    const BoxPx around = intersection(
        {mark.left - pad, mark.top - pad, mark.right + pad, mark.bottom + pad},
        {0, 0, page.width, page.height});
    SOGOC_TRY(const ReadValue value, values.read(around, RegisterValueKind::page_number));
    const std::string figures = figures_of(value.text);
    if (!is_number(figures) || value.confidence < 0.5) continue;
    FieldReading field = none;
    field.value = figures;
    field.state = ValueState::read;
    field.confidence = Confidence::from_fraction(value.confidence);
    field.alternatives = value.alternatives;
    field.box = mark;
    field.source = std::string(name(value.ink));
    return field;
  }
  return none;
}

}  // namespace sogoc::layout
