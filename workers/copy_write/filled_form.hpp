#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/copy_catalog.hpp"
#include "pipeline/core/copy.hpp"
#include "pipeline/core/result.hpp"
#include "workers/copy_write/typeset.hpp"

namespace sogoc {

// A form with the values of one copy: answers with text that is checked and NFC.
class FilledForm {
 public:
  // Checks the draft against the form, and names every fault in one message: values that are
  // missing or unknown, texts with control or invisible characters, pages, fields, signatures or a
  // QR payload that the form needs or does not know. Fails with usage.
  [[nodiscard]] static Result<FilledForm> fill(CopyTemplate form, const CopyDraft& draft);

  [[nodiscard]] const CopyTemplate& form() const { return form_; }
  [[nodiscard]] const std::vector<CopyField>& fields() const { return fields_; }
  [[nodiscard]] bool is_signed() const { return signed_; }

  // Is it shown? Lines and rows without their value are left out.
  [[nodiscard]] bool shows(const std::string& when) const;
  // The text of a template with its marks and placeholders replaced; `bold`, `italic` of the whole.
  [[nodiscard]] std::vector<StyledRun> runs(std::string_view text, bool bold = false,
                                            bool italic = false) const;
  [[nodiscard]] std::string plain(std::string_view text) const;
  [[nodiscard]] std::string value(const std::string& key) const;  // "" when absent
  // {page} and {pages} of the footer.
  void set_page(std::size_t page, std::size_t pages);

 private:
  CopyTemplate form_;
  std::map<std::string, std::string> values_;
  std::vector<CopyField> fields_;
  bool signed_ = false;
};

}  // namespace sogoc
