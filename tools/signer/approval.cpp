#include "tools/signer/approval.hpp"

#include <liboath/oath.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/signer/encoding.hpp"

namespace sogoc {
namespace {

constexpr unsigned kStepSeconds = 30;
constexpr unsigned kCodeDigits = 6;

// liboath keeps process-wide state: made once, before any thread needs it.
bool oath_ready() {
  static const bool ready = oath_init() == OATH_OK;
  return ready;
}

std::string hmac_hex(std::string_view key, std::string_view data) {
  Sha256 mac;
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(data.data()), data.size(), mac.bytes.data(), &length);
  return to_hex(mac);
}

std::optional<std::string> code_of_step(std::span<const std::uint8_t> secret, std::int64_t step) {
  std::array<char, kCodeDigits + 1> code{};
  if (step < 0 || !oath_ready()) return std::nullopt;
  if (oath_hotp_generate(reinterpret_cast<const char*>(secret.data()), secret.size(),
                         static_cast<std::uint64_t>(step), kCodeDigits, false,
                         OATH_HOTP_DYNAMIC_TRUNCATION, code.data()) != OATH_OK)
    return std::nullopt;
  return std::string(code.data());
}

std::int64_t step_at(UtcTime at) {
  return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count() /
         kStepSeconds;
}

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

tl::unexpected<Error> not_a_statement(std::string why) {
  return fail(ErrorCode::invalid_input, Retry::never, "approval", std::move(why));
}

}  // namespace

std::string_view name(ProofKind kind) { return kind == ProofKind::totp ? "totp" : "token"; }

std::optional<ProofKind> proof_kind_named(std::string_view text) {
  if (text == "totp") return ProofKind::totp;
  if (text == "token") return ProofKind::token;
  return std::nullopt;
}

std::string statement_text(const ApprovalStatement& statement) {
  // nlohmann::json sorts keys by bytes; all keys are ASCII, so that is RFC 8785's order.
  nlohmann::json json{{"v", 1},
                      {"approver", statement.approver},
                      {"role", statement.role},
                      {"level", statement.level},
                      {"at", statement.at.time_since_epoch().count()},
                      {"digests", nlohmann::json::array()}};
  for (const Sha256& digest : statement.digests) json["digests"].push_back(to_hex(digest));
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<ApprovalStatement> statement_in(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return not_a_statement("the statement is not a JSON object");
  const auto words = [&](const char* key) -> std::optional<std::string> {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
  };
  const auto approver = words("approver");
  const auto role = words("role");
  const auto level = words("level");
  const auto at = json.find("at");
  const auto digests = json.find("digests");
  if (!approver || !role || !level || at == json.end() || !at->is_number_integer() ||
      digests == json.end() || !digests->is_array() || digests->empty() ||
      digests->size() > kMaxApprovedDigests)
    return not_a_statement("the statement lacks approver, role, level, at or digests");
  ApprovalStatement statement{*approver, *role, *level,
                              UtcTime(std::chrono::milliseconds(at->get<std::int64_t>())), {}};
  for (const auto& entry : *digests) {
    const auto digest = entry.is_string() ? sha256_from_hex(entry.get<std::string>()) : std::nullopt;
    if (!digest || (!statement.digests.empty() && !(statement.digests.back() < *digest)))
      return not_a_statement("its digests are not SHA-256, sorted and each once");
    statement.digests.push_back(*digest);
  }
  if (statement_text(statement) != text) return not_a_statement("the statement is not canonical");
  return statement;
}

ApprovalProof totp_proof(std::string_view statement, std::string_view code) {
  return {ProofKind::totp, hmac_hex(code, statement)};
}

std::optional<std::int64_t> totp_step(std::string_view statement, const ApprovalProof& proof,
                                      std::span<const std::uint8_t> secret, UtcTime now,
                                      int window) {
  if (proof.kind != ProofKind::totp) return std::nullopt;
  const std::int64_t middle = step_at(now);
  for (std::int64_t step = middle - window; step <= middle + window; ++step) {
    const auto code = code_of_step(secret, step);
    if (code && same(hmac_hex(*code, statement), proof.value)) return step;
  }
  return std::nullopt;
}

Result<std::string> totp_code(std::span<const std::uint8_t> secret, UtcTime at) {
  auto code = code_of_step(secret, step_at(at));
  if (!code)
    return fail(ErrorCode::internal, Retry::never, "approval", "the one-time code cannot be made");
  return *code;
}

bool token_proof_holds(std::string_view statement, const ApprovalProof& proof,
                       std::span<const std::uint8_t> certificate_der) {
  const auto signature = bytes_from_base64(proof.value);
  if (proof.kind != ProofKind::token || !signature) return false;
  const unsigned char* at = certificate_der.data();
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      d2i_X509(nullptr, &at, static_cast<long>(certificate_der.size())), &X509_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  if (!certificate || !context) return false;
  EVP_PKEY* key = X509_get0_pubkey(certificate.get());
  return key != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), signature->data(), signature->size(),
                          reinterpret_cast<const unsigned char*>(statement.data()),
                          statement.size()) == 1;
}

}  // namespace sogoc
