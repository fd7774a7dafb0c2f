#include "tools/http/http_server.hpp"

#include <array>
#include <cctype>
#include <charconv>
#include <csignal>
#include <deque>
#include <limits>
#include <mutex>
#include <set>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

namespace sogoc::web {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bh = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Plain = beast::tcp_stream;
using Secure = beast::ssl_stream<beast::tcp_stream>;
using Bytes = bh::span_body<const char>;

constexpr std::size_t kMostWaitingEvents = 256 * 1024;  // bytes; who reads more slowly is let go

Method method_of(bh::verb verb) {
  switch (verb) {
    case bh::verb::get: return Method::get;
    case bh::verb::head: return Method::head;
    case bh::verb::post: return Method::post;
    case bh::verb::put: return Method::put;
    case bh::verb::delete_: return Method::del;
    default: return Method::other;
  }
}

class Connection {
 public:
  virtual ~Connection() = default;
  // Nothing new; what is under way may end.
  virtual void wind_down() = 0;
};

struct Server {
  const ServerSettings& settings;
  Application& application;
  std::set<Connection*> connections{};
  std::uint64_t files = 0;
  bool stopping = false;
};

template <typename Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(Stream stream, Server& server, std::string peer) : stream_(std::move(stream)), server_(server), peer_(std::move(peer)) {
    server_.connections.insert(this);
  }
  ~Session() override { server_.connections.erase(this); }

  void start() {
    if constexpr (std::is_same_v<Stream, Secure>) {
      lowest().expires_after(server_.settings.head_patience);
      stream_.async_handshake(asio::ssl::stream_base::server, [self = this->shared_from_this()](error_code error) {
        if (!error) self->read_head();
      });
    } else {
      read_head();
    }
  }

  void wind_down() override {
    keep_alive_ = false;
    if (state_ == State::waiting || state_ == State::streaming) lowest().cancel();
  }

 private:
  enum class State : std::uint8_t { waiting, reading, answering, streaming };

  // ---- Reading

  void read_head() {
    if (server_.stopping) return close();
    state_ = State::waiting;
    request_ = Request();
    head_.emplace();
    head_->header_limit(server_.settings.most_head_bytes);
    head_->body_limit(std::numeric_limits<std::uint64_t>::max());  // the route says it; boost::none would refuse every length (1.74)
    lowest().expires_after(server_.settings.head_patience);
    bh::async_read_header(stream_, buffer_, *head_, [self = this->shared_from_this()](error_code error, std::size_t) { self->got_head(error); });
  }

