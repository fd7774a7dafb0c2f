#include "workers/pdf_write/composer.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "pipeline/core/record_json.hpp"
#include "workers/pdf_read/graft.hpp"
#include "workers/pdf_write/alto_writer.hpp"
#include "workers/pdf_write/checked_page.hpp"
#include "workers/pdf_write/clean_text.hpp"
#include "workers/pdf_write/colour_profiles.hpp"
#include "workers/pdf_write/document_facts.hpp"
#include "workers/pdf_write/glyphless_font.hpp"
#include "workers/pdf_write/page_content.hpp"
#include "workers/pdf_write/pdf_file.hpp"
#include "workers/pdf_write/pdf_number.hpp"
#include "workers/pdf_write/pictures_on_file.hpp"

namespace sogoc {

namespace {

constexpr std::uintmax_t kLargestRecord = 256u << 20;
constexpr std::size_t kRecordsAskedForEngine = 16;
constexpr std::string_view kFontResource = "T";

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string name_of(const DocumentSource& source, std::size_t page) {
  return page < source.page_names.size() && !source.page_names[page].empty()
             ? source.page_names[page]
             : fmt::format("page {}", page + 1);
}

Result<PageRecord> fetch_page(const DocumentSource& source, BlobSource& blobs, std::size_t page) {
  const std::string subject = name_of(source, page);
  SOGOC_TRY(const auto path, blobs.fetch(source.page_records[page]));
  std::error_code failed;
  if (std::filesystem::file_size(path, failed) > kLargestRecord || failed)
    return fail(ErrorCode::invalid_input, Retry::never, subject,
                "the page record is missing or too large; read the page again");
  std::ifstream file(path, std::ios::binary);
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  SOGOC_TRY(PageRecord record, page_record_from_json(json));
  return checked_page(std::move(record), subject);
}

// Ours before the foreign pages are in it.
std::filesystem::path unfinished(const std::filesystem::path& pdf) {
  return pdf.parent_path() / "document.own.pdf";
}

// What read the document, for ALTO's head, which stands before the first page.
Result<std::string> engine_of(const DocumentSource& source, BlobSource& blobs) {
  for (std::size_t i = 0; i < std::min(source.page_records.size(), kRecordsAskedForEngine); ++i) {
    SOGOC_TRY(const PageRecord page, fetch_page(source, blobs, i));
    for (const PagePart& part : page.parts)
      if (!part.text.engine.empty()) return part.text.engine;
  }
  return std::string();
}

// The pages of one PDF file, and what they share.
class PdfPages {
 public:
  PdfPages(PdfFile& file, BlobSource& blobs) : file_(file), blobs_(blobs), pictures_(file, blobs) {}

  Done add(const PageRecord& page, const std::string& page_name) {
    if (page.origin == PageOrigin::born_digital_graft) return add_placeholder(page, page_name);
    for (const PagePart& part : page.parts) SOGOC_CHECK(add_part(page, part, page_name));
    return {};
  }

  // Foreign pages that take the place of ours when the file is finished.
  [[nodiscard]] const std::vector<GraftPage>& grafts() const { return grafts_; }

  // The font goes last: only now is known which characters it shows.
  Done finish() {
    if (font_ == 0) return {};
    SOGOC_TRY(const int program,
              file_.add_deflated(fmt::format("<< /Length1 {} >>", glyphless_truetype().size()),
                                 glyphless_truetype()));
    SOGOC_TRY(const int glyphs, file_.add_deflated("<< >>", glyphless_cid_to_gid()));
    SOGOC_TRY(const int unicode,
              file_.add_deflated("<< >>", bytes_of(characters_.to_unicode_cmap())));
    SOGOC_TRY(const int descriptor,
              file_.add(fmt::format(
                  "<< /Type /FontDescriptor /FontName /{} /Flags 5 /FontBBox [0 {} {} {}] "
                  "/ItalicAngle 0 /Ascent {} /Descent {} /CapHeight {} /StemV 80 "
                  "/FontFile2 {} 0 R >>",
                  kGlyphlessFontName, kGlyphDescent, kGlyphAdvance, kGlyphAscent, kGlyphAscent,
                  kGlyphDescent, kGlyphAscent, program)));
    SOGOC_TRY(
        const int cid_font,
        file_.add(fmt::format("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{} /CIDSystemInfo "
                              "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW {} "
                              "/CIDToGIDMap {} 0 R /FontDescriptor {} 0 R >>",
                              kGlyphlessFontName, kGlyphAdvance, glyphs, descriptor)));
    return file_.define(
        font_, fmt::format("<< /Type /Font /Subtype /Type0 /BaseFont /{} /Encoding /Identity-H "
                           "/DescendantFonts [{} 0 R] /ToUnicode {} 0 R >>",
                           kGlyphlessFontName, cid_font, unicode));
  }

