#include "workers/copy_write/copy_composer.hpp"

#include <optional>

#include "models/copy_catalog.hpp"
#include "workers/copy_write/copy_file_private.hpp"
#include "workers/copy_write/filled_form.hpp"
#include "workers/copy_write/font_set.hpp"
#include "workers/copy_write/qr_symbol.hpp"
#include "workers/copy_write/sheet_layout.hpp"
#include "workers/pades/pades.hpp"

namespace sogoc {

Result<PreparedCopy> compose_copy(const CopyDraft& given, const CopyFolders& folders,
                                  const std::filesystem::path& out) {
  // The form of that kind and version, with everything it asks for.
  SOGOC_TRY(const CopyCatalog catalog, CopyCatalog::load_kind(folders.templates, given.kind));
  SOGOC_TRY(CopyTemplate chosen, catalog.version(given.kind, given.template_version));
  // The archived pages, still under their digest.
  CopyDraft draft = given;
  std::optional<SourcePages> source;
  if (draft.images) {
    SOGOC_TRY(source, SourcePages::open(folders.files / to_hex(draft.images->source), *draft.images));
    draft.images->pages = source->numbers();
  }
  SOGOC_TRY(FilledForm form, FilledForm::fill(std::move(chosen), draft));

  // From here on the draft is complete.
  std::optional<QrSymbol> symbol;
  if (!draft.qr_payload.empty()) {
    SOGOC_TRY(symbol, qr_symbol(draft.qr_payload));
  }

  // Where everything stands: the fonts learn which letters are used.
  SOGOC_TRY(FontSet fonts, FontSet::open(folders.fonts));
  SOGOC_TRY(const std::vector<LaidPage> pages,
            lay_out(form, fonts, source ? source->sizes() : std::vector<ImagePageSize>{},
                    draft.marks, symbol));

  SOGOC_CHECK(write_copy_file({form, draft, fonts, pages, source}, out));

  // From here on only the hole changes.
  PreparedCopy prepared;
  prepared.pages = static_cast<std::uint32_t>(pages.size());
  if (form.is_signed()) {
    auto hole = settle_first_hole(out);
    if (!hole) {
      std::error_code ignored;
      std::filesystem::remove(out, ignored);
      return fail_while(std::move(hole).error(), "settling the signature's place");
    }
    prepared.hole_begin = hole->begin;
    prepared.hole_end = hole->end;
  }
  std::error_code failed;
  prepared.bytes = std::filesystem::file_size(out, failed);
  if (failed)
    return fail(ErrorCode::unavailable, Retry::same_step, out.filename().string(),
                "the copy cannot be looked at: " + failed.message());
  return prepared;
}

}  // namespace sogoc
