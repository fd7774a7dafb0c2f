// fill_archive ARCHIVE DOCUMENTS: puts documents of one read page each into an archive, through the job store as a run would, with text like that of
// offices: some words stand on every page, most on few. For measuring search in a large archive (tools/bench_web --documents); pictures there are none.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "storage/archive.hpp"

namespace {

using namespace sogoc;
using namespace std::chrono_literals;

constexpr int kBatch = 1000;
constexpr int kSentences = 25;

template <typename T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s\n", to_string(result.error()).c_str());
  std::exit(1);
}
void must(Done done) {
  if (done) return;
  std::fprintf(stderr, "%s\n", to_string(done.error()).c_str());
  std::exit(1);
}

const std::vector<const char*> kFamily{"Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đào", "Đinh", "Trịnh", "Mai"};
const std::vector<const char*> kMiddle{"Văn", "Thị", "Minh", "Thu", "Quốc", "Hữu", "Đức", "Ngọc", "Thanh", "Kim", "Xuân", "Công", "Đình", "Bảo", "Gia", "Hồng"};
const std::vector<const char*> kGiven{"An", "Bình", "Cường", "Dũng", "Đức", "Giang", "Hà", "Hải", "Hạnh", "Hiền", "Hoa", "Hùng", "Hương", "Khánh", "Lan", "Linh", "Long", "Mai", "Nam", "Nga", "Phong", "Phúc", "Quân", "Sơn", "Tâm", "Thảo", "Tú", "Tuấn", "Uyên", "Việt", "Vinh", "Yến"};
const std::vector<const char*> kAbout{"giải quyết hồ sơ đất đai", "cấp giấy chứng nhận quyền sử dụng đất", "đăng ký khai sinh", "đăng ký kết hôn", "trợ cấp xã hội hằng tháng", "xây dựng nhà ở riêng lẻ", "hỗ trợ hộ nghèo",
                                      "sửa chữa đường liên thôn", "phòng chống thiên tai", "thu quỹ quốc phòng", "khen thưởng cán bộ", "tuyển chọn công dân nhập ngũ", "kiểm kê tài sản", "thanh lý máy móc", "vệ sinh môi trường"};
const std::vector<const char*> kPlaces{"Bình Sơn", "Hòa Bình", "Tân Lập", "Đông Anh", "Phú Xuyên", "Quảng Yên", "Mỹ Đức", "Thạch Thất", "Kim Bảng", "Yên Định", "Hương Khê", "Cẩm Xuyên"};

class Writer {
 public:
  std::string page(int i) {
    std::string text = fmt::format("ỦY BAN NHÂN DÂN\nXÃ {}\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nSố: {}/QĐ-UBND\nQUYẾT ĐỊNH\nVề việc {}\n", one(kPlaces), i % 400 + 1, one(kAbout));
    for (int line = 0; line < kSentences; ++line)
      text += fmt::format("Điều {}. Giao ông (bà) {}, thường trú tại thôn {}, xã {}, thực hiện việc {} theo quy định hiện hành từ ngày {:02}/{:02}/{}.\n", line + 1, person(), number(1, 60), one(kPlaces), one(kAbout), number(1, 28),
                          number(1, 12), number(1976, 2024));
    return text + "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n" + person();
  }
  std::string person() { return fmt::format("{} {} {}", one(kFamily), one(kMiddle), one(kGiven)); }
  const char* about() { return one(kAbout); }

 private:
  const char* one(const std::vector<const char*>& from) { return from[static_cast<std::size_t>(number(0, static_cast<int>(from.size()) - 1))]; }
  int number(int least, int most) { return std::uniform_int_distribution<int>(least, most)(generator_); }
  std::mt19937 generator_{7};
};

Sha256 digest_of(const std::string& text) { return sha256_of(std::as_bytes(std::span(text))); }

}  // namespace

int main(int count, char** arguments) {
  const int documents = count == 3 ? std::atoi(arguments[2]) : 0;
  if (documents < 1) {
    std::fputs("usage: fill_archive ARCHIVE DOCUMENTS   (an archive that nobody needs: its documents have no pictures)\n", stderr);
    return 2;
  }
  const auto archive = must(Archive::open(arguments[1], {.durable = false}));
  JobStore& jobs = archive->jobs();
  Writer writer;
  for (int first = 0; first < documents; first += kBatch) {
    NewBatch batch;
    batch.operator_name = "bench";
    for (int i = first; i < std::min(documents, first + kBatch); ++i) batch.documents.push_back({{{digest_of(fmt::format("file {}", i)), fmt::format("{}.pdf", i), 1000}}});
    static_cast<void>(must(jobs.add_batch(batch)));
    for (int i = first;;) {
      const UtcTime now = SystemClock().now();
      const auto task = must(jobs.claim("bench", now, now + 60s));
      if (!task) break;
      const std::string seed = fmt::format("{} {}", task->about, i);
      if (task->kind == JobKind::open) {
        must(jobs.finish_open(task->lease, {MediaType::pdf, 1, {}, {}}));
      } else if (task->kind == JobKind::page) {
        PageOutcome outcome;
        outcome.record = digest_of(seed + " record");
        outcome.state = PageState::done;
        must(jobs.finish_page(task->lease, outcome));
      } else {
        DocumentOutcome outcome;
        outcome.record = digest_of(seed + " document");
        outcome.written.pdf = digest_of(seed + " pdf");
        outcome.written.text = digest_of(seed + " text");
        outcome.written.alto = digest_of(seed + " alto");
        outcome.written.pages = 1;
        outcome.page_texts = {writer.page(i)};
        const auto field = [](const char* key, std::string value) { return MetadataField{key, std::move(value), ValueState::read, Confidence::from_fraction(0.9), 1, {1, 2, 30, 40}, "text"}; };
        outcome.written.metadata.fields = {field("typeName", "Quyết định"), field("codeNumber", std::to_string(i % 400 + 1)), field("codeNotation", "QĐ-UBND"), field("issuedDate", fmt::format("{}-0{}-1{}", 1976 + i % 48, i % 9 + 1, i % 10)),
                          field("organName", "UBND xã Bình Sơn"), field("subject", fmt::format("Về việc {}", writer.about()))};
        must(jobs.finish_document(task->lease, outcome));
        ++i;
      }
    }
  }
  return 0;
}
