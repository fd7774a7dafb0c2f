#include "workers/copy_verify/changes.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "workers/copy_verify/field_changes.hpp"
#include "workers/copy_verify/finding_table.hpp"
#include "workers/copy_verify/object_comparison.hpp"
#include "workers/copy_verify/xmp_text.hpp"

namespace sogoc::verify {
namespace {

constexpr std::size_t kMaxPageNodes = 200'000;

std::set<std::string> keys_of(const Value& x, const Value& y) {
  std::set<std::string> keys;
  for (const auto& entry : x.entries) keys.insert(entry.first);
  for (const auto& entry : y.entries) keys.insert(entry.first);
  return keys;
}

class Changes {
 public:
  Changes(PdfView& before, PdfView& after, const ChangeRules& rules)
      : before_(before), after_(after), rules_(rules), objects_(before, after) {}

  std::vector<Finding> look() {
    const Value& root_before = before_.trailer().get("Root");
    const Value& root_after = after_.trailer().get("Root");
    if (root_before.kind != Value::Kind::reference || root_after.kind != Value::Kind::reference ||
        root_before.reference != root_after.reference) {
      found_.push_back(finding("catalog_replaced"));
      return std::move(found_);
    }
    objects_.stop_at(root_before.reference.number);
    list_pages(before_.resolve(root_before).get("Pages"));
    FieldChanges fields(before_, after_, objects_, rules_, found_);
    for (const std::int64_t annotation : annotations_) objects_.stop_at(annotation);
    fields.look();
    compare_pages(before_.resolve(root_before).get("Pages"),
                  after_.resolve(root_after).get("Pages"), fields);
    compare_catalog(before_.resolve(root_before), after_.resolve(root_after));
    compare_information();
    return std::move(found_);
  }

 private:
  void add(std::string_view code, std::string subject = "") {
    found_.push_back(finding(code, std::move(subject)));
  }

  // Pages and what lies over them refer to each other in circles: each is looked at in its own
  // turn.
  void list_pages(const Value& top) {
    std::vector<const Value*> open{&top};
    while (!open.empty()) {
      const Value& here = *open.back();
      open.pop_back();
      if (here.kind != Value::Kind::reference || listed_.size() >= kMaxPageNodes ||
          !listed_.insert(here.reference.number).second)
        continue;
      objects_.stop_at(here.reference.number);
      const Value& node = before_.resolve(here);
      for (const Value& kid : before_.get(node, "Kids").items) open.push_back(&kid);
      for (const Value& annotation : before_.get(node, "Annots").items)
        if (annotation.kind == Value::Kind::reference)
          annotations_.insert(annotation.reference.number);
    }
  }

  void compare_pages(const Value& top_before, const Value& top_after, FieldChanges& fields) {
    struct Pair {
      const Value* before;
      const Value* after;
    };
    std::vector<Pair> open{{&top_before, &top_after}};
    std::set<std::int64_t> seen;
    std::size_t page = 0;
    while (!open.empty()) {
      const Pair pair = open.back();
      open.pop_back();
      if (pair.before->kind != Value::Kind::reference ||
          pair.after->kind != Value::Kind::reference ||
          pair.before->reference != pair.after->reference) {
        add("page_replaced", fmt::format("page {}", page + 1));
        continue;
      }
      if (!seen.insert(pair.before->reference.number).second) continue;
      const Value& before = before_.resolve(*pair.before);
      const Value& after = after_.resolve(*pair.after);
      const Value& kids_before = before_.get(before, "Kids");
      const Value& kids_after = after_.get(after, "Kids");
      if (kids_before.kind != Value::Kind::array && kids_after.kind != Value::Kind::array) {
        compare_page(before, after, fmt::format("page {}", ++page), fields);
        continue;
      }
      for (const std::string& key : keys_of(before, after))
        if (key != "Kids" && !objects_.same(before.get(key), after.get(key)))
          add("page_tree_changed", key);
      if (kids_before.items.size() != kids_after.items.size())
        add(kids_before.items.size() < kids_after.items.size() ? "page_added" : "page_removed");
      for (std::size_t i = std::min(kids_before.items.size(), kids_after.items.size()); i-- > 0;)
        open.push_back({&kids_before.items[i], &kids_after.items[i]});
    }
  }

  void compare_page(const Value& before, const Value& after, const std::string& page,
                    FieldChanges& fields) {
    for (const std::string& key : keys_of(before, after)) {
      if (key == "Annots") {
        fields.compare_annotations(before_.resolve(before.get(key)), after_.resolve(after.get(key)),
                                   after, page);
      } else if (key == "Tabs" || key == "LastModified" ||
                 objects_.same(before.get(key), after.get(key))) {
        continue;  // the order of the tab key, a date
      } else if (key == "Contents") {
        add("page_content_changed", page);
      } else if (key == "Resources") {
        const bool fonts = !objects_.same(before_.get(before, key).get("Font"),
                                          after_.get(after, key).get("Font"));
        add(fonts ? "fonts_changed" : "page_resources_changed", page);
      } else if (key.ends_with("Box") || key == "Rotate" || key == "UserUnit") {
        add("page_box_changed", page);
      } else {
        add(key == "AA" ? "action_added" : "page_changed", page + " /" + key);
      }
    }
  }

