#include "tools/signer/signer_desk.hpp"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "tools/signer/encoding.hpp"
#include "tools/signer/head_keeper.hpp"

namespace sogoc {
namespace {

using nlohmann::json;

tl::unexpected<Error> refuse(std::string why) {
  return fail(ErrorCode::no_permission, Retry::after_operator, "signer", std::move(why));
}
tl::unexpected<Error> malformed(const std::string& what) {
  return fail(ErrorCode::invalid_input, Retry::never, "signer", "the question lacks " + what);
}

Result<std::string> text_in(const json& ask, const char* key) {
  const auto found = ask.find(key);
  if (found == ask.end() || !found->is_string()) return malformed(key);
  return found->get<std::string>();
}
Result<Sha256> digest_in(const json& ask, const char* key) {
  SOGOC_TRY(const std::string text, text_in(ask, key));
  const auto digest = sha256_from_hex(text);
  if (!digest) return malformed(fmt::format("{} (a SHA-256 in hex)", key));
  return *digest;
}

json as_json(std::span<const DerBytes> objects) {
  json all = json::array();
  for (const DerBytes& der : objects) all.push_back(base64_of(der));
  return all;
}
json as_json(const RevocationEvidence& evidence) {
  return {{"ocsp", as_json(evidence.ocsp)}, {"crls", as_json(evidence.crls)}};
}

// A key of the desk, as one of several threads sees it: a signature at a time.
class SharedKey final : public SigningKey {
 public:
  SharedKey(SigningKey& key, std::mutex& turn) : key_(key), turn_(turn) {}
  [[nodiscard]] const DerBytes& certificate() const override { return key_.certificate(); }
  [[nodiscard]] const std::vector<DerBytes>& chain() const override { return key_.chain(); }
  [[nodiscard]] SignatureScheme scheme() const override { return key_.scheme(); }
  [[nodiscard]] Result<std::vector<std::uint8_t>> sign_digest(std::span<const std::uint8_t> digest) override {
    const std::scoped_lock lock(turn_);
    return key_.sign_digest(digest);
  }

 private:
  SigningKey& key_;
  std::mutex& turn_;
};

}  // namespace

struct SignerDesk::State {
  explicit State(Parts given, Log about)
      : parts(std::move(given)), log(std::move(about)), clients([this] { return parts.network(parts.trust); }) {}

  Parts parts;
  Log log;
  ClientPool clients;
  std::map<std::string, std::mutex> key_turns;  // by role; made at start
  std::mutex plain_keys;
  std::mutex head_turn;  // one head at a time, also while it waits for its timestamp

  // What was signed and remembered: changed and looked at together.
  std::mutex memory;
  std::optional<SignerRecord> record;
  HeadKeeper heads;
  // An approver's last one-time code, and the statement that used it: the same statement may come
  // again (a batch, or a caller that died before the answer), another one may not.
  struct Burned {
    std::int64_t step = -1;
    std::string statement;  // hex SHA-256
  };
  std::map<std::string, Burned> burned;

  void remember(const json& line) {
    const std::string what = line.value("what", "");
    if (what == "approved")
      burned[line.value("approver", "")] = {line.value("step", std::int64_t{-1}),
                                            line.value("statement", "")};
    if (what == "head") heads.remember(line);
  }

  [[nodiscard]] UtcTime now() const { return parts.clock->now(); }

  Done write_down(const json& line) {
    const std::scoped_lock lock(memory);
    return record->add(now(), line);
  }

  // ---- Approval -----------------------------------------------------------------------------

  Done burn(const std::string& approver, std::int64_t step, const std::string& statement) {
    const std::scoped_lock lock(memory);
    const auto used = burned.find(approver);
    if (used != burned.end()) {
      if (used->second.step == step && used->second.statement == statement) return {};
      if (step <= used->second.step)
        return refuse("this one-time code was used before; wait for the next one");
    }
    SOGOC_CHECK(record->add(now(), {{"what", "approved"},
                                    {"approver", approver},
                                    {"step", step},
                                    {"statement", statement}}));
    burned[approver] = {step, statement};
    return {};
  }

  // The same statement again, after its code's time: it was proven when it came first, at this step.
  [[nodiscard]] std::optional<std::int64_t> proven_before(const std::string& approver, const std::string& statement) {
    const std::scoped_lock lock(memory);
    const auto used = burned.find(approver);
    if (used == burned.end() || used->second.statement != statement) return std::nullopt;
    return used->second.step;
  }

