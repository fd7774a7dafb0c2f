#include "workers/ocr/page_parts.hpp"

#include <algorithm>

#include "workers/ocr/layout_words.hpp"
#include "workers/ocr/table.hpp"

namespace sogoc::ocr {
namespace {

PointPx middle_of(const BoxPx& box) {
  return {(box.left + box.right) / 2.0, (box.top + box.bottom) / 2.0};
}

bool holds(const BoxPx& outer, const BoxPx& box) {
  const PointPx m = middle_of(box);
  return m.x >= outer.left && m.x < outer.right && m.y >= outer.top && m.y < outer.bottom;
}

BoxPx grown(BoxPx box, int by) {
  return {box.left - by, box.top - by, box.right + by, box.bottom + by};
}

Region region_of(RegionKind kind, const BoxPx& box) {
  Region region;
  region.kind = kind;
  region.box = box;
  region.source = kind == RegionKind::text ? "ocr" : "layout";
  return region;
}

void add_line(Region& region, const TextLine& line) {
  region.box = united(region.box, line.box);
  region.lines.push_back(line);
  double sum = 0;
  for (const TextLine& each : region.lines) sum += mean_confidence(each).fraction();
  region.confidence = Confidence::from_fraction(sum / double(region.lines.size()));
}

// The mark of an electronic signature that the scan itself shows: small print above the letter
// head. Two of its words, or one that nothing else has.
BoxPx find_signature_mark(const ReadPage& page) {
  BoxPx box;
  int weight = 0;
  for (std::size_t i = 0; i < page.lines.size(); ++i) {
    const TextLine& line = page.lines[i].text;
    if (page.verdicts[i] != Verdict::text || line.box.top > page.size.height / 4) continue;
    const int own = signature_mark_weight(text_of(line));
    if (own == 0 || page.lines[i].ink.x_height > 1.05 * page.block.x_height) continue;
    weight += own;
    box = united(box, line.box);
  }
  return weight >= 2 ? grown(box, static_cast<int>(page.block.x_height)) : BoxPx{};
}

// Splits a line where the right column of the letter head was taken for its continuation.
void split_letter_head(ReadPage& page) {
  for (std::size_t i = 0; i < page.lines.size(); ++i) {
    auto& words = page.lines[i].text.words;
    for (std::size_t w = 1; w + 1 < words.size(); ++w) {
      if (!opens_right_head(words[w].text, words[w + 1].text)) continue;
      ReadLine right = page.lines[i];
      right.text.words.erase(right.text.words.begin(),
                             right.text.words.begin() + static_cast<std::ptrdiff_t>(w));
      words.resize(w);
      for (TextLine* line : {&page.lines[i].text, &right.text}) {
        line->box = {};
        for (const Word& word : line->words) line->box = united(line->box, word.box);
      }
      page.lines.push_back(std::move(right));
      page.verdicts.push_back(page.verdicts[i]);
      break;
    }
  }
}

// The lines that lie in a ruled grid become its region, in the order of rows and cells.
void gather_tables(const ReadPage& page, std::vector<Region>& regions) {
  for (const RuledGrid& grid : page.marks.tables) {
    const auto inside = [&](const Region& region) {
      return region.kind == RegionKind::text && holds(grid.box, region.box);
    };
    std::vector<std::size_t> members;
    std::vector<BoxPx> boxes;
    for (std::size_t i = 0; i < regions.size(); ++i) {
      if (!inside(regions[i])) continue;
      members.push_back(i);
      boxes.push_back(regions[i].box);
    }
    const std::vector<CellLine> order = order_table(grid, boxes, page.dpi);
    if (order.empty()) continue;
    Region table = region_of(RegionKind::table, {});
    table.source = "ocr";
    for (const CellLine& cell : order) {
      TextLine& line = regions[members[cell.line]].lines.front();
      line.join = cell.join;
      add_line(table, line);
    }
    std::erase_if(regions, inside);
    regions.push_back(std::move(table));
  }
}

// Strokes that gave no text, those of one hand together.
std::vector<Region> scrawls_of(const ReadPage& page) {
  std::vector<BoxPx> boxes = page.marks.scrawls;
  for (std::size_t i = 0; i < page.lines.size(); ++i) {
    if (page.verdicts[i] == Verdict::mark) boxes.push_back(page.lines[i].text.box);
  }
  std::vector<BoxPx> merged;
  const int reach = static_cast<int>(1.5 * page.block.x_height);
  for (BoxPx box : boxes) {
    for (auto it = merged.begin(); it != merged.end();) {
      if (intersection(grown(box, reach), *it).empty()) {
        ++it;
      } else {
        box = united(box, *it);
        it = merged.erase(it);
      }
    }
    merged.push_back(box);
  }
  std::vector<Region> regions;
  for (const BoxPx& box : merged) {
    regions.push_back(region_of(RegionKind::handwriting, box));
    regions.back().illegible = true;
  }
  return regions;
}

}  // namespace

std::vector<Region> regions_of(ReadPage page) {
  split_letter_head(page);
  std::vector<Region> regions, stamps, seals;
  Region signature = region_of(RegionKind::signature_overlay, find_signature_mark(page));
  Region footnotes = region_of(RegionKind::footnote, {});
  for (const BoxPx& box : page.marks.frames) stamps.push_back(region_of(RegionKind::stamp, box));
  for (const BoxPx& box : page.marks.seals) seals.push_back(region_of(RegionKind::seal, box));

  std::sort(stamps.begin(), stamps.end(),
            [](const Region& a, const Region& b) { return a.box.area() < b.box.area(); });
  std::vector<std::size_t> order(page.lines.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return page.lines[a].text.box.top < page.lines[b].text.box.top;
  });

