// docs/metadata.schema.json says what the metadata file holds: the reader must agree with it.

#include <fstream>

#include <nlohmann/json.hpp>

#include "pipeline/core/names.hpp"
#include "pipeline/core/record_json.hpp"
#include "tests/unit/metadata/reading.hpp"

namespace sogoc::testing {
namespace {

using Json = nlohmann::ordered_json;

Json schema() {
  std::ifstream file(std::string(SOGOC_SOURCE_DIR) + "/docs/metadata.schema.json");
  EXPECT_TRUE(file) << "docs/metadata.schema.json is missing";
  return Json::parse(file);
}

TEST(MetadataSchema, NamesTheFieldsInTheirOrder) {
  std::vector<std::string> keys;
  const Json document = schema();
  for (const auto& [key, value] : document["properties"].items()) keys.push_back(key);
  EXPECT_EQ(keys, metadata_keys());
  EXPECT_EQ(document["required"].get<std::vector<std::string>>(), metadata_keys());
}

TEST(MetadataSchema, KnowsEveryState) {
  const Json document = schema();
  std::vector<std::string> states;
  for (const auto& [state, text] : kValueStateNames) states.emplace_back(text);
  EXPECT_EQ(document["$defs"]["field"]["properties"]["state"]["enum"].get<std::vector<std::string>>(), states);
}

TEST(MetadataSchema, HoldsForADocument) {
  const Result<DocumentMetadata> metadata = shared_reader().read(decision().pages());
  ASSERT_TRUE(metadata);
  const Json written = Json::parse(metadata_json(*metadata));
  const Json document = schema();
  const Json& field_schema = document["$defs"]["field"];
  std::vector<std::string> keys;
  for (const auto& [key, field] : written.items()) {
    keys.push_back(key);
    for (const std::string wanted : field_schema["required"]) EXPECT_TRUE(field.contains(wanted)) << key << " " << wanted;
    for (const auto& [name, value] : field.items())
      EXPECT_TRUE(field_schema["properties"].contains(name)) << key << " " << name;
    EXPECT_TRUE(field["value"].is_string());
    EXPECT_EQ(field["box"].size(), 4u);
    EXPECT_GE(field["confidence"].get<double>(), 0.0);
    EXPECT_LE(field["confidence"].get<double>(), 1.0);
  }
  EXPECT_EQ(keys, metadata_keys());
}

}  // namespace
}  // namespace sogoc::testing
