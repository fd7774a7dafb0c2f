#pragma once

// What the commands about books and entries share: entries up to date with the readings, findings as
// tickets, entries by name.

#include <string>
#include <utility>
#include <vector>

#include "tools/sogoc/command.hpp"
#include "tools/sogoc/entry_forms.hpp"

namespace sogoc {

// Takes what was read since, checks the whole book and keeps what was found as tickets. A closed book
// stays as it is.
[[nodiscard]] Done bring_up_to_date(Archive& archive, const std::string& book);

// The same for every book; at the end of a run, when its pages are done together.
[[nodiscard]] Done bring_books_up_to_date(Archive& archive);

// An entry by its id ("12") or by book and number ("KS.2005.01:7", "KS.2005.01:07/2005").
[[nodiscard]] Result<EntryDetails> find_entry(Archive& archive, const std::string& name);

// KEY=VALUE into a decided value; "" = nothing stands there.
[[nodiscard]] Result<std::pair<std::string, EntryValue>> assignment_in(const std::string& text);
// Fails with usage when the form has no such field.
[[nodiscard]] Done check_field_key(const EntryForm* form, const std::string& key);

// What closing would say.
[[nodiscard]] Result<BookCheck> check_book(Archive& archive, const EntryForms& forms, const std::string& code);

[[nodiscard]] OrderedJson json_of(const EntryValue& value);
[[nodiscard]] OrderedJson json_of(const EntryDetails& entry, const EntryForm* form);
[[nodiscard]] OrderedJson json_of(const TicketRow& ticket);
// "Nguyễn Văn A", "(nothing is written)", "(illegible)" ...
[[nodiscard]] std::string shown(const EntryValue& value);

}  // namespace sogoc
