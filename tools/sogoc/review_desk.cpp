#include "tools/sogoc/review_desk.hpp"

#include <algorithm>
#include <map>

#include "pipeline/records/completeness.hpp"

namespace sogoc {
namespace {

CheckedEntry checked(const EntryDetails& entry) {
  CheckedEntry one;
  one.id = entry.row.id;
  one.struck_out = entry.row.struck_out;
  for (const EntryFieldDetails& field : entry.fields) one.values.emplace_back(field.machine.reading.key, field.effective());
  return one;
}

}  // namespace

Result<BookReview> review_of(Archive& archive, const EntryForms& forms, const RegisterBookRow& book) {
  BookReview review;
  SOGOC_TRY(review.entries, archive.books().entries(book.about.code, {}));
  std::vector<CheckedEntry> all;
  for (const EntryDetails& entry : review.entries) {
    const EntryForm* form = forms.find(entry.row.layout, book.about.kind);
    if (form == nullptr) continue;
    all.push_back(checked(entry));
    for (CheckFinding& finding : check_entry(*form, all.back(), book.about.year_from, book.about.year_to))
      review.findings.push_back(std::move(finding));
    for (const EntryFieldDetails& field : entry.fields) {
      const FormField* known = form->field(field.machine.reading.key);
      if (known != nullptr && field.decided && field.decided->state == EntryValueState::written && learns(known->kind))
        ++review.dictionary[known->kind][field.decided->text];
    }
  }
  if (const EntryForm* form = forms.find("", book.about.kind))
    for (CheckFinding& finding : check_unique(*form, all)) review.findings.push_back(std::move(finding));
  return review;
}


std::vector<WaitingField> queue_of(const BookReview& review, const EntryForms& forms, const RegisterBookRow& book) {
  std::map<std::pair<EntryId, std::string>, int> checks;
  for (const CheckFinding& finding : review.findings) ++checks[{finding.entry, finding.key}];
  std::vector<std::string> numbers;
  for (const EntryDetails& entry : review.entries) numbers.push_back(entry.row.number);
  const std::vector<std::string> expected = numbers_by_neighbours(numbers);
  std::vector<WaitingField> queue;
  for (std::size_t i = 0; i < review.entries.size(); ++i) {
    const EntryDetails& entry = review.entries[i];
    const EntryForm* form = forms.find(entry.row.layout, book.about.kind);
    for (const EntryFieldDetails& field : entry.fields) {
      if (field.decided) continue;
      const FormField* known = form == nullptr ? nullptr : form->field(field.machine.reading.key);
      if (known == nullptr || known->kind == FieldKind::signature) continue;
      const auto found = checks.find({entry.row.id, known->key});
      ReviewHint hint = review_hint(*known, field.machine.reading, review.dictionary, found == checks.end() ? 0 : found->second);
      if (known->kind == FieldKind::entry_number) heed_neighbours(hint, field.effective(), expected[i]);
      const double weight = review_weight(*known, hint);
      queue.push_back({&entry, &field, known, std::move(hint), weight});
    }
  }
  std::stable_sort(queue.begin(), queue.end(), [](const WaitingField& a, const WaitingField& b) { return a.weight > b.weight; });
  return queue;
}

std::string_view name(KeyingState state) {
  switch (state) {
    case KeyingState::open: return "open";
    case KeyingState::agreed: return "agreed";
    case KeyingState::disputed: return "disputed";
    case KeyingState::split: return "split";
  }
  return "";
}

Result<KeyedField> key_blindly(Archive& archive, const EntryDetails& entry, const std::string& field, const EntryValue& value,
                               const std::string& by) {
  SOGOC_CHECK(archive.books().key(entry.row.id, field, value, by));
  SOGOC_TRY(const auto keyings, archive.books().keyings(entry.row.id, field));
  std::vector<KeyedValue> keyed;
  for (const Keying& one : keyings) keyed.push_back({one.by, one.value});
  KeyedField answer{settle_keying(keyed), keyings.size()};
  const EntryFieldDetails* known = entry.field(field);
  if (answer.outcome.state == KeyingState::agreed && (known == nullptr || !known->decided))
    SOGOC_CHECK(archive.books().decide(entry.row.id, {{field, answer.outcome.value}}, answer.outcome.by, "keying"));
  return answer;
}

}  // namespace sogoc
