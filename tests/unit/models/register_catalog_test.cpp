#include "models/register_catalog.hpp"

#include <unistd.h>

#include <fstream>
#include <set>

#include <gtest/gtest.h>

namespace sogoc {
namespace {

namespace fs = std::filesystem;
const fs::path kShipped = fs::path(SOGOC_SOURCE_DIR) / "models" / "registers";

constexpr const char* kCodes =
    "[[list]]\nkey = \"sex\"\nevidence = \"P\"\n"
    "[[list.value]]\ncode = \"1\"\ntext = \"Nam\"\nalso = [\"Trai\"]\n"
    "[[list.value]]\ncode = \"2\"\ntext = \"Nữ\"\neffective_from = \"2010-01-01\"\neffective_to = \"2019-12-31\"\n";
constexpr const char* kBars = "[[bar]]\nsource = \"print\"\nleast = 0.95\n[[bar]]\nsource = \"print\"\nkind = \"name\"\nleast = 0.99\n"
    "[[bar]]\nsource = \"print\"\nform = \"form\"\nleast = 0.97\n";
constexpr const char* kBook =
    "kind = \"KS\"\nopens = \"so\"\nevidence = \"P\"\n"
    "[[layout]]\nid = \"ks-table\"\nform = \"table\"\ntitles = [\"Sổ đăng ký khai sinh\"]\n"
    "[[field]]\nkey = \"so\"\nkind = \"entry_number\"\nbinding = true\nlabels = [\"Số\"]\n"
    "[[field]]\nkey = \"nksGioiTinh\"\nkind = \"sex\"\nlabels = [\"Giới tính\"]\ncodes = \"sex\"\n";

class Registers : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "sogoc-registers-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    write("codes.toml", kCodes);
    write("sure.toml", kBars);
    write("ks.toml", kBook);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const char* file, const std::string& text) const { std::ofstream(folder_ / file) << text; }
  // The book's file with one of its parts exchanged.
  [[nodiscard]] std::string mistakes(const std::string& part, const std::string& instead) const {
    std::string text = kBook;
    const std::size_t at = text.find(part);
    if (at == std::string::npos) return "the part is not there";
    write("ks.toml", text.replace(at, part.size(), instead));
    const auto loaded = RegisterCatalog::load(folder_);
    EXPECT_EQ(loaded.has_value(), false) << instead;
    if (loaded) return "";
    EXPECT_EQ(loaded.error().code, ErrorCode::corrupt);
    EXPECT_EQ(mistakes_in_register_file(folder_ / "ks.toml", folder_ / "codes.toml").value(), loaded.error().message);
    return loaded.error().message;
  }

  fs::path folder_;
};

TEST_F(Registers, ShippedTemplatesAreWholeAndTheirBindingFieldsHaveLabels) {
  const auto catalog = RegisterCatalog::load(kShipped);
  ASSERT_TRUE(catalog) << to_string(catalog.error());
  std::set<std::string> kinds;
  for (const RegisterTemplate& known : catalog->all()) {
    kinds.insert(known.kind);
    EXPECT_NE(known.field(known.opens), nullptr) << known.id;
    for (const RegisterField& field : known.fields)
      EXPECT_FALSE(field.binding && field.labels.empty()) << known.id << " " << field.key;
  }
  for (const char* kind : {"KS", "KH", "KT", "CMC", "HN"}) EXPECT_TRUE(kinds.contains(kind)) << kind;
}

