#include "storage/verify.hpp"

#include <algorithm>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "storage/disk.hpp"
#include "storage/file_names.hpp"
#include "storage/sweep.hpp"
#include "storage/verify_archive.hpp"
#include "storage/verify_log.hpp"

namespace sogoc {
namespace {

constexpr std::size_t kChunk = 1 << 20;
constexpr std::size_t kMostOrphanPaths = 1000;
constexpr int kMostNeeders = 5;

class Verification {
 public:
  Verification(Database& database, const std::filesystem::path& folder,
               const VerifyProgress& progress)
      : database_(database), folder_(folder), progress_(progress) {}

  Result<VerifyReport> run(const ArchiveIdentity& identity) {
    // Others may work meanwhile: what comes and goes under our eyes is no problem.
    SOGOC_CHECK(check_database(identity));
    SOGOC_CHECK(check_log_too());
    SOGOC_CHECK(list_files());
    SOGOC_CHECK(check_objects());
    SOGOC_CHECK(check_references());
    return std::move(report_);
  }

 private:
  struct Object {
    std::string path;
    Sha256 digest;
    std::uint64_t bytes = 0;
  };

  void add_problem(VerifyKind kind, std::string path, std::string reason,
                   std::vector<std::string> needed_by = {}) {
    report_.problems.push_back({kind, std::move(path), std::move(reason), std::move(needed_by)});
  }

  Done check_database(const ArchiveIdentity& identity) {
    const std::string path(kDatabaseFile);
    return database_.read([&]() -> Done {
      {
        auto query = database_.query("PRAGMA integrity_check(100)");
        while (query.next())
          if (const std::string says = query.text(0); says != "ok")
            add_problem(VerifyKind::database, path, says);
      }
      {
        auto query = database_.query("PRAGMA foreign_key_check");
        while (query.next())
          add_problem(VerifyKind::database, path,
                      fmt::format("row {} of {} refers to nothing in {}", query.integer(1),
                                  query.text(0), query.text(2)));
      }
      check_counts(path);
      auto query =
          database_.query("SELECT key, value FROM meta WHERE key LIKE 'agency%' OR key = 'trial'");
      while (query.next()) {
        const std::string key = query.text(0);
        const std::string stands = key == "agency_code"   ? identity.agency_code
                                   : key == "agency_name" ? identity.agency_name
                                                          : (identity.trial ? "true" : "false");
        if (query.text(1) != stands)
          add_problem(VerifyKind::identity, std::string(kArchiveFile),
                      key + " is not what the archive was created with");
      }
      return {};
    });
  }

  Done check_log_too() {
    SOGOC_TRY(LogFindings log, check_log(database_, {}));
    report_.log_leaves = log.leaves;
    report_.log_heads = log.heads;
    for (VerifyProblem& problem : log.problems) report_.problems.push_back(std::move(problem));
    return {};
  }

  void check_counts(const std::string& path) {
    for (const char* table : {"files", "documents", "pages", "jobs"}) {
      auto query = database_.query(fmt::format(
          "SELECT count(*) FROM (SELECT batch, state, count(*) AS n FROM {0} GROUP BY batch, "
          "state) t "
          "LEFT JOIN counts c ON c.batch = t.batch AND c.what = '{0}' AND c.state = t.state "
          "WHERE c.n IS NULL OR c.n <> t.n",
          table));
      if (query.next() && query.integer(0) != 0)
        add_problem(VerifyKind::database, path, fmt::format("the counts of {} are wrong", table));
    }
  }

  Done list_files() {
    std::error_code failed;
    for (std::filesystem::recursive_directory_iterator entry(folder_, failed), end;
         !failed && entry != end; entry.increment(failed)) {
      const std::string path = entry->path().lexically_relative(folder_).string();
      struct stat about {};
      if (::lstat(entry->path().c_str(), &about) != 0) continue;  // went away meanwhile
      if (S_ISDIR(about.st_mode)) {
        if (!is_our_folder(path)) {
          add_problem(VerifyKind::foreign, path, "the archive makes no such folder");
          entry.disable_recursion_pending();
        }
        continue;
      }
      const auto name = parse_archive_name(path);
      if (!name || !S_ISREG(about.st_mode)) {
        add_problem(VerifyKind::foreign, path, "the archive makes no such file");
        continue;
      }
      const auto bytes = static_cast<std::uint64_t>(about.st_size);
      if (name->kind == NameKind::partial) add_orphan(path, bytes);
      if (name->kind != NameKind::object) continue;
      objects_.push_back({path, *name->digest, bytes});
      bytes_in_all_ += bytes;
    }
    if (failed) return fail_errno(failed.value(), folder_, "listing the archive");
    std::sort(objects_.begin(), objects_.end(),
              [](const Object& a, const Object& b) { return a.digest < b.digest; });
    return {};
  }

  static bool is_our_folder(const std::string& path) {
    if (path == kTrustFolder || path == "trust/anchors" || path == "trust/intermediates" || path == "trust/keys") return true;
    if (path == kUploadsFolder) return true;
    if (path == kObjectsFolder || path == kLocksFolder || path == kKeysFolder) return true;
    const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    const std::string inside = path.starts_with("objects/") ? path.substr(8) : "";
    if (inside == "incoming") return true;
    if (inside.size() == 2) return is_hex(inside[0]) && is_hex(inside[1]);
    return inside.size() == 5 && is_hex(inside[0]) && is_hex(inside[1]) && inside[2] == '/' &&
           is_hex(inside[3]) && is_hex(inside[4]);
  }

