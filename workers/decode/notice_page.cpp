#include "workers/decode/notice_page.hpp"

#include <string>
#include <utility>

#include "workers/decode/notice_data.hpp"

namespace sogoc {

Result<NoticePage> unreadable_notice(BlobSink& blobs) {
  NoticePage page;
  page.size = decoding::kNoticeSize;
  const auto dpi = static_cast<double>(decoding::kNoticeDpi);
  page.resolution = {Dpi{dpi}, Dpi{dpi}};

  Picture& picture = page.picture.picture;
  picture.coding = PictureCoding::ccitt_g4;
  picture.colour = ColourModel::bilevel;
  picture.bits_per_component = 1;
  picture.size = page.size;
  SOGOC_TRY(picture.data, blobs.put(decoding::kNoticePicture));
  page.picture.place = {double(page.size.width), 0, 0, 0, double(page.size.height), 0};

  // A picture, not body: these are not words of the document.
  page.words.kind = RegionKind::picture;
  page.words.source = "notice";
  page.words.confidence = Confidence::from_fraction(1);
  for (const decoding::NoticeWord& word : decoding::kNoticeWords) {
    if (page.words.lines.empty() || page.words.lines.back().baseline != word.baseline)
      page.words.lines.push_back({{}, word.box, word.baseline});
    TextLine& line = page.words.lines.back();
    line.words.push_back({std::string(word.text), word.box, page.words.confidence});
    line.box = united(line.box, word.box);
    page.words.box = united(page.words.box, word.box);
  }
  return page;
}

}  // namespace sogoc
