#include <filesystem>

#include "tools/sogoc/command.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/outputs.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  std::string to;
  std::vector<std::string> documents;
  DocumentFilter filter;
  bool json = false;
};

Result<std::vector<DocumentDetails>> chosen_documents(Catalogue& catalogue, const Options& options) {
  std::vector<DocumentDetails> documents;
  for (const std::string& named : options.documents) {
    SOGOC_TRY(DocumentDetails document, find_document(catalogue, named));
    documents.push_back(std::move(document));
  }
  if (!options.documents.empty()) return documents;
  DocumentFilter filter = options.filter;
  filter.states = {DocumentState::done};
  for (;; filter.offset += filter.limit) {
    SOGOC_TRY(const auto rows, catalogue.documents(filter));
    for (const DocumentRow& row : rows) {
      SOGOC_TRY(DocumentDetails document, catalogue.document(row.id));
      documents.push_back(std::move(document));
    }
    if (static_cast<std::int64_t>(rows.size()) < filter.limit) return documents;
  }
}

Result<ExitCode> export_all(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  std::error_code error;
  std::filesystem::create_directories(options.to, error);
  if (error)
    return fail(ErrorCode::no_permission, Retry::after_operator, options.to, error.message());
  SOGOC_TRY(const auto documents, chosen_documents(archive->catalogue(), options));
  OrderedJson list = OrderedJson::array();
  for (const DocumentDetails& document : documents) {
    SOGOC_CHECK(export_document(*archive, document, options.to));
    list.push_back(document.row.identifier);
  }
  if (options.json)
    print_json({{"exported", std::move(list)}, {"to", options.to}});
  else
    print_line(say("{} documents written to {}", documents.size(), options.to));
  return ExitCode::done;
}

}  // namespace

void add_export_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("export", tr("write PDF/A, text, ALTO and metadata to a folder"));
  command->footer(tr("Example: sogoc export -A ARCHIVE --to out --dossier H49.64.33.2001.160"));
  add_archive_option(*command, options->archive);
  command->add_option("--to", options->to, tr("the folder; made when absent"))->required();
  command->add_option("--document", options->documents, tr("only these documents"));
  command->add_option("--dossier", options->filter.dossier, tr("only this dossier"));
  command->add_option("--batch", options->filter.batch, tr("only this batch"));
  command->add_flag("--json", options->json, tr("answer in JSON"));
  command->callback([options, &chosen] { chosen = [options] { return export_all(*options); }; });
}

}  // namespace sogoc
