#include "storage/document_fields.hpp"

#include <algorithm>
#include <map>

#include "pipeline/core/names.hpp"
#include "storage/stored_text.hpp"

namespace sogoc {
namespace {

void add_history(Database& database, DocumentId document, const std::string& key, UtcTime at,
                 const std::string& by, const std::string& value, ValueState state) {
  database.run(
      "INSERT INTO field_history (document, key, at, by, value, state) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      document, key, at, by, value, name(state));
}

}  // namespace

MetadataField FieldDetails::effective() const {
  MetadataField field = machine;
  if (!confirmed) return field;
  field.value = *confirmed;
  field.state = ValueState::confirmed;
  field.confidence = Confidence::from_fraction(1);
  field.source = "person";
  return field;
}

std::vector<FieldDetails> load_fields(Database& database, DocumentId document) {
  std::vector<FieldDetails> fields;
  auto query = database.query(
      "SELECT key, machine_value, machine_state, confidence, page, box_left, box_top, box_right, "
      "box_bottom, source, confirmed_value, confirmed_by, confirmed_at "
      "FROM fields WHERE document = ?1 ORDER BY position, key",
      document);
  while (query.next()) {
    FieldDetails field;
    field.machine = {query.text(0),
                     query.text(1),
                     stored_value(kValueStateNames, query.text(2)),
                     Confidence::from_fraction(query.real(3)),
                     static_cast<int>(query.integer(4)),
                     {static_cast<int>(query.integer(5)), static_cast<int>(query.integer(6)),
                      static_cast<int>(query.integer(7)), static_cast<int>(query.integer(8))},
                     query.text(9)};
    if (!query.null(10)) field.confirmed = query.text(10);
    field.confirmed_by = query.text(11);
    field.confirmed_at = query.time_or_none(12);
    fields.push_back(std::move(field));
  }
  return fields;
}

void load_history(Database& database, DocumentId document, std::vector<FieldDetails>& fields) {
  auto query = database.query(
      "SELECT key, at, by, value, state FROM field_history WHERE document = ?1 ORDER BY id",
      document);
  while (query.next()) {
    const std::string key = query.text(0);
    const auto field = std::find_if(fields.begin(), fields.end(), [&](const FieldDetails& known) {
      return known.machine.key == key;
    });
    if (field == fields.end()) continue;
    field->history.push_back({query.time(1), query.text(2), query.text(3),
                              stored_value(kValueStateNames, query.text(4))});
  }
}

void save_machine_fields(Database& database, DocumentId document, const DocumentMetadata& metadata,
                         UtcTime now) {
  std::map<std::string, MetadataField> before;
  for (FieldDetails& field : load_fields(database, document))
    before.emplace(field.machine.key, std::move(field.machine));

  // What this run no longer finds is empty, not what an earlier run found.
  database.run(
      "UPDATE fields SET machine_value = '', machine_state = 'empty', confidence = 0, page = 0, "
      "box_left = 0, box_top = 0, box_right = 0, box_bottom = 0, source = '' WHERE document = ?1",
      document);
  int position = 0;
  for (const MetadataField& found : metadata.fields) {
    const auto old = before.find(found.key);
    MetadataField field = found;
    if (found.state == ValueState::confirmed) {
      // The worker was told what a person confirmed and says it back: nothing was read anew.
      field = old == before.end() ? MetadataField{} : old->second;
      field.key = found.key;
    }
    database.run(
        "INSERT INTO fields (document, key, position, machine_value, machine_state, confidence, "
        "page, box_left, box_top, box_right, box_bottom, source) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "
        "ON CONFLICT (document, key) DO UPDATE SET position = excluded.position, "
        "machine_value = excluded.machine_value, machine_state = excluded.machine_state, "
        "confidence = excluded.confidence, page = excluded.page, box_left = excluded.box_left, "
        "box_top = excluded.box_top, box_right = excluded.box_right, "
        "box_bottom = excluded.box_bottom, source = excluded.source",
        document, field.key, position++, field.value, name(field.state),
        field.confidence.fraction(), field.page, field.box.left, field.box.top, field.box.right,
        field.box.bottom, field.source);
    const bool same = old == before.end()
                          ? field.state == ValueState::empty
                          : old->second.value == field.value && old->second.state == field.state;
    if (!same) add_history(database, document, field.key, now, "machine", field.value, field.state);
    if (old != before.end()) before.erase(old);
  }
  for (const auto& [key, old] : before)
    if (old.state != ValueState::empty)
      add_history(database, document, key, now, "machine", "", ValueState::empty);
}

void save_confirmed_field(Database& database, DocumentId document, const std::string& key,
                          const std::string& value, const std::string& by, UtcTime now) {
  database.run(
      "INSERT INTO fields (document, key, position, confirmed_value, confirmed_by, confirmed_at) "
      "VALUES (?1, ?2, 1000, ?3, ?4, ?5) ON CONFLICT (document, key) DO UPDATE SET "
      "confirmed_value = excluded.confirmed_value, confirmed_by = excluded.confirmed_by, "
      "confirmed_at = excluded.confirmed_at",
      document, key, value, by, now);
  add_history(database, document, key, now, by, value, ValueState::confirmed);
}

}  // namespace sogoc
