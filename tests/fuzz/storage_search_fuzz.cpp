// What a person may type into the search, and what a PDF may carry as text: the first line of the
// input is typed, the rest is a page. A fold must be stable, and the index must answer.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <sqlite3.h>

#include "storage/file_names.hpp"
#include "storage/search/fold.hpp"
#include "storage/search/search_terms.hpp"
#include "storage/search/sqlite_tokenizer.hpp"

namespace {

using namespace sogoc;

void require(bool holds) {
  if (!holds) std::abort();
}

sqlite3* index() {
  static sqlite3* database = [] {
    sqlite3* made = nullptr;
    require(sqlite3_open(":memory:", &made) == SQLITE_OK);
    require(register_search_tokenizer(made) == SQLITE_OK);
    require(sqlite3_exec(made,
                         "CREATE VIRTUAL TABLE search USING fts5 (body, tokenize = 'sogoc_vi1')",
                         nullptr, nullptr, nullptr) == SQLITE_OK);
    return made;
  }();
  return database;
}

// The rows of a statement with one text; every one must run to its end.
int rows_of(const char* sql, std::string_view text) {
  sqlite3_stmt* statement = nullptr;
  require(sqlite3_prepare_v2(index(), sql, -1, &statement, nullptr) == SQLITE_OK);
  sqlite3_bind_text64(statement, 1, text.data() != nullptr ? text.data() : "", text.size(),
                      SQLITE_TRANSIENT, SQLITE_UTF8);
  int rows = 0;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) ++rows;
  require(code == SQLITE_DONE);
  sqlite3_finalize(statement);
  return rows;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view typed = input.substr(0, input.find('\n'));
  const std::string_view page = typed.size() < input.size() ? input.substr(typed.size() + 1) : "";

  for (const WordSpan& word : words_of(page)) {
    require(word.begin < word.end && word.end <= page.size());
    const std::string_view text = page.substr(word.begin, word.end - word.begin);
    const std::string exact = fold_word_exact(text);
    require(fold_word_exact(exact) == exact);
    require(fold_word_plain(exact) == fold_word_plain(text));
  }
  (void)parse_archive_name(input);

  rows_of("DELETE FROM search WHERE ?1 IS NOT NULL", page);
  rows_of("INSERT INTO search (body) VALUES (?1)", page);
  for (const std::string& query : search_terms(typed))
    (void)rows_of(
        "SELECT snippet(search, -1, '<', '>', '', 24), bm25(search) FROM search "
        "WHERE search MATCH ?1",
        query);
  return 0;
}
