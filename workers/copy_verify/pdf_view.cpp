#include "workers/copy_verify/pdf_view.hpp"

#include <algorithm>
#include <array>

#include "workers/copy_verify/pdf_filters.hpp"

namespace sogoc::verify {
namespace {

constexpr std::size_t kMaxSections = 2'000;
constexpr std::int64_t kMaxObjectNumber = 8'388'607;  // what the format's own limits name
constexpr std::size_t kMaxProblems = 50;

bool stands_at(Bytes bytes, std::size_t at, std::string_view word) {
  if (at > bytes.size() || bytes.size() - at < word.size()) return false;
  return std::equal(word.begin(), word.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

// The number after the last "startxref", which must be the last thing before the end mark.
std::optional<std::uint64_t> start_of_chain(Bytes bytes, std::size_t mark_end,
                                            std::size_t& budget) {
  constexpr std::string_view kWord = "startxref";
  const std::size_t mark = mark_end - 5;
  const std::size_t first = mark > 64 ? mark - 64 : 0;
  for (std::size_t at = mark; at-- > first;) {
    if (!stands_at(bytes, at, kWord)) continue;
    ValueReader reader(bytes, at + kWord.size(), budget);
    const auto number = reader.whole_number();
    if (!number) return std::nullopt;
    std::size_t next = reader.position();
    while (next < mark && is_pdf_space(bytes[next])) ++next;
    if (next != mark) return std::nullopt;
    return static_cast<std::uint64_t>(*number);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::size_t> last_end_mark(Bytes bytes, std::size_t end) {
  for (std::size_t at = std::min(end, bytes.size()); at >= 5; --at)
    if (bytes[at - 1] == 'F' && stands_at(bytes, at - 5, "%%EOF")) return at;
  return std::nullopt;
}

std::optional<PdfView> PdfView::read(PdfBytes& file, std::size_t end, std::string& problem) {
  PdfView view(file, std::min(end, file.bytes.size()));
  // An end mark that no startxref precedes ends nothing: look further up, as every reader does.
  constexpr int kMaxMarks = 64;
  problem = "no_end_mark";
  std::size_t before = view.end_;
  for (int marks = 0; marks < kMaxMarks; ++marks) {
    const auto mark = last_end_mark(file.bytes, before);
    if (!mark) return std::nullopt;
    problem = "no_startxref";
    if (const auto start = start_of_chain(file.bytes, *mark, file.values_left)) {
      if (!view.read_chain(*start, problem)) return std::nullopt;
      return view;
    }
    before = *mark - 5;
  }
  return std::nullopt;
}

bool PdfView::read_chain(std::uint64_t start, std::string& problem) {
  std::set<std::uint64_t> seen_at;
  for (std::optional<std::uint64_t> at = start; at;) {
    if (!seen_at.insert(*at).second || sections_.size() >= kMaxSections) {
      problem = "xref_loop";
      return false;
    }
    XrefSection section;
    if (!read_section(*at, section, problem)) return false;
    const Value& previous = section.trailer.get("Prev");
    if (previous.kind == Value::Kind::null) {
      at.reset();
    } else if (previous.kind == Value::Kind::integer && previous.integer >= 0) {
      at = static_cast<std::uint64_t>(previous.integer);
    } else {
      problem = "xref_damaged";
      return false;
    }
    for (const auto& [number, entry] : section.entries) merged_.try_emplace(number, entry);
    sections_.push_back(std::move(section));
  }
  return true;
}

bool PdfView::read_section(std::uint64_t at, XrefSection& section, std::string& problem) {
  section.at = at;
  problem = "xref_damaged";
  if (at >= end_) return false;
  ValueReader reader(seen(), at, file_->values_left);
  if (!stands_at(seen(), at, "xref")) {
    if (!read_xref_stream(at, section)) return false;
  } else {
    if (!reader.keyword("xref") || !read_table(reader, section)) return false;
    if (const Value& beside = section.trailer.get("XRefStm"); beside.kind == Value::Kind::integer) {
      // Hybrid: objects that old readers do not see. The table wins where it says more than "free".
      XrefSection hidden;
      section.hybrid_at = static_cast<std::uint64_t>(beside.integer);
      if (beside.integer <= 0 || section.hybrid_at >= end_ ||
          !read_xref_stream(section.hybrid_at, hidden))
        return false;
      for (const auto& [number, entry] : hidden.entries) {
        auto [known, is_new] = section.entries.try_emplace(number, entry);
        if (!is_new && known->second.type == XrefEntry::Type::free) known->second = entry;
      }
    }
  }
  if (section.trailer.repeated_key) keep_problem("repeated_key", 0);
  const Value& size = section.trailer.get("Size");
  if (size.kind != Value::Kind::integer) return false;
  for (const auto& [number, entry] : section.entries)
    if (number >= size.integer && entry.type != XrefEntry::Type::free)
      keep_problem("entry_beyond_size", number);
  problem.clear();
  return true;
}

bool PdfView::read_table(ValueReader& reader, XrefSection& section) {
  while (!reader.keyword("trailer")) {
    const auto first = reader.whole_number();
    const auto count = first ? reader.whole_number() : std::nullopt;
    if (!count || *first > kMaxObjectNumber || *count > kMaxObjectNumber) return false;
    for (std::int64_t number = *first; number < *first + *count; ++number) {
      const auto offset = reader.whole_number();
      const auto generation = offset ? reader.whole_number() : std::nullopt;
      if (!generation) return false;
      XrefEntry entry{XrefEntry::Type::free, static_cast<std::uint64_t>(*offset), *generation};
      if (reader.keyword("n"))
        entry.type = XrefEntry::Type::at_offset;
      else if (!reader.keyword("f"))
        return false;
      if (!section.entries.try_emplace(number, entry).second)
        keep_problem("repeated_xref_entry", number);
    }
  }
  auto trailer = reader.value();
  if (!trailer || trailer->kind != Value::Kind::dictionary) return false;
  section.trailer = std::move(*trailer);
  return true;
}

bool PdfView::read_xref_stream(std::uint64_t at, XrefSection& section) {
  auto stream = read_object(at, -1, -1, false);
  if (!stream || stream->kind != Value::Kind::stream || !stream->get("Type").is_name("XRef"))
    return false;
  const auto bytes = decoded(*stream, 64u << 20);
  const Value& widths = stream->get("W");
  const Value& size = stream->get("Size");
  if (!bytes || widths.items.size() != 3 || size.kind != Value::Kind::integer) return false;
  std::array<std::size_t, 3> width{};
  for (std::size_t i = 0; i < 3; ++i) {
    const Value& one = widths.items[i];
    if (one.kind != Value::Kind::integer || one.integer < 0 || one.integer > 8) return false;
    width[i] = static_cast<std::size_t>(one.integer);
  }
  const std::size_t row = width[0] + width[1] + width[2];
  if (row == 0) return false;
  std::vector<std::int64_t> index;
  if (const Value& given = stream->get("Index"); given.kind == Value::Kind::array) {
    for (const Value& item : given.items) {
      if (item.kind != Value::Kind::integer || item.integer < 0 || item.integer > kMaxObjectNumber)
        return false;
      index.push_back(item.integer);
    }
  } else {
    index = {0, size.integer};
  }
  if (index.size() % 2 != 0) return false;
  std::size_t next = 0;
  for (std::size_t part = 0; part < index.size(); part += 2) {
    for (std::int64_t number = index[part]; number < index[part] + index[part + 1]; ++number) {
      if (bytes->size() - next < row) return false;
      std::array<std::uint64_t, 3> field{width[0] == 0 ? 1u : 0u, 0, 0};
      for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t b = 0; b < width[i]; ++b) field[i] = field[i] << 8 | (*bytes)[next++];
      XrefEntry entry;
      if (field[0] == 1)
        entry.type = XrefEntry::Type::at_offset;
      else if (field[0] == 2)
        entry.type = XrefEntry::Type::packed;
      else if (field[0] != 0)
        continue;  // kinds to come are null objects
      if (field[2] > (1u << 30)) return false;
      entry.place = field[1];
      entry.generation = static_cast<std::int64_t>(field[2]);
      if (!section.entries.try_emplace(number, entry).second)
        keep_problem("repeated_xref_entry", number);
    }
  }
  section.trailer = std::move(*stream);
  return true;
}

const XrefEntry* PdfView::entry(std::int64_t number) const {
  const auto found = merged_.find(number);
  return found == merged_.end() ? nullptr : &found->second;
}

bool PdfView::is_packed(std::int64_t number) const {
  const XrefEntry* found = entry(number);
  return found != nullptr && found->type == XrefEntry::Type::packed;
}

void PdfView::keep_problem(std::string code, std::int64_t object) {
  if (problems_.size() < kMaxProblems) problems_.push_back({std::move(code), object});
}

const Value& PdfView::object(std::int64_t number) {
  static const Value kNothing;
  if (const auto known = objects_.find(number); known != objects_.end()) return *known->second;
  const XrefEntry* where = entry(number);
  if (where == nullptr || where->type == XrefEntry::Type::free) return kNothing;
  constexpr std::size_t kMaxOpening = 16;  // a stream whose length is a stream whose length ...
  if (opening_.size() >= kMaxOpening || !opening_.insert(number).second) {
    keep_problem("object_damaged", number);
    return kNothing;
  }
  auto read = where->type == XrefEntry::Type::at_offset
                  ? read_object(where->place, number, where->generation, true)
                  : read_packed(*where, number);
  opening_.erase(number);
  if (!read) {
    keep_problem("object_damaged", number);
    read = Value{};
  }
  if (read->repeated_key) keep_problem("repeated_key", number);
  return *objects_.emplace(number, std::make_unique<Value>(std::move(*read))).first->second;
}

const Value& PdfView::resolve(const Value& value) {
  const Value* here = &value;
  for (int hops = 0; here->kind == Value::Kind::reference && hops < 16; ++hops) {
    const XrefEntry* where = entry(here->reference.number);
    const bool generation_fits =
        where == nullptr || where->type == XrefEntry::Type::free ||
        here->reference.generation ==
            (where->type == XrefEntry::Type::packed ? 0 : where->generation);
    if (!generation_fits) keep_problem("object_damaged", here->reference.number);
    here = &object(here->reference.number);
  }
  return *here;
}

std::optional<Value> PdfView::read_object(std::uint64_t at, std::int64_t number,
                                          std::int64_t generation, bool length_by_reference) {
  if (at >= end_ || at == 0 || seen()[at] == '%') return std::nullopt;
  ValueReader reader(seen(), at, file_->values_left);
  auto head = reader.object();
  if (!head || (number >= 0 && head->id != Reference{number, generation})) return std::nullopt;
  Value value = std::move(head->value);
  if (head->stream_follows) {
    const Value& length = length_by_reference ? get(value, "Length") : value.get("Length");
    if (length.kind != Value::Kind::integer || length.integer < 0 ||
        static_cast<std::uint64_t>(length.integer) > end_ - head->data_begin)
      return std::nullopt;
    value.kind = Value::Kind::stream;
    value.data_begin = head->data_begin;
    value.data_end = head->data_begin + static_cast<std::size_t>(length.integer);
    std::size_t after = value.data_end;
    if (stands_at(seen(), after, "\r\n"))
      after += 2;
    else if (stands_at(seen(), after, "\n") || stands_at(seen(), after, "\r"))
      after += 1;
    if (!stands_at(seen(), after, "endstream")) return std::nullopt;
    reader = ValueReader(seen(), after + 9, file_->values_left);
  }
  if (!reader.keyword("endobj")) return std::nullopt;
  value.end = reader.position();
  value.begin = at;
  return value;
}

std::optional<Value> PdfView::read_packed(const XrefEntry& place, std::int64_t number) {
  const auto stream_number = static_cast<std::int64_t>(place.place);
  auto known = packed_.find(stream_number);
  if (known == packed_.end()) {
    if (is_packed(stream_number)) return std::nullopt;
    const Value& stream = object(stream_number);
    if (stream.kind != Value::Kind::stream || !stream.get("Type").is_name("ObjStm"))
      return std::nullopt;
    const Value& count = get(stream, "N");
    const Value& first = get(stream, "First");
    auto bytes = decoded(stream, 64u << 20);
    if (!bytes || count.kind != Value::Kind::integer || first.kind != Value::Kind::integer ||
        first.integer < 0)
      return std::nullopt;
    auto packed = std::make_unique<Packed>();
    packed->bytes = std::move(*bytes);
    ValueReader reader(packed->bytes, 0, file_->values_left);
    for (std::int64_t i = 0; i < count.integer; ++i) {
      const auto name = reader.whole_number();
      const auto offset = name ? reader.whole_number() : std::nullopt;
      if (!offset || file_->values_left == 0) return std::nullopt;
      packed->offsets.emplace_back(*name, static_cast<std::size_t>(first.integer + *offset));
    }
    known = packed_.emplace(stream_number, std::move(packed)).first;
  }
  const Packed& packed = *known->second;
  const auto index = static_cast<std::size_t>(place.generation);
  if (index >= packed.offsets.size() || packed.offsets[index].first != number ||
      packed.offsets[index].second >= packed.bytes.size())
    return std::nullopt;
  ValueReader reader(packed.bytes, packed.offsets[index].second, file_->values_left);
  return reader.value();
}

Bytes PdfView::raw(const Value& stream) const {
  if (stream.kind != Value::Kind::stream) return {};
  return seen().subspan(stream.data_begin, stream.data_end - stream.data_begin);
}

std::optional<std::vector<std::uint8_t>> PdfView::decoded(const Value& stream, std::size_t cap) {
  if (stream.kind != Value::Kind::stream) return std::nullopt;
  const Bytes coded = raw(stream);
  const Value* filter = &get(stream, "Filter");
  const Value* parameters = &get(stream, "DecodeParms");
  if (filter->kind == Value::Kind::array) {
    if (filter->items.size() > 1) return std::nullopt;
    if (filter->items.empty()) return std::vector<std::uint8_t>(coded.begin(), coded.end());
    filter = &resolve(filter->items[0]);
    if (parameters->kind == Value::Kind::array && !parameters->items.empty())
      parameters = &resolve(parameters->items[0]);
  }
  cap = std::min(cap, file_->decoded_left);
  if (filter->kind == Value::Kind::null) {
    if (coded.size() > cap) return std::nullopt;
    return std::vector<std::uint8_t>(coded.begin(), coded.end());
  }
  if (!filter->is_name("FlateDecode") && !filter->is_name("Fl")) return std::nullopt;
  auto bytes = inflated(coded, cap);
  if (!bytes) return std::nullopt;
  file_->decoded_left -= std::min(file_->decoded_left, bytes->size());
  const auto parameter = [&](std::string_view key, std::int64_t otherwise) {
    const Value& value = get(*parameters, key);
    return value.kind == Value::Kind::integer ? value.integer : otherwise;
  };
  return unpredicted(std::move(*bytes), parameter("Predictor", 1), parameter("Colors", 1),
                     parameter("BitsPerComponent", 8), parameter("Columns", 1));
}

std::optional<std::string> unaccounted(PdfBytes& file, PdfView& view, std::size_t from) {
  const Bytes bytes = file.bytes.first(view.end());
  std::map<std::uint64_t, std::int64_t> objects;
  std::set<std::uint64_t> sections;
  for (const XrefSection& section : view.sections()) {
    sections.insert(section.at);
    if (section.hybrid_at != 0) sections.insert(section.hybrid_at);
    for (const auto& [number, entry] : section.entries)
      if (entry.type == XrefEntry::Type::at_offset && entry.place < bytes.size()) {
        std::uint64_t at = entry.place;
        while (at < bytes.size() && is_pdf_space(bytes[at])) ++at;
        objects.emplace(at, number);
      }
  }
  for (std::size_t at = from;;) {
    while (at < bytes.size() && is_pdf_space(bytes[at])) ++at;
    if (at >= bytes.size()) return std::nullopt;
    ValueReader reader(bytes, at, file.values_left);
    if (bytes[at] == '%') {  // %%EOF and the comments some writers put at the head of an update
      std::size_t line_end = at;
      while (line_end < bytes.size() && bytes[line_end] != '\n' && bytes[line_end] != '\r')
        ++line_end;
      if (line_end - at > 255) return "junk_after_signature";
      at = line_end;
    } else if (reader.keyword("xref")) {
      if (!sections.contains(at)) return "unlisted_xref";
      while (!reader.keyword("trailer"))
        if (!reader.whole_number() && !reader.keyword("n") && !reader.keyword("f"))
          return "junk_after_signature";
      if (!reader.value()) return "junk_after_signature";
      at = reader.position();
    } else if (reader.keyword("startxref")) {
      if (!reader.whole_number()) return "junk_after_signature";
      at = reader.position();
    } else {
      auto head = reader.object();
      if (!head) return "junk_after_signature";
      const auto listed = objects.find(at);
      const bool is_section = sections.contains(at);
      if (!is_section && (listed == objects.end() || listed->second != head->id.number))
        return "unlisted_object";
      at = reader.position();
      if (head->stream_follows) {
        const Value& length =
            is_section ? head->value.get("Length") : view.get(head->value, "Length");
        if (length.kind != Value::Kind::integer || length.integer < 0 ||
            static_cast<std::uint64_t>(length.integer) > bytes.size() - head->data_begin)
          return "junk_after_signature";
        reader = ValueReader(bytes, head->data_begin + static_cast<std::size_t>(length.integer),
                             file.values_left);
        if (!reader.keyword("endstream")) return "junk_after_signature";
      }
      if (!reader.keyword("endobj")) return "junk_after_signature";
      at = reader.position();
    }
  }
}

}  // namespace sogoc::verify
