#pragma once

// What a person wants to know when a run ends: documents, and every page that needs them and why.

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "storage/archive.hpp"

namespace sogoc {

struct NeedsPerson {
  std::string where;    // "3:12" for a page, "file 3:2" for a file that could not be opened
  std::string file;     // as received
  int page = 0;         // page of the file, from 1; 0 = the whole file
  std::string state;    // needs_person, quarantined, restricted
  std::string why;
};

struct Summary {
  std::vector<DocumentRow> documents;
  std::vector<NeedsPerson> needs_person;
};

[[nodiscard]] Result<Summary> summarize(Archive& archive, std::optional<BatchId> batch);
[[nodiscard]] nlohmann::ordered_json needs_person_json(const Summary& summary);
void print_documents(const Summary& summary);     // one line a document
void print_needs_person(const Summary& summary);  // one line a page; nothing when there is none

}  // namespace sogoc
