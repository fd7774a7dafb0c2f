// Signature dictionaries, and the revisions that bring them in.

#include <fstream>
#include <set>

#include <fmt/format.h>

#include "workers/pades/byte_range.hpp"
#include "workers/pades/pades.hpp"
#include "workers/pades/pdf_text.hpp"
#include "workers/pades/raw_pdf.hpp"
#include "workers/pades/revision.hpp"

namespace sogoc {

using namespace pades;

namespace {

constexpr int kPrintAndLocked = 4 | 128;  // widget flags that PDF/A allows: seen, never edited

// Are there signatures in this form, and are fields only added to it?
constexpr std::string_view kSignaturesExistAppendOnly = "3";

Result<std::string> text_entry(std::string_view key, const std::string& text) {
  if (text.empty()) return std::string();
  const auto written = pdf_text(text);
  if (!written)
    return fail(ErrorCode::usage, Retry::never, "signature",
                fmt::format("the text of /{} is not UTF-8", key));
  return fmt::format("/{} {} ", key, *written);
}

// The name of a field as its text stands in the file, for comparing.
std::optional<std::string> field_name(const RawDictionary& field) {
  const RawValue* name = field.find("T");
  return name == nullptr ? std::nullopt : text_of(name->text);
}

std::string unused_name(const std::set<std::string>& names) {
  int number = 1;
  while (names.contains(fmt::format("Timestamp{}", number))) ++number;
  return fmt::format("Timestamp{}", number);
}

// Writes `number` into the list under `key` of `owner`: in the list's own object, or in the owner.
Done add_to_list(const RawPdf& pdf, Revision& revision, int owner, ChangedDictionary& changed,
                 const RawDictionary& entries, std::string_view key, int number) {
  const RawValue* list = entries.find(key);
  if (list == nullptr) {
    changed.set(key, fmt::format("[{} 0 R]", number));
    revision.replace(owner, changed.text());
    return {};
  }
  SOGOC_TRY(const RawValue array, pdf.resolved(*list));
  if (!references_in(array.text)) return pdf.refuse(fmt::format("its /{} is damaged", key));
  if (const auto object = reference_in(list->text)) {
    revision.replace(*object, with_reference(array.text, number));
    return {};
  }
  changed.set(key, with_reference(array.text, number));
  revision.replace(owner, changed.text());
  return {};
}

Done add_field(const RawPdf& pdf, Revision& revision, int field) {
  SOGOC_TRY(const RawDictionary catalog, pdf.dictionary(pdf.root()));
  ChangedDictionary changed_catalog(catalog);
  const RawValue* form = catalog.find("AcroForm");
  if (form == nullptr) {
    changed_catalog.set("AcroForm", fmt::format("<< /Fields [{} 0 R] /SigFlags {} >>", field,
                                                kSignaturesExistAppendOnly));
    revision.replace(pdf.root(), changed_catalog.text());
    return {};
  }
  SOGOC_TRY(const RawDictionary entries, pdf.resolved_dictionary(*form));
  ChangedDictionary changed_form(entries);
  if (const auto object = reference_in(form->text))
    return add_to_list(pdf, revision, *object, changed_form, entries, "Fields", field);
  // The form stands in the catalog itself: the catalog is what changes.
  const RawValue* list = entries.find("Fields");
  if (list != nullptr && reference_in(list->text))
    return add_to_list(pdf, revision, pdf.root(), changed_form, entries, "Fields", field);
  if (list != nullptr && !references_in(list->text)) return pdf.refuse("its /Fields is damaged");
  changed_form.set("Fields", list == nullptr ? fmt::format("[{} 0 R]", field)
                                             : with_reference(list->text, field));
  changed_catalog.set("AcroForm", changed_form.text());
  revision.replace(pdf.root(), changed_catalog.text());
  return {};
}

}  // namespace

Result<std::string> signature_dictionary(const SignatureText& text) {
  const auto refuse = [](const char* why) {
    return fail(ErrorCode::usage, Retry::never, "signature", why);
  };
  const auto time = pdf_date(text.signing_time);
  if (!time) return refuse("the signing time must be ISO 8601 with an offset");
  if (text.permission && *text.permission != 1 && *text.permission != 2)
    return refuse("the permission of a first signature is 1 or 2");
  SOGOC_TRY(const std::string name, text_entry("Name", text.name));
  SOGOC_TRY(const std::string reason, text_entry("Reason", text.reason));
  SOGOC_TRY(const std::string location, text_entry("Location", text.location));
  std::string reference;
  if (text.permission)
    reference = fmt::format(
        "/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams "
        "<< /Type /TransformParams /P {} /V /1.2 >> >>] ",
        *text.permission);
  return fmt::format(
      "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached {} "
      "/M ({}) {}{}{}{}>>",
      empty_hole(kCmsCapacity), *time, name, reason, location, reference);
}

Result<SignatureHole> settle_first_hole(const std::filesystem::path& file) {
  SOGOC_TRY(const RawPdf pdf, RawPdf::open(file));
  SOGOC_TRY(const std::vector<int> fields, pdf.fields());
  std::optional<int> signature;
  for (const int field : fields) {
    SOGOC_TRY(const RawDictionary entries, pdf.dictionary(field));
    const RawValue* value = entries.find("V");
    if (value == nullptr) continue;
    const auto object = reference_in(value->text);
    if (!object || signature) return pdf.refuse("must have exactly one field with a signature");
    signature = object;
  }
  if (!signature) return pdf.refuse("must have exactly one field with a signature");
  SOGOC_TRY(const RawDictionary entries, pdf.dictionary(*signature));
  SOGOC_TRY(const SettledRange settled,
            settle_byte_range(entries, pdf.bytes().size(), pdf.subject()));
  std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
  out.seekp(static_cast<std::streamoff>(settled.at));
  out << settled.text;
  out.close();
  if (!out)
    return fail(ErrorCode::no_space, Retry::after_operator, pdf.subject(),
                "its /ByteRange cannot be written; is the disk full?");
  return settled.hole;
}

Result<SignatureHole> append_signature(const std::filesystem::path& from,
                                       const std::filesystem::path& to,
                                       const SecondSignature& signature) {
  SOGOC_TRY(const RawPdf pdf, RawPdf::open(from));
  SOGOC_TRY(const std::string dictionary,
            signature_dictionary({signature.signing_time, signature.name, signature.reason,
                                  signature.location, std::nullopt}));
  SOGOC_TRY(const std::vector<int> fields, pdf.fields());
  for (const int field : fields) {
    SOGOC_TRY(const RawDictionary entries, pdf.dictionary(field));
    if (field_name(entries) != signature.field) continue;
    const RawValue* kind = entries.find("FT");
    if (kind == nullptr || kind->text != "/Sig" || entries.find("V") != nullptr)
      return pdf.refuse("the field to sign is no empty signature field");
    Revision revision(pdf);
    const int value = revision.add(dictionary);
    ChangedDictionary changed(entries);
    changed.set("V", fmt::format("{} 0 R", value));
    revision.replace(field, changed.text());
    return revision.write_with_hole(from, to, value);
  }
  return pdf.refuse(fmt::format("has no signature field named {}", signature.field));
}

Result<SignatureHole> append_document_timestamp(const std::filesystem::path& from,
                                                const std::filesystem::path& to) {
  SOGOC_TRY(const RawPdf pdf, RawPdf::open(from));
  SOGOC_TRY(const std::vector<int> fields, pdf.fields());
  std::set<std::string> names;
  for (const int field : fields) {
    SOGOC_TRY(const RawDictionary entries, pdf.dictionary(field));
    names.insert(field_name(entries).value_or(""));
  }
  SOGOC_TRY(const int page, pdf.first_page());
  Revision revision(pdf);
  const int value =
      revision.add(fmt::format("<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter "
                               "/ETSI.RFC3161 {} >>",
                               empty_hole(kCmsCapacity)));
  // PDF/A asks no appearance of a widget without size.
  const int field = revision.add(
      fmt::format("<< /Type /Annot /Subtype /Widget /FT /Sig /T ({}) /F {} /Rect [0 0 0 0] "
                  "/P {} 0 R /V {} 0 R >>",
                  unused_name(names), kPrintAndLocked, page, value));
  SOGOC_CHECK(add_field(pdf, revision, field));
  SOGOC_TRY(const RawDictionary page_entries, pdf.dictionary(page));
  ChangedDictionary changed_page(page_entries);
  SOGOC_CHECK(add_to_list(pdf, revision, page, changed_page, page_entries, "Annots", field));
  return revision.write_with_hole(from, to, value);
}

}  // namespace sogoc
