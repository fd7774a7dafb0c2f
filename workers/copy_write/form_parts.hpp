#pragma once

#include <optional>
#include <vector>

#include "workers/copy_write/filled_form.hpp"
#include "workers/copy_write/typeset.hpp"

namespace sogoc {

// Sets the parts of a form, each as a stack of strips in a column that begins at x = 0.
// Thread: one at a time. Keeps references to the form and the fonts.
class PartSetter {
 public:
  PartSetter(const FilledForm& form, FontSet& fonts) : form_(form), typesetter_(fonts) {}

  [[nodiscard]] Result<std::vector<Strip>> lines(const std::vector<CopyLine>& lines, double width,
                                                 double indent = 0);
  // The lines as one strip that no page break divides.
  [[nodiscard]] Result<Strip> together(const std::vector<CopyLine>& lines, double width);
  // A signature's appearance or the block of the first page: as wide as its longest line.
  [[nodiscard]] Result<Strip> block(const std::vector<CopyLine>& lines, double widest,
                                    double& width);
  // The QR symbol with its quiet zone, for a column of that width.
  [[nodiscard]] Result<Strip> symbol(const QrSymbol& symbol, double widest, double& width);

  [[nodiscard]] Result<std::vector<Strip>> part(const CopyPart& part, double width,
                                                const std::optional<QrSymbol>& symbol);

 private:
  [[nodiscard]] Result<std::vector<Strip>> row(const std::vector<StyledRun>& label,
                                               const std::vector<StyledRun>& text,
                                               const CopyPart& part, double width);
  [[nodiscard]] Result<std::vector<Strip>> rows(const CopyPart& part, double width);
  [[nodiscard]] Result<std::vector<Strip>> excerpt(const CopyPart& part, double width);
  [[nodiscard]] Result<Strip> signers(const CopyPart& part, double width,
                                      const std::optional<QrSymbol>& symbol);

  const FilledForm& form_;
  Typesetter typesetter_;
};

[[nodiscard]] Strip blank_strip(double height);
[[nodiscard]] double height_of(const std::vector<Strip>& strips);
// The strips as one.
[[nodiscard]] Strip stacked(std::vector<Strip> strips);

}  // namespace sogoc
