#include "pipeline/core/record_json.hpp"

#include <cmath>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "pipeline/core/names.hpp"

namespace sogoc {
namespace {

using Json = nlohmann::ordered_json;

// ---- Writing -------------------------------------------------------------------------------

// Text from outside may hold bytes that are no UTF-8; they become U+FFFD instead of a failure.
std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json write(const BoxPx& box) { return Json::array({box.left, box.top, box.right, box.bottom}); }
Json write(const SizePx& size) { return Json::array({size.width, size.height}); }
Json write(const Resolution& dpi) { return Json::array({dpi.x.value, dpi.y.value}); }
Json write(const Affine& map) {
  return Json::array({map.xx, map.xy, map.x0, map.yx, map.yy, map.y0});
}
Json write(const Sha256& digest) { return to_hex(digest); }
Json write(const std::optional<Sha256>& digest) { return digest ? write(*digest) : Json(); }

Json write(const SignatureNote& note) {
  return {{"field", note.field},
          {"page", note.page ? Json(*note.page) : Json()},
          {"visible", note.visible}};
}

Json write(const Picture& picture) {
  return {{"coding", name(picture.coding)},
          {"size", write(picture.size)},
          {"bits", picture.bits_per_component},
          {"colour", name(picture.colour)},
          {"data", write(picture.data)},
          {"jbig2_globals", write(picture.jbig2_globals)},
          {"icc_profile", write(picture.icc_profile)},
          {"palette", picture.palette},
          {"inverted", picture.inverted},
          {"black_is_1", picture.black_is_1},
          {"predictor", picture.predictor}};
}

Json write(const PlacedPicture& placed) {
  return {{"role", name(placed.role)},
          {"picture", write(placed.picture)},
          {"soft_mask", placed.soft_mask ? write(*placed.soft_mask) : Json()},
          {"place", write(placed.place)}};
}

Json write(const TextLine& line) {
  Json words = Json::array();
  for (const Word& word : line.words)
    words.push_back({{"text", word.text},
                     {"box", write(word.box)},
                     {"confidence", word.confidence.fraction()}});
  Json json = {{"words", std::move(words)}, {"box", write(line.box)}, {"baseline", line.baseline}};
  if (line.join != LineJoin::own_line)
    json["join"] = line.join == LineJoin::cell ? "cell" : "same_cell";
  return json;
}

Json write(const Region& region) {
  Json lines = Json::array();
  for (const TextLine& line : region.lines) lines.push_back(write(line));
  return {{"kind", name(region.kind)},       {"box", write(region.box)},
          {"lines", std::move(lines)},       {"illegible", region.illegible},
          {"confidence", region.confidence.fraction()}, {"source", region.source}};
}

Json write(const PageText& text) {
  Json regions = Json::array();
  for (const Region& region : text.regions) regions.push_back(write(region));
  return {{"regions", std::move(regions)}, {"language", text.language}, {"engine", text.engine}};
}

Json write(const Flattening& flattening) {
  Json nodes = Json::array();
  for (const PointPx& node : flattening.nodes)
    for (const double value : {node.x, node.y}) nodes.push_back(std::round(value * 100) / 100);
  return {{"size", write(flattening.size)},
          {"columns", flattening.columns},
          {"rows", flattening.rows},
          {"nodes", std::move(nodes)}};
}

Json write(const PagePart& part) {
  Json json = {{"size", write(part.size)},
          {"resolution", write(part.resolution)},
          {"upright_from_master", write(part.upright_from_master)},
          {"turned", part.turned.clockwise},
          {"turn_confidence", part.turn_confidence.fraction()},
          {"skew", part.skew.clockwise},
          {"skew_confidence", part.skew_confidence.fraction()},
          {"deskewed", part.deskewed.clockwise},
          {"kept", write(part.kept)},
          {"text", write(part.text)}};
  if (part.flattening) json["flattening"] = write(*part.flattening);
  return json;
}

Json write(const PageQuality& quality) {
  Json json = {{"stated", write(quality.stated)},
          {"effective", write(quality.effective)},
          {"resolution_source", quality.resolution_source},
          {"paper", quality.paper},
          {"blank", quality.blank},
          {"show_through", quality.show_through},
          {"ink_share", quality.ink_share},
          {"sharpness", quality.sharpness},
          {"contrast", quality.contrast},
          {"speckle", quality.speckle},
          {"jbig2_lossy", quality.jbig2_lossy},
          {"findings", quality.findings}};
  for (const QualityPlace& place : quality.places)
    json["places"].push_back({{"finding", place.finding}, {"box", write(place.box)}});
  return json;
}

Json write(const MetadataField& field) {
  return {{"key", field.key},
          {"value", field.value},
          {"state", name(field.state)},
          {"confidence", field.confidence.fraction()},
          {"page", field.page},
          {"box", write(field.box)},
          {"source", field.source}};
}

Json write(const DocumentMetadata& metadata) {
  Json fields = Json::array();
  for (const MetadataField& field : metadata.fields) fields.push_back(write(field));
  return {{"fields", std::move(fields)}, {"doubts", metadata.doubts}};
}

Json write(const FieldReading& field) {
  return {{"key", field.key},
          {"value", field.value},
          {"state", name(field.state)},
          {"confidence", field.confidence.fraction()},
          {"sure", field.sure},
          {"box", write(field.box)},
          {"source", field.source},
          {"alternatives", field.alternatives},
          {"doubts", field.doubts}};
}

Json write(const EntryReading& entry) {
  Json fields = Json::array();
  for (const FieldReading& field : entry.fields) fields.push_back(write(field));
  Json notes = Json::array();
  for (const EntryNote& note : entry.notes)
    notes.push_back({{"kind", note.kind}, {"text", note.text}, {"box", write(note.box)}});
  return {{"part", entry.part},
          {"box", write(entry.box)},
          {"continues_previous", entry.continues_previous},
          {"struck_out", entry.struck_out},
          {"fields", std::move(fields)},
          {"notes", std::move(notes)}};
}

Json write(const RegisterPage& page) {
  Json numbers = Json::array();
  for (const PageNumberReading& number : page.page_numbers)
    numbers.push_back({{"part", number.part}, {"number", write(number.number)}});
  Json entries = Json::array();
  for (const EntryReading& entry : page.entries) entries.push_back(write(entry));
  return {{"layout", page.layout},
          {"layout_confidence", page.layout_confidence.fraction()},
          {"page_numbers", std::move(numbers)},
          {"entries", std::move(entries)},
          {"findings", page.findings},
          {"look", page.look}};
}

// ---- Reading: strict -----------------------------------------------------------------------

// What is wrong with outside JSON; caught in read_record() below and nowhere else, because a
// hundred early returns would hide the shape of the records.
struct BadRecord {
  std::string what;
};

const Json& at(const Json& json, const char* key) {
  if (!json.is_object()) throw BadRecord{std::string("an object with '") + key + "' is expected"};
  const auto found = json.find(key);
  if (found == json.end()) throw BadRecord{std::string("'") + key + "' is missing"};
  return *found;
}

double number(const Json& json, const char* key) {
  const Json& value = at(json, key);
  if (!value.is_number()) throw BadRecord{std::string("'") + key + "' is not a number"};
  return value.get<double>();
}

std::int64_t integer(const Json& json, const char* key, std::int64_t low, std::int64_t high) {
  const Json& value = at(json, key);
  if (!value.is_number_integer()) throw BadRecord{std::string("'") + key + "' is not an integer"};
  const bool fits = value.is_number_unsigned()
                        ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(high)
                        : value.get<std::int64_t>() <= high;
  if (!fits || (!value.is_number_unsigned() && value.get<std::int64_t>() < low))
    throw BadRecord{std::string("'") + key + "' is out of range"};
  return value.get<std::int64_t>();
}

int small(const Json& json, const char* key, int low, int high) {
  return static_cast<int>(integer(json, key, low, high));
}

bool truth(const Json& json, const char* key) {
  const Json& value = at(json, key);
  if (!value.is_boolean()) throw BadRecord{std::string("'") + key + "' is not true or false"};
  return value.get<bool>();
}

std::string text(const Json& json, const char* key) {
  const Json& value = at(json, key);
  if (!value.is_string()) throw BadRecord{std::string("'") + key + "' is not a text"};
  return value.get<std::string>();
}

const Json& list(const Json& json, const char* key) {
  const Json& value = at(json, key);
  if (!value.is_array()) throw BadRecord{std::string("'") + key + "' is not a list"};
  return value;
}

template <std::size_t N>
std::array<double, N> numbers(const Json& json, const char* key) {
  const Json& values = list(json, key);
  if (values.size() != N) throw BadRecord{std::string("'") + key + "' has another length"};
  std::array<double, N> read{};
  for (std::size_t i = 0; i < N; ++i) {
    if (!values[i].is_number()) throw BadRecord{std::string("'") + key + "' holds no number"};
    read[i] = values[i].template get<double>();
    if (!std::isfinite(read[i])) throw BadRecord{std::string("'") + key + "' is not finite"};
  }
  return read;
}

template <typename Enum, std::size_t N>
Enum named(const NameTable<Enum, N>& table, const Json& json, const char* key) {
  const std::string word = text(json, key);
  const auto value = value_in(table, word);
  if (!value) throw BadRecord{std::string("'") + key + "' is an unknown word"};
  return *value;
}

int pixel(double value) {
  constexpr double kLimit = 10'000'000;
  if (value < -kLimit || value > kLimit) throw BadRecord{"a coordinate is out of range"};
  return static_cast<int>(value);
}

BoxPx box(const Json& json, const char* key) {
  const auto n = numbers<4>(json, key);
  return {pixel(n[0]), pixel(n[1]), pixel(n[2]), pixel(n[3])};
}

SizePx size(const Json& json, const char* key) {
  const auto n = numbers<2>(json, key);
  return {pixel(n[0]), pixel(n[1])};
}

Resolution resolution(const Json& json, const char* key) {
  const auto n = numbers<2>(json, key);
  return {Dpi{n[0]}, Dpi{n[1]}};
}

Affine affine(const Json& json, const char* key) {
  const auto n = numbers<6>(json, key);
  return {n[0], n[1], n[2], n[3], n[4], n[5]};
}

Confidence confidence(const Json& json, const char* key) {
  return Confidence::from_fraction(number(json, key));
}

Sha256 digest(const Json& json, const char* key) {
  const auto read = sha256_from_hex(text(json, key));
  if (!read) throw BadRecord{std::string("'") + key + "' is not a SHA-256"};
  return *read;
}

std::optional<Sha256> maybe_digest(const Json& json, const char* key) {
  if (at(json, key).is_null()) return std::nullopt;
  return digest(json, key);
}

std::vector<std::string> texts(const Json& json, const char* key) {
  std::vector<std::string> read;
  for (const Json& value : list(json, key)) {
    if (!value.is_string()) throw BadRecord{std::string("'") + key + "' holds no text"};
    read.push_back(value.get<std::string>());
  }
  return read;
}

Picture read_picture(const Json& json) {
  Picture picture;
  picture.coding = named(kPictureCodingNames, json, "coding");
  picture.size = size(json, "size");
  picture.bits_per_component = small(json, "bits", 1, 16);
  picture.colour = named(kColourModelNames, json, "colour");
  picture.data = digest(json, "data");
  picture.jbig2_globals = maybe_digest(json, "jbig2_globals");
  picture.icc_profile = maybe_digest(json, "icc_profile");
  for (const Json& value : list(json, "palette")) {
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > 255)
      throw BadRecord{"'palette' holds no byte"};
    picture.palette.push_back(value.get<std::uint8_t>());
  }
  picture.inverted = truth(json, "inverted");
  picture.black_is_1 = truth(json, "black_is_1");
  picture.predictor = small(json, "predictor", 1, 15);
  return picture;
}

PlacedPicture read_placed(const Json& json) {
  PlacedPicture placed;
  placed.role = named(kPictureRoleNames, json, "role");
  placed.picture = read_picture(at(json, "picture"));
  if (!at(json, "soft_mask").is_null()) placed.soft_mask = read_picture(at(json, "soft_mask"));
  placed.place = affine(json, "place");
  return placed;
}

TextLine read_line(const Json& json) {
  TextLine line;
  for (const Json& value : list(json, "words"))
    line.words.push_back(
        {text(value, "text"), box(value, "box"), confidence(value, "confidence")});
  line.box = box(json, "box");
  line.baseline = small(json, "baseline", -10'000'000, 10'000'000);
  if (json.contains("join")) {
    const std::string join = text(json, "join");
    if (join != "cell" && join != "same_cell") throw BadRecord{"'join' is unknown"};
    line.join = join == "cell" ? LineJoin::cell : LineJoin::same_cell;
  }
  return line;
}

Region read_region(const Json& json) {
  Region region;
  region.kind = named(kRegionKindNames, json, "kind");
  region.box = box(json, "box");
  for (const Json& value : list(json, "lines")) region.lines.push_back(read_line(value));
  region.illegible = truth(json, "illegible");
  region.confidence = confidence(json, "confidence");
  region.source = text(json, "source");
  return region;
}

Flattening read_flattening(const Json& json) {
  Flattening flattening;
  flattening.size = size(json, "size");
  flattening.columns = small(json, "columns", 2, 1000);
  flattening.rows = small(json, "rows", 2, 1000);
  const Json& nodes = list(json, "nodes");
  for (std::size_t i = 0; i + 1 < nodes.size(); i += 2) {
    if (!nodes[i].is_number() || !nodes[i + 1].is_number()) throw BadRecord{"'nodes' holds no number"};
    flattening.nodes.push_back({nodes[i].get<double>(), nodes[i + 1].get<double>()});
  }
  if (!flattening.valid()) throw BadRecord{"'flattening' is no mesh"};
  return flattening;
}

PagePart read_part(const Json& json) {
  PagePart part;
  part.size = size(json, "size");
  part.resolution = resolution(json, "resolution");
  part.upright_from_master = affine(json, "upright_from_master");
  part.turned = {number(json, "turned")};
  part.turn_confidence = confidence(json, "turn_confidence");
  part.skew = {number(json, "skew")};
  part.skew_confidence = confidence(json, "skew_confidence");
  part.deskewed = {number(json, "deskewed")};
  part.kept = box(json, "kept");
  if (json.contains("flattening")) part.flattening = read_flattening(at(json, "flattening"));
  const Json& words = at(json, "text");
  for (const Json& value : list(words, "regions")) part.text.regions.push_back(read_region(value));
  part.text.language = text(words, "language");
  part.text.engine = text(words, "engine");
  if (part.size.width <= 0 || part.size.height <= 0 || !part.resolution.known())
    throw BadRecord{"a part has no size or no resolution"};
  return part;
}

PageQuality read_quality(const Json& json) {
  PageQuality quality;
  quality.stated = resolution(json, "stated");
  quality.effective = resolution(json, "effective");
  quality.resolution_source = text(json, "resolution_source");
  quality.paper = text(json, "paper");
  quality.blank = truth(json, "blank");
  quality.show_through = truth(json, "show_through");
  quality.ink_share = number(json, "ink_share");
  quality.sharpness = number(json, "sharpness");
  quality.contrast = number(json, "contrast");
  quality.speckle = number(json, "speckle");
  quality.jbig2_lossy = truth(json, "jbig2_lossy");
  quality.findings = texts(json, "findings");
  if (json.contains("places"))
    for (const Json& place : list(json, "places"))
      quality.places.push_back({text(place, "finding"), box(place, "box")});
  return quality;
}

DocumentMetadata read_metadata(const Json& json) {
  DocumentMetadata metadata;
  for (const Json& value : list(json, "fields")) {
    MetadataField field;
    field.key = text(value, "key");
    field.value = text(value, "value");
    field.state = named(kValueStateNames, value, "state");
    field.confidence = confidence(value, "confidence");
    field.page = small(value, "page", 0, 10'000'000);
    field.box = box(value, "box");
    field.source = text(value, "source");
    metadata.fields.push_back(std::move(field));
  }
  metadata.doubts = texts(json, "doubts");
  return metadata;
}

FieldReading read_field(const Json& json) {
  FieldReading field;
  field.key = text(json, "key");
  field.value = text(json, "value");
  field.state = named(kValueStateNames, json, "state");
  field.confidence = confidence(json, "confidence");
  field.sure = truth(json, "sure");
  field.box = box(json, "box");
  field.source = text(json, "source");
  field.alternatives = texts(json, "alternatives");
  field.doubts = texts(json, "doubts");
  return field;
}

EntryReading read_entry(const Json& json) {
  EntryReading entry;
  entry.part = small(json, "part", 0, 1000);
  entry.box = box(json, "box");
  entry.continues_previous = truth(json, "continues_previous");
  entry.struck_out = truth(json, "struck_out");
  for (const Json& value : list(json, "fields")) {
    entry.fields.push_back(read_field(value));
    const std::string& key = entry.fields.back().key;
    for (std::size_t i = 0; i + 1 < entry.fields.size(); ++i)
      if (entry.fields[i].key == key) throw BadRecord{"'fields' holds a key twice"};
  }
  for (const Json& value : list(json, "notes"))
    entry.notes.push_back({text(value, "kind"), text(value, "text"), box(value, "box")});
  return entry;
}

RegisterPage read_register(const Json& json) {
  RegisterPage page;
  page.layout = text(json, "layout");
  page.layout_confidence = confidence(json, "layout_confidence");
  for (const Json& value : list(json, "page_numbers"))
    page.page_numbers.push_back({small(value, "part", 0, 1000), read_field(at(value, "number"))});
  for (const Json& value : list(json, "entries")) page.entries.push_back(read_entry(value));
  page.findings = texts(json, "findings");
  page.look = text(json, "look");
  if (page.look.find_first_not_of("0123456789abcdef") != std::string::npos ||
      (!page.look.empty() && page.look.size() != 16))
    throw BadRecord{"'look' is not 16 hex digits"};
  return page;
}

template <typename Read>
auto read_record(std::string_view json, const char* subject, Read read)
    -> Result<decltype(read(std::declval<const Json&>()))> {
  const Json parsed = Json::parse(json, nullptr, false);
  if (parsed.is_discarded())
    return fail(ErrorCode::invalid_input, Retry::never, subject, "it is not JSON");
  try {
    return read(parsed);
  } catch (const BadRecord& bad) {
    return fail(ErrorCode::invalid_input, Retry::never, subject, bad.what);
  }
}

}  // namespace

