#include "tools/sogoc/command.hpp"

#include <pwd.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <ctime>

#include <fmt/format.h>

#include "pipeline/core/record_json.hpp"
#include "storage/file_names.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/sentences.hpp"

namespace sogoc {

void add_archive_option(CLI::App& command, std::string& archive) {
  command.add_option("--archive,-A", archive, tr("the archive folder"))
      ->required()
      ->envname("SOGOC_ARCHIVE");
}

std::string account_name() {
  const passwd* account = getpwuid(getuid());
  return account != nullptr && account->pw_name != nullptr ? account->pw_name
                                                           : fmt::format("uid {}", getuid());
}

std::filesystem::path trust_folder_of(const Archive& archive) { return archive.folder() / kTrustFolder; }

void add_by_option(CLI::App& command, std::string& by) {
  by = account_name();
  command.add_option("--by", by, tr("who does it (the name of the account unless given)"));
}

void print_json(const OrderedJson& json) {
  const std::string text = json.dump(2, ' ', false, OrderedJson::error_handler_t::replace);
  fmt::print("{}\n", text);
}

void print_line(const std::string& line) { fmt::print("{}\n", line); }

void print_error(const Error& error, bool json) {
  if (json) {
    const std::string text = to_json(error);
    fmt::print(stderr, "{{\"error\":{}}}\n", text);
    return;
  }
  const std::string message = translated(error.message);
  if (error.subject.empty())
    fmt::print(stderr, "sogoc: {}\n", message);
  else
    fmt::print(stderr, "sogoc: {}: {}\n", error.subject, message);
}

Result<PageName> page_named(const std::string& text) {
  PageName page;
  const char* const end = text.data() + text.size();
  const auto batch = std::from_chars(text.data(), end, page.batch);
  if (batch.ec == std::errc() && batch.ptr != end && *batch.ptr == ':') {
    const auto ordinal = std::from_chars(batch.ptr + 1, end, page.ordinal);
    if (ordinal.ec == std::errc() && ordinal.ptr == end && page.batch > 0 && page.ordinal > 0)
      return page;
  }
  return fail(ErrorCode::usage, Retry::never, text,
              "a page is named BATCH:PAGE, for example 3:12; `sogoc status` lists them");
}

Result<DocumentDetails> find_document(Catalogue& catalogue, const std::string& document) {
  DocumentId id = 0;
  const char* const end = document.data() + document.size();
  const auto parsed = std::from_chars(document.data(), end, id);
  if (parsed.ec == std::errc() && parsed.ptr == end) return catalogue.document(id);
  return catalogue.document_named(document);
}

std::string local_time(UtcTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  char text[40];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S%z", &parts);
  std::string iso = text;  // strftime's +0700 becomes ISO's +07:00
  if (iso.size() > 2) iso.insert(iso.size() - 2, ":");
  return iso;
}

std::string now_text() { return local_time(SystemClock().now()); }

}  // namespace sogoc