  const BoxPx signature_box = signature.box;
  for (const std::size_t i : order) {
    const TextLine& line = page.lines[i].text;
    if (line.words.empty()) continue;
    const auto home = std::find_if(stamps.begin(), stamps.end(),
                                   [&](const Region& stamp) { return holds(stamp.box, line.box); });
    if (home != stamps.end()) {
      if (page.verdicts[i] == Verdict::text) add_line(*home, line);
      page.verdicts[i] = Verdict::dirt;  // part of the stamp, read or not
      continue;
    }
    const auto seal = std::find_if(seals.begin(), seals.end(),
                                   [&](const Region& each) { return holds(each.box, line.box); });
    if (seal != seals.end() && page.verdicts[i] != Verdict::text) {
      page.verdicts[i] = Verdict::dirt;  // the seal's own letters
      continue;
    }
    if (page.verdicts[i] != Verdict::text) continue;
    if (!signature_box.empty() && holds(signature_box, line.box)) {
      add_line(signature, line);
      continue;
    }
    if (page.marks.footnote_rule && line.box.top > page.marks.footnote_rule->top &&
        page.lines[i].ink.x_height < page.block.x_height) {
      add_line(footnotes, line);
      continue;
    }
    Region region = region_of(RegionKind::text, {});
    add_line(region, line);
    if (is_page_number(line, page.block, page.size)) region.kind = RegionKind::page_number;
    region.source = "ocr";
    regions.push_back(std::move(region));
  }
  gather_tables(page, regions);
  for (Region& stamp : stamps) stamp.illegible = stamp.lines.empty();
  for (Region& seal : seals) seal.illegible = seal.lines.empty();

  const auto append = [&](std::vector<Region> more) {
    for (Region& region : more) regions.push_back(std::move(region));
  };
  if (!footnotes.lines.empty()) {
    footnotes.source = "ocr";
    regions.push_back(std::move(footnotes));
  }
  if (!signature.lines.empty()) {
    signature.source = "ocr";
    regions.push_back(std::move(signature));
  }
  append(std::move(stamps));
  append(std::move(seals));
  append(scrawls_of(page));
  return regions;
}

}  // namespace sogoc::ocr
