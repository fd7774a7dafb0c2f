#include "tools/sogoc/copy_signer.hpp"

#include "tools/signer/encoding.hpp"

namespace sogoc {

Done ProcessSigner::learn_keys() {
  if (keys_) return {};
  SOGOC_TRY(keys_, client_->keys());
  return {};
}

Result<bool> ProcessSigner::runs_unattended(SignatureRole role) {
  SOGOC_CHECK(learn_keys());
  return role == SignatureRole::body && keys_->body_unattended;
}

Result<Octets> ProcessSigner::qr_public_key() {
  SOGOC_CHECK(learn_keys());
  return keys_->qr_key;
}

Result<MadeSignature> ProcessSigner::sign(const SignatureOrder& order) {
  SignAsk ask{std::to_string(order.copy), std::string(name(order.role)), order.level, order.digest, "", {}};
  if (order.approval) {
    const auto kind = proof_kind_named(order.approval->proof_kind);
    if (!kind)
      return fail(ErrorCode::invalid, Retry::after_operator, "approval", "is of an unknown kind; approve again");
    ask.statement = order.approval->statement;
    ask.proof = {*kind, *kind == ProofKind::totp ? hex_of(order.approval->proof) : base64_of(order.approval->proof)};
  }
  SOGOC_TRY(SignAnswer answer, client_->sign(ask));
  return MadeSignature{std::move(answer.cms),
                       {std::move(answer.certificates), std::move(answer.ocsp), std::move(answer.crls)}};
}

Result<MadeSignature> ProcessSigner::timestamp(const Sha256& digest) {
  SOGOC_TRY(Octets token, client_->timestamp(digest));
  return MadeSignature{std::move(token), {}};
}

Result<Octets> ProcessSigner::sign_qr(std::span<const std::uint8_t> bytes) { return client_->sign_qr(bytes); }

Result<std::unique_ptr<ProcessSigner>> signer_of(const std::filesystem::path& archive) {
  SOGOC_TRY(const SignerAddress address, signer_address(archive));
  SOGOC_TRY(auto client, SignerClient::connect(make_transport_context(), address));
  return std::make_unique<ProcessSigner>(std::move(client));
}

}  // namespace sogoc