  void got_head(error_code error) {
    state_ = State::reading;
    if (error == bh::error::header_limit) return refuse(431);
    if (error == bh::error::body_limit) return refuse(413);
    if (error == bh::error::end_of_stream || error == asio::error::operation_aborted || error == asio::error::eof) return close();
    if (error == beast::error::timeout) return;  // idle, or a head that does not end
    if (error) return refuse(400);
    const auto& head = head_->get();
    keep_alive_ = head.keep_alive() && !server_.stopping;
    version_ = head.version();
    is_head_ = head.method() == bh::verb::head;
    request_.method = method_of(head.method());
    request_.peer = peer_;
    request_.tls = std::is_same_v<Stream, Secure>;
    for (const auto& field : head) {
      std::string name(field.name_string());
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      request_.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    if (!read_target({head.target().data(), head.target().size()}, request_)) return refuse(400);
    BodyPlan plan = server_.application.plan(request_);
    if (plan.refusal) {
      keep_alive_ = keep_alive_ && head_->is_done();
      return write(std::move(*plan.refusal));
    }
    if (head_->is_done()) return ask();
    const auto length = head_->content_length();
    if (length && *length > plan.most_bytes) return refuse(413);
    const std::uint64_t expected = length ? *length : plan.most_bytes;
    const auto patience = server_.settings.head_patience + std::chrono::seconds(expected / server_.settings.least_bytes_per_second);
    lowest().expires_after(patience);
    if (beast::iequals(head[bh::field::expect], "100-continue")) {
      continue_.emplace();
      continue_->version(version_);
      continue_->result(bh::status::continue_);
      bh::async_write(stream_, *continue_, [self = this->shared_from_this(), plan](error_code failed, std::size_t) {
        if (!failed) self->read_body(plan);
      });
      return;
    }
    read_body(plan);
  }

  void read_body(const BodyPlan& plan) {
    if (plan.to_file) return read_body_to_file(plan.most_bytes);
    in_memory_.emplace(std::move(*head_));
    in_memory_->body_limit(plan.most_bytes);
    bh::async_read(stream_, buffer_, *in_memory_, [self = this->shared_from_this()](error_code error, std::size_t) {
      if (error) return self->broken_body(error);
      self->request_.body = std::move(self->in_memory_->get().body());
      self->ask();
    });
  }

  void read_body_to_file(std::uint64_t most) {
    const auto path = server_.settings.scratch / ("body-" + std::to_string(++server_.files));
    in_file_.emplace(std::move(*head_));
    in_file_->body_limit(most);
    error_code error;
    in_file_->get().body().open(path.c_str(), beast::file_mode::write_new, error);
    request_.body_file = std::make_shared<TemporaryFile>(path);
    if (error) return refuse(500);
    bh::async_read(stream_, buffer_, *in_file_, [self = this->shared_from_this()](error_code failed, std::size_t) {
      if (failed) return self->broken_body(failed);
      self->in_file_->get().body().close();
      self->ask();
    });
  }

  void broken_body(error_code error) {
    request_.body_file.reset();
    if (error == bh::error::body_limit) return refuse(413);
    if (error == beast::error::timeout || error == bh::error::partial_message || error == asio::error::operation_aborted) return close();
    refuse(400);
  }

  // ---- Answering

  class Answer final : public Reply {
   public:
    explicit Answer(std::shared_ptr<Session> session) : session_(std::move(session)) {}
    ~Answer() override {
      if (!session_) return;
      Response response;
      response.status = 500;
      Answer::send(std::move(response));
    }
    void send(Response response) override {
      if (!session_) return;
      auto session = std::move(session_);
      session_ = nullptr;
      auto executor = session->stream_.get_executor();
      asio::post(executor, [session = std::move(session), response = std::move(response)]() mutable { session->write(std::move(response)); });
    }
    std::shared_ptr<EventSink> open_events(Response head) override {
      if (!session_) return nullptr;
      auto session = std::move(session_);
      session_ = nullptr;
      auto sink = std::make_shared<Sink>(session);
      auto executor = session->stream_.get_executor();
      asio::post(executor, [session = std::move(session), head = std::move(head)]() mutable { session->begin_stream(std::move(head)); });
      return sink;
    }

   private:
    std::shared_ptr<Session> session_;
  };

  void ask() {
    state_ = State::answering;
    lowest().expires_never();
    server_.application.answer(std::move(request_), std::make_shared<Answer>(this->shared_from_this()));
  }

  void refuse(unsigned status) {
    keep_alive_ = false;
    write(server_.application.refusal(status, request_));
  }

  void write(Response response) {
    state_ = State::answering;
    const std::shared_ptr<const std::string> body =
        response.shared_body ? response.shared_body : std::make_shared<const std::string>(std::move(response.body));
    body_ = body;
    response_.emplace();
    fill(*response_, response);
    response_->keep_alive(keep_alive_ && !server_.stopping);
    response_->content_length(body->size());
    response_->body() = {body->data(), body->size()};
    serializer_.emplace(*response_);
    lowest().expires_after(server_.settings.head_patience + std::chrono::seconds(body->size() / server_.settings.least_bytes_per_second));
    const auto done = [self = this->shared_from_this()](error_code error, std::size_t) {
      const bool again = !error && self->response_->keep_alive();
      self->serializer_.reset();
      self->response_.reset();
      self->body_.reset();
      self->in_memory_.reset();
      self->in_file_.reset();
      self->request_ = Request();
      if (again) self->read_head();
      else if (!error) self->close();
    };
    if (is_head_) bh::async_write_header(stream_, *serializer_, done);
    else bh::async_write(stream_, *serializer_, done);
  }

  template <typename Message>
  void fill(Message& message, const Response& response) {
    message.version(version_);
    message.result(response.status);
    for (const auto& [name, value] : response.headers) message.insert(name, value);
  }

  // ---- Streams of events

  class Sink final : public EventSink {
   public:
    explicit Sink(const std::shared_ptr<Session>& session) : session_(session), executor_(session->stream_.get_executor()) {}
    bool send(std::string text) override {
      const auto session = session_.lock();
      if (!session) return false;
      {
        const std::lock_guard lock(session->waiting_lock_);
        if (session->ended_) return false;
        if (session->waiting_bytes_ + text.size() > kMostWaitingEvents) {
          session->ended_ = true;
          asio::post(executor_, [session] { session->lowest().cancel(); });
          return false;
        }
        session->waiting_bytes_ += text.size();
        session->waiting_.push_back(std::move(text));
      }
      asio::post(executor_, [session] { session->write_events(); });
      return true;
    }
    void end() override {
      if (const auto session = session_.lock()) asio::post(executor_, [session] { session->end_stream(); });
    }

   private:
    std::weak_ptr<Session> session_;
    asio::any_io_executor executor_;
  };

  void begin_stream(Response head) {
    if (server_.stopping) return close();
    state_ = State::streaming;
    keep_alive_ = false;
    stream_head_.emplace();
    fill(*stream_head_, head);
    stream_head_->keep_alive(false);
    stream_serializer_.emplace(*stream_head_);
    lowest().expires_after(server_.settings.head_patience);
    bh::async_write_header(stream_, *stream_serializer_, [self = this->shared_from_this()](error_code error, std::size_t) {
      if (error) return self->end_stream();
      self->head_written_ = true;
      self->lowest().expires_never();
      self->watch_the_other_end();
      self->write_events();
    });
  }

  // A client that sends anything, or goes, ends its stream.
  void watch_the_other_end() {
    stream_.async_read_some(asio::buffer(ignored_), [self = this->shared_from_this()](error_code, std::size_t) { self->end_stream(); });
  }

  void write_events() {
    if (!head_written_ || writing_) return;
    {
      const std::lock_guard lock(waiting_lock_);
      if (ended_ || waiting_.empty()) return;
      current_ = std::move(waiting_.front());
      waiting_.pop_front();
    }
    writing_ = true;
    asio::async_write(stream_, asio::buffer(current_), [self = this->shared_from_this()](error_code error, std::size_t) {
      self->writing_ = false;
      {
        const std::lock_guard lock(self->waiting_lock_);
        self->waiting_bytes_ -= self->current_.size();
      }
      if (error) return self->end_stream();
      self->write_events();
    });
  }

  void end_stream() {
    {
      const std::lock_guard lock(waiting_lock_);
      ended_ = true;
      waiting_.clear();
    }
    lowest().close();
  }

  // ---- The end

  void close() {
    if constexpr (std::is_same_v<Stream, Secure>) {
      lowest().expires_after(std::chrono::seconds(2));
      stream_.async_shutdown([self = this->shared_from_this()](error_code) {});
    } else {
      error_code ignored;
      stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }
  }

  [[nodiscard]] beast::tcp_stream& lowest() { return beast::get_lowest_layer(stream_); }

  Stream stream_;
  Server& server_;
  const std::string peer_;
  State state_ = State::waiting;
  bool keep_alive_ = false, is_head_ = false;
  unsigned version_ = 11;
  beast::flat_buffer buffer_;
  std::optional<bh::request_parser<bh::empty_body>> head_;
  std::optional<bh::request_parser<bh::string_body>> in_memory_;
  std::optional<bh::request_parser<bh::file_body>> in_file_;
  std::optional<bh::response<bh::empty_body>> continue_;
  Request request_;
  std::shared_ptr<const std::string> body_;
  std::optional<bh::response<Bytes>> response_;
  std::optional<bh::response_serializer<Bytes>> serializer_;
  std::optional<bh::response<bh::empty_body>> stream_head_;
  std::optional<bh::response_serializer<bh::empty_body>> stream_serializer_;
  bool head_written_ = false, writing_ = false;
  std::array<char, 64> ignored_{};
  std::string current_;
  std::mutex waiting_lock_;  // guards the three below: events come from other threads
  std::deque<std::string> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool ended_ = false;
};

class Listener {
 public:
  Listener(asio::io_context& context, Server& server, asio::ssl::context* tls) : acceptor_(context), server_(server), tls_(tls) {}

