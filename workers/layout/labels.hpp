#pragma once

// Printed labels and heads as they are read, against those a template knows. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "models/register_catalog.hpp"

namespace sogoc::layout {

// How alike two wordings are, 0..1, without tone marks, case and punctuation.
[[nodiscard]] double alikeness(std::string_view read, std::string_view known);

// The heads over one column, from the group's to the column's own.
using HeadPath = std::vector<std::string>;

// How well the heads name the field, 0..1. `main` are the heads of the template's own subject, which
// need not be said.
[[nodiscard]] double head_score(const HeadPath& heads, const RegisterField& field,
                                const std::vector<std::string>& main);

// Of a template: the groups of the first field that has any.
[[nodiscard]] std::vector<std::string> main_heads(const RegisterTemplate& form);

struct ColumnMatch {
  std::vector<int> field_of;   // for each column: index of its field, -1 = none
  std::vector<double> scores;  // of that match
  double confidence = 0;       // that the table follows this template, 0..1
};
[[nodiscard]] ColumnMatch match_columns(const std::vector<HeadPath>& columns,
                                        const RegisterTemplate& form, std::string_view title);

}  // namespace sogoc::layout
