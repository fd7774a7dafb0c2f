#include "tools/sogoc/page_layout_reading.hpp"

#include <memory>

#include "models/model_catalog.hpp"
#include "pipeline/core/ports.hpp"
#include "pipeline/core/record_json.hpp"
#include "pipeline/flow/page_flow.hpp"
#include "tools/sogoc/composition.hpp"
#include "tools/sogoc/inputs.hpp"
#include "tools/sogoc/locked_reading.hpp"
#include "tools/sogoc/register_lines.hpp"
#include "workers/decode/image_file_reader.hpp"
#include "workers/image/straightener.hpp"
#include "workers/ocr/tesseract_page_reader.hpp"

namespace sogoc {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

class NoBlobs final : public BlobSink {
 public:
  Result<Sha256> put(std::span<const std::uint8_t>) override { return Sha256{}; }
  Result<Sha256> put_file(const fs::path&) override { return Sha256{}; }
};

Json written(const BoxPx& box) { return {box.left, box.top, box.right, box.bottom}; }

// On the master: everything people and other programs see is told there.
class OnMaster {
 public:
  explicit OnMaster(const PagePart& part)
      : back_(part.upright_from_master.inverse()), flattening_(part.flattening ? &*part.flattening : nullptr) {}
  Json box(const BoxPx& box) const { return box.empty() ? Json() : written(on_master(box)); }
  BoxPx on_master(const BoxPx& box) const {
    const BoxPx flat = back_.apply(box);
    return flattening_ != nullptr ? flattening_->on_master(flat) : flat;
  }
  Json corners(const std::array<PointPx, 4>& corners) const {
    Json list = Json::array();
    for (const PointPx& corner : corners) {
      const PointPx flat = back_.apply(corner);
      const PointPx at = flattening_ != nullptr ? flattening_->on_master(flat) : flat;
      list.push_back({std::lround(at.x), std::lround(at.y)});
    }
    return list;
  }

