#include "tools/sogoc/summary.hpp"

#include <fmt/format.h>

#include "tools/sogoc/command.hpp"
#include "tools/sogoc/messages.hpp"
#include "tools/sogoc/sentences.hpp"

namespace sogoc {
namespace {

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += (all.empty() ? "" : "; ") + translated(part);
  return all;
}

NeedsPerson about(const PageRow& page) {
  const std::string where = page.ordinal ? fmt::format("{}:{}", page.batch, *page.ordinal) : page.name;
  const std::string why = page.error ? translated(page.error->message) : joined(page.reasons);
  return {where, page.file_name, static_cast<int>(page.index.page_number()),
          std::string(name(page.state)), why};
}

}  // namespace

Result<Summary> summarize(Archive& archive, std::optional<BatchId> batch) {
  Summary summary;
  Catalogue& catalogue = archive.catalogue();
  DocumentFilter documents;
  documents.batch = batch;
  SOGOC_TRY(summary.documents, catalogue.documents(documents));
  PageFilter pages;
  pages.batch = batch;
  pages.states = {PageState::needs_person, PageState::quarantined, PageState::restricted};
  SOGOC_TRY(const auto doubtful, catalogue.pages(pages));

  std::vector<BatchId> batches;
  if (batch) {
    batches.push_back(*batch);
  } else {
    SOGOC_TRY(const auto all, catalogue.batches());
    for (const BatchRow& row : all) batches.push_back(row.id);
  }
  for (const BatchId id : batches) {
    SOGOC_TRY(const auto files, catalogue.files(id));
    for (const FileRow& file : files)
      if (file.state == FileState::quarantined)
        summary.needs_person.push_back({fmt::format("file {}:{}", file.batch, file.ordinal), file.name, 0,
                                        "quarantined",
                                        file.error ? translated(file.error->message) : ""});
  }
  for (const PageRow& page : doubtful) summary.needs_person.push_back(about(page));
  return summary;
}

OrderedJson needs_person_json(const Summary& summary) {
  OrderedJson list = OrderedJson::array();
  for (const NeedsPerson& one : summary.needs_person)
    list.push_back({{"where", one.where},
                    {"file", one.file},
                    {"page", one.page},
                    {"state", one.state},
                    {"why", one.why}});
  return list;
}

void print_documents(const Summary& summary) {
  for (const DocumentRow& row : summary.documents) {
    const std::string number =
        row.number.empty() && row.notation.empty() ? "-" : row.number + "/" + row.notation;
    print_line(fmt::format("{:<24} {:>4} {}  {:<9} {:<12} {:<16} {:<11} {}", row.identifier, row.pages,
                           tr("pages"), tr(name(row.state).data()), row.type_name, number,
                           row.issued_date, row.subject));
  }
}

void print_needs_person(const Summary& summary) {
  if (summary.needs_person.empty()) return;
  print_line(tr("needs a person:"));
  for (const NeedsPerson& one : summary.needs_person)
    print_line(fmt::format("  {:<8} {}{}  [{}] {}", one.where, one.file,
                           one.page > 0 ? fmt::format(" {} {}", tr("page"), one.page) : "",
                           tr(one.state.c_str()), one.why));
}

}  // namespace sogoc
