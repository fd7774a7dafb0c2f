#pragma once

// Every name inside an archive, made and parsed here only.
//
//   archive  = "archive.json"                    identity and format version
//            | "catalogue.sqlite" ["-wal"|"-shm"]  the database
//            | "objects/" object
//            | "locks/" ("run"|"use")            empty, for flock
//            | "uploads/" number                  what is being sent, until it is a batch
//            | "keys/" name                      of the coordinator, for workers on other machines
//   object   = xx "/" xx "/" digest              xx: the digest's first and second two digits
//            | "incoming/" number "-" number ".partial"
//   digest   = 64 lower-case hex digits          SHA-256 of the bytes

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/core/digest.hpp"

namespace sogoc {

inline constexpr std::string_view kArchiveFile = "archive.json";
inline constexpr std::string_view kDatabaseFile = "catalogue.sqlite";
inline constexpr std::string_view kObjectsFolder = "objects";
inline constexpr std::string_view kLocksFolder = "locks";
inline constexpr std::string_view kKeysFolder = "keys";
inline constexpr std::string_view kUploadsFolder = "uploads";
inline constexpr std::string_view kTrustFolder = "trust";  // of workers/trust, which describes it
inline constexpr std::string_view kRunLockFile = "locks/run";
inline constexpr std::string_view kUseLockFile = "locks/use";

enum class NameKind : std::uint8_t { archive, database, object, partial, lock, key, trust, upload };

struct ArchiveName {
  NameKind kind = NameKind::object;
  std::optional<Sha256> digest;  // object only
};

// "objects/ab/cd/abcd..." relative to the archive.
[[nodiscard]] std::string object_name(const Sha256& digest);
// "incoming/PID-N.partial" relative to the objects folder; unique in this process and among
// living processes.
[[nodiscard]] std::string next_partial_name();
// A name in the same folder that nobody else uses: "OUT.pdf.PID-N.partial".
[[nodiscard]] std::filesystem::path partial_beside(const std::filesystem::path& target);

// A path relative to the archive; nothing when the archive does not make such a file.
[[nodiscard]] std::optional<ArchiveName> parse_archive_name(std::string_view relative);

}  // namespace sogoc
