#include "workers/pdf_write/alto_writer.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "workers/pdf_write/clean_text.hpp"
#include "workers/pdf_write/document_facts.hpp"

namespace sogoc {

namespace {

// The kinds of region that are not plain text, as tags: what is on paper but not body is
// kept, and called what it is.
struct KindTag {
  RegionKind kind;
  std::string_view element;
  std::string_view description;
};
constexpr std::array<KindTag, 8> kKindTags{{
    {RegionKind::table, "LayoutTag", "rows of a table"},
    {RegionKind::footnote, "LayoutTag", "footnote"},
    {RegionKind::page_number, "LayoutTag", "printed page number"},
    {RegionKind::signature_overlay, "OtherTag", "visible mark of an electronic signature"},
    {RegionKind::seal, "OtherTag", "seal"},
    {RegionKind::stamp, "OtherTag", "ink stamp"},
    {RegionKind::handwriting, "OtherTag", "written by hand"},
    {RegionKind::picture, "OtherTag", "picture"},
}};
constexpr std::string_view kIllegible = "illegible";

std::string xml(std::string_view text) { return xml_escaped(clean_text(text)); }

// xsd:language: letters, then letters and digits in groups of at most eight.
bool is_language(std::string_view tag) {
  std::size_t in_group = 0;
  bool first = true;
  for (char c : tag) {
    if (c == '-') {
      if (in_group == 0) return false;
      in_group = 0;
      first = false;
    } else if (std::isalpha(static_cast<unsigned char>(c)) == 0 &&
               (first || std::isdigit(static_cast<unsigned char>(c)) == 0)) {
      return false;
    } else if (++in_group > 8) {
      return false;
    }
  }
  return in_group > 0;
}

std::string place(const BoxPx& box) {
  return fmt::format("HPOS=\"{}\" VPOS=\"{}\" WIDTH=\"{}\" HEIGHT=\"{}\"", box.left, box.top,
                     std::max(box.width(), 0), std::max(box.height(), 0));
}

std::string tags(const Region& region) {
  std::string list;
  for (const KindTag& tag : kKindTags)
    if (tag.kind == region.kind) list = "tag_" + std::string(name(region.kind));
  if (region.illegible) list += (list.empty() ? "tag_" : " tag_") + std::string(kIllegible);
  return list.empty() ? list : " TAGREFS=\"" + list + "\"";
}

std::string software(std::string_view engine) {
  // "tesseract 5.3.0 vie/best_int": name, version, rest.
  const std::string text(engine);
  const std::size_t first = text.find(' ');
  const std::size_t second = first == std::string::npos ? first : text.find(' ', first + 1);
  std::string out =
      "<processingSoftware><softwareName>" + xml(text.substr(0, first)) + "</softwareName>";
  if (first != std::string::npos)
    out += "<softwareVersion>" + xml(text.substr(first + 1, second - first - 1)) +
           "</softwareVersion>";
  if (second != std::string::npos)
    out += "<applicationDescription>" + xml(text.substr(second + 1)) + "</applicationDescription>";
  return out + "</processingSoftware>";
}

std::string header(const DocumentSource& source, const std::string& engine) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<alto xmlns=\"http://www.loc.gov/standards/alto/ns-v4#\" SCHEMAVERSION=\"4.4\">\n"
      "<Description>\n<MeasurementUnit>pixel</MeasurementUnit>\n<sourceImageInformation>\n";
  if (!source.identifier.empty()) out += "<fileName>" + xml(source.identifier) + "</fileName>\n";
  for (const Sha256& file : source.derived_from)
    out +=
        "<fileIdentifier fileIdentifierLocation=\"sha256\">" + to_hex(file) + "</fileIdentifier>\n";
  if (!source.identifier.empty())
    out += "<documentIdentifier>" + xml(source.identifier) + "</documentIdentifier>\n";
  out += "</sourceImageInformation>\n";
  if (!engine.empty()) {
    out += "<OCRProcessing ID=\"ocr\"><ocrProcessingStep>";
    if (!source.created_at.empty())
      out += "<processingDateTime>" + xml(source.created_at) + "</processingDateTime>";
    out += software(engine) + "</ocrProcessingStep>";
    if (!source.creator_tool.empty())
      out += "<postProcessingStep>" + software(source.creator_tool) + "</postProcessingStep>";
    out += "</OCRProcessing>\n";
  }
  out += "</Description>\n<Tags>\n";
  for (const KindTag& tag : kKindTags)
    out += fmt::format("<{0} ID=\"tag_{1}\" LABEL=\"{1}\" DESCRIPTION=\"{2}\"/>\n", tag.element,
                       name(tag.kind), tag.description);
  out += fmt::format(
      "<OtherTag ID=\"tag_{0}\" LABEL=\"{0}\" DESCRIPTION=\"there is ink, and it "
      "could not be read\"/>\n</Tags>\n<Layout>\n",
      kIllegible);
  return out;
}

std::string line_element(const TextLine& line, const std::string& id, const PagePart& part,
                         SizePx master) {
  const auto on_master = [&](const BoxPx& box) { return box_on_master(box, part, master); };
  std::string out = fmt::format("<TextLine ID=\"{}\" {}>", id, place(on_master(line.box)));
  for (std::size_t w = 0; w < line.words.size(); ++w) {
    const Word& word = line.words[w];
    if (w > 0) {
      const Word& before = line.words[w - 1];
      BoxPx gap = united(before.box, word.box);
      gap.left = std::min(before.box.right, word.box.left);
      gap.right = std::max(before.box.right, word.box.left);
      out += fmt::format("<SP {}/>", place(on_master(gap)));
    }
    fmt::format_to(std::back_inserter(out),
                   "<String ID=\"{}_{}\" {} WC=\"{:.3f}\" CONTENT=\"{}\"/>", id, w + 1,
                   place(on_master(word.box)), word.confidence.fraction(), xml_escaped(word.text));
  }
  return out + "</TextLine>\n";
}

// Left and right half of a spread, by where they lie in the scan.
std::string position(const PageRecord& page, const PagePart& part) {
  if (page.parts.size() != 2) return "Single";
  const PagePart& other = page.parts[&part == &page.parts[0] ? 1 : 0];
  return part.kept.left <= other.kept.left ? "Left" : "Right";
}

}  // namespace

