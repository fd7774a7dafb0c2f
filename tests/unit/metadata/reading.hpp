#pragma once

// Shared by the tests of this folder: read an invented document and ask for its fields.

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/letter_builder.hpp"
#include "workers/metadata/rule_metadata_reader.hpp"

namespace sogoc::testing {

inline MetadataReader& shared_reader() {
  static const std::unique_ptr<MetadataReader> reader = [] {
    auto made = make_rule_metadata_reader(std::string(SOGOC_SOURCE_DIR) + "/models/rules", "2026-11-22");
    if (!made) throw std::runtime_error(to_string(made.error()));
    return std::move(*made);
  }();
  return *reader;
}

struct ReadFields {
  std::map<std::string, MetadataField> fields;
  std::vector<std::string> doubts;
  const MetadataField& operator[](const std::string& key) const { return fields.at(key); }
  [[nodiscard]] std::string value(const std::string& key) const { return fields.at(key).value; }
  [[nodiscard]] ValueState state(const std::string& key) const { return fields.at(key).state; }
};

inline ReadFields read_fields(const std::vector<PageRecord>& pages) {
  const Result<DocumentMetadata> metadata = shared_reader().read(pages);
  ReadFields read;
  if (!metadata) {
    ADD_FAILURE() << to_string(metadata.error());
    return read;
  }
  for (const MetadataField& field : metadata->fields) read.fields[field.key] = field;
  read.doubts = metadata->doubts;
  return read;
}
inline ReadFields read_fields(const LetterBuilder& builder) { return read_fields(builder.pages()); }

inline void expect_fields(const ReadFields& read, const std::map<std::string, std::string>& wanted) {
  for (const auto& [key, value] : wanted) EXPECT_EQ(read.value(key), value) << key;
}

// A decision of a provincial department: the frame of many tests.
inline LetterBuilder decision() {
  LetterBuilder letter;
  letter.left("ỦY BAN NHÂN DÂN TỈNH HẢI AN").left("SỞ TÀI CHÍNH").left("Số: 125/QĐ-STC");
  letter.motto().right("Hải An, ngày 05 tháng 3 năm 2024").gap();
  letter.centre("QUYẾT ĐỊNH").centre("Về việc ban hành Quy chế làm việc của Sở Tài chính").gap();
  letter.centre("GIÁM ĐỐC SỞ TÀI CHÍNH");
  letter.body();
  return letter;
}

}  // namespace sogoc::testing
