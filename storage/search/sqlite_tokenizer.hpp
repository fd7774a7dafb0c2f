#pragma once

// SQLite's full-text index sees Vietnamese words through this: each word of a text is stored
// under its exact form (with kExactMark before it) and its plain form, at the same place, so
// phrases, snippets and deletion work on the text as written. Private to storage/.

struct sqlite3;

namespace sogoc {

// A query string that starts with this asks for exact forms; another one for plain forms.
inline constexpr char kExactMark = '=';

// Tokenizer "sogoc_vi1" and the SQL function fold_plain(text). Returns an SQLite code.
[[nodiscard]] int register_search_tokenizer(sqlite3* database);

}  // namespace sogoc
