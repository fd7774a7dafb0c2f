#include "workers/trust/certificate_private.hpp"
#include "workers/trust/evidence_private.hpp"

namespace sogoc::openssl {
namespace {

Revocation silent(std::string why) { return {Revocation::State::silent, {}, std::move(why)}; }

// Was the response signed with this certificate's key, as its responder id says?
bool signed_by(OCSP_BASICRESP* basic, X509* certificate) {
  const BorrowedCertificatesPtr only(sk_X509_new_null());
  return only != nullptr && sk_X509_push(only.get(), certificate) > 0 &&
         OCSP_basic_verify(basic, only.get(), nullptr, OCSP_NOVERIFY | OCSP_NOINTERN) == 1;
}

bool valid_at(const X509* certificate, UtcTime at) {
  const auto from = time_from(X509_get0_notBefore(certificate));
  const auto to = time_from(X509_get0_notAfter(certificate));
  return from && to && *from <= at && at <= *to;
}

// A responder that the issuer itself appointed: issued directly by it, for this one purpose.
bool is_delegate(X509* responder, X509* issuer, UtcTime produced, std::span<const CrlPtr> crls) {
  if (X509_NAME_cmp(X509_get_issuer_name(responder), X509_get_subject_name(issuer)) != 0 ||
      X509_verify(responder, X509_get0_pubkey(issuer)) != 1 || weak_signature(responder) ||
      weak_key(X509_get0_pubkey(responder)) || !valid_at(responder, produced))
    return false;
  if ((X509_get_extension_flags(responder) & EXFLAG_XKUSAGE) == 0 ||
      (X509_get_extended_key_usage(responder) & XKU_OCSP_SIGN) == 0 ||
      (X509_get_key_usage(responder) & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0)
    return false;
  bool good = X509_get_ext_by_NID(responder, NID_id_pkix_OCSP_noCheck, -1) >= 0;
  for (const CrlPtr& crl : crls) {
    const Revocation said = ask_crl(crl.get(), {responder, issuer, produced});
    if (said.state == Revocation::State::revoked) return false;
    good = good || said.state == Revocation::State::good;
  }
  return good;
}

bool is_authorised(OCSP_BASICRESP* basic, X509* issuer, UtcTime produced,
                   std::span<const CrlPtr> crls) {
  if (signed_by(basic, issuer)) return true;
  constexpr int kMostResponders = 8;
  const STACK_OF(X509)* inside = OCSP_resp_get0_certs(basic);
  for (int i = 0; i < sk_X509_num(inside) && i < kMostResponders; ++i) {
    X509* responder = sk_X509_value(inside, i);
    if (signed_by(basic, responder) && is_delegate(responder, issuer, produced, crls)) return true;
  }
  return false;
}

// The response's entry about the certificate, compared under the entry's own hash.
OCSP_SINGLERESP* entry_about(OCSP_BASICRESP* basic, const Question& question) {
  for (int i = 0; i < OCSP_resp_count(basic); ++i) {
    OCSP_SINGLERESP* single = OCSP_resp_get0(basic, i);
    OCSP_CERTID* id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single));
    ASN1_OBJECT* hash = nullptr;
    if (OCSP_id_get0_info(nullptr, &hash, nullptr, nullptr, id) != 1) continue;
    const EVP_MD* digest = EVP_get_digestbyobj(hash);
    if (digest == nullptr) continue;
    const OcspIdPtr own(OCSP_cert_to_id(digest, question.certificate, question.issuer));
    if (own != nullptr && OCSP_id_cmp(own.get(), id) == 0) return single;
  }
  return nullptr;
}

std::optional<UtcTime> archive_cutoff(OCSP_SINGLERESP* single) {
  const GeneralTimePtr cutoff(static_cast<ASN1_GENERALIZEDTIME*>(
      OCSP_SINGLERESP_get1_ext_d2i(single, NID_id_pkix_OCSP_archiveCutoff, nullptr, nullptr)));
  return time_from(cutoff.get());
}

}  // namespace

Revocation ask_ocsp(OCSP_RESPONSE* response, const Question& question,
                    std::span<const CrlPtr> crls) {
  const QuietQueue quiet;
  if (OCSP_response_status(response) != OCSP_RESPONSE_STATUS_SUCCESSFUL) return {};
  const OcspBasicPtr basic(OCSP_response_get1_basic(response));
  if (basic == nullptr) return {};
  OCSP_SINGLERESP* single = entry_about(basic.get(), question);
  if (single == nullptr) return {};
  const auto produced = time_from(OCSP_resp_get0_produced_at(basic.get()));
  if (!produced) return silent("the OCSP response states no readable time");
  if (weak_signature(OCSP_resp_get0_tbs_sigalg(basic.get())))
    return silent("the OCSP response is signed with a weak algorithm");
  if (!is_authorised(basic.get(), question.issuer, *produced, crls))
    return silent("the OCSP response is not signed by one whom the issuer authorised");

  int reason = -1;
  ASN1_GENERALIZEDTIME *revoked = nullptr, *this_update = nullptr, *next_update = nullptr;
  const int status =
      OCSP_single_get0_status(single, &reason, &revoked, &this_update, &next_update);
  const auto from = time_from(this_update);
  if (!from) return silent("the OCSP response states no readable time");
  switch (status) {
    case V_OCSP_CERTSTATUS_REVOKED: return revoked_from(time_from(revoked).value_or(*from), question);
    case V_OCSP_CERTSTATUS_GOOD: break;
    default: return silent("the OCSP responder does not know the certificate");
  }
  const EvidenceAge age{*from, time_from(next_update), archive_cutoff(single)};
  if (next_update != nullptr && !age.next_update)
    return silent("the OCSP response states no readable time");
  if (!good_counts(age, question)) return silent("the OCSP response is not of that time");
  return {Revocation::State::good, {}, ""};
}

}  // namespace sogoc::openssl
