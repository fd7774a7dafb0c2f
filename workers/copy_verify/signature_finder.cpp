#include "workers/copy_verify/signature_finder.hpp"

#include <algorithm>
#include <limits>

namespace sogoc::verify {
namespace {

constexpr std::size_t kMaxNodes = 50'000;
constexpr std::size_t kMaxDepth = 32;
constexpr std::size_t kMaxSignatures = 64;

std::optional<int> permission_of(PdfView& view, const Value& transform) {
  const Value& parameters = view.get(transform, "TransformParams");
  const Value& p = view.get(parameters, "P");
  if (p.kind == Value::Kind::null) return 2;  // the format's default
  return p.kind == Value::Kind::integer && p.integer >= 1 && p.integer <= 3
             ? static_cast<int>(p.integer)
             : 1;
}

FieldLock lock_of(PdfView& view, const Value& parameters) {
  FieldLock lock;
  const Value& action = view.get(parameters, "Action");
  if (action.is_name("Include")) lock.action = FieldLock::Action::include;
  if (action.is_name("Exclude")) lock.action = FieldLock::Action::exclude;
  for (const Value& field : view.get(parameters, "Fields").items)
    lock.fields.insert(text_of(view.resolve(field)));
  return lock;
}

void read_references(PdfView& view, const Value& dictionary, FoundSignature& found) {
  for (const Value& item : view.get(dictionary, "Reference").items) {
    const Value& reference = view.resolve(item);
    const Value& method = view.get(reference, "TransformMethod");
    if (method.is_name("DocMDP")) found.permission = permission_of(view, reference);
    if (method.is_name("FieldMDP"))
      found.locks.push_back(lock_of(view, view.get(reference, "TransformParams")));
  }
}

std::vector<std::uint8_t> bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

// The four numbers, and whether they leave exactly this hole.
void check_range(const PdfBytes& file, const Value& range, FoundSignature& found) {
  if (range.kind == Value::Kind::null) {
    found.problems.emplace_back("byte_range_missing");
    return;
  }
  std::array<std::uint64_t, 4> number{};
  bool good = range.kind == Value::Kind::array && range.items.size() == number.size();
  for (std::size_t i = 0; good && i < number.size(); ++i) {
    good = range.items[i].kind == Value::Kind::integer && range.items[i].integer >= 0;
    if (good) number[i] = static_cast<std::uint64_t>(range.items[i].integer);
  }
  const std::uint64_t size = file.bytes.size();
  if (!good) {
    found.problems.emplace_back("byte_range_malformed");
  } else if (number[0] != 0) {
    found.problems.emplace_back("byte_range_not_from_start");
  } else if (number[1] > size || number[2] > size || number[3] > size - number[2]) {
    found.problems.emplace_back("byte_range_beyond_file");
  } else if (number[2] < number[1]) {
    found.problems.emplace_back("byte_range_overlaps");
  } else if (number[1] != found.hole_begin || number[2] != found.hole_end) {
    found.problems.emplace_back("hole_is_not_contents");
  } else {
    found.covered_end = number[2] + number[3];
  }
}

FoundSignature read_signature(const PdfBytes& file, PdfView& view, const FormNode& node) {
  FoundSignature found;
  found.field = node.name;
  found.field_number = node.number;
  const Value& written = view.object(node.number).get("V");
  const Value& dictionary = view.resolve(written);
  found.value_number = written.kind == Value::Kind::reference ? written.reference.number : 0;
  if (dictionary.kind != Value::Kind::dictionary) {
    found.problems.emplace_back("contents_missing");
    return found;
  }
  found.document_timestamp = view.get(dictionary, "Type").is_name("DocTimeStamp");
  found.sub_filter = view.get(dictionary, "SubFilter").text;
  if (found.sub_filter == "ETSI.RFC3161") found.document_timestamp = true;
  found.stated_name = text_of(view.get(dictionary, "Name"));
  found.stated_time = view.get(dictionary, "M").text;
  read_references(view, dictionary, found);
  if (dictionary.repeated_key) found.problems.emplace_back("repeated_key_in_signature");
  // Both must be written here, where they are signed or left out: a reference could lead elsewhere.
  const Value& contents = dictionary.get("Contents");
  if (contents.kind != Value::Kind::string || contents.text.empty()) {
    found.problems.emplace_back("contents_missing");
    return found;
  }
  if (view.is_packed(found.value_number != 0 ? found.value_number : node.number) ||
      !contents.hexadecimal) {
    found.problems.emplace_back("hole_is_not_contents");
    return found;
  }
  found.contents = bytes_of(contents.text);
  found.hole_begin = contents.begin;
  found.hole_end = contents.end;
  check_range(file, dictionary.get("ByteRange"), found);
  return found;
}

}  // namespace

bool FieldLock::covers(const std::string& field) const {
  if (action == Action::all) return true;
  bool named = fields.contains(field);
  for (const std::string& one : fields) named = named || field.starts_with(one + ".");
  return action == Action::include ? named : !named;
}

std::vector<FormNode> form_nodes(PdfView& view, bool& odd) {
  struct Open {
    const Value* written;
    std::int64_t parent;
    std::string name, type;
    std::size_t depth;
  };
  std::vector<FormNode> nodes;
  std::vector<Open> open;
  std::set<std::int64_t> seen;
  const Value& form = view.get(view.get(view.trailer(), "Root"), "AcroForm");
  const auto add_kids = [&](const Value& kids, std::int64_t parent, const std::string& name,
                            const std::string& type, std::size_t depth) {
    for (auto kid = kids.items.rbegin(); kid != kids.items.rend(); ++kid)
      open.push_back({&*kid, parent, name, type, depth});
  };
  add_kids(view.get(form, "Fields"), 0, "", "", 0);
  while (!open.empty()) {
    Open here = std::move(open.back());
    open.pop_back();
    const bool indirect = here.written->kind == Value::Kind::reference;
    const Value& field = view.resolve(*here.written);
    if (!field.is_dictionary()) continue;
    if (!indirect || here.depth > kMaxDepth || nodes.size() >= kMaxNodes ||
        !seen.insert(here.written->reference.number).second) {
      odd = true;
      continue;
    }
    FormNode node;
    node.number = here.written->reference.number;
    node.parent = here.parent;
    const Value& part = view.get(field, "T");
    node.name = here.name;
    if (part.kind == Value::Kind::string)
      node.name += (here.name.empty() ? "" : ".") + text_of(part);
    const Value& type = view.get(field, "FT");
    node.type = type.kind == Value::Kind::name ? type.text : here.type;
    node.has_signature = node.type == "Sig" && view.get(field, "V").kind != Value::Kind::null;
    // A value whose reference leads nowhere still claims to be a signature.
    if (node.type == "Sig" && field.get("V").kind == Value::Kind::reference)
      node.has_signature = true;
    add_kids(view.get(field, "Kids"), node.number, node.name, node.type, here.depth + 1);
    nodes.push_back(std::move(node));
  }
  return nodes;
}

std::vector<FoundSignature> find_signatures(PdfBytes& file, PdfView& view) {
  std::vector<FoundSignature> all;
  bool odd = false;
  for (const FormNode& node : form_nodes(view, odd)) {
    if (!node.has_signature) continue;
    if (all.size() >= kMaxSignatures) {
      all.back().problems.emplace_back("too_many_signatures");
      break;
    }
    all.push_back(read_signature(file, view, node));
    if (odd) all.back().problems.emplace_back("form_tree_odd");
  }
  // Two signatures cannot share one hole: the second is a wrapper around the first.
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (all[i].hole_end != 0 && all[i].hole_begin == all[j].hole_begin)
        all[i].problems.emplace_back("hole_used_twice");
  return all;
}

std::optional<int> certified_permission(PdfView& view) {
  const Value& permissions = view.get(view.get(view.trailer(), "Root"), "Perms");
  const Value& signature = view.get(permissions, "DocMDP");
  if (!signature.is_dictionary()) return std::nullopt;
  for (const Value& item : view.get(signature, "Reference").items) {
    const Value& reference = view.resolve(item);
    if (view.get(reference, "TransformMethod").is_name("DocMDP"))
      return permission_of(view, reference);
  }
  return 1;  // it certifies, and does not say what it permits
}

std::vector<std::uint64_t> forgotten_signatures(PdfBytes& file, PdfView& view,
                                                const std::vector<FoundSignature>& found) {
  constexpr std::string_view kKey = "/ByteRange";
  constexpr std::size_t kMaxLooked = 1'000;
  std::vector<std::uint64_t> forgotten;
  std::set<std::uint64_t> places;
  for (const XrefSection& section : view.sections())
    for (const auto& [number, entry] : section.entries)
      if (entry.type == XrefEntry::Type::at_offset) places.insert(entry.place);
  std::set<std::uint64_t> looked;
  auto at = file.bytes.begin();
  while (looked.size() < kMaxLooked) {
    at = std::search(at, file.bytes.end(), kKey.begin(), kKey.end(),
                     [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
    if (at == file.bytes.end()) break;
    const auto position = static_cast<std::uint64_t>(at - file.bytes.begin());
    at += static_cast<std::ptrdiff_t>(kKey.size());
    auto place = places.upper_bound(position);
    if (place == places.begin()) continue;
    --place;
    if (!looked.insert(*place).second) continue;
    ValueReader reader(file.bytes, *place, file.values_left);
    const auto head = reader.object();
    if (!head || head->stream_follows || position > reader.position()) continue;
    const Value* dictionary = &head->value;
    if (dictionary->get("ByteRange").kind == Value::Kind::null) dictionary = &dictionary->get("V");
    const Value& contents = dictionary->get("Contents");
    if (dictionary->get("ByteRange").kind == Value::Kind::null ||
        contents.kind != Value::Kind::string)
      continue;
    const bool known = std::any_of(found.begin(), found.end(), [&](const FoundSignature& one) {
      return one.hole_begin == contents.begin;
    });
    // An empty hole was never signed: a form that somebody began and left.
    const bool made = contents.text.find_first_not_of('\0') != std::string::npos;
    if (!known && made) forgotten.push_back(*place);
  }
  return forgotten;
}

}  // namespace sogoc::verify
