#include "models/rule_catalog.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include <fmt/format.h>

#include <toml++/toml.h>

namespace sogoc {
namespace {

// Collects every problem, so that a person repairs a file once and not line by line.
class Problems {
 public:
  void add(const std::string& file, const toml::source_region& where, std::string_view what) {
    text_ += fmt::format("{}{} line {}: {}", text_.empty() ? "" : "; ", file, where.begin.line, what);
  }
  void add(const std::string& file, std::string_view what) {
    text_ += fmt::format("{}{}: {}", text_.empty() ? "" : "; ", file, what);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

bool is_iso_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const std::size_t i : {0u, 1u, 2u, 3u, 5u, 6u, 8u, 9u})
    if (text[i] < '0' || text[i] > '9') return false;
  const int month = (text[5] - '0') * 10 + text[6] - '0', day = (text[8] - '0') * 10 + text[9] - '0';
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

// One table of a file: takes the known keys out and reports what is left.
class TableReader {
 public:
  TableReader(const std::string& file, const toml::table& table, Problems& problems)
      : file_(file), table_(table), problems_(problems) {}

  std::string text(const char* key, bool required) {
    const toml::node* node = take(key, required);
    if (node == nullptr) return {};
    if (const auto* value = node->as_string(); value != nullptr && !value->get().empty())
      return value->get();
    problems_.add(file_, node->source(), fmt::format("'{}' must be a text that is not empty", key));
    return {};
  }
  bool flag(const char* key) {
    const toml::node* node = take(key, false);
    if (node == nullptr) return false;
    if (const auto* value = node->as_boolean()) return value->get();
    problems_.add(file_, node->source(), fmt::format("'{}' must be true or false", key));
    return false;
  }
  int number(const char* key, int least, int most) {
    const toml::node* node = take(key, true);
    if (node == nullptr) return least;
    const auto* value = node->as_integer();
    if (value != nullptr && value->get() >= least && value->get() <= most)
      return static_cast<int>(value->get());
    problems_.add(file_, node->source(), fmt::format("'{}' must be {} to {}", key, least, most));
    return least;
  }
  std::vector<std::string> texts(const char* key, bool required) {
    std::vector<std::string> found;
    const toml::node* node = take(key, required);
    if (node == nullptr) return found;
    const auto* array = node->as_array();
    if (array == nullptr || array->empty()) {
      problems_.add(file_, node->source(), fmt::format("'{}' must be a list of texts", key));
      return found;
    }
    for (const toml::node& item : *array) {
      if (const auto* value = item.as_string(); value != nullptr && !value->get().empty())
        found.push_back(value->get());
      else
        problems_.add(file_, item.source(), fmt::format("'{}' holds something that is no text", key));
    }
    return found;
  }
  RuleTerm term() {
    RuleTerm term{day("effective_from", true), day("effective_to", false), text("evidence", true)};
    static constexpr std::array kMarks{"C1", "C2", "P", "R", "U", "C1-draft"};
    if (!term.evidence.empty() && std::find(kMarks.begin(), kMarks.end(), term.evidence) == kMarks.end())
      problems_.add(file_, table_.source(), "'evidence' must be C1, C1-draft, C2, P, R or U");
    if (!term.to.empty() && term.to < term.from)
      problems_.add(file_, table_.source(), "'effective_to' is before 'effective_from'");
    return term;
  }
  void finish() {
    for (const auto& [key, node] : table_)
      if (!known_.contains(std::string(key.str())))
        problems_.add(file_, node.source(), fmt::format("unknown key '{}'", key.str()));
  }
  void complain(std::string_view what) { problems_.add(file_, table_.source(), what); }

