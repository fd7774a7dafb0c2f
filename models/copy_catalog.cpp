#include "models/copy_catalog.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include <toml++/toml.h>

#include "models/toml_table_private.hpp"

namespace sogoc {
namespace {

const std::vector<std::string> kRoles{"Body", "Certifier"};

// What is wrong with the placeholders and marks of a text; "" when nothing is.
std::string trouble_in(std::string_view text, bool in_footer) {
  int bold = 0, italic = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '}') return "a '}' without '{'";
    if (text[at] == '<') {
      const std::size_t end = text.find('>', at);
      if (end == std::string_view::npos) return "a '<' without '>'";
      const std::string_view tag = text.substr(at + 1, end - at - 1);
      if (tag == "b" || tag == "/b")
        bold += tag == "b" ? 1 : -1;
      else if (tag == "i" || tag == "/i")
        italic += tag == "i" ? 1 : -1;
      else
        return fmt::format("unknown mark <{}>", tag);
      if (bold < 0 || bold > 1 || italic < 0 || italic > 1) return "marks that do not pair";
      at = end + 1;
      continue;
    }
    if (text[at] != '{') {
      ++at;
      continue;
    }
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) return "a '{' without '}'";
    std::string_view key = text.substr(at + 1, end - at - 1);
    if (key.ends_with("|upper")) key.remove_suffix(6);
    const auto& keys = copy_value_keys();
    const bool of_footer = in_footer && (key == "page" || key == "pages");
    if (!of_footer && std::find(keys.begin(), keys.end(), key) == keys.end())
      return fmt::format("unknown placeholder {{{}}}", key);
    at = end + 1;
  }
  return bold != 0 || italic != 0 ? "marks that do not pair" : "";
}

// Reads the tables of one file into templates.
class FormReader {
 public:
  FormReader(std::string file, std::string kind, Problems& problems)
      : file_(std::move(file)), kind_(std::move(kind)), problems_(problems) {}

