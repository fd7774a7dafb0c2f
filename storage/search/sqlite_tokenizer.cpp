#include "storage/search/sqlite_tokenizer.hpp"

#include <string>
#include <string_view>

#include <sqlite3.h>

#include "storage/search/fold.hpp"

namespace sogoc {
namespace {

// A run of letters longer than this is no word (a table of hex digits, say): its start is enough.
constexpr std::size_t kLongestWord = 200;

int create(void*, const char**, int, Fts5Tokenizer** tokenizer) {
  // Nothing to remember; FTS5 only wants something that is not null.
  static char nothing = 0;
  *tokenizer = reinterpret_cast<Fts5Tokenizer*>(&nothing);
  return SQLITE_OK;
}

void forget(Fts5Tokenizer*) {}

using Found = int (*)(void*, int, const char*, int, int, int);

int tokenize(Fts5Tokenizer*, void* context, int flags, const char* bytes, int size, Found found) {
  const std::string_view text(bytes, static_cast<std::size_t>(size));
  const bool asking = (flags & FTS5_TOKENIZE_QUERY) != 0;
  const bool want_exact = !asking || (!text.empty() && text.front() == kExactMark);
  const bool want_plain = !asking || !want_exact;
  for (const WordSpan& span : words_of(text)) {
    const std::string_view word =
        text.substr(span.begin, std::min(span.end - span.begin, kLongestWord));
    const int begin = static_cast<int>(span.begin);
    const int end = static_cast<int>(span.end);
    int place = 0;
    if (want_exact) {
      const std::string exact = kExactMark + fold_word_exact(word);
      if (const int code =
              found(context, place, exact.data(), static_cast<int>(exact.size()), begin, end);
          code != SQLITE_OK)
        return code;
      place = FTS5_TOKEN_COLOCATED;
    }
    if (want_plain) {
      const std::string plain = fold_word_plain(word);
      if (const int code =
              found(context, place, plain.data(), static_cast<int>(plain.size()), begin, end);
          code != SQLITE_OK)
        return code;
    }
  }
  return SQLITE_OK;
}

fts5_api* api_of(sqlite3* database) {
  fts5_api* api = nullptr;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, "SELECT fts5(?1)", -1, &statement, nullptr) == SQLITE_OK) {
    sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", nullptr);
    sqlite3_step(statement);
  }
  sqlite3_finalize(statement);
  return api;
}

void fold_plain_function(sqlite3_context* context, int, sqlite3_value** values) {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
  if (bytes == nullptr) return;
  const std::string folded =
      fold_plain({bytes, static_cast<std::size_t>(sqlite3_value_bytes(values[0]))});
  sqlite3_result_text(context, folded.data(), static_cast<int>(folded.size()), SQLITE_TRANSIENT);
}

}  // namespace

int register_search_tokenizer(sqlite3* database) {
  fts5_api* api = api_of(database);
  if (api == nullptr) return SQLITE_ERROR;
  fts5_tokenizer functions{create, forget, tokenize};
  if (const int code = api->xCreateTokenizer(api, "sogoc_vi1", nullptr, &functions, nullptr);
      code != SQLITE_OK)
    return code;
  return sqlite3_create_function_v2(database, "fold_plain", 1,
                                    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr,
                                    fold_plain_function, nullptr, nullptr, nullptr);
}

}  // namespace sogoc
