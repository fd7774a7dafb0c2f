#include "workers/copy_write/copy_facts.hpp"

#include <array>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "workers/pdf_write/clean_text.hpp"
#include "workers/pdf_write/document_facts.hpp"

namespace sogoc {
namespace {

struct Property {
  const char* name;
  const char* description;
};
constexpr std::array kProperties{
    Property{"kind", "Kind of copy"},
    Property{"form", "Form of copy as shown by the signature block"},
    Property{"template", "First day in force of the template"},
    Property{"copyNumber", "Number in the issue book"},
    Property{"body", "Issuing body"},
    Property{"signingTime", "Time shown by the signature block, ISO 8601"},
    Property{"source", "SHA-256 of the archived file that the pages come from"},
    Property{"issueRecord", "SHA-256 of the canonical issue record"},
    Property{"lookup", "Address that tells the state of the copy"},
    Property{"conversionMark", "Words that say that paper was converted"},
    Property{"conversionTime", "When paper was converted"},
    Property{"converter", "Who converted it"}};
constexpr const char* kNamespace = "urn:sogoc:copy:1#";

std::string mark_in_words(const FilledForm& form) {
  std::string words;
  for (const CopyLine& line : form.form().band.lines)
    if (form.shows(line.when)) words += (words.empty() ? "" : " ") + form.plain(line.text);
  return words;
}

}  // namespace

std::string copy_xmp(const FilledForm& form, const CopyDraft& draft) {
  const auto text = [](std::string_view raw) { return xml_escaped(clean_text(raw)); };
  const std::string time = text(draft.created_at);
  const std::vector<std::string> values{
      draft.kind,
      form.form().form,
      draft.template_version,
      form.value("copy_number"),
      form.value("body"),
      form.value("signing_time_iso"),
      draft.images ? "sha256:" + to_hex(draft.images->source) : "",
      form.value("issue_record"),
      form.value("lookup_url"),
      draft.images ? mark_in_words(form) : "",
      form.value("conversion_time"),
      form.value("converter")};
  std::string xmp = fmt::format(
      "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
      "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
      "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
      "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" "
      "xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" "
      "xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" "
      "xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" "
      "xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\" xmlns:sogoc=\"{}\">\n"
      "<pdfaid:part>2</pdfaid:part>\n<pdfaid:conformance>U</pdfaid:conformance>\n"
      "<dc:format>application/pdf</dc:format>\n"
      "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{}</rdf:li></rdf:Alt></dc:title>\n",
      kNamespace, text(form.plain(form.form().title)));
  const auto out = std::back_inserter(xmp);
  if (const std::string body = form.value("body"); !body.empty())
    fmt::format_to(out, "<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>\n", text(body));
  fmt::format_to(out,
                 "<dc:language><rdf:Bag><rdf:li>{}</rdf:li></rdf:Bag></dc:language>\n"
                 "<xmp:CreatorTool>{}</xmp:CreatorTool>\n<xmp:CreateDate>{}</xmp:CreateDate>\n"
                 "<xmp:ModifyDate>{}</xmp:ModifyDate>\n<xmp:MetadataDate>{}</xmp:MetadataDate>\n"
                 "<pdf:Producer>{}</pdf:Producer>\n",
                 text(draft.language), text(draft.producer), time, time, time, text(draft.producer));
  for (std::size_t i = 0; i < kProperties.size(); ++i)
    if (!values[i].empty())
      fmt::format_to(out, "<sogoc:{0}>{1}</sogoc:{0}>\n", kProperties[i].name, text(values[i]));
  fmt::format_to(out,
                 "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\n"
                 "<pdfaSchema:schema>So Goc certified copy</pdfaSchema:schema>\n"
                 "<pdfaSchema:namespaceURI>{}</pdfaSchema:namespaceURI>\n"
                 "<pdfaSchema:prefix>sogoc</pdfaSchema:prefix>\n<pdfaSchema:property><rdf:Seq>\n",
                 kNamespace);
  for (const Property& property : kProperties)
    fmt::format_to(out,
                   "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>{}</pdfaProperty:name>"
                   "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
                   "<pdfaProperty:category>external</pdfaProperty:category>"
                   "<pdfaProperty:description>{}</pdfaProperty:description></rdf:li>\n",
                   property.name, property.description);
  xmp +=
      "</rdf:Seq></pdfaSchema:property>\n</rdf:li></rdf:Bag></pdfaExtension:schemas>\n"
      "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>";
  return xmp;
}

Result<std::string> pdf_time(const std::string& iso) {
  constexpr std::string_view kPattern = "0000-00-00T00:00:00s00:00";
  bool good = iso.size() == kPattern.size();
  std::string time = "D:";
  for (std::size_t i = 0; good && i < iso.size(); ++i) {
    const bool digit = iso[i] >= '0' && iso[i] <= '9';
    good = kPattern[i] == '0'   ? digit
           : kPattern[i] == 's' ? iso[i] == '+' || iso[i] == '-'
                                : iso[i] == kPattern[i];
    if (digit || kPattern[i] == 's') time += iso[i];
    if (i == 21) time += '\'';
  }
  if (!good)
    return fail(ErrorCode::usage, Retry::never, "created_at",
                "the time must be like 2026-09-05T14:03:22+07:00");
  return time + "'";
}

}  // namespace sogoc