std::string to_json(const OpenedFile& opened) {
  Json signatures = Json::array();
  for (const SignatureNote& note : opened.signatures) signatures.push_back(write(note));
  return dump({{"media_type", name(opened.media_type)},
               {"page_count", opened.page_count},
               {"signatures", std::move(signatures)},
               {"notes", opened.notes}});
}

std::string to_json(const PageRecord& record) {
  Json pictures = Json::array();
  for (const PlacedPicture& placed : record.pictures) pictures.push_back(write(placed));
  Json parts = Json::array();
  for (const PagePart& part : record.parts) parts.push_back(write(part));
  return dump({{"file", write(record.file)},
               {"index", record.index.zero_based()},
               {"origin", name(record.origin)},
               {"master_size", write(record.master_size)},
               {"master_resolution", write(record.master_resolution)},
               {"quality", write(record.quality)},
               {"pictures", std::move(pictures)},
               {"parts", std::move(parts)},
               {"red_seal", record.red_seal},
               {"secrecy_marks", record.secrecy_marks},
               {"doubts", record.doubts},
               {"notes", record.notes},
               {"thumbnail", write(record.thumbnail)},
               {"register", record.register_page ? write(*record.register_page) : Json()}});
}

std::string to_json(const DocumentRecord& record) {
  return dump({{"pdf", write(record.pdf)},
               {"text", write(record.text)},
               {"alto", write(record.alto)},
               {"pdf_bytes", record.pdf_bytes},
               {"pages", record.pages},
               {"conformance", record.conformance},
               {"metadata", write(record.metadata)},
               {"notes", record.notes}});
}

