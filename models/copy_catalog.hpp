#pragma once

// The forms of certified copies and of the papers that come with them: wording, layout and which
// signatures stand where. They are data (models/copies/*.toml), each version with the days on
// which it is in force and each part with an evidence mark. How to write one: models/copies/README.md.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "models/rule_catalog.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// One paragraph of a form. `text` may hold <b>, <i> and {key} or {key|upper}.
struct CopyLine {
  std::string text;
  std::string when;      // shown only when the copy has this value; "" = always
  std::string align;     // "left", "center", "right", "justify"
  double size_pt = 13;
  bool bold = false, italic = false;
  double rule_share = 0;  // a line below, this share of the text's width; 0 = none
  double space_mm = 0;    // above
};

struct CopyRow {
  std::string label, text, when;
};

enum class CopyPartKind : std::uint8_t { head, text, fields, table, excerpt, rule, signers };

struct CopyPart {
  CopyPartKind kind = CopyPartKind::text;
  std::string evidence;         // of its wording and place
  std::string when;
  double space_mm = 0;          // above
  std::vector<CopyLine> lines;  // text: the paragraphs; head, signers: the left column
  std::vector<CopyLine> right;  // head, signers
  double split = 0.5;           // head, signers: share of the left column
  double indent_mm = 0;         // text, excerpt: of first lines
  double label_share = 0.35;    // fields, table
  double size_pt = 13;          // fields, table, excerpt
  std::string not_written;      // fields: stands for a value that the register does not have
  std::vector<CopyRow> rows;    // table
  double rule_share = 1;        // rule
  bool qr = false;              // signers: the QR symbol, below the left column
  std::string signature;        // signers: role whose field stands here, over the last right line
  std::vector<CopyLine> appearance;  // signers: what that field shows
};

// The text at the top right of the first page.
struct CopyBlock {
  std::string evidence;
  std::string signature;  // role whose field it is; "" = plain text
  std::vector<CopyLine> lines;
};

// What stands below the picture of an imported page.
struct CopyBand {
  std::string evidence;
  std::vector<CopyLine> lines;       // the conversion mark: on every imported page
  std::vector<CopyLine> frame_note;  // only on a page with a framed entry
  bool qr = false;                   // on the last imported page
};

enum class Wanted : std::uint8_t { none, optional, required };

struct CopyTemplate {
  std::string kind;
  RuleTerm term;
  std::string title;               // of the file
  std::string form;                // value {form}: "Sao y"
  Wanted images = Wanted::none, fields = Wanted::none, qr = Wanted::none;
  bool images_first = true;
  std::vector<std::string> signatures;  // roles in the order of signing
  bool may_be_unsigned = false;
  std::string footer;              // of every page; knows {page} and {pages}
  std::string continued;           // head of the sheet's second page and later ones
  std::vector<double> paper_mm;    // width, height of the sheet
  std::vector<double> margins_mm;  // top, right, bottom, left
  CopyBlock block;
  CopyBand band;
  std::vector<CopyPart> parts;     // none: the copy has no sheet of its own
};

// Everything under models/copies. Immutable after loading: safe to share between threads.
class CopyCatalog {
 public:
  // Strict: an unknown key, an unknown {placeholder}, a mistyped value, overlapping versions are
  // errors, and one message names every problem. Fails with missing_model when the folder or the
  // file of a kind is absent, with usage when a file is wrong.
  [[nodiscard]] static Result<CopyCatalog> load(const std::filesystem::path& folder);
  // Only the file of one kind: what a copy worker needs.
  [[nodiscard]] static Result<CopyCatalog> load_kind(const std::filesystem::path& folder,
                                                     std::string_view kind);

  // The template of that kind in force on that day; fails with not_found.
  [[nodiscard]] Result<CopyTemplate> in_force(std::string_view kind, std::string_view day) const;
  // The version that begins on exactly that day; fails with not_found.
  [[nodiscard]] Result<CopyTemplate> version(std::string_view kind,
                                             std::string_view effective_from) const;
  [[nodiscard]] const std::vector<CopyTemplate>& all() const { return templates_; }

 private:
  std::vector<CopyTemplate> templates_;
};

// Kinds of copy and of paper, each in models/copies/<kind>.toml.
[[nodiscard]] const std::vector<std::string>& copy_kinds();
// The values that a template may name as {key}.
[[nodiscard]] const std::vector<std::string>& copy_value_keys();
// Names between { and } of a text, without "|upper"; the text was checked by load().
[[nodiscard]] std::vector<std::string> placeholders_of(std::string_view text);
// The keys without which this template cannot be filled; those under a `when` are left out.
[[nodiscard]] std::vector<std::string> required_values(const CopyTemplate& form);

}  // namespace sogoc
