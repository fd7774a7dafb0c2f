#include "tools/sogoc/copy_sources.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include <fmt/format.h>

#include "pipeline/core/record_json.hpp"
#include "tools/sogoc/entry_source.hpp"

namespace sogoc {
namespace {

// Fixity at this moment, not at the time of the last `verify`.
Done rehash(BlobStore& blobs, const Sha256& digest) {
  SOGOC_TRY(const std::filesystem::path file, blobs.find(digest));
  SOGOC_TRY(const Sha256 now, digest_of_file(file));
  if (now != digest)
    return fail(ErrorCode::corrupt, Retry::after_operator, file.filename().string(),
                "the archived file no longer has its digest: no copy is made of it; run `sogoc verify`");
  return {};
}

int bits_per_pixel(const Picture& picture) {
  switch (picture.colour) {
    case ColourModel::bilevel: return 1;
    case ColourModel::gray: return picture.bits_per_component;
    case ColourModel::indexed: return picture.bits_per_component;
    case ColourModel::rgb: return 3 * picture.bits_per_component;
    case ColourModel::cmyk: return 4 * picture.bits_per_component;
  }
  return 0;
}

SourcePage facts_of(const PageRow& row, const PageRecord& record) {
  SourcePage page;
  page.page_name = row.name;
  page.scanned = record.origin == PageOrigin::scan;
  page.dpi = std::min(record.quality.effective.x.value, record.quality.effective.y.value);
  for (const PlacedPicture& placed : record.pictures)
    if (placed.role == PictureRole::base)
      page.bits_per_pixel = std::max(page.bits_per_pixel, bits_per_pixel(placed.picture));
  return page;
}

// What a person confirmed, under the words that stand on a copy. Machine values are left out: the
// extract says only what somebody vouches for.
std::vector<CopyField> confirmed_fields(const DocumentDetails& document) {
  constexpr std::array<std::pair<const char*, const char*>, 8> kLabels{{{"typeName", "Tên loại"},
                                                                        {"codeNumber", "Số"},
                                                                        {"codeNotation", "Ký hiệu"},
                                                                        {"issuedDate", "Ngày ban hành"},
                                                                        {"organName", "Cơ quan ban hành"},
                                                                        {"subject", "Trích yếu"},
                                                                        {"signerTitle", "Chức vụ người ký"},
                                                                        {"signerName", "Người ký"}}};
  std::vector<CopyField> fields;
  for (const auto& [key, label] : kLabels)
    for (const FieldDetails& field : document.fields)
      if (field.machine.key == key && field.confirmed) fields.push_back({label, *field.confirmed});
  return fields;
}

std::string title_of(const DocumentDetails& document) {
  const DocumentRow& row = document.row;
  std::string title = row.type_name.empty() ? "Văn bản" : row.type_name;
  if (!row.number.empty() && !row.notation.empty())
    title += fmt::format(" số {}/{}", row.number, row.notation);
  else
    title += " " + row.identifier;
  return title;
}

}  // namespace

Result<Sha256> digest_of_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  Sha256Stream hash;
  std::array<char, 1 << 16> piece{};
  while (stream.read(piece.data(), piece.size()) || stream.gcount() > 0)
    hash.add(std::as_bytes(std::span(piece.data(), static_cast<std::size_t>(stream.gcount()))));
  if (!stream.eof())
    return fail(ErrorCode::not_found, Retry::never, file.string(), "cannot be read");
  return hash.finish();
}

Result<GatheredSource> ArchiveSources::gather(const CopySource& source) {
  GatheredSource gathered;
  gathered.facts.source = source;
  DocumentId document_id = source.id;
  Catalogue& catalogue = archive_.catalogue();
  if (source.kind == CopySourceKind::entry) {
    SOGOC_TRY(gathered, gather_entry(archive_, source.id));
    SOGOC_CHECK(rehash(archive_.blobs(), gathered.pdf));
    gathered.facts.digest = gathered.pdf;
    gathered.facts.fixity_checked_at = clock_.now();
    return gathered;
  }
  std::optional<PageRow> single;
  if (source.kind == CopySourceKind::page) {
    SOGOC_TRY(single, catalogue.page(source.id));
    document_id = single->document;
  }
  SOGOC_TRY(const DocumentDetails document, catalogue.document(document_id));
  gathered.facts.subject = single ? single->name : document.row.identifier;
  if (!document.outputs)
    return fail(ErrorCode::conflict, Retry::after_operator, gathered.facts.subject,
                "its archived PDF is not written yet; run `sogoc run` first");
  gathered.pdf = document.outputs->pdf;
  SOGOC_CHECK(rehash(archive_.blobs(), gathered.pdf));
  gathered.facts.digest = gathered.pdf;
  gathered.facts.fixity_checked_at = clock_.now();

  PageFilter filter;
  filter.document = document_id;
  filter.limit = 100'000;
  SOGOC_TRY(auto rows, catalogue.pages(filter));
  std::sort(rows.begin(), rows.end(),
            [](const PageRow& a, const PageRow& b) { return a.page_of_document < b.page_of_document; });
  bool all_confirmed = !rows.empty();
  bool any_scan = false;
  int pdf_page = 1;
  for (const PageRow& row : rows) {
    if (!row.record) {
      if (!single || single->id == row.id)
        return fail(ErrorCode::conflict, Retry::after_operator, row.name, "was not read; a person must decide first");
      ++pdf_page;
      continue;
    }
    SOGOC_TRY(const std::string text, archive_.blobs().load(*row.record));
    SOGOC_TRY(const PageRecord record, page_record_from_json(text));
    // A spread is two pages of the PDF.
    const int parts = std::max<int>(1, static_cast<int>(record.parts.size()));
    if (!single || single->id == row.id) {
      for (int part = 0; part < parts; ++part) gathered.pages.push_back(pdf_page + part);
      gathered.facts.pages.push_back(facts_of(row, record));
      gathered.facts.restricted = gathered.facts.restricted || row.state == PageState::restricted;
      any_scan = any_scan || record.origin == PageOrigin::scan;
      // Who accepted a page as unreadable has not confirmed what it says.
      const bool confirmed = !row.decided_by.empty() && row.state != PageState::unreadable;
      all_confirmed = all_confirmed && confirmed;
      gathered.facts.confirmed_by = confirmed ? row.decided_by : std::string();
    }
    pdf_page += parts;
  }
  if (!all_confirmed && !single) gathered.facts.confirmed_by.clear();
  gathered.facts.medium = any_scan ? Medium::paper : Medium::electronic;
  gathered.fields = confirmed_fields(document);
  gathered.title = title_of(document);
  return gathered;
}

}  // namespace sogoc
