#include "models/rule_catalog.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include <toml++/toml.h>

#include "models/toml_table_private.hpp"

namespace sogoc {
namespace {

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
