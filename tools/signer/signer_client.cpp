#include "tools/signer/signer_client.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>

#include "pipeline/core/owned_fd.hpp"
#include "pipeline/core/record_json.hpp"
#include "tools/signer/encoding.hpp"

namespace sogoc {
namespace {

using nlohmann::json;
using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBetweenProbes{500};

tl::unexpected<Error> nonsense(const std::string& endpoint) {
  return fail(ErrorCode::internal, Retry::after_operator, endpoint,
              "the signer answers what was not asked; run the same version of sogoc on both sides");
}

std::optional<std::vector<std::uint8_t>> bytes_at(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return bytes_from_base64(found->get<std::string>());
}

bool append(const json& object, const char* key, std::vector<std::vector<std::uint8_t>>& to) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return false;
  for (const json& entry : *found) {
    auto bytes = entry.is_string() ? bytes_from_base64(entry.get<std::string>()) : std::nullopt;
    if (!bytes) return false;
    if (std::find(to.begin(), to.end(), *bytes) == to.end()) to.push_back(std::move(*bytes));
  }
  return true;
}

// Nobody listens on the signer's socket: waiting helps nothing. Sockets of other machines cannot be asked that way.
bool nobody_listens(const std::string& endpoint) {
  constexpr std::string_view kIpc = "ipc://";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (!endpoint.starts_with(kIpc) || endpoint.size() - kIpc.size() >= sizeof address.sun_path) return false;
  endpoint.copy(address.sun_path, endpoint.size() - kIpc.size(), kIpc.size());
  const OwnedFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return probe && ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
         (errno == ECONNREFUSED || errno == ENOENT);
}

tl::unexpected<Error> no_answer(const std::string& endpoint) {
  return fail(ErrorCode::unavailable, Retry::same_step, endpoint,
              "the signer does not answer; start it with `sogoc signer` and try again");
}

}  // namespace

Result<SignerAddress> signer_address(const std::filesystem::path& archive) {
  const std::filesystem::path file = archive / "keys" / "signer.json";
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    return fail(ErrorCode::not_found, Retry::after_operator, archive.string(),
                "this archive has no signer yet; make one with `sogoc signer --archive A --home DIR "
                "--setup`");
  std::stringstream text;
  text << stream.rdbuf();
  const json object = json::parse(text.str(), nullptr, false);
  if (!object.is_object() || !object.contains("endpoint") || !object.contains("server_key") ||
      !object["endpoint"].is_string() || !object["server_key"].is_string())
    return fail(ErrorCode::corrupt, Retry::after_operator, file.string(),
                "does not name the signer; set it up again");
  SignerAddress address{object["endpoint"].get<std::string>(),
                        object["server_key"].get<std::string>(), {}};
  SOGOC_TRY(address.keys, load_keys(archive / "keys" / "signer-caller.key"));
  return address;
}

Result<std::unique_ptr<SignerClient>> SignerClient::connect(
    std::shared_ptr<TransportContext> context, const SignerAddress& address,
    std::chrono::milliseconds patience) {
  SOGOC_TRY(auto socket, connect_worker(std::move(context),
                                        {address.endpoint, CurveClient{address.keys, address.server_key}}));
  return std::unique_ptr<SignerClient>(
      new SignerClient(std::move(socket), address.endpoint, patience));
}

Result<json> SignerClient::ask(const char* what, const json& body) {
  const std::int64_t id = next_id_++;
  SOGOC_CHECK(socket_->send({MessageKind::ask, json{{"what", what}, {"id", id}}.dump(), body.dump()},
                            patience_));
  const auto until = Steady::now() + patience_;
  while (Steady::now() < until) {
    SOGOC_TRY(const auto message, socket_->receive(kBetweenProbes));
    if (!message) {
      if (nobody_listens(endpoint_)) return no_answer(endpoint_);
      continue;
    }
    const json header = json::parse(message->header, nullptr, false);
    if (message->kind != MessageKind::answer || !header.is_object()) return nonsense(endpoint_);
    if (header.value("id", std::int64_t{0}) != id) continue;  // of a question we gave up
    json answer = json::parse(message->body, nullptr, false);
    if (!answer.is_object()) return nonsense(endpoint_);
    const auto failed = answer.find("error");
    if (failed == answer.end()) return answer;
    SOGOC_TRY(const Error error, error_from_json(failed->dump()));
    return tl::unexpected<Error>(error);
  }
  return no_answer(endpoint_);
}

