#include "pipeline/flow/held_task.hpp"

#include <algorithm>
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

Result<PageOutcome> checked_page(const HeldTask& held, PageOutcome outcome, BlobStore& blobs) {
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
  return outcome;
}

Result<DocumentOutcome> checked_document(const HeldTask& held, DocumentOutcome outcome,
                                         BlobStore& blobs) {
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
  return outcome;
}

}  // namespace

Result<bool> may_read(HeldTask& held, const Sha256& digest, BlobStore& blobs) {
  const Task& task = held.task;
  if (task.kind != JobKind::document) return digest == task.file;
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

Result<TaskResult> checked_result(const HeldTask& held, const Message& message,
                                  BlobStore& blobs) {
  auto result = result_in(message, held.task.kind);
  if (!result) return untrue(held.task, result.error().message);
  if (auto* opened = std::get_if<OpenedFile>(&*result)) {
    if (opened->page_count == 0) return untrue(held.task, "a file without pages was accepted");
    if (opened->page_count > held.task.settings.max_pages)
      return untrue(held.task, "it has more pages than the settings allow");
    return result;
  }
  if (auto* page = std::get_if<PageOutcome>(&*result)) {
    SOGOC_TRY(PageOutcome outcome, checked_page(held, std::move(*page), blobs));
    return TaskResult(std::move(outcome));
  }
  SOGOC_TRY(DocumentOutcome outcome,
            checked_document(held, std::move(std::get<DocumentOutcome>(*result)), blobs));
  return TaskResult(std::move(outcome));
}

std::chrono::seconds time_limit_of(const Task& task) {
  return std::chrono::seconds(task.kind == JobKind::document
                                  ? task.settings.document_time_limit_s
                                  : task.settings.page_time_limit_s);
}

bool is_overdue(const HeldTask& held, HeldTask::Steady::time_point now) {
  const std::chrono::seconds limit = time_limit_of(held.task);
  if (limit.count() <= 0) return false;
  return now - held.clock_from > limit || now - held.begun > kMostTimesTheLimit * limit;
}

}  // namespace sogoc
