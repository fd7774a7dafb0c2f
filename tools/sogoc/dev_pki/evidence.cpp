// OCSP responses and CRLs of the throw-away authority.

#include "tools/sogoc/dev_pki/authority.hpp"
#include "workers/trust/openssl_boundary.hpp"

namespace sogoc::dev_pki {
namespace {

using namespace openssl;

tl::unexpected<Error> refused(const std::string& what) {
  return fail(ErrorCode::internal, Retry::never, what, "OpenSSL refuses it: " + drain_errors());
}

bool add_revoked(X509_CRL* crl, const RevokedEntry& wish) {
  const CertificatePtr certificate = certificate_from(wish.certificate);
  RevokedPtr entry(X509_REVOKED_new());
  const GeneralTimePtr at = general_time(wish.at);
  if (certificate == nullptr || entry == nullptr || at == nullptr ||
      X509_REVOKED_set_serialNumber(entry.get(), X509_get_serialNumber(certificate.get())) != 1 ||
      X509_REVOKED_set_revocationDate(entry.get(), at.get()) != 1)
    return false;
  if (wish.reason >= 0) {
    const EnumeratedPtr reason(ASN1_ENUMERATED_new());
    if (reason == nullptr || ASN1_ENUMERATED_set(reason.get(), wish.reason) != 1 ||
        X509_REVOKED_add1_ext_i2d(entry.get(), NID_crl_reason, reason.get(), 0, 0) != 1)
      return false;
  }
  if (wish.invalid_since) {
    const GeneralTimePtr since = general_time(*wish.invalid_since);
    if (since == nullptr ||
        X509_REVOKED_add1_ext_i2d(entry.get(), NID_invalidity_date, since.get(), 0, 0) != 1)
      return false;
  }
  if (X509_CRL_add0_revoked(crl, entry.get()) != 1) return false;
  (void)entry.release();  // now the list's
  return true;
}

bool add_crl_extension(X509_CRL* crl, X509V3_CTX& context, int kind, const std::string& words) {
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, kind, words.c_str()));
  return extension != nullptr && X509_CRL_add_ext(crl, extension.get(), -1) == 1;
}

}  // namespace

Result<DerBytes> make_ocsp(const DerBytes& certificate, const DerBytes& issuer,
                           const Credential& responder, const OcspWish& wish) {
  const QuietQueue quiet;
  const CertificatePtr subject = certificate_from(certificate);
  const CertificatePtr parent = certificate_from(issuer);
  const CertificatePtr signer = certificate_from(responder.certificate);
  const OcspBasicPtr basic(OCSP_BASICRESP_new());
  if (subject == nullptr || parent == nullptr || signer == nullptr || basic == nullptr)
    return refused("an OCSP response");
  const OcspIdPtr id(OCSP_cert_to_id(EVP_sha1(), subject.get(), parent.get()));
  const GeneralTimePtr revoked = general_time(wish.revoked_at);
  const GeneralTimePtr this_update = general_time(wish.this_update);
  const GeneralTimePtr next_update = wish.next_update ? general_time(*wish.next_update) : nullptr;
  const int status = wish.status == OcspWish::Status::good      ? V_OCSP_CERTSTATUS_GOOD
                     : wish.status == OcspWish::Status::revoked ? V_OCSP_CERTSTATUS_REVOKED
                                                                : V_OCSP_CERTSTATUS_UNKNOWN;
  if (id == nullptr ||
      OCSP_basic_add1_status(basic.get(), id.get(), status, wish.reason, revoked.get(),
                             this_update.get(), next_update.get()) == nullptr)
    return refused("an OCSP response");
  if (!wish.nonce.empty()) {
    const ObjectPtr object(OBJ_nid2obj(NID_id_pkix_OCSP_Nonce));
    const OctetsPtr octets(ASN1_OCTET_STRING_new());
    if (octets == nullptr || ASN1_OCTET_STRING_set(octets.get(), wish.nonce.data(),
                                                   static_cast<int>(wish.nonce.size())) != 1)
      return refused("a nonce");
    const ExtensionPtr extension(
        X509_EXTENSION_create_by_OBJ(nullptr, object.get(), 0, octets.get()));
    if (extension == nullptr || OCSP_BASICRESP_add_ext(basic.get(), extension.get(), -1) != 1)
      return refused("a nonce");
  }
  // OpenSSL has no way to say when a response was produced but the time of its own clock; with
  // OCSP_NOTIME it leaves the field of the response, which is ours, as we set it.
  auto* produced =
      const_cast<ASN1_GENERALIZEDTIME*>(OCSP_resp_get0_produced_at(basic.get()));
  if (ASN1_GENERALIZEDTIME_set(produced, seconds_of(wish.produced_at.value_or(wish.this_update))) ==
      nullptr)
    return refused("an OCSP response");
  const unsigned long flags =
      OCSP_NOTIME | (responder.certificate == issuer ? OCSP_NOCERTS : 0UL);
  if (OCSP_basic_sign(basic.get(), signer.get(), responder.key.get(),
                      EVP_get_digestbyname(wish.digest.c_str()), nullptr, flags) != 1)
    return refused("an OCSP response");
  const OcspResponsePtr response(
      OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
  if (response == nullptr) return refused("an OCSP response");
  return der_of(response.get(), i2d_OCSP_RESPONSE);
}

Result<DerBytes> make_crl(const Credential& issuer, const CrlWish& wish) {
  const QuietQueue quiet;
  const CertificatePtr parent = certificate_from(issuer.certificate);
  const CrlPtr crl(X509_CRL_new());
  const TimePtr this_update(ASN1_TIME_set(nullptr, seconds_of(wish.this_update)));
  if (parent == nullptr || crl == nullptr || this_update == nullptr ||
      X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2) != 1 ||
      X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(parent.get())) != 1 ||
      X509_CRL_set1_lastUpdate(crl.get(), this_update.get()) != 1)
    return refused("a CRL");
  if (wish.next_update) {
    const TimePtr next_update(ASN1_TIME_set(nullptr, seconds_of(*wish.next_update)));
    if (next_update == nullptr || X509_CRL_set1_nextUpdate(crl.get(), next_update.get()) != 1)
      return refused("a CRL");
  }
  for (const RevokedEntry& entry : wish.revoked)
    if (!add_revoked(crl.get(), entry)) return refused("an entry of a CRL");
  X509_CRL_sort(crl.get());
  X509V3_CTX context;
  X509V3_set_ctx(&context, parent.get(), nullptr, nullptr, crl.get(), 0);
  X509V3_set_ctx_nodb(&context);
  const IntegerPtr number(ASN1_INTEGER_new());
  if (!add_crl_extension(crl.get(), context, NID_authority_key_identifier, "keyid") ||
      (!wish.issuing_point.empty() &&
       !add_crl_extension(crl.get(), context, NID_issuing_distribution_point,
                          wish.issuing_point)) ||
      number == nullptr || ASN1_INTEGER_set_int64(number.get(), wish.number) != 1 ||
      X509_CRL_add1_ext_i2d(crl.get(), NID_crl_number, number.get(), 0, 0) != 1 ||
      X509_CRL_sign(crl.get(), issuer.key.get(), EVP_get_digestbyname(wish.digest.c_str())) <= 0)
    return refused("a CRL");
  return der_of(crl.get(), i2d_X509_CRL);
}

}  // namespace sogoc::dev_pki
