#include "tests/unit/signing/signing_world.hpp"

#include <stdexcept>

#include <openssl/ts.h>

#include "workers/trust/openssl_boundary.hpp"

namespace sogoc::test {

using namespace openssl;
using std::chrono::days;

namespace {

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
  return std::move(*result);
}

std::string text_of(const DerBytes& der) { return {der.begin(), der.end()}; }

ASN1_INTEGER* next_serial(TS_resp_ctx*, void*) {
  static long serial = 1000;
  ASN1_INTEGER* number = ASN1_INTEGER_new();
  ASN1_INTEGER_set(number, ++serial);
  return number;
}

}  // namespace

std::string as_text(const std::vector<std::uint8_t>& bytes) { return text_of(bytes); }

World::World(KeyKind leaf_keys)
    : now(SystemClock().now()),
      server([this](const HttpQuestion& question) { return answer(question); }) {
  const UtcTime from = now - days(100), to = now + days(1000);
  root = self_signed(dev_pki::ca_wish("Test Root CA", from, to));
  CertificateWish wish = dev_pki::ca_wish("Test Issuing CA", from, to);
  wish.crl = {server.url("/root.crl")};
  ca = issued(root, wish);
  body = leaf(dev_pki::signer_wish("UBND xã Thử Nghiệm", from, to), leaf_keys);
  certifier = leaf(dev_pki::signer_wish("Trần Thị Mẫu", from, to), leaf_keys);
  tsa = leaf(dev_pki::tsa_wish("Test TSA", from, to), leaf_keys);
  responder = issued(ca, dev_pki::responder_wish("Test OCSP", from, to));
}

Credential World::leaf(CertificateWish wish, KeyKind kind) const {
  wish.ocsp = {server.url("/ocsp")};
  wish.crl = {server.url("/ca.crl")};
  return issued(ca, wish, kind);
}

TrustStore World::store() const {
  return TrustStore::of({{root.certificate, AnchorKind::trial, "test root"}}, {}, {server.host()},
                        true);
}

ValidationClientSettings World::settings() const {
  ValidationClientSettings wanted;
  wanted.tsa_url = server.url("/tsa");
  wanted.timeout = std::chrono::seconds(20);  // machines that test are busy
  wanted.tries = 2;
  return wanted;
}

std::unique_ptr<ValidationClient> World::network() const {
  return make_validation_client(settings(), store());
}

HttpAnswer World::answer(const HttpQuestion& question) {
  if (question.path == "/tsa") return tsa_says ? *tsa_says : stamp(question.body);
  if (question.path == "/ocsp") return ocsp_says ? *ocsp_says : ocsp_answer(question.body);
  if (crl_says) return *crl_says;
  CrlWish wish;
  wish.this_update = now - std::chrono::hours(1);
  wish.next_update = now + days(1);
  if (question.path == "/root.crl") return {200, text_of(crl(root, wish))};
  if (crl_revokes_body) wish.revoked = {{.certificate = body.certificate, .at = now - days(2)}};
  if (question.path == "/ca.crl") return {200, text_of(crl(ca, wish))};
  return {404, "no such page"};
}

