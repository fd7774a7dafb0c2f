#include "pipeline/transport/zap_handler.hpp"

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <stop_token>

namespace sogoc {

namespace {

constexpr const char* kZapAddress = "inproc://zeromq.zap.01";
constexpr std::chrono::milliseconds kLookForStop{100};

using NamesByKey = std::map<std::string, std::string>;  // 32 raw bytes -> name

std::string raw_key(const std::string& z85) {
  std::string raw(32, '\0');
  if (zmq_z85_decode(reinterpret_cast<std::uint8_t*>(raw.data()), z85.c_str()) == nullptr) return {};
  return raw;
}

void answer(zmq::socket_t& socket, const NamesByKey& names) {
  // version, request id, domain, address, identity, mechanism, credentials...
  std::vector<zmq::message_t> request;
  bool more = true;
  while (more) {
    zmq::message_t frame;
    if (!socket.recv(frame, zmq::recv_flags::dontwait)) return;
    more = frame.more();
    request.push_back(std::move(frame));
  }
  std::string status = "400";
  std::string reason = "key not allowed";
  std::string user;
  if (request.size() == 7 && request[5].to_string_view() == "CURVE") {
    const auto known = names.find(request[6].to_string());
    if (known != names.end()) {
      status = "200";
      reason = "OK";
      user = known->second;
    }
  }
  const std::string id = request.size() > 1 ? request[1].to_string() : std::string();
  const std::array<std::string, 6> reply{"1.0", id, status, reason, user, ""};
  for (std::size_t i = 0; i < reply.size(); ++i)
    socket.send(zmq::buffer(reply[i]),
                i + 1 < reply.size() ? zmq::send_flags::sndmore : zmq::send_flags::none);
}

}  // namespace

Result<std::unique_ptr<ZapHandler>> ZapHandler::start(zmq::context_t& context,
                                                      const std::vector<AllowedWorker>& allowed) {
  NamesByKey names;
  for (const AllowedWorker& worker : allowed) names[raw_key(worker.public_key)] = worker.name;
  // Made here and moved into the thread, which alone uses it from then on.
  auto socket = std::make_shared<zmq::socket_t>(context, zmq::socket_type::rep);
  try {
    socket->set(zmq::sockopt::linger, 0);
    socket->bind(kZapAddress);
  } catch (const zmq::error_t&) {
    return fail(ErrorCode::internal, Retry::never, "transport",
                "two coordinators with keys share one context");
  }
  return std::unique_ptr<ZapHandler>(new ZapHandler(
      std::jthread([socket = std::move(socket), names = std::move(names)](std::stop_token stop) {
        try {
          while (!stop.stop_requested()) {
            zmq::pollitem_t item{socket->handle(), 0, ZMQ_POLLIN, 0};
            if (zmq::poll(&item, 1, kLookForStop) > 0) answer(*socket, names);
          }
        } catch (const zmq::error_t&) {
          return;  // the context ends
        }
      })));
}

}  // namespace sogoc
