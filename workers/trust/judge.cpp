// Was a certificate good for a use at a time? First a chain by verified signatures, then OpenSSL's
// own path validation over exactly that chain, then what path validation leaves out.

#include <algorithm>

#include "workers/trust/certificate_private.hpp"
#include "workers/trust/chain_private.hpp"
#include "workers/trust/evidence_private.hpp"

namespace sogoc {
namespace {

using namespace openssl;

// A file may embed any number: beyond these the rest is not looked at.
constexpr std::size_t kMostHelpers = 256;
constexpr std::size_t kMostEvidence = 512;

struct ParsedEvidence {
  std::vector<OcspResponsePtr> ocsp;
  std::vector<const DerBytes*> ocsp_der;
  std::vector<CrlPtr> crls;
  std::vector<const DerBytes*> crl_der;
};

ParsedEvidence parse(const RevocationEvidence& evidence) {
  ParsedEvidence parsed;
  for (const DerBytes& der : std::span(evidence.ocsp).first(std::min(evidence.ocsp.size(), kMostEvidence)))
    if (OcspResponsePtr one = ocsp_from(der)) {
      parsed.ocsp.push_back(std::move(one));
      parsed.ocsp_der.push_back(&der);
    }
  for (const DerBytes& der : std::span(evidence.crls).first(std::min(evidence.crls.size(), kMostEvidence)))
    if (CrlPtr one = crl_from(der)) {
      parsed.crls.push_back(std::move(one));
      parsed.crl_der.push_back(&der);
    }
  return parsed;
}

struct Fault {
  CertificateStatus status;
  std::string reason;
};
using Check = std::optional<Fault>;

Fault fault(CertificateStatus status, const std::string& subject, const std::string& what) {
  return {status, what + (subject.empty() ? "" : ": " + subject)};
}

Check check_validity(const Chain& chain, UtcTime at) {
  for (const KnownCertificate* link : chain.path) {
    const auto from = time_from(X509_get0_notBefore(link->parsed.get()));
    const auto to = time_from(X509_get0_notAfter(link->parsed.get()));
    const std::string who = short_name(link->parsed.get());
    if (!from || !to) return fault(CertificateStatus::bad_chain, who, "no readable time of validity");
    if (at < *from) return fault(CertificateStatus::not_yet_valid, who, "not yet valid at that time");
    if (at > *to) return fault(CertificateStatus::expired, who, "expired at that time");
  }
  return std::nullopt;
}

bool eku_is_critical(const X509* certificate) {
  const int at = X509_get_ext_by_NID(certificate, NID_ext_key_usage, -1);
  return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(certificate, at)) != 0;
}

// Does extendedKeyUsage stand there and name nothing but uses that are not signing documents?
bool only_for_other_uses(X509* certificate) {
  const std::unique_ptr<EXTENDED_KEY_USAGE, FreeWith<EXTENDED_KEY_USAGE_free>> uses(
      static_cast<EXTENDED_KEY_USAGE*>(
          X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
  if (uses == nullptr) return false;
  for (int i = 0; i < sk_ASN1_OBJECT_num(uses.get()); ++i)
    switch (OBJ_obj2nid(sk_ASN1_OBJECT_value(uses.get(), i))) {
      case NID_server_auth:
      case NID_code_sign:
      case NID_time_stamp:
      case NID_OCSP_sign: break;
      default: return false;  // anyExtendedKeyUsage, e-mail, document signing, a vendor's own
    }
  return true;
}

Check check_usage(X509* certificate, CertificateUse use) {
  const auto wrong = [&](const char* what) {
    return fault(CertificateStatus::wrong_usage, short_name(certificate), what);
  };
  // UINT32_MAX, all bits, when the extension is not there.
  if ((X509_get_key_usage(certificate) & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0)
    return wrong("its keyUsage does not allow signatures");
  const std::uint32_t flags = X509_get_extension_flags(certificate);
  const std::uint32_t extended = X509_get_extended_key_usage(certificate);
  const bool has_extended = (flags & EXFLAG_XKUSAGE) != 0;
  switch (use) {
    case CertificateUse::document_signing:
      if (only_for_other_uses(certificate)) return wrong("its extendedKeyUsage is not for documents");
      break;
    case CertificateUse::timestamping:
      if (!has_extended || extended != XKU_TIMESTAMP || !eku_is_critical(certificate))
        return wrong("it is not a timestamping certificate (RFC 3161)");
      break;
    case CertificateUse::ocsp_signing:
      if (!has_extended || (extended & XKU_OCSP_SIGN) == 0)
        return wrong("it may not sign OCSP responses");
      break;
  }
  return std::nullopt;
}

// RFC 5280 over exactly this chain: basicConstraints, path length, keyCertSign, name constraints,
// unknown critical extensions.
Check check_path(const Chain& chain, UtcTime at) {
  for (std::size_t i = 1; i + 1 < chain.path.size(); ++i)
    if (!is_ca(chain.path[i]->parsed.get()))
      return fault(CertificateStatus::bad_chain, short_name(chain.path[i]->parsed.get()),
                   "it issued a certificate but is not a CA");
  const BorrowedCertificatesPtr trusted(sk_X509_new_null()), between(sk_X509_new_null());
  const StorePtr store(X509_STORE_new());
  const StoreContextPtr context(X509_STORE_CTX_new());
  const auto broken = [] {
    return fault(CertificateStatus::bad_chain, "", "OpenSSL cannot check it: " + drain_errors());
  };
  if (trusted == nullptr || between == nullptr || store == nullptr || context == nullptr)
    return broken();
  sk_X509_push(trusted.get(), chain.path.back()->parsed.get());
  for (std::size_t i = 1; i + 1 < chain.path.size(); ++i)
    sk_X509_push(between.get(), chain.path[i]->parsed.get());
  if (X509_STORE_CTX_init(context.get(), store.get(), chain.path.front()->parsed.get(),
                          between.get()) != 1)
    return broken();
  X509_STORE_CTX_set0_trusted_stack(context.get(), trusted.get());
  X509_VERIFY_PARAM* rules = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(rules, seconds_of(at));
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
  if (X509_verify_cert(context.get()) == 1) return std::nullopt;
  return fault(CertificateStatus::bad_chain, "",
               X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get())));
}

Check check_algorithms(const Chain& chain) {
  for (std::size_t i = 0; i < chain.path.size(); ++i) {
    const X509* it = chain.path[i]->parsed.get();
    if (weak_key(X509_get0_pubkey(it)))
      return fault(CertificateStatus::weak_algorithm, short_name(it),
                   "weak key (" + key_text(X509_get0_pubkey(it)) + ")");
    // A root is believed because a person imported it, not for its own signature.
    if (!chain.path[i]->anchor && weak_signature(it))
      return fault(CertificateStatus::weak_algorithm, short_name(it),
                   "signed by its issuer with a weak algorithm");
  }
  return std::nullopt;
}

class Judge {
 public:
  Judge(CertificateUse use, UtcTime at, const ParsedEvidence& evidence, const TrustStore& store)
      : use_(use), at_(at), evidence_(evidence), store_(store) {}

  CertificateVerdict judge(const Chain& chain) const {
    CertificateVerdict verdict;
    for (const KnownCertificate* link : chain.path) verdict.chain.push_back(link->der);
    const auto say = [&](const Fault& found) {
      verdict.status = found.status;
      verdict.reason = found.reason;
      return verdict;
    };
    if (const Check found = check_end(chain)) return say(*found);
    verdict.anchor = store_.anchors()[*chain.path.back()->anchor].kind;
    if (const Check found = check_validity(chain, at_)) return say(*found);
    if (const Check found = check_usage(chain.path.front()->parsed.get(), use_)) return say(*found);
    if (const Check found = check_path(chain, at_)) return say(*found);
    const Check revocation = check_revocation(chain, verdict);
    if (revocation && revocation->status == CertificateStatus::revoked) return say(*revocation);
    if (const Check found = check_algorithms(chain)) return say(*found);
    if (revocation) return say(*revocation);
    return say({CertificateStatus::good, "good at that time"});
  }

 private:
  Check check_end(const Chain& chain) const {
    const std::string top = short_name(chain.path.back()->parsed.get());
    switch (chain.end) {
      case ChainEnd::anchored: break;
      case ChainEnd::self_signed:
        return fault(CertificateStatus::untrusted_root, top, "its root is not in the trust store");
      case ChainEnd::bad_signature:
        return fault(CertificateStatus::bad_chain, top,
                     "the issuer it names did not make its signature");
      case ChainEnd::no_issuer:
        return fault(CertificateStatus::incomplete_chain, top, "its issuer is not known");
    }
    // A dev-pki certificate counts in a trial archive only, whatever root it hangs on.
    if (!store_.trial())
      for (const KnownCertificate* link : chain.path)
        if (has_trial_mark(link->parsed.get()))
          return fault(CertificateStatus::untrusted_root, top,
                       "a trial certificate in an archive that is not for trials");
    const TrustAnchor& anchor = store_.anchors()[*chain.path.back()->anchor];
    if (at_ < anchor.trusted_from || at_ > anchor.trusted_to)
      return fault(CertificateStatus::untrusted_root, top, "its root was not trusted at that time");
    return std::nullopt;
  }

  Check check_revocation(const Chain& chain, CertificateVerdict& verdict) const {
    Check unknown;
    for (std::size_t i = 0; i + 1 < chain.path.size(); ++i) {
      const Question question{chain.path[i]->parsed.get(), chain.path[i + 1]->parsed.get(), at_};
      std::string why;
      const Revocation said = ask_all(question, verdict.used, why);
      if (said.state == Revocation::State::revoked) {
        verdict.revoked_at = said.revoked_at;
        return fault(CertificateStatus::revoked, short_name(question.certificate),
                     "revoked at that time");
      }
      if (said.state == Revocation::State::silent && !unknown)
        unknown = fault(CertificateStatus::unknown, short_name(question.certificate),
                        why.empty() ? "no evidence about its revocation" : why);
      if (said.state == Revocation::State::good && i == 0 && said.revoked_at != UtcTime{})
        verdict.revoked_at = said.revoked_at;  // later than `at`
    }
    return unknown;
  }

  // Anyone who may say "revoked" wins over those who say "good".
  Revocation ask_all(const Question& question, RevocationEvidence& used, std::string& why) const {
    Revocation best;
    const DerBytes* decided = nullptr;
    bool by_ocsp = false;
    const auto hear = [&](const Revocation& said, const DerBytes* der, bool ocsp) {
      if (said.state == Revocation::State::silent) {
        if (why.empty()) why = said.why;
        return;
      }
      const bool earlier = said.state == Revocation::State::revoked &&
                           best.state == Revocation::State::revoked &&
                           said.revoked_at < best.revoked_at;
      const bool knows_later_end =
          said.state == best.state && best.revoked_at == UtcTime{} && said.revoked_at != UtcTime{};
      if (said.state > best.state || earlier || knows_later_end) {
        best = said;
        decided = der;
        by_ocsp = ocsp;
      }
    };
    for (std::size_t i = 0; i < evidence_.ocsp.size(); ++i)
      hear(ask_ocsp(evidence_.ocsp[i].get(), question, evidence_.crls), evidence_.ocsp_der[i], true);
    for (std::size_t i = 0; i < evidence_.crls.size(); ++i)
      hear(ask_crl(evidence_.crls[i].get(), question), evidence_.crl_der[i], false);
    if (decided != nullptr) (by_ocsp ? used.ocsp : used.crls).push_back(*decided);
    return best;
  }

  CertificateUse use_;
  UtcTime at_;
  const ParsedEvidence& evidence_;
  const TrustStore& store_;
};

void add_known(std::vector<KnownCertificate>& known, const DerBytes& der,
               std::optional<std::size_t> anchor) {
  for (const KnownCertificate& one : known)
    if (one.der == der) return;
  if (CertificatePtr parsed = certificate_from(der)) known.push_back({std::move(parsed), der, anchor});
}

}  // namespace

CertificateVerdict judge_certificate(const DerBytes& certificate, std::span<const DerBytes> helpers,
                                     CertificateUse use, UtcTime at,
                                     const RevocationEvidence& evidence, const TrustStore& store) {
  const QuietQueue quiet;
  std::vector<KnownCertificate> known;
  for (std::size_t i = 0; i < store.anchors().size(); ++i)
    add_known(known, store.anchors()[i].certificate, i);
  for (const DerBytes& one : store.intermediates()) add_known(known, one, std::nullopt);
  for (const DerBytes& one : helpers.first(std::min(helpers.size(), kMostHelpers)))
    add_known(known, one, std::nullopt);
  const auto same = [&](const KnownCertificate& one) { return one.der == certificate; };
  auto start = std::find_if(known.begin(), known.end(), same);
  if (start == known.end()) {
    add_known(known, certificate, std::nullopt);
    start = std::find_if(known.begin(), known.end(), same);
  }
  CertificateVerdict best;
  if (start == known.end()) {
    best.status = CertificateStatus::bad_chain;
    best.reason = "this is not one X.509 certificate in DER";
    return best;
  }
  const ParsedEvidence parsed = parse(evidence);
  const Judge judge(use, at, parsed, store);
  bool first = true;
  for (const Chain& chain : chains_from(*start, known)) {
    CertificateVerdict verdict = judge.judge(chain);
    if (verdict.status == CertificateStatus::good) return verdict;
    if (first || (verdict.status == CertificateStatus::revoked &&
                  best.status != CertificateStatus::revoked))
      best = std::move(verdict);
    first = false;
  }
  return best;
}

}  // namespace sogoc
