#pragma once

// May this source be copied, at this moment? The facts are gathered by pipeline/flow; the rules
// stand here (requirements §10: 1, 2, 14, 24). A refusal names every reason at once.

#include <optional>
#include <string>
#include <vector>

#include "pipeline/copies/copy_kind.hpp"
#include "pipeline/core/clock.hpp"
#include "pipeline/core/digest.hpp"

namespace sogoc {

enum class CopySourceKind : std::uint8_t { page, document, entry };
inline constexpr NameTable<CopySourceKind, 3> kCopySourceKindNames{{{CopySourceKind::page, "page"},
                                                                    {CopySourceKind::document, "document"},
                                                                    {CopySourceKind::entry, "entry"}}};
[[nodiscard]] constexpr std::string_view name(CopySourceKind kind) { return name_in(kCopySourceKindNames, kind); }

struct CopySource {
  CopySourceKind kind = CopySourceKind::document;
  std::int64_t id = 0;
  friend auto operator<=>(const CopySource&, const CopySource&) = default;
};

// One page that goes into the copy, as it was scanned.
struct SourcePage {
  std::string page_name;  // "batch 3 page 12"
  int bits_per_pixel = 0;    // 24 is colour; 8 gray, 1 black and white
  double dpi = 0;         // the smaller of both axes; 0: not known
  bool map = false;       // a map or drawing needs 300 dpi
  bool scanned = true;    // false: born digital, so colour and resolution say nothing
};

struct SourceFacts {
  CopySource source;
  std::string subject;                         // what a person calls it, for messages
  Medium medium = Medium::paper;               // of the original
  bool is_sao_y = false;                       // the source is itself a sao y
  std::string confirmed_by;                    // the person who confirmed it; "" = nobody
  bool confirmed_by_machine_only = false;      // values without a person's decision are in the extract
  bool restricted = false;                     // a secrecy mark stands on it
  std::optional<Sha256> digest;                // of the stored file that was re-hashed
  std::optional<UtcTime> fixity_checked_at;    // the moment at which its bytes had that digest
  std::vector<SourcePage> pages;
  bool original_presented = false;             // certified copies: the certifier saw the paper
};

// A person lets a source pass that is below the colour or resolution rule: logged with the reason.
struct QualityException {
  std::string reason;
  std::string by;
};

struct SourceApproval {
  std::vector<std::string> exceptions;  // what was let pass, for the log
};

// What a fixity check is worth: "at that moment".
inline constexpr std::chrono::minutes kFixityHolds{5};

[[nodiscard]] Result<SourceApproval> check_source(CopyKind kind, Medium to, const SourceFacts& facts,
                                                  const std::optional<QualityException>& exception,
                                                  UtcTime now);

}  // namespace sogoc
