#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <zmq.hpp>

#include "pipeline/transport/frames.hpp"
#include "pipeline/transport/sockets.hpp"
#include "pipeline/transport/zap_handler.hpp"

namespace sogoc {

class TransportContext {
 public:
  zmq::context_t zmq{1};
};

std::shared_ptr<TransportContext> make_transport_context() {
  return std::make_shared<TransportContext>();
}

namespace {

using std::chrono::milliseconds;

// Above the longest honest queue: a body of 64 parts, or a window of chunks.
constexpr int kHighWater = 96;
constexpr std::size_t kMaxIpcPath = 107;
constexpr std::size_t kMaxJoiningPeers = 256;

tl::unexpected<Error> zmq_failure(const zmq::error_t& error, const std::string& subject) {
  switch (error.num()) {
    case EADDRINUSE:
      return fail(ErrorCode::unavailable, Retry::after_operator, subject,
                  "the address is in use by another program");
    case EADDRNOTAVAIL:
      return fail(ErrorCode::network, Retry::after_operator, subject,
                  "this machine has no such address; listen on one of its own, or on 0.0.0.0 for all of them");
    case EACCES:
      return fail(ErrorCode::no_permission, Retry::after_operator, subject,
                  "listening here is not permitted");
    case EHOSTUNREACH:
    case EAGAIN:
      return fail(ErrorCode::unavailable, Retry::same_step, subject,
                  "the other side is gone or does not read its messages");
    default:
      return fail(ErrorCode::network, Retry::after_operator, subject, error.what());
  }
}

template <typename Work>
auto inside_zmq(const std::string& subject, Work work) -> std::invoke_result_t<Work> {
  try {
    return work();
  } catch (const zmq::error_t& error) {
    return zmq_failure(error, subject);
  }
}

void set_common_options(zmq::socket_t& socket) {
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::sndhwm, kHighWater);
  socket.set(zmq::sockopt::rcvhwm, kHighWater);
  socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(kMaxFrameBytes + 1024));
  // A peer that vanished without a word (power, cable) is noticed by ZeroMQ itself.
  socket.set(zmq::sockopt::heartbeat_ivl, 5000);
  socket.set(zmq::sockopt::heartbeat_timeout, 20000);
  socket.set(zmq::sockopt::handshake_ivl, 5000);
}

Done check_endpoint(const std::string& endpoint, bool has_keys) {
  if (endpoint.starts_with("tcp://")) {
    if (has_keys) return {};
    return fail(ErrorCode::usage, Retry::never, endpoint,
                "tcp is spoken only with keys: give --key and --server-key (a worker) or "
                "--listen-workers with a key file (a coordinator)");
  }
  if (endpoint.starts_with("ipc://")) {
    if (endpoint.size() - 6 <= kMaxIpcPath) return {};
    return fail(ErrorCode::usage, Retry::never, endpoint, "the socket's path is too long");
  }
  if (endpoint.starts_with("inproc://")) return {};
  return fail(ErrorCode::usage, Retry::never, endpoint,
              "is not an address: use tcp://HOST:PORT or ipc://PATH");
}

// A signal may interrupt ZeroMQ anywhere; nothing was taken or given then.
template <typename Work>
auto uninterrupted(Work work) -> std::invoke_result_t<Work> {
  while (true) {
    try {
      return work();
    } catch (const zmq::error_t& error) {
      if (error.num() != EINTR) throw;
    }
  }
}

// Nothing when no message waits. More than the wire's frames are read and counted, not kept.
struct RawMessage {
  std::vector<zmq::message_t> frames;
  std::size_t count = 0;
};
std::optional<RawMessage> receive_raw(zmq::socket_t& socket, std::size_t keep) {
  RawMessage raw;
  bool more = true;
  while (more) {
    zmq::message_t frame;
    if (!uninterrupted([&] { return socket.recv(frame, zmq::recv_flags::dontwait); }))
      return std::nullopt;
    more = frame.more();
    ++raw.count;
    if (raw.frames.size() < keep) raw.frames.push_back(std::move(frame));
  }
  return raw;
}

