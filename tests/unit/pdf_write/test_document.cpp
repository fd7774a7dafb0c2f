#include "tests/unit/pdf_write/test_document.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>

#include "pipeline/core/record_json.hpp"

namespace sogoc::test {

ScratchFolder::ScratchFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "sogoc-pdf-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch folder");
  path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path ScratchFolder::folder(const std::string& name) const {
  std::filesystem::create_directories(path_ / name);
  return path_ / name;
}

Sha256 FolderBlobs::put(const std::vector<std::uint8_t>& bytes) {
  const Sha256 digest = sha256_of(std::as_bytes(std::span(bytes)));
  std::ofstream file(folder_ / to_hex(digest), std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  return digest;
}

Sha256 FolderBlobs::put(const std::string& text) {
  return put(std::vector<std::uint8_t>(text.begin(), text.end()));
}

Result<std::filesystem::path> FolderBlobs::fetch(const Sha256& digest) {
  auto path = folder_ / to_hex(digest);
  if (!std::filesystem::exists(path))
    return fail(ErrorCode::not_found, Retry::same_step, to_hex(digest), "there is no such blob");
  return path;
}

Drawing draw_page(SizePx size, const PageText& text, bool black_and_white) {
  Drawing drawing{
      size, std::vector<std::uint8_t>(
                static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height), 255)};
  const auto at = [&](int x, int y) -> std::uint8_t& {
    return drawing.gray[static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) +
                        static_cast<std::size_t>(x)];
  };
  // A wedge in the first corner, so that a turned or mirrored picture is seen.
  for (int y = 0; y < size.height / 6; ++y)
    for (int x = 0; x < size.width / 6 - y; ++x)
      at(x, y) = black_and_white ? 0 : static_cast<std::uint8_t>(40 + 160 * y * 6 / size.height);
  for (const Region& region : text.regions)
    for (const TextLine& line : region.lines)
      for (const Word& word : line.words)
        for (int y = word.box.top; y < word.box.bottom; ++y)
          for (int x = word.box.left; x < word.box.right; ++x) at(x, y) = 0;
  return drawing;
}

Drawing turned(const Drawing& drawing) {
  const SizePx size{drawing.size.height, drawing.size.width};
  Drawing out{size, std::vector<std::uint8_t>(drawing.gray.size())};
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      out.gray[static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) +
               static_cast<std::size_t>(x)] =
          drawing.gray[static_cast<std::size_t>(drawing.size.height - 1 - x) *
                           static_cast<std::size_t>(drawing.size.width) +
                       static_cast<std::size_t>(y)];
  return out;
}

Region region_of(RegionKind kind, const std::vector<std::string>& lines, int left, int top,
                 int letter_width, int line_height) {
  Region region;
  region.kind = kind;
  region.source = "ocr";
  region.confidence = Confidence::from_fraction(0.9);
  int y = top;
  for (const std::string& text : lines) {
    TextLine line;
    int x = left;
    std::size_t from = 0;
    while (from < text.size()) {
      const std::size_t end = std::min(text.find(' ', from), text.size());
      Word word;
      word.text = text.substr(from, end - from);
      int letters = 0;
      for (char c : word.text) letters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
      // Not all words are as high: short ones have no ascenders.
      const int drop = letters % 3 == 1 ? line_height / 4 : 0;
      word.box = {x, y + drop, x + letters * letter_width, y + line_height};
      word.confidence = Confidence::from_fraction(0.95);
      line.box = united(line.box, word.box);
      x = word.box.right + letter_width;
      line.words.push_back(word);
      from = end + 1;
    }
    line.baseline = y + line_height * 4 / 5;
    region.box = united(region.box, line.box);
    region.lines.push_back(line);
    y += line_height * 3 / 2;
  }
  return region;
}

PageText text_of_lines(const std::vector<std::string>& lines) {
  PageText text;
  text.language = "vi";
  text.engine = "tesseract 5.3.0 vie/best_int";
  text.regions.push_back(region_of(RegionKind::text, lines, 150, 320, 13, 30));
  return text;
}

PageRecord page_with(const Picture& picture, const PageText& text, double dpi) {
  PageRecord page;
  page.file = sha256_of(std::as_bytes(std::span("a received file", 15)));
  page.master_size = picture.size;
  page.master_resolution = {{dpi}, {dpi}};
  page.quality.effective = page.master_resolution;
  page.quality.resolution_source = "file";
  PlacedPicture placed;
  placed.picture = picture;
  placed.place = {double(picture.size.width), 0, 0, 0, double(picture.size.height), 0};
  page.pictures.push_back(placed);
  PagePart part;
  part.size = picture.size;
  part.resolution = page.master_resolution;
  part.kept = {0, 0, picture.size.width, picture.size.height};
  part.text = text;
  page.parts.push_back(part);
  return page;
}

DocumentSource document_of(const std::vector<PageRecord>& pages, FolderBlobs& blobs) {
  DocumentSource source;
  for (const PageRecord& page : pages) {
    source.page_records.push_back(blobs.put(to_json(page)));
    source.page_names.push_back(fmt::format("batch 1 page {}", source.page_records.size()));
  }
  source.title = "Báo cáo thử nghiệm";
  source.identifier = "H49.64.33.2026.01.001";
  source.creator_tool = "sogoc 0.1.0";
  source.created_at = "2026-11-21T08:15:00+07:00";
  source.derived_from = {pages.empty() ? Sha256{} : pages.front().file};
  return source;
}

std::vector<std::string> every_vietnamese_letter() {
  return {"a á à ả ã ạ ă ắ ằ ẳ ẵ ặ â ấ ầ ẩ ẫ ậ", "e é è ẻ ẽ ẹ ê ế ề ể ễ ệ i í ì ỉ ĩ ị",
          "o ó ò ỏ õ ọ ô ố ồ ổ ỗ ộ ơ ớ ờ ở ỡ ợ", "u ú ù ủ ũ ụ ư ứ ừ ử ữ ự y ý ỳ ỷ ỹ ỵ",
          "A Á À Ả Ã Ạ Ă Ắ Ằ Ẳ Ẵ Ặ Â Ấ Ầ Ẩ Ẫ Ậ", "E É È Ẻ Ẽ Ẹ Ê Ế Ề Ể Ễ Ệ I Í Ì Ỉ Ĩ Ị",
          "O Ó Ò Ỏ Õ Ọ Ô Ố Ồ Ổ Ỗ Ộ Ơ Ớ Ờ Ở Ỡ Ợ", "U Ú Ù Ủ Ũ Ụ Ư Ứ Ừ Ử Ữ Ự Y Ý Ỳ Ỷ Ỹ Ỵ",
          "b c d đ g h k l m n p q r s t v x",   "B C D Đ G H K L M N P Q R S T V X"};
}

}  // namespace sogoc::test