  [[nodiscard]] std::vector<std::string> notes() const {
    std::vector<std::string> all = notes_;
    all.insert(all.end(), pictures_.notes().begin(), pictures_.notes().end());
    return all;
  }

 private:
  // An empty page; its own text is in the foreign page that will stand here.
  Done add_placeholder(const PageRecord& page, const std::string& page_name) {
    if (page.parts.size() != 1 || !page.pictures.empty())
      return fail(ErrorCode::invalid_input, Retry::never, page_name,
                  "a born-digital page that is kept has one part and no pictures of ours");
    SOGOC_TRY(const auto received, blobs_.fetch(page.file));
    grafts_.push_back({page_count_++, received, page.index.zero_based()});
    const PaperSpace paper = paper_space(page.parts[0]);
    return file_.add_page(fmt::format("/MediaBox [0 0 {} {}] /Resources << >>",
                                      pdf_number(paper.width.value, 4),
                                      pdf_number(paper.height.value, 4)));
  }

  Done add_part(const PageRecord& page, const PagePart& part, const std::string& page_name) {
    const PaperSpace paper = paper_space(part);
    if (paper.scaled) notes_.push_back(page_name + ": does not fit a PDF page at its true size");
    std::string operators;
    std::string resources;
    bool transparent = false;
    for (std::size_t i = 0; i < page.pictures.size(); ++i) {
      SOGOC_TRY(const int picture, pictures_.put(page.pictures[i]));
      fmt::format_to(std::back_inserter(resources), "/I{} {} 0 R ", i, picture);
      operators += picture_operators(page.pictures[i], part, paper, fmt::format("I{}", i));
      transparent = transparent || page.pictures[i].soft_mask.has_value();
    }
    if (!resources.empty()) resources = "/XObject << " + resources + ">> ";
    const std::string text = text_operators(part.text, paper, kFontResource, characters_);
    if (!text.empty()) {
      if (font_ == 0) {
        SOGOC_TRY(font_, file_.reserve());
      }
      resources += fmt::format("/Font << /{} {} 0 R >> ", kFontResource, font_);
      operators += text;
    }
    SOGOC_TRY(const int contents, file_.add_deflated("<< >>", bytes_of(operators)));
    ++page_count_;
    return file_.add_page(fmt::format(
        "/MediaBox [0 0 {} {}] /Resources << {}>> /Contents {} 0 R{}",
        pdf_number(paper.width.value, 4), pdf_number(paper.height.value, 4), resources, contents,
        transparent ? " /Group << /Type /Group /S /Transparency /CS /DeviceRGB >>" : ""));
  }

