#include "tests/unit/copy_write/test_copies.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "models/copy_catalog.hpp"
#include "workers/copy_write/copy_composer.hpp"
#include "workers/pdf_write/composer.hpp"

namespace sogoc::test {
namespace {

const std::vector<std::pair<std::string, std::string>> kValues{
    {"body", "Ủy ban nhân dân xã Đông Thạnh"},
    {"parent_body", "Ủy ban nhân dân tỉnh Tây Nguyên"},
    {"place", "Đông Thạnh"},
    {"copy_number", "05/2026-SCT/BS"},
    {"number", "05"},
    {"book", "01"},
    {"year", "2026"},
    {"symbol", "SCT/BS"},
    {"date_in_words", "ngày 05 tháng 9 năm 2026"},
    {"signing_time", "05-09-2026 14:03:22 +07:00"},
    {"signing_time_iso", "2026-09-05T14:03:22+07:00"},
    {"certifier", "Trần Thị Ngọc Ánh"},
    {"certifier_title", "Phó Chủ tịch"},
    {"signer", "Nguyễn Văn Đức"},
    {"signer_title", "TM. Ủy ban nhân dân\nChủ tịch"},
    {"converter", "Lê Thị Bích Hằng"},
    {"conversion_time", "05-09-2026 13:58:10 +07:00"},
    {"lookup_url", "https://tracuu.example.vn/b/7Q2M4XKD9V3HN8RT"},
    {"lookup_code", "7Q2M4XKD9V3HN8RT"},
    {"issue_record", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
    {"source_title", "Trích lục khai sinh"},
    {"source_number", "128/QĐ-UBND"},
    {"source_date", "Đông Thạnh, ngày 09 tháng 7 năm 2025"},
    {"source_body", "Ủy ban nhân dân xã Đông Thạnh"},
    {"register_name", "Sổ đăng ký khai sinh"},
    {"register_number", "57/1998"},
    {"register_book", "02/1998"},
    {"register_page", "29"},
    {"request_number", "0123/2026"},
    {"requester", "Phạm Thị Hồng Nhung"},
    {"requester_id", "CCCD số 001198000001"},
    {"wanted", "bản sao trích lục khai sinh của Phạm Quốc Bảo"},
    {"copies", "02 bản"},
    {"received_time", "05-09-2026 09:15"},
    {"deadline", "trước 16 giờ 30 phút, ngày 05 tháng 9 năm 2026"},
    {"clerk", "Lê Thị Bích Hằng"},
    {"reply_number", "17/UBND-TP"},
    {"searched", "Sổ đăng ký khai sinh các năm 1997, 1998, 1999 (06 quyển)"},
    {"result", "không tìm thấy nội dung đăng ký của người có tên trong yêu cầu"},
    {"recipient", "Phạm Thị Hồng Nhung"},
    {"handed_over_time", "05-09-2026 15:10"},
    {"recipients", "- Như trên;\n- Lưu: VT."},
    {"system_name", "Sổ Gốc"},
    {"system_owner", "Ủy ban nhân dân xã Đông Thạnh"}};

const char* const kPayload =
    "S1:H49.64.33:BS:05/2026:20260905:57/1998:PHAM QUOC BAO:19980517:9F86D081884C7D659A2FEAA0C55AD015:"
    "K7$Q2M4XKD9V3HN8RT0Z1Y6W5E4R3T2Y1U0I9O8P7A6S5D4F3G2H1J0K9L8Z7X6C5V4B3N2M1Q0W9E8R7T6Y5U4I3O2";

}  // namespace

CopyDraft draft_of(const std::string& kind, const Sha256& source) {
  const auto catalog = CopyCatalog::load(std::filesystem::path(SOGOC_SOURCE_DIR) / "models/copies");
  if (!catalog) throw std::runtime_error(to_string(catalog.error()));
  const auto form = catalog->in_force(kind, "2026-09-05");
  if (!form) throw std::runtime_error(to_string(form.error()));
  CopyDraft draft;
  draft.kind = kind;
  draft.template_version = form->term.from;
  draft.values = kValues;
  draft.created_at = "2026-09-05T14:03:20+07:00";
  draft.producer = "sogoc 0.1.0";
  if (form->images != Wanted::none) draft.images = CopyPages{source, {1}};
  if (form->qr != Wanted::none) draft.qr_payload = kPayload;
  if (form->fields != Wanted::none)
    draft.fields = {{"Họ, chữ đệm, tên", "PHẠM QUỐC BẢO"},
                    {"Ngày, tháng, năm sinh", "17/05/1998"},
                    {"Nơi sinh", "Trạm y tế xã Đông Thạnh"},
                    {"Nơi cư trú", ""}};
  for (const std::string& role : form->signatures)
    draft.signatures.push_back({role, role == "Body" ? "Ủy ban nhân dân xã Đông Thạnh" : "Trần Thị Ngọc Ánh",
                                "Chứng thực bản sao", "Đông Thạnh"});
  return draft;
}

void set_value(CopyDraft& draft, const std::string& key, const std::string& value) {
  for (auto& [known, old] : draft.values)
    if (known == key) {
      old = value;
      return;
    }
  draft.values.emplace_back(key, value);
}

std::string value_of(const CopyDraft& draft, const std::string& key) {
  for (const auto& [known, value] : draft.values)
    if (known == key) return value;
  return {};
}

std::string one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\f' || c == '\t';
    if (!blank)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  return line;
}

CopyBench::CopyBench() : files_(scratch_.folder("files")), out_(scratch_.folder("out")) {
  FolderBlobs blobs(scratch_.folder("blobs"));
  const PageText text = text_of_lines({"SỔ ĐĂNG KÝ KHAI SINH", "Phạm Quốc Bảo sinh ngày 17/05/1998"});
  const Drawing drawing = draw_page(kA4, text);
  const DocumentSource document =
      document_of({page_with(as_jpeg(drawing, ColourModel::rgb, blobs), text),
                   page_with(as_g4(draw_page(kA4, text, true), blobs), text)},
                  blobs);
  const auto written = make_pdfa2u_composer()->compose(document, blobs, scratch_.folder("archive"));
  if (!written) throw std::runtime_error(to_string(written.error()));
  std::ifstream in(written->pdf, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  source_ = sha256_of(std::as_bytes(std::span(bytes.data(), bytes.size())));
  std::filesystem::rename(written->pdf, source_pdf());
}

std::filesystem::path CopyBench::source_pdf() const { return files_ / to_hex(source_); }
std::filesystem::path CopyBench::pdf(const std::string& name) const { return out_ / (name + ".pdf"); }

Result<PreparedCopy> CopyBench::compose(const CopyDraft& draft, const std::string& name) {
  return compose_copy(draft,
                      {files_, std::filesystem::path(SOGOC_SOURCE_DIR) / "models/copies",
                       "/usr/share/fonts/truetype/croscore"},
                      pdf(name));
}

}  // namespace sogoc::test
