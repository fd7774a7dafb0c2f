#pragma once

// An incremental revision of a file of ours: changed and new objects, a classic table, a trailer.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/core/result.hpp"
#include "workers/pades/pades.hpp"
#include "workers/pades/raw_pdf.hpp"

namespace sogoc::pades {

// A dictionary of the file with some of its keys changed; everything else is its own text.
class ChangedDictionary {
 public:
  explicit ChangedDictionary(const RawDictionary& base);
  void set(std::string_view key, std::string value);  // replaces, or adds at the end
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
};

// "[1 0 R]" with one reference more.
[[nodiscard]] std::string with_reference(std::string_view array, int number);

// Thread: belongs to one thread; refers to `base`, which must live longer.
class Revision {
 public:
  explicit Revision(const RawPdf& base) : base_(base), next_(base.size()) {}

  [[nodiscard]] int add(std::string body);  // the number of a new object
  [[nodiscard]] int add_stream(const std::vector<std::uint8_t>& bytes);
  void replace(int number, std::string body);

  // Writes `to`: the file, then this revision. With `signature`, the number of a signature
  // dictionary of this revision: settles its /ByteRange and says where its hole is.
  [[nodiscard]] Done write(const std::filesystem::path& from, const std::filesystem::path& to);
  [[nodiscard]] Result<SignatureHole> write_with_hole(const std::filesystem::path& from,
                                                      const std::filesystem::path& to,
                                                      int signature);

 private:
  // The text of the revision, and where each object's body stands in the finished file.
  [[nodiscard]] std::string text(std::map<int, std::size_t>& bodies) const;
  [[nodiscard]] Done write_file(const std::filesystem::path& from, const std::filesystem::path& to,
                                std::string_view appended) const;

  const RawPdf& base_;
  int next_;
  std::map<int, std::string> objects_;
};

}  // namespace sogoc::pades
