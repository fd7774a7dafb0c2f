// sogoc copy print, receipt: the papers that go over the counter with an issued copy.

#include "tools/sogoc/commands/copy_commands.hpp"
#include "tools/sogoc/commands/office_options.hpp"
#include "tools/sogoc/copy_sources.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/office_papers.hpp"

namespace sogoc {
namespace {

struct Options {
  std::string archive;
  CopyId copy = 0;
  std::string converter, recipient, out;
  std::vector<std::string> values;
  ActorOptions actor;
};

// Nobody is handed a copy that the office does not stand by.
Result<CopyDetails> issued_copy(Archive& archive, const Options& options) {
  SOGOC_TRY(CopyDetails copy, archive.copies().copy(options.copy));
  if (copy.state != CopyState::issued || !copy.file)
    return fail(ErrorCode::conflict, Retry::after_operator, fmt::format("copy {}", copy.id),
                fmt::format("is {}: only an issued copy is printed or handed over", name(copy.state)));
  return copy;
}

// The paper, and a line in the log that it was made.
Result<ExitCode> write(Archive& archive, const Options& options, OfficePaper paper, const char* what, const CopyDetails& copy) {
  SOGOC_TRY(paper.added, form_values_in(options.values));
  SOGOC_CHECK(write_paper(archive, paper, SystemClock().now(), options.out));
  SOGOC_CHECK(archive.catalogue().add_event(options.actor.by, what, fmt::format("copy {}", copy.id), copy.copy_number));
  print_line(say("{} is in {}", copy.copy_number, options.out));
  return ExitCode::done;
}

Result<ExitCode> print(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const CopyDetails copy, issued_copy(*archive, options));
  OfficePaper paper{"print_form", print_values(copy, archive->identity(), SystemClock().now()), {}, copy.file};
  paper.known.emplace_back("converter", options.converter);
  return write(*archive, options, std::move(paper), "print_copy", copy);
}

Result<ExitCode> receipt(const Options& options) {
  SOGOC_TRY(const auto archive, Archive::open(options.archive));
  SOGOC_TRY(const CopyDetails copy, issued_copy(*archive, options));
  std::optional<RequestDetails> request;
  if (copy.request) {
    SOGOC_TRY(request, archive->copies().request(*copy.request));
  }
  const SystemClock clock;
  // A source that was written anew since keeps its name; without one the clerk gives it.
  const auto source = ArchiveSources(*archive, clock).gather(copy.source);
  OfficePaper paper{"hand_over_receipt", receipt_values(copy, request, source ? source->title : "", clock.now()), {}, {}};
  paper.known.emplace_back("recipient", options.recipient);
  paper.known.emplace_back("clerk", options.actor.by);
  return write(*archive, options, std::move(paper), "hand_over_copy", copy);
}

}  // namespace

void add_copy_paper_commands(CLI::App& copy, Command& chosen) {
  auto options = std::make_shared<Options>();
  auto* paper = copy.add_subcommand("print", tr("an issued copy as it goes on paper, with the marks of that conversion"));
  paper->footer("Example: sogoc copy print 17 -A ARCHIVE --converter \"Trần Văn Thử\" -o ban-in.pdf");
  paper->add_option("--converter", options->converter, tr("who brings it on paper; stands on every page"))->required();
  auto* hand_over = copy.add_subcommand("receipt", tr("the receipt that is signed when a copy is handed over"));
  hand_over->footer("Example: sogoc copy receipt 17 -A ARCHIVE --recipient \"Nguyễn Văn Mẫu\" --value place=\"Xã A\" -o giao-nhan.pdf");
  hand_over->add_option("--recipient", options->recipient, tr("who takes it"))->required();
  for (auto* command : {paper, hand_over}) {
    add_archive_option(*command, options->archive);
    command->add_option("COPY", options->copy, tr("the copy's id"))->required();
    command->add_option("-o,--output", options->out, tr("where the paper goes, as PDF"))->required();
    command->add_option("--value", options->values, tr("KEY=VALUE of the form: place, recipient_id, fee, notes ..."));
    add_actor_options(*command, options->actor);
  }
  paper->callback([options, &chosen] { chosen = [options] { return print(*options); }; });
  hand_over->callback([options, &chosen] { chosen = [options] { return receipt(*options); }; });
}

}  // namespace sogoc
