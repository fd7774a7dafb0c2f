#pragma once

// Drafts of every kind of copy, with invented people, and an archived PDF to copy pages from.

#include <string>
#include <vector>

#include "pipeline/core/copy.hpp"
#include "pipeline/core/result.hpp"
#include "tests/unit/pdf_write/test_document.hpp"

namespace sogoc::test {

// A draft that its form accepts; the kinds with pages copy page 1 of `source`.
[[nodiscard]] CopyDraft draft_of(const std::string& kind, const Sha256& source);
void set_value(CopyDraft& draft, const std::string& key, const std::string& value);
[[nodiscard]] std::string value_of(const CopyDraft& draft, const std::string& key);
// Blanks and line ends of any kind as one blank.
[[nodiscard]] std::string one_line(const std::string& text);

// Composes in a scratch folder with an archived PDF of two pages.
class CopyBench {
 public:
  CopyBench();
  [[nodiscard]] const Sha256& source() const { return source_; }
  [[nodiscard]] std::filesystem::path source_pdf() const;
  [[nodiscard]] CopyDraft draft(const std::string& kind) const { return draft_of(kind, source_); }
  [[nodiscard]] Result<PreparedCopy> compose(const CopyDraft& draft,
                                             const std::string& name = "copy");
  [[nodiscard]] std::filesystem::path pdf(const std::string& name = "copy") const;
  [[nodiscard]] std::filesystem::path folder(const std::string& name) const { return scratch_.folder(name); }

 private:
  ScratchFolder scratch_;
  std::filesystem::path files_, out_;
  Sha256 source_;
};

}  // namespace sogoc::test
