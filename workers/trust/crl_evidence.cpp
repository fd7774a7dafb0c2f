#include "workers/trust/certificate_private.hpp"
#include "workers/trust/evidence_private.hpp"

#include <algorithm>

namespace sogoc::openssl {
namespace {

// Evidence without nextUpdate speaks for its own moment only.
constexpr auto kMomentOfEvidence = std::chrono::minutes(10);

Revocation silent(std::string why) { return {Revocation::State::silent, {}, std::move(why)}; }

bool names_one_of(const DIST_POINT_NAME* point, const std::vector<std::string>& addresses) {
  if (point->type != 0) return false;
  for (int i = 0; i < sk_GENERAL_NAME_num(point->name.fullname); ++i) {
    int kind = 0;
    const void* value =
        GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(point->name.fullname, i), &kind);
    if (kind != GEN_URI) continue;
    const auto bytes = bytes_of(static_cast<const ASN1_STRING*>(value));
    if (std::find(addresses.begin(), addresses.end(), std::string(bytes.begin(), bytes.end())) !=
        addresses.end())
      return true;
  }
  return false;
}

// Is the list, by its issuingDistributionPoint, about certificates such as this one?
bool in_scope(const X509_CRL* crl, X509* certificate) {
  int critical = -1;
  const std::unique_ptr<ISSUING_DIST_POINT, FreeWith<ISSUING_DIST_POINT_free>> point(
      static_cast<ISSUING_DIST_POINT*>(
          X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, &critical, nullptr)));
  if (point == nullptr) return critical == -1;  // else it is there and cannot be read
  const bool ca = is_ca(certificate);
  if (point->indirectCRL > 0 || point->onlyattr > 0 || point->onlysomereasons != nullptr) return false;
  if ((point->onlyuser > 0 && ca) || (point->onlyCA > 0 && !ca)) return false;
  return point->distpoint == nullptr ||
         names_one_of(point->distpoint, addresses_of(der_of(certificate)).crl);
}

bool has_unknown_critical_extension(const X509_CRL* crl) {
  for (int i = 0; i < X509_CRL_get_ext_count(crl); ++i) {
    X509_EXTENSION* extension = X509_CRL_get_ext(crl, i);
    if (X509_EXTENSION_get_critical(extension) != 0 &&
        OBJ_obj2nid(X509_EXTENSION_get_object(extension)) != NID_issuing_distribution_point)
      return true;
  }
  return false;
}

std::optional<UtcTime> extension_time(const X509_CRL* crl, const char* oid) {
  const ObjectPtr object(OBJ_txt2obj(oid, 1));
  const int at = X509_CRL_get_ext_by_OBJ(crl, object.get(), -1);
  if (at < 0) return std::nullopt;
  const ASN1_OCTET_STRING* value = X509_EXTENSION_get_data(X509_CRL_get_ext(crl, at));
  const unsigned char* data = ASN1_STRING_get0_data(value);
  const GeneralTimePtr time(d2i_ASN1_GENERALIZEDTIME(nullptr, &data, ASN1_STRING_length(value)));
  return time_from(time.get());
}

// A key known to be in wrong hands since a day is not believed from that day on.
UtcTime revocation_time(const X509_REVOKED* entry, UtcTime revoked_at) {
  const GeneralTimePtr since(static_cast<ASN1_GENERALIZEDTIME*>(
      X509_REVOKED_get_ext_d2i(entry, NID_invalidity_date, nullptr, nullptr)));
  const auto time = time_from(since.get());
  return time ? std::min(*time, revoked_at) : revoked_at;
}

}  // namespace

bool good_counts(const EvidenceAge& age, const Question& question) {
  const auto expires = time_from(X509_get0_notAfter(question.certificate));
  if (age.this_update > question.at) {
    // Made later: a certificate that is good later was good before. But once it has expired, its
    // issuer may no longer list it, unless it says so.
    if (!expires) return false;
    return age.this_update <= *expires ||
           (age.keeps_expired_since && *age.keeps_expired_since <= *expires);
  }
  const UtcTime until = age.next_update.value_or(age.this_update + kMomentOfEvidence);
  return question.at <= until;
}

Revocation revoked_from(UtcTime revoked_at, const Question& question) {
  if (revoked_at <= question.at) return {Revocation::State::revoked, revoked_at, ""};
  return {Revocation::State::good, revoked_at, ""};
}

Revocation ask_crl(X509_CRL* crl, const Question& question) {
  const QuietQueue quiet;
  if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(question.issuer)) != 0)
    return {};
  // keyUsage, where it stands, must let the issuer sign lists (UINT32_MAX: it does not stand).
  if ((X509_get_key_usage(question.issuer) & KU_CRL_SIGN) == 0)
    return silent("the CRL's issuer may not sign CRLs");
  const X509_ALGOR* algorithm = nullptr;
  X509_CRL_get0_signature(crl, nullptr, &algorithm);
  if (weak_signature(algorithm)) return silent("the CRL is signed with a weak algorithm");
  if (X509_CRL_verify(crl, X509_get0_pubkey(question.issuer)) != 1)
    return silent("the CRL's signature does not verify");
  if (X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) >= 0) return silent("a delta CRL is no evidence");
  if (has_unknown_critical_extension(crl)) return silent("the CRL has an unknown critical extension");
  if (!in_scope(crl, question.certificate)) return silent("the CRL is about other certificates");
  const auto this_update = time_from(X509_CRL_get0_lastUpdate(crl));
  if (!this_update) return silent("the CRL states no readable time");

  X509_REVOKED* entry = nullptr;
  if (X509_CRL_get0_by_cert(crl, &entry, question.certificate) == 1) {
    const auto revoked_at = time_from(X509_REVOKED_get0_revocationDate(entry));
    if (!revoked_at) return {Revocation::State::revoked, *this_update, ""};
    return revoked_from(revocation_time(entry, *revoked_at), question);
  }
  const EvidenceAge age{*this_update, time_from(X509_CRL_get0_nextUpdate(crl)),
                        extension_time(crl, "2.5.29.60")};
  if (!good_counts(age, question)) return silent("the CRL is not of that time");
  return {Revocation::State::good, {}, ""};
}

}  // namespace sogoc::openssl
