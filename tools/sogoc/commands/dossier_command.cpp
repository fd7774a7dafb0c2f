#include "tools/sogoc/command.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/sentences.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  NewDossier dossier;
  std::string by;
  std::string accept;
  bool json = false;
};

OrderedJson json_of(const DossierCounts& counts) {
  return {{"documents", counts.documents},
          {"documents_done", counts.documents_done},
          {"pages", counts.pages},
          {"blank", counts.pages_blank},
          {"open", counts.pages_open},
          {"need_person", counts.pages_need_person},
          {"quarantined", counts.pages_quarantined},
          {"restricted", counts.pages_restricted},
          {"unreadable", counts.pages_unreadable},
          {"files_quarantined", counts.files_quarantined}};
}

OrderedJson json_of(const Dossier& dossier) {
  OrderedJson json = {{"code", dossier.about.code},
                      {"title", dossier.about.title},
                      {"retention", dossier.about.retention},
                      {"declared_sheets", nullptr},
                      {"state", name(dossier.state)},
                      {"counts", json_of(dossier.counts)},
                      {"created_at", local_time(dossier.created_at)},
                      {"created_by", dossier.created_by}};
  if (dossier.about.declared_sheets) json["declared_sheets"] = *dossier.about.declared_sheets;
  if (dossier.closed_at) json["closed_at"] = local_time(*dossier.closed_at);
  return json;
}

void print_dossier(const Dossier& dossier) {
  print_line(fmt::format("{}  [{}]  {}", dossier.about.code, tr(name(dossier.state).data()),
                         dossier.about.title));
  const std::string declared = dossier.about.declared_sheets
                                   ? std::to_string(*dossier.about.declared_sheets)
                                   : std::string("-");
  print_line(say("  sheets declared {}, pages scanned {}, of these blank {}, waiting for a person {}",
                 declared, dossier.counts.pages, dossier.counts.pages_blank,
                 dossier.counts.pages_need_person));
  if (dossier.counts.pages_unreadable > 0)
    print_line(say("  accepted as unreadable {}", dossier.counts.pages_unreadable));
}

Result<ExitCode> create(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_CHECK(archive->catalogue().add_dossier(options.dossier, options.by));
  SOGOC_TRY(const Dossier made, archive->catalogue().dossier(options.dossier.code));
  if (options.json)
    print_json(json_of(made));
  else
    print_line(say("made the dossier {}", made.about.code));
  return ExitCode::done;
}

Result<ExitCode> show(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  std::vector<Dossier> dossiers;
  if (options.dossier.code.empty()) {
    SOGOC_TRY(dossiers, archive->catalogue().dossiers());
  } else {
    SOGOC_TRY(Dossier one, archive->catalogue().dossier(options.dossier.code));
    dossiers.push_back(std::move(one));
  }
  OrderedJson list = OrderedJson::array();
  for (const Dossier& dossier : dossiers) {
    if (options.json)
      list.push_back(json_of(dossier));
    else
      print_dossier(dossier);
  }
  if (options.json) print_json(list);
  return ExitCode::done;
}

Result<ExitCode> close(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const DossierCheck check, archive->catalogue().compare(options.dossier.code));
  if (!check.unfinished.empty() || (!check.differences.empty() && options.accept.empty())) {
    if (options.json) {
      print_json({{"closed", false},
                  {"unfinished", check.unfinished},
                  {"differences", check.differences},
                  {"counts", json_of(check.counts)}});
    } else {
      for (const std::string& line : check.unfinished) print_line(say("not finished: {}", translated(line)));
      for (const std::string& line : check.differences) print_line(say("differs: {}", translated(line)));
      if (check.unfinished.empty())
        print_line(tr("to close it all the same, say why: --accept \"...\""));
    }
    return ExitCode::needs_person;
  }
  SOGOC_TRY(const DossierCheck closed,
            archive->catalogue().close_dossier(options.dossier.code, options.by, options.accept));
  if (options.json)
    print_json({{"closed", true}, {"counts", json_of(closed.counts)}});
  else
    print_line(say("closed the dossier {}", options.dossier.code));
  return ExitCode::done;
}

}  // namespace

void add_dossier_command(CLI::App& app, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* group = app.add_subcommand("dossier", tr("files of documents (hồ sơ): make, show, close"));
  group->footer(tr(
      "Examples: sogoc dossier create H49.64.33.2001.160 --title \"...\" --sheets 42 -A ARCHIVE\n"
      "          sogoc dossier close H49.64.33.2001.160 -A ARCHIVE"));
  group->require_subcommand(1);

  auto* make = group->add_subcommand("create", tr("make a dossier"));
  make->add_option("CODE", options->dossier.code, tr("dossier code (mã hồ sơ)"))->required();
  make->add_option("--title", options->dossier.title, tr("title"));
  make->add_option("--retention", options->dossier.retention,
                   tr("retention code 01 to 07 (TT 05/2025)"));
  make->add_option("--sheets", options->dossier.declared_sheets, tr("leaves of paper, counted by hand"));
  make->add_option("--note", options->dossier.note, tr("a note"));

  auto* display = group->add_subcommand("show", tr("show one dossier, or all"));
  display->add_option("CODE", options->dossier.code, tr("dossier code (mã hồ sơ)"));

  auto* finish = group->add_subcommand("close", tr("compare declared, scanned and blank; then close"));
  finish->add_option("CODE", options->dossier.code, tr("dossier code (mã hồ sơ)"))->required();
  finish->add_option("--accept", options->accept, tr("why a difference is accepted"));

  for (auto* command : {make, display, finish}) {
    add_archive_option(*command, options->archive);
    command->add_flag("--json", options->json, tr("answer in JSON"));
  }
  for (auto* command : {make, finish}) add_by_option(*command, options->by);
  make->callback([options, &chosen] { chosen = [options] { return create(*options); }; });
  display->callback([options, &chosen] { chosen = [options] { return show(*options); }; });
  finish->callback([options, &chosen] { chosen = [options] { return close(*options); }; });
}

}  // namespace sogoc