  PdfFile& file_;
  BlobSource& blobs_;
  PicturesOnFile pictures_;
  CharacterSet characters_;
  std::vector<std::string> notes_;
  std::vector<GraftPage> grafts_;
  std::uint32_t page_count_ = 0;
  int font_ = 0;
};

Done finish_pdf(PdfFile& file, const DocumentFacts& facts, const Sha256& id) {
  const std::string xmp = xmp_packet(facts);
  SOGOC_TRY(const int metadata, file.add_plain("<< /Type /Metadata /Subtype /XML >>", xmp));
  SOGOC_TRY(const auto srgb, srgb_profile());
  SOGOC_TRY(const int profile, file.add_deflated("<< /N 3 >>", srgb));
  const std::string catalog = fmt::format(
      "<< /Metadata {} 0 R /Lang ({}) /ViewerPreferences << /DisplayDocTitle true >> "
      "/OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier "
      "(sRGB IEC61966-2.1) /Info (sRGB IEC61966-2.1) /DestOutputProfile {} 0 R >>] >>",
      metadata, facts.language, profile);
  return file.finish(catalog, info_entries(facts), id);
}

// The same document has the same identifier, whoever writes it and when.
Sha256 identifier_of(const DocumentSource& source, const std::string& xmp) {
  Sha256Stream stream;
  for (const Sha256& record : source.page_records)
    stream.add(std::as_bytes(std::span(record.bytes)));
  stream.add(std::as_bytes(std::span(xmp.data(), xmp.size())));
  return stream.finish();
}

class TextFile {
 public:
  explicit TextFile(const std::filesystem::path& path) : file_(path, std::ios::binary) {}
  void add(const PageRecord& page) {
    for (const PagePart& part : page.parts) {
      if (!first_) file_ << '\f';
      first_ = false;
      file_ << body_text(part.text);
    }
  }
  Done finish() {
    file_.close();
    if (file_) return {};
    return fail(ErrorCode::no_space, Retry::after_operator, "document.txt",
                "the text file cannot be written; is the disk full?");
  }

 private:
  std::ofstream file_;
  bool first_ = true;
};

// The pages that the received files keep as they are replace their placeholders.
Done graft(const std::vector<GraftPage>& grafts, const std::filesystem::path& pdf) {
  if (grafts.empty()) return {};
  const auto own = unfinished(pdf);
  std::error_code failed;
  std::filesystem::rename(pdf, own, failed);
  if (failed)
    return fail(ErrorCode::unavailable, Retry::same_step, pdf.filename().string(),
                "cannot be renamed: " + failed.message());
  if (auto done = graft_pages(own, grafts, pdf); !done)
    return fail_while(std::move(done).error(), "keeping born-digital pages");
  std::filesystem::remove(own, failed);
  return {};
}

Done write_all(const DocumentSource& source, BlobSource& blobs, WrittenDocument& written) {
  SOGOC_TRY(const DocumentFacts facts, document_facts(source));
  SOGOC_TRY(const std::string engine, engine_of(source, blobs));
  SOGOC_TRY(const auto file, PdfFile::create(written.pdf));
  SOGOC_TRY(AltoWriter alto, AltoWriter::create(written.alto, source, engine));
  TextFile text(written.text);
  PdfPages pages(*file, blobs);
  for (std::size_t i = 0; i < source.page_records.size(); ++i) {
    SOGOC_TRY(const PageRecord page, fetch_page(source, blobs, i));
    auto added = pages.add(page, name_of(source, i));
    if (!added) return fail_while(std::move(added).error(), "writing " + name_of(source, i));
    text.add(page);
    alto.add(page, i + 1);
  }
  SOGOC_CHECK(pages.finish());
  SOGOC_CHECK(finish_pdf(*file, facts, identifier_of(source, xmp_packet(facts))));
  SOGOC_CHECK(graft(pages.grafts(), written.pdf));
  SOGOC_CHECK(text.finish());
  SOGOC_CHECK(alto.finish());
  written.notes = pages.notes();
  return {};
}

}  // namespace

Result<WrittenDocument> Pdfa2uComposer::compose(const DocumentSource& source, BlobSource& blobs,
                                                const std::filesystem::path& folder) {
  if (source.page_records.empty())
    return fail(ErrorCode::invalid_input, Retry::never, source.identifier,
                "a document needs at least one page");
  WrittenDocument written{folder / "document.pdf",
                          folder / "document.txt",
                          folder / "document.alto.xml",
                          "PDF/A-2u",
                          {}};
  if (auto done = write_all(source, blobs, written); !done) {
    std::error_code ignored;
    for (const auto& file : {written.pdf, unfinished(written.pdf), written.text, written.alto})
      std::filesystem::remove(file, ignored);
    return tl::unexpected<Error>(std::move(done).error());
  }
  return written;
}

std::unique_ptr<DocumentComposer> make_pdfa2u_composer() {
  return std::make_unique<Pdfa2uComposer>();
}

}  // namespace sogoc
