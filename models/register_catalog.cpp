#include "models/register_catalog.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <regex>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <toml++/toml.h>

#include "models/toml_table_private.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<RegisterValueKind, std::string_view>, 16> kKindNames{{
    {RegisterValueKind::text, "text"},
    {RegisterValueKind::name, "name"},
    {RegisterValueKind::date, "date"},
    {RegisterValueKind::date_in_words, "date_in_words"},
    {RegisterValueKind::number, "number"},
    {RegisterValueKind::entry_number, "entry_number"},
    {RegisterValueKind::book_number, "book_number"},
    {RegisterValueKind::page_number, "page_number"},
    {RegisterValueKind::place, "place"},
    {RegisterValueKind::sex, "sex"},
    {RegisterValueKind::ethnicity, "ethnicity"},
    {RegisterValueKind::nationality, "nationality"},
    {RegisterValueKind::id, "id"},
    {RegisterValueKind::code, "code"},
    {RegisterValueKind::signature, "signature"},
    {RegisterValueKind::note, "note"},
}};

constexpr const char* kCodesFile = "codes.toml";
constexpr const char* kBarsFile = "sure.toml";

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const auto& [kind, text] : kKindNames) names.emplace_back(text);
  return names;
}

bool is_key(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool is_pattern(const std::string& text) {
  try {
    const std::regex tried(text);
    return true;
  } catch (const std::regex_error&) {
    return false;
  }
}

const CodeList* list_named(const std::vector<CodeList>& lists, std::string_view key) {
  const auto found = std::find_if(lists.begin(), lists.end(),
                                  [&](const CodeList& list) { return list.key == key; });
  return found == lists.end() ? nullptr : &*found;
}

RegisterField read_field(const std::string& file, const toml::table& table,
                         const std::vector<CodeList>& codes, Problems& problems) {
  TableReader reader(file, table, problems);
  RegisterField field;
  field.key = reader.text("key", true);
  if (!field.key.empty() && !is_key(field.key))
    reader.complain(fmt::format("the key '{}' must be letters and figures", field.key));
  std::vector<std::string> kinds = kind_names();
  const std::string kind = reader.choice("kind", kinds);
  field.kind = register_value_kind_named(kind).value_or(RegisterValueKind::text);
  field.binding = reader.flag("binding");
  field.labels = reader.texts("labels", true);
  field.under = reader.texts("under", false);
  field.codes = reader.text("codes", false);
  if (!field.codes.empty() && list_named(codes, field.codes) == nullptr)
    reader.complain(fmt::format("field '{}': there is no code list '{}'", field.key, field.codes));
  if (field.kind == RegisterValueKind::code && field.codes.empty())
    reader.complain(fmt::format("field '{}' of kind code needs 'codes'", field.key));
  field.pattern = reader.text("pattern", false);
  if (!field.pattern.empty() && !is_pattern(field.pattern))
    reader.complain(
        fmt::format("field '{}': its pattern is no regular expression", field.key));
  reader.finish();
  return field;
}

std::vector<RegisterTemplate> read_templates(const std::string& file, const toml::table& root,
                                             const std::vector<CodeList>& codes,
                                             Problems& problems) {
  TableReader reader(file, root, problems);
  const std::string kind = reader.text("kind", true);
  const std::string opens = reader.text("opens", true);
  reader.evidence();
  std::vector<RegisterField> fields;
  std::set<std::string> keys;
  for (const toml::table* table : reader.tables("field", true)) {
    fields.push_back(read_field(file, *table, codes, problems));
    if (!keys.insert(fields.back().key).second)
      problems.add(file, table->source(),
                   fmt::format("the field '{}' stands here twice", fields.back().key));
  }
  if (!opens.empty() && !keys.contains(opens))
    reader.complain(fmt::format("'opens' names no field: '{}'", opens));
  std::vector<RegisterTemplate> found;
  for (const toml::table* table : reader.tables("layout", true)) {
    TableReader layout(file, *table, problems);
    RegisterTemplate made;
    made.id = layout.text("id", true);
    if (!made.id.empty() && !is_key(made.id))
      layout.complain(fmt::format("the id '{}' must be letters, figures and '-'", made.id));
    made.form = layout.choice("form", {"table", "form"}) == "form" ? RegisterForm::form
                                                                   : RegisterForm::table;
    made.titles = layout.texts("titles", true);
    layout.finish();
    made.kind = kind;
    made.opens = opens;
    made.fields = fields;
    found.push_back(std::move(made));
  }
  reader.finish();
  return found;
}

std::vector<CodeList> read_codes(const std::string& file, const toml::table& root,
                                 Problems& problems) {
  TableReader reader(file, root, problems);
  std::vector<CodeList> lists;
  for (const toml::table* table : reader.tables("list", true)) {
    TableReader one(file, *table, problems);
    CodeList list;
    list.key = one.text("key", true);
    one.evidence();
    for (const toml::table* row : one.tables("value", true)) {
      TableReader value(file, *row, problems);
      CodeValue made{value.text("code", true), value.text("text", true), value.texts("also", false), "", ""};
      const RuleTerm term = value.open_term();
      made.valid_from = term.from;
      made.valid_to = term.to;
      list.values.push_back(std::move(made));
      value.finish();
    }
    one.finish();
    if (list_named(lists, list.key) != nullptr)
      one.complain(fmt::format("the code list '{}' stands here twice", list.key));
    lists.push_back(std::move(list));
  }
  reader.finish();
  return lists;
}

std::vector<SureBar> read_bars(const std::string& file, const toml::table& root,
                               Problems& problems) {
  TableReader reader(file, root, problems);
  std::vector<SureBar> bars;
  for (const toml::table* table : reader.tables("bar", true)) {
    TableReader one(file, *table, problems);
    SureBar bar;
    const std::string kind = one.text("kind", false);
    bar.kind = register_value_kind_named(kind);
    if (!kind.empty() && !bar.kind)
      one.complain(fmt::format("'kind' must be one of {}", fmt::join(kind_names(), ", ")));
    if (table->contains("form"))
      bar.form = one.choice("form", {"table", "form"}) == "form" ? RegisterForm::form
                                                                 : RegisterForm::table;
    bar.source = one.choice("source", {"print", "handwriting", "mixed"});
    bar.least = one.measure("least", 0, 2, 1);
    one.finish();
    bars.push_back(std::move(bar));
  }
  reader.finish();
  return bars;
}

// Nothing, with the reason among the problems, when the file is no TOML.
std::optional<toml::table> parsed(const fs::path& path, Problems& problems) {
  try {
    return toml::parse_file(path.string());
  } catch (const toml::parse_error& error) {
    problems.add(path.filename().string(), error.source(), error.description());
    return std::nullopt;
  }
}

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

}  // namespace

