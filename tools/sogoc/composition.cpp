#include "tools/sogoc/composition.hpp"

#include <cstdlib>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/core/ports.hpp"
#include "pipeline/flow/document_flow.hpp"
#include "pipeline/flow/page_flow.hpp"
#include "pipeline/flow/unread_page.hpp"
#include "tools/sogoc/command.hpp"
#include "tools/sogoc/register_lines.hpp"
#include "workers/decode/codecs.hpp"
#include "workers/decode/file_reader.hpp"
#include "workers/decode/notice_page.hpp"
#include "workers/handwriting/figure_reader.hpp"
#include "workers/image/flattener.hpp"
#include "workers/image/straightener.hpp"
#include "workers/metadata/rule_metadata_reader.hpp"
#include "workers/ocr/reading_order.hpp"
#include "workers/ocr/tesseract_page_reader.hpp"
#include "workers/pdf_read/pdf_file_reader.hpp"
#include "workers/pdf_write/composer.hpp"

namespace sogoc {
namespace fs = std::filesystem;
namespace {

class FlowRunner final : public TaskRunner {
 public:
  explicit FlowRunner(std::unique_ptr<MetadataReader> metadata)
      : files_(make_file_reader(make_pdf_file_reader())),
        straightener_(make_straightener()),
        flattener_(make_photograph_flattener()),
        reader_(make_page_reader({}, handwriting::make_figure_reader())),
        metadata_(std::move(metadata)),
        composer_(make_pdfa2u_composer()),
        registers_(make_register_reader()) {}

  Result<TaskResult> run(const Task& task, BlobSource& source, BlobSink& sink,
                         const fs::path& folder) override {
    switch (task.kind) {
      case JobKind::open: {
        SOGOC_TRY(auto opened, open_file(*files_, task, source));
        return TaskResult(std::move(opened));
      }
      case JobKind::page: {
        SOGOC_TRY(auto page, task.accepted_unreadable
                                 ? keep_unread_page(page_parts(), task, source, sink)
                                 : read_page(page_parts(), task, source, sink));
        return TaskResult(std::move(page));
      }
      case JobKind::document: {
        SOGOC_TRY(auto document,
                  write_document({*metadata_, *composer_}, task, source, sink, folder));
        return TaskResult(std::move(document));
      }
    }
    return fail(ErrorCode::internal, Retry::never, task.about, "an unknown kind of task");
  }

 private:
  PageParts page_parts() {
    return {*files_, *straightener_, *reader_, *metadata_,
            [](std::vector<Region> own_text) {
              PageText text;
              text.regions = ocr::arrange(std::move(own_text));
              text.language = "vi";
              text.engine = "the file's own text";
              return text;
            },
            [](const PageImage& picture, int longest_side) {
              return make_thumbnail(picture, longest_side);
            },
            unreadable_notice, registers_.get(), flattener_.get()};
  }

  std::unique_ptr<FileReader> files_;
  std::unique_ptr<PageStraightener> straightener_;
  std::unique_ptr<PageFlattener> flattener_;
  std::unique_ptr<PageReader> reader_;
  std::unique_ptr<MetadataReader> metadata_;
  std::unique_ptr<DocumentComposer> composer_;
  std::unique_ptr<RegisterReader> registers_;
};

}  // namespace

std::unique_ptr<PageFlattener> make_photograph_flattener() {
  constexpr int kQuality = 88;  // a second generation of a camera's JPEG; the master is kept beside it
  return make_flattener([](const PageImage& flat) { return encode_jpeg(flat, kQuality); },
                        [] { return find_network_file(kPaperNetwork); });
}

std::vector<fs::path> reading_folders() {
  std::vector<fs::path> folders = register_folders();
  for (fs::path& folder : network_folders(kPaperNetwork)) folders.push_back(std::move(folder));
  return folders;
}

Result<fs::path> find_rules_folder() {
  std::vector<fs::path> candidates;
  if (const char* given = std::getenv("SOGOC_RULES")) candidates.emplace_back(given);
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  candidates.push_back(program.parent_path() / "share" / "sogoc" / "rules");
  candidates.emplace_back("/usr/share/sogoc/rules");
  candidates.emplace_back(SOGOC_SOURCE_RULES);
  for (const fs::path& folder : candidates)
    if (fs::is_directory(folder, error)) return folder;
  return fail(ErrorCode::missing_model, Retry::after_operator, "rules",
              "the folder with the rules is missing; set SOGOC_RULES to models/rules of the source");
}

Result<std::unique_ptr<TaskRunner>> make_task_runner() {
  SOGOC_TRY(const fs::path folder, find_rules_folder());
  SOGOC_TRY(auto metadata, make_rule_metadata_reader(folder));
  return std::make_unique<FlowRunner>(std::move(metadata));
}

}  // namespace sogoc