Result<Message> message_in(const RawMessage& raw, std::size_t skip) {
  std::array<std::string_view, kFrames> views{};
  if (raw.count != skip + kFrames) return message_from_frames({});
  for (std::size_t i = 0; i < kFrames; ++i) views[i] = raw.frames[skip + i].to_string_view();
  return message_from_frames(views);
}

// True when all frames were taken. The first frame decides: ZeroMQ takes all of a message or none.
bool send_frames(zmq::socket_t& socket, const std::string* peer, const Message& message) {
  using zmq::send_flags;
  const send_flags more = send_flags::sndmore | send_flags::dontwait;
  const auto give = [&](std::string_view bytes, send_flags flags) {
    return uninterrupted([&] { return socket.send(zmq::buffer(bytes), flags); }).has_value();
  };
  return (peer == nullptr || give(*peer, more)) && give(kWireVersion, more) &&
         give(name(message.kind), more) && give(message.header, more) &&
         give(message.body, send_flags::dontwait);
}

bool wait_for(zmq::socket_t& socket, short events, milliseconds wait, int wake = -1) {
  std::array<zmq::pollitem_t, 2> items{{{socket.handle(), 0, events, 0}, {nullptr, wake, ZMQ_POLLIN, 0}}};
  try {
    return zmq::poll(items.data(), wake < 0 ? 1 : 2, wait) > 0 && items[0].revents != 0;
  } catch (const zmq::error_t& error) {
    if (error.num() == EINTR) return false;  // a signal: the caller looks at its stop flag
    throw;
  }
}

class ZmqCoordinatorSocket final : public CoordinatorSocket {
 public:
  explicit ZmqCoordinatorSocket(std::shared_ptr<TransportContext> context)
      : context_(std::move(context)), socket_(context_->zmq, zmq::socket_type::router) {}

  [[nodiscard]] Done bind(const BindSettings& settings) {
    wake_ = settings.wake;
    return inside_zmq("transport", [&]() -> Done {
      set_common_options(socket_);
      socket_.set(zmq::sockopt::router_mandatory, true);
      for (const std::string& endpoint : settings.endpoints)
        SOGOC_CHECK(check_endpoint(endpoint, settings.curve.has_value()));
      // Options hold for what is bound after them: local addresses first, without keys.
      const auto guarded = [&](const std::string& endpoint) {
        return endpoint.starts_with("tcp://") ||
               (settings.curve_on_ipc && endpoint.starts_with("ipc://"));
      };
      for (const std::string& endpoint : settings.endpoints)
        if (!guarded(endpoint)) SOGOC_CHECK(bind_one(endpoint));
      if (!settings.curve) return {};
      SOGOC_TRY(zap_, ZapHandler::start(context_->zmq, settings.curve->allowed));
      socket_.set(zmq::sockopt::zap_domain, "sogoc");
      socket_.set(zmq::sockopt::curve_server, true);
      socket_.set(zmq::sockopt::curve_secretkey, settings.curve->keys.secret_key);
      for (const std::string& endpoint : settings.endpoints)
        if (guarded(endpoint)) SOGOC_CHECK(bind_one(endpoint));
      return {};
    });
  }

  Result<std::optional<Received>> receive(milliseconds wait) override {
    return inside_zmq("transport", [&]() -> Result<std::optional<Received>> {
      auto raw = receive_raw(socket_, kFrames + 1);
      if (!raw) {
        if (!wait_for(socket_, ZMQ_POLLIN, wait, wake_)) return std::nullopt;
        raw = receive_raw(socket_, kFrames + 1);
        if (!raw) return std::nullopt;
      }
      const std::string peer = raw->frames.front().to_string();
      Received received{peer, key_name_of(raw->frames.back()), message_in(*raw, 1)};
      if (received.message) {
        SOGOC_TRY(auto whole, joined(peer, std::move(*received.message)));
        if (!whole) return std::nullopt;
        received.message = std::move(*whole);
      }
      return received;
    });
  }

