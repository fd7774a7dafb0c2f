#include "tools/sogoc/dev_pki/responder.hpp"

#include <algorithm>

#include <openssl/rand.h>

#include "workers/trust/openssl_boundary.hpp"

namespace sogoc::dev_pki {
namespace {

using namespace openssl;
using std::chrono::days;

constexpr const char* kPolicy = "2.25.252137264904416316498829243352846.1";

using StampAnswerPtr = std::unique_ptr<TS_RESP, FreeWith<TS_RESP_free>>;
using StampContextPtr = std::unique_ptr<TS_RESP_CTX, FreeWith<TS_RESP_CTX_free>>;
using StampRequestPtr = std::unique_ptr<TS_REQ, FreeWith<TS_REQ_free>>;

std::string text_of(const DerBytes& der) { return {der.begin(), der.end()}; }
std::string garbage() { return std::string(700, '\x5A'); }

HttpAnswer der_answer(const char* type, const DerBytes& der) {
  if (der.empty()) return {.status = 500, .body = "OpenSSL refused\n"};
  return {.type = type, .body = text_of(der)};
}

ASN1_INTEGER* random_serial(TS_RESP_CTX*, void*) {
  const NumberPtr number(BN_new());
  if (number == nullptr || BN_rand(number.get(), 63, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1)
    return nullptr;
  return BN_to_ASN1_INTEGER(number.get(), nullptr);
}

// The TSA's clock: `data` is a Clock, which a fault may have set back.
int stamp_time(TS_RESP_CTX*, void* data, long* seconds, long* microseconds) {
  const UtcTime now = static_cast<const Clock*>(data)->now();
  *seconds = static_cast<long>(seconds_of(now));
  *microseconds = 0;
  return 1;
}

class PastClock final : public Clock {
 public:
  explicit PastClock(const Clock& now) : now_(now) {}
  [[nodiscard]] UtcTime now() const override { return now_.now() - days(366); }

 private:
  const Clock& now_;
};

void flip_imprint(TS_REQ* request) {
  TS_MSG_IMPRINT* imprint = TS_REQ_get_msg_imprint(request);
  DerBytes bytes = bytes_of(TS_MSG_IMPRINT_get_msg(imprint));
  if (bytes.empty()) return;
  bytes[0] ^= 1;
  TS_MSG_IMPRINT_set_msg(imprint, bytes.data(), static_cast<int>(bytes.size()));
}

class Responder {
 public:
  Responder(const PkiFolder& pki, const Mischief& mischief, const Clock& clock)
      : pki_(pki), mischief_(mischief), clock_(clock) {}

  HttpAnswer answer(const HttpQuestion& asked) const {
    const QuietQueue quiet;
    HttpAnswer made = route(asked);
    made.delay = mischief_.delay;
    return made;
  }

 private:
  HttpAnswer route(const HttpQuestion& asked) const {
    if (asked.target == "/tsa")
      return asked.method == "POST" ? tsa(asked.body) : HttpAnswer{.status = 405};
    if (asked.target == "/ocsp" && asked.method == "POST") return ocsp({asked.body.begin(), asked.body.end()});
    if (asked.target.starts_with("/ocsp/") && asked.method == "GET")
      return ocsp(from_base64_url(asked.target.substr(6)));
    if (asked.method != "GET") return {.status = 405};
    for (const char* ca : {"root", "issuing"}) {
      if (asked.target == std::string("/") + ca + ".crl") return crl(ca);
      if (asked.target == std::string("/") + ca + ".der")
        return der_answer("application/pkix-cert", pki_.member(ca).certificate);
    }
    return {.status = 404, .body = "nothing is here\n"};
  }

  HttpAnswer tsa(const std::string& body) const {
    switch (mischief_.tsa) {
      case TsaFault::garbage: return {.type = "application/timestamp-reply", .body = garbage()};
      case TsaFault::silent: return {.silent = true};
      case TsaFault::http_error: return {.status = 503};
      default: break;
    }
    const Credential& credential = pki_.member("tsa");
    const CertificatePtr certificate = certificate_from(credential.certificate);
    const CertificatesPtr chain(sk_X509_new_null());
    // The chain without its root, which the reader must have.
    if (CertificatePtr issuing = certificate_from(pki_.member("issuing").certificate);
        issuing != nullptr && sk_X509_push(chain.get(), issuing.get()) > 0)
      (void)issuing.release();  // now the stack's
    const ObjectPtr policy(OBJ_txt2obj(kPolicy, 1));
    const StampContextPtr context(TS_RESP_CTX_new());
    const PastClock past(clock_);
    const Clock* clock = mischief_.tsa == TsaFault::past ? &past : &clock_;
    TS_RESP_CTX* it = context.get();
    if (it == nullptr || TS_RESP_CTX_set_signer_cert(it, certificate.get()) != 1 ||
        TS_RESP_CTX_set_signer_key(it, credential.key.get()) != 1 ||
        TS_RESP_CTX_set_signer_digest(it, EVP_sha256()) != 1 ||
        TS_RESP_CTX_set_ess_cert_id_digest(it, EVP_sha256()) != 1 ||
        TS_RESP_CTX_set_certs(it, chain.get()) != 1 ||
        TS_RESP_CTX_set_def_policy(it, policy.get()) != 1 ||
        TS_RESP_CTX_set_accuracy(it, 1, 0, 0) != 1)
      return {.status = 500, .body = "the TSA cannot be set up: " + drain_errors() + "\n"};
    for (const EVP_MD* digest : {EVP_sha256(), EVP_sha384(), EVP_sha512()})
      TS_RESP_CTX_add_md(it, digest);
    TS_RESP_CTX_set_serial_cb(it, random_serial, nullptr);
    TS_RESP_CTX_set_time_cb(it, stamp_time, const_cast<Clock*>(clock));
    return stamped(it, body);
  }

  HttpAnswer stamped(TS_RESP_CTX* context, const std::string& body) const {
    const auto* data = reinterpret_cast<const unsigned char*>(body.data());
    const StampRequestPtr request(d2i_TS_REQ(nullptr, &data, static_cast<long>(body.size())));
    DerBytes asked(body.begin(), body.end());
    if (request != nullptr && mischief_.tsa == TsaFault::wrong_imprint) {
      flip_imprint(request.get());
      asked = der_of(request.get(), i2d_TS_REQ);
    }
    if (mischief_.tsa == TsaFault::rejects) asked = {0x30, 0x00};  // a request it cannot read
    const BioPtr memory(BIO_new_mem_buf(asked.data(), static_cast<int>(asked.size())));
    const StampAnswerPtr answer(TS_RESP_create_response(context, memory.get()));
    if (answer == nullptr) return {.status = 500, .body = drain_errors() + "\n"};
    return der_answer("application/timestamp-reply", der_of(answer.get(), i2d_TS_RESP));
  }

  static HttpAnswer ocsp_error(int status) {
    const OcspResponsePtr response(OCSP_response_create(status, nullptr));
    return der_answer("application/ocsp-response", der_of(response.get(), i2d_OCSP_RESPONSE));
  }

  // One certificate a request, as our client and EU DSS ask.
  HttpAnswer ocsp(const DerBytes& body) const {
    switch (mischief_.ocsp) {
      case OcspFault::garbage: return {.type = "application/ocsp-response", .body = garbage()};
      case OcspFault::silent: return {.silent = true};
      case OcspFault::http_error: return {.status = 503};
      case OcspFault::try_later: return ocsp_error(OCSP_RESPONSE_STATUS_TRYLATER);
      default: break;
    }
    const unsigned char* data = body.data();
    const OcspRequestPtr request(d2i_OCSP_REQUEST(nullptr, &data, static_cast<long>(body.size())));
    if (request == nullptr || OCSP_request_onereq_count(request.get()) != 1)
      return ocsp_error(OCSP_RESPONSE_STATUS_MALFORMEDREQUEST);
    OCSP_CERTID* id = OCSP_onereq_get0_id(OCSP_request_onereq_get0(request.get(), 0));
    const std::string member = member_of(id);
    if (member.empty()) return ocsp_error(OCSP_RESPONSE_STATUS_UNAUTHORIZED);
    OcspWish wish = dated_ocsp();
    const auto revoked = pki_.revoked();
    if (!revoked) return ocsp_error(OCSP_RESPONSE_STATUS_INTERNALERROR);
    if (const auto found = revoked->find(member); found != revoked->end()) {
      wish.status = OcspWish::Status::revoked;
      wish.revoked_at = found->second.at;
      wish.reason = found->second.reason;
    }
    if (mischief_.ocsp == OcspFault::unknown) wish.status = OcspWish::Status::unknown;
    const int nonce = OCSP_REQUEST_get_ext_by_NID(request.get(), NID_id_pkix_OCSP_Nonce, -1);
    if (nonce >= 0)
      wish.nonce = bytes_of(X509_EXTENSION_get_data(OCSP_REQUEST_get_ext(request.get(), nonce)));
    const auto made = make_ocsp(pki_.member(member).certificate, pki_.member("issuing").certificate,
                                pki_.member("ocsp"), wish);
    return made ? der_answer("application/ocsp-response", *made)
                : ocsp_error(OCSP_RESPONSE_STATUS_INTERNALERROR);
  }

  OcspWish dated_ocsp() const {
    const UtcTime now = std::chrono::floor<std::chrono::seconds>(clock_.now());
    OcspWish wish;
    wish.this_update = now - (mischief_.ocsp == OcspFault::stale ? days(30) : days(0));
    wish.next_update = wish.this_update + days(1);
    return wish;
  }

  // Which of the issuing CA's certificates the request is about, "" when of none.
  std::string member_of(OCSP_CERTID* id) const {
    ASN1_OBJECT* hash = nullptr;
    OCSP_id_get0_info(nullptr, &hash, nullptr, nullptr, id);
    const EVP_MD* digest = EVP_get_digestbyobj(hash);
    const CertificatePtr issuer = certificate_from(pki_.member("issuing").certificate);
    for (const std::string& member : member_names()) {
      if (member == "root" || member == "issuing" || digest == nullptr) continue;
      const CertificatePtr one = certificate_from(pki_.member(member).certificate);
      const OcspIdPtr own(OCSP_cert_to_id(digest, one.get(), issuer.get()));
      if (own != nullptr && OCSP_id_cmp(own.get(), id) == 0) return member;
    }
    return "";
  }

  HttpAnswer crl(const std::string& ca) const {
    switch (mischief_.crl) {
      case CrlFault::garbage: return {.type = "application/pkix-crl", .body = garbage()};
      case CrlFault::silent: return {.silent = true};
      case CrlFault::http_error: return {.status = 503};
      default: break;
    }
    const UtcTime now = std::chrono::floor<std::chrono::seconds>(clock_.now());
    CrlWish wish;
    wish.this_update = now - (mischief_.crl == CrlFault::stale ? days(30) : days(0));
    wish.next_update = wish.this_update + days(7);
    wish.number = static_cast<std::int64_t>(seconds_of(now));
    const auto revoked = pki_.revoked();
    if (!revoked) return {.status = 500};
    for (const auto& [member, what] : *revoked)
      if ((member == "issuing") == (ca == "root"))
        wish.revoked.push_back({pki_.member(member).certificate, what.at, what.reason});
    const auto made = make_crl(pki_.member(ca), wish);
    return made ? der_answer("application/pkix-crl", *made) : HttpAnswer{.status = 500};
  }

  // Base64, percent-encoded where the address needs it.
  static DerBytes from_base64_url(const std::string& text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '%' && i + 2 < text.size()) {
        plain += static_cast<char>(std::strtol(text.substr(i + 1, 2).c_str(), nullptr, 16));
        i += 2;
      } else {
        plain += text[i];
      }
    }
    if (plain.size() % 4 != 0 || plain.size() > 8192) return {};
    DerBytes bytes(plain.size() / 4 * 3);
    const int size = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(plain.data()),
                                     static_cast<int>(plain.size()));
    if (size < 0) return {};
    const auto padding = static_cast<std::size_t>(std::count(plain.begin(), plain.end(), '='));
    bytes.resize(static_cast<std::size_t>(size) - std::min<std::size_t>(padding, 2));
    return bytes;
  }

  const PkiFolder& pki_;
  Mischief mischief_;
  const Clock& clock_;
};

}  // namespace

std::function<HttpAnswer(const HttpQuestion&)> make_responder(const PkiFolder& pki,
                                                              const Mischief& mischief,
                                                              const Clock& clock) {
  const auto responder = std::make_shared<const Responder>(pki, mischief, clock);
  return [responder](const HttpQuestion& asked) { return responder->answer(asked); };
}

}  // namespace sogoc::dev_pki
