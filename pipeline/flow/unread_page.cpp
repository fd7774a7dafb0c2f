#include "pipeline/flow/unread_page.hpp"

#include <optional>
#include <utility>

#include "pipeline/core/record_json.hpp"
#include "pipeline/flow/remembering_sink.hpp"

namespace sogoc {
namespace {

// A picture that twice brought the worker down, or took too long, is given up.
constexpr int kTriesWithThePicture = 2;

// The file is what stands in the way; anything else (disk, memory, time) deserves another try.
bool is_about_the_file(const Error& error) {
  return error.code == ErrorCode::invalid_input || error.code == ErrorCode::unsupported_input ||
         error.code == ErrorCode::password_required || error.code == ErrorCode::limit_exceeded;
}

void use_picture(PageRecord& record, DecodedPage decoded, StraightPage straight) {
  record.origin = decoded.origin;
  record.master_size = decoded.raster.size();
  record.master_resolution = straight.quality.effective;
  record.quality = std::move(straight.quality);
  record.pictures = std::move(decoded.pictures);
  record.parts = std::move(straight.parts);
  record.red_seal = straight.red_seal;
  record.notes = std::move(decoded.notes);
  record.notes.emplace_back("kept without text: a person accepted it as unreadable");
}

void use_notice(PageRecord& record, NoticePage notice) {
  PagePart part;
  part.size = notice.size;
  part.resolution = notice.resolution;
  part.kept = {0, 0, notice.size.width, notice.size.height};
  part.text.regions.push_back(std::move(notice.words));
  part.text.language = "vi";
  part.text.engine = "notice";
  record.master_size = notice.size;
  record.master_resolution = notice.resolution;
  record.quality.effective = notice.resolution;
  record.quality.resolution_source = "assumed";
  record.pictures.push_back(std::move(notice.picture));
  record.parts.push_back(std::move(part));
  record.notes.emplace_back("its picture cannot be decoded: a page that says so stands for it");
}

// Nothing when the picture cannot be had.
Result<std::optional<std::pair<DecodedPage, StraightPage>>> picture_of(const PageParts& parts,
                                                                       const Task& task,
                                                                       BlobSource& source,
                                                                       BlobSink& sink) {
  SOGOC_TRY(const auto file, source.fetch(task.file));
  auto decoded = parts.files.decode(file, task.file_name, task.index, task.settings, sink);
  if (!decoded && is_about_the_file(decoded.error())) return std::nullopt;
  if (!decoded) return tl::unexpected<Error>(std::move(decoded).error());
  auto straight = parts.straightener.straighten(*decoded, task.settings);
  if (!straight && is_about_the_file(straight.error())) return std::nullopt;
  if (!straight) return tl::unexpected<Error>(std::move(straight).error());
  return std::pair{std::move(*decoded), std::move(*straight)};
}

}  // namespace

Result<PageOutcome> keep_unread_page(const PageParts& parts, const Task& task, BlobSource& source,
                                     BlobSink& sink) {
  RememberingSink pictures(sink);
  PageRecord record;
  record.file = task.file;
  record.index = task.index;

  std::optional<std::pair<DecodedPage, StraightPage>> picture;
  if (task.tries <= kTriesWithThePicture) {
    SOGOC_TRY(picture, picture_of(parts, task, source, pictures));
  }
  if (picture) {
    use_picture(record, std::move(picture->first), std::move(picture->second));
  } else {
    SOGOC_TRY(NoticePage notice, parts.notice(pictures));
    use_notice(record, std::move(notice));
  }

  const std::string json = to_json(record);
  PageOutcome outcome;
  SOGOC_TRY(outcome.record,
            sink.put({reinterpret_cast<const std::uint8_t*>(json.data()), json.size()}));
  outcome.work_blobs = std::move(pictures.digests);
  outcome.state = PageState::unreadable;
  outcome.reasons = {record.notes.back()};
  return outcome;
}

}  // namespace sogoc
