#pragma once

// Strict reading of one TOML table, shared by the catalogues of this folder: every key that is not
// taken is an error, and one message names every problem of a file, so that a person repairs it
// once and not line by line.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "models/rule_catalog.hpp"

namespace sogoc {

class Problems {
 public:
  void add(const std::string& file, const toml::source_region& where, std::string_view what);
  void add(const std::string& file, std::string_view what);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// One table of a file: takes the known keys out and reports what is left. Keeps references: the
// table, the file's name and the problems must outlive it.
class TableReader {
 public:
  TableReader(const std::string& file, const toml::table& table, Problems& problems)
      : file_(file), table_(table), problems_(problems) {}

  [[nodiscard]] bool has(const char* key) const { return table_.contains(key); }
  std::string text(const char* key, bool required);
  bool flag(const char* key);
  int number(const char* key, int least, int most);
  // A number with or without a fraction; `otherwise` when the key is absent.
  double measure(const char* key, double least, double most, double otherwise);
  std::vector<double> measures(const char* key, std::size_t how_many, double least, double most,
                               std::vector<double> otherwise);
  std::vector<std::string> texts(const char* key, bool required);
  // One of `allowed`; the first of them when the key is absent.
  std::string choice(const char* key, const std::vector<std::string>& allowed);
  // A table below this one; null when absent.
  const toml::table* table(const char* key, bool required);
  // Tables below this one, none when absent; each must be read by its own TableReader.
  std::vector<const toml::table*> tables(const char* key, bool required);
  std::string evidence();
  RuleTerm term();
  // "effective_from" and "effective_to" of what mostly holds at all times: both may be absent. Without evidence.
  RuleTerm open_term();
  void finish();
  void complain(std::string_view what) { problems_.add(file_, table_.source(), what); }

 private:
  const toml::node* take(const char* key, bool required);
  std::string day(const char* key, bool required);
  RuleTerm checked(RuleTerm term);
  const std::string& file_;
  const toml::table& table_;
  Problems& problems_;
  std::set<std::string> known_;
};

}  // namespace sogoc
