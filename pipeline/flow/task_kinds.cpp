#include "pipeline/flow/task_kinds.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "pipeline/core/record_json.hpp"

namespace sogoc {
namespace {

// Fetching again and again must not buy a hanging worker time for ever.
constexpr int kMostTimesTheLimit = 4;

tl::unexpected<Error> untrue(const Task& task, std::string what) {
  return fail(ErrorCode::invalid_input, Retry::same_step, task.about,
              "the worker's result cannot be believed: " + std::move(what));
}

void add_picture(const Picture& picture, std::set<Sha256>& blobs) {
  blobs.insert(picture.data);
  if (picture.jbig2_globals) blobs.insert(*picture.jbig2_globals);
  if (picture.icc_profile) blobs.insert(*picture.icc_profile);
}

std::set<Sha256> picture_blobs(const PageRecord& record) {
  std::set<Sha256> blobs;
  for (const PlacedPicture& placed : record.pictures) {
    add_picture(placed.picture, blobs);
    if (placed.soft_mask) add_picture(*placed.soft_mask, blobs);
  }
  return blobs;
}

// ---- open --------------------------------------------------------------------------------------

Result<TaskResult> checked_open(const HeldTask& held, TaskResult result, BlobStore&) {
  const auto& opened = std::get<OpenedFile>(result);
  if (opened.page_count == 0) return untrue(held.task, "a file without pages was accepted");
  if (opened.page_count > held.task.settings.max_pages)
    return untrue(held.task, "it has more pages than the settings allow");
  return result;
}

// ---- page --------------------------------------------------------------------------------------

Result<bool> reads_its_file(HeldTask& held, const Sha256& digest, BlobStore&) {
  return digest == held.task.file;
}

Result<TaskResult> checked_page(const HeldTask& held, TaskResult result, BlobStore& blobs) {
  const auto& outcome = std::get<PageOutcome>(result);
  const Task& task = held.task;
  if (!held.stored.contains(outcome.record)) return untrue(task, "its record was not stored");
  SOGOC_TRY(const std::string json, blobs.load(outcome.record));
  const auto record = page_record_from_json(json);
  if (!record) return untrue(task, record.error().message);
  if (record->file != task.file || record->index != task.index)
    return untrue(task, "its record is about another page");
  for (const Sha256& blob : picture_blobs(*record))
    if (!held.stored.contains(blob)) return untrue(task, "a picture was not stored");
  for (const Sha256& blob : outcome.work_blobs)
    if (!held.stored.contains(blob)) return untrue(task, "a blob was not stored");
  if (outcome.thumbnail != record->thumbnail ||
      (outcome.thumbnail && !held.stored.contains(*outcome.thumbnail)))
    return untrue(task, "its thumbnail was not stored");
  if (!record->secrecy_marks.empty() && outcome.state != PageState::restricted)
    return untrue(task, "a page with a secrecy mark must be restricted");
  if (task.accepted_unreadable != (outcome.state == PageState::unreadable))
    return untrue(task, "only a page that a person accepted so ends as unreadable");
  return result;
}

// ---- document ----------------------------------------------------------------------------------

Result<bool> reads_its_pages(HeldTask& held, const Sha256& digest, BlobStore& blobs) {
  const Task& task = held.task;
  if (held.readable.empty()) {
    held.readable.insert(task.document.page_records.begin(), task.document.page_records.end());
    held.readable.insert(task.document.derived_from.begin(), task.document.derived_from.end());
  }
  if (!held.readable.contains(digest)) return false;
  const auto& records = task.document.page_records;
  if (!held.expanded.contains(digest) &&
      std::find(records.begin(), records.end(), digest) != records.end()) {
    SOGOC_TRY(const std::string json, blobs.load(digest));
    SOGOC_TRY(const PageRecord record, page_record_from_json(json));
    held.readable.merge(picture_blobs(record));
    held.readable.insert(record.file);
    held.expanded.insert(digest);
  }
  return true;
}

Result<TaskResult> checked_document(const HeldTask& held, TaskResult result, BlobStore& blobs) {
  auto& outcome = std::get<DocumentOutcome>(result);
  const Task& task = held.task;
  if (!held.stored.contains(outcome.record)) return untrue(task, "its record was not stored");
  SOGOC_TRY(const std::string json, blobs.load(outcome.record));
  auto record = document_record_from_json(json);
  if (!record) return untrue(task, record.error().message);
  for (const Sha256& blob : {record->pdf, record->text, record->alto})
    if (!held.stored.contains(blob)) return untrue(task, "a file was not stored");
  if (record->pages != task.document.page_records.size() ||
      outcome.page_texts.size() != task.document.page_records.size())
    return untrue(task, "it has another number of pages");
  outcome.written = std::move(*record);
  return result;
}

// ---- the rows ----------------------------------------------------------------------------------

struct KindRow {
  int ReadingSettings::*time_limit_s;
  Result<bool> (*may_read)(HeldTask& held, const Sha256& digest, BlobStore& blobs);
  Result<TaskResult> (*checked)(const HeldTask& held, TaskResult result, BlobStore& blobs);
};

// A switch, so that the compiler names the row that a new kind lacks.
const KindRow& row_of(JobKind kind) {
  static constexpr KindRow kOpen{&ReadingSettings::page_time_limit_s, reads_its_file, checked_open};
  static constexpr KindRow kPage{&ReadingSettings::page_time_limit_s, reads_its_file, checked_page};
  static constexpr KindRow kDocument{&ReadingSettings::document_time_limit_s, reads_its_pages,
                                     checked_document};
  switch (kind) {
    case JobKind::open: return kOpen;
    case JobKind::page: return kPage;
    case JobKind::document: return kDocument;
  }
  return kPage;
}

struct Commit {
  JobStore& jobs;
  const LeaseToken& lease;
  Done operator()(const OpenedFile& opened) const { return jobs.finish_open(lease, opened); }
  Done operator()(const PageOutcome& page) const { return jobs.finish_page(lease, page); }
  Done operator()(const DocumentOutcome& document) const {
    return jobs.finish_document(lease, document);
  }
};

}  // namespace

Result<bool> may_read(HeldTask& held, const Sha256& digest, BlobStore& blobs) {
  return row_of(held.task.kind).may_read(held, digest, blobs);
}

Result<TaskResult> checked_result(const HeldTask& held, const Message& message,
                                  BlobStore& blobs) {
  auto result = result_in(message, held.task.kind);
  if (!result) return untrue(held.task, result.error().message);
  return row_of(held.task.kind).checked(held, std::move(*result), blobs);
}

Done commit(JobStore& jobs, const LeaseToken& lease, const TaskResult& result) {
  return std::visit(Commit{jobs, lease}, result);
}

std::chrono::seconds time_limit_of(const Task& task) {
  return std::chrono::seconds(task.settings.*(row_of(task.kind).time_limit_s));
}

bool is_overdue(const HeldTask& held, HeldTask::Steady::time_point now) {
  const std::chrono::seconds limit = time_limit_of(held.task);
  if (limit.count() <= 0) return false;
  return now - held.clock_from > limit || now - held.begun > kMostTimesTheLimit * limit;
}

}  // namespace sogoc