  std::vector<CopyTemplate> read(const toml::table& root) {
    std::vector<CopyTemplate> found;
    TableReader file(file_, root, problems_);
    if (const std::string kind = file.text("kind", true); !kind.empty() && kind != kind_)
      file.complain(fmt::format("'kind' must be '{}', the file's name", kind_));
    for (const toml::table* version : file.tables("version", true))
      found.push_back(read_version(*version));
    file.finish();
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.term.from < b.term.from; });
    for (std::size_t i = 1; i < found.size(); ++i)
      if (found[i - 1].term.to.empty() || found[i - 1].term.to >= found[i].term.from)
        file.complain(fmt::format("the versions of {} and {} overlap", found[i - 1].term.from,
                                  found[i].term.from));
    return found;
  }

 private:
  static Wanted wanted(const std::string& word) {
    return word == "required" ? Wanted::required
           : word == "optional" ? Wanted::optional
                                : Wanted::none;
  }

  std::string checked(TableReader& table, const char* key, bool required, bool in_footer = false) {
    std::string text = table.text(key, required);
    if (const std::string trouble = trouble_in(text, in_footer); !trouble.empty())
      table.complain(fmt::format("'{}' holds {}", key, trouble));
    return text;
  }

  std::string when(TableReader& table) {
    std::string key = table.text("when", false);
    const auto& keys = copy_value_keys();
    if (!key.empty() && std::find(keys.begin(), keys.end(), key) == keys.end())
      table.complain(fmt::format("'when' names the unknown value '{}'", key));
    return key;
  }

  std::vector<CopyLine> lines(TableReader& table, const char* key, bool required, double size,
                              const std::string& align) {
    std::vector<CopyLine> found;
    for (const toml::table* item : table.tables(key, required)) {
      TableReader reader(file_, *item, problems_);
      CopyLine line;
      line.text = checked(reader, "text", true);
      line.when = when(reader);
      line.align = align;
      if (reader.has("align"))
        line.align = reader.choice("align", {"left", "center", "right", "justify"});
      line.size_pt = reader.measure("size", 6, 24, size);
      line.bold = reader.flag("bold");
      line.italic = reader.flag("italic");
      line.rule_share = reader.measure("rule", 0, 1, 0);
      line.space_mm = reader.measure("space_mm", 0, 100, 0);
      reader.finish();
      found.push_back(std::move(line));
    }
    return found;
  }

  CopyPart part(const toml::table& item) {
    static const std::vector<std::string> kKinds{"text",    "head",    "fields", "table",
                                                 "excerpt", "rule", "signers"};
    TableReader table(file_, item, problems_);
    CopyPart part;
    const std::string type = table.text("type", true);
    if (std::find(kKinds.begin(), kKinds.end(), type) == kKinds.end())
      table.complain(fmt::format("unknown type of part '{}'", type));
    part.evidence = table.evidence();
    part.when = when(table);
    part.space_mm = table.measure("space_mm", 0, 100, 0);
    if (type == "head") {
      part.kind = CopyPartKind::head;
      part.split = table.measure("split", 0.2, 0.8, 0.42);
      part.lines = lines(table, "left", true, 13, "center");
      part.right = lines(table, "right", true, 13, "center");
    } else if (type == "text") {
      part.indent_mm = table.measure("indent_mm", 0, 50, 0);
      part.size_pt = table.measure("size", 6, 24, 13);
      const std::string align = table.choice("align", {"justify", "left", "center", "right"});
      part.lines = lines(table, "lines", true, part.size_pt, align);
    } else if (type == "fields" || type == "table") {
      part.kind = type == "fields" ? CopyPartKind::fields : CopyPartKind::table;
      part.size_pt = table.measure("size", 6, 24, 13);
      part.label_share = table.measure("label_share", 0.15, 0.7, 0.35);
      if (type == "fields") {
        part.not_written = checked(table, "not_written", true);
      } else {
        for (const toml::table* row : table.tables("rows", true)) {
          TableReader reader(file_, *row, problems_);
          part.rows.push_back({checked(reader, "label", true), checked(reader, "text", true),
                               when(reader)});
          reader.finish();
        }
      }
    } else if (type == "excerpt") {
      part.kind = CopyPartKind::excerpt;
      part.size_pt = table.measure("size", 6, 24, 13);
      part.indent_mm = table.measure("indent_mm", 0, 50, 10);
    } else if (type == "rule") {
      part.kind = CopyPartKind::rule;
      part.rule_share = table.measure("share", 0.05, 1, 1);
    } else if (type == "signers") {
      part.kind = CopyPartKind::signers;
      part.split = table.measure("split", 0.2, 0.8, 0.5);
      part.lines = lines(table, "left", false, 11, "left");
      part.right = lines(table, "right", true, 13, "center");
      part.qr = table.flag("qr");
      part.signature = role(table, "signature");
      part.appearance = lines(table, "appearance", !part.signature.empty(), 10, "center");
    }
    table.finish();
    return part;
  }

  std::string role(TableReader& table, const char* key) {
    std::string role = table.text(key, false);
    if (!role.empty() && std::find(kRoles.begin(), kRoles.end(), role) == kRoles.end())
      table.complain(fmt::format("'{}' must be Body or Certifier", key));
    return role;
  }

  CopyTemplate read_version(const toml::table& item) {
    TableReader table(file_, item, problems_);
    CopyTemplate form;
    form.kind = kind_;
    form.term = table.term();
    form.title = checked(table, "title", true);
    form.form = table.text("form", true);
    const std::vector<std::string> kWanted{"none", "optional", "required"};
    form.images = wanted(table.choice("images", kWanted));
    form.fields = wanted(table.choice("fields", kWanted));
    form.qr = wanted(table.choice("qr", kWanted));
    form.images_first = table.choice("first", {"images", "sheet"}) == "images";
    if (table.has("signatures")) form.signatures = table.texts("signatures", false);
    form.may_be_unsigned = table.flag("may_be_unsigned") || form.signatures.empty();
    form.footer = checked(table, "footer", true, true);
    form.continued = checked(table, "continued", false);
    form.paper_mm = table.measures("paper_mm", 2, 70, 1200, {210, 297});
    form.margins_mm = table.measures("margins_mm", 4, 5, 60, {20, 20, 20, 30});
    if (const toml::table* below = table.table("block", false)) {
      TableReader block(file_, *below, problems_);
      form.block.evidence = block.evidence();
      form.block.signature = role(block, "signature");
      form.block.lines = lines(block, "lines", true, 10, "left");
      block.finish();
    }
    if (const toml::table* below = table.table("band", false)) {
      TableReader band(file_, *below, problems_);
      form.band.evidence = band.evidence();
      form.band.lines = lines(band, "lines", true, 9, "left");
      form.band.frame_note = lines(band, "frame_note", false, 9, "left");
      form.band.qr = band.flag("qr");
      band.finish();
    }
    if (table.has("part"))
      for (const toml::table* below : table.tables("part", true)) form.parts.push_back(part(*below));
    table.finish();
    check_whole(form, table);
    return form;
  }

  void check_whole(const CopyTemplate& form, TableReader& table) {
    std::vector<std::string> placed;
    int symbols = form.band.qr ? 1 : 0;
    if (!form.block.signature.empty()) placed.push_back(form.block.signature);
    for (const CopyPart& part : form.parts) {
      if (!part.signature.empty()) placed.push_back(part.signature);
      symbols += part.qr ? 1 : 0;
    }
    for (const std::string& role : form.signatures)
      if (std::find(kRoles.begin(), kRoles.end(), role) == kRoles.end())
        table.complain(fmt::format("unknown role '{}' in 'signatures'", role));
      else if (std::count(placed.begin(), placed.end(), role) != 1)
        table.complain(fmt::format("signature '{}' must have one place", role));
    for (const std::string& role : placed)
      if (std::find(form.signatures.begin(), form.signatures.end(), role) == form.signatures.end())
        table.complain(fmt::format("'{}' has a place but is not in 'signatures'", role));
    if (std::set(form.signatures.begin(), form.signatures.end()).size() != form.signatures.size())
      table.complain("a role stands twice in 'signatures'");
    if (form.qr != Wanted::none && symbols != 1)
      table.complain("a copy with a QR symbol needs exactly one 'qr = true'");
    if (form.qr == Wanted::none && symbols != 0)
      table.complain("'qr = true' stands where 'qr' is \"none\"");
    if (form.images == Wanted::none && form.parts.empty())
      table.complain("neither pages nor parts: nothing would be shown");
    if (form.images != Wanted::none && form.band.lines.empty())
      table.complain("a copy with imported pages needs a 'band'");
    if (!form.parts.empty() && form.continued.empty()) table.complain("'continued' is missing");
    const auto& sides = form.margins_mm;
    if (form.paper_mm[0] - sides[1] - sides[3] < 40 || form.paper_mm[1] - sides[0] - sides[2] < 40)
      table.complain("the margins leave less than 40 mm");
  }

  std::string file_, kind_;
  Problems& problems_;
};

