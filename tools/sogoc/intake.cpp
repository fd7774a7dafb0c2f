#include "tools/sogoc/intake.hpp"

#include <system_error>
#include <utility>

namespace sogoc {
namespace {

Result<NewFile> keep_master(Archive& archive, const std::filesystem::path& file,
                            const ReadingSettings& settings) {
  std::error_code error;
  const std::uint64_t bytes = std::filesystem::file_size(file, error);
  if (error)
    return fail(ErrorCode::no_permission, Retry::after_operator, shown_name(file), error.message());
  if (bytes == 0)
    return fail(ErrorCode::invalid_input, Retry::after_operator, shown_name(file),
                "the file is empty; scan or copy it again");
  if (bytes > settings.max_file_bytes)
    return fail(ErrorCode::limit_exceeded, Retry::after_operator, shown_name(file),
                "the file is larger than the settings allow");
  SOGOC_TRY(const Sha256 digest, archive.blobs().put_file(file));
  return NewFile{digest, shown_name(file), bytes};
}

bool is_about_the_input(ErrorCode code) {
  return code != ErrorCode::no_space && code != ErrorCode::internal && code != ErrorCode::corrupt;
}

}  // namespace

Result<Intake> take_in(Archive& archive, const Inputs& inputs, const IntakeSettings& settings) {
  Intake intake;
  intake.refused = inputs.refused;

  NewBatch batch;
  batch.dossier = settings.dossier;
  batch.book = settings.book;
  batch.settings = settings.settings;
  batch.operator_name = settings.operator_name;
  for (const InputDocument& input : inputs.documents) {
    NewDocument document;
    for (const std::filesystem::path& file : input.files) {
      auto kept = keep_master(archive, file, settings.settings);
      if (kept) {
        intake.bytes += kept->bytes;
        document.files.push_back(std::move(*kept));
      } else if (is_about_the_input(kept.error().code)) {
        intake.refused.push_back(std::move(kept).error());
      } else {
        return fail_while(std::move(kept).error(), "keeping the master");
      }
    }
    intake.files += static_cast<std::int64_t>(document.files.size());
    if (!document.files.empty()) batch.documents.push_back(std::move(document));
  }
  intake.documents = static_cast<std::int64_t>(batch.documents.size());
  if (batch.documents.empty()) return intake;

  // From here on every master is durable; the batch is made in one transaction or not at all.
  SOGOC_TRY(intake.before, archive.catalogue().received_before(batch));
  if (intake.before.same_batch && !settings.even_if_repeated) return intake;
  SOGOC_TRY(intake.batch, archive.jobs().add_batch(batch));
  return intake;
}

}  // namespace sogoc
