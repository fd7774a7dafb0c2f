#pragma once

// SQLite, behind the few words the archive needs. Private to storage/.
//
// Inside a transaction a failing statement throws DatabaseFailure, so that a query reads as one
// line; transaction() is the one place that catches it and turns it into an Error. Nothing
// outside storage/ ever sees it.

#include <cassert>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "pipeline/core/clock.hpp"
#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace sogoc {

struct DatabaseFailure {
  Error error;
};

class Database;

// A running statement; goes back to the cache when it leaves its scope.
class Query {
 public:
  Query(Query&& other) noexcept
      : database_(other.database_),
        statement_(std::exchange(other.statement_, nullptr)),
        cached_(other.cached_) {}
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  Query& operator=(Query&&) = delete;
  ~Query();

  // True when there is a row to look at.
  [[nodiscard]] bool next();

  [[nodiscard]] bool null(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] Sha256 digest(int column) const;  // throws when it is none
  [[nodiscard]] std::vector<std::uint8_t> blob(int column) const;
  [[nodiscard]] UtcTime time(int column) const {
    return UtcTime(std::chrono::milliseconds(integer(column)));
  }
  [[nodiscard]] std::optional<UtcTime> time_or_none(int column) const {
    return null(column) ? std::nullopt : std::optional(time(column));
  }
  [[nodiscard]] std::optional<Sha256> digest_or_none(int column) const {
    return null(column) ? std::nullopt : std::optional(digest(column));
  }

 private:
  friend class Database;
  Query(Database& database, sqlite3_stmt* statement, bool cached)
      : database_(database), statement_(statement), cached_(cached) {}

  void bind(int index, std::int64_t value);
  void bind(int index, double value);
  void bind(int index, std::string_view value);
  void bind(int index, const Sha256& value);
  void bind(int index, const std::vector<std::uint8_t>& value);
  void bind(int index, std::nullptr_t);
  void bind(int index, UtcTime value) { bind(index, value.time_since_epoch().count()); }
  void bind(int index, const char* value) { bind(index, std::string_view(value)); }
  void bind(int index, const std::string& value) { bind(index, std::string_view(value)); }
  template <typename T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, std::int64_t>) void bind(int index,
                                                                                T value) {
    bind(index, static_cast<std::int64_t>(value));
  }
  template <typename T>
  void bind(int index, const std::optional<T>& value) {
    if (value)
      bind(index, *value);
    else
      bind(index, nullptr);
  }

  Database& database_;
  sqlite3_stmt* statement_;
  bool cached_;
};

// Owner:  Archive.
// Thread: belongs to the thread that made it; several processes may have the file open.
class Database {
 public:
  enum class Mode { create, existing };
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file,
                                                              Mode mode, bool durable);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // Runs `work`, which returns a Result, in one transaction: all of it is kept (durable on
  // return) or, when it fails, nothing.
  template <typename Work>
  [[nodiscard]] auto write(Work work) -> std::invoke_result_t<Work> {
    return transaction("BEGIN IMMEDIATE", std::move(work));
  }
  // The same for looking only: one consistent view.
  template <typename Work>
  [[nodiscard]] auto read(Work work) -> std::invoke_result_t<Work> {
    return transaction("BEGIN", std::move(work));
  }

  // Inside a transaction. Values are bound in order to ?1, ?2, ...
  template <typename... Values>
  [[nodiscard]] Query query(std::string_view sql, const Values&... values) {
    Query query = prepare(sql);
    int index = 0;
    (query.bind(++index, values), ...);
    return query;
  }
  template <typename... Values>
  void run(std::string_view sql, const Values&... values) {
    Query statement = query(sql, values...);
    while (statement.next()) {
    }
  }
  // Rows that the last run() changed.
  [[nodiscard]] std::int64_t changes() const;
  [[nodiscard]] std::int64_t last_id() const;

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] sqlite3* handle() { return handle_; }
  // Throws DatabaseFailure with what SQLite says.
  [[noreturn]] void fail_now(int code) const;
  void run_script(const char* sql);

 private:
  friend class Query;
  struct Cached {
    sqlite3_stmt* statement = nullptr;
    bool in_use = false;
  };
  explicit Database(std::filesystem::path file) : file_(std::move(file)) {}
  [[nodiscard]] Query prepare(std::string_view sql);
  void give_back(sqlite3_stmt* statement, bool cached);
  [[nodiscard]] Done plain(const char* sql);
  void roll_back();

  template <typename Work>
  [[nodiscard]] auto transaction(const char* begin, Work work) -> std::invoke_result_t<Work> {
    assert(std::this_thread::get_id() == owner_);
    if (auto begun = plain(begin); !begun) return tl::unexpected<Error>(std::move(begun).error());
    RollBack unless_kept{*this};  // a bug that passes through leaves no open transaction either
    try {
      auto result = work();
      if (!result) return result;
      if (auto kept = plain("COMMIT"); !kept) return tl::unexpected<Error>(std::move(kept).error());
      unless_kept.needed = false;
      return result;
    } catch (DatabaseFailure& failure) {
      return tl::unexpected<Error>(std::move(failure.error));
    }
  }
  struct RollBack {
    Database& database;
    bool needed = true;
    ~RollBack() {
      if (needed) database.roll_back();
    }
  };

  std::filesystem::path file_;
  sqlite3* handle_ = nullptr;
  std::unordered_map<std::string, Cached> cache_;
  std::thread::id owner_ = std::this_thread::get_id();
};

}  // namespace sogoc