std::string to_json(const Error& error) {
  return dump({{"code", name(error.code)},
               {"retry", name(error.retry)},
               {"subject", error.subject},
               {"message", error.message},
               {"context", error.context}});
}

Result<OpenedFile> opened_file_from_json(std::string_view json) {
  return read_record(json, "file description", [](const Json& root) {
    OpenedFile opened;
    opened.media_type = named(kMediaTypeNames, root, "media_type");
    opened.page_count =
        static_cast<std::uint32_t>(integer(root, "page_count", 1, 0xffff'ffffLL));
    for (const Json& value : list(root, "signatures")) {
      SignatureNote note;
      note.field = text(value, "field");
      if (!at(value, "page").is_null()) note.page = small(value, "page", 1, 100'000'000);
      note.visible = truth(value, "visible");
      opened.signatures.push_back(std::move(note));
    }
    opened.notes = texts(root, "notes");
    return opened;
  });
}

Result<PageRecord> page_record_from_json(std::string_view json) {
  return read_record(json, "page record", [](const Json& root) {
    PageRecord record;
    record.file = digest(root, "file");
    record.index =
        PageIndex(static_cast<std::uint32_t>(integer(root, "index", 0, 0xffff'ffffLL)));
    record.origin = named(kPageOriginNames, root, "origin");
    record.master_size = size(root, "master_size");
    record.master_resolution = resolution(root, "master_resolution");
    record.quality = read_quality(at(root, "quality"));
    for (const Json& value : list(root, "pictures")) record.pictures.push_back(read_placed(value));
    for (const Json& value : list(root, "parts")) record.parts.push_back(read_part(value));
    record.red_seal = truth(root, "red_seal");
    record.secrecy_marks = texts(root, "secrecy_marks");
    record.doubts = texts(root, "doubts");
    record.notes = texts(root, "notes");
    record.thumbnail = maybe_digest(root, "thumbnail");
    // Records of before registers were read have no such key.
    if (root.contains("register") && !at(root, "register").is_null())
      record.register_page = read_register(at(root, "register"));
    if (record.parts.empty()) throw BadRecord{"'parts' is empty"};
    if (record.master_size.width <= 0 || record.master_size.height <= 0)
      throw BadRecord{"'master_size' is empty"};
    return record;
  });
}

Result<DocumentRecord> document_record_from_json(std::string_view json) {
  return read_record(json, "document record", [](const Json& root) {
    DocumentRecord record;
    record.pdf = digest(root, "pdf");
    record.text = digest(root, "text");
    record.alto = digest(root, "alto");
    record.pdf_bytes = static_cast<std::uint64_t>(integer(root, "pdf_bytes", 0, 1LL << 50));
    record.pages = static_cast<std::uint32_t>(integer(root, "pages", 0, 0xffff'ffffLL));
    record.conformance = text(root, "conformance");
    record.metadata = read_metadata(at(root, "metadata"));
    record.notes = texts(root, "notes");
    return record;
  });
}

Result<Error> error_from_json(std::string_view json) {
  return read_record(json, "error", [](const Json& root) {
    Error error;
    error.code = error_code_named(text(root, "code"));
    const std::string retry = text(root, "retry");
    error.retry = Retry::never;
    for (const Retry known : {Retry::same_step, Retry::whole_job, Retry::after_operator})
      if (retry == name(known)) error.retry = known;
    error.subject = text(root, "subject");
    error.message = text(root, "message");
    error.context = texts(root, "context");
    return error;
  });
}

std::string metadata_json(const DocumentMetadata& metadata) {
  Json object = Json::object();
  for (const MetadataField& field : metadata.fields) {
    Json value = write(field);
    value.erase("key");
    object[field.key] = std::move(value);
  }
  return object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sogoc
