#pragma once

// Fixity: does the archive still hold exactly what was put in?

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/digest.hpp"

namespace sogoc {

enum class VerifyKind : std::uint8_t {
  damaged,     // the bytes no longer have the digest in their name
  missing,     // the database needs a blob that is not there
  foreign,     // a file that the archive did not make
  unreadable,  // the disk or the rights say no
  database,    // SQLite, a reference or a counter does not hold
  identity,    // archive.json and the database disagree
  log,         // the log, its heads, or a row that is not what was logged
};
[[nodiscard]] std::string_view name(VerifyKind kind);

struct VerifyProblem {
  VerifyKind kind = VerifyKind::damaged;
  std::string path;                    // relative to the archive
  std::string reason;                  // one clause
  std::vector<std::string> needed_by;  // "master of scan.tif (batch 3)", at most a few
};

// What the check of the log found.
struct LogFindings {
  std::int64_t leaves = 0, heads = 0;
  Sha256 root;  // over all leaves
  std::vector<VerifyProblem> problems;
  [[nodiscard]] bool holds() const { return problems.empty(); }
};

struct VerifyReport {
  std::int64_t blobs = 0;  // checked
  std::uint64_t bytes = 0;
  std::int64_t masters = 0, records = 0, outputs = 0, thumbnails = 0, work = 0, copies = 0;
  std::int64_t log_leaves = 0, log_heads = 0;
  std::vector<VerifyProblem> problems;  // the archive holds when there is none
  std::int64_t orphans = 0;             // of interrupted work; no problem, `run` sweeps them
  std::uint64_t orphan_bytes = 0;
  std::vector<std::string> orphan_paths;  // the first 1000
  [[nodiscard]] bool holds() const { return problems.empty(); }
};

// (bytes done, bytes in all)
using VerifyProgress = std::function<void(std::uint64_t, std::uint64_t)>;

}  // namespace sogoc
