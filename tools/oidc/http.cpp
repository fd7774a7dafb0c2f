#include <curl/curl.h>

#include <memory>

#include "tools/oidc/http_private.hpp"

namespace sogoc::oidc {
namespace {

constexpr std::size_t kMostBytes = 256 * 1024;
constexpr long kTimeoutMs = 10'000;

std::size_t keep(char* bytes, std::size_t size, std::size_t count, void* into) {
  auto& text = *static_cast<std::string*>(into);
  if (text.size() + size * count > kMostBytes) return 0;
  text.append(bytes, size * count);
  return size * count;
}

struct Ready {
  Ready() { curl_global_init(CURL_GLOBAL_DEFAULT); }
};

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

}  // namespace

std::string url_encoded(const std::string& text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return out;
}

bool may_be_asked(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), curl_url_cleanup);
  if (!parts || curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return false;
  const auto part = [&](CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(parts.get(), which, &text, 0) != CURLUE_OK) return std::string();
    std::string copy(text);
    curl_free(text);
    return copy;
  };
  if (!part(CURLUPART_USER).empty()) return false;
  const std::string scheme = part(CURLUPART_SCHEME), host = part(CURLUPART_HOST);
  return scheme == "https" || (scheme == "http" && (host == "127.0.0.1" || host == "[::1]" || host == "localhost"));
}

Result<std::string> ask_provider(const Question& question) {
  static const Ready ready;
  const std::string who = "the OpenID provider";
  if (!may_be_asked(question.url)) return fail(ErrorCode::invalid, Retry::after_operator, who, "must be reached by https");
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return fail(ErrorCode::out_of_memory, Retry::same_step, who, "cannot be asked now; try again in a moment");
  CURL* handle = curl.get();
  std::string body;
  curl_easy_setopt(handle, CURLOPT_URL, question.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "https,http");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, kTimeoutMs);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
  if (!question.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, question.ca_file.c_str());
  if (!question.form.empty()) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(question.form.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, question.form.c_str());
  }
  if (!question.user.empty()) {
    curl_easy_setopt(handle, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(handle, CURLOPT_USERNAME, question.user.c_str());
    curl_easy_setopt(handle, CURLOPT_PASSWORD, question.password.c_str());
  }
  const CURLcode code = curl_easy_perform(handle);
  if (code == CURLE_OPERATION_TIMEDOUT) return fail(ErrorCode::timeout, Retry::same_step, who, "does not answer; try again in a moment");
  if (code == CURLE_WRITE_ERROR) return fail(ErrorCode::limit_exceeded, Retry::after_operator, who, "says more than any provider says");
  if (code == CURLE_PEER_FAILED_VERIFICATION) return fail(ErrorCode::network, Retry::after_operator, who, "has a certificate that is not trusted here");
  if (code != CURLE_OK) return fail(ErrorCode::network, Retry::same_step, who, "cannot be reached; try again in a moment");
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return fail(ErrorCode::invalid, Retry::after_operator, who, "refuses; sign in again from the beginning");
  return body;
}

}  // namespace sogoc::oidc
