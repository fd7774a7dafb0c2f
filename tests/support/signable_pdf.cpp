#include "tests/support/signable_pdf.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

#include "workers/pdf_write/colour_profiles.hpp"
#include "workers/pdf_write/document_facts.hpp"
#include "workers/pdf_write/pdf_file.hpp"

namespace sogoc::test {

namespace {

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
  return *std::move(result);
}
void must(const Done& done) {
  if (!done) throw std::runtime_error(to_string(done.error()));
}

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

void write_unsettled_pdf(const std::filesystem::path& path, const SignablePdf& wanted) {
  const auto file = must(PdfFile::create(path));
  const int signature = must(file->add(must(signature_dictionary(
      {wanted.signing_time, wanted.name, wanted.reason, wanted.location, wanted.permission}))));
  std::string fields;
  for (const std::string& name : wanted.fields) {
    const std::string value = fields.empty() ? fmt::format(" /V {} 0 R", signature) : "";
    const int appearance = must(file->add_deflated(
        "<< /Type /XObject /Subtype /Form /BBox [0 0 120 40] /Resources << >> >>",
        bytes_of("0 0 0 RG 1 1 118 38 re S")));
    const double top = fields.empty() ? 800 : 400;
    const int field = must(file->add(fmt::format(
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T ({}) /F 132 /Rect [440 {} 560 {}] "
        "/AP << /N {} 0 R >>{} >>",
        name, top - 40, top, appearance, value)));
    fields += fmt::format("{}{} 0 R", fields.empty() ? "" : " ", field);
  }
  const int contents = must(file->add_deflated("<< >>", bytes_of("0 0 0 rg 72 72 200 100 re f")));
  must(file->add_page(fmt::format(
      "/MediaBox [0 0 595 842] /Resources << >> /Contents {} 0 R /Annots [{}]", contents, fields)));
  DocumentFacts facts;
  facts.title = "Bản sao mẫu";
  facts.language = "vi";
  facts.creator_tool = facts.producer = "sogoc tests";
  facts.created_iso = "2026-09-05T14:03:22+07:00";
  facts.created_pdf = "D:20260905140322+07'00'";
  const int metadata =
      must(file->add_plain("<< /Type /Metadata /Subtype /XML >>", xmp_packet(facts)));
  const int profile = must(file->add_deflated("<< /N 3 >>", must(srgb_profile())));
  std::string form = fmt::format("<< /Fields [{}] /SigFlags 3 >>", fields);
  if (wanted.form_in_its_own_object) form = fmt::format("{} 0 R", must(file->add(form)));
  must(file->finish(
      fmt::format("<< /Metadata {} 0 R /Lang (vi) /ViewerPreferences << /DisplayDocTitle true >> "
                  "/OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier "
                  "(sRGB IEC61966-2.1) /Info (sRGB IEC61966-2.1) /DestOutputProfile {} 0 R >>] "
                  "/AcroForm {} /Perms << /DocMDP {} 0 R >> >>",
                  metadata, profile, form, signature),
      info_entries(facts), sha256_of(std::as_bytes(std::span("signable", 8)))));
}

SignatureHole write_signable_pdf(const std::filesystem::path& file, const SignablePdf& wanted) {
  write_unsettled_pdf(file, wanted);
  return must(settle_first_hole(file));
}

TestFolder::TestFolder() {
  std::string form = (std::filesystem::temp_directory_path() / "sogoc-test-XXXXXX").string();
  if (mkdtemp(form.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = form;
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string bytes_in(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream out(file, std::ios::binary);
  out << bytes;
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace sogoc::test
