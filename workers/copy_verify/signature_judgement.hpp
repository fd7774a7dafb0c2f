#pragma once

// One signature, from its bytes to a verdict about the signer: the cryptographic part. What was
// changed afterwards is judged in changes.hpp.

#include <memory>
#include <optional>
#include <vector>

#include "workers/copy_verify/copy_verify.hpp"
#include "workers/copy_verify/evidence.hpp"
#include "workers/copy_verify/signature_finder.hpp"

namespace sogoc::verify {

// What all signatures of a file may draw on.
struct Knowledge {
  const TrustStore* store = nullptr;
  UtcTime now;
  RevocationEvidence evidence;    // of the file and of the offline bundle
  std::vector<DerBytes> helpers;  // certificates
  StoredEvidence stored;
};

// A time that somebody other than the signer vouches for.
struct TrustedTime {
  UtcTime time;
  std::string authority;
  std::uint64_t covers = 0;  // everything before this byte existed then
};

// What stands in the hole, read but not yet judged. Both parts empty: it could not be read.
struct ReadSignature {
  std::optional<CmsFacts> cms;
  std::optional<TimestampFacts> stamp;            // a document timestamp
  std::optional<TimestampFacts> signature_stamp;  // inside a signature
  std::string signature_stamp_problem;            // finding code
};
// Fills what does not depend on trust: intact, algorithms, findings about the bytes.
[[nodiscard]] ReadSignature read_signature_value(const PdfBytes& file, const FoundSignature& found,
                                                 SignatureReport& report);

// A timestamp whose authority is trusted at that time; else a finding goes into `report`.
// `vouched_by`: later trusted times, which prove that this one is older.
[[nodiscard]] std::optional<TrustedTime> judge_timestamp(const TimestampFacts& stamp,
                                                         std::uint64_t covers,
                                                         const Knowledge& known,
                                                         const std::vector<TrustedTime>& vouched_by,
                                                         SignatureReport& report);

// The signer's certificate at the trusted time, or now when there is none.
void judge_signer(const ReadSignature& read, const std::optional<TrustedTime>& time,
                  const Knowledge& known, SignatureReport& report);

// "D:20261125083000+07'00'"
[[nodiscard]] std::optional<UtcTime> pdf_date(const std::string& text);

}  // namespace sogoc::verify
