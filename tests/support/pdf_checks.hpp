#pragma once

// What strangers say about a PDF or an ALTO file: poppler, qpdf, mutool and xmllint, as
// programs. For tests. Every function throws std::runtime_error with the program's own words
// when it cannot be asked, so that a missing program is a failed test and not a passed one.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sogoc::test {

struct ProgramOutput {
  int exit_code = 0;
  std::string text;  // standard output and error
};
[[nodiscard]] ProgramOutput run_program(const std::vector<std::string>& arguments);
// The output of a program that must succeed.
[[nodiscard]] std::string output_of(const std::vector<std::string>& arguments);

// "" when `qpdf --check` finds nothing to complain about, else its words.
[[nodiscard]] std::string qpdf_complaints(const std::filesystem::path& pdf);

// pdftotext in reading order (-raw), one form feed after each page taken away.
[[nodiscard]] std::string text_of_pdf(const std::filesystem::path& pdf);

struct WordOnPage {
  int page = 0;                                     // from 1
  double left = 0, top = 0, right = 0, bottom = 0;  // points, y down
  std::string text;
};
[[nodiscard]] std::vector<WordOnPage> words_of_pdf(const std::filesystem::path& pdf);

struct GrayPicture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;
};
// A page as poppler draws it.
[[nodiscard]] GrayPicture render_page(const std::filesystem::path& pdf, int page, double dpi);
// The same by MuPDF: poppler 22.12 misreads JBIG2 regions in MMR.
[[nodiscard]] GrayPicture render_page_by_mupdf(const std::filesystem::path& pdf, int page,
                                               double dpi);
// Mean absolute difference of two pictures of the same size, 0..255.
[[nodiscard]] double mean_difference(const GrayPicture& a, const GrayPicture& b);

// "" when the file is valid against ALTO 4.4, else xmllint's words. `schema` is alto-4-4.xsd;
// its import of xlink is mapped to a local schema of the attributes it uses.
[[nodiscard]] std::string alto_complaints(const std::filesystem::path& alto,
                                          const std::filesystem::path& schema);

}  // namespace sogoc::test
