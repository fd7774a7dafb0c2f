#pragma once

// A PDF as one moment of its life shows it: the revisions up to a byte position, nothing after.
// The same reader gives the signed revision and the last one, so that they can be compared.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "workers/copy_verify/pdf_value.hpp"

namespace sogoc::verify {

struct XrefEntry {
  enum class Type : std::uint8_t { free, at_offset, packed };
  Type type = Type::free;
  std::uint64_t place = 0;      // byte offset, or number of the object stream
  std::int64_t generation = 0;  // or the index in the object stream
  friend bool operator==(const XrefEntry&, const XrefEntry&) = default;
};

// One cross-reference section: what one save added.
struct XrefSection {
  std::uint64_t at = 0;         // where startxref or /Prev points
  std::uint64_t hybrid_at = 0;  // its /XRefStm, 0 when there is none
  Value trailer;
  std::map<std::int64_t, XrefEntry> entries;
};

// What is wrong with how the file is built. `object` 0: the file as a whole.
struct StructureProblem {
  std::string code;  // a finding code
  std::int64_t object = 0;
};

// The bytes and what all views of them share. Nothing is copied.
// Thread: belongs to one thread.
struct PdfBytes {
  Bytes bytes;
  std::size_t values_left = kMaxValues;
  std::size_t decoded_left = 256u << 20;  // bytes that streams may still unpack to
};

class PdfView {
 public:
  // The revisions in bytes [0, end). Nothing when no chain of cross-reference sections can be
  // followed; `problem` then says why in a finding code.
  [[nodiscard]] static std::optional<PdfView> read(PdfBytes& file, std::size_t end,
                                                   std::string& problem);

  [[nodiscard]] const Value& trailer() const { return sections_.front().trailer; }
  [[nodiscard]] const std::vector<XrefSection>& sections() const {
    return sections_;
  }  // newest first
  [[nodiscard]] std::size_t end() const { return end_; }
  [[nodiscard]] const XrefEntry* entry(std::int64_t number) const;
  [[nodiscard]] std::size_t object_count() const { return merged_.size(); }

  // The object of that number; null when it does not exist or cannot be read (then a problem is
  // kept).
  [[nodiscard]] const Value& object(std::int64_t number);
  // Follows references (a chain of at most a few).
  [[nodiscard]] const Value& resolve(const Value& value);
  [[nodiscard]] const Value& get(const Value& dictionary, std::string_view key) {
    return resolve(dictionary.get(key));
  }
  // A stream's bytes after FlateDecode or no filter, at most `cap`; nothing for other filters.
  [[nodiscard]] std::optional<std::vector<std::uint8_t>> decoded(const Value& stream,
                                                                 std::size_t cap);
  [[nodiscard]] Bytes raw(const Value& stream) const;
  [[nodiscard]] bool is_packed(std::int64_t number) const;
  [[nodiscard]] const std::vector<StructureProblem>& problems() const { return problems_; }

 private:
  struct Packed {
    std::vector<std::uint8_t> bytes;
    std::vector<std::pair<std::int64_t, std::size_t>> offsets;
  };
  explicit PdfView(PdfBytes& file, std::size_t end) : file_(&file), end_(end) {}
  [[nodiscard]] bool read_chain(std::uint64_t start, std::string& problem);
  [[nodiscard]] bool read_section(std::uint64_t at, XrefSection& section, std::string& problem);
  [[nodiscard]] bool read_table(ValueReader& reader, XrefSection& section);
  [[nodiscard]] bool read_xref_stream(std::uint64_t at, XrefSection& section);
  [[nodiscard]] std::optional<Value> read_object(std::uint64_t at, std::int64_t number,
                                                 std::int64_t generation, bool length_by_reference);
  [[nodiscard]] std::optional<Value> read_packed(const XrefEntry& entry, std::int64_t number);
  void keep_problem(std::string code, std::int64_t object);
  [[nodiscard]] Bytes seen() const { return file_->bytes.first(end_); }

  PdfBytes* file_;
  std::size_t end_;
  std::vector<XrefSection> sections_;
  std::unordered_map<std::int64_t, XrefEntry> merged_;
  std::unordered_map<std::int64_t, std::unique_ptr<Value>> objects_;
  std::unordered_map<std::int64_t, std::unique_ptr<Packed>> packed_;
  std::set<std::int64_t> opening_;
  std::vector<StructureProblem> problems_;
};

// Where the last "%%EOF" of bytes [0, end) ends; nothing when there is none.
[[nodiscard]] std::optional<std::size_t> last_end_mark(Bytes bytes, std::size_t end);

// Everything in [from, view.end()) must be an object that the view's sections list at that place, a
// cross-reference section, startxref, %%EOF or white space. The first that is not, as a finding
// code.
[[nodiscard]] std::optional<std::string> unaccounted(PdfBytes& file, PdfView& view,
                                                     std::size_t from);

}  // namespace sogoc::verify
