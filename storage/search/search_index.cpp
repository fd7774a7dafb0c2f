#include "storage/search/search_index.hpp"

#include <string_view>

namespace sogoc {
namespace {

void put_row(Database& database, DocumentId document, std::size_t page, std::string_view metadata,
             std::string_view body) {
  database.run("INSERT INTO search_rows (document, page) VALUES (?1, ?2)", document, page);
  database.run("INSERT INTO search (rowid, metadata, body) VALUES (?1, ?2, ?3)", database.last_id(),
               metadata, body);
}

// Values that no one looks for as words.
bool is_searched(std::string_view key) {
  for (const std::string_view silent :
       {"typeCode", "pageCount", "hasRedSeal", "numberHandwritten", "recipientsFirst"})
    if (key == silent) return false;
  return true;
}

// What people search for in the metadata: "16/CT-UBND", then every value that counts, one a line.
std::string metadata_text(Database& database, DocumentId document) {
  std::string number, notation, rest;
  auto fields = database.query(
      "SELECT key, coalesce(confirmed_value, machine_value) FROM fields "
      "WHERE document = ?1 AND (confirmed_value IS NOT NULL OR machine_state = 'read') "
      "ORDER BY position",
      document);
  while (fields.next()) {
    const std::string key = fields.text(0);
    const std::string value = fields.text(1);
    if (value.empty() || !is_searched(key)) continue;
    if (key == "codeNumber")
      number = value;
    else if (key == "codeNotation")
      notation = value;
    else
      rest += '\n' + value;
  }
  return number + (number.empty() || notation.empty() ? "" : "/") + notation + rest;
}

}  // namespace

void forget_document(Database& database, DocumentId document) {
  database.run("DELETE FROM search WHERE rowid IN (SELECT id FROM search_rows WHERE document = ?1)",
               document);
  database.run("DELETE FROM search_rows WHERE document = ?1", document);
}

void index_document(Database& database, DocumentId document,
                    const std::vector<std::string>& page_texts) {
  forget_document(database, document);
  put_row(database, document, 0, metadata_text(database, document), "");
  for (std::size_t i = 0; i < page_texts.size(); ++i)
    put_row(database, document, i + 1, "", page_texts[i]);
}

void index_metadata(Database& database, DocumentId document) {
  std::int64_t row = 0;
  {
    auto found =
        database.query("SELECT id FROM search_rows WHERE document = ?1 AND page = 0", document);
    if (!found.next()) return;
    row = found.integer(0);
  }
  database.run("UPDATE search SET metadata = ?2 WHERE rowid = ?1", row,
               metadata_text(database, document));
}

}  // namespace sogoc
