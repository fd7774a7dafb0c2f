#include <algorithm>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <curl/curl.h>
#include <fmt/format.h>

#include "workers/signing/http_private.hpp"
#include "workers/trust/trust.hpp"

namespace sogoc::http {

namespace {

constexpr std::chrono::milliseconds kFirstPause{150};
constexpr long kOk = 200;

struct UrlFree {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
struct ListFree {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
struct TextFree {
  void operator()(char* text) const noexcept { curl_free(text); }
};
using UrlPtr = std::unique_ptr<CURLU, UrlFree>;
using ListPtr = std::unique_ptr<curl_slist, ListFree>;

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK || text == nullptr) return {};
  const std::unique_ptr<char, TextFree> owner(text);
  return text;
}

struct Received {
  std::vector<std::uint8_t> bytes;
  std::size_t most = 0;
  bool too_large = false;
};

std::size_t receive(char* data, std::size_t size, std::size_t count, void* to) {
  auto& received = *static_cast<Received*>(to);
  const std::size_t bytes = size * count;
  if (bytes > received.most - received.bytes.size()) {
    received.too_large = true;
    return 0;
  }
  received.bytes.insert(received.bytes.end(), data, data + bytes);
  return bytes;
}

// libcurl asks at least once a second, also while nothing comes.
int give_up_when_told(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0;
}

}  // namespace

struct Client::Handle {
  CURL* curl = nullptr;
  ~Handle() { curl_easy_cleanup(curl); }
};

Client::Client(std::vector<std::string> hosts, Limits limits)
    : hosts_(std::move(hosts)), limits_(limits), handle_(std::make_unique<Handle>()) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  handle_->curl = curl_easy_init();
  if (handle_->curl == nullptr) throw std::runtime_error("libcurl cannot start");
}

Client::~Client() = default;

bool Client::allows(const std::string& url) const {
  if (!url.starts_with("http://") && !url.starts_with("https://")) return false;
  const std::string host = host_of(url);
  if (host.empty() || std::find(hosts_.begin(), hosts_.end(), host) == hosts_.end()) return false;
  // Two readers of an address must not see two hosts: libcurl's own must agree.
  const UrlPtr parsed(curl_url());
  if (parsed == nullptr || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      !part_of(parsed.get(), CURLUPART_USER).empty())
    return false;
  const std::string port = part_of(parsed.get(), CURLUPART_PORT);
  std::string seen = part_of(parsed.get(), CURLUPART_HOST);
  std::transform(seen.begin(), seen.end(), seen.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (!port.empty()) seen += ":" + port;
  return seen == host;
}

Result<std::vector<std::uint8_t>> Client::ask(const Request& request) {
  if (!allows(request.url))
    return fail(
        ErrorCode::no_permission, Retry::after_operator, request.who,
        fmt::format("its address {} is not of a host that the trust store allows", request.url));
  auto pause = kFirstPause;
  for (int tries_left = std::max(1, limits_.tries);; --tries_left) {
    auto answer = try_once(request);
    const bool stopped = limits_.stop != nullptr && *limits_.stop;
    if (answer || answer.error().retry != Retry::same_step || tries_left == 1 || stopped) return answer;
    std::this_thread::sleep_for(pause);
    pause *= 3;
  }
}

Result<std::vector<std::uint8_t>> Client::try_once(const Request& request) {
  CURL* curl = handle_->curl;
  curl_easy_reset(curl);  // keeps the connections
  Received received;
  received.most = request.most_bytes;
  ListPtr headers;
  if (!request.content_type.empty()) {
    headers.reset(curl_slist_append(nullptr, ("Content-Type: " + request.content_type).c_str()));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
  }
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(limits_.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits_.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &receive);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
  if (limits_.stop != nullptr) {
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &give_up_when_told);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(limits_.stop));
  }
  const CURLcode code = curl_easy_perform(curl);
  const std::string host = host_of(request.url);
  const auto failed = [&](ErrorCode kind, Retry retry, const std::string& what) {
    return fail(kind, retry, request.who, fmt::format("{} at {}", what, host));
  };
  if (received.too_large)
    return failed(ErrorCode::limit_exceeded, Retry::after_operator, "sends too large an answer");
  if (code == CURLE_OPERATION_TIMEDOUT)
    return failed(ErrorCode::timeout, Retry::same_step,
                  "does not answer in time; try again later:");
  if (code != CURLE_OK)
    return failed(
        ErrorCode::network, Retry::same_step,
        fmt::format("cannot be reached ({}); try again later:", curl_easy_strerror(code)));
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 500)
    return failed(ErrorCode::network, Retry::same_step,
                  fmt::format("is out of order (HTTP {}); try again later:", status));
  if (status != kOk)
    return failed(ErrorCode::network, Retry::after_operator,
                  fmt::format("refuses the request (HTTP {})", status));
  return std::move(received.bytes);
}

}  // namespace sogoc::http