  Done check_approval(const json& ask, const std::string& role, const std::string& level,
                      const Sha256& digest) {
    SOGOC_TRY(const std::string text, text_in(ask, "statement"));
    SOGOC_TRY(const ApprovalStatement statement, statement_in(text));
    SOGOC_TRY(const std::string kind_text, text_in(ask, "proof_kind"));
    const auto kind = proof_kind_named(kind_text);
    if (!kind) return malformed("a proof_kind of totp or token");
    ApprovalProof proof{*kind, {}};
    SOGOC_TRY(proof.value, text_in(ask, "proof"));
    if (statement.role != role || statement.level != level)
      return refuse("the approval is for another role or level");
    if (!std::binary_search(statement.digests.begin(), statement.digests.end(), digest))
      return refuse("the approval is not over this digest");
    const auto age = now() - statement.at;
    if (age > std::chrono::seconds(parts.config.statement_age_s) || age < std::chrono::minutes(-2))
      return refuse("the approval is too old or from the future; approve again");
    const auto known = parts.approvers.find(statement.approver);
    if (known == parts.approvers.end() ||
        std::find(known->second.roles.begin(), known->second.roles.end(), role) ==
            known->second.roles.end())
      return refuse("this approver may not approve for this role");
    const std::string hash = to_hex(sha256_of(std::as_bytes(std::span(text))));
    if (proof.kind == ProofKind::token) {
      if (known->second.certificate.empty() ||
          !token_proof_holds(text, proof, known->second.certificate))
        return refuse("the approver's signature does not fit the approval");
      return {};
    }
    if (known->second.totp_secret.empty()) return refuse("this approver has no one-time code");
    const auto step = totp_step(text, proof, known->second.totp_secret, now());
    if (step) return burn(statement.approver, *step, hash);
    if (const auto before = proven_before(statement.approver, hash)) {
      // Only the proof that was accepted then is accepted again.
      const auto then = totp_step(text, proof, known->second.totp_secret, statement.at);
      if (then && *before == *then) return {};
    }
    return refuse("the one-time code is wrong or too old");
  }

  auto with_plain_keys(auto sign) -> decltype(sign()) {
    const std::scoped_lock lock(plain_keys);
    return sign();
  }

  // ---- What may be asked --------------------------------------------------------------------

  Result<json> sign(const json& ask) {
    SOGOC_TRY(const std::string role, text_in(ask, "role"));
    SOGOC_TRY(const std::string level, text_in(ask, "level"));
    SOGOC_TRY(const std::string copy, text_in(ask, "copy"));
    SOGOC_TRY(const Sha256 digest, digest_in(ask, "digest"));
    const auto found = parts.keys.find(role);
    if (found == parts.keys.end())
      return fail(ErrorCode::not_found, Retry::after_operator, "signer",
                  "no key is configured for the role " + role);
    if (level != "B-B" && level != "B-T" && level != "B-LT" && level != "B-LTA")
      return malformed("a level of B-B, B-T, B-LT or B-LTA");
    if (level != "B-B" && parts.config.tsa_url.empty())
      return fail(ErrorCode::usage, Retry::after_operator, "signer",
                  "level " + level + " needs a timestamp service: set tsa_url in signer.toml");
    if (!found->second.settings.unattended) SOGOC_CHECK(check_approval(ask, role, level, digest));
    CmsRequest request{digest, level != "B-B"};
    const ClientPool::Lent network = clients.lend();
    SOGOC_TRY(const MadeCms made, make(request, *found, network.get()));
    SOGOC_CHECK(write_down({{"what", "signed"}, {"copy", copy}, {"role", role}, {"level", level},
                            {"digest", to_hex(digest)},
                            {"cms", to_hex(sha256_of(std::as_bytes(std::span(made.cms))))}}));
    return json{{"cms", base64_of(made.cms)},
                {"chain", as_json(made.chain)},
                {"tsa_chain", as_json(made.tsa_chain)},
                {"evidence", as_json(made.evidence)}};
  }

  Result<MadeCms> make(const CmsRequest& request, const std::pair<const std::string, Key>& of_role,
                       ValidationClient* network) {
    const auto& [role, by] = of_role;
    if (by.service)
      return make_cms_remotely(request, *by.service, by.certificate, by.helpers, network, parts.trust, now());
    SharedKey key(*by.key, key_turns.at(role));
    return make_cms(request, key, network, parts.trust, now());
  }

  Result<json> timestamp(const json& ask) {
    SOGOC_TRY(const Sha256 digest, digest_in(ask, "digest"));
    if (parts.config.tsa_url.empty())
      return fail(ErrorCode::usage, Retry::after_operator, "signer",
                  "no timestamp service is configured: set tsa_url in signer.toml");
    const ClientPool::Lent network = clients.lend();
    SOGOC_TRY(const MadeTimestamp made, make_timestamp(digest, *network, parts.trust, now()));
    SOGOC_CHECK(write_down({{"what", "timestamped"}, {"digest", to_hex(digest)}}));
    return json{{"token", base64_of(made.token)}};
  }

