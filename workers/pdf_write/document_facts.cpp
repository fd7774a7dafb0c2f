#include "workers/pdf_write/document_facts.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>

#include <fmt/format.h>

#include "workers/pdf_write/clean_text.hpp"

namespace sogoc {

namespace {

constexpr std::size_t kMostDigests = 50;  // a PDF string holds 32,767 bytes
constexpr std::size_t kLongestText = 2000;

// Letters of `pattern`: 0 a digit, s a sign, else itself.
bool looks_like(std::string_view text, std::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (pattern[i] == '0'   ? std::isdigit(static_cast<unsigned char>(c)) == 0
        : pattern[i] == 's' ? c != '+' && c != '-'
                            : c != pattern[i])
      return false;
  }
  return true;
}

// The time without fractions of a second; "" when it is none.
std::string whole_seconds(std::string_view time) {
  if (time.size() < 20 || !looks_like(time.substr(0, 19), "0000-00-00T00:00:00")) return {};
  std::string_view zone = time.substr(19);
  if (zone.front() == '.') {
    zone.remove_prefix(1);
    while (!zone.empty() && std::isdigit(static_cast<unsigned char>(zone.front())) != 0)
      zone.remove_prefix(1);
  }
  if (zone != "Z" && !looks_like(zone, "s00:00")) return {};
  const auto two = [&](std::size_t at) { return (time[at] - '0') * 10 + time[at + 1] - '0'; };
  if (two(5) < 1 || two(5) > 12 || two(8) < 1 || two(8) > 31 || two(11) > 23 || two(14) > 59 ||
      two(17) > 59)
    return {};
  return std::string(time.substr(0, 19)) + std::string(zone);
}

std::string pdf_date(const std::string& iso) {
  std::string date = "D:";
  for (char c : iso.substr(0, 19))
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) date += c;
  if (iso[19] == 'Z') return date + "Z";
  return date + fmt::format("{}'{}'", iso.substr(19, 3), iso.substr(23, 2));
}

std::string shortened(std::string_view text) {
  std::string clean = clean_text(text);
  if (clean.size() <= kLongestText) return clean;
  std::size_t end = kLongestText;
  while (end > 0 && (static_cast<unsigned char>(clean[end]) & 0xC0) == 0x80) --end;
  return clean.substr(0, end);
}

std::string value_of(const DocumentMetadata& metadata, std::string_view key) {
  for (const MetadataField& field : metadata.fields)
    if (field.key == key &&
        (field.state == ValueState::read || field.state == ValueState::confirmed))
      return shortened(field.value);
  return {};
}

std::string title_of(const DocumentSource& source) {
  if (std::string title = shortened(source.title); !title.empty()) return title;
  if (std::string subject = value_of(source.metadata, "subject"); !subject.empty()) return subject;
  std::string number = value_of(source.metadata, "codeNumber");
  const std::string notation = value_of(source.metadata, "codeNotation");
  if (!number.empty() && !notation.empty()) return number + "/" + notation;
  if (!number.empty()) return number;
  return shortened(source.identifier);
}

std::string digests(const std::vector<Sha256>& files) {
  std::string list;
  for (std::size_t i = 0; i < std::min(files.size(), kMostDigests); ++i)
    list += (i == 0 ? "" : ", ") + to_hex(files[i]);
  if (files.size() > kMostDigests) list += fmt::format(" and {} more", files.size() - kMostDigests);
  return list;
}

void alternative(std::string& xmp, std::string_view name, const std::string& text) {
  if (text.empty()) return;
  fmt::format_to(std::back_inserter(xmp),
                 "<{0}><rdf:Alt><rdf:li xml:lang=\"x-default\">{1}</rdf:li></rdf:Alt></{0}>\n",
                 name, xml_escaped(text));
}

void simple(std::string& xmp, std::string_view name, const std::string& text) {
  if (text.empty()) return;
  fmt::format_to(std::back_inserter(xmp), "<{0}>{1}</{0}>\n", name, xml_escaped(text));
}

void list(std::string& xmp, std::string_view name, std::string_view kind, const std::string& text) {
  if (text.empty()) return;
  fmt::format_to(std::back_inserter(xmp), "<{0}><rdf:{1}><rdf:li>{2}</rdf:li></rdf:{1}></{0}>\n",
                 name, kind, xml_escaped(text));
}

}  // namespace

Result<DocumentFacts> document_facts(const DocumentSource& source) {
  DocumentFacts facts;
  facts.title = title_of(source);
  facts.author = value_of(source.metadata, "organName");
  facts.identifier = shortened(source.identifier);
  if (!source.derived_from.empty()) facts.source = "sha256: " + digests(source.derived_from);
  if (!source.signatures.empty())
    facts.description =
        fmt::format("derived from {}, signature not carried", digests(source.derived_from));
  facts.language = "vi-VN";
  facts.creator_tool = shortened(source.creator_tool);
  facts.producer = "Sổ Gốc (PoDoFo)";
  if (!source.created_at.empty()) {
    facts.created_iso = whole_seconds(source.created_at);
    if (facts.created_iso.empty())
      return fail(ErrorCode::usage, Retry::never, source.identifier,
                  "the creation time must be like 2026-11-21T08:15:00+07:00");
    facts.created_pdf = pdf_date(facts.created_iso);
  }
  return facts;
}

std::string xmp_packet(const DocumentFacts& facts) {
  std::string xmp =
      "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
      "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
      "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
      "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" "
      "xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n"
      "<pdfaid:part>2</pdfaid:part>\n<pdfaid:conformance>U</pdfaid:conformance>\n"
      "<dc:format>application/pdf</dc:format>\n";
  alternative(xmp, "dc:title", facts.title);
  list(xmp, "dc:creator", "Seq", facts.author);
  alternative(xmp, "dc:description", facts.description);
  simple(xmp, "dc:identifier", facts.identifier);
  simple(xmp, "dc:source", facts.source);
  list(xmp, "dc:language", "Bag", facts.language);
  simple(xmp, "xmp:CreatorTool", facts.creator_tool);
  simple(xmp, "xmp:CreateDate", facts.created_iso);
  simple(xmp, "xmp:ModifyDate", facts.created_iso);
  simple(xmp, "xmp:MetadataDate", facts.created_iso);
  simple(xmp, "pdf:Producer", facts.producer);
  return xmp + "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>";
}

std::vector<std::pair<std::string, std::string>> info_entries(const DocumentFacts& facts) {
  return {{"Title", facts.title},         {"Author", facts.author},
          {"Subject", facts.description}, {"Creator", facts.creator_tool},
          {"Producer", facts.producer},   {"CreationDate", facts.created_pdf},
          {"ModDate", facts.created_pdf}};
}

std::string xml_escaped(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

}  // namespace sogoc