Result<std::vector<CopyTemplate>> read_file(const std::filesystem::path& path,
                                            const std::string& kind, Problems& problems) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored))
    return fail(ErrorCode::missing_model, Retry::after_operator, path.string(),
                "the form of this copy is not there: install models/copies again or name its folder");
  const std::string file = path.filename().string();
  try {  // Debian builds toml++ with exceptions; none leaves this adapter
    const toml::table root = toml::parse_file(path.string());
    return FormReader(file, kind, problems).read(root);
  } catch (const toml::parse_error& error) {
    problems.add(file, error.source(), error.description());
    return std::vector<CopyTemplate>{};
  }
}

Done judged(const Problems& problems, const std::filesystem::path& folder) {
  if (problems.text().empty()) return {};
  return fail(ErrorCode::usage, Retry::after_operator, folder.string(),
              "repair the forms of copies: " + problems.text());
}

}  // namespace

const std::vector<std::string>& copy_kinds() {
  static const std::vector<std::string> kinds{
      "register_copy", "certified_copy", "sao_y",      "sao_luc",           "trich_sao",
      "reader_copy",   "print_form",     "hand_over_receipt", "appointment_slip", "not_found_reply"};
  return kinds;
}

const std::vector<std::string>& copy_value_keys() {
  static const std::vector<std::string> keys{
      // of the copy itself, never given by a draft
      "form", "image_pages",
      // who and what
      "body", "parent_body", "place", "copy_number", "number", "book", "year", "symbol",
      "date_in_words", "signing_time", "signing_time_iso", "certifier", "certifier_title", "signer",
      "signer_title", "converter", "conversion_time", "lookup_url", "lookup_code", "issue_record",
      "system_name", "system_owner", "recipients",
      // the source
      "source_title", "source_number", "source_date", "source_body", "source_digest", "register_name",
      "register_number", "register_book", "register_page", "register_year", "archive_code",
      // the request
      "request_number", "requester", "requester_id", "requester_address", "relation", "basis",
      "holder", "wanted", "copies", "purpose", "received_time", "deadline", "clerk", "clerk_title",
      "reply_number", "searched", "result", "recipient", "recipient_id", "handed_over_time", "fee",
      "validity", "notes"};
  return keys;
}