  void compare_catalog(const Value& before, const Value& after) {
    for (const std::string& key : keys_of(before, after)) {
      if (key == "Pages" || key == "AcroForm") {
        if (before.get(key).kind == Value::Kind::reference &&
            after.get(key).kind == Value::Kind::reference && key == "Pages" &&
            before.get(key).reference != after.get(key).reference)
          add("page_tree_changed");
        continue;
      }
      if (objects_.same(before.get(key), after.get(key))) continue;
      if (key == "DSS") {
        add("validation_data_added");
      } else if (key == "Extensions" || key == "Version") {
        if (rules_.permission && key == "Version") add("catalog_changed", "/Version");
      } else if (key == "Metadata") {
        compare_metadata(before_.resolve(before.get(key)), after_.resolve(after.get(key)));
      } else if (key == "OpenAction" || key == "AA" || key == "URI") {
        add("action_added", "/" + key);
      } else if (key == "Names" || key == "Dests" || key == "AF") {
        add("names_changed", "/" + key);
      } else if (key == "OCProperties") {
        add("layers_changed");
      } else if (key == "Perms") {
        add("permissions_changed");
      } else if (key == "StructTreeRoot" || key == "MarkInfo") {
        add("structure_tree_changed");
      } else {
        add("catalog_changed", "/" + key);
      }
    }
  }

  void compare_metadata(const Value& before, const Value& after) {
    const auto text_before = before_.decoded(before, 4u << 20);
    const auto text_after = after_.decoded(after, 4u << 20);
    const bool dates_only = text_before && text_after &&
                            without_change_dates({text_before->begin(), text_before->end()}) ==
                                without_change_dates({text_after->begin(), text_after->end()});
    if (dates_only)
      add("information_updated");
    else
      add(rules_.permission ? "metadata_of_certified_changed" : "metadata_changed");
  }

  // The information dictionary: programs that save an update set its date and their own name.
  void compare_information() {
    const Value& before = before_.get(before_.trailer(), "Info");
    const Value& after = after_.get(after_.trailer(), "Info");
    bool updated = false;
    for (const std::string& key : keys_of(before, after)) {
      if (objects_.same(before.get(key), after.get(key))) continue;
      if (key == "ModDate" || key == "Producer")
        updated = true;
      else
        add("information_changed", "/" + key);
    }
    if (updated) add("information_updated");
  }

  PdfView& before_;
  PdfView& after_;
  const ChangeRules& rules_;
  ObjectComparison objects_;
  std::set<std::int64_t> listed_, annotations_;
  std::vector<Finding> found_;
};

// The index of the last revision must build on the signed one, and lead back into signed bytes only
// where the signed index led too.
void check_sections(PdfBytes& file, PdfView& before, PdfView& after, std::vector<Finding>& found) {
  const auto& old_sections = before.sections();
  const auto& all = after.sections();
  const std::size_t added =
      all.size() >= old_sections.size() ? all.size() - old_sections.size() : 0;
  bool builds_on = all.size() >= old_sections.size();
  for (std::size_t i = 0; builds_on && i < old_sections.size(); ++i)
    builds_on = all[added + i].at == old_sections[i].at;
  if (!builds_on) {
    found.push_back(finding("revision_chain_broken"));
    return;
  }
  for (std::size_t i = 0; i < added; ++i) {
    if (all[i].at < before.end()) found.push_back(finding("index_rewritten"));
    if (all[i].hybrid_at != 0) found.push_back(finding("hybrid_update"));
    for (const auto& [number, entry] : all[i].entries) {
      if (entry.type != XrefEntry::Type::at_offset || entry.place >= before.end()) continue;
      const XrefEntry* signed_entry = before.entry(number);
      if (signed_entry == nullptr || *signed_entry != entry) {
        found.push_back(finding("index_rewritten", fmt::format("object {}", number)));
        return;
      }
    }
  }
  if (const auto problem = unaccounted(file, after, before.end()))
    found.push_back(finding(*problem));
}

}  // namespace

std::vector<Finding> changes_between(PdfBytes& file, PdfView& before, PdfView& after,
                                     const ChangeRules& rules) {
  std::vector<Finding> found;
  check_sections(file, before, after, found);
  for (Finding& one : Changes(before, after, rules).look()) found.push_back(std::move(one));
  // One of a kind about one thing says enough.
  std::vector<Finding> different;
  for (Finding& one : found) {
    const bool said = std::any_of(different.begin(), different.end(), [&](const Finding& other) {
      return other.code == one.code && other.subject == one.subject;
    });
    if (!said) different.push_back(std::move(one));
  }
  return different;
}

}  // namespace sogoc::verify