Result<SignAnswer> SignerClient::sign(const SignAsk& asked) {
  json body{{"copy", asked.copy}, {"role", asked.role}, {"level", asked.level},
            {"digest", to_hex(asked.digest)}};
  if (!asked.statement.empty()) {
    body["statement"] = asked.statement;
    body["proof_kind"] = name(asked.proof.kind);
    body["proof"] = asked.proof.value;
  }
  SOGOC_TRY(const json answer, ask("sign", body));
  SignAnswer signature;
  auto cms = bytes_at(answer, "cms");
  if (!cms || !append(answer, "chain", signature.certificates) ||
      !append(answer, "tsa_chain", signature.certificates) || !answer.contains("evidence") ||
      !append(answer["evidence"], "ocsp", signature.ocsp) ||
      !append(answer["evidence"], "crls", signature.crls))
    return nonsense(endpoint_);
  signature.cms = std::move(*cms);
  return signature;
}

Result<std::vector<std::uint8_t>> SignerClient::timestamp(const Sha256& imprint) {
  SOGOC_TRY(const json answer, ask("timestamp", {{"digest", to_hex(imprint)}}));
  auto token = bytes_at(answer, "token");
  if (!token) return nonsense(endpoint_);
  return std::move(*token);
}

Result<std::vector<std::uint8_t>> SignerClient::sign_qr(std::span<const std::uint8_t> payload) {
  SOGOC_TRY(const json answer, ask("qr", {{"payload", base64_of(payload)}}));
  auto signature = bytes_at(answer, "signature");
  if (!signature) return nonsense(endpoint_);
  return std::move(*signature);
}

Result<std::optional<TreeHead>> SignerClient::last_head() {
  SOGOC_TRY(const json answer, ask("last_head", json::object()));
  if (answer.empty()) return std::nullopt;
  const auto root = sha256_from_hex(answer.value("root", ""));
  if (!root) return nonsense(endpoint_);
  TreeHead head;
  head.timestamp = answer.value("timestamp", std::uint64_t{0});
  head.tree_size = answer.value("tree_size", std::uint64_t{0});
  head.root = *root;
  return head;
}

Result<SignedTreeHead> SignerClient::sign_head(const HeadToSign& head) {
  json body{{"timestamp", head.head.timestamp},
            {"tree_size", head.head.tree_size},
            {"root", to_hex(head.head.root)},
            {"consistency", json::array()}};
  for (const Sha256& hash : head.consistency) body["consistency"].push_back(to_hex(hash));
  SOGOC_TRY(const json answer, ask("head", body));
  auto signature = bytes_at(answer, "signature");
  auto public_key = bytes_at(answer, "public_key");
  if (!signature || !public_key) return nonsense(endpoint_);
  SignedTreeHead made{head.head, std::move(*public_key), std::move(*signature), {}};
  if (auto token = bytes_at(answer, "token")) made.timestamp_token = std::move(*token);
  return made;
}

Result<SignerKeys> SignerClient::keys() {
  SOGOC_TRY(const json answer, ask("keys", json::object()));
  SignerKeys keys;
  const json roles = answer.value("roles", json::object());
  const auto certificate = [&](const char* role) {
    return roles.contains(role) ? bytes_at(roles[role], "certificate").value_or(Octets{}) : Octets{};
  };
  keys.body_certificate = certificate("body");
  keys.certifier_certificate = certificate("certifier");
  keys.has_certifier = !keys.certifier_certificate.empty();
  keys.body_unattended = roles.contains("body") && roles["body"].value("unattended", false);
  keys.timestamps = answer.value("timestamps", false);
  keys.qr_key = bytes_at(answer, "qr").value_or(Octets{});
  keys.head_key = bytes_at(answer, "head").value_or(Octets{});
  return keys;
}

}  // namespace sogoc