  void add_orphan(const std::string& path, std::uint64_t bytes) {
    ++report_.orphans;
    report_.orphan_bytes += bytes;
    if (report_.orphan_paths.size() < kMostOrphanPaths) report_.orphan_paths.push_back(path);
  }

  Done check_objects() {
    for (const Object& object : objects_) {
      auto needed = needers(object.digest);
      if (!needed) return tl::unexpected<Error>(std::move(needed).error());
      ++report_.blobs;
      check_object(object, *needed);
      if (needed->empty()) add_orphan(object.path, object.bytes);
      if (progress_) progress_(report_.bytes, bytes_in_all_);
    }
    return {};
  }

  void check_object(const Object& object, const std::vector<std::string>& needed) {
    const std::uint64_t before = report_.bytes;
    const auto digest = hash(object);
    if (!digest && digest.error().code == ErrorCode::not_found && needed.empty()) {
      // Swept while we were reading others.
    } else if (!digest) {
      add_problem(VerifyKind::unreadable, object.path, digest.error().message, needed);
    } else if (*digest != object.digest) {
      add_problem(VerifyKind::damaged, object.path,
                  "its bytes no longer have the digest in its name; restore it from a backup",
                  needed);
    }
    report_.bytes = std::max(report_.bytes, before);
  }

  Result<Sha256> hash(const Object& object) {
    const auto path = folder_ / object.path;
    SOGOC_TRY(const OwnedFd fd, open_for_reading(path));
    Sha256Stream stream;
    while (true) {
      SOGOC_TRY(const std::size_t got, read_some(fd.get(), chunk_.data(), chunk_.size(), path));
      if (got == 0) return stream.finish();
      stream.add(std::as_bytes(std::span(chunk_).first(got)));
      report_.bytes += got;
      if (progress_) progress_(report_.bytes, bytes_in_all_);
    }
  }

  // "master of scan.tif (batch 3)": who needs the blob. Also counts what kind it is.
  Result<std::vector<std::string>> needers(const Sha256& digest) {
    return database_.read([&]() -> Result<std::vector<std::string>> {
      std::vector<std::string> needed;
      auto masters = database_.query("SELECT name, batch FROM files WHERE digest = ?1 LIMIT ?2",
                                     digest, kMostNeeders);
      while (masters.next())
        needed.push_back(
            fmt::format("master of {} (batch {})", masters.text(0), masters.integer(1)));
      const bool counted = !needed.empty();
      if (counted) ++report_.masters;
      auto uses = database_.query(
          "SELECT role, owner, (SELECT identifier FROM documents WHERE id = owner) FROM uses "
          "WHERE digest = ?1 LIMIT ?2",
          digest, kMostNeeders);
      bool first = true;
      while (uses.next()) {
        const std::string role = uses.text(0);
        const bool of_page = role == "record" || role == "thumbnail" || role == "work";
        const bool of_copy = role.starts_with("copy_");
        const bool captured = role == "capture" || role == "shot";
        if (std::exchange(first, false) && !(captured && counted))
          ++(of_copy              ? report_.copies
             : role == "record"      ? report_.records
             : role == "thumbnail" ? report_.thumbnails
             : role == "work"      ? report_.work
             : captured            ? report_.masters
                                   : report_.outputs);
        needed.push_back(of_copy ? fmt::format("{} of copy {}", role.substr(5), uses.integer(1))
                         : captured ? fmt::format("master of scanned picture {}", uses.integer(1))
                         : of_page ? fmt::format("{} of the page with id {}", role, uses.integer(1))
                                 : fmt::format("{} of document {}", role, uses.text(2)));
      }
      return needed;
    });
  }

  // What the database needs and the folder does not have.
  Done check_references() {
    std::vector<Sha256> missing;
    SOGOC_CHECK(database_.read([&]() -> Done {
      auto query = database_.query("SELECT digest FROM files UNION SELECT digest FROM uses");
      while (query.next()) {
        const Sha256 digest = query.digest(0);
        const auto found = std::lower_bound(
            objects_.begin(), objects_.end(), digest,
            [](const Object& object, const Sha256& wanted) { return object.digest < wanted; });
        if (found == objects_.end() || found->digest != digest) missing.push_back(digest);
      }
      return {};
    }));
    for (const Sha256& digest : missing) {
      // It may have come or its need may have gone while the files were read.
      if (::access((folder_ / object_name(digest)).c_str(), F_OK) == 0) continue;
      SOGOC_TRY(auto needed, needers(digest));
      if (needed.empty()) continue;
      add_problem(VerifyKind::missing, object_name(digest),
                  "is not there; restore it from a backup", std::move(needed));
    }
    return {};
  }

  Database& database_;
  const std::filesystem::path& folder_;
  const VerifyProgress& progress_;
  VerifyReport report_;
  std::vector<Object> objects_;
  std::uint64_t bytes_in_all_ = 0;
  std::vector<char> chunk_ = std::vector<char>(kChunk);
};

}  // namespace

std::string_view name(VerifyKind kind) {
  switch (kind) {
    case VerifyKind::damaged: return "damaged";
    case VerifyKind::missing: return "missing";
    case VerifyKind::foreign: return "foreign";
    case VerifyKind::unreadable: return "unreadable";
    case VerifyKind::database: return "database";
    case VerifyKind::identity: return "identity";
    case VerifyKind::log: return "log";
  }
  return "";
}

Result<VerifyReport> verify_archive(Database& database, const std::filesystem::path& folder,
                                    const ArchiveIdentity& identity,
                                    const VerifyProgress& progress) {
  return Verification(database, folder, progress).run(identity);
}

}  // namespace sogoc
