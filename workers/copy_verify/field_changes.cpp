#include "workers/copy_verify/field_changes.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "workers/copy_verify/finding_table.hpp"

namespace sogoc::verify {
namespace {

std::set<std::string> keys_of(const Value& x, const Value& y) {
  std::set<std::string> keys;
  for (const auto& entry : x.entries) keys.insert(entry.first);
  for (const auto& entry : y.entries) keys.insert(entry.first);
  return keys;
}

bool present(const Value& value) { return value.kind != Value::Kind::null; }

std::array<double, 4> box_of(PdfView& view, const Value& rectangle) {
  std::array<double, 4> box{};
  const Value& array = view.resolve(rectangle);
  if (array.items.size() != box.size()) return box;
  for (std::size_t i = 0; i < box.size(); ++i) box[i] = view.resolve(array.items[i]).number();
  return box;
}

double area(const std::array<double, 4>& box) {
  return std::abs(box[2] - box[0]) * std::abs(box[3] - box[1]);
}

}  // namespace

FieldChanges::FieldChanges(PdfView& before, PdfView& after, ObjectComparison& objects,
                           const ChangeRules& rules, std::vector<Finding>& found)
    : before_(before), after_(after), objects_(objects), rules_(rules), found_(found) {
  bool odd = false;
  for (FormNode& node : form_nodes(before, odd)) {
    objects_.stop_at(node.number);
    nodes_before_.emplace(node.number, std::move(node));
  }
  for (FormNode& node : form_nodes(after, odd)) nodes_after_.emplace(node.number, std::move(node));
  if (odd) add("form_tree_odd");
}

void FieldChanges::add(std::string_view code, std::string subject) {
  found_.push_back(finding(code, std::move(subject)));
}

bool FieldChanges::locked(const std::string& field) const {
  return std::any_of(rules_.locks.begin(), rules_.locks.end(),
                     [&](const FieldLock& lock) { return lock.covers(field); });
}

void FieldChanges::look() {
  for (const auto& [number, node] : nodes_before_) {
    const auto later = nodes_after_.find(number);
    if (later == nodes_after_.end())
      add("field_removed", node.name);
    else if (later->second.parent != node.parent || later->second.name != node.name)
      add("field_changed", node.name);
    else
      compare_field(node);
  }
  for (const auto& [number, node] : nodes_after_)
    if (!nodes_before_.contains(number)) judge_new_field(node);
  compare_form();
}

void FieldChanges::compare_form() {
  const Value& before = before_.get(before_.get(before_.trailer(), "Root"), "AcroForm");
  const Value& after = after_.get(after_.get(after_.trailer(), "Root"), "AcroForm");
  for (const std::string& key : keys_of(before, after)) {
    if (key == "Fields" || objects_.same(before.get(key), after.get(key))) continue;
    if (key == "SigFlags") {
      // Says only that there are signatures: 3 after one was added.
      const Value& flags = after_.get(after, key);
      if (flags.kind != Value::Kind::integer || flags.integer < 1 || flags.integer > 3)
        add("form_changed", "/SigFlags");
    } else if (key == "XFA") {
      add("xfa_changed");
    } else if (key == "DR" && !rules_.permission && signed_later_) {
      // Programs that add a signature put fonts of its mark here; what stood here must stay.
      const Value& old_resources = before_.get(before, key);
      const Value& resources = after_.get(after, key);
      for (const auto& [kind, values] : old_resources.entries)
        for (const auto& [name, value] : before_.resolve(values).entries)
          if (!objects_.same(value, after_.get(resources, kind).get(name)))
            add("fonts_changed", "/AcroForm /DR /" + name);
    } else if (key == "DA" && !rules_.permission && signed_later_ && !present(before.get(key))) {
      continue;
    } else {
      add("form_changed", "/AcroForm /" + key);
    }
  }
}

void FieldChanges::compare_field(const FormNode& node) {
  const Value& before = before_.object(node.number);
  const Value& after = after_.object(node.number);
  if (node.type == "Sig")
    compare_signature_field(node, before, after);
  else
    compare_other_field(node, before, after);
}

void FieldChanges::compare_signature_field(const FormNode& node, const Value& before,
                                           const Value& after) {
  // A widget below its field is signed when the field above is.
  const bool is_widget_only = node.parent != 0 && !present(before_.get(before, "T"));
  const Value& value_before =
      before_.get(is_widget_only ? before_.object(node.parent) : before, "V");
  const Value& value_after = after_.get(is_widget_only ? after_.object(node.parent) : after, "V");
  const bool has_value = present(value_after);
  const bool filled = !present(value_before) && has_value;
  if (filled && !is_widget_only) {
    signed_later_ = true;
    const bool timestamp = after_.get(value_after, "Type").is_name("DocTimeStamp");
    if (locked(node.name))
      add("locked_field_changed", node.name);
    else if (!timestamp && rules_.permission == 1)
      add("signature_not_permitted", node.name);
    else
      add(timestamp ? "timestamp_added" : "signature_added", node.name);
  }
  for (const std::string& key : keys_of(before, after)) {
    if (key == "Kids" || key == "Parent" || objects_.same(before.get(key), after.get(key)))
      continue;
    if (key == "V") {
      if (!filled) add(has_value ? "signature_replaced" : "signature_removed", node.name);
    } else if (key == "AP" || key == "AS" || key == "MK") {
      // A mark may appear when the field is signed, never change afterwards.
      if (!filled || rules_.permission == 1) add("annotation_appearance_changed", node.name);
    } else if (filled &&
               (key == "M" || key == "F" || key == "DR" || key == "P" || key == "Border")) {
      continue;
    } else {
      add(key == "A" || key == "AA" ? "action_added" : "field_changed", node.name + " /" + key);
    }
  }
}

void FieldChanges::compare_other_field(const FormNode& node, const Value& before,
                                       const Value& after) {
  const bool may_fill = rules_.permission && *rules_.permission >= 2;
  bool filled = false, value_changed = false;
  for (const std::string& key : keys_of(before, after)) {
    if (key == "Kids" || key == "Parent" || objects_.same(before.get(key), after.get(key)))
      continue;
    if (key == "V" || key == "AS" || key == "I") {
      filled = value_changed = true;
    } else if (key == "AP" || key == "M") {
      filled = true;
    } else {
      add(key == "A" || key == "AA" ? "action_added" : "field_changed", node.name + " /" + key);
    }
  }
  if (!filled) return;
  // A widget below its field draws the value that the field above holds.
  if (node.parent != 0 && !value_changed && before_.get(before, "T").kind == Value::Kind::null)
    value_changed =
        !objects_.same(before_.object(node.parent).get("V"), after_.object(node.parent).get("V"));
  if (locked(node.name))
    add("locked_field_changed", node.name);
  else if (!value_changed)
    add("annotation_appearance_changed", node.name);
  else
    add(may_fill ? "form_filled" : "field_filled", node.name);
}

bool FieldChanges::draws(const Value& widget) {
  constexpr std::int64_t kHidden = 2;
  const Value& flags = after_.get(widget, "F");
  const bool hidden = flags.kind == Value::Kind::integer && (flags.integer & kHidden) != 0;
  return !hidden && present(after_.get(widget, "AP")) &&
         area(box_of(after_, widget.get("Rect"))) > 0;
}

double FieldChanges::share_of_page(const Value& widget, const Value& page) {
  const Value* node = &page;
  std::array<double, 4> media{0, 0, 612, 792};
  for (int depth = 0; depth < 32 && node->is_dictionary(); ++depth) {
    if (const Value& box = after_.get(*node, "MediaBox"); box.kind == Value::Kind::array) {
      media = box_of(after_, box);
      break;
    }
    node = &after_.get(*node, "Parent");
  }
  return area(box_of(after_, widget.get("Rect"))) / std::max(area(media), 1.0);
}

void FieldChanges::judge_new_field(const FormNode& node) {
  const Value& field = after_.object(node.number);
  new_widgets_.insert(node.number);
  if (node.type != "Sig") {
    add("field_added", node.name);
    return;
  }
  if (present(after_.get(field, "A")) || present(after_.get(field, "AA")))
    add("action_added", node.name);
  const bool is_widget_only = after_.get(field, "T").kind == Value::Kind::null && node.parent != 0;
  if (is_widget_only && nodes_before_.contains(node.parent)) {
    add("annotation_added", node.name);  // a further widget of a field that was there
    return;
  }
  const Value& signature = after_.get(is_widget_only ? after_.object(node.parent) : field, "V");
  if (!signature.is_dictionary()) {
    add("signature_field_added", node.name);
  } else if (after_.get(signature, "Type").is_name("DocTimeStamp")) {
    add(draws(field) ? "timestamp_visible" : "timestamp_added", node.name);
  } else if (rules_.permission) {
    add("signature_field_added", node.name);
  } else if (locked(node.name)) {
    add("locked_field_changed", node.name);
  } else {
    signed_later_ = true;
    add("signature_added", node.name);
  }
}

void FieldChanges::compare_annotations(const Value& before, const Value& after, const Value& page,
                                       const std::string& page_name) {
  // What was there must still be there, in its order; what is new must be allowed.
  std::size_t next = 0;
  for (const Value& written : after.items) {
    const bool is_reference = written.kind == Value::Kind::reference;
    if (next < before.items.size()) {
      const Value& old = before.items[next];
      if (is_reference && old.kind == Value::Kind::reference &&
          old.reference == written.reference) {
        ++next;
        const std::int64_t number = written.reference.number;
        if (nodes_before_.contains(number)) continue;
        if (!objects_.same(before_.object(number), after_.object(number)))
          add(rules_.permission == 3 ? "annotation_may_hide" : "annotation_changed", page_name);
        continue;
      }
      if (!is_reference && old.kind != Value::Kind::reference && objects_.same(old, written)) {
        ++next;
        continue;
      }
    }
    judge_new_annotation(written, page, page_name);
  }
  if (next < before.items.size()) add("annotation_removed", page_name);
}

void FieldChanges::judge_new_annotation(const Value& written, const Value& page,
                                        const std::string& page_name) {
  const Value& annotation = after_.resolve(written);
  const std::int64_t number = written.kind == Value::Kind::reference ? written.reference.number : 0;
  if (new_widgets_.contains(number)) {
    constexpr double kLargeMark = 0.12;  // of a page; a seal with its lines is below 0.06
    if (draws(annotation) && share_of_page(annotation, page) > kLargeMark)
      add("signature_mark_large", page_name);
    return;
  }
  const Value& kind = after_.get(annotation, "Subtype");
  if (rules_.permission != 3 || kind.is_name("Widget") || present(after_.get(annotation, "A")) ||
      present(after_.get(annotation, "AA"))) {
    add("annotation_added", page_name);
  } else if ((kind.is_name("Text") || kind.is_name("Popup")) &&
             !present(after_.get(annotation, "AP"))) {
    add("annotation_permitted", page_name);
  } else {
    add("annotation_may_hide", page_name);
  }
}

}  // namespace sogoc::verify
