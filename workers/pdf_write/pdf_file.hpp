#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// A PDF file in the making, written by PoDoFo while objects arrive: streams go to the disk at
// once, dictionaries stay in memory until finish(). Objects are stated as PDF text
// ("<< /Type /Font ... 12 0 R ... >>"), which keeps their makers pure and testable.
//
// Owner:  owns the open file; a file that is not finished is worthless, its maker removes it.
// Thread: belongs to one thread at a time.
// Fails:  with no_space or internal; a full disk is found at finish() at the latest.
class PdfFile {
 public:
  [[nodiscard]] static Result<std::unique_ptr<PdfFile>> create(const std::filesystem::path& path);
  ~PdfFile();
  PdfFile(const PdfFile&) = delete;
  PdfFile& operator=(const PdfFile&) = delete;

  // An object number for a dictionary that is defined later; it must be.
  [[nodiscard]] Result<int> reserve();
  [[nodiscard]] Done define(int number, const std::string& dictionary);
  [[nodiscard]] Result<int> add(const std::string& dictionary);

  // Streams. `dictionary` is without /Length; deflated adds the filter itself.
  [[nodiscard]] Result<int> add_deflated(const std::string& dictionary,
                                         std::span<const std::uint8_t> bytes);
  [[nodiscard]] Result<int> add_plain(const std::string& dictionary, std::string_view text);
  // The bytes of `file` as they are.
  [[nodiscard]] Result<int> add_file(const std::string& dictionary,
                                     const std::filesystem::path& file);

  // A page after the others; `entries` are its keys without /Type and /Parent.
  [[nodiscard]] Done add_page(const std::string& entries);

  // Ends the file: `catalog` holds further keys of the catalog, `id` makes the file's identifier.
  [[nodiscard]] Done finish(const std::string& catalog,
                            const std::vector<std::pair<std::string, std::string>>& info,
                            const Sha256& id);

 private:
  struct Inside;
  explicit PdfFile(std::unique_ptr<Inside> inside);
  [[nodiscard]] Done close_page_group();

  std::unique_ptr<Inside> inside_;
};

}  // namespace sogoc
