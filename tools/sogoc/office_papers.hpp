#pragma once

// Papers of an office that carry no signature of their own: appointment slip, reply that nothing was
// found, hand-over receipt, and the print of an issued copy. What they say comes from the store; a
// clerk adds what only he knows. Forms: models/copies.

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/copy_catalog.hpp"
#include "pipeline/copies/copy_store.hpp"
#include "pipeline/core/result.hpp"
#include "storage/archive.hpp"

namespace sogoc {

using FormValues = std::vector<std::pair<std::string, std::string>>;

// Each "KEY=VALUE"; fails with usage.
[[nodiscard]] Result<FormValues> form_values_in(const std::vector<std::string>& assignments);
// What the form needs and nobody gave, "" when nothing lacks. `elsewhere`: keys that come later.
[[nodiscard]] std::string missing_values(const CopyTemplate& form, const FormValues& given,
                                         const std::vector<std::string>& elsewhere);

// What the archive knows for each paper. A value that is empty is not there.
[[nodiscard]] FormValues slip_values(const RequestDetails& request);
[[nodiscard]] FormValues reply_values(const RequestDetails& request, const RequestReply& reply);
[[nodiscard]] FormValues receipt_values(const CopyDetails& copy, const std::optional<RequestDetails>& request,
                                        const std::string& source_title, UtcTime now);
[[nodiscard]] FormValues print_values(const CopyDetails& copy, const ArchiveIdentity& office, UtcTime now);

struct OfficePaper {
  std::string form;              // kind of models/copies
  FormValues known;              // the archive's; cannot be changed by a clerk
  FormValues added;              // a clerk's
  std::optional<Sha256> shows;   // every page of this blob
};

// Composed in a fresh worker and written to `out`, whole or not at all. Fails with usage when the
// form needs a value that nobody gave, or when a clerk's value would change the archive's.
[[nodiscard]] Done write_paper(Archive& archive, const OfficePaper& paper, UtcTime now,
                               const std::filesystem::path& out);

}  // namespace sogoc
