#include "storage/uploads.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include <fmt/format.h>

#include "pipeline/core/utf8.hpp"
#include "storage/book_rows.hpp"
#include "storage/database.hpp"
#include "storage/disk.hpp"
#include "storage/job_moves.hpp"

namespace sogoc {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kStep = 1 << 20;

std::string called(UploadId id) { return fmt::format("upload {}", id); }

tl::unexpected<Error> no_such(UploadId id) { return fail(ErrorCode::not_found, Retry::never, called(id), "does not exist"); }

UploadRow row_of(const Query& query) {
  return {query.integer(0), query.text(1), query.text(2), static_cast<std::uint64_t>(query.integer(3)), static_cast<std::uint64_t>(query.integer(4)),
          query.time(5), query.time(6)};
}

constexpr const char* kColumns = "SELECT id, by, name, bytes, received, begun_at, touched_at FROM uploads ";

std::optional<UploadRow> load(Database& database, UploadId id, const std::string& by) {
  auto query = database.query(kColumns + std::string("WHERE id = ?1 AND by = ?2 AND batch IS NULL"), id, by);
  if (!query.next()) return std::nullopt;
  return row_of(query);
}

// Letters that turn the direction of writing make "gpj.exe" look like "exe.jpg".
bool is_odd(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFFFD || c == 0x200E || c == 0x200F; }

// The piece behind `offset` bytes of the file, and nothing after it.
Done write_piece(const std::filesystem::path& file, std::uint64_t offset, const std::filesystem::path& piece, const Sha256& digest, std::uint64_t& bytes) {
  Sha256Stream sum;
  SOGOC_TRY(const OwnedFd from, open_for_reading(piece));
  const OwnedFd to(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!to) return fail_errno(errno, file, "keeping what was sent");
  if (::ftruncate(to.get(), static_cast<off_t>(offset)) != 0 || ::lseek(to.get(), static_cast<off_t>(offset), SEEK_SET) < 0)
    return fail_errno(errno, file, "keeping what was sent");
  std::vector<std::byte> step(kStep);
  bytes = 0;
  while (true) {
    SOGOC_TRY(const std::size_t got, read_some(from.get(), step.data(), step.size(), piece));
    if (got == 0) break;
    sum.add({step.data(), got});
    SOGOC_CHECK(write_all(Disk::real(), to.get(), step.data(), got, file));
    bytes += got;
  }
  if (!(sum.finish() == digest))
    return fail(ErrorCode::invalid_input, Retry::whole_job, "piece", "was changed on the way; send it again");
  if (Disk::real().sync(to.get()) != 0) return fail_errno(errno, file, "keeping what was sent");
  return sync_folder(Disk::real(), file.parent_path());
}

}  // namespace

Done check_upload_name(std::string_view name) {
  const auto refuse = [](const char* why) { return fail(ErrorCode::usage, Retry::never, "name", why); };
  if (name.empty() || name.size() > kLongestName) return refuse("must have 1 to 200 bytes");
  const std::u32string letters = code_points(name);
  if (to_utf8(letters) != name || std::any_of(letters.begin(), letters.end(), is_odd)) return refuse("holds characters that no file name should have");
  if (name.front() == '.' || name.find_first_of("/\\") != std::string_view::npos) return refuse("must be the name of a file, not a path");
  return {};
}

Result<UploadRow> Uploads::begin(const std::string& name, std::uint64_t bytes, const std::string& by, const UploadLimits& limits) {
  SOGOC_CHECK(needs_person_name(by));
  SOGOC_CHECK(check_upload_name(name));
  if (bytes == 0) return fail(ErrorCode::usage, Retry::never, "bytes", "the file is empty; scan or copy it again");
  if (bytes > limits.file_bytes)
    return fail(ErrorCode::limit_exceeded, Retry::never, name, fmt::format("is larger than the {} MB that a file may have", limits.file_bytes >> 20));
  SOGOC_CHECK(forget_old(limits));
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  const auto space = std::filesystem::space(folder_, failed);
  if (!failed && space.available < bytes + limits.disk_reserve)
    return fail(ErrorCode::no_space, Retry::after_operator, "disk", "there is too little room for this file; tell the administrator");
  return database_.write([&]() -> Result<UploadRow> {
    std::uint64_t mine = 0, all = 0;
    std::int64_t files = 0;
    {
      auto query = database_.query("SELECT by = ?1, count(*), sum(bytes) FROM uploads WHERE batch IS NULL GROUP BY 1", by);
      while (query.next()) {
        const auto sum = static_cast<std::uint64_t>(query.integer(2));
        all += sum;
        if (query.integer(0) == 0) continue;
        mine = sum;
        files = query.integer(1);
      }
    }
    if (files >= limits.person_files || mine + bytes > limits.person_bytes || all + bytes > limits.all_bytes)
      return fail(ErrorCode::limit_exceeded, Retry::after_operator, name, "is too much at once; make a batch of what was sent, or remove some of it, first");
    const UtcTime now = clock_.now();
    database_.run("INSERT INTO uploads (by, name, bytes, begun_at, touched_at) VALUES (?1, ?2, ?3, ?4, ?4)", by, name, static_cast<std::int64_t>(bytes), now);
    return UploadRow{database_.last_id(), by, name, bytes, 0, now, now};
  });
}

