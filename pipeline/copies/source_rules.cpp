#include "pipeline/copies/source_rules.hpp"

#include <fmt/format.h>

namespace sogoc {
namespace {

constexpr int kColourBits = 24;
constexpr double kLeastDpi = 200;
constexpr double kLeastMapDpi = 300;

std::vector<std::string> quality_faults(const SourceFacts& facts) {
  std::vector<std::string> faults;
  for (const SourcePage& page : facts.pages) {
    if (!page.scanned) continue;
    if (page.bits_per_pixel < kColourBits)
      faults.push_back(fmt::format("{} is not in colour ({} bits a pixel, {} wanted)", page.page_name,
                                   page.bits_per_pixel, kColourBits));
    const double least = page.map ? kLeastMapDpi : kLeastDpi;
    if (page.dpi <= 0)
      faults.push_back(fmt::format("{} does not say its resolution", page.page_name));
    else if (page.dpi < least - 0.5)  // files store 199.9 for 200
      faults.push_back(fmt::format("{} has {:.0f} dpi, {:.0f} wanted", page.page_name, page.dpi, least));
  }
  return faults;
}

}  // namespace

Result<SourceApproval> check_source(CopyKind kind, Medium to, const SourceFacts& facts,
                                    const std::optional<QualityException>& exception, UtcTime now) {
  SOGOC_CHECK(check_conversion(kind, facts.medium, to, facts.is_sao_y));
  if (facts.restricted)
    return fail(ErrorCode::invalid_input, Retry::after_operator, facts.subject,
                "bears a secrecy mark: no copy leaves until an authorised person releases it");
  if (!facts.digest || !facts.fixity_checked_at)
    return fail(ErrorCode::corrupt, Retry::after_operator, facts.subject,
                "its stored file does not pass the fixity check: run verify and restore it from a backup");
  if (now - *facts.fixity_checked_at > kFixityHolds || *facts.fixity_checked_at > now)
    return fail(ErrorCode::conflict, Retry::whole_job, facts.subject,
                "its fixity was not checked at this moment: check it again");

  std::vector<std::string> missing;
  if (facts.confirmed_by.empty())
    missing.push_back("no person has confirmed it");
  else if (facts.confirmed_by_machine_only)
    missing.push_back("it holds values that no person has confirmed");
  if (kind == CopyKind::certified_copy && !facts.original_presented)
    missing.push_back("the paper original was not presented to the certifier");
  if (facts.pages.empty()) missing.push_back("no page image belongs to it");
  if (!missing.empty())
    return fail(ErrorCode::invalid_input, Retry::after_operator, facts.subject,
                fmt::format("cannot be copied: {}", fmt::join(missing, "; ")));

  SourceApproval approval{quality_faults(facts)};
  if (approval.exceptions.empty()) return approval;
  if (!exception || exception->reason.empty() || exception->by.empty())
    return fail(ErrorCode::invalid_input, Retry::after_operator, facts.subject,
                fmt::format("cannot be copied: {}; scan it again, or give a reason for an exception, which "
                            "is logged",
                            fmt::join(approval.exceptions, "; ")));
  return approval;
}

}  // namespace sogoc
