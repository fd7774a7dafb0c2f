#include "tools/server/entry_json.hpp"

#include "tools/sogoc/book_desk.hpp"
#include "tools/sogoc/sentences.hpp"

namespace sogoc::server {
namespace {

Json json_of_box(const BoxPx& box) { return {box.left, box.top, box.right, box.bottom}; }

Json json_of_field(const FormField* known, const std::string& key, const EntryFieldDetails* field) {
  const EntryValue value = field == nullptr ? EntryValue{} : field->effective();
  Json json = {{"key", key},
               {"label", known == nullptr ? key : known->label},
               {"binding", known == nullptr || known->binding},
               {"kind", known == nullptr ? std::string(name_in(kFieldKindNames, FieldKind::text)) : std::string(name_in(kFieldKindNames, known->kind))},
               {"state", name(value.state)},
               {"value", value.text},
               {"decided", field != nullptr && field->decided.has_value()},
               {"by", field != nullptr && field->decided ? field->decided_by : ""}};
  if (known != nullptr && !known->codes.empty()) {
    Json codes = Json::array();
    for (const CodeListEntry& one : known->codes) codes.push_back({{"code", one.code}, {"text", one.name}});
    json["codes"] = std::move(codes);
  }
  if (field == nullptr) {
    json["places"] = Json::array();
    return json;
  }
  const FieldReading& reading = field->machine.reading;
  const EntryValue read = value_of_reading(reading);
  json["machine"] = {{"state", name(read.state)},
                     {"value", read.text},
                     {"confidence", reading.confidence.fraction()},
                     {"sure", reading.sure},
                     {"alternatives", reading.alternatives},
                     {"doubts", translated_list(reading.doubts)}};
  json["places"] = json_of_places(field->machine.places);
  return json;
}

}  // namespace

Json json_of_places(const std::vector<EntryPlace>& places) {
  Json json = Json::array();
  for (const EntryPlace& place : places)
    if (place.page != 0) json.push_back({{"page", place.page}, {"box", json_of_box(place.box)}});
  return json;
}

Json translated_list(const std::vector<std::string>& sentences) {
  Json json = Json::array();
  for (const std::string& sentence : sentences) json.push_back(translated(sentence));
  return json;
}

Json short_json_of(const EntryDetails& entry, const EntryForm* form) {
  std::string who;
  std::int64_t undecided = 0;
  for (const EntryFieldDetails& field : entry.fields) {
    const FormField* known = form == nullptr ? nullptr : form->field(field.machine.reading.key);
    if (who.empty() && known != nullptr && known->kind == FieldKind::name) who = field.effective().text;
    if (known != nullptr && known->kind != FieldKind::signature && !field.decided) ++undecided;
  }
  return {{"id", entry.row.id},
          {"number", entry.row.number},
          {"stage", name(entry.row.stage)},
          {"struck_out", entry.row.struck_out},
          {"page", entry.row.places.empty() ? 0 : entry.row.places.front().page},
          {"page_name", entry.row.page_name},
          {"who", who},
          {"undecided", undecided}};
}

Json long_json_of(const EntryDetails& entry, const EntryForm* form) {
  Json fields = Json::array();
  if (form != nullptr)
    for (const FormField& known : form->fields)
      if (known.kind != FieldKind::signature) fields.push_back(json_of_field(&known, known.key, entry.field(known.key)));
  for (const EntryFieldDetails& field : entry.fields)
    if (form == nullptr || form->field(field.machine.reading.key) == nullptr) fields.push_back(json_of_field(nullptr, field.machine.reading.key, &field));
  Json notes = Json::array();
  for (const EntryNote& note : entry.row.notes) notes.push_back({{"kind", note.kind}, {"text", note.text}, {"box", json_of_box(note.box)}});
  return {{"id", entry.row.id},
          {"book", entry.row.book},
          {"number", entry.row.number},
          {"title", form == nullptr ? "" : form->title},
          {"stage", name(entry.row.stage)},
          {"revision", entry.row.revision},
          {"struck_out", entry.row.struck_out},
          {"seen", entry.row.seen},
          {"page_name", entry.row.page_name},
          {"places", json_of_places(entry.row.places)},
          {"fields", std::move(fields)},
          {"notes", std::move(notes)}};
}

}  // namespace sogoc::server
