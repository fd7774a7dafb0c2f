#include "tests/support/pdf_checks.hpp"

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>

namespace sogoc::test {

namespace {

std::string quoted(const std::string& argument) {
  std::string text = "'";
  for (char c : argument) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string unescaped(std::string text) {
  const std::array<std::pair<std::string, std::string>, 5> entities{
      {{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}}};
  for (const auto& [entity, letter] : entities)
    for (std::size_t at = text.find(entity); at != std::string::npos;
         at = text.find(entity, at + letter.size()))
      text.replace(at, entity.size(), letter);
  return text;
}

std::string attribute(const std::string& element, const std::string& name) {
  const std::size_t at = element.find(name + "=\"");
  if (at == std::string::npos) return {};
  const std::size_t from = at + name.size() + 2;
  return element.substr(from, element.find('"', from) - from);
}

// The attributes of the xlink group that ALTO's schema refers to.
constexpr const char* kXlinkSchema = R"(<?xml version="1.0"?>
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"
    xmlns:xlink="http://www.w3.org/1999/xlink" targetNamespace="http://www.w3.org/1999/xlink">
  <xsd:attribute name="href" type="xsd:anyURI"/>
  <xsd:attributeGroup name="simpleLink">
    <xsd:attribute name="type" type="xsd:string" fixed="simple" form="qualified"/>
    <xsd:attribute ref="xlink:href"/>
  </xsd:attributeGroup>
</xsd:schema>
)";

}  // namespace

ProgramOutput run_program(const std::vector<std::string>& arguments) {
  std::string command;
  for (const std::string& argument : arguments) command += quoted(argument) + " ";
  FILE* pipe = popen((command + "2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot start " + command);
  ProgramOutput output;
  std::array<char, 65536> block{};
  for (std::size_t read; (read = fread(block.data(), 1, block.size(), pipe)) > 0;)
    output.text.append(block.data(), read);
  const int status = pclose(pipe);
  output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  if (output.exit_code == 127)
    throw std::runtime_error("the program " + arguments.front() + " is not installed");
  return output;
}

std::string output_of(const std::vector<std::string>& arguments) {
  const ProgramOutput output = run_program(arguments);
  if (output.exit_code != 0)
    throw std::runtime_error(arguments.front() + " failed: " + output.text.substr(0, 2000));
  return output.text;
}

std::string qpdf_complaints(const std::filesystem::path& pdf) {
  const ProgramOutput output = run_program({"qpdf", "--check", pdf.string()});
  const bool clean = output.exit_code == 0 &&
                     output.text.find("No syntax or stream encoding errors") != std::string::npos &&
                     output.text.find("WARNING") == std::string::npos;
  return clean ? "" : output.text;
}

std::string text_of_pdf(const std::filesystem::path& pdf) {
  return output_of({"pdftotext", "-raw", "-enc", "UTF-8", pdf.string(), "-"});
}

std::vector<WordOnPage> words_of_pdf(const std::filesystem::path& pdf) {
  std::istringstream lines(output_of({"pdftotext", "-bbox", pdf.string(), "-"}));
  std::vector<WordOnPage> words;
  int page = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("<page ") != std::string::npos) ++page;
    if (line.find("<word ") == std::string::npos) continue;
    WordOnPage word;
    word.page = page;
    word.left = std::stod(attribute(line, "xMin"));
    word.top = std::stod(attribute(line, "yMin"));
    word.right = std::stod(attribute(line, "xMax"));
    word.bottom = std::stod(attribute(line, "yMax"));
    const std::size_t from = line.find('>') + 1;
    word.text = unescaped(line.substr(from, line.find("</word>") - from));
    words.push_back(word);
  }
  return words;
}

namespace {

GrayPicture picture_of_pgm(const std::string& pgm) {
  std::istringstream stream(pgm);
  std::string magic;
  int most = 0;
  GrayPicture picture;
  stream >> magic >> picture.width >> picture.height >> most;
  stream.get();
  if (magic != "P5" || most != 255) throw std::runtime_error("no picture: " + pgm.substr(0, 200));
  picture.pixels.resize(static_cast<std::size_t>(picture.width) *
                        static_cast<std::size_t>(picture.height));
  stream.read(reinterpret_cast<char*>(picture.pixels.data()),
              static_cast<std::streamsize>(picture.pixels.size()));
  if (!stream) throw std::runtime_error("the picture ends early");
  return picture;
}

}  // namespace

GrayPicture render_page(const std::filesystem::path& pdf, int page, double dpi) {
  const std::string number = std::to_string(page);
  return picture_of_pgm(output_of({"pdftoppm", "-gray", "-r", fmt::format("{}", dpi), "-f", number,
                                   "-l", number, pdf.string()}));
}

GrayPicture render_page_by_mupdf(const std::filesystem::path& pdf, int page, double dpi) {
  const auto pgm = pdf.string() + ".pgm";  // mutool mixes warnings into its standard output
  static_cast<void>(output_of({"mutool", "draw", "-q", "-c", "gray", "-r", fmt::format("{}", dpi),
                               "-F", "pgm", "-o", pgm, pdf.string(), std::to_string(page)}));
  std::ifstream file(pgm, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  std::filesystem::remove(pgm);
  return picture_of_pgm(bytes.str());
}

double mean_difference(const GrayPicture& a, const GrayPicture& b) {
  if (a.width != b.width || a.height != b.height || a.pixels.empty()) return 255;
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i)
    sum += std::abs(static_cast<int>(a.pixels[i]) - static_cast<int>(b.pixels[i]));
  return sum / static_cast<double>(a.pixels.size());
}

std::string alto_complaints(const std::filesystem::path& alto,
                            const std::filesystem::path& schema) {
  const auto folder = alto.parent_path();
  std::ofstream(folder / "xlink.xsd") << kXlinkSchema;
  std::ofstream(folder / "catalog.xml")
      << "<?xml version=\"1.0\"?>\n"
         "<catalog xmlns=\"urn:oasis:names:tc:entity:xmlns:xml:catalog\">\n"
         "<uri name=\"http://www.loc.gov/standards/xlink/xlink.xsd\" uri=\"xlink.xsd\"/>\n"
         "<system systemId=\"http://www.loc.gov/standards/xlink/xlink.xsd\" uri=\"xlink.xsd\"/>\n"
         "</catalog>\n";
  const ProgramOutput output =
      run_program({"env", "XML_CATALOG_FILES=" + (folder / "catalog.xml").string(), "xmllint",
                   "--nonet", "--noout", "--huge", "--schema", schema.string(), alto.string()});
  return output.exit_code == 0 ? "" : output.text;
}

}  // namespace sogoc::test
