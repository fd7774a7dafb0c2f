#include "pipeline/flow/station_link.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "pipeline/capture/capture_json.hpp"
#include "pipeline/core/owned_fd.hpp"
#include "pipeline/core/record_json.hpp"
#include "pipeline/flow/messages.hpp"

namespace sogoc {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;
using Json = nlohmann::json;
constexpr std::size_t kPiece = 512 * 1024;
constexpr std::uint64_t kWindow = 8 * kPiece;  // sent and not yet taken: what the archive's slowness may cost in memory

class Link final : public StationLink {
 public:
  Link(std::unique_ptr<WorkerSocket> socket, milliseconds limit, std::function<bool()> give_up)
      : socket_(std::move(socket)), limit_(limit), give_up_(std::move(give_up)) {}
  ~Link() override { (void)socket_->send(to_message(Bye{"done"}), milliseconds(0)).has_value(); }

  Done introduce(const std::string& program) {
    Hello hello{"station-" + std::to_string(::getpid()), "station", ::getpid(), 1, program};
    SOGOC_CHECK(send(to_message(hello)));
    SOGOC_TRY(const Message message, hear());
    if (message.kind == MessageKind::welcome) return {};
    if (message.kind == MessageKind::refuse) {
      SOGOC_TRY(const Refuse refused, refuse_in(message));
      return fail(ErrorCode::conflict, Retry::after_operator, "archive", refused.why);
    }
    return silent();
  }

  Done open(const CaptureOrder& order) override { return ask(Json{{"what", "order"}}, to_json(order)); }
  Done end(const std::string& order) override { return ask(Json{{"what", "end"}, {"order", order}}, "{}"); }

  Done deliver(const std::string& order, const CapturedSheet& sheet,
               const std::function<std::filesystem::path(const CapturedSide&)>& file_of) override {
    for (const CapturedSide& side : sheet.sides) SOGOC_CHECK(put(side, file_of(side), LeaseToken{sheet.sheet, side.side + 1}));
    return ask(Json{{"what", "sheet"}, {"order", order}}, to_json(sheet));
  }

 private:
  static tl::unexpected<Error> silent() {
    return fail(ErrorCode::network, Retry::same_step, "archive", "the archive does not answer; what was scanned is safe here and is sent when it does");
  }
  Done send(const Message& message) {
    if (auto sent = socket_->send(message, limit_); !sent) return silent();
    return {};
  }

  Result<Message> hear() {
    const auto until = Steady::now() + limit_;
    while (Steady::now() < until && !give_up_()) {
      auto received = socket_->receive(milliseconds(100));
      if (!received) return tl::unexpected<Error>(received.error());
      if (*received) return std::move(**received);
    }
    return silent();
  }

  // The next word about this blob: stored (nothing), or how much has arrived.
  Result<std::optional<std::uint64_t>> word_about(const Sha256& digest) {
    while (true) {
      SOGOC_TRY(const Message message, hear());
      if (message.kind == MessageKind::stored) {
        SOGOC_TRY(const Stored stored, stored_in(message));
        if (stored.digest == digest) return std::optional<std::uint64_t>{};
      } else if (message.kind == MessageKind::ack) {
        SOGOC_TRY(const Ack ack, ack_in(message));
        if (ack.digest == digest) return std::optional(ack.received);
      } else if (message.kind == MessageKind::refuse) {
        SOGOC_TRY(const Refuse refused, refuse_in(message));
        if (refused.reason == RefusalReason::no_space)
          return fail(ErrorCode::no_space, Retry::same_step, "archive", "the archive's disk is full; make room there, what was scanned is safe here");
        if (refused.reason == RefusalReason::bad_content)
          return fail(ErrorCode::corrupt, Retry::after_operator, to_hex(digest), "a picture on this station's disk is damaged; look after the disk and scan its sheet again");
        return silent();
      }
    }
  }

  Done put(const CapturedSide& side, const std::filesystem::path& file, const LeaseToken& lease) {
    const OwnedFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    const off_t end = fd ? ::lseek(fd.get(), 0, SEEK_END) : -1;
    if (end < 0 || static_cast<std::uint64_t>(end) != side.bytes)
      return fail(ErrorCode::corrupt, Retry::after_operator, file.string(), "a picture on this station's disk is damaged; look after the disk and scan its sheet again");
    SOGOC_CHECK(send(to_message(PutBegin{lease, side.digest, side.bytes}, "")));
    SOGOC_TRY(auto taken, word_about(side.digest));
    for (std::uint64_t sent = 0; taken && *taken < side.bytes;) {
      while (sent < side.bytes && sent - *taken < kWindow) {
        std::string piece(static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, side.bytes - sent)), '\0');
        const ssize_t got = ::pread(fd.get(), piece.data(), piece.size(), static_cast<off_t>(sent));
        if (got < 0 && errno == EINTR) continue;
        if (got != static_cast<ssize_t>(piece.size()))
          return fail(ErrorCode::corrupt, Retry::after_operator, file.string(), "a picture on this station's disk is damaged; look after the disk and scan its sheet again");
        SOGOC_CHECK(send(to_message(PutChunk{lease, side.digest, sent}, std::move(piece))));
        sent += static_cast<std::uint64_t>(got);
      }
      SOGOC_TRY(taken, word_about(side.digest));
    }
    if (!taken) return {};
    SOGOC_CHECK(send(to_message(PutEnd{lease, side.digest})));
    while (taken) {
      SOGOC_TRY(taken, word_about(side.digest));
    }
    return {};
  }

  Done ask(Json header, std::string body) {
    header["id"] = ++asked_;
    SOGOC_CHECK(send(Message{MessageKind::ask, header.dump(), std::move(body)}));
    while (true) {
      SOGOC_TRY(const Message message, hear());
      if (message.kind == MessageKind::refuse) return silent();
      if (message.kind != MessageKind::answer) continue;
      const Json about = Json::parse(message.header, nullptr, false);
      if (!about.is_object() || about.value("id", std::int64_t{0}) != asked_) continue;
      const Json answer = Json::parse(message.body, nullptr, false);
      if (!answer.is_object()) return silent();
      const auto error = answer.find("error");
      if (error == answer.end()) return {};
      SOGOC_TRY(const Error why, error_from_json(error->dump()));
      return tl::unexpected<Error>(why);
    }
  }

  std::unique_ptr<WorkerSocket> socket_;
  milliseconds limit_;
  std::function<bool()> give_up_;
  std::int64_t asked_ = 0;
};

}  // namespace

Result<std::unique_ptr<StationLink>> StationLink::connect(std::shared_ptr<TransportContext> context, const ConnectSettings& settings,
                                                          const std::string& program, milliseconds answer_limit, std::function<bool()> give_up) {
  SOGOC_TRY(auto socket, connect_worker(std::move(context), settings));
  auto link = std::make_unique<Link>(std::move(socket), answer_limit, std::move(give_up));
  SOGOC_CHECK(link->introduce(program));
  return std::unique_ptr<StationLink>(std::move(link));
}

}  // namespace sogoc
