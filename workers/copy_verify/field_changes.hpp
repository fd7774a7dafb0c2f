#pragma once

// The part of changes.hpp that looks into forms and annotations: here alone later changes may be
// allowed, so here attacks hide.

#include <map>
#include <string>
#include <vector>

#include "workers/copy_verify/changes.hpp"
#include "workers/copy_verify/object_comparison.hpp"

namespace sogoc::verify {

class FieldChanges {
 public:
  // Lists the fields of both moments; the comparison then stops at them.
  FieldChanges(PdfView& before, PdfView& after, ObjectComparison& objects, const ChangeRules& rules,
               std::vector<Finding>& found);
  // The form and every field.
  void look();
  // The /Annots of a page. Call after look().
  void compare_annotations(const Value& before, const Value& after, const Value& page,
                           const std::string& page_name);

 private:
  void add(std::string_view code, std::string subject = "");
  void compare_form();
  void compare_field(const FormNode& node);
  void compare_signature_field(const FormNode& node, const Value& before, const Value& after);
  void compare_other_field(const FormNode& node, const Value& before, const Value& after);
  void judge_new_field(const FormNode& node);
  void judge_new_annotation(const Value& written, const Value& page, const std::string& page_name);
  [[nodiscard]] bool draws(const Value& widget);
  [[nodiscard]] double share_of_page(const Value& widget, const Value& page);
  [[nodiscard]] bool locked(const std::string& field) const;

  PdfView& before_;
  PdfView& after_;
  ObjectComparison& objects_;
  const ChangeRules& rules_;
  std::vector<Finding>& found_;
  std::map<std::int64_t, FormNode> nodes_before_, nodes_after_;
  std::set<std::int64_t> new_widgets_;  // of new fields; already judged
  bool signed_later_ = false;
};

}  // namespace sogoc::verify
