#pragma once

// One certified copy, from a confirmed source to a file that is handed over. Every step leaves a state
// in the store before the next begins, so that a copy whose process died goes on where it stopped,
// or is voided with its number and reason.

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/copies/copy_store.hpp"
#include "pipeline/core/clock.hpp"
#include "pipeline/core/copy.hpp"
#include "pipeline/core/result.hpp"

namespace sogoc {

// ---- What the flow needs from outside ---------------------------------------------------------

// What is copied, as it is now: who confirmed it, whether its bytes still have their digest.
struct GatheredSource {
  SourceFacts facts;
  Sha256 pdf;                     // our own archived PDF/A
  std::vector<int> pages;         // of it, 1-based
  std::vector<CopyMark> marks;    // the entry on its page
  std::vector<CopyField> fields;  // confirmed, as written
  std::string title;              // "Quyết định 128/QĐ-UBND", for testimony and lists
  std::string register_number, register_book, register_page;
  std::string holder_name, birth_date;
};
class CopySources {
 public:
  virtual ~CopySources() = default;
  // Re-hashes the archived file. Fails with not_found, or corrupt when its bytes have changed.
  [[nodiscard]] virtual Result<GatheredSource> gather(const CopySource& source) = 0;
};

// A revision in the blob store with a hole to be filled, checked by the coordinator: `digest` is
// computed here, over the bytes, and not told by the worker that made the file.
struct HeldRevision {
  Sha256 file;
  Sha256 digest;
};
struct ValidationEvidence {
  std::vector<Octets> certificates, ocsp, crls;
};
// Composes and extends copies: each call is a fresh worker process without network.
class CopyBench {
 public:
  virtual ~CopyBench() = default;
  [[nodiscard]] virtual Result<HeldRevision> compose(const CopyDraft& draft) = 0;
  [[nodiscard]] virtual Result<HeldRevision> append_signature(const Sha256& from, const CopySignatureField& field,
                                                              const std::string& signing_time_iso) = 0;
  [[nodiscard]] virtual Result<Sha256> append_evidence(const Sha256& from, const ValidationEvidence& evidence) = 0;
  [[nodiscard]] virtual Result<HeldRevision> append_timestamp(const Sha256& from) = 0;
  // The file with its hole filled; invalid when the file's digest is not `digest` any more.
  [[nodiscard]] virtual Result<Sha256> fill(const HeldRevision& revision, std::span<const std::uint8_t> cms) = 0;
};

struct SignatureOrder {
  CopyId copy = 0;
  SignatureRole role = SignatureRole::body;
  std::string level;
  Sha256 digest;
  std::optional<CopyApproval> approval;  // none: the key runs unattended
};
struct MadeSignature {
  Octets cms;
  ValidationEvidence evidence;
};
// The signer process.
class CopySigner {
 public:
  virtual ~CopySigner() = default;
  [[nodiscard]] virtual Result<bool> runs_unattended(SignatureRole role) = 0;
  [[nodiscard]] virtual Result<Octets> qr_public_key() = 0;
  [[nodiscard]] virtual Result<MadeSignature> sign(const SignatureOrder& order) = 0;
  [[nodiscard]] virtual Result<MadeSignature> timestamp(const Sha256& digest) = 0;
  [[nodiscard]] virtual Result<Octets> sign_qr(std::span<const std::uint8_t> bytes) = 0;
};

// Our own verifier, in a limited worker, given what the signer used to judge the certificates (a B-B copy
// does not carry it). Fails with invalid or undecidable and says why.
class CopyChecker {
 public:
  virtual ~CopyChecker() = default;
  [[nodiscard]] virtual Done check(const Sha256& file, const std::string& level,
                                   const ValidationEvidence& evidence) = 0;
};

struct CopyParts {
  CopyStore& store;
  CopySources& sources;
  CopyBench& bench;
  CopySigner& signer;
  CopyChecker& checker;
  const Clock& clock;
};

// ---- The flow -----------------------------------------------------------------------------------

// What the office adds to what the archive knows. Stored with the copy, so that another process can
// go on with it.
struct CopyOrder {
  std::string client_token;       // repeated, it gives the same copy
  std::optional<RequestId> request;
  CopyKind kind = CopyKind::register_copy;
  CopySource source;
  Medium to = Medium::electronic;
  std::string level = "B-B";      // B-B, B-T, B-LT or B-LTA
  std::string template_version;
  std::string body, body_code;    // who issues
  std::string lookup_base;        // "https://tracuu.example.vn"; "" = the QR symbol has no address
  std::vector<std::pair<std::string, std::string>> values;  // place, certifier, converter ...
  bool with_images = true, with_fields = false;  // what the template wants
  bool original_presented = false;  // the certifier saw the paper
  bool source_is_sao_y = false;
  std::optional<QualityException> exception;
  std::string producer;           // "sogoc 0.1.0"
};

// Values of a form that the flow itself fills in; every other one a form needs is in the order.
[[nodiscard]] const std::vector<std::string>& flow_value_keys();

// Steps 2 and 3: checks the source now and takes a number, in one transaction. A repeated client
// token gives the copy that it made before, wherever that is.
[[nodiscard]] Result<CopyDetails> begin_copy(const CopyParts& parts, const CopyOrder& order,
                                             const BookSeries& series, const Actor& by);

// The block and /M of a signature bear the time of composing. Bytes that waited longer than this for their
// signature, and that nobody approved yet, are made anew.
inline constexpr std::chrono::minutes kMostBeforeSigning{5};
// Before an approver is asked: the copy with bytes of this moment where that is due. The digest is then another.
[[nodiscard]] Result<CopyDetails> freshen_copy(const CopyParts& parts, CopyId copy);

// Steps 4 and 5 only: the bytes that the next signature will stand under, so that a person sees them before anything is
// signed, also where the key would run unattended. Fresh ones where freshen_copy() would make them.
[[nodiscard]] Result<CopyDetails> prepare_copy(const CopyParts& parts, CopyId copy);

// Steps 4 to 10: goes on as far as it can without a person. Returns the copy issued, or still
// numbered: then waiting_for() says whose approval it waits for. Fails with what stood in the way;
// the copy stays where it is and can go on later.
[[nodiscard]] Result<CopyDetails> continue_copy(const CopyParts& parts, CopyId copy, const Actor& by);

// What the signatures of a copy were judged by when they were made; kept with them.
[[nodiscard]] ValidationEvidence evidence_of(const CopyDetails& copy);

// Where the copy can be looked up: "" in an office without a lookup page.
[[nodiscard]] std::string lookup_address_of(const CopyDetails& copy);

// The digest that must be approved next, and by which role.
struct WaitingFor {
  SignatureRole role = SignatureRole::body;
  Sha256 digest;
  std::string level;
};
[[nodiscard]] std::optional<WaitingFor> waiting_for(const CopyDetails& copy);

// Roles in the order of signing.
[[nodiscard]] std::vector<SignatureRole> signing_order(CopyKind kind);

}  // namespace sogoc
