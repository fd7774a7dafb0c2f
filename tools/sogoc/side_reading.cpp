#include "tools/sogoc/side_reading.hpp"

#include "tools/sogoc/register_lines.hpp"
#include "workers/capture/cover_reader.hpp"

namespace sogoc {

SideReading::SideReading(const NumberRules& rules, const std::vector<ReadNumber>& known) : numbers_(rules) {
  for (const ReadNumber& read : known) {
    if (read.number == 0)
      numbers_.begin_anew();
    else
      (void)numbers_.next(read);  // it was doubted then
  }
  thread_ = std::thread([this] { work(); });
}

SideReading::~SideReading() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void SideReading::ask(const PageImage& picture) {
  const std::lock_guard lock(mutex_);
  asked_ = &picture;
  answered_ = false;
  found_ = {};
  changed_.notify_all();
}

ReadSide SideReading::answer() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return answered_; });
  asked_ = nullptr;
  return std::move(found_);
}

std::vector<CaptureFinding> SideReading::judged(const layout::SheetNumber& number, std::int64_t sheet, int side) {
  const ReadNumber read{sheet, side, number.number, number.place};
  if (!number.sure && number.number == 0) return {{kUnreadNumberFinding, FindingWeight::note}};
  if (!number.sure) return {{kUnsureNumberFinding, FindingWeight::note, number_detail(read)}};
  std::vector<CaptureFinding> findings{{kNumberFinding, FindingWeight::note, number_detail(read)}};
  if (const auto doubt = numbers_.next(read))
    findings.push_back({finding_of(doubt->doubt), FindingWeight::look, std::to_string(read.number) + " " + std::to_string(doubt->before)});
  return findings;
}

void SideReading::work() {
  const std::unique_ptr<layout::LineReader> lines = make_line_reader();
  {
    // The networks are loaded while the first sheet moves.
    std::vector<std::uint8_t> white(200 * 40, 255);
    const auto line = PageImage::create({200, 40}, PixelFormat::gray8, {Dpi{200}, Dpi{200}}, std::move(white));
    if (line) (void)lines->read(*line, RegisterValueKind::page_number, layout::LineReading::as_either);
  }
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return over_ || !answered_; });
    if (over_) return;
    const PageImage& picture = *asked_;
    lock.unlock();
    ReadSide found{read_cover(picture), std::nullopt};
    if (found.cover.empty()) {
      const double dpi = picture.resolution().known() ? picture.resolution().x.value : 0;
      if (auto number = layout::read_sheet_number(picture, dpi, *lines)) found.number = *number;
    }
    lock.lock();
    found_ = std::move(found);
    answered_ = true;
    changed_.notify_all();
  }
}

}  // namespace sogoc
