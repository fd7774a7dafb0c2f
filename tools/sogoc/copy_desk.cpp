#include "tools/sogoc/copy_desk.hpp"

#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "storage/durable_file.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/commands/copy_commands.hpp"
#include "tools/sogoc/copy_checker.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc {

Result<std::unique_ptr<CopyDesk>> CopyDesk::open(const std::filesystem::path& archive) {
  auto desk = std::make_unique<CopyDesk>();
  SOGOC_TRY(desk->archive_, Archive::open(archive));
  SOGOC_TRY(desk->signer_, signer_of(archive));
  desk->sources_ = std::make_unique<ArchiveSources>(*desk->archive_, desk->clock_);
  desk->bench_ = std::make_unique<WorkerBench>(desk->archive_->blobs());
  desk->checker_ = std::make_unique<WorkerChecker>(*desk->archive_);
  return desk;
}

CopyParts CopyDesk::parts() {
  return {archive_->copies(), *sources_, *bench_, *signer_, *checker_, clock_};
}

void CopyDesk::sign_log_daily(bool json) {
  CopyStore& store = archive_->copies();
  const auto signed_today = [&] {
    const auto latest = store.latest_head();
    return latest && *latest &&
           clock_.now() - UtcTime(std::chrono::milliseconds((*latest)->head.timestamp)) < std::chrono::hours(24);
  };
  if (signed_today()) return;
  // The copy is out: nobody at the counter waits for a timestamp authority that is silent.
  constexpr std::chrono::seconds kPatience{3};
  const auto publish = [&]() -> Result<SignedTreeHead> {
    SOGOC_TRY(const SignerAddress address, signer_address(archive_->folder()));
    SOGOC_TRY(const auto client, SignerClient::connect(make_transport_context(), address, kPatience));
    return publish_head(store, *client);
  };
  const auto head = publish();
  if (head) return;
  // Several clerks may be first at once: the signer takes one, and the others find the head signed.
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  if (signed_today()) return;
  Error error = head.error();
  error.context.emplace_back("signing today's head of the log");
  print_error(error, json);
}

Done CopyDesk::hand_out(const CopyDetails& copy, const std::filesystem::path& out) {
  if (!copy.file)
    return fail(ErrorCode::conflict, Retry::after_operator, copy.copy_number, "is not issued yet");
  SOGOC_TRY(const std::filesystem::path stored, archive_->blobs().find(*copy.file));
  return copy_file_durably(stored, out);
}

Result<ExitCode> report_copy(CopyDesk& desk, const CopyDetails& copy, const std::string& out, bool json) {
  const bool issued = copy.state == CopyState::issued;
  if (issued && !out.empty()) SOGOC_CHECK(desk.hand_out(copy, out));
  const auto waiting = waiting_for(copy);
  if (json) {
    OrderedJson answer{{"copy", copy.id},
                       {"number", copy.copy_number},
                       {"state", name(copy.state)},
                       {"file", issued && !out.empty() ? OrderedJson(out) : OrderedJson()},
                       {"lookup", token_text(copy.lookup)}};
    if (waiting)
      answer["waits_for"] = {{"role", name(waiting->role)}, {"digest", to_hex(waiting->digest)}, {"level", waiting->level}};
    print_json(answer);
  } else if (issued) {
    print_line(out.empty() ? say("copy {}: number {} is issued", copy.id, copy.copy_number)
                           : say("copy {}: number {} is issued: {}", copy.id, copy.copy_number, out));
  } else if (waiting) {
    print_line(say("copy {}: number {} waits for the approval of the {}: sogoc copy approve {}", copy.id,
                   copy.copy_number, name(waiting->role), copy.id));
  } else {
    print_line(say("copy {}: {}", copy.id, name(copy.state)));
  }
  return issued ? ExitCode::done : ExitCode::needs_person;
}

}  // namespace sogoc
