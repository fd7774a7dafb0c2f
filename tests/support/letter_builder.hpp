#pragma once

// Invented documents as an OCR engine would hand them over: words with boxes on A4 at 300 dpi.
//
// Text marks: "[[22]]" is handwriting that could not be read with certainty, "[[22!]]" one that the
// digit reader was sure of, "[[]]" ink that gave nothing; "{120}" leaves 120 pixels free.

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "pipeline/core/page.hpp"

namespace sogoc::testing {

class LetterBuilder {
 public:
  static constexpr int kWidth = 2480, kHeight = 3508;
  static constexpr int kLeftColumn = 720, kRightColumn = 1700;  // centres of the head's columns
  static constexpr int kBodyLeft = 354, kBodyRight = 2303, kPitch = 68;

  LetterBuilder() { new_page(); }

  // ---- pages
  LetterBuilder& new_page() {
    PageRecord record;
    record.master_size = {kWidth, kHeight};
    record.master_resolution = {Dpi{300}, Dpi{300}};
    record.index = PageIndex(static_cast<std::uint32_t>(pages_.size()));
    PagePart part;
    part.size = {kWidth, kHeight};
    part.resolution = record.master_resolution;
    record.parts.push_back(part);
    pages_.push_back(record);
    left_y_ = right_y_ = y_ = 300;
    return *this;
  }
  LetterBuilder& red_seal() {
    pages_.back().red_seal = true;
    return *this;
  }

  // ---- the head: lines of either column, top to bottom
  LetterBuilder& left(const std::string& text) { return head(text, kLeftColumn, left_y_); }
  LetterBuilder& right(const std::string& text) { return head(text, kRightColumn, right_y_); }
  LetterBuilder& motto() {
    return right("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").right("Độc lập - Tự do - Hạnh phúc");
  }
  // Both columns go on from the lower of the two.
  LetterBuilder& level() {
    left_y_ = right_y_ = y_ = std::max({left_y_, right_y_, y_});
    return *this;
  }
  LetterBuilder& gap(int lines = 1) {
    level();
    left_y_ = right_y_ = y_ = y_ + lines * kPitch;
    return *this;
  }

  // ---- below the head
  LetterBuilder& centre(const std::string& text) {
    level();
    line(text, (kBodyLeft + kBodyRight) / 2, y_, true);
    return advance();
  }
  LetterBuilder& at(int x, const std::string& text) {
    level();
    line(text, x, y_, false);
    return advance();
  }
  // A justified paragraph of some lines.
  LetterBuilder& body(const std::string& first = "Căn cứ Luật Tổ chức chính quyền địa phương ngày",
                      int lines = 4) {
    gap();
    for (int i = 0; i < lines; ++i) {
      const std::string text =
          i == 0 ? first : "theo đúng quy định của pháp luật hiện hành và các văn bản hướng dẫn có";
      justified(text, i == 0 ? kBodyLeft + 120 : kBodyLeft, y_);
      advance();
    }
    return *this;
  }

  // ---- the end: "Nơi nhận" at left, the signer at right, on one height
  LetterBuilder& recipients(const std::vector<std::string>& items) {
    gap();
    int y = y_;
    line("Nơi nhận:", kBodyLeft + 20, y, false);
    for (const std::string& item : items) line(item, kBodyLeft + 20, y += 55, false);
    end_left_ = y;
    signer_y_ = y_;
    return *this;
  }
  LetterBuilder& signer(const std::vector<std::string>& titles, const std::string& name,
                        int centre = 1850) {
    if (signer_y_ == 0) {
      gap();
      signer_y_ = y_;
    }
    int y = signer_y_;
    for (const std::string& title : titles) {
      line(title, centre, y, true);
      y += kPitch;
    }
    y += 6 * kPitch;
    if (!name.empty()) line(name, centre, y, true);
    y_ = left_y_ = right_y_ = std::max(end_left_, y) + kPitch;
    signer_y_ = end_left_ = 0;
    return *this;
  }

  LetterBuilder& stamp(const std::string& text, int x, int y) {
    Region region = text_region(text, x, y);
    region.kind = RegionKind::stamp;
    add(region);
    return *this;
  }
  LetterBuilder& overlay(const std::string& text) {
    Region region = text_region(text, 1800, 60);
    region.kind = RegionKind::signature_overlay;
    add(region);
    return *this;
  }
  LetterBuilder& place(const std::string& text, int x, int y) {
    line(text, x, y, false);
    return *this;
  }

  // ---- how the engine behaves
  // Joins lines of one height across the page, as engines do with a two-column head.
  LetterBuilder& joined_columns() {
    joined_ = true;
    return *this;
  }
  // Replaces about one letter in `one_in` and lowers that word's confidence.
  LetterBuilder& noise(unsigned seed, int one_in) {
    seed_ = seed;
    one_in_ = one_in;
    return *this;
  }
  LetterBuilder& sure(double confidence) {
    confidence_ = confidence;
    return *this;
  }

  [[nodiscard]] std::vector<PageRecord> pages() const {
    std::vector<PageRecord> pages = pages_;
    std::mt19937 random(seed_);
    for (PageRecord& page : pages) {
      std::vector<Region>& regions = page.parts.front().text.regions;
      if (joined_) join(regions);
      if (one_in_ > 0)
        for (Region& region : regions)
          for (TextLine& text_line : region.lines)
            for (Word& word : text_line.words) spoil(word, random);
    }
    return pages;
  }

 private:
  LetterBuilder& advance() {
    y_ += kPitch;
    left_y_ = right_y_ = y_;
    return *this;
  }
  LetterBuilder& head(const std::string& text, int centre, int& y) {
    line(text, centre, y, true);
    y += kPitch;
    return *this;
  }

