#include "tools/sogoc/entry_source.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "pipeline/core/record_json.hpp"
#include "storage/register_books.hpp"
#include "tools/sogoc/archived_pages.hpp"
#include "tools/sogoc/entry_forms.hpp"

namespace sogoc {
namespace {

// A frame in shares of the PDF page, where the box stands on it.
std::optional<CopyMark> mark_on(const PagePart& part, const BoxPx& box, int page_of_copy) {
  const BoxPx flat = part.flattening ? part.flattening->on_flat(box) : box;
  const BoxPx upright = intersection(part.upright_from_master.apply(flat), {0, 0, part.size.width, part.size.height});
  if (upright.empty()) return std::nullopt;
  const double width = part.size.width, height = part.size.height;
  return CopyMark{page_of_copy, upright.left / width, upright.top / height, upright.right / width, upright.bottom / height};
}

Done add_marks(Archive& archive, const EntryRow& row, const ArchivedPages& pdf, GatheredSource& gathered) {
  PdfPages finder(archive);
  for (const EntryPlace& place : row.places) {
    if (place.page == 0) continue;
    SOGOC_TRY(const PageRow page, archive.catalogue().page(place.page));
    if (!page.record) continue;
    SOGOC_TRY(const std::string text, archive.blobs().load(*page.record));
    SOGOC_TRY(const PageRecord record, page_record_from_json(text));
    SOGOC_TRY(const ArchivedPages here, finder.of({place}));
    for (std::size_t part = 0; part < record.parts.size() && part < here.pages.size(); ++part) {
      const auto at = std::find(pdf.pages.begin(), pdf.pages.end(), here.pages[part]);
      if (place.box.empty() || at == pdf.pages.end()) continue;
      if (const auto mark = mark_on(record.parts[part], place.box, static_cast<int>(at - pdf.pages.begin()) + 1)) gathered.marks.push_back(*mark);
    }
    gathered.facts.pages.push_back({page.name, 0, 0, false, record.origin == PageOrigin::scan});
    SourcePage& facts = gathered.facts.pages.back();
    facts.dpi = std::min(record.quality.effective.x.value, record.quality.effective.y.value);
    for (const PlacedPicture& placed : record.pictures) {
      if (placed.role != PictureRole::base) continue;
      const Picture& picture = placed.picture;
      const int channels = picture.colour == ColourModel::rgb ? 3 : picture.colour == ColourModel::cmyk ? 4 : 1;
      facts.bits_per_pixel = std::max(facts.bits_per_pixel, picture.colour == ColourModel::bilevel ? 1 : channels * picture.bits_per_component);
    }
    gathered.facts.medium = record.origin == PageOrigin::scan ? Medium::paper : Medium::electronic;
    gathered.facts.restricted = gathered.facts.restricted || page.state == PageState::restricted;
  }
  return {};
}

std::string value_for(const EntryValue& value) {
  if (value.state == EntryValueState::illegible) return "(không đọc được)";
  return value.state == EntryValueState::unknown ? "(không rõ)" : value.text;
}

std::string text_of(const EntryDetails& entry, std::initializer_list<const char*> keys) {
  for (const char* key : keys)
    if (const EntryFieldDetails* field = entry.field(key); field != nullptr && field->decided && !field->decided->text.empty())
      return field->decided->text;
  return "";
}

}  // namespace

Result<GatheredSource> gather_entry(Archive& archive, std::int64_t id) {
  SOGOC_TRY(const EntryForms forms, EntryForms::load());
  SOGOC_TRY(const EntryDetails entry, archive.books().entry(id));
  SOGOC_TRY(const RegisterBookRow book, archive.books().book(entry.row.book));
  const EntryForm* form = forms.find(entry.row.layout, book.about.kind);
  PdfPages finder(archive);
  SOGOC_TRY(const ArchivedPages pdf, finder.of(entry.row.places));

  GatheredSource gathered;
  gathered.facts.source = {CopySourceKind::entry, id};
  gathered.facts.subject = fmt::format("entry {} of {}", entry.row.number.empty() ? fmt::format("id {}", id) : entry.row.number, book.about.code);
  gathered.pdf = pdf.digest;
  gathered.pages = pdf.pages;
  SOGOC_CHECK(add_marks(archive, entry.row, pdf, gathered));

  // As written, and only what a person vouches for.
  const std::vector<std::string> open = unreviewed_binding(entry, form);
  gathered.facts.confirmed_by_machine_only = !open.empty();
  UtcTime last{};
  for (const EntryFieldDetails& field : entry.fields) {
    if (!field.decided) continue;
    if (!field.decided_at || *field.decided_at >= last) {
      last = field.decided_at.value_or(last);
      gathered.facts.confirmed_by = field.decided_by;
    }
    const FormField* known = form == nullptr ? nullptr : form->field(field.machine.reading.key);
    gathered.fields.push_back({known == nullptr ? field.machine.reading.key : known->label, value_for(*field.decided)});
  }
  if (entry.row.struck_out)
    return fail(ErrorCode::conflict, Retry::after_operator, gathered.facts.subject, "is struck out in the register: no copy is made of it");
  gathered.title = fmt::format("{}{}, số {}", form == nullptr ? "Sổ " + book.about.kind : form->title,
                               book.about.number.empty() ? std::string() : " quyển số " + book.about.number, entry.row.number);
  gathered.register_number = entry.row.number;
  gathered.register_book = book.about.number.empty() ? book.about.code : book.about.number;
  gathered.register_page = text_of(entry, {"trangSo"});
  gathered.holder_name = text_of(entry, {"nksHoTen", "nktHoTen", "chongHoTen", "ncHoTen", "nxnHoTen", "hoTen"});
  gathered.birth_date = text_of(entry, {"nksNgaySinh", "nktNgaySinh", "ngaySinh"});
  return gathered;
}

}  // namespace sogoc