HttpAnswer World::stamp(const std::string& request) {
  const Credential& signer = tsa_signer ? *tsa_signer : tsa;
  const std::unique_ptr<TS_RESP_CTX, FreeWith<TS_RESP_CTX_free>> context(TS_RESP_CTX_new());
  const CertificatePtr certificate = certificate_from(signer.certificate);
  const BorrowedCertificatesPtr others(sk_X509_new_null());
  const CertificatePtr issuer = certificate_from(ca.certificate);
  sk_X509_push(others.get(), issuer.get());
  const ObjectPtr policy(OBJ_txt2obj("2.25.1", 1));
  if (TS_RESP_CTX_set_signer_cert(context.get(), certificate.get()) != 1 ||
      TS_RESP_CTX_set_signer_key(context.get(), signer.key.get()) != 1 ||
      TS_RESP_CTX_set_certs(context.get(), others.get()) != 1 ||
      TS_RESP_CTX_set_def_policy(context.get(), policy.get()) != 1 ||
      TS_RESP_CTX_add_md(context.get(), EVP_sha256()) != 1 ||
      TS_RESP_CTX_set_signer_digest(context.get(), EVP_sha256()) != 1 ||
      TS_RESP_CTX_set_ess_cert_id_digest(context.get(), EVP_sha256()) != 1)
    return {500, drain_errors()};
  TS_RESP_CTX_set_serial_cb(context.get(), next_serial, nullptr);
  const unsigned char* at = reinterpret_cast<const unsigned char*>(request.data());
  const std::unique_ptr<TS_REQ, FreeWith<TS_REQ_free>> asked(
      d2i_TS_REQ(nullptr, &at, static_cast<long>(request.size())));
  if (asked == nullptr) return {400, "no request"};
  if (tsa_forgets_nonce) {
    const IntegerPtr other(ASN1_INTEGER_new());
    ASN1_INTEGER_set(other.get(), 7);
    TS_REQ_set_nonce(asked.get(), other.get());
  }
  if (tsa_stamps_something_else) {
    unsigned char bytes[32] = {1};
    TS_MSG_IMPRINT_set_msg(TS_REQ_get_msg_imprint(asked.get()), bytes, sizeof bytes);
  }
  const DerBytes changed = der_of(asked.get(), i2d_TS_REQ);
  const BioPtr bio(BIO_new_mem_buf(changed.data(), static_cast<int>(changed.size())));
  const std::unique_ptr<TS_RESP, FreeWith<TS_RESP_free>> response(
      TS_RESP_create_response(context.get(), bio.get()));
  if (response == nullptr) return {500, drain_errors()};
  return {200, text_of(der_of(response.get(), i2d_TS_RESP)),
          "Content-Type: application/timestamp-reply\r\n"};
}

HttpAnswer World::ocsp_answer(const std::string& request) {
  const unsigned char* at = reinterpret_cast<const unsigned char*>(request.data());
  const OcspRequestPtr asked(d2i_OCSP_REQUEST(nullptr, &at, static_cast<long>(request.size())));
  if (asked == nullptr) return {400, "no request"};
  OCSP_CERTID* id = OCSP_onereq_get0_id(OCSP_request_onereq_get0(asked.get(), 0));
  ASN1_INTEGER* serial = nullptr;
  OCSP_id_get0_info(nullptr, nullptr, nullptr, &serial, id);
  const CertificatePtr issuer = certificate_from(ca.certificate);
  for (const auto& [certificate, state] : status)
    if (hex_of(X509_get0_serialNumber(certificate_from(certificate).get())) == hex_of(serial)) {
      OcspWish wish;
      wish.status = state;
      wish.revoked_at = now - days(3);
      wish.this_update = now - std::chrono::minutes(5);
      wish.next_update = now + days(1);
      return {200, text_of(ocsp(certificate, ca.certificate, responder, wish))};
    }
  OcspWish wish;
  wish.this_update = now - std::chrono::minutes(5);
  wish.next_update = now + days(1);
  for (const Credential* known : {&body, &certifier, &tsa})
    if (hex_of(X509_get0_serialNumber(certificate_from(known->certificate).get())) ==
        hex_of(serial))
      return {200, text_of(ocsp(known->certificate, ca.certificate, responder, wish))};
  return {200, "who is that?"};
}

Result<std::vector<std::uint8_t>> MemoryKey::sign_digest(std::span<const std::uint8_t> digest) {
  ++signatures;
  const KeyContextPtr context(EVP_PKEY_CTX_new(credential_.key.get(), nullptr));
  std::size_t size = 1024;
  std::vector<std::uint8_t> signature(size);
  if (EVP_PKEY_sign_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) != 1 ||
      EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) != 1)
    return fail(ErrorCode::internal, Retry::never, "key", drain_errors());
  signature.resize(size);
  return signature;
}

}  // namespace sogoc::test
