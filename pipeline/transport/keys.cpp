#include "pipeline/transport/keys.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include <fmt/format.h>
#include <zmq.h>

#include "pipeline/core/owned_fd.hpp"

namespace sogoc {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKeyChars = 40;
constexpr std::size_t kMaxKeyFileBytes = 1024 * 1024;
constexpr std::size_t kMaxNameChars = 64;

bool is_key(std::string_view text) {
  if (text.size() != kKeyChars) return false;
  std::array<std::uint8_t, 32> raw{};
  return zmq_z85_decode(raw.data(), std::string(text).c_str()) != nullptr;
}

struct Content {
  std::string text;
  unsigned mode = 0;
};

Result<std::optional<Content>> read_small_file(const fs::path& file) {
  const OwnedFd handle(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (handle.get() < 0) {
    if (errno == ENOENT) return std::nullopt;
    return fail(ErrorCode::no_permission, Retry::after_operator, file.string(),
                fmt::format("cannot be opened: {}", std::strerror(errno)));
  }
  struct stat facts {};
  if (::fstat(handle.get(), &facts) != 0 || !S_ISREG(facts.st_mode) ||
      static_cast<std::size_t>(facts.st_size) > kMaxKeyFileBytes)
    return fail(ErrorCode::invalid_input, Retry::never, file.string(),
                "is not a key file or list of keys");
  Content content{std::string(static_cast<std::size_t>(facts.st_size), '\0'), facts.st_mode & 0777u};
  std::size_t have = 0;
  while (have < content.text.size()) {
    const ssize_t got = ::read(handle.get(), content.text.data() + have, content.text.size() - have);
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
  }
  content.text.resize(have);
  return content;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
      line.remove_suffix(1);
    lines.push_back(line);
  }
  return lines;
}

std::string value_after(std::string_view text, std::string_view word) {
  for (const std::string_view line : lines_of(text))
    if (line.starts_with(word) && line.size() > word.size() && line[word.size()] == ' ')
      return std::string(line.substr(word.size() + 1));
  return {};
}

Done write_key_file(const fs::path& file, const CurveKeys& keys) {
  const OwnedFd handle(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (handle.get() < 0)
    return fail(ErrorCode::no_permission, Retry::after_operator, file.string(),
                fmt::format("cannot be made: {}", std::strerror(errno)));
  const std::string text = fmt::format(
      "# CURVE keys of sogoc: keep this file to yourself, give away only the public key\n"
      "public {}\nsecret {}\n",
      keys.public_key, keys.secret_key);
  if (::write(handle.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::fsync(handle.get()) != 0) {
    const int why = errno;
    ::unlink(file.c_str());
    return fail(ErrorCode::no_space, Retry::after_operator, file.string(),
                fmt::format("cannot be written: {}", std::strerror(why)));
  }
  return {};
}

}  // namespace

Result<CurveKeys> load_keys(const fs::path& file) {
  SOGOC_TRY(const auto content, read_small_file(file));
  if (!content)
    return fail(ErrorCode::not_found, Retry::after_operator, file.string(),
                "there is no such key file");
  if ((content->mode & 077u) != 0)
    return fail(ErrorCode::no_permission, Retry::after_operator, file.string(),
                "others may read this secret key: chmod 600 it");
  CurveKeys keys{value_after(content->text, "public"), value_after(content->text, "secret")};
  if (!is_key(keys.public_key) || !is_key(keys.secret_key))
    return fail(ErrorCode::invalid_input, Retry::never, file.string(),
                "is not a key file: it needs the lines \"public KEY\" and \"secret KEY\"");
  std::array<char, kKeyChars + 1> derived{};
  if (zmq_curve_public(derived.data(), keys.secret_key.c_str()) != 0 ||
      keys.public_key != derived.data())
    return fail(ErrorCode::invalid_input, Retry::never, file.string(),
                "its public key does not belong to its secret key");
  return keys;
}

Result<CurveKeys> load_or_make_keys(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) {
    std::array<char, kKeyChars + 1> public_key{};
    std::array<char, kKeyChars + 1> secret_key{};
    if (zmq_curve_keypair(public_key.data(), secret_key.data()) != 0)
      return fail(ErrorCode::unavailable, Retry::after_operator, file.string(),
                  "this ZeroMQ was built without CURVE");
    const Done made = write_key_file(file, {public_key.data(), secret_key.data()});
    if (!made && !fs::exists(file, ignored)) return tl::unexpected<Error>(made.error());
  }
  return load_keys(file);
}

Result<std::string> public_key_of(const std::string& text) {
  if (is_key(text)) return text;
  SOGOC_TRY(const auto content, read_small_file(text));
  if (!content)
    return fail(ErrorCode::not_found, Retry::after_operator, text,
                "is neither a key of 40 characters nor a file");
  std::string key = value_after(content->text, "public");
  if (!is_key(key))
    return fail(ErrorCode::invalid_input, Retry::never, text, "has no line \"public KEY\"");
  return key;
}

Result<std::vector<AllowedWorker>> parse_allowed_workers(std::string_view text,
                                                         const std::string& subject) {
  std::vector<AllowedWorker> allowed;
  std::string problems;
  int number = 0;
  const auto problem = [&](std::string_view what) {
    problems += fmt::format("{}line {} {}", problems.empty() ? "" : "; ", number, what);
  };
  for (const std::string_view line : lines_of(text)) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    const std::size_t blank = line.find(' ');
    const std::string_view name = line.substr(0, blank);
    std::string_view key = blank == std::string_view::npos ? "" : line.substr(blank + 1);
    while (key.starts_with(' ')) key.remove_prefix(1);
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '.' || c == '-' || c == '_';
    });
    if (!plain || name.empty() || name.size() > kMaxNameChars)
      problem("has a name that is not letters, digits, '.', '-' or '_'");
    else if (!is_key(key))
      problem("is not \"NAME KEY\" with a public key of 40 characters");
    else if (std::any_of(allowed.begin(), allowed.end(),
                         [&](const AllowedWorker& known) { return known.name == name; }))
      problem("repeats a name");
    else
      allowed.push_back({std::string(name), std::string(key)});
  }
  if (!problems.empty()) return fail(ErrorCode::invalid_input, Retry::never, subject, problems);
  return allowed;
}

Result<std::vector<AllowedWorker>> load_allowed_workers(const fs::path& file) {
  SOGOC_TRY(const auto content, read_small_file(file));
  if (!content) return std::vector<AllowedWorker>{};
  return parse_allowed_workers(content->text, file.string());
}

}  // namespace sogoc
