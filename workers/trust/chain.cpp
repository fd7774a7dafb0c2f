#include "workers/trust/chain_private.hpp"

#include <algorithm>

namespace sogoc::openssl {
namespace {

// A file may bring any number of certificates with one name: bounds for the search.
constexpr std::size_t kLongestChain = 10;
constexpr int kMostSignatureChecks = 200;

class Search {
 public:
  explicit Search(std::span<const KnownCertificate> known) : known_(known) {}

  std::vector<Chain> from(const KnownCertificate& start) {
    path_.push_back(&start);
    climb();
    if (!anchored_.empty()) return std::move(anchored_);
    return {std::move(best_)};
  }

 private:
  void climb() {
    const KnownCertificate& top = *path_.back();
    if (top.anchor) {
      anchored_.push_back({ChainEnd::anchored, path_});
      return;
    }
    X509* it = top.parsed.get();
    const X509_NAME* issuer = X509_get_issuer_name(it);
    bool named = false, climbed = false;
    for (const bool anchors : {true, false}) {
      for (const KnownCertificate& candidate : known_) {
        if (candidate.anchor.has_value() != anchors) continue;
        if (X509_NAME_cmp(X509_get_subject_name(candidate.parsed.get()), issuer) != 0) continue;
        if (candidate.der == top.der || stands_in_path(candidate)) continue;
        if (path_.size() >= kLongestChain || anchored_.size() >= kMostChains || checks_ <= 0)
          return keep_best(ChainEnd::no_issuer);
        named = true;
        --checks_;
        if (X509_verify(it, X509_get0_pubkey(candidate.parsed.get())) != 1) continue;
        climbed = true;
        path_.push_back(&candidate);
        climb();
        path_.pop_back();
      }
    }
    if (climbed) return;
    const bool self = X509_NAME_cmp(X509_get_subject_name(it), issuer) == 0 &&
                      X509_verify(it, X509_get0_pubkey(it)) == 1;
    keep_best(self ? ChainEnd::self_signed : named ? ChainEnd::bad_signature : ChainEnd::no_issuer);
  }

  bool stands_in_path(const KnownCertificate& candidate) const {
    return std::any_of(path_.begin(), path_.end(), [&](const KnownCertificate* one) {
      return one->der == candidate.der;
    });
  }

  void keep_best(ChainEnd end) {
    const bool longer = path_.size() > best_.path.size();
    const bool clearer = path_.size() == best_.path.size() && end < best_.end;
    if (longer || clearer) best_ = {end, path_};
  }

  std::span<const KnownCertificate> known_;
  std::vector<const KnownCertificate*> path_;
  std::vector<Chain> anchored_;
  Chain best_;
  int checks_ = kMostSignatureChecks;
};

}  // namespace

std::vector<Chain> chains_from(const KnownCertificate& start,
                               std::span<const KnownCertificate> known) {
  const QuietQueue quiet;
  return Search(known).from(start);
}

}  // namespace sogoc::openssl
