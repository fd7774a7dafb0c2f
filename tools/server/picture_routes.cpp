// Pictures of pages by IIIF Image API 3 (level 2), manifests by Presentation 3. This process opens no picture: it sends
// pieces that a worker made, each after asking whether this person may see the page.

#include <algorithm>

#include <fmt/format.h>

#include "pipeline/core/record_json.hpp"
#include "storage/review_store.hpp"
#include "tools/server/api.hpp"
#include "tools/server/picture_cache.hpp"
#include "tools/sogoc/messages.hpp"

namespace sogoc::server {
namespace {

using web::Response;

Result<PageFile> file_of(Call& call, const PageRow& page) {
  SOGOC_TRY(const DocumentDetails document, call.archive.catalogue().document(page.document));
  const auto file = std::find_if(document.files.begin(), document.files.end(), [&](const FileRow& one) { return one.id == page.file; });
  if (file == document.files.end() || !file->opened) return fail(ErrorCode::not_found, Retry::never, page.name, "has no picture");
  SOGOC_TRY(auto master, call.archive.blobs().find(file->digest));
  return PageFile{file->digest, std::filesystem::absolute(master), page.index.zero_based()};
}

// Nothing: not read yet, so its size is not known.
Result<std::optional<PageRecord>> record_of(Call& call, const std::optional<Sha256>& digest) {
  if (!digest) return std::optional<PageRecord>{};
  SOGOC_TRY(const std::string text, call.archive.blobs().load(*digest));
  SOGOC_TRY(PageRecord record, page_record_from_json(text));
  return std::optional(std::move(record));
}

std::string base_of(const Call& call) {
  const bool secure = call.request.tls || call.office.behind_proxy;
  return std::string(secure ? "https://" : "http://") + std::string(call.request.header("host"));
}

Json service_of(const Call& call, PageId page) {
  return {{"id", fmt::format("{}/iiif/{}", base_of(call), page)}, {"type", "ImageService3"}, {"profile", "level2"}};
}

Response linked_data(const Json& json, const char* context) {
  Response response = json_response(json);
  response.headers.clear();
  response.set("Content-Type", fmt::format("application/ld+json;profile=\"{}\"", context));
  response.set("Cache-Control", "private, max-age=60");
  return response;
}

constexpr const char* kImageContext = "http://iiif.io/api/image/3/context.json";
constexpr const char* kPresentationContext = "http://iiif.io/api/presentation/3/context.json";

Result<Response> info(Call& call) {
  SOGOC_TRY(const PageRow page, page_in_scope(call, call.number("page")));
  SOGOC_CHECK(call.looked_at("view_page", fmt::format("page {}", page.id)));
  SOGOC_TRY(const PageFile file, file_of(call, page));
  if (!call.may_wait && call.office.pictures->ready(file) == nullptr) return call.later();
  SOGOC_TRY(const auto tiles, call.office.pictures->tiles_of(file));
  SOGOC_TRY(const auto record, record_of(call, page.record));
  Json factors = Json::array(), sizes = Json::array();
  for (const tiles::Level& level : tiles->levels()) factors.push_back(level.factor);
  for (auto level = tiles->levels().rbegin(); level != tiles->levels().rend(); ++level)
    if (level->size.width <= tiles::kMostSide && level->size.height <= tiles::kMostSide) sizes.push_back({{"width", level->size.width}, {"height", level->size.height}});
  Json json = {{"@context", kImageContext}};
  json.update(service_of(call, page.id));
  json["protocol"] = "http://iiif.io/api/image";
  json["width"] = tiles->size().width;
  json["height"] = tiles->size().height;
  json["maxWidth"] = tiles::kMostSide;
  json["maxHeight"] = tiles::kMostSide;
  json["sizes"] = std::move(sizes);
  json["tiles"] = Json::array({{{"width", tiles::kTileSide}, {"height", tiles::kTileSide}, {"scaleFactors", std::move(factors)}}});
  // For our own pages, others pass over it: degrees clockwise that lead to a page that stands upright.
  json["turned"] = record && !record->parts.empty() ? static_cast<int>(record->parts.front().turned.clockwise) : tiles->turn();
  json["extraQualities"] = {"color", "gray", "bitonal"};
  json["extraFeatures"] = {"regionSquare", "sizeByConfinedWh"};
  return linked_data(json, kImageContext);
}

Result<Response> to_info(Call& call) {
  SOGOC_TRY(const PageRow page, page_in_scope(call, call.number("page")));
  Response response;
  response.status = 303;
  response.set("Location", fmt::format("/iiif/{}/info.json", page.id));
  return response;
}

// A tile as it lies in the file: aligned, unturned, in colour, as JPEG.
std::optional<std::tuple<std::size_t, int, int>> ready_tile(const tiles::TileFile& file, const tiles::PictureRequest& request) {
  if (request.quarter_turns != 0 || request.quality != tiles::Quality::colour || request.format != tiles::Format::jpg) return std::nullopt;
  for (std::size_t i = 0; i < file.levels().size(); ++i) {
    const tiles::Level& level = file.levels()[i];
    const int side = tiles::kTileSide * level.factor;
    if (request.region.left % side != 0 || request.region.top % side != 0) continue;
    const int column = request.region.left / side, row = request.region.top / side;
    const SizePx covers{std::min(side, file.size().width - request.region.left), std::min(side, file.size().height - request.region.top)};
    if (request.region.width() != covers.width || request.region.height() != covers.height) continue;
    const SizePx whole{(covers.width + level.factor - 1) / level.factor, (covers.height + level.factor - 1) / level.factor};
    // Viewers round sizes at the edge up or down.
    if (std::abs(request.size.width - whole.width) <= 1 && std::abs(request.size.height - whole.height) <= 1) return std::tuple(i, column, row);
  }
  return std::nullopt;
}

Result<Response> picture(Call& call) {
  SOGOC_TRY(const PageRow page, page_in_scope(call, call.number("page")));
  SOGOC_CHECK(call.looked_at("view_page", fmt::format("page {}", page.id)));
  SOGOC_TRY(const PageFile file, file_of(call, page));
  if (!call.may_wait && call.office.pictures->ready(file) == nullptr) return call.later();
  SOGOC_TRY(const auto tiles, call.office.pictures->tiles_of(file));
  const std::string region = call.text("region"), size = call.text("size"), rotation = call.text("rotation"), quality = call.text("picture");
  SOGOC_TRY(const tiles::PictureRequest request, tiles::read_request(tiles->size(), region, size, rotation, quality));
  Response response;
  if (const auto ready = ready_tile(*tiles, request)) {
    SOGOC_TRY(response.body, tiles->tile(std::get<0>(*ready), std::get<1>(*ready), std::get<2>(*ready)));
  } else if (!call.may_wait) {
    return call.later();
  } else {
    SOGOC_TRY(response.body, call.office.pictures->cut(file, region, size, rotation, quality));
  }
  response.set("Content-Type", request.format == tiles::Format::png ? "image/png" : "image/jpeg");
  response.set("Cache-Control", "private, max-age=600");
  return response;
}

Result<Response> thumbnail(Call& call) {
  SOGOC_TRY(const PageRow page, page_in_scope(call, call.number("page")));
  if (!page.thumbnail) return fail(ErrorCode::not_found, Retry::never, page.name, "has no thumbnail");
  Response response;
  SOGOC_TRY(response.body, call.archive.blobs().load(*page.thumbnail));
  response.set("Content-Type", "image/jpeg");
  response.set("Cache-Control", "private, max-age=600");
  return response;
}

// ---- Manifests

Json canvas(const Call& call, const std::string& manifest, PageId page, const std::string& label, SizePx size) {
  const std::string id = fmt::format("{}/canvas/{}", manifest, page);
  const std::string picture = fmt::format("{}/iiif/{}/full/max/0/default.jpg", base_of(call), page);
  Json body = {{"id", picture}, {"type", "Image"}, {"format", "image/jpeg"}, {"width", size.width}, {"height", size.height}, {"service", Json::array({service_of(call, page)})}};
  Json annotation = {{"id", id + "/picture"}, {"type", "Annotation"}, {"motivation", "painting"}, {"body", std::move(body)}, {"target", id}};
  Json page_of = {{"id", id + "/page"}, {"type", "AnnotationPage"}, {"items", Json::array({std::move(annotation)})}};
  return {{"id", id},
          {"type", "Canvas"},
          {"label", {{"vi", Json::array({label})}}},
          {"width", size.width},
          {"height", size.height},
          {"thumbnail", Json::array({{{"id", fmt::format("{}/api/pages/{}/thumbnail", base_of(call), page)}, {"type", "Image"}, {"format", "image/jpeg"}}})},
          {"items", Json::array({std::move(page_of)})}};
}

// `id` ends in /manifest.json; searching stands beside it. Viewers that know Content Search 1 only look for its own words.
Json manifest(const std::string& id, const std::string& label, Json items) {
  const std::string search = id.substr(0, id.rfind('/')) + "/search";
  Json services = Json::array({{{"id", search}, {"type", "SearchService2"}},
                               {{"@context", "http://iiif.io/api/search/1/context.json"}, {"@id", search + "/1"}, {"@type", "SearchService1"}, {"profile", "http://iiif.io/api/search/1/search"}}});
  return {{"@context", kPresentationContext}, {"id", id}, {"type", "Manifest"}, {"label", {{"vi", Json::array({label})}}}, {"behavior", Json::array({"paged"})},
          {"service", std::move(services)}, {"items", std::move(items)}};
}

Result<Response> book_manifest(Call& call) {
  const std::string code = call.text("book");
  SOGOC_CHECK(check_book_scope(call, code));
  SOGOC_TRY(const auto pages, call.archive.books().pages(code));
  SOGOC_CHECK(call.looked_at("view_book", "book " + code));
  const std::string id = fmt::format("{}/iiif/book/{}/manifest.json", base_of(call), code);
  Json items = Json::array();
  for (const BookPageRow& page : pages) {
    if (page.state == PageState::restricted) continue;
    SOGOC_TRY(const auto record, record_of(call, page.record));
    if (record) items.push_back(canvas(call, id, page.page, page.name, record->master_size));
  }
  return linked_data(manifest(id, code, std::move(items)), kPresentationContext);
}

Result<Response> document_manifest(Call& call) {
  SOGOC_TRY(const DocumentDetails document, document_in_scope(call, call.number("document")));
  SOGOC_CHECK(call.looked_at("view_document", fmt::format("document {}", document.row.id)));
  const std::string id = fmt::format("{}/iiif/document/{}/manifest.json", base_of(call), document.row.id);
  PageFilter filter;
  filter.document = document.row.id;
  SOGOC_TRY(const auto pages, call.archive.catalogue().pages(filter));
  Json items = Json::array();
  for (const PageRow& page : pages) {
    if (page.state == PageState::restricted) continue;
    SOGOC_TRY(const auto record, record_of(call, page.record));
    if (record) items.push_back(canvas(call, id, page.id, page.name, record->master_size));
  }
  return linked_data(manifest(id, document.row.identifier, std::move(items)), kPresentationContext);
}

// Words where they stand on the master, for showing what was read over the picture.
Result<Response> page(Call& call) {
  SOGOC_TRY(const PageRow row, page_in_scope(call, call.number("page")));
  SOGOC_CHECK(call.looked_at("view_page", fmt::format("page {}", row.id)));
  SOGOC_TRY(auto record, record_of(call, row.record));
  if (record) {
    SOGOC_TRY(const auto corrections, call.archive.review().corrections(row.id));
    static_cast<void>(apply_corrections(*record, corrections));
  }
  Json words = Json::array();
  Json json = {{"id", row.id}, {"name", row.name}, {"document", row.document}, {"page_of_document", row.page_of_document}, {"state", name(row.state)},
               {"width", record ? record->master_size.width : 0}, {"height", record ? record->master_size.height : 0},
               {"turned", record && !record->parts.empty() ? static_cast<int>(record->parts.front().turned.clockwise) : 0}};
  if (record)
    for (const PagePart& part : record->parts) {
      for (const Region& region : part.text.regions)
        for (const auto& line : region.lines)
          for (const Word& word : line.words) {
            const BoxPx box = box_on_master(word.box, part, record->master_size);
            words.push_back({{"text", word.text}, {"box", {box.left, box.top, box.right, box.bottom}}, {"confidence", word.confidence.fraction()}});
          }
    }
  json["words"] = std::move(words);
  return json_response(json);
}

}  // namespace

std::vector<Route> picture_routes() {
  using web::Method;
  Route small{Method::get, "/api/pages/{page}/thumbnail", "thumbnail", "A small JPEG of the page", thumbnail, false, Right::read_records};
  small.answer_type = "image/jpeg";
  Route one{Method::get, "/iiif/{page}/{region}/{size}/{rotation}/{picture}", "picture", "IIIF Image API 3, level 2: a piece of a page", picture, false, Right::read_records};
  one.answer_type = "image/jpeg";
  Route about{Method::get, "/iiif/{page}/info.json", "pictureInfo", "IIIF Image API 3: what pictures of a page there are", info, false, Right::read_records, {}, "", "ImageInfo"};
  about.answer_type = "application/ld+json";
  Route whole{Method::get, "/iiif/book/{book}/manifest.json", "bookManifest", "IIIF Presentation 3: a book", book_manifest, false, Right::read_records, {}, "", "Manifest"};
  whole.answer_type = "application/ld+json";
  Route document{Method::get, "/iiif/document/{document}/manifest.json", "documentManifest", "IIIF Presentation 3: a document", document_manifest, false, Right::read_records, {}, "", "Manifest"};
  document.answer_type = "application/ld+json";
  Route base{Method::get, "/iiif/{page}", "pictureBase", "Leads to the picture's information", to_info, false, Right::read_records};
  return {small, whole, document, about, one, base,
          {Method::get, "/api/pages/{page}", "showPage", "One page with its words and where they stand", page, false, Right::read_records, {}, "", "Page"}};
}

}  // namespace sogoc::server