  Done listen(std::uint16_t& port) {
    const std::string where = server_.settings.address + ":" + std::to_string(server_.settings.port);
    error_code error;
    const auto address = asio::ip::make_address(server_.settings.address, error);
    if (error) return fail(ErrorCode::usage, Retry::never, where, "is no address; write it as in 127.0.0.1:8080");
    const tcp::endpoint endpoint(address, server_.settings.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) port = acceptor_.local_endpoint(error).port();
    if (error) return fail(ErrorCode::unavailable, Retry::after_operator, where, "nobody can listen there now; choose another port: --listen");
    return {};
  }

  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (!error) take(std::move(socket));
      accept();
    });
  }

  void close() {
    error_code ignored;
    acceptor_.close(ignored);
  }

 private:
  void take(tcp::socket socket) {
    if (server_.connections.size() >= server_.settings.most_connections) return;  // closes it
    error_code error;
    const auto other = socket.remote_endpoint(error);
    if (error) return;
    const std::string peer = other.address().to_string();
    socket.set_option(tcp::no_delay(true), error);
    if (tls_ != nullptr) std::make_shared<Session<Secure>>(Secure(std::move(socket), *tls_), server_, peer)->start();
    else std::make_shared<Session<Plain>>(Plain(std::move(socket)), server_, peer)->start();
  }

  tcp::acceptor acceptor_;
  Server& server_;
  asio::ssl::context* tls_;
};

