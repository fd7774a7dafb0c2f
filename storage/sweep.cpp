#include "storage/sweep.hpp"

#include "storage/file_names.hpp"

namespace sogoc {
namespace {

constexpr int kSlice = 1000;

Result<std::vector<Sha256>> next_discards(Database& database, const Sha256& after) {
  return database.read([&]() -> Result<std::vector<Sha256>> {
    std::vector<Sha256> digests;
    auto query = database.query(
        "SELECT digest FROM discards WHERE digest > ?1 ORDER BY digest LIMIT ?2", after, kSlice);
    while (query.next()) digests.push_back(query.digest(0));
    return digests;
  });
}

// Removes what of these nobody needs; forgets those that are gone or needed again.
Done sweep_slice(Database& database, FileBlobStore& blobs, const std::vector<Sha256>& digests,
                 std::filesystem::file_time_type put_before, std::int64_t& removed,
                 std::uint64_t& bytes) {
  return database.write([&]() -> Done {
    for (const Sha256& digest : digests) {
      bool settled = is_needed(database, digest);
      if (!settled) {
        SOGOC_TRY(const auto gone, blobs.remove_unless_put_since(digest, put_before));
        if (gone) {
          ++removed;
          bytes += *gone;
        }
        settled = gone.has_value() || !blobs.find(digest);
      }
      if (settled) database.run("DELETE FROM discards WHERE digest = ?1", digest);
    }
    return {};
  });
}

}  // namespace

bool is_needed(Database& database, const Sha256& digest) {
  auto query = database.query(
      "SELECT 1 WHERE EXISTS (SELECT 1 FROM uses WHERE digest = ?1) "
      "OR EXISTS (SELECT 1 FROM files WHERE digest = ?1)",
      digest);
  return query.next();
}

Result<Swept> sweep_archive(Database& database, FileBlobStore& blobs, const SweepPlan& plan) {
  Swept swept;
  Sha256 after;
  while (true) {
    SOGOC_TRY(const auto digests, next_discards(database, after));
    if (digests.empty()) break;
    SOGOC_CHECK(
        sweep_slice(database, blobs, digests, plan.put_before, swept.work_blobs, swept.bytes));
    after = digests.back();
  }
  if (!plan.orphans) return swept;

  SOGOC_TRY(const std::int64_t partials, blobs.remove_partials_before(plan.put_before));
  swept.orphans += partials;
  std::error_code failed;
  std::vector<Sha256> slice;
  const auto flush = [&]() -> Done {
    auto done = sweep_slice(database, blobs, slice, plan.put_before, swept.orphans, swept.bytes);
    slice.clear();
    return done;
  };
  const auto objects = plan.folder / kObjectsFolder;
  for (std::filesystem::recursive_directory_iterator entry(objects, failed), end;
       !failed && entry != end; entry.increment(failed)) {
    const auto name = parse_archive_name(entry->path().lexically_relative(plan.folder).string());
    if (!name || !name->digest) continue;  // folders, and what verify reports as foreign
    slice.push_back(*name->digest);
    if (slice.size() == kSlice) SOGOC_CHECK(flush());
  }
  if (failed) return fail_errno(failed.value(), objects, "looking for orphans");
  SOGOC_CHECK(flush());
  return swept;
}

}  // namespace sogoc