Result<std::vector<UploadRow>> Uploads::open_of(const std::string& by) {
  return database_.read([&]() -> Result<std::vector<UploadRow>> {
    std::vector<UploadRow> rows;
    auto query = database_.query(kColumns + std::string("WHERE by = ?1 AND batch IS NULL ORDER BY id"), by);
    while (query.next()) rows.push_back(row_of(query));
    return rows;
  });
}

Result<UploadRow> Uploads::upload(UploadId id, const std::string& by) {
  return database_.read([&]() -> Result<UploadRow> {
    auto row = load(database_, id, by);
    if (!row) return no_such(id);
    return std::move(*row);
  });
}

Result<UploadRow> Uploads::append(UploadId id, const std::string& by, std::uint64_t offset, const std::filesystem::path& piece, const Sha256& digest) {
  SOGOC_TRY(UploadRow row, upload(id, by));
  const auto elsewhere = [&] { return fail(ErrorCode::conflict, Retry::never, called(id), "has another length now; ask how much arrived and go on from there"); };
  if (offset != row.received) return elsewhere();
  std::error_code failed;
  const std::uint64_t size = std::filesystem::file_size(piece, failed);
  if (failed || size == 0 || size > row.bytes - row.received)
    return fail(ErrorCode::invalid_input, Retry::never, called(id), "the piece is empty or goes beyond the end of the file");
  std::uint64_t bytes = 0;
  SOGOC_CHECK(write_piece(file(id), offset, piece, digest, bytes));
  // From here on the bytes are on disk; they count when nobody else was faster.
  return database_.write([&]() -> Result<UploadRow> {
    const UtcTime now = clock_.now();
    database_.run("UPDATE uploads SET received = received + ?4, touched_at = ?5 WHERE id = ?1 AND by = ?2 AND received = ?3 AND batch IS NULL", id, by,
                  static_cast<std::int64_t>(offset), static_cast<std::int64_t>(bytes), now);
    if (database_.changes() == 0) return elsewhere();
    row.received += bytes;
    row.touched_at = now;
    return row;
  });
}

Done Uploads::drop(UploadId id, const std::string& by) {
  SOGOC_CHECK(database_.write([&]() -> Done {
    database_.run("DELETE FROM uploads WHERE id = ?1 AND by = ?2 AND batch IS NULL", id, by);
    if (database_.changes() == 0) return no_such(id);
    return {};
  }));
  std::error_code ignored;
  std::filesystem::remove(file(id), ignored);
  return {};
}

Done Uploads::became_batch(const std::vector<UploadId>& ids, BatchId batch, const std::string& by) {
  SOGOC_CHECK(database_.write([&]() -> Done {
    for (const UploadId id : ids) database_.run("UPDATE uploads SET batch = ?2 WHERE id = ?1 AND batch IS NULL", id, batch);
    add_event_row(database_, clock_.now(), by, "send_batch", fmt::format("batch {}", batch), fmt::format("{} files", ids.size()));
    return {};
  }));
  std::error_code ignored;
  for (const UploadId id : ids) std::filesystem::remove(file(id), ignored);
  return {};
}

Done Uploads::forget_old(const UploadLimits& limits) {
  std::vector<UploadId> old;
  SOGOC_CHECK(database_.write([&]() -> Done {
    {
      auto query = database_.query("SELECT id FROM uploads WHERE batch IS NULL AND touched_at < ?1", clock_.now() - limits.kept);
      while (query.next()) old.push_back(query.integer(0));
    }
    for (const UploadId id : old) database_.run("DELETE FROM uploads WHERE id = ?1", id);
    return {};
  }));
  std::error_code ignored;
  for (const UploadId id : old) std::filesystem::remove(file(id), ignored);
  return {};
}

}  // namespace sogoc
