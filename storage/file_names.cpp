#include "storage/file_names.hpp"

#include <algorithm>
#include <atomic>

#include <unistd.h>

#include <fmt/format.h>

#include "pipeline/records/document_names.hpp"

namespace sogoc {
namespace {

// Process and time of start: a later process with the same number makes other names.
std::string unique_stem() {
  static const auto start =
      std::filesystem::file_time_type::clock::now().time_since_epoch().count();
  static std::atomic<std::uint64_t> next{0};
  return fmt::format("{}-{}", ::getpid(),
                     static_cast<std::uint64_t>(start) / 1000 * 1000 + next.fetch_add(1));
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 20 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_partial_name(std::string_view text) {
  constexpr std::string_view kEnd = ".partial";
  if (text.size() <= kEnd.size() || text.substr(text.size() - kEnd.size()) != kEnd) return false;
  text.remove_suffix(kEnd.size());
  const std::size_t dash = text.find('-');
  return dash != std::string_view::npos && is_number(text.substr(0, dash)) &&
         is_number(text.substr(dash + 1));
}

}  // namespace

std::string object_name(const Sha256& digest) {
  const std::string hex = to_hex(digest);
  return fmt::format("{}/{}/{}/{}", kObjectsFolder, hex.substr(0, 2), hex.substr(2, 2), hex);
}

std::string next_partial_name() { return "incoming/" + unique_stem() + ".partial"; }

std::filesystem::path partial_beside(const std::filesystem::path& target) {
  std::filesystem::path partial = target;
  partial += "." + unique_stem() + ".partial";
  return partial;
}

std::optional<ArchiveName> parse_archive_name(std::string_view relative) {
  if (relative == kArchiveFile) return ArchiveName{NameKind::archive, {}};
  if (relative == kDatabaseFile || relative == std::string(kDatabaseFile) + "-wal" ||
      relative == std::string(kDatabaseFile) + "-shm")
    return ArchiveName{NameKind::database, {}};
  if (relative == kRunLockFile || relative == kUseLockFile) return ArchiveName{NameKind::lock, {}};

  if (const std::string keys = std::string(kKeysFolder) + "/"; relative.starts_with(keys)) {
    if (!is_name_safe(relative.substr(keys.size()))) return std::nullopt;
    return ArchiveName{NameKind::key, {}};
  }

  if (const std::string uploads = std::string(kUploadsFolder) + "/"; relative.starts_with(uploads)) {
    if (!is_number(relative.substr(uploads.size()))) return std::nullopt;
    return ArchiveName{NameKind::upload, {}};
  }

  if (const std::string trust = std::string(kTrustFolder) + "/"; relative.starts_with(trust)) {
    std::string_view inside = relative.substr(trust.size());
    for (const std::string_view part : {"anchors/", "intermediates/", "keys/"})
      if (inside.starts_with(part)) inside.remove_prefix(part.size());
    if (!is_name_safe(inside)) return std::nullopt;
    return ArchiveName{NameKind::trust, {}};
  }

  const std::string objects = std::string(kObjectsFolder) + "/";
  if (relative.substr(0, objects.size()) != objects) {
    // What a cut-off write_file_durably of archive.json leaves behind.
    const std::string partial = std::string(kArchiveFile) + ".";
    if (relative.substr(0, partial.size()) == partial &&
        is_partial_name(relative.substr(partial.size())))
      return ArchiveName{NameKind::partial, {}};
    return std::nullopt;
  }
  constexpr std::string_view kIncoming = "incoming/";
  const std::string_view inside = relative.substr(objects.size());
  if (inside.substr(0, kIncoming.size()) == kIncoming) {
    if (!is_partial_name(inside.substr(kIncoming.size()))) return std::nullopt;
    return ArchiveName{NameKind::partial, {}};
  }
  if (inside.size() != 6 + 64) return std::nullopt;
  const auto digest = sha256_from_hex(inside.substr(6));
  if (!digest || object_name(*digest) != relative) return std::nullopt;
  return ArchiveName{NameKind::object, digest};
}

}  // namespace sogoc
