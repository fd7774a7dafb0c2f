#pragma once

// What the command and the console share about reviewing a book: the queue of doubtful fields, what the
// rules say, blind keying.

#include <string>
#include <string_view>
#include <vector>

#include "pipeline/records/entry_checks.hpp"
#include "pipeline/records/review.hpp"
#include "storage/archive.hpp"
#include "storage/register_books.hpp"
#include "tools/sogoc/entry_forms.hpp"

namespace sogoc {

struct BookReview {
  std::vector<EntryDetails> entries;
  std::vector<CheckFinding> findings;
  BookDictionary dictionary;
};
[[nodiscard]] Result<BookReview> review_of(Archive& archive, const EntryForms& forms, const RegisterBookRow& book);

// Points into the review and the forms.
struct WaitingField {
  const EntryDetails* entry;
  const EntryFieldDetails* field;
  const FormField* known;
  ReviewHint hint;
  double weight;
};
// Fields that no person has decided, weightiest first.
[[nodiscard]] std::vector<WaitingField> queue_of(const BookReview& review, const EntryForms& forms, const RegisterBookRow& book);

[[nodiscard]] std::string_view name(KeyingState state);
struct KeyedField {
  KeyingOutcome outcome;
  std::size_t persons = 0;
};
// Keeps what this person keyed; two who agree settle the field. Nobody is told what another keyed.
[[nodiscard]] Result<KeyedField> key_blindly(Archive& archive, const EntryDetails& entry, const std::string& field, const EntryValue& value,
                                             const std::string& by);

}  // namespace sogoc
