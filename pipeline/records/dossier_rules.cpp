#include "pipeline/records/dossier_rules.hpp"

#include <fmt/format.h>

#include "pipeline/records/document_names.hpp"

namespace sogoc {
namespace {

constexpr std::size_t kLongestTitle = 1000;  // characters; TT 05/2025, `title`

std::size_t characters_of(std::string_view utf8) {
  std::size_t count = 0;
  for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

}  // namespace

Done check_dossier(const NewDossier& dossier) {
  const auto refuse = [&](std::string why) {
    return fail(ErrorCode::usage, Retry::never, "dossier " + dossier.code, std::move(why));
  };
  if (dossier.code.empty()) return refuse("the code must not be empty");
  if (!is_name_safe(dossier.code))
    return refuse(
        "the code becomes part of file names: at most 100 letters, digits, '.', '-' and '_', "
        "no '.' at its ends");
  if (dossier.title.empty()) return refuse("the title must not be empty");
  if (characters_of(dossier.title) > kLongestTitle)
    return refuse(fmt::format("the title has more than {} characters", kLongestTitle));
  if (dossier.declared_sheets && *dossier.declared_sheets < 0)
    return refuse("the number of sheets must not be negative");
  return {};
}

DossierCheck compare_dossier(std::optional<int> declared_sheets, const DossierCounts& counts) {
  DossierCheck check{declared_sheets, counts, {}, {}};
  const auto unfinished = [&](std::int64_t count, std::string_view what) {
    if (count > 0) check.unfinished.push_back(fmt::format("{} {}", count, what));
  };
  unfinished(counts.files_quarantined, "files could not be opened; run them again or accept them as unreadable");
  unfinished(counts.pages_open, "pages are not read yet; start a run");
  unfinished(counts.pages_quarantined, "pages could not be read; run them again or accept them as unreadable");
  unfinished(counts.pages_restricted, "pages bear a secrecy mark; an authorised person decides");
  unfinished(counts.pages_need_person, "pages need a person; confirm them");
  if (check.unfinished.empty())
    unfinished(counts.documents - counts.documents_done, "documents are not written yet");

  if (!declared_sheets) {
    check.differences.push_back("the number of sheets was never declared");
  } else if (*declared_sheets > counts.pages) {
    check.differences.push_back(
        fmt::format("{} sheets are declared, but only {} pages were scanned ({} of them blank)",
                    *declared_sheets, counts.pages, counts.pages_blank));
  } else if (2 * static_cast<std::int64_t>(*declared_sheets) < counts.pages) {
    check.differences.push_back(fmt::format(
        "{} sheets are declared and have at most {} sides, but {} pages were scanned ({} of them "
        "blank)",
        *declared_sheets, 2 * static_cast<std::int64_t>(*declared_sheets), counts.pages,
        counts.pages_blank));
  }
  return check;
}

}  // namespace sogoc
