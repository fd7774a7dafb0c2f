#include <unistd.h>

#include "storage/search/search_most.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  std::vector<std::string> words;
  SearchQuery query;
  bool json = false;
};

std::string marked(const std::string& snippet, const char* on, const char* off) {
  std::string text;
  for (const char c : snippet) {
    if (c == SearchHit::kMarkOn)
      text += on;
    else if (c == SearchHit::kMarkOff)
      text += off;
    else
      text += c == '\n' ? ' ' : c;
  }
  return text;
}

void print_hit(const SearchHit& hit) {
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  const std::string number =
      hit.notation.empty() && hit.number.empty() ? "" : hit.number + "/" + hit.notation;
  std::string head = hit.identifier;
  if (hit.page_of_document > 0) head += say(" page {}", hit.page_of_document);
  for (const std::string& part : {hit.type_name, number, hit.issued_date, hit.organ_name})
    if (!part.empty()) head += "  " + part;
  print_line(head);
  print_line("    " + marked(hit.snippet, terminal ? "\033[1m" : "[", terminal ? "\033[0m" : "]"));
}

Result<ExitCode> search(Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  for (const std::string& word : options.words)
    options.query.text += (options.query.text.empty() ? "" : " ") + word;
  SOGOC_TRY(const SearchAnswer answer, archive->catalogue().search(options.query));
  // Without words all are counted.
  const bool most = answer.total == kMostFoundPages && options.query.text.find_first_not_of(" \t") != std::string::npos;
  if (options.json) {
    OrderedJson hits = OrderedJson::array();
    for (const SearchHit& hit : answer.hits)
      hits.push_back({{"document", hit.identifier},
                      {"page", hit.page_of_document},
                      {"exact", hit.exact},
                      {"score", hit.score},
                      {"snippet", marked(hit.snippet, "<b>", "</b>")},
                      {"typeName", hit.type_name},
                      {"codeNumber", hit.number},
                      {"codeNotation", hit.notation},
                      {"issuedDate", hit.issued_date},
                      {"organName", hit.organ_name},
                      {"subject", hit.subject}});
    print_json({{"total", answer.total}, {"most", most}, {"hits", std::move(hits)}});
  } else {
    for (const SearchHit& hit : answer.hits) print_hit(hit);
    if (most) print_line(say("{} pages or more found, {} shown", answer.total, answer.hits.size()));
    else print_line(say("{} pages found, {} shown", answer.total, answer.hits.size()));
  }
  return ExitCode::done;
}

}  // namespace

void add_search_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("search", tr("find pages, with or without diacritics"));
  command->footer(tr(
      "Examples: sogoc search -A ARCHIVE nguyen van a            folded: finds Nguyễn Văn A\n"
      "          sogoc search -A ARCHIVE '\"sổ gốc\"' --type QĐ --from 2024-01-01"));
  command->add_option("WORDS", options->words, tr("words; a \"quoted phrase\" stays together, a * at the end lets the last word go on"));
  add_archive_option(*command, options->archive);
  command->add_option("--type", options->query.type, tr("type of document, by name or code"));
  command->add_option("--from", options->query.from, tr("first date, YYYY-MM-DD"));
  command->add_option("--to", options->query.to, tr("last date, YYYY-MM-DD"));
  command->add_option("--body", options->query.body, tr("part of the issuing body's name"));
  command->add_option("--dossier", options->query.dossier, tr("dossier code (mã hồ sơ)"));
  command->add_option("--limit", options->query.limit, tr("hits to show"))->check(CLI::Range(1, 10000));
  command->add_option("--offset", options->query.offset, tr("hits to leave out"))
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--json", options->json, tr("answer in JSON"));
  command->callback([options, &chosen] { chosen = [options] { return search(*options); }; });
}

}  // namespace sogoc
