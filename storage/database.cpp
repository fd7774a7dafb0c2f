#include "storage/database.hpp"

#include <cstring>

#include <fmt/format.h>
#include <sqlite3.h>

#include "storage/search/sqlite_tokenizer.hpp"

namespace sogoc {
namespace {

constexpr int kBusyTimeoutMs = 15'000;

// The only place where SQLite's answers become ours.
Error error_from_sqlite(int code, const char* says, const std::filesystem::path& file) {
  const auto error = [&](ErrorCode kind, Retry retry, std::string message) {
    return Error{kind, retry, file.string(), std::move(message), {}};
  };
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return error(ErrorCode::no_space, Retry::after_operator,
                   "the disk is full: free some space and run again");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return error(ErrorCode::unavailable, Retry::same_step,
                   "another process is writing to the archive: try again in a moment");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return error(ErrorCode::no_permission, Retry::after_operator,
                   "you may not write here: ask the owner of the archive for the right");
    case SQLITE_CANTOPEN:
      return error(ErrorCode::no_permission, Retry::after_operator,
                   "cannot be opened: check that it exists and that you may read and write it and "
                   "its folder");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return error(ErrorCode::corrupt, Retry::after_operator,
                   "is damaged: run verify and restore it from a backup");
    case SQLITE_IOERR:
      return error(
          ErrorCode::unavailable, Retry::after_operator,
          fmt::format("the disk reports an error ({}): check the disk and its free space", says));
    case SQLITE_NOMEM:
      return error(ErrorCode::out_of_memory, Retry::same_step, "there is too little memory");
    default: return error(ErrorCode::internal, Retry::never, fmt::format("database: {}", says));
  }
}

}  // namespace

// ---- Query --------------------------------------------------------------------------------------

Query::~Query() {
  if (statement_ != nullptr) database_.give_back(statement_, cached_);
}

bool Query::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  database_.fail_now(code);
}

bool Query::null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

double Query::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string Query::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Sha256 Query::digest(int column) const {
  Sha256 digest;
  const void* bytes = sqlite3_column_blob(statement_, column);
  if (bytes == nullptr ||
      sqlite3_column_bytes(statement_, column) != static_cast<int>(digest.bytes.size()))
    database_.fail_now(SQLITE_CORRUPT);
  std::memcpy(digest.bytes.data(), bytes, digest.bytes.size());
  return digest;
}

std::vector<std::uint8_t> Query::blob(int column) const {
  const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, bytes + sqlite3_column_bytes(statement_, column)};
}

void Query::bind(int index, std::int64_t value) { sqlite3_bind_int64(statement_, index, value); }

void Query::bind(int index, double value) { sqlite3_bind_double(statement_, index, value); }

void Query::bind(int index, std::string_view value) {
  // An empty view may have no address; SQLite would take that for NULL.
  const char* bytes = value.data() != nullptr ? value.data() : "";
  if (const int code = sqlite3_bind_text64(statement_, index, bytes, value.size(), SQLITE_TRANSIENT,
                                           SQLITE_UTF8);
      code != SQLITE_OK)
    database_.fail_now(code);
}

void Query::bind(int index, const Sha256& value) {
  sqlite3_bind_blob(statement_, index, value.bytes.data(), static_cast<int>(value.bytes.size()),
                    SQLITE_TRANSIENT);
}

void Query::bind(int index, const std::vector<std::uint8_t>& value) {
  // An empty vector may have no address; SQLite would take that for NULL.
  sqlite3_bind_blob64(statement_, index, value.empty() ? "" : static_cast<const void*>(value.data()),
                      value.size(), SQLITE_TRANSIENT);
}

void Query::bind(int index, std::nullptr_t) { sqlite3_bind_null(statement_, index); }

// ---- Database -----------------------------------------------------------------------------------

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file, Mode mode,
                                                 bool durable) {
  std::unique_ptr<Database> database(new Database(file));
  const int create = mode == Mode::create ? SQLITE_OPEN_CREATE : 0;
  const int code = sqlite3_open_v2(file.c_str(), &database->handle_,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | create, nullptr);
  if (code != SQLITE_OK)
    return tl::unexpected<Error>(error_from_sqlite(code, sqlite3_errstr(code), file));
  sqlite3* handle = database->handle_;
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  // A file from outside (a restored backup) must not run SQL of its own choosing.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  SOGOC_CHECK(database->plain("PRAGMA journal_mode=WAL"));
  SOGOC_CHECK(database->plain(durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF"));
  SOGOC_CHECK(database->plain("PRAGMA foreign_keys=ON"));
  SOGOC_CHECK(database->plain("PRAGMA secure_delete=ON"));  // restricted text goes when it goes
  SOGOC_CHECK(database->plain("PRAGMA cache_size=-16000"));
  if (const int registered = register_search_tokenizer(handle); registered != SQLITE_OK)
    return tl::unexpected<Error>(error_from_sqlite(registered, sqlite3_errmsg(handle), file));
  return database;
}

Database::~Database() {
  for (auto& [sql, cached] : cache_) sqlite3_finalize(cached.statement);
  sqlite3_close(handle_);
}

void Database::fail_now(int code) const {
  throw DatabaseFailure{error_from_sqlite(code, sqlite3_errmsg(handle_), file_)};
}

std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }
std::int64_t Database::last_id() const { return sqlite3_last_insert_rowid(handle_); }

void Database::run_script(const char* sql) {
  if (const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr); code != SQLITE_OK)
    fail_now(code);
}

Done Database::plain(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) return {};
  return tl::unexpected<Error>(error_from_sqlite(code, sqlite3_errmsg(handle_), file_));
}

void Database::roll_back() {
  // A failed COMMIT or a full disk may have rolled back already.
  if (sqlite3_get_autocommit(handle_) == 0)
    sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

Query Database::prepare(std::string_view sql) {
  const auto compile = [&](unsigned flags) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), flags,
                                        &statement, nullptr);
    if (code != SQLITE_OK) fail_now(code);
    return statement;
  };
  Cached& cached = cache_[std::string(sql)];
  if (cached.in_use) return Query(*this, compile(0), false);
  if (cached.statement == nullptr) cached.statement = compile(SQLITE_PREPARE_PERSISTENT);
  cached.in_use = true;
  return Query(*this, cached.statement, true);
}

void Database::give_back(sqlite3_stmt* statement, bool cached) {
  if (!cached) {
    sqlite3_finalize(statement);
    return;
  }
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  cache_[sqlite3_sql(statement)].in_use = false;
}

}  // namespace sogoc
