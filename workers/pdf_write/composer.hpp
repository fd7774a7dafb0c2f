#pragma once

#include <memory>

#include "pipeline/core/ports.hpp"

namespace sogoc {

// Writes a document's files: document.pdf (PDF/A-2u: the scan as it is, its text invisibly over
// it), document.txt (body text, pages separated by form feeds) and document.alto.xml (ALTO 4.4,
// boxes in pixels of the scan).
//
// Thread: keeps nothing between documents; one instance a thread.
// Memory: one page record and one picture's buffer at a time, plus some kilobytes a page.
// Output: the same input gives the same bytes. On failure no file is left in the folder.
// Fails:  invalid_input for a record from which no valid page can be made, usage for a malformed
//         creation time, no_space, and whatever fetching a blob fails with.
class Pdfa2uComposer final : public DocumentComposer {
 public:
  [[nodiscard]] Result<WrittenDocument> compose(const DocumentSource& source, BlobSource& blobs,
                                                const std::filesystem::path& folder) override;
};

[[nodiscard]] std::unique_ptr<DocumentComposer> make_pdfa2u_composer();

}  // namespace sogoc
