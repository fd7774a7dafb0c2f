#include "pipeline/flow/page_flow.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "pipeline/core/quality_limits.hpp"
#include "pipeline/core/record_json.hpp"
#include "pipeline/core/turns.hpp"
#include "pipeline/flow/remembering_sink.hpp"

namespace sogoc {
namespace {

constexpr int kThumbnailSide = 320;  // pixels: a card of the batch report

Region mapped(Region region, const Affine& map) {
  region.box = map.apply(region.box);
  for (TextLine& line : region.lines) {
    line.baseline = static_cast<int>(
        map.apply(PointPx{double(line.box.left), double(line.baseline)}).y);
    line.box = map.apply(line.box);
    for (Word& word : line.words) word.box = map.apply(word.box);
  }
  return region;
}

// The file's own text that lies on `part`, in its upright pixels.
std::vector<Region> own_text_on(const DecodedPage& page, const PagePart& part) {
  const Affine upright_from_displayed =
      quarter_turn(page.raster.size(), page.known_turn).inverse().then(part.upright_from_master);
  std::vector<Region> own;
  for (const Region& region : page.own_text) {
    Region upright = mapped(region, upright_from_displayed);
    const BoxPx visible = intersection(upright.box, {0, 0, part.size.width, part.size.height});
    if (visible.area() * 2 >= upright.box.area()) own.push_back(std::move(upright));
  }
  return own;
}

// What is known about a photograph goes with the page that was made of it.
void add_photograph(const PhotographedPage& photograph, StraightPage& straight) {
  for (PagePart& part : straight.parts) part.flattening = photograph.flattening;
  PageQuality& quality = straight.quality;
  const auto has = [&](const char* finding) {
    return std::find(quality.findings.begin(), quality.findings.end(), finding) != quality.findings.end();
  };
  if (photograph.flattening) {
    // The page's edges are known, so nobody has to guess where it was cut or what is dark beside it.
    std::erase_if(quality.findings, [](const std::string& finding) {
      return finding.starts_with("cut_") || finding == "dark_border";
    });
    // What was enlarged for reading has no more detail than the camera saw.
    Resolution& seen = quality.effective;
    seen = {{seen.x.value / photograph.enlarged}, {seen.y.value / photograph.enlarged}};
    if (!quality.paper.empty() && seen.x.value < kLowResolution && !has("low_resolution"))
      quality.findings.emplace_back("low_resolution");
  }
  // Sides of the photograph become sides of the page as it is read.
  constexpr std::array<std::string_view, 4> kCut = {"cut_top", "cut_right", "cut_bottom", "cut_left"};
  const int turns = static_cast<int>(straight.parts.front().turned.clockwise / 90 + 0.5);
  for (const std::string& finding : photograph.findings) {
    const auto side = std::find(kCut.begin(), kCut.end(), finding) - kCut.begin();
    quality.findings.push_back(
        side == 4 ? finding : std::string(kCut[static_cast<std::size_t>((side + turns) % 4)]));
  }
  quality.places = photograph.places;
  // A camera knows no resolution: where the paper has no usual shape, nobody does.
  if (photograph.flattening && quality.paper.empty()) quality.findings.emplace_back("paper_unknown");
  straight.doubts.insert(straight.doubts.end(), photograph.doubts.begin(), photograph.doubts.end());
}

bool has_body(const PageRecord& record) {
  return std::ranges::any_of(record.parts, [](const PagePart& part) {
    return std::ranges::any_of(part.text.regions, [](const Region& region) {
      return is_body(region.kind) && !region.lines.empty();
    });
  });
}

// Why a person should look at a page that was read: it shows its doubts.
std::vector<std::string> doubts_of(const PageRecord& record) {
  std::vector<std::string> doubts = record.doubts;
  const bool has_ink = !record.quality.blank;
  if (has_ink && !has_body(record)) doubts.push_back("ink but no text could be read");
  for (const PagePart& part : record.parts)
    for (const Region& region : part.text.regions)
      if (is_body(region.kind) && region.illegible) {
        doubts.push_back("part of the text is illegible");
        return doubts;
      }
  return doubts;
}

PageState state_of(const PageRecord& record) {
  if (!record.secrecy_marks.empty()) return PageState::restricted;
  if (!record.doubts.empty()) return PageState::needs_person;
  return record.quality.blank ? PageState::blank : PageState::done;
}

}  // namespace

std::vector<Region> ink_on(const StraightPage& straight, std::size_t part) {
  std::vector<Region> ink;
  for (std::size_t i = 0; i < straight.ink_regions.size(); ++i)
    if (static_cast<std::size_t>(straight.part_of[i]) == part)
      ink.push_back(straight.ink_regions[i]);
  return ink;
}

void to_master(RegisterPage& page, const Flattening& flattening) {
  const auto moved = [&](BoxPx& box) {
    if (!box.empty()) box = flattening.on_master(box);
  };
  for (PageNumberReading& number : page.page_numbers) moved(number.number.box);
  for (EntryReading& entry : page.entries) {
    moved(entry.box);
    for (FieldReading& field : entry.fields) moved(field.box);
    for (EntryNote& note : entry.notes) moved(note.box);
  }
}

Result<OpenedFile> open_file(FileReader& files, const Task& task, BlobSource& source) {
  SOGOC_TRY(const auto file, source.fetch(task.file));
  return files.open(file, task.file_name, task.settings);
}

Result<PreparedPage> prepare_page(PageFlattener* flattener, PageStraightener& straightener, DecodedPage decoded,
                                  const ReadingSettings& settings, BlobSink& pictures) {
  PreparedPage page{std::move(decoded), {}, {}};
  // A photograph becomes the flat page in it; a scan goes on as it came.
  if (flattener != nullptr) {
    SOGOC_TRY(page.photograph, flattener->flatten(page.decoded, settings, pictures));
    if (page.photograph && page.photograph->flat) page.decoded = *std::exchange(page.photograph->flat, std::nullopt);
  }
  // Resolution, orientation, skew, spread, borders, coloured ink, blank or not.
  SOGOC_TRY(page.straight, straightener.straighten(page.decoded, settings));
  if (page.photograph) add_photograph(*page.photograph, page.straight);
  if (page.flattening() != nullptr)
    for (PageImage& reading : page.straight.reading)
      reading = flattener->sharpened(reading, page.photograph->enlarged);
  return page;
}

Result<PageOutcome> read_page(const PageParts& parts, const Task& task, BlobSource& source,
                              BlobSink& sink) {
  // Outside bytes become pixels here and nowhere else. Coded pictures are passed on untouched.
  RememberingSink pictures(sink);
  SOGOC_TRY(const auto file, source.fetch(task.file));
  SOGOC_TRY(DecodedPage decoded,
            parts.files.decode(file, task.file_name, task.index, task.settings, pictures));

  // From here on the master is never altered.
  const SizePx master_size = decoded.raster.size();
  SOGOC_TRY(PreparedPage page, prepare_page(parts.flattener, parts.straightener, std::move(decoded),
                                            task.settings, pictures));
  decoded = std::move(page.decoded);
  StraightPage& straight = page.straight;

  PageRecord record;
  record.file = task.file;
  record.index = task.index;
  record.origin = decoded.origin;
  record.master_size = master_size;
  record.master_resolution = straight.quality.effective;
  record.quality = std::move(straight.quality);
  record.pictures = std::move(decoded.pictures);
  record.parts = std::move(straight.parts);
  record.red_seal = straight.red_seal;
  record.doubts = std::move(straight.doubts);
  record.notes = std::move(decoded.notes);

  // Words, by the file's own text where it has one, else by recognition.
  for (std::size_t i = 0; i < record.parts.size(); ++i) {
    PagePart& part = record.parts[i];
    std::vector<Region> own = own_text_on(decoded, part);
    if (record.origin != PageOrigin::scan) {
      part.text = parts.arrange(std::move(own));
    } else if (!record.quality.blank || !own.empty()) {
      SOGOC_TRY(part.text, parts.reader.read(straight.reading[i], straight.upright[i],
                                             ink_on(straight, i), own, task.settings));
    }
  }
  // A page that holds words is not blank, whatever its picture looked like.
  if (has_body(record)) record.quality.blank = false;

  // From here on the text is known: a secrecy mark stops the page before anyone else sees it.
  for (const PagePart& part : record.parts)
    for (std::string& mark : parts.metadata.secrecy_marks(part))
      record.secrecy_marks.push_back(std::move(mark));
  record.doubts = doubts_of(record);

  // Entries of a register book. A page under a secrecy mark keeps its words only.
  if (parts.registers != nullptr && task.settings.profile == "book" &&
      record.secrecy_marks.empty() && !record.quality.blank) {
    SOGOC_TRY(record.register_page,
              parts.registers->read(record.parts, straight.reading, straight.upright,
                                    task.settings));
    if (page.flattening() != nullptr) to_master(*record.register_page, *page.flattening());
  }

  if (record.secrecy_marks.empty()) {
    SOGOC_TRY(const auto small, parts.thumbnail(straight.upright.front(), kThumbnailSide));
    SOGOC_TRY(record.thumbnail, sink.put(small));
  }

  const std::string json = to_json(record);
  PageOutcome outcome;
  SOGOC_TRY(outcome.record,
            sink.put({reinterpret_cast<const std::uint8_t*>(json.data()), json.size()}));
  outcome.work_blobs = std::move(pictures.digests);
  outcome.thumbnail = record.thumbnail;
  outcome.state = state_of(record);
  outcome.reasons = outcome.state == PageState::restricted ? record.secrecy_marks : record.doubts;
  return outcome;
}

}  // namespace sogoc
