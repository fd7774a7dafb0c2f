#include "workers/image/flattener.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "workers/image/bent_paper_private.hpp"
#include "workers/image/light_faults_private.hpp"
#include "workers/image/opencv_bridge.hpp"
#include "workers/image/paper_network_private.hpp"
#include "workers/image/page_outline_private.hpp"
#include "workers/image/photograph_private.hpp"

namespace sogoc {
namespace {

using namespace image;

constexpr double kReadingShortSide = 2480, kMostEnlarged = 1.5;  // pixels; a factor
constexpr double kLensBlur = 1.2, kSharpening = 0.7;  // pixels of the photograph; share of what is added

// One picture without text of its own, all of it shown: nothing else can be a photograph.
bool can_be_photograph(const DecodedPage& page) {
  const PageImage& master = page.raster;
  if (page.origin != PageOrigin::scan || master.empty() || master.format() == PixelFormat::bit1) return false;
  if (!page.own_text.empty() || page.pictures.size() > 1) return false;
  return page.crop.empty() || page.crop == whole(master);
}

PageImage flat_picture(const cv::Mat& pixels, const Flattening& flattening) {
  const SizePx size = flattening.size;
  cv::Mat flat(size.height, size.width, pixels.type());
  constexpr int kBand = 256;  // rows at a time, so that the map stays small
  for (int top = 0; top < size.height; top += kBand) {
    const int rows = std::min(kBand, size.height - top);
    cv::Mat map(rows, size.width, CV_32FC2);
    for (int y = 0; y < rows; ++y)
      for (int x = 0; x < size.width; ++x) {
        const PointPx at = flattening.on_master(PointPx{x + 0.5, top + y + 0.5});
        map.at<cv::Vec2f>(y, x) = {static_cast<float>(at.x - 0.5), static_cast<float>(at.y - 0.5)};
      }
    cv::Mat band = flat.rowRange(top, top + rows);
    cv::remap(pixels, band, map, {}, cv::INTER_CUBIC, cv::BORDER_CONSTANT, cv::Scalar::all(255));
  }
  return page_image(flat, {});
}

// Small print of a page that fills a phone's picture is read better on more pixels (measured), up to
// those of a scan of 300 dpi, taking the page for A4.
double enlargement(SizePx size) {
  return std::clamp(kReadingShortSide / std::min(size.width, size.height), 1.0, kMostEnlarged);
}

std::vector<QualityPlace> light_places(const PageImage& flat, const Flattening& flattening) {
  std::vector<QualityPlace> places;
  for (const LightFault& fault : find_light_faults(view_of(flat))) {
    const double w = flat.size().width, h = flat.size().height;
    const BoxPx box{static_cast<int>(fault.place.x * w), static_cast<int>(fault.place.y * h),
                    static_cast<int>(fault.place.br().x * w), static_cast<int>(fault.place.br().y * h)};
    places.push_back({fault.kind == LightFault::glare ? "glare" : "shadow", flattening.on_master(box)});
  }
  return places;
}

class Flattener final : public PageFlattener {
 public:
  Flattener(EncodePhotograph encode, FindPaperNetwork find) : encode_(std::move(encode)), find_(std::move(find)) { cv::setNumThreads(1); }

  Result<std::optional<PhotographedPage>> flatten(const DecodedPage& page, const ReadingSettings& settings,
                                                  BlobSink& blobs) override {
    using Nothing = std::optional<PhotographedPage>;
    const bool asked = settings.profile == "photo";
    if (!can_be_photograph(page)) return Nothing{};
    const cv::Mat pixels = view_of(page.raster);
    if (!asked && !may_be_photograph(pixels)) return Nothing{};

    // Where is the paper, and is it seen as only a camera sees it?
    if (!network_) {
      SOGOC_TRY(const NetworkFile file, find_());
      SOGOC_TRY(network_, PaperNetwork::create(file));
    }
    SOGOC_TRY(const cv::Mat seen, network_->paper_in(pixels));
    const auto outline = find_outline(pixels, seen);
    std::optional<FlatPaper> paper;
    if (outline) paper = lay_flat(*outline, pixels.size());
    PhotographedPage photograph;
    if (!paper || !paper->flattening.valid()) {
      if (!asked && !lies_among_other_things(pixels, seen)) return Nothing{};
      photograph.findings = {"photograph", "page_not_found"};
      photograph.doubts.push_back("no page was found in the photograph");
      return Nothing(std::move(photograph));
    }
    if (!asked && !is_photograph(pixels, *outline, *paper)) return Nothing{};

    // From here on it is a photograph: the flat page goes on in its place.
    photograph.findings.emplace_back("photograph");
    DecodedPage flat;
    SizePx& size = paper->flattening.size;
    photograph.enlarged = enlargement(size);
    size = {static_cast<int>(std::lround(size.width * photograph.enlarged)), static_cast<int>(std::lround(size.height * photograph.enlarged))};
    flat.raster = flat_picture(pixels, paper->flattening);
    flat.known_turn = page.known_turn;
    flat.notes = page.notes;
    SOGOC_TRY(const auto bytes, encode_(flat.raster));
    PlacedPicture placed;
    placed.picture.coding = PictureCoding::jpeg;
    placed.picture.size = flat.raster.size();
    placed.picture.colour = flat.raster.format() == PixelFormat::gray8 ? ColourModel::gray : ColourModel::rgb;
    SOGOC_TRY(placed.picture.data, blobs.put(bytes));
    placed.place = {double(placed.picture.size.width), 0, 0, 0, double(placed.picture.size.height), 0};
    flat.pictures.push_back(std::move(placed));

    photograph.places = light_places(flat.raster, paper->flattening);
    for (const QualityPlace& place : photograph.places)
      if (std::find(photograph.findings.begin(), photograph.findings.end(), place.finding) == photograph.findings.end())
        photograph.findings.push_back(place.finding);
    constexpr std::array kCut = {"cut_top", "cut_right", "cut_bottom", "cut_left"};
    bool whole = true;
    for (std::size_t side = 0; side < kCut.size(); ++side)
      if (outline->leaves[side]) {
        photograph.findings.emplace_back(kCut[side]);
        whole = false;
      }
    for (std::size_t corner = 0; corner < 4; ++corner)
      if (outline->lost[corner]) whole = false;
    if (!whole)
      photograph.doubts.push_back("the page is not wholly in the photograph");
    photograph.flat = std::move(flat);
    photograph.flattening = std::move(paper->flattening);
    return Nothing(std::move(photograph));
  }

  PageImage sharpened(const PageImage& reading, double enlarged) const override {
    if (reading.empty() || reading.format() == PixelFormat::bit1) return reading;
    cv::Mat soft, sharp;
    const cv::Mat pixels = view_of(reading);
    cv::GaussianBlur(pixels, soft, {}, kLensBlur * enlarged);
    cv::addWeighted(pixels, 1 + kSharpening, soft, -kSharpening, 0, sharp);
    return page_image(sharp, reading.resolution());
  }

 private:
  EncodePhotograph encode_;
  FindPaperNetwork find_;
  std::unique_ptr<PaperNetwork> network_;
};

}  // namespace

std::unique_ptr<PageFlattener> make_flattener(EncodePhotograph encode, FindPaperNetwork network) {
  return std::make_unique<Flattener>(std::move(encode), std::move(network));
}

}  // namespace sogoc
