#pragma once

// What the review station keeps beside the values of fields: rows, notes, words of the text layer, blind keying of a
// whole book; and what became of the work, by book and by person.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/core/corrections.hpp"
#include "pipeline/records/row_marks.hpp"
#include "storage/register_books.hpp"

namespace sogoc {

struct PersonNote {
  UtcTime at;
  std::string by, text;
};

// What a person corrects in a page's text: the word that stands in the box now says `before`.
struct NewCorrection {
  BoxPx box;  // pixels of the master, as the page's words are listed
  std::string before, text;
};

// How the fields of a book went, or those that a person decided.
struct WorkRow {
  std::string name;                 // code of the book, or the person
  std::int64_t pages = 0;           // read; of a person: of batches that the person took in
  std::int64_t pages_failed = 0;
  std::int64_t pages_unsure = 0;    // wait for a person
  std::int64_t tickets = 0;         // open
  std::int64_t fields = 0;          // decided by a person
  std::int64_t machine_wrong = 0;   // of them: the machine had read another value
  std::int64_t corrected = 0;       // decisions that another person changed later
  double hours = 0;                 // between the first and the last decision, pauses over ten minutes left out
};
struct WorkReport {
  std::vector<WorkRow> books, persons;
};

// Owner:  Archive.
// Thread: belongs to the thread of its archive.
// Every call is one transaction. not_found names what does not exist; conflict says what stands in the way.
class ReviewStore {
 public:
  ReviewStore(Database& database, RegisterBooks& books, const Clock& clock) : database_(database), books_(books), clock_(clock) {}

  // ---- Rows. The entries follow with RegisterBooks::take(). Both send the entries back to stage entry.
  // The row ends at `y` of that page. usage: y is not inside of the row there.
  [[nodiscard]] Result<std::int64_t> split_entry(EntryId id, PageId page, int y, const std::string& by, std::int64_t seen_revision);
  // Into the entry before it in the book. What a person decided about it goes along; conflict when both have a value
  // for one field, or when there is no entry before it.
  [[nodiscard]] Result<std::int64_t> merge_entry(EntryId id, const std::string& by, std::int64_t seen_revision);
  // Takes a split or a merge back. Conflict when persons decided about the lower row meanwhile.
  [[nodiscard]] Done undo_row_mark(const std::string& book, std::int64_t mark, const std::string& by);

  // ---- Notes: for colleagues, append only
  [[nodiscard]] Done add_note(EntryId id, const std::string& text, const std::string& by);
  [[nodiscard]] Result<std::vector<PersonNote>> notes(EntryId id);

  // ---- Words. The document is written anew by the next run; its picture stays as it is.
  [[nodiscard]] Done correct_words(PageId page, const std::vector<NewCorrection>& words, const std::string& by);
  [[nodiscard]] Result<std::vector<WordCorrection>> corrections(PageId page);  // the last of each box

  // ---- Blind keying of a book: (entry, key) -> what was keyed, oldest first
  [[nodiscard]] Result<std::map<std::pair<EntryId, std::string>, std::vector<Keying>>> keyings(const std::string& book);

  [[nodiscard]] Result<WorkReport> report();

 private:
  Database& database_;
  RegisterBooks& books_;
  const Clock& clock_;
};

}  // namespace sogoc