 private:
  const toml::node* take(const char* key, bool required) {
    known_.insert(key);
    const toml::node* node = table_.get(key);
    if (node == nullptr && required)
      problems_.add(file_, table_.source(), fmt::format("'{}' is missing", key));
    return node;
  }
  std::string day(const char* key, bool required) {
    std::string value = text(key, required);
    if (!value.empty() && !is_iso_day(value)) {
      problems_.add(file_, table_.source(), fmt::format("'{}' must be a day YYYY-MM-DD", key));
      return {};
    }
    return value;
  }
  const std::string& file_;
  const toml::table& table_;
  Problems& problems_;
  std::set<std::string> known_;
};

constexpr std::array kFiles{"document_types.toml", "organs.toml", "marks.toml",
                            "signers.toml",        "phrases.toml", "places.toml"};

}  // namespace

const std::vector<std::string>& rule_list_keys() {
  static const std::vector<std::string> keys{
      "organ_continuations", "organ_words",    "secrecy_marks",  "secrecy_labels", "secrecy_stamps", "urgency_marks",
      "draft_marks",         "signing_powers", "signer_titles",  "title_prefixes", "signed_words",
      "name_ranks",          "family_names",   "national_title", "national_motto", "party_title",
      "number_labels",       "subject_labels", "addressed_to",   "recipients",     "body_starts",
      "body_headings",       "attachment_heads", "places",         "heads_of_bodies", "organ_names"};
  return keys;
}

std::vector<std::string> DocumentRules::items(std::string_view key) const {
  std::vector<std::string> found;
  for (const RuleList& list : lists)
    if (list.key == key) found.insert(found.end(), list.items.begin(), list.items.end());
  return found;
}

Result<RuleCatalog> RuleCatalog::load(const std::filesystem::path& folder) {
  RuleCatalog catalog;
  Problems problems;
  for (const char* name : kFiles) {
    const std::filesystem::path path = folder / name;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored))
      return fail(ErrorCode::missing_model, Retry::after_operator, path.string(),
                  "the rules are not there: install models/rules again or name its folder");
    const std::string file = name;
    toml::table root;
    try {  // Debian builds toml++ with exceptions; none leaves this adapter
      root = toml::parse_file(path.string());
    } catch (const toml::parse_error& error) {
      problems.add(file, error.source(), error.description());
      continue;
    }
    for (const auto& [key, node] : root) {
      const std::string kind{key.str()};
      const auto* tables = node.as_array();
      const bool known = kind == "document_type" || kind == "archive_codes" ||
                         kind == "organ_group" || kind == "list";
      if (!known || tables == nullptr || !tables->is_homogeneous<toml::table>()) {
        problems.add(file, node.source(), fmt::format("unknown key '{}'", kind));
        continue;
      }
      for (const toml::node& item : *tables) {
        TableReader table(file, *item.as_table(), problems);
        if (kind == "document_type") {
          DocumentTypeRule type;
          type.name = table.text("name", true);
          type.abbreviation = table.text("abbreviation", false);
          type.aliases = table.texts("aliases", false);
          type.heads = table.texts("heads", false);
          type.by_layout = table.flag("by_layout");
          type.term = table.term();
          catalog.types_.push_back(std::move(type));
        } else if (kind == "archive_codes") {
          ArchiveCodesRule rule;
          for (const std::string& code : table.texts("codes", true)) {
            if (code.size() < 4 || code[2] != ' ')
              table.complain("'codes' holds '" + code + "': want two digits, a blank and a name");
            else
              rule.codes.emplace_back(code.substr(0, 2), code.substr(3));
          }
          rule.other = table.text("other", true);
          rule.term = table.term();
          catalog.archive_codes_.push_back(std::move(rule));
        } else if (kind == "organ_group") {
          OrganHeadRule head;
          head.level = table.number("level", 1, 9);
          head.whole_line = table.flag("whole_line");
          head.needs_more = table.flag("needs_more");
          const std::vector<std::string> heads = table.texts("heads", true);
          head.term = table.term();
          for (const std::string& text : heads) {
            head.text = text;
            catalog.organ_heads_.push_back(head);
          }
        } else {
          RuleList list;
          list.key = table.text("key", true);
          const auto& keys = rule_list_keys();
          if (!list.key.empty() && std::find(keys.begin(), keys.end(), list.key) == keys.end())
            table.complain("unknown list '" + list.key + "'");
          list.items = table.texts("items", true);
          list.term = table.term();
          catalog.lists_.push_back(std::move(list));
        }
        table.finish();
      }
    }
  }
  if (problems.text().empty()) {  // with other problems these would only be their echo
    for (const std::string& key : rule_list_keys())
      if (std::none_of(catalog.lists_.begin(), catalog.lists_.end(),
                       [&](const RuleList& list) { return list.key == key; }))
        problems.add("lists", "list '" + key + "' is missing");
    if (catalog.types_.empty()) problems.add("document_types.toml", "no document_type");
    if (catalog.archive_codes_.empty()) problems.add("document_types.toml", "no archive_codes");
    if (catalog.organ_heads_.empty()) problems.add("organs.toml", "no organ_group");
  }
  if (!problems.text().empty())
    return fail(ErrorCode::usage, Retry::after_operator, folder.string(),
                "repair the rules: " + problems.text());
  return catalog;
}

DocumentRules RuleCatalog::in_force(std::string_view day) const {
  DocumentRules rules;
  const auto keep = [&](const auto& from, auto& to) {
    for (const auto& rule : from)
      if (rule.term.covers(day)) to.push_back(rule);
  };
  keep(types_, rules.types);
  keep(organ_heads_, rules.organ_heads);
  keep(lists_, rules.lists);
  return rules;
}

std::string RuleCatalog::archive_code(std::string_view type_name, std::string_view today) const {
  for (const ArchiveCodesRule& rule : archive_codes_) {
    if (!rule.term.covers(today)) continue;
    for (const auto& [code, name] : rule.codes)
      if (name == type_name) return code;
    return rule.other;
  }
  return {};
}

}  // namespace sogoc