 private:
  Affine back_;
  const Flattening* flattening_;  // of a photograph
};

void add_value(Json& json, const layout::ReadValue& value) {
  json["text"] = value.text;
  json["ink"] = layout::name(value.ink);
  json["state"] = name(value.state);
  json["confidence"] = value.confidence;
  if (value.struck) json["struck"] = true;
}

Json described(const layout::ReadTable& table, const OnMaster& master) {
  Json cells = Json::array();
  for (const layout::ReadCell& cell : table.cells) {
    Json one = {{"row", cell.row},         {"col", cell.col},
                {"rowspan", cell.row_span}, {"colspan", cell.col_span},
                {"box", master.box(cell.box)}, {"corners", master.corners(cell.corners)},
                {"head", cell.head}};
    add_value(one, cell.value);
    cells.push_back(std::move(one));
  }
  return {{"box", master.box(table.box)}, {"rows", table.rows},
          {"cols", table.cols},           {"firstCol", table.first_col},
          {"headRows", table.head_rows},
          {"bridged", table.broken},      {"columns", table.field_keys},
          {"cells", std::move(cells)}};
}

Json described(const layout::PartLayout& part, const PagePart& place) {
  const OnMaster master(place);
  Json tables = Json::array(), fields = Json::array(), regions = Json::array();
  for (const layout::ReadTable& table : part.tables) tables.push_back(described(table, master));
  for (const layout::ReadFormField& field : part.fields) {
    Json one = {{"key", field.key},
                {"entry", field.entry},
                {"label", master.box(field.label)},
                {"box", master.box(field.box)}};
    add_value(one, field.value);
    fields.push_back(std::move(one));
  }
  for (const layout::PageRegion& region : part.regions) {
    Json one = {{"kind", region.kind}, {"box", master.box(region.box)}, {"text", region.text}};
    if (region.kind == "checkbox") one["checked"] = region.checked;
    regions.push_back(std::move(one));
  }
  return {{"box", written(place.flattening ? place.flattening->on_master(place.kept) : place.kept)},
          {"tables", std::move(tables)},
          {"fields", std::move(fields)},
          {"regions", std::move(regions)}};
}

std::array<PointPx, 4> corners_of(const Flattening& flattening) {
  const double w = flattening.size.width, h = flattening.size.height;
  return {flattening.on_master(PointPx{0, 0}), flattening.on_master(PointPx{w, 0}), flattening.on_master(PointPx{w, h}),
          flattening.on_master(PointPx{0, h})};
}

struct Readers {
  ImageFileReader files;
  std::unique_ptr<PageFlattener> flattener = make_photograph_flattener();
  std::unique_ptr<PageStraightener> straightener = make_straightener();
  std::unique_ptr<PageReader> words = make_page_reader();
  std::unique_ptr<layout::LayoutReader> layout;
};

Result<std::string> layout_of(Readers& readers, const fs::path& file,
                              const ReadingSettings& settings) {
  NoBlobs blobs;
  SOGOC_TRY(DecodedPage decoded,
            readers.files.decode(file, shown_name(file), PageIndex(0), settings, blobs));
  const SizePx size = decoded.raster.size();
  SOGOC_TRY(PreparedPage page, prepare_page(readers.flattener.get(), *readers.straightener, std::move(decoded), settings, blobs));
  StraightPage& straight = page.straight;
  for (std::size_t i = 0; i < straight.parts.size() && !straight.quality.blank; ++i) {
    SOGOC_TRY(straight.parts[i].text, readers.words->read(straight.reading[i], straight.upright[i],
                                                          ink_on(straight, i), {}, settings));
  }
  SOGOC_TRY(layout::PageLayout found,
            readers.layout->layout(straight.parts, straight.reading, straight.upright, settings));
  if (page.flattening() != nullptr) to_master(found.page, *page.flattening());
  Json parts = Json::array();
  for (std::size_t i = 0; i < found.parts.size(); ++i)
    parts.push_back(described(found.parts[i], straight.parts[i]));
  PageRecord record;  // the register's JSON is the record's
  record.register_page = found.page;
  const Json entries = Json::parse(to_json(record)).at("register");
  Json answer = {{"size", {size.width, size.height}},
                       {"layout", {{"id", found.page.layout},
                                   {"confidence", found.page.layout_confidence.fraction()}}},
                       {"parts", std::move(parts)},
                       {"register", entries}};
  if (const auto& photograph = page.photograph) {
    Json corners = Json::array(), places = Json::array();
    if (photograph->flattening)
      for (const PointPx& at : corners_of(*photograph->flattening)) corners.push_back({std::lround(at.x), std::lround(at.y)});
    for (const QualityPlace& place : photograph->places) places.push_back({{"finding", place.finding}, {"box", written(place.box)}});
    answer["photograph"] = {{"corners", corners}, {"findings", photograph->findings}, {"places", places}};
  }
  return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Done read_layouts(const std::vector<fs::path>& files, const LayoutReadingSettings& settings,
                  const std::function<void(std::size_t, Result<Json>)>& take) {
  LockedReading locked;
  locked.readable = reading_folders();
  const ModelCatalog models = ModelCatalog::open();
  for (const fs::path& folder : models.folders()) locked.readable.push_back(folder);
  locked.seconds_a_file = settings.seconds_a_file;
  locked.memory_limit_mb = settings.memory_limit_mb;
  locked.most_answer_bytes = 64u << 20;
  ReadingSettings reading;
  reading.profile = "book";
  reading.max_pages = 1;
  reading.register_layouts = settings.layouts;
  const auto prepare = [&]() -> Result<FileAnswer> {
    auto readers = std::make_shared<Readers>();
    SOGOC_TRY(readers->layout, make_layout_reader());
    return FileAnswer([readers, reading](const fs::path& file) {
      return layout_of(*readers, file, reading);
    });
  };
  return read_locked_in(files, locked, prepare, [&](std::size_t index, Result<std::string> answer) {
    if (!answer) {
      take(index, tl::unexpected(std::move(answer).error()));
      return true;
    }
    Json layout = Json::parse(*answer, nullptr, false);
    if (!layout.is_object()) return false;
    take(index, std::move(layout));
    return true;
  });
}

}  // namespace sogoc