TEST_F(Registers, AreReadWithTheirFieldsCodesAndTerms) {
  const auto catalog = RegisterCatalog::load(folder_);
  ASSERT_TRUE(catalog) << to_string(catalog.error());
  const auto found = catalog->find("ks-table");
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->field("so")->binding);
  EXPECT_FALSE(found->field("nksGioiTinh")->binding);
  const CodeList* sex = catalog->codes("sex");
  ASSERT_NE(sex, nullptr);
  ASSERT_EQ(sex->values.size(), 2U);
  EXPECT_EQ(sex->values[0].also, std::vector<std::string>{"Trai"});
  EXPECT_EQ(sex->values[0].valid_from + sex->values[0].valid_to, "");
  EXPECT_EQ(sex->values[1].valid_from, "2010-01-01");
  EXPECT_EQ(sex->values[1].valid_to, "2019-12-31");
  EXPECT_EQ(catalog->codes("colour"), nullptr);
  EXPECT_EQ(catalog->find("kh-table").error().code, ErrorCode::not_found);
}

TEST_F(Registers, AKindsOwnBarComesBeforeTheOneForAllAndWhatHasNoneIsNeverSure) {
  const auto catalog = RegisterCatalog::load(folder_);
  ASSERT_TRUE(catalog);
  const auto bar = [&](RegisterForm form, RegisterValueKind kind, const char* source) {
    return catalog->sure_from(form, kind, source);
  };
  EXPECT_EQ(bar(RegisterForm::table, RegisterValueKind::name, "print"), 0.99);
  EXPECT_EQ(bar(RegisterForm::table, RegisterValueKind::date, "print"), 0.95);
  EXPECT_EQ(bar(RegisterForm::table, RegisterValueKind::date, "handwriting"), 1);
  EXPECT_EQ(bar(RegisterForm::form, RegisterValueKind::name, "print"), 0.99);
  EXPECT_EQ(bar(RegisterForm::form, RegisterValueKind::date, "print"), 0.97);
}

TEST_F(Registers, NameEveryMistakeOfATemplate) {
  const std::vector<std::array<std::string, 3>> faults = {
      {"opens = \"so\"", "opens = \"number\"", "'opens' names no field"},
      {"kind = \"sex\"", "kind = \"gender\"", "kind"},
      {"codes = \"sex\"", "codes = \"colour\"", "there is no code list 'colour'"},
      {"codes = \"sex\"", "pattern = \"[\"", "no regular expression"},
      {"key = \"nksGioiTinh\"", "key = \"so\"", "stands here twice"},
      {"key = \"so\"", "key = \"số\"", "must be letters and figures"},
      {"id = \"ks-table\"", "id = \"ks table\"", "must be letters, figures and '-'"},
      {"labels = [\"Số\"]", "", "labels"},
      {"binding = true", "bindng = true", "unknown key 'bindng'"},
      {"evidence = \"P\"", "evidence = \"X\"", "evidence"}};
  for (const auto& [part, instead, told] : faults)
    EXPECT_NE(mistakes(part, instead).find(told), std::string::npos) << instead << ": " << mistakes(part, instead);
}

TEST_F(Registers, RefuseATermThatEndsBeforeItBegins) {
  write("codes.toml", "[[list]]\nkey = \"sex\"\nevidence = \"P\"\n[[list.value]]\ncode = \"1\"\ntext = \"Nam\"\n"
                      "effective_from = \"2020-01-01\"\neffective_to = \"2019-01-01\"\n");
  const auto loaded = RegisterCatalog::load(folder_);
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().message.find("before 'effective_from'"), std::string::npos) << loaded.error().message;
}

TEST_F(Registers, RefuseOneLayoutInTwoFilesAndAFileThatIsNoToml) {
  write("more.toml", kBook);
  EXPECT_NE(RegisterCatalog::load(folder_).error().message.find("stands in two places"), std::string::npos);
  write("more.toml", "kind = [");
  EXPECT_NE(RegisterCatalog::load(folder_).error().message.find("more.toml"), std::string::npos);
}

TEST_F(Registers, ThatAreNotThereSayWhereTheyBelong) {
  fs::remove(folder_ / "sure.toml");
  const auto loaded = RegisterCatalog::load(folder_);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::missing_model);
  EXPECT_NE(loaded.error().message.find("SOGOC_REGISTERS"), std::string::npos);
}

}  // namespace
}  // namespace sogoc
