// Certified copies of every signed kind, composed and signed as they are issued, as EU DSS sees them.

#include "models/copy_catalog.hpp"
#include "tests/dss/dss_world.hpp"
#include "tests/unit/copy_write/test_copies.hpp"

namespace sogoc {
namespace {

using namespace sogoc::test;

class DssCopies : public DssWorld {
 protected:
  // <kind>-t.pdf, -lt.pdf and -lta.pdf; how many signatures each has.
  std::size_t issue(const std::string& kind) {
    const CopyDraft draft = bench_.draft(kind);
    if (draft.signatures.empty()) return 0;
    const auto prepared = bench_.compose(draft, kind);
    if (!prepared) throw std::runtime_error(to_string(prepared.error()));
    fs::path now = at("open"), next = at("next");
    fs::copy_file(bench_.pdf(kind), now, fs::copy_options::overwrite_existing);
    // The one who certifies signs first, the body last.
    MemoryKey certifier(world_.certifier, SignatureScheme::ecdsa_sha256);
    MemoryKey body(world_.body, SignatureScheme::ecdsa_sha256);
    std::vector<MadeCms> all;
    SignatureHole hole{prepared->hole_begin, prepared->hole_end, prepared->bytes};
    for (std::size_t i = 0; i < draft.signatures.size(); ++i) {
      if (i > 0) {
        fs::remove(next);
        const auto appended = append_signature(
            now, next, {draft.signatures[i].name, "2026-09-05T14:05:00+07:00", draft.signatures[i].signer, "", ""});
        if (!appended) throw std::runtime_error(to_string(appended.error()));
        hole = *appended;
        fs::rename(next, now);
      }
      const bool last = i + 1 == draft.signatures.size();
      all.push_back(fill(now, hole, last ? body : certifier, true));
    }
    fs::copy_file(now, at(kind + "-t.pdf"));
    const Done kept = append_dss(now, at(kind + "-lt.pdf"), material(all));
    if (!kept) throw std::runtime_error(to_string(kept.error()));
    stamp(at(kind + "-lt.pdf"), at(kind + "-lta.pdf"));
    return draft.signatures.size();
  }
  CopyBench bench_;
};

TEST_F(DssCopies, OfEverySignedKindPassTotally) {
  std::map<std::string, std::size_t> signatures;
  for (const std::string& kind : copy_kinds())
    if (const std::size_t count = issue(kind); count > 0) signatures[kind] = count;
  ASSERT_GE(signatures.size(), 5u);
  const auto online = ask_dss(*jars_, at("root.pem"), folder_.path(), true);
  const auto offline = ask_dss(*jars_, at("root.pem"), folder_.path(), false);
  for (const auto& [kind, count] : signatures) {
    expect(online, kind + "-t.pdf", "PAdES-BASELINE-T", "TOTAL_PASSED", count);
    for (const auto* reports : {&online, &offline}) {
      expect(*reports, kind + "-lt.pdf", "PAdES-BASELINE-LT", "TOTAL_PASSED", count);
      expect(*reports, kind + "-lta.pdf", "PAdES-BASELINE-LTA", "TOTAL_PASSED", count);
    }
  }
}

}  // namespace
}  // namespace sogoc
