#pragma once

// The rules for reading administrative documents: names of types, heads of bodies, titles of
// signers, marks, fixed wording. They are data (models/rules/*.toml) with the days on which they
// are in force, because a new circular must not need new code.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace sogoc {

// Days are ISO 8601 ("2020-03-05") and compare as text. An empty `to` is still in force.
struct RuleTerm {
  std::string from;
  std::string to;
  std::string evidence;  // "C1", "C2", "P", "R", "U": how well the rule is known
  [[nodiscard]] bool covers(std::string_view day) const {
    return from <= day && (to.empty() || day <= to);
  }
};

struct DocumentTypeRule {
  std::string name;                  // "Tờ trình"
  std::string abbreviation;          // "TTr"; empty when the type has none
  std::vector<std::string> aliases;  // whole lines that print this type otherwise
  std::vector<std::string> heads;    // a line that begins so is this type
  bool by_layout = false;            // never printed: known by its layout
  RuleTerm term;
};

struct ArchiveCodesRule {
  std::vector<std::pair<std::string, std::string>> codes;  // code, name of type
  std::string other;                                       // code of every other type
  RuleTerm term;
};

struct OrganHeadRule {
  std::string text;         // "ỦY BAN NHÂN DÂN"
  int level = 1;            // 1 = highest
  bool whole_line = false;  // a longer line is not this body
  bool needs_more = false;  // alone it is no name: the next line completes it
  RuleTerm term;
};

struct RuleList {
  std::string key;
  std::vector<std::string> items;
  RuleTerm term;
};

// The rules of one day.
struct DocumentRules {
  std::vector<DocumentTypeRule> types;
  std::vector<OrganHeadRule> organ_heads;
  std::vector<RuleList> lists;
  // The items of every list of that key, in file order.
  [[nodiscard]] std::vector<std::string> items(std::string_view key) const;
};

// Everything under models/rules. Immutable after loading: safe to share between threads.
class RuleCatalog {
 public:
  // Strict: an unknown key, a mistyped value, a missing list or a wrong date is an error, and one
  // message names every problem. Fails with missing_model when the folder or a file is absent.
  [[nodiscard]] static Result<RuleCatalog> load(const std::filesystem::path& folder);

  // What held on that day ("YYYY-MM-DD").
  [[nodiscard]] DocumentRules in_force(std::string_view day) const;
  // Code of a type in the archives' list of the day of digitizing; "" when no list holds then.
  [[nodiscard]] std::string archive_code(std::string_view type_name, std::string_view today) const;

 private:
  RuleCatalog() = default;
  std::vector<DocumentTypeRule> types_;
  std::vector<ArchiveCodesRule> archive_codes_;
  std::vector<OrganHeadRule> organ_heads_;
  std::vector<RuleList> lists_;
};

// Keys of the lists that the reader needs: each must be in the files, and no other may.
[[nodiscard]] const std::vector<std::string>& rule_list_keys();

}  // namespace sogoc