Done load_tls(asio::ssl::context& tls, const ServerSettings& settings) {
  error_code error;
  tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 | asio::ssl::context::no_sslv3 |
                      asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1,
                  error);
  if (!error) tls.use_certificate_chain_file(settings.tls_certificate.string(), error);
  if (error) return fail(ErrorCode::invalid_input, Retry::after_operator, settings.tls_certificate.string(), "holds no certificate in PEM that can be read");
  tls.use_private_key_file(settings.tls_key.string(), asio::ssl::context::pem, error);
  if (error) return fail(ErrorCode::invalid_input, Retry::after_operator, settings.tls_key.string(), "holds no private key in PEM that belongs to the certificate");
  return {};
}

}  // namespace

Result<Address> address_in(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  Address address;
  bool good = colon != std::string::npos && colon > 0;
  if (good) {
    address.host = text.substr(0, colon);
    if (address.host.size() > 2 && address.host.front() == '[' && address.host.back() == ']') address.host = address.host.substr(1, address.host.size() - 2);
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + colon + 1, end, address.port);
    error_code error;
    asio::ip::make_address(address.host, error);
    good = !error && parsed.ec == std::errc() && parsed.ptr == end;
  }
  if (!good) return fail(ErrorCode::usage, Retry::never, text, "is no address; write it as in 127.0.0.1:8080");
  return address;
}

bool is_loopback(const std::string& address) {
  error_code error;
  const auto parsed = asio::ip::make_address(address, error);
  return !error && parsed.is_loopback();
}

Done serve(const ServerSettings& settings, Application& application, const std::function<void(std::uint16_t)>& ready) {
  Server server{settings, application};  // outlives the context, which may still hold sessions
  asio::io_context context(1);
  std::optional<asio::ssl::context> tls;
  if (!settings.tls_certificate.empty()) {
    tls.emplace(asio::ssl::context::tls_server);
    SOGOC_CHECK(load_tls(*tls, settings));
  }
  Listener listener(context, server, tls ? &*tls : nullptr);
  std::uint16_t port = 0;
  SOGOC_CHECK(listener.listen(port));
  asio::signal_set signals(context, SIGTERM, SIGINT);
  asio::steady_timer farewell(context);
  signals.async_wait([&](error_code error, int) {
    if (error) return;
    server.stopping = true;
    listener.close();
    application.stopping();
    const std::set<Connection*> open = server.connections;
    for (Connection* connection : open)
      if (server.connections.count(connection) != 0) connection->wind_down();
    farewell.expires_after(settings.farewell);
    farewell.async_wait([&](error_code late) {
      if (!late) context.stop();
    });
    const auto look = std::make_shared<asio::steady_timer>(context);
    const auto check = std::make_shared<std::function<void()>>();
    *check = [&, look, check_again = std::weak_ptr(check)] {
      if (server.connections.empty()) {
        farewell.cancel();
        return;
      }
      look->expires_after(std::chrono::milliseconds(50));
      look->async_wait([again = check_again.lock()](error_code) { if (again) (*again)(); });
    };
    (*check)();
  });
  listener.accept();
  ready(port);
  context.run();
  application.stopped();
  return {};
}

}  // namespace sogoc::web
