// An .xlsx from outside: a zip of XML parts. Sizes are checked before anything is unpacked, parts are
// parsed as they come, document type declarations (and with them entities) are refused.

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include <expat.h>
#include <fmt/format.h>
#include <zip.h>

#include "workers/exchange/table.hpp"

namespace sogoc {
namespace {

tl::unexpected<Error> refuse(const std::string& file, std::string why, ErrorCode code = ErrorCode::invalid_input) {
  return fail(code, Retry::after_operator, file, std::move(why));
}

struct ZipCloser {
  void operator()(zip_t* zip) const { zip_discard(zip); }
  void operator()(zip_file_t* part) const { zip_fclose(part); }
};

std::string_view local(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// What a part wants to know of its XML. Handlers stop the parser by setting `wrong`.
class PartHandler {
 public:
  virtual ~PartHandler() = default;
  virtual void start(std::string_view name, const std::map<std::string, std::string>& attributes) = 0;
  virtual void end(std::string_view name) = 0;
  virtual void characters(std::string_view text) = 0;
  std::string wrong;
  XML_Parser parser = nullptr;
  void stop(std::string why) {
    if (wrong.empty()) wrong = std::move(why);
    XML_StopParser(parser, XML_FALSE);
  }
};

class Package {
 public:
  static Result<Package> open(const std::filesystem::path& file, const TableLimits& limits) {
    const std::string shown = file.filename().string();
    std::error_code error;
    const auto bytes = std::filesystem::file_size(file, error);
    if (error) return fail(ErrorCode::not_found, Retry::never, shown, "cannot be read");
    if (bytes > limits.file_bytes) return refuse(shown, "is larger than a table may be", ErrorCode::limit_exceeded);
    int code = 0;
    Package package;
    package.zip_.reset(zip_open(file.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code));
    package.shown_ = shown;
    package.limits_ = limits;
    if (!package.zip_) return refuse(shown, "is no Excel file (.xlsx), or it is damaged");
    constexpr zip_int64_t kMostParts = 5000;
    const zip_int64_t parts = zip_get_num_entries(package.zip_.get(), 0);
    if (parts > kMostParts) return refuse(shown, "holds more parts than a table has", ErrorCode::limit_exceeded);
    for (zip_int64_t i = 0; i < parts; ++i) {
      zip_stat_t stat;
      if (zip_stat_index(package.zip_.get(), static_cast<zip_uint64_t>(i), 0, &stat) != 0) return refuse(shown, "is damaged");
      const std::uint64_t packed = std::max<std::uint64_t>(1, stat.comp_size);
      if (stat.size > limits.part_bytes || (stat.size > (1u << 20) && stat.size / packed > limits.ratio))
        return refuse(shown, "unpacks to far more than a table holds: it is refused", ErrorCode::limit_exceeded);
    }
    return package;
  }

  // not_found when there is no such part.
  Done parse(const std::string& name, PartHandler& handler) {
    const std::unique_ptr<zip_file_t, ZipCloser> part(zip_fopen(zip_.get(), name.c_str(), 0));
    if (!part) return fail(ErrorCode::not_found, Retry::never, shown_, "lacks the part " + name);
    const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr), &XML_ParserFree);
    handler.parser = parser.get();
    XML_SetUserData(parser.get(), &handler);
    XML_SetStartDoctypeDeclHandler(parser.get(), [](void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
      static_cast<PartHandler*>(data)->stop("declares a document type, which no table needs: it is refused");
    });
    XML_SetElementHandler(
        parser.get(),
        [](void* data, const XML_Char* tag, const XML_Char** pairs) {
          std::map<std::string, std::string> attributes;
          for (; *pairs != nullptr; pairs += 2) attributes.emplace(local(pairs[0]), pairs[1]);
          static_cast<PartHandler*>(data)->start(local(tag), attributes);
        },
        [](void* data, const XML_Char* tag) { static_cast<PartHandler*>(data)->end(local(tag)); });
    XML_SetCharacterDataHandler(parser.get(), [](void* data, const XML_Char* text, int length) {
      static_cast<PartHandler*>(data)->characters({text, static_cast<std::size_t>(length)});
    });
    std::uint64_t all = 0;
    char chunk[1 << 16];
    for (;;) {
      const zip_int64_t got = zip_fread(part.get(), chunk, sizeof chunk);
      if (got < 0) return refuse(shown_, "is damaged");
      all += static_cast<std::uint64_t>(got);
      if (all > limits_.part_bytes) return refuse(shown_, "unpacks to far more than a table holds: it is refused", ErrorCode::limit_exceeded);
      if (XML_Parse(parser.get(), chunk, static_cast<int>(got), got == 0 ? 1 : 0) != XML_STATUS_OK)
        return refuse(shown_, handler.wrong.empty() ? "is no Excel file (.xlsx), or it is damaged" : handler.wrong);
      if (got == 0) return {};
    }
  }

  [[nodiscard]] const std::string& shown() const { return shown_; }