std::vector<std::string> placeholders_of(std::string_view text) {
  std::vector<std::string> found;
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) break;
    std::string_view key = text.substr(at + 1, end - at - 1);
    if (key.ends_with("|upper")) key.remove_suffix(6);
    found.emplace_back(key);
  }
  return found;
}

std::vector<std::string> required_values(const CopyTemplate& form) {
  std::set<std::string> keys;
  const auto add_text = [&](const std::string& text) {
    for (std::string& key : placeholders_of(text))
      if (key != "page" && key != "pages" && key != "form" && key != "image_pages")
        keys.insert(std::move(key));
  };
  const auto add = [&](const std::vector<CopyLine>& lines) {
    for (const CopyLine& line : lines)
      if (line.when.empty()) add_text(line.text);
  };
  add_text(form.title);
  add_text(form.footer);
  add_text(form.continued);
  add(form.block.lines);
  add(form.band.lines);
  for (const CopyPart& part : form.parts) {
    if (!part.when.empty()) continue;
    add(part.lines);
    add(part.right);
    add(part.appearance);
    for (const CopyRow& row : part.rows)
      if (row.when.empty()) {
        add_text(row.label);
        add_text(row.text);
      }
  }
  return {keys.begin(), keys.end()};
}

Result<CopyCatalog> CopyCatalog::load(const std::filesystem::path& folder) {
  CopyCatalog catalog;
  Problems problems;
  for (const std::string& kind : copy_kinds()) {
    SOGOC_TRY(auto found, read_file(folder / (kind + ".toml"), kind, problems));
    std::move(found.begin(), found.end(), std::back_inserter(catalog.templates_));
  }
  SOGOC_CHECK(judged(problems, folder));
  return catalog;
}

Result<CopyCatalog> CopyCatalog::load_kind(const std::filesystem::path& folder,
                                           std::string_view kind) {
  const auto& kinds = copy_kinds();
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
    return fail(ErrorCode::usage, Retry::never, std::string(kind), "there is no such kind of copy");
  CopyCatalog catalog;
  Problems problems;
  const std::string name(kind);
  SOGOC_TRY(catalog.templates_, read_file(folder / (name + ".toml"), name, problems));
  SOGOC_CHECK(judged(problems, folder));
  return catalog;
}

Result<CopyTemplate> CopyCatalog::in_force(std::string_view kind, std::string_view day) const {
  for (const CopyTemplate& form : templates_)
    if (form.kind == kind && form.term.covers(day)) return form;
  return fail(ErrorCode::not_found, Retry::after_operator, std::string(kind),
              fmt::format("no form of this copy is in force on {}", day));
}

Result<CopyTemplate> CopyCatalog::version(std::string_view kind,
                                          std::string_view effective_from) const {
  for (const CopyTemplate& form : templates_)
    if (form.kind == kind && form.term.from == effective_from) return form;
  return fail(ErrorCode::not_found, Retry::after_operator, std::string(kind),
              fmt::format("there is no version of this form from {}", effective_from));
}

}  // namespace sogoc
