#include <map>

#include <fmt/format.h>
#include <openssl/ocsp.h>
#include <openssl/rand.h>
#include <openssl/ts.h>

#include "workers/signing/http_private.hpp"
#include "workers/signing/signing.hpp"
#include "workers/trust/openssl_boundary.hpp"

namespace sogoc {

using namespace openssl;
using Bytes = std::vector<std::uint8_t>;

namespace {

constexpr std::size_t kMostTimestampBytes = 64 * 1024;
constexpr std::size_t kMostOcspBytes = 64 * 1024;
constexpr std::size_t kMostCrlBytes = 16 << 20;
constexpr std::size_t kMostCached = 256;
constexpr long kClockSkewSeconds = 300;
constexpr std::chrono::seconds kMargin{60};  // before nextUpdate
constexpr int kNonceBytes = 16;
constexpr const char* kAuthority = "the timestamp authority";
constexpr const char* kResponder = "the OCSP responder";
constexpr const char* kCrlServer = "the CRL";

using StampRequestPtr = std::unique_ptr<TS_REQ, FreeWith<TS_REQ_free>>;
using StampResponsePtr = std::unique_ptr<TS_RESP, FreeWith<TS_RESP_free>>;
using ImprintPtr = std::unique_ptr<TS_MSG_IMPRINT, FreeWith<TS_MSG_IMPRINT_free>>;

tl::unexpected<Error> no_answer(const char* who, const std::string& url, const std::string& what) {
  return fail(ErrorCode::network, Retry::after_operator, who,
              fmt::format("{} at {}", what, host_of(url)));
}

IntegerPtr random_nonce() {
  unsigned char bytes[kNonceBytes];
  if (RAND_bytes(bytes, sizeof bytes) != 1) return nullptr;
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7F) | 0x40);  // positive, of full length
  const NumberPtr number(BN_bin2bn(bytes, sizeof bytes, nullptr));
  return IntegerPtr(BN_to_ASN1_INTEGER(number.get(), nullptr));
}

Bytes timestamp_request(std::span<const std::uint8_t> imprint, const ASN1_INTEGER* nonce) {
  const StampRequestPtr request(TS_REQ_new());
  const ImprintPtr stamped(TS_MSG_IMPRINT_new());
  const AlgorithmPtr algorithm(X509_ALGOR_new());
  if (request == nullptr || stamped == nullptr || algorithm == nullptr) return {};
  X509_ALGOR_set_md(algorithm.get(), EVP_sha256());
  Bytes copy(imprint.begin(), imprint.end());
  if (TS_MSG_IMPRINT_set_algo(stamped.get(), algorithm.get()) != 1 ||
      TS_MSG_IMPRINT_set_msg(stamped.get(), copy.data(), static_cast<int>(copy.size())) != 1 ||
      TS_REQ_set_version(request.get(), 1) != 1 ||
      TS_REQ_set_msg_imprint(request.get(), stamped.get()) != 1 ||
      TS_REQ_set_nonce(request.get(), nonce) != 1 || TS_REQ_set_cert_req(request.get(), 1) != 1)
    return {};
  return der_of(request.get(), i2d_TS_REQ);
}

// The second element of TimeStampResp as it stands: coding it anew could break its signature.
Bytes token_in(const Bytes& response) {
  const auto next = [](const unsigned char*& at, const unsigned char* end, bool enter) {
    long length = 0;
    int tag = 0, kind = 0;
    const unsigned char* content = at;
    if (ASN1_get_object(&content, &length, &tag, &kind, end - at) != V_ASN1_CONSTRUCTED ||
        tag != V_ASN1_SEQUENCE || length > end - content)
      return false;
    at = enter ? content : content + length;
    return true;
  };
  const unsigned char* at = response.data();
  const unsigned char* end = at + response.size();
  if (!next(at, end, true) || !next(at, end, false)) return {};
  const unsigned char* token = at;
  if (!next(at, end, false) || at != end) return {};
  return {token, at};
}

// Evidence of one certificate, and until when it may be used again.
struct Evidence {
  Bytes der;
  bool is_ocsp = false;
  UtcTime fetched{};
  UtcTime good_until = UtcTime::max();
};

class HttpValidationClient final : public ValidationClient {
 public:
  HttpValidationClient(const ValidationClientSettings& settings, const TrustStore& store)
      : settings_(settings), http_(store.hosts(), {settings.timeout, settings.tries, settings.stop}) {}

