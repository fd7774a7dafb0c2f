#pragma once

// Which signatures a file shows, and what exactly each of them covers. The bytes decide: the hole
// that /ByteRange leaves must be /Contents, no more and no less.

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "workers/copy_verify/pdf_view.hpp"

namespace sogoc::verify {

// What a field is, wherever it stands in the tree.
struct FormNode {
  std::int64_t number = 0;     // its object; 0 for one written inside its parent
  std::int64_t parent = 0;     // the field above, 0 at the top
  std::string name;            // fully qualified
  std::string type;            // "Sig", "Tx", ..., inherited
  bool has_signature = false;  // a signature field with a value
};
// The form's fields and their widgets, in file order. A tree that loops or is deeper than any
// real form is cut; `odd` then says so.
[[nodiscard]] std::vector<FormNode> form_nodes(PdfView& view, bool& odd);

struct FieldLock {
  enum class Action : std::uint8_t { all, include, exclude };
  Action action = Action::all;
  std::set<std::string> fields;
  [[nodiscard]] bool covers(const std::string& field) const;
};

struct FoundSignature {
  std::string field;
  std::int64_t field_number = 0;
  std::int64_t value_number = 0;  // 0: written inside the field
  bool document_timestamp = false;
  std::string sub_filter;
  std::string stated_name, stated_time;  // /Name, /M
  std::vector<std::uint8_t> contents;    // the hole, decoded, padding included
  std::uint64_t hole_begin = 0, hole_end = 0;
  std::uint64_t covered_end = 0;      // the signed revision is [0, covered_end)
  std::optional<int> permission;      // DocMDP: 1, 2, 3; a value we do not know counts as 1
  std::vector<FieldLock> locks;       // FieldMDP
  std::vector<std::string> problems;  // finding codes; not empty: its bytes cannot be checked
};

[[nodiscard]] std::vector<FoundSignature> find_signatures(PdfBytes& file, PdfView& view);

// What /Perms of the catalogue grants: the P of the certification signature.
[[nodiscard]] std::optional<int> certified_permission(PdfView& view);

// Signature dictionaries that any revision wrote and that are not among `found`: offsets.
[[nodiscard]] std::vector<std::uint64_t> forgotten_signatures(
    PdfBytes& file, PdfView& view, const std::vector<FoundSignature>& found);

}  // namespace sogoc::verify