  static int letters(const std::string& text) {
    return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
  }
  static bool upper(const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  }
  static bool digits(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  }

  struct Piece {
    std::string text;
    int width = 0;
    bool hand = false, sure = false;
  };
  static std::vector<Piece> pieces_of(const std::string& text) {
    std::vector<Piece> pieces;
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      std::string word = text.substr(at, end - at);
      at = end + 1;
      if (word.empty()) continue;
      Piece piece;
      if (word.front() == '{') {
        piece.width = std::stoi(word.substr(1));
      } else if (word.starts_with("[[")) {
        piece.hand = true;
        piece.text = word.substr(2, word.size() - 4);
        if (piece.text.ends_with('!')) {
          piece.sure = true;
          piece.text.pop_back();
        }
        piece.width = std::max(60, 45 * letters(piece.text));
      } else {
        piece.text = word;
        piece.width = letters(word) * (upper(word) && !digits(word) ? 31 : 24);
      }
      pieces.push_back(piece);
    }
    return pieces;
  }

  void line(const std::string& text, int x, int y, bool centred) {
    const std::vector<Piece> pieces = pieces_of(text);
    int width = -16;
    for (const Piece& piece : pieces) width += piece.width + 16;
    int left = centred ? x - width / 2 : x;
    Region region;
    region.kind = RegionKind::text;
    region.source = "ocr";
    region.confidence = Confidence::from_fraction(confidence_);
    TextLine text_line;
    for (const Piece& piece : pieces) {
      BoxPx box{left, y, left + piece.width, y + (digits(piece.text) ? 39 : 50)};
      left += piece.width + 16;
      if (piece.hand) {
        Region hand;
        hand.kind = RegionKind::handwriting;
        hand.source = "ocr";
        hand.box = {box.left, box.top - 12, box.right, box.bottom + 14};
        hand.illegible = piece.text.empty();
        hand.confidence = Confidence::from_fraction(piece.sure ? 0.97 : 0.45);
        if (!piece.text.empty()) {
          TextLine written;
          written.box = hand.box;
          written.words.push_back({piece.text, hand.box, hand.confidence});
          hand.lines.push_back(written);
        }
        add(hand);
        continue;
      }
      if (piece.text.empty()) continue;
      text_line.words.push_back({piece.text, box, Confidence::from_fraction(confidence_)});
      text_line.box = united(text_line.box, box);
    }
    if (text_line.words.empty()) return;
    text_line.baseline = y + 40;
    region.box = text_line.box;
    region.lines.push_back(text_line);
    add(region);
  }

  void justified(const std::string& text, int left, int y) {
    const std::vector<Piece> pieces = pieces_of(text);
    int used = 0;
    for (const Piece& piece : pieces) used += piece.width;
    const int gaps = std::max(1, static_cast<int>(pieces.size()) - 1);
    const int between = std::max(10, (kBodyRight - left - used) / gaps);
    Region region;
    region.source = "ocr";
    TextLine text_line;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      int right = left + pieces[i].width;
      if (i + 1 == pieces.size()) right = std::max(right, kBodyRight);
      const BoxPx box{right - pieces[i].width, y, right, y + 50};
      text_line.words.push_back({pieces[i].text, box, Confidence::from_fraction(confidence_)});
      text_line.box = united(text_line.box, box);
      left = right + between;
    }
    region.box = text_line.box;
    region.lines.push_back(text_line);
    add(region);
  }

  Region text_region(const std::string& text, int x, int y) const {
    Region region;
    region.source = "ocr";
    TextLine text_line;
    for (const Piece& piece : pieces_of(text)) {
      const BoxPx box{x, y, x + piece.width, y + 50};
      text_line.words.push_back({piece.text, box, Confidence::from_fraction(confidence_)});
      text_line.box = united(text_line.box, box);
      x += piece.width + 16;
    }
    region.box = text_line.box;
    region.lines.push_back(text_line);
    return region;
  }
  void add(Region region) { pages_.back().parts.front().text.regions.push_back(std::move(region)); }

  static void join(std::vector<Region>& regions) {
    std::vector<Region> joined;
    for (Region& region : regions) {
      Region* same = nullptr;
      for (Region& old : joined)
        if (old.kind == RegionKind::text && region.kind == RegionKind::text &&
            old.box.top == region.box.top)
          same = &old;
      if (same == nullptr) {
        joined.push_back(std::move(region));
        continue;
      }
      TextLine& line = same->lines.front();
      const std::vector<Word>& more = region.lines.front().words;
      const bool before = !more.empty() && more.front().box.left < line.box.left;
      line.words.insert(before ? line.words.begin() : line.words.end(), more.begin(), more.end());
      line.box = united(line.box, region.box);
      same->box = line.box;
    }
    regions = std::move(joined);
  }

  void spoil(Word& word, std::mt19937& random) const {
    for (char& c : word.text) {
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) continue;
      if (random() % static_cast<unsigned>(one_in_) != 0) continue;
      static constexpr char kWrong[] = "oeilntucOEILNTUC";
      c = c >= 'a' ? kWrong[random() % 8] : kWrong[8 + random() % 8];
      word.confidence = Confidence::from_fraction(0.55);
    }
  }

  std::vector<PageRecord> pages_;
  int left_y_ = 300, right_y_ = 300, y_ = 300, signer_y_ = 0, end_left_ = 0;
  bool joined_ = false;
  unsigned seed_ = 1;
  int one_in_ = 0;
  double confidence_ = 0.96;
};

}  // namespace sogoc::testing
