#pragma once

// Private to this folder: reading and writing the JSON of messages. Reading is strict, because
// what comes over the wire is outside input: a key that is missing, too long or of another kind
// throws BadMessage, which `reading` turns into invalid_input.

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipeline/core/digest.hpp"
#include "pipeline/core/names.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/jobs/job.hpp"
#include "pipeline/transport/message.hpp"

namespace sogoc::wire {

using Json = nlohmann::json;

constexpr std::size_t kMaxNameBytes = 200;
constexpr std::size_t kMaxSentenceBytes = 4096;
constexpr std::size_t kMaxTextBytes = 16 * 1024 * 1024;
constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 62;

// ---- Writing -------------------------------------------------------------------------------

inline std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Sentences in a header are cut, so that a header never outgrows its limit.
inline std::string cut(const std::string& text) { return text.substr(0, kMaxSentenceBytes); }

inline Json write(const LeaseToken& lease) { return {{"job", lease.job}, {"fence", lease.fence}}; }

inline Json digests(const std::vector<Sha256>& list) {
  Json json = Json::array();
  for (const Sha256& digest : list) json.push_back(to_hex(digest));
  return json;
}

inline Message with_header(MessageKind kind, const Json& header, std::string body = {}) {
  return {kind, dump(header), std::move(body)};
}

// ---- Reading -------------------------------------------------------------------------------

// What is wrong with a message; thrown and caught by `reading` only.
struct BadMessage {
  std::string what;
};
[[noreturn]] inline void bad(const char* key, const char* what) {
  throw BadMessage{std::string("'") + key + "' " + what};
}

inline const Json& at(const Json& json, const char* key) {
  if (!json.is_object()) throw BadMessage{std::string("an object with '") + key + "' is expected"};
  const auto found = json.find(key);
  if (found == json.end()) bad(key, "is missing");
  return *found;
}

inline std::string text(const Json& json, const char* key, std::size_t longest = kMaxSentenceBytes) {
  const Json& value = at(json, key);
  if (!value.is_string()) bad(key, "is not text");
  const auto& found = value.get_ref<const std::string&>();
  if (found.size() > longest) bad(key, "is too long");
  return found;
}

inline std::int64_t integer(const Json& json, const char* key, std::int64_t low, std::int64_t high) {
  const Json& value = at(json, key);
  if (!value.is_number_integer()) bad(key, "is not an integer");
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    bad(key, "is out of range");
  const auto found = value.get<std::int64_t>();
  if (found < low || found > high) bad(key, "is out of range");
  return found;
}

inline std::uint64_t bytes(const Json& json, const char* key) {
  return static_cast<std::uint64_t>(integer(json, key, 0, kMaxBytes));
}

inline bool yes_no(const Json& json, const char* key) {
  const Json& value = at(json, key);
  if (!value.is_boolean()) bad(key, "is not true or false");
  return value.get<bool>();
}

inline const Json& list(const Json& json, const char* key) {
  const Json& value = at(json, key);
  if (!value.is_array()) bad(key, "is not a list");
  return value;
}

inline Sha256 digest_of(const Json& value, const char* key) {
  if (!value.is_string()) bad(key, "is not a digest");
  const auto digest = sha256_from_hex(value.get_ref<const std::string&>());
  if (!digest) bad(key, "is not a digest");
  return *digest;
}
inline Sha256 digest(const Json& json, const char* key) { return digest_of(at(json, key), key); }

inline std::vector<Sha256> digest_list(const Json& json, const char* key) {
  std::vector<Sha256> found;
  for (const Json& value : list(json, key)) found.push_back(digest_of(value, key));
  return found;
}

inline std::vector<std::string> text_list(const Json& json, const char* key,
                                   std::size_t longest = kMaxSentenceBytes) {
  std::vector<std::string> found;
  for (const Json& value : list(json, key)) {
    if (!value.is_string()) bad(key, "does not hold only text");
    if (value.get_ref<const std::string&>().size() > longest) bad(key, "holds text that is too long");
    found.push_back(value.get<std::string>());
  }
  return found;
}

template <typename Enum, std::size_t N>
Enum named(const Json& json, const char* key, const NameTable<Enum, N>& table) {
  const auto found = value_in(table, text(json, key));
  if (!found) bad(key, "has an unknown name");
  return *found;
}

constexpr std::int64_t kAnyJob = std::numeric_limits<std::int64_t>::max();

inline LeaseToken lease(const Json& json) {
  const Json& value = at(json, "lease");
  return {integer(value, "job", 0, kAnyJob), integer(value, "fence", 0, kAnyJob)};
}

// The JSON parser of a stranger's text must not be driven into deep recursion.
inline Json parsed(std::string_view json) {
  constexpr int kDeepest = 12;
  const auto not_too_deep = [](int depth, Json::parse_event_t, Json&) -> bool {
    if (depth > kDeepest) throw BadMessage{"it is nested too deeply"};
    return true;
  };
  Json value = Json::parse(json, not_too_deep, /*allow_exceptions=*/false);
  if (value.is_discarded()) throw BadMessage{"it is not JSON"};
  return value;
}

template <typename Read>
auto reading(const Message& message, MessageKind expected, Read read)
    -> Result<decltype(read(std::declval<const Json&>()))> {
  try {
    if (message.kind != expected) throw BadMessage{"another kind of message was expected"};
    return read(parsed(message.header));
  } catch (const BadMessage& wrong) {
    return fail(ErrorCode::invalid_input, Retry::never, std::string(name(message.kind)),
                "the message is malformed: " + wrong.what);
  } catch (const Json::exception&) {  // none is expected; a stranger must not prove us wrong
    return fail(ErrorCode::invalid_input, Retry::never, std::string(name(message.kind)),
                "the message is malformed");
  }
}

}  // namespace sogoc::wire