std::string_view name(RegisterValueKind kind) {
  for (const auto& [known, text] : kKindNames)
    if (known == kind) return text;
  return {};
}

std::optional<RegisterValueKind> register_value_kind_named(std::string_view text) {
  for (const auto& [kind, known] : kKindNames)
    if (known == text) return kind;
  return std::nullopt;
}

std::string_view name(RegisterForm form) { return form == RegisterForm::form ? "form" : "table"; }

const RegisterField* RegisterTemplate::field(std::string_view key) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const RegisterField& field) { return field.key == key; });
  return found == fields.end() ? nullptr : &*found;
}

Result<RegisterCatalog> RegisterCatalog::load(const fs::path& folder) {
  if (!is_file(folder / kCodesFile) || !is_file(folder / kBarsFile))
    return fail(ErrorCode::missing_model, Retry::after_operator, folder.string(),
                "the folder with the register templates is not there or not whole; set "
                "SOGOC_REGISTERS to models/registers of the source");
  RegisterCatalog catalog;
  Problems problems;
  if (const auto root = parsed(folder / kCodesFile, problems))
    catalog.codes_ = read_codes(kCodesFile, *root, problems);
  if (const auto root = parsed(folder / kBarsFile, problems))
    catalog.bars_ = read_bars(kBarsFile, *root, problems);
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ".toml" && entry.path().filename() != kCodesFile &&
        entry.path().filename() != kBarsFile)
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::set<std::string> ids;
  for (const fs::path& path : files) {
    const std::string file = path.filename().string();
    const auto root = parsed(path, problems);
    if (!root) continue;
    for (RegisterTemplate& made : read_templates(file, *root, catalog.codes_, problems)) {
      if (!ids.insert(made.id).second)
        problems.add(file, fmt::format("the layout '{}' stands in two places", made.id));
      catalog.templates_.push_back(std::move(made));
    }
  }
  if (!problems.text().empty())
    return fail(ErrorCode::corrupt, Retry::after_operator, folder.string(), problems.text());
  return catalog;
}

Result<RegisterTemplate> RegisterCatalog::find(std::string_view id) const {
  for (const RegisterTemplate& made : templates_)
    if (made.id == id) return made;
  return fail(ErrorCode::not_found, Retry::never, std::string(id),
              "there is no such register layout; `sogoc template check` lists them");
}

const CodeList* RegisterCatalog::codes(std::string_view key) const {
  return list_named(codes_, key);
}

double RegisterCatalog::sure_from(RegisterForm form, RegisterValueKind kind,
                                  std::string_view source) const {
  double least = 1;
  int said = -1;
  for (const SureBar& bar : bars_) {
    if (bar.source != source || (bar.kind && *bar.kind != kind) || (bar.form && *bar.form != form))
      continue;
    const int says = (bar.kind ? 2 : 0) + (bar.form ? 1 : 0);
    if (says > said) said = says, least = bar.least;
  }
  return least;
}

Result<std::string> mistakes_in_register_file(const fs::path& file, const fs::path& codes_file) {
  if (!is_file(file))
    return fail(ErrorCode::not_found, Retry::never, file.string(), "there is no such file");
  Problems problems;
  std::vector<CodeList> codes;
  const bool is_codes = file.filename() == kCodesFile;
  if (is_file(codes_file)) {
    Problems of_codes;  // told when that file is checked itself
    if (const auto root = parsed(codes_file, of_codes))
      codes = read_codes(kCodesFile, *root, of_codes);
  }
  if (const auto root = parsed(file, problems)) {
    const std::string shown = file.filename().string();
    if (is_codes)
      (void)read_codes(shown, *root, problems);
    else if (shown == kBarsFile)
      (void)read_bars(shown, *root, problems);
    else
      (void)read_templates(shown, *root, codes, problems);
  }
  return problems.text();
}

Result<fs::path> find_registers_folder() {
  if (const char* given = std::getenv("SOGOC_REGISTERS"); given != nullptr && *given != '\0')
    return fs::path(given);
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& folder :
       {program.parent_path() / "share" / "sogoc" / "registers",
        fs::path("/usr/share/sogoc/registers"), fs::path(SOGOC_SOURCE_REGISTERS)})
    if (is_file(folder / kCodesFile)) return folder;
  return fail(ErrorCode::missing_model, Retry::after_operator, "registers",
              "the register templates are missing; set SOGOC_REGISTERS to models/registers of the "
              "source");
}

}  // namespace sogoc
