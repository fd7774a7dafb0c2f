#include "pipeline/core/record_json.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/outputs.hpp"
#include "tools/sogoc/sentences.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  std::string page;
  std::string document;
  bool text = false;
  bool json = false;
};

OrderedJson json_of(const PageRow& page) {
  OrderedJson json = {{"page", page.name},
                      {"file", page.file_name},
                      {"page_of_file", page.index.page_number()},
                      {"document", page.document_identifier},
                      {"page_of_document", page.page_of_document},
                      {"state", name(page.state)},
                      {"reasons", page.reasons}};
  if (page.error) json["error"] = OrderedJson::parse(to_json(*page.error));
  if (!page.decided_by.empty()) json["decided_by"] = page.decided_by;
  return json;
}

void print_page(const PageRow& page) {
  print_line(say("{}: page {} of {}, page {} of document {}", page.name, page.index.page_number(),
                 page.file_name, page.page_of_document, page.document_identifier));
  print_line(say("state: {}", tr(name(page.state).data())));
  for (const std::string& reason : page.reasons) print_line("  " + translated(reason));
  if (page.error) print_line("  " + translated(page.error->message));
}

void print_record(const PageRecord& record) {
  const PageQuality& quality = record.quality;
  print_line(say("master: {} x {} pixels, {:.0f} dpi ({}), paper {}", record.master_size.width,
                 record.master_size.height, quality.effective.x.value, quality.resolution_source,
                 quality.paper.empty() ? "-" : quality.paper));
  for (const PagePart& part : record.parts)
    print_line(say("turned {} degrees (confidence {:.2f}), skew {:.2f} (confidence {:.2f}), straightened by {:.2f}",
                   part.turned.clockwise, part.turn_confidence.fraction(), part.skew.clockwise,
                   part.skew_confidence.fraction(), part.deskewed.clockwise));
  std::string findings;
  for (const std::string& finding : quality.findings) findings += (findings.empty() ? "" : ", ") + translated(finding);
  if (!findings.empty()) print_line(say("findings: {}", findings));
  for (const std::string& note : record.notes) print_line(say("note: {}", translated(note)));
}

Result<ExitCode> inspect_page(Archive& archive, const Options& options) {
  SOGOC_TRY(const PageName named, page_named(options.page));
  SOGOC_TRY(const PageRow page, archive.catalogue().page_at(named.batch, named.ordinal));
  // What bears a secrecy mark is not shown before an authorised person has decided.
  const bool shown = page.record && page.state != PageState::restricted;
  std::string record_json;
  if (shown) {
    SOGOC_TRY(record_json, archive.blobs().load(*page.record));
  }
  if (options.json) {
    OrderedJson json = json_of(page);
    if (shown) json["record"] = OrderedJson::parse(record_json);
    print_json(json);
    return ExitCode::done;
  }
  print_page(page);
  if (!shown) return ExitCode::done;
  SOGOC_TRY(const PageRecord record, page_record_from_json(record_json));
  print_record(record);
  if (options.text)
    for (const PagePart& part : record.parts) print_line(body_text(part.text));
  return ExitCode::done;
}

OrderedJson json_of(const DocumentDetails& document) {
  OrderedJson files = OrderedJson::array();
  for (const FileRow& file : document.files) {
    OrderedJson json = {{"name", file.name},
                        {"sha256", to_hex(file.digest)},
                        {"bytes", file.bytes},
                        {"state", name(file.state)}};
    if (file.opened) json["opened"] = OrderedJson::parse(to_json(*file.opened));
    files.push_back(std::move(json));
  }
  OrderedJson json = {{"document", document.row.identifier},
                      {"state", name(document.row.state)},
                      {"pages", document.row.pages},
                      {"files", std::move(files)},
                      {"metadata", OrderedJson::parse(metadata_text(document))},
                      {"doubts", document.doubts},
                      {"notes", document.notes}};
  if (document.outputs)
    json["outputs"] = {{"pdf", to_hex(document.outputs->pdf)},
                       {"text", to_hex(document.outputs->text)},
                       {"alto", to_hex(document.outputs->alto)}};
  return json;
}

void print_document(const DocumentDetails& document) {
  print_line(say("{}: {} pages, state {}", document.row.identifier, document.row.pages,
                 tr(name(document.row.state).data())));
  for (const FileRow& file : document.files) {
    print_line(fmt::format("  {}  {}", to_hex(file.digest), file.name));
    if (!file.opened) continue;
    for (const SignatureNote& signature : file.opened->signatures)
      print_line(say("    carries an electronic signature ({}): present, not verified", signature.field));
  }
  for (const FieldDetails& field : document.fields) {
    const MetadataField value = field.effective();
    print_line(fmt::format("  {:<16} {:<12} {:.2f}  {}", field.machine.key, name(value.state),
                           value.confidence.fraction(), value.value));
  }
  for (const std::string& doubt : document.doubts) print_line(say("doubt: {}", translated(doubt)));
}

Result<ExitCode> inspect(const Options& options) {
  if (options.page.empty() == options.document.empty())
    return fail(ErrorCode::usage, Retry::never, "", "name either --page or --document");
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  if (!options.page.empty()) return inspect_page(*archive, options);
  SOGOC_TRY(const DocumentDetails document, find_document(archive->catalogue(), options.document));
  if (options.json)
    print_json(json_of(document));
  else
    print_document(document);
  return ExitCode::done;
}

}  // namespace

void add_inspect_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("inspect", tr("everything known about a page or a document"));
  command->footer(tr(
      "Examples: sogoc inspect -A ARCHIVE --page 3:12 --text\n"
      "          sogoc inspect -A ARCHIVE --document H49.64.33.2001.160.0000001 --json"));
  add_archive_option(*command, options->archive);
  command->add_option("--page", options->page, tr("a page, BATCH:PAGE"));
  command->add_option("--document", options->document, tr("a document"));
  command->add_flag("--text", options->text, tr("with the page's body text"));
  command->add_flag("--json", options->json, tr("answer in JSON"));
  command->callback([options, &chosen] { chosen = [options] { return inspect(*options); }; });
}

}  // namespace sogoc