 private:
  std::unique_ptr<zip_t, ZipCloser> zip_;
  std::string shown_;
  TableLimits limits_;
};

// The first sheet of the workbook, and where relations lead.
class Workbook final : public PartHandler {
 public:
  std::string first;
  void start(std::string_view name, const std::map<std::string, std::string>& attributes) override {
    const auto id = attributes.find("id");  // r:id; sheetId has another name
    if (name == "sheet" && first.empty() && id != attributes.end()) first = id->second;
  }
  void end(std::string_view) override {}
  void characters(std::string_view) override {}
};

class Relations final : public PartHandler {
 public:
  std::map<std::string, std::string> targets;
  void start(std::string_view name, const std::map<std::string, std::string>& attributes) override {
    const auto id = attributes.find("Id"), target = attributes.find("Target");
    if (name == "Relationship" && id != attributes.end() && target != attributes.end()) targets.emplace(id->second, target->second);
  }
  void end(std::string_view) override {}
  void characters(std::string_view) override {}
};

class SharedStrings final : public PartHandler {
 public:
  explicit SharedStrings(const TableLimits& limits) : limits_(limits) {}
  std::vector<std::string> strings;
  void start(std::string_view name, const std::map<std::string, std::string>&) override {
    if (name == "si") strings.emplace_back();
    if (name == "rPh") phonetic_ = true;
    in_text_ = name == "t" && !phonetic_ && !strings.empty();
    if (strings.size() > limits_.rows * 20) stop("holds more texts than a table has");
  }
  void end(std::string_view name) override {
    if (name == "rPh") phonetic_ = false;
    if (name == "t") in_text_ = false;
  }
  void characters(std::string_view text) override {
    if (!in_text_) return;
    strings.back() += text;
    if (strings.back().size() > limits_.cell_bytes) stop("holds a text longer than a cell may be");
  }

 private:
  TableLimits limits_;
  bool in_text_ = false, phonetic_ = false;
};

class Sheet final : public PartHandler {
 public:
  Sheet(const std::vector<std::string>& shared, const TableLimits& limits) : shared_(shared), limits_(limits) {}
  std::vector<TableRow> rows;

  void start(std::string_view name, const std::map<std::string, std::string>& attributes) override {
    const auto attribute = [&](const char* key) {
      const auto found = attributes.find(key);
      return found == attributes.end() ? std::string() : found->second;
    };
    if (name == "row") {
      const std::string number = attribute("r");
      rows.push_back({number.empty() ? (rows.empty() ? 1 : rows.back().number + 1) : positive(number), {}});
      if (rows.size() > limits_.rows) stop("has more rows than a register");
    } else if (name == "c" && !rows.empty()) {
      place_ = attribute("r");
      column_ = place_.empty() ? rows.back().cells.size() : column_of(place_);
      type_ = attribute("t");
      text_.clear();
      if (column_ >= limits_.columns) return stop("has more columns than a register");
      if (rows.back().cells.size() <= column_) rows.back().cells.resize(column_ + 1);
    } else if (name == "f") {
      stop(fmt::format("holds a formula in {}: put the value there", place_));
    } else if (name == "rPh") {
      phonetic_ = true;
    }
    in_value_ = (name == "v" || (name == "t" && !phonetic_));
  }

  void end(std::string_view name) override {
    if (name == "v" || name == "t") in_value_ = false;
    if (name == "rPh") phonetic_ = false;
    if (name != "c" || rows.empty() || column_ >= rows.back().cells.size()) return;
    TableCell& cell = rows.back().cells[column_];
    if (type_ == "s") {
      const int index = text_.empty() ? -1 : positive(text_, 0);
      if (index < 0 || static_cast<std::size_t>(index) >= shared_.size()) return stop(fmt::format("refers in {} to a text that is not there", place_));
      cell = {shared_[static_cast<std::size_t>(index)], CellKind::text, ""};
    } else if (type_ == "inlineStr" || type_ == "str") {
      cell = {text_, CellKind::text, ""};
    } else {
      cell = {text_, type_.empty() || type_ == "n" ? CellKind::number : CellKind::other, ""};
    }
    if (cell.text.empty()) cell.kind = CellKind::text;
  }

  void characters(std::string_view text) override {
    if (!in_value_) return;
    text_ += text;
    if (text_.size() > limits_.cell_bytes) stop("holds a text longer than a cell may be");
  }

 private:
  int positive(const std::string& text, int least = 1) {
    int value = 0;
    for (const char c : text) {
      if (c < '0' || c > '9' || value > 100'000'000) {
        stop("has a row or a reference that is no number");
        return least;
      }
      value = 10 * value + (c - '0');
    }
    return value;
  }
  static std::size_t column_of(std::string_view place) {
    std::size_t column = 0;
    for (const char c : place) {
      if (c < 'A' || c > 'Z' || column > 100'000) break;
      column = 26 * column + static_cast<std::size_t>(c - 'A' + 1);
    }
    return column == 0 ? 0 : column - 1;
  }

  const std::vector<std::string>& shared_;
  TableLimits limits_;
  std::string place_, type_, text_;
  std::size_t column_ = 0;
  bool in_value_ = false, phonetic_ = false;
};

}  // namespace

Result<std::vector<TableRow>> read_xlsx(const std::filesystem::path& file, const TableLimits& limits) {
  SOGOC_TRY(Package package, Package::open(file, limits));
  Workbook workbook;
  Relations relations;
  for (auto [part, handler] : {std::pair<const char*, PartHandler*>{"xl/workbook.xml", &workbook}, {"xl/_rels/workbook.xml.rels", &relations}})
    if (auto parsed = package.parse(part, *handler); !parsed) {
      if (parsed.error().code == ErrorCode::not_found) return refuse(package.shown(), "is no Excel file (.xlsx), or it is damaged");
      return tl::unexpected<Error>(std::move(parsed).error());
    }
  const auto target = relations.targets.find(workbook.first);
  if (target == relations.targets.end()) return refuse(package.shown(), "has no sheet");
  const std::string part = target->second.starts_with('/') ? target->second.substr(1) : "xl/" + target->second;
  SharedStrings shared(limits);
  if (auto parsed = package.parse("xl/sharedStrings.xml", shared); !parsed && parsed.error().code != ErrorCode::not_found)
    return tl::unexpected<Error>(std::move(parsed).error());
  Sheet sheet(shared.strings, limits);
  SOGOC_CHECK(package.parse(part, sheet));
  return std::move(sheet.rows);
}

}  // namespace sogoc