  Done send(const std::string& peer, const Message& message) override {
    SOGOC_TRY(const auto pieces, split_message(message));
    return inside_zmq("worker", [&]() -> Done {
      for (const Message& piece : pieces)
        if (!send_frames(socket_, &peer, piece))
          return fail(ErrorCode::unavailable, Retry::same_step, "worker",
                      "it does not read its messages");
      return {};
    });
  }

  void forget(const std::string& peer) override { joiners_.erase(peer); }

  [[nodiscard]] std::vector<std::string> addresses() const override { return addresses_; }

 private:
  Done bind_one(const std::string& endpoint) {
    return inside_zmq(endpoint, [&]() -> Done {
      socket_.bind(endpoint);
      addresses_.push_back(socket_.get(zmq::sockopt::last_endpoint));
      return {};
    });
  }

  static std::string key_name_of(zmq::message_t& frame) {
    const char* user = zmq_msg_gets(frame.handle(), "User-Id");
    return user == nullptr ? std::string() : std::string(user);
  }

  // A malformed sequence of parts is the sender's fault: it becomes the received message's error.
  Result<std::optional<Result<Message>>> joined(const std::string& peer, Message message) {
    const bool is_part = message.kind == MessageKind::part;
    auto joiner = joiners_.find(peer);
    if (joiner == joiners_.end()) {
      if (!is_part) return Result<Message>(std::move(message));
      if (joiners_.size() >= kMaxJoiningPeers) joiners_.erase(joiners_.begin());
      joiner = joiners_.emplace(peer, PartJoiner()).first;
    }
    auto whole = joiner->second.add(std::move(message));
    if (!whole) {
      joiners_.erase(joiner);
      return Result<Message>(tl::unexpected<Error>(std::move(whole).error()));
    }
    if (!*whole) return std::nullopt;
    joiners_.erase(joiner);
    return Result<Message>(std::move(**whole));
  }

  std::shared_ptr<TransportContext> context_;  // first: goes last
  std::unique_ptr<ZapHandler> zap_;
  zmq::socket_t socket_;
  int wake_ = -1;
  std::map<std::string, PartJoiner> joiners_;
  std::vector<std::string> addresses_;
};

class ZmqWorkerSocket final : public WorkerSocket {
 public:
  ZmqWorkerSocket(std::shared_ptr<TransportContext> context, std::string endpoint)
      : context_(std::move(context)),
        endpoint_(std::move(endpoint)),
        socket_(context_->zmq, zmq::socket_type::dealer),
        watch_(context_->zmq, zmq::socket_type::pair) {}

  [[nodiscard]] Done connect(const ConnectSettings& settings) {
    return inside_zmq(endpoint_, [&]() -> Done {
      SOGOC_CHECK(check_endpoint(endpoint_, settings.curve.has_value()));
      set_common_options(socket_);
      socket_.set(zmq::sockopt::reconnect_ivl, 50);
      socket_.set(zmq::sockopt::reconnect_ivl_max, 2000);
      if (settings.curve && !endpoint_.starts_with("inproc://")) {
        socket_.set(zmq::sockopt::curve_serverkey, settings.curve->server_key);
        socket_.set(zmq::sockopt::curve_publickey, settings.curve->keys.public_key);
        socket_.set(zmq::sockopt::curve_secretkey, settings.curve->keys.secret_key);
        // The only way to learn that our key was refused: silence looks the same.
        const std::string address = fmt::format("inproc://watch-{}", static_cast<void*>(this));
        if (zmq_socket_monitor(socket_.handle(), address.c_str(),
                               ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                                   ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                                   ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL) != 0)
          throw zmq::error_t();
        watch_.set(zmq::sockopt::linger, 0);
        watch_.connect(address);
        watching_ = true;
      }
      socket_.connect(endpoint_);
      return {};
    });
  }