  Result<Bytes> timestamp(std::span<const std::uint8_t> imprint) override {
    const QuietQueue quiet;
    if (settings_.tsa_url.empty())
      return fail(ErrorCode::usage, Retry::after_operator, kAuthority,
                  "no address is set; a level above B-B needs one");
    const IntegerPtr nonce = random_nonce();
    const Bytes request = nonce == nullptr ? Bytes{} : timestamp_request(imprint, nonce.get());
    if (request.empty())
      return fail(ErrorCode::internal, Retry::never, kAuthority,
                  "cannot be asked: " + drain_errors());
    SOGOC_TRY(const Bytes answer,
              http_.ask({kAuthority, settings_.tsa_url, "application/timestamp-query", request,
                         kMostTimestampBytes}));
    const unsigned char* at = answer.data();
    const StampResponsePtr response(d2i_TS_RESP(nullptr, &at, static_cast<long>(answer.size())));
    if (response == nullptr || at != answer.data() + answer.size())
      return no_answer(kAuthority, settings_.tsa_url, "answers something that is no timestamp");
    const long status =
        ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(response.get())));
    if (status != TS_STATUS_GRANTED && status != TS_STATUS_GRANTED_WITH_MODS)
      return no_answer(kAuthority, settings_.tsa_url,
                       fmt::format("refuses to give a timestamp (status {})", status));
    const TS_TST_INFO* info = TS_RESP_get_tst_info(response.get());
    const ASN1_INTEGER* echoed = info == nullptr ? nullptr : TS_TST_INFO_get_nonce(info);
    if (echoed == nullptr || ASN1_INTEGER_cmp(echoed, nonce.get()) != 0)
      return no_answer(kAuthority, settings_.tsa_url,
                       "answers with a timestamp for another request");
    Bytes token = token_in(answer);
    if (token.empty())
      return no_answer(kAuthority, settings_.tsa_url, "answers something that is no timestamp");
    return token;
  }

  Result<RevocationEvidence> evidence_for(std::span<const DerBytes> chain) override {
    RevocationEvidence all;
    for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
      SOGOC_TRY(const std::optional<Evidence> found, evidence_of(chain[i], chain[i + 1]));
      if (!found) continue;
      (found->is_ocsp ? all.ocsp : all.crls).push_back(found->der);
    }
    return all;
  }

 private:
  // Nothing for a certificate that names neither OCSP nor CRL.
  Result<std::optional<Evidence>> evidence_of(const DerBytes& certificate, const DerBytes& issuer) {
    const Sha256 key = sha256_of(std::as_bytes(std::span(certificate)));
    const auto now = SystemClock().now();
    if (const auto known = cache_.find(key); known != cache_.end()) {
      if (now < known->second.good_until &&
          now - known->second.fetched < settings_.evidence_max_age)
        return known->second;
      cache_.erase(known);
    }
    SOGOC_TRY(std::optional<Evidence> fresh, fetch(certificate, issuer));
    if (fresh) {
      if (cache_.size() >= kMostCached) cache_.clear();
      fresh->fetched = now;
      cache_.emplace(key, *fresh);
    }
    return fresh;
  }

  Result<std::optional<Evidence>> fetch(const DerBytes& certificate, const DerBytes& issuer) {
    const QuietQueue quiet;
    const CertificateAddresses addresses = addresses_of(certificate);
    std::optional<Error> first_failure;
    const auto ask_all = [&](const std::vector<std::string>& urls,
                             auto ask) -> std::optional<Evidence> {
      for (const std::string& url : urls) {
        if (!url.starts_with("http://") && !url.starts_with("https://")) continue;
        Result<Evidence> answer = ask(url);
        if (answer) return *std::move(answer);
        if (!first_failure) {
          first_failure = std::move(answer).error();
        } else {
          first_failure->message +=
              fmt::format("; {} {}", answer.error().subject, answer.error().message);
        }
      }
      return std::nullopt;
    };
    const CertificatePtr subject = certificate_from(certificate), by = certificate_from(issuer);
    if (subject == nullptr || by == nullptr)
      return fail(ErrorCode::invalid_input, Retry::never, "certificate", "cannot be read");
    if (auto found = ask_all(addresses.ocsp,
                             [&](const std::string& url) { return ask_ocsp(url, *subject, *by); }))
      return found;
    if (auto found =
            ask_all(addresses.crl, [&](const std::string& url) { return get_crl(url, *by); }))
      return found;
    if (first_failure) return tl::unexpected<Error>(*std::move(first_failure));
    return std::optional<Evidence>();
  }

  Result<Evidence> ask_ocsp(const std::string& url, X509& certificate, X509& issuer) {
    // The certificate's name in the request is a SHA-1 because RFC 5019 responders know no other;
    // nothing rests on it.
    OcspIdPtr id(OCSP_cert_to_id(EVP_sha1(), &certificate, &issuer));
    const OcspRequestPtr request(OCSP_REQUEST_new());
    const OcspIdPtr wanted(id == nullptr ? nullptr : OCSP_CERTID_dup(id.get()));
    if (wanted == nullptr || request == nullptr ||
        OCSP_request_add0_id(request.get(), id.get()) == nullptr)
      return fail(ErrorCode::internal, Retry::never, kResponder,
                  "cannot be asked: " + drain_errors());
    (void)id.release();  // the request owns it now
    OCSP_request_add1_nonce(request.get(), nullptr, kNonceBytes);
    const Bytes body = der_of(request.get(), i2d_OCSP_REQUEST);
    SOGOC_TRY(Bytes answer,
              http_.ask({kResponder, url, "application/ocsp-request", body, kMostOcspBytes}));
    const OcspResponsePtr response = ocsp_from(answer);
    if (response == nullptr)
      return no_answer(kResponder, url, "answers something that is no OCSP response");
    const int status = OCSP_response_status(response.get());
    if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
      return no_answer(kResponder, url, fmt::format("says {}", OCSP_response_status_str(status)));
    const OcspBasicPtr basic(OCSP_response_get1_basic(response.get()));
    // 0: the nonces differ. Responders that answer from a cache leave theirs out.
    if (basic == nullptr || OCSP_check_nonce(request.get(), basic.get()) == 0)
      return no_answer(kResponder, url, "answers another request");
    if (!signed_for(basic.get(), issuer))
      return no_answer(kResponder, url, "answers with a signature that is not the issuer's");
    int reason = 0, state = 0;
    ASN1_GENERALIZEDTIME *revoked = nullptr, *from = nullptr, *to = nullptr;
    if (OCSP_resp_find_status(basic.get(), wanted.get(), &state, &reason, &revoked, &from, &to) !=
        1)
      return no_answer(kResponder, url, "answers about another certificate");
    if (state == V_OCSP_CERTSTATUS_UNKNOWN)
      return no_answer(kResponder, url, "does not know the certificate");
    if (OCSP_check_validity(from, to, kClockSkewSeconds, -1) != 1)
      return no_answer(kResponder, url, "answers with an old response");
    return Evidence{std::move(answer), true, {}, usable_until(to)};
  }

  // By the issuer, or by a responder that the issuer made one.
  static bool signed_for(OCSP_BASICRESP* basic, X509& issuer) {
    const StorePtr store(X509_STORE_new());
    const BorrowedCertificatesPtr known(sk_X509_new_null());
    if (store == nullptr || known == nullptr || X509_STORE_add_cert(store.get(), &issuer) != 1)
      return false;
    X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
    sk_X509_push(known.get(), &issuer);
    return OCSP_basic_verify(basic, known.get(), store.get(), 0) == 1;
  }

  Result<Evidence> get_crl(const std::string& url, X509& issuer) {
    SOGOC_TRY(Bytes answer, http_.ask({kCrlServer, url, "", {}, kMostCrlBytes}));
    const CrlPtr crl = crl_from(answer);
    if (crl == nullptr) return no_answer(kCrlServer, url, "cannot be read: no CRL");
    if (X509_CRL_verify(crl.get(), X509_get0_pubkey(&issuer)) != 1)
      return no_answer(kCrlServer, url, "is not signed by the issuer:");
    const ASN1_TIME* to = X509_CRL_get0_nextUpdate(crl.get());
    if (to != nullptr && X509_cmp_current_time(to) < 0)
      return no_answer(kCrlServer, url, "is out of date:");
    return Evidence{std::move(answer), false, {}, usable_until(to)};
  }

  static UtcTime usable_until(const ASN1_TIME* next_update) {
    const auto next = time_from(next_update);
    return next ? *next - kMargin : UtcTime::min();
  }

  ValidationClientSettings settings_;
  http::Client http_;
  std::map<Sha256, Evidence> cache_;
};

}  // namespace

std::unique_ptr<ValidationClient> make_validation_client(const ValidationClientSettings& settings,
                                                         const TrustStore& store) {
  return std::make_unique<HttpValidationClient>(settings, store);
}

}  // namespace sogoc
