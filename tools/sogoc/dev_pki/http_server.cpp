#include "tools/sogoc/dev_pki/http_server.hpp"

#include <csignal>
#include <memory>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace sogoc::dev_pki {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Answering = std::function<HttpAnswer(const HttpQuestion&)>;

constexpr std::uint64_t kMostBodyBytes = 1u << 20;
constexpr auto kPatience = std::chrono::seconds(30);

// One connection: question, pause, answer, and again while it is kept alive.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, const Answering& answering)
      : stream_(std::move(socket)), pause_(stream_.get_executor()), answering_(answering) {}

  void read() {
    parser_.emplace();
    parser_->body_limit(kMostBodyBytes);
    stream_.expires_after(kPatience);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](error_code error, std::size_t) {
                       if (!error) self->think();
                     });
  }

 private:
  void think() {
    const auto& asked = parser_->get();
    HttpAnswer answer = answering_(
        {std::string(asked.method_string()), std::string(asked.target()), asked.body()});
    if (answer.silent) {
      stream_.expires_never();
      pause_.expires_after(std::chrono::hours(1));
      pause_.async_wait([self = shared_from_this()](error_code) {});
      return;
    }
    response_ = {};
    response_.version(asked.version());
    response_.result(answer.status);
    response_.set(http::field::content_type, answer.type);
    response_.keep_alive(asked.keep_alive());
    response_.body() = std::move(answer.body);
    response_.prepare_payload();
    if (answer.delay.count() == 0) return write();
    stream_.expires_never();
    pause_.expires_after(answer.delay);
    pause_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->write();
    });
  }

  void write() {
    stream_.expires_after(kPatience);
    http::async_write(stream_, response_,
                      [self = shared_from_this()](error_code error, std::size_t) {
                        if (!error && self->response_.keep_alive()) self->read();
                      });
  }

  beast::tcp_stream stream_;
  asio::steady_timer pause_;
  const Answering& answering_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
};

void accept_next(tcp::acceptor& acceptor, const Answering& answering) {
  acceptor.async_accept([&](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) std::make_shared<Session>(std::move(socket), answering)->read();
    accept_next(acceptor, answering);
  });
}

tl::unexpected<Error> taken(std::uint16_t port, const error_code& error) {
  return fail(ErrorCode::unavailable, Retry::after_operator, "127.0.0.1:" + std::to_string(port),
              "cannot listen there: " + error.message());
}

Done listen(tcp::acceptor& acceptor, std::uint16_t port) {
  error_code error;
  acceptor.open(tcp::v4(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind({asio::ip::address_v4::loopback(), port}, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return taken(port, error);
  return {};
}

}  // namespace

Done serve_http(std::uint16_t port, std::function<HttpAnswer(const HttpQuestion&)> answer,
                const std::function<void()>& ready) {
  asio::io_context context(1);
  tcp::acceptor acceptor(context);
  SOGOC_CHECK(listen(acceptor, port));
  asio::signal_set signals(context, SIGTERM, SIGINT);
  signals.async_wait([&](error_code, int) { context.stop(); });
  accept_next(acceptor, answer);
  ready();
  context.run();
  return {};
}

Result<std::uint16_t> free_port() {
  asio::io_context context;
  tcp::acceptor acceptor(context);
  SOGOC_CHECK(listen(acceptor, 0));
  error_code error;
  const auto where = acceptor.local_endpoint(error);
  if (error) return taken(0, error);
  return where.port();
}

}  // namespace sogoc::dev_pki
