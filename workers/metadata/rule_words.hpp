#pragma once

// The rules of one day, folded once, with the questions that the blocks ask of them.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/rule_catalog.hpp"
#include "workers/metadata/sheet.hpp"

namespace sogoc::metadata {

// One list of wordings.
class Wordings {
 public:
  Wordings() = default;
  explicit Wordings(const std::vector<std::string>& items);
  // The item that the whole text, its beginning or some place in it resembles; nullptr = none.
  [[nodiscard]] const std::string* is(std::string_view text) const;
  [[nodiscard]] const std::string* begins(std::string_view text) const;
  // The one item within so many wrong letters; nullptr when there is none or more than one, or
  // when the text is shorter than ten letters.
  [[nodiscard]] const std::string* nearest(std::string_view text, int errors) const;
  // Another item has the same letters with other tone marks.
  [[nodiscard]] bool has_twin(std::size_t item) const;
  [[nodiscard]] bool stands_in(std::string_view text) const;
  [[nodiscard]] const std::vector<std::string>& items() const { return items_; }
  [[nodiscard]] const std::vector<std::string>& folded_items() const { return folded_; }

 private:
  std::vector<std::string> items_;
  std::vector<std::string> folded_;
};

class RuleWords {
 public:
  explicit RuleWords(DocumentRules rules);

  struct TypeMatch {
    const DocumentTypeRule* type = nullptr;
    std::string rest;        // what follows the name on the line
    double certainty = 1;
  };
  // The type that a line prints; nothing when two types are equally near.
  [[nodiscard]] std::optional<TypeMatch> type_of(std::string_view line) const;
  [[nodiscard]] const DocumentTypeRule* type_named(std::string_view name) const;
  [[nodiscard]] const DocumentTypeRule* letter() const;  // the type known by its layout

  struct OrganMatch {
    int level = 1;
    bool needs_more = false;
    bool alone = false;  // the line is the head and nothing else
  };
  [[nodiscard]] std::optional<OrganMatch> organ_of(std::string_view line) const;

  // "KT. GIÁM ĐỐC": a power to sign for someone. Gives the power as it should be written.
  [[nodiscard]] bool begins_with_power(std::string_view line) const;
  // A line that begins with a title, perhaps after PHÓ.
  [[nodiscard]] bool begins_with_title(std::string_view line) const;
  // Title of the head of a body, "" when the rules do not say.
  [[nodiscard]] std::string head_of(std::string_view organ) const;
  [[nodiscard]] bool is_family_name(std::string_view syllable) const;
  // The family name that differs from the syllable only by its tone, when the syllable is none and
  // there is one such ("Đỉnh": Đinh); else the syllable as it is.
  [[nodiscard]] std::string as_family_name(const std::string& syllable) const;

  [[nodiscard]] const Wordings& list(std::string_view key) const;
  [[nodiscard]] const DocumentRules& rules() const { return rules_; }

 private:
  struct FoldedType {
    const DocumentTypeRule* type;
    std::string name;    // as written
    std::string folded;
    bool head_only;      // the line begins so, and all of it belongs to the subject
  };
  struct FoldedHead {
    const OrganHeadRule* head;
    std::string folded;
  };
  DocumentRules rules_;
  std::vector<FoldedType> types_;
  std::vector<FoldedHead> heads_;  // longest first
  std::map<std::string, Wordings, std::less<>> lists_;
};

// Cuts a word that is two words of a known wording run together ("SỞY TẾ"), its box by the share
// of its letters.
void part_glued(std::vector<Word>& words, const Wordings& known);

// Puts tone marks back where words have the letters of a known wording; a wording of one word only
// where the reading was doubtful.
// Names of places come with `only_doubtful`: a commune may differ from a province by its tone alone.
void restore_tones(std::vector<Word>& words, const Wordings& known, bool only_doubtful = false);

}  // namespace sogoc::metadata
