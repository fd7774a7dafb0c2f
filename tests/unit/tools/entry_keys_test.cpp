#include "pipeline/records/entry_keys.hpp"

#include <gtest/gtest.h>

#include "tools/sogoc/entry_forms.hpp"

namespace sogoc {
namespace {

// What the clerk looks for by person, date and place is what the templates say is one.
TEST(EntryKeys, AreGroupedAsTheTemplatesSay) {
  const auto forms = EntryForms::load();
  ASSERT_TRUE(forms);
  int fields = 0;
  for (const std::string& kind : forms->kinds()) {
    const EntryForm* form = forms->find("", kind);
    if (form == nullptr) continue;
    for (const FormField& field : form->fields) {
      const KeyGroup group = group_of_key(field.key);
      // Officers who wrote or signed are names too, but nobody who is looked for.
      const bool officer = field.key == "nguoiKy" || field.key == "nguoiThucHien" || field.key == "giaoVien";
      if (field.kind == FieldKind::name && !officer) { EXPECT_EQ(group, KeyGroup::person) << field.key; }
      if (field.kind == FieldKind::date) { EXPECT_EQ(group, KeyGroup::date) << field.key; }
      if (field.kind == FieldKind::place) { EXPECT_EQ(group, KeyGroup::place) << field.key; }
      if (field.kind == FieldKind::entry_number) { EXPECT_EQ(group, KeyGroup::number) << field.key; }
      ++fields;
    }
  }
  EXPECT_GT(fields, 80);
}

}  // namespace
}  // namespace sogoc