  // What the next head must continue. Changed only by who has the turn.
  HeadKeeper kept_heads() {
    const std::scoped_lock lock(memory);
    return heads;
  }

  Result<json> sign_head(const json& ask) {
    // Who waits for a silent timestamp authority must not gather others behind it.
    const std::unique_lock turn(head_turn, std::try_to_lock);
    if (!turn)
      return fail(ErrorCode::unavailable, Retry::same_step, "log", "another head is being signed; try again in a moment");
    const HeadKeeper kept = kept_heads();
    SOGOC_TRY(const HeadToKeep head, kept.next(ask));
    SOGOC_TRY(const auto signature, with_plain_keys([&] { return parts.head_key.sign(head.signed_bytes); }));
    json answer{{"signature", base64_of(signature)},
                {"public_key", base64_of(parts.head_key.public_der())}};
    if (kept.stamp_is_due(now(), ask.value("stamp", false)) && !parts.config.tsa_url.empty()) {
      const Sha256 imprint = sha256_of(std::as_bytes(std::span(signature)));
      SOGOC_TRY(const MadeTimestamp made,
                make_timestamp(imprint, *clients.lend(), parts.trust, now()));
      answer["token"] = base64_of(made.token);
    }
    json line = head.record;
    line["stamped"] = answer.contains("token");
    const std::scoped_lock lock(memory);
    SOGOC_CHECK(record->add(now(), line));
    line["at"] = now().time_since_epoch().count();
    heads.remember(line);
    return answer;
  }

  Result<json> last_head() {
    const HeadKeeper kept = kept_heads();
    if (!kept.last()) return json::object();
    return json{{"timestamp", kept.last()->timestamp},
                {"tree_size", kept.last()->tree_size},
                {"root", to_hex(kept.last()->root)}};
  }

  Result<json> sign_qr(const json& ask) {
    SOGOC_TRY(const std::string text, text_in(ask, "payload"));
    const auto payload = bytes_from_base64(text);
    if (!payload || payload->empty() || payload->size() > 2'000)
      return malformed("a payload of at most 2000 bytes");
    SOGOC_TRY(const auto signature, with_plain_keys([&] { return parts.qr_key.sign_raw(*payload); }));
    SOGOC_CHECK(write_down({{"what", "qr"}, {"payload", to_hex(sha256_of(std::as_bytes(std::span(*payload))))}}));
    return json{{"signature", base64_of(signature)}, {"key_id", parts.qr_key.id()}};
  }

  Result<json> keys() {
    json roles = json::object();
    for (const auto& [role, key] : parts.keys)
      roles[role] = {{"certificate", base64_of(key.service ? key.certificate : key.key->certificate())},
                     {"unattended", key.settings.unattended}};
    return json{{"roles", roles},
                {"head", base64_of(parts.head_key.public_der())},
                {"qr", base64_of(parts.qr_key.public_der())},
                {"timestamps", !parts.config.tsa_url.empty()}};
  }
};

SignerDesk::SignerDesk(std::unique_ptr<State> state) : state_(std::move(state)) {}
SignerDesk::~SignerDesk() = default;

Result<std::unique_ptr<SignerDesk>> SignerDesk::open(Parts parts, const Log& log) {
  auto state = std::make_unique<State>(std::move(parts), log);
  State& inside = *state;
  for (const auto& [role, key] : inside.parts.keys) inside.key_turns[role];
  SOGOC_TRY(auto record, SignerRecord::open(inside.parts.config.home / "record.jsonl",
                                            [&](const json& line) { inside.remember(line); }));
  inside.record.emplace(std::move(record));
  return std::unique_ptr<SignerDesk>(new SignerDesk(std::move(state)));
}

bool SignerDesk::is_quick(std::string_view what) {
  return what == "keys" || what == "last_head" || what == "qr";
}

Result<json> SignerDesk::answer(const std::string& what, const json& ask) {
  if (what == "sign") return state_->sign(ask);
  if (what == "timestamp") return state_->timestamp(ask);
  if (what == "head") return state_->sign_head(ask);
  if (what == "last_head") return state_->last_head();
  if (what == "qr") return state_->sign_qr(ask);
  if (what == "keys") return state_->keys();
  return fail(ErrorCode::unsupported_input, Retry::never, "signer",
              "the signer does not know how to " + what);
}

}  // namespace sogoc