  Result<std::optional<Message>> receive(milliseconds wait) override {
    return inside_zmq(endpoint_, [&]() -> Result<std::optional<Message>> {
      auto raw = receive_raw(socket_, kFrames);
      if (!raw) {
        std::array<zmq::pollitem_t, 2> items{{{socket_.handle(), 0, ZMQ_POLLIN, 0},
                                              {watch_.handle(), 0, ZMQ_POLLIN, 0}}};
        try {
          if (zmq::poll(items.data(), watching_ ? 2 : 1, wait) == 0) return std::nullopt;
        } catch (const zmq::error_t& error) {
          if (error.num() == EINTR) return std::nullopt;
          throw;
        }
        if (watching_ && (items[1].revents & ZMQ_POLLIN) != 0) SOGOC_CHECK(read_watch());
        raw = receive_raw(socket_, kFrames);
        if (!raw) return std::nullopt;
      }
      SOGOC_TRY(Message message, message_in(*raw, 0));
      return joiner_.add(std::move(message));
    });
  }

  Done send(const Message& message, milliseconds wait) override {
    SOGOC_TRY(const auto pieces, split_message(message));
    return inside_zmq(endpoint_, [&]() -> Done {
      for (const Message& piece : pieces) {
        if (send_frames(socket_, nullptr, piece)) continue;
        if (!wait_for(socket_, ZMQ_POLLOUT, wait) || !send_frames(socket_, nullptr, piece))
          return fail(ErrorCode::timeout, Retry::same_step, endpoint_,
                      "the coordinator takes no messages");
      }
      return {};
    });
  }

 private:
  // A monitor event: frame 1 = event (16 bit) and value (32 bit) in host order, frame 2 = address.
  Done read_watch() {
    const auto raw = receive_raw(watch_, 2);
    if (!raw || raw->frames.empty() || raw->frames[0].size() < 6) return {};
    std::uint16_t event = 0;
    std::uint32_t value = 0;
    std::memcpy(&event, raw->frames[0].data(), sizeof event);
    std::memcpy(&value, raw->frames[0].data<char>() + sizeof event, sizeof value);
    if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
      return fail(ErrorCode::no_permission, Retry::after_operator, endpoint_,
                  "the coordinator does not know this worker's key: add its public key to the "
                  "coordinator's list of workers");
    return fail(ErrorCode::no_permission, Retry::after_operator, endpoint_,
                fmt::format("no agreement on keys: check that --server-key is the public key of "
                            "this coordinator (event {}, {})",
                            event, value));
  }

  std::shared_ptr<TransportContext> context_;  // first: goes last
  std::string endpoint_;
  zmq::socket_t socket_;
  zmq::socket_t watch_;
  bool watching_ = false;
  PartJoiner joiner_;
};

}  // namespace

Result<std::unique_ptr<CoordinatorSocket>> bind_coordinator(
    std::shared_ptr<TransportContext> context, const BindSettings& settings) {
  return inside_zmq("transport", [&]() -> Result<std::unique_ptr<CoordinatorSocket>> {
    auto socket = std::make_unique<ZmqCoordinatorSocket>(std::move(context));
    SOGOC_CHECK(socket->bind(settings));
    return socket;
  });
}

Result<std::unique_ptr<WorkerSocket>> connect_worker(std::shared_ptr<TransportContext> context,
                                                     const ConnectSettings& settings) {
  return inside_zmq(settings.endpoint, [&]() -> Result<std::unique_ptr<WorkerSocket>> {
    auto socket = std::make_unique<ZmqWorkerSocket>(std::move(context), settings.endpoint);
    SOGOC_CHECK(socket->connect(settings));
    return socket;
  });
}

}  // namespace sogoc
