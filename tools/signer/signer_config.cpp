#include "tools/signer/signer_config.hpp"

#include <toml++/toml.h>

#include <set>

#include <fmt/format.h>

namespace sogoc {
namespace {

namespace fs = std::filesystem;

// One table of the file: takes what it knows and counts the rest as problems.
class Section {
 public:
  Section(std::string name, const toml::table& table, std::vector<std::string>& problems)
      : name_(std::move(name)), table_(table), problems_(problems) {}

  std::string text(const char* key, bool required = false) {
    return value<std::string>(key, required, "a text").value_or("");
  }
  bool flag(const char* key) { return value<bool>(key, false, "true or false").value_or(false); }
  int number(const char* key, int otherwise, int least, int most) {
    const auto found = value<std::int64_t>(key, false, "a number");
    if (!found) return otherwise;
    if (*found < least || *found > most)
      problem(fmt::format("{} must be from {} to {}", path(key), least, most));
    return static_cast<int>(*found);
  }
  std::vector<std::string> texts(const char* key, bool required = true) {
    known_.insert(key);
    std::vector<std::string> all;
    if (!required && !table_.contains(key)) return all;
    const toml::array* array = table_[key].as_array();
    if (array == nullptr) {
      problem(path(key) + " must be a list of texts");
      return all;
    }
    for (const toml::node& node : *array)
      if (const auto text = node.value_exact<std::string>()) all.push_back(*text);
    if (all.size() != array->size()) problem(path(key) + " must be a list of texts");
    return all;
  }
  const toml::table* table(const char* key) {
    known_.insert(key);
    if (!table_.contains(key)) return nullptr;
    const toml::table* found = table_[key].as_table();
    if (found == nullptr) problem(path(key) + " must be a table");
    return found;
  }
  void problem(std::string text) { problems_.push_back(std::move(text)); }
  void finish() {
    for (const auto& [key, node] : table_)
      if (!known_.contains(std::string(key.str()))) problem(path(key.str()) + " is not a setting");
  }

 private:
  template <typename T>
  std::optional<T> value(const char* key, bool required, const char* what) {
    known_.insert(key);
    if (!table_.contains(key)) {
      if (required) problem(path(key) + " is required");
      return std::nullopt;
    }
    auto found = table_[key].value_exact<T>();
    if (!found) problem(fmt::format("{} must be {}", path(key), what));
    return found;
  }
  [[nodiscard]] std::string path(std::string_view key) const {
    return name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key);
  }
  std::string name_;
  const toml::table& table_;
  std::vector<std::string>& problems_;
  std::set<std::string, std::less<>> known_;
};

fs::path in_home(const fs::path& home, const std::string& text) {
  if (text.empty()) return {};
  return (home / text).lexically_normal();  // an absolute path stays
}

SigningKeySettings key_in(const fs::path& home, const std::string& role, const toml::table& table,
                          std::vector<std::string>& problems) {
  Section section("keys." + role, table, problems);
  SigningKeySettings key;
  key.role = role;
  key.kind = section.text("kind", true);
  key.module = in_home(home, section.text("module", key.kind == "pkcs11"));
  key.token = section.text("token", key.kind == "pkcs11");
  key.label = section.text("label", key.kind == "pkcs11");
  key.softhsm_conf = in_home(home, section.text("softhsm_conf"));
  key.file = in_home(home, section.text("file", key.kind == "pkcs12"));
  const bool remote = key.kind == "remote";
  key.command = section.texts("command", remote);
  key.certificate_file = in_home(home, section.text("certificate_file", remote));
  key.timeout_s = section.number("timeout_s", 120, 1, 900);
  key.secret_file = in_home(home, section.text("secret_file"));
  key.prefer_pss = section.flag("prefer_pss");
  key.unattended = section.flag("unattended");
  if (role != "body" && role != "certifier")
    section.problem("keys." + role + " is not a role: body or certifier");
  if (key.kind != "pkcs11" && key.kind != "pkcs12" && !remote)
    section.problem("keys." + role + ".kind must be pkcs11, pkcs12 or remote");
  if (remote && (key.command.empty() || !fs::path(key.command.front()).is_absolute()))
    section.problem("keys." + role + ".command must begin with the absolute path of a program");
  if (key.unattended && role != "body")
    section.problem("keys." + role + " is a person's key: it can never run unattended");
  section.finish();
  return key;
}

ApproverSettings approver_in(const fs::path& home, const std::string& name, const toml::table& table,
                             std::vector<std::string>& problems) {
  Section section("approvers." + name, table, problems);
  ApproverSettings approver;
  approver.roles = section.texts("roles");
  approver.totp_secret_file = in_home(home, section.text("totp_secret_file"));
  approver.certificate_file = in_home(home, section.text("certificate_file"));
  if (approver.totp_secret_file.empty() && approver.certificate_file.empty())
    section.problem("approvers." + name + " has neither totp_secret_file nor certificate_file");
  section.finish();
  return approver;
}

// [keys.body], [keys.certifier]: the tables below a table, by name.
std::map<std::string, const toml::table*> tables_in(Section& top, const char* key) {
  std::map<std::string, const toml::table*> all;
  const toml::table* parent = top.table(key);
  if (parent == nullptr) return all;
  for (const auto& [name, node] : *parent) {
    if (node.is_table())
      all[std::string(name.str())] = node.as_table();
    else
      top.problem(fmt::format("{}.{} must be a table", key, name.str()));
  }
  return all;
}

}  // namespace

Result<SignerConfig> load_signer_config(const fs::path& home) {
  const fs::path file = home / "signer.toml";
  std::error_code ignored;
  if (!fs::exists(file, ignored))
    return fail(ErrorCode::not_found, Retry::after_operator, file.string(),
                "there is no signer here; make one with `sogoc signer --home DIR --setup`");
  toml::table table;
  try {
    table = toml::parse_file(file.string());
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::usage, Retry::after_operator, file.string(),
                fmt::format("line {}: {}", error.source().begin.line, error.description()));
  }
  std::vector<std::string> problems;
  Section top("", table, problems);
  SignerConfig config;
  config.home = home;
  config.endpoint = top.text("endpoint");
  if (config.endpoint.empty()) config.endpoint = "ipc://" + (home / "signer.sock").string();
  config.trial = top.flag("trial");
  config.tsa_url = top.text("tsa_url");
  config.network_timeout_ms = top.number("network_timeout_ms", 10'000, 100, 120'000);
  config.statement_age_s = top.number("statement_age_s", 900, 30, 86'400);
  for (const auto& [role, table_of_role] : tables_in(top, "keys"))
    config.keys.push_back(key_in(home, role, *table_of_role, problems));
  for (const auto& [name, table_of_name] : tables_in(top, "approvers"))
    config.approvers[name] = approver_in(home, name, *table_of_name, problems);
  top.finish();
  if (config.keys.empty()) problems.push_back("no key is configured ([keys.body])");
  if (!problems.empty())
    return fail(ErrorCode::usage, Retry::after_operator, file.string(),
                fmt::format("{}", fmt::join(problems, "; ")));
  return config;
}

}  // namespace sogoc
