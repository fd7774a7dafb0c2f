#pragma once

// Rows of register books and entries. Every function runs inside a transaction of the caller. Private
// to storage/.

#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/corrections.hpp"
#include "pipeline/records/row_marks.hpp"
#include "storage/database.hpp"
#include "storage/register_books.hpp"

namespace sogoc {

// Fails with not_found, or conflict when it is closed.
[[nodiscard]] Result<RegisterBookId> open_register_book(Database& database, const std::string& code);
[[nodiscard]] Result<RegisterBookId> register_book_id(Database& database, const std::string& code);
[[nodiscard]] std::vector<RegisterBookRow> load_register_books(Database& database, const std::optional<std::string>& code);
// In the order of the book: that of scanning, then what was moved.
[[nodiscard]] std::vector<BookPageRow> load_book_pages(Database& database, RegisterBookId book);
[[nodiscard]] std::vector<EntryRow> load_entries(Database& database, RegisterBookId book, const EntryFilter& filter);
[[nodiscard]] std::optional<EntryRow> load_entry(Database& database, EntryId id);
[[nodiscard]] std::vector<EntryFieldDetails> load_entry_fields(Database& database, EntryId id);
[[nodiscard]] std::vector<TicketRow> load_tickets(Database& database, RegisterBookId book, bool only_open);
// What persons said about rows and did not take back, oldest first.
[[nodiscard]] std::vector<RowMark> load_row_marks(Database& database, RegisterBookId book);
// Of a page, the last of each box; `page` of them is 0.
[[nodiscard]] std::vector<WordCorrection> load_corrections(Database& database, PageId page);
void add_entry_change(Database& database, EntryId id, const std::string& key, UtcTime at, const std::string& by,
                      const std::string& how, const EntryValue& value);
// The value of so, else of stt, that counts now.
void renumber_entry(Database& database, EntryId id);

[[nodiscard]] std::string places_to_text(const std::vector<EntryPlace>& places);
[[nodiscard]] std::string values_to_text(const std::vector<EntryFieldDetails>& fields);
[[nodiscard]] std::vector<std::pair<std::string, EntryValue>> values_from_text(const std::string& text);
[[nodiscard]] std::string notes_to_text(const std::vector<EntryNote>& notes);
// Unicode NFC, blanks trimmed at both ends; invalid_input when it is no UTF-8 or overlong.
[[nodiscard]] Result<EntryValue> stored_form(const EntryValue& value);
[[nodiscard]] Done needs_person_name(const std::string& by);

}  // namespace sogoc