Result<AltoWriter> AltoWriter::create(const std::filesystem::path& path,
                                      const DocumentSource& source, const std::string& engine) {
  std::ofstream file(path, std::ios::binary);
  file << header(source, engine);
  if (!file)
    return fail(ErrorCode::no_space, Retry::after_operator, path.filename().string(),
                "the ALTO file cannot be written; is the disk full?");
  return AltoWriter(path, std::move(file));
}

void AltoWriter::add(const PageRecord& page, std::size_t scan_number) {
  for (const PagePart& part : page.parts) add_part(page, part, scan_number, position(page, part));
}

void AltoWriter::add_part(const PageRecord& page, const PagePart& part, std::size_t scan_number,
                          const std::string& where) {
  const std::string id = fmt::format("p{}", ++parts_);
  const SizePx master = page.master_size;
  file_ << fmt::format(
      "<Page ID=\"{}\" PHYSICAL_IMG_NR=\"{}\" WIDTH=\"{}\" HEIGHT=\"{}\" "
      "POSITION=\"{}\"",
      id, scan_number, master.width, master.height, where);
  // ALTO counts counter-clockwise: how the text stands in the scan.
  if (part.turned.clockwise != 0) file_ << fmt::format(" ROTATION=\"{:g}\"", part.turned.clockwise);
  if (is_language(part.text.language)) file_ << " LANG=\"" << part.text.language << '"';
  const BoxPx all{0, 0, part.size.width, part.size.height};
  file_ << ">\n<PrintSpace " << place(box_on_master(all, part, master)) << ">\n";
  for (std::size_t r = 0; r < part.text.regions.size(); ++r) {
    const Region& region = part.text.regions[r];
    const std::string region_id = fmt::format("{}_b{}", id, r + 1);
    file_ << fmt::format("<TextBlock ID=\"{}\" {}{}", region_id,
                         place(box_on_master(region.box, part, master)), tags(region));
    if (region.lines.empty()) {
      file_ << "/>\n";
      continue;
    }
    file_ << ">\n";
    for (std::size_t l = 0; l < region.lines.size(); ++l)
      file_ << line_element(region.lines[l], fmt::format("{}_l{}", region_id, l + 1), part, master);
    file_ << "</TextBlock>\n";
  }
  file_ << "</PrintSpace>\n</Page>\n";
}

Done AltoWriter::finish() {
  file_ << "</Layout>\n</alto>\n";
  file_.close();
  if (file_) return {};
  return fail(ErrorCode::no_space, Retry::after_operator, path_.filename().string(),
              "the ALTO file cannot be written; is the disk full?");
}

}  // namespace sogoc
