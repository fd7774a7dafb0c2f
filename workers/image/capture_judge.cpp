#include "workers/image/capture_judge.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numbers>

#include "workers/image/blank.hpp"
#include "workers/image/borders.hpp"
#include "workers/image/colour_ink.hpp"
#include "workers/image/geometry.hpp"
#include "workers/image/orientation.hpp"
#include "workers/image/page_map.hpp"
#include "workers/image/paper_faults.hpp"
#include "workers/image/quality.hpp"
#include "workers/image/resolution.hpp"
#include "workers/image/skew.hpp"

namespace sogoc {
namespace {

using namespace image;

constexpr std::size_t kRemembered = 4;      // pictures
constexpr double kBeyondCorrection = 15;    // degrees; straightening ends at kLargestSkew
constexpr std::size_t kPageOfText = 40;     // letters
constexpr int kFewMarks = 12;               // letters: dirt on the back of a cover, or hardly anything
constexpr double kLongerSheet = 1.12;       // of two sheets that went through one behind the other

CaptureWeight weight_of(const std::string& code) {
  for (const char* severe : {"blurred", "cut_left", "cut_top", "cut_right", "cut_bottom"})
    if (code == severe) return CaptureWeight::rescan;
  return code == "low_contrast" || code == "speckled" ? CaptureWeight::look : CaptureWeight::note;
}

class Judge final : public CaptureJudge {
 public:
  explicit Judge(const CaptureRules& rules) : rules_(rules) { cv::setNumThreads(1); }

  CaptureJudgement judge(const PageImage& picture, int side) override {
    CaptureJudgement judgement;
    looks_before_ = looks_;
    sizes_before_ = sizes_;
    const auto remark = [&](const char* code, CaptureWeight weight) { judgement.remarks.push_back({code, weight}); };
    PageMap map = map_of(picture, Placement{picture.size(), {}});
    const MeasuredResolution resolution = measure_resolution(picture.size(), picture.resolution(), usual_letter_height(map, false));
    map.map_dpi = resolution.effective.y.value / map.reduction;
    const EdgeMarks marks = find_edge_marks(map);
    const ColouredInk coloured = find_coloured_ink(map, {});
    const Blankness blankness = judge_blank(map, coloured);
    judgement.blank = blankness.blank;

    PageQuality quality;
    quality.effective = resolution.effective;
    quality.blank = blankness.blank;
    judge_quality(picture, map, marks, quality);
    const double dpi = std::min(resolution.effective.x.value, resolution.effective.y.value);
    if (dpi < rules_.least_dpi * 0.97) remark("low_resolution", CaptureWeight::rescan);
    for (const std::string& finding : quality.findings)
      if (finding != "low_resolution") judgement.remarks.push_back({finding, weight_of(finding)});

    if (has_folded_corner(map)) remark("fold", CaptureWeight::rescan);
    if (has_finger(map)) remark("finger", CaptureWeight::rescan);
    if (has_colour_cast(map)) remark("colour_cast", CaptureWeight::look);
    if (has_inner_edge(map) || longer_than_others(picture, side)) remark("two_sheets", CaptureWeight::rescan);

    if (blankness.blank) {
      judge_blankness(blankness, side, judgement);
      return judgement;
    }
    const auto letters = std::count_if(map.components.begin(), map.components.end(), [&](const Component& component) {
      return !component.removed && looks_like_letters(component, map);
    });
    if (letters < kFewMarks) remark("few_marks", CaptureWeight::note);
    double tilt = 0;
    judge_lie(map, judgement, tilt);
    const PageLook look = look_of(map, tilt);
    if (std::any_of(looks_.begin(), looks_.end(), [&](const PageLook& other) { return same_look(look, other); }))
      remark("same_again", CaptureWeight::rescan);
    looks_.push_back(look);
    if (looks_.size() > kRemembered) looks_.pop_front();
    return judgement;
  }

  void forget() override {
    looks_ = looks_before_;
    sizes_ = sizes_before_;
  }

 private:
  void judge_blankness(const Blankness& blankness, int side, CaptureJudgement& judgement) const {
    const auto remark = [&](const char* code, CaptureWeight weight) { judgement.remarks.push_back({code, weight}); };
    // A single-sided pass that shows the other side shining through: the sheet lies with its back up.
    if (blankness.show_through && !rules_.both_sides) remark("wrong_side", CaptureWeight::rescan);
    remark("blank", rules_.both_sides && side == 1 ? CaptureWeight::note : CaptureWeight::look);
    if (blankness.perhaps_pencil) remark("perhaps_pencil", CaptureWeight::look);
  }

  static void judge_lie(const PageMap& map, CaptureJudgement& judgement, double& tilt) {
    const std::vector<InkPoint> points = text_points(map);
    const Orientation orientation = find_orientation(points, map);
    if (orientation.quarter_turns == 2) judgement.remarks.push_back({"upside_down", CaptureWeight::look});
    if (orientation.quarter_turns % 2 == 1) judgement.remarks.push_back({"on_its_side", CaptureWeight::look});
    const Skew skew = orientation.quarter_turns % 2 == 1 ? Skew{} : orientation.lying ? *orientation.lying : find_skew(points);
    const bool trusted = skew.confidence.fraction() >= kTrustedSkew;
    if (trusted) tilt = skew.tilt.clockwise;
    const bool text = map.components.size() >= kPageOfText;
    if ((trusted && std::abs(tilt) > kBeyondCorrection) || (text && !trusted && (orientation.unsure || lies_far_askew(points))))
      judgement.remarks.push_back({"skewed", CaptureWeight::rescan});
  }

  // Lines that stand sharp once the page is turned by more than straightening dares.
  static bool lies_far_askew(const std::vector<InkPoint>& points) {
    for (const double turn : {28.0, -28.0}) {
      const double angle = turn * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
      std::vector<InkPoint> turned;
      turned.reserve(points.size());
      for (const InkPoint& point : points)
        turned.push_back({static_cast<float>(c * point.x - s * point.y), static_cast<float>(s * point.x + c * point.y)});
      if (find_skew(turned).confidence.fraction() >= kTrustedSkew) return true;
    }
    return false;
  }

  // As wide as the sheets before, and much longer than any of them.
  bool longer_than_others(const PageImage& picture, int side) {
    if (side == 1) return false;
    const SizePx size = picture.size();
    bool known = false, longer = true;
    for (const SizePx& other : sizes_) {
      if (std::abs(other.width - size.width) > 0.03 * size.width) continue;
      known = true;
      longer = longer && size.height > kLongerSheet * other.height;
    }
    sizes_.push_back(size);
    if (sizes_.size() > kRemembered) sizes_.pop_front();
    return known && longer;
  }

  CaptureRules rules_;
  std::deque<PageLook> looks_, looks_before_;
  std::deque<SizePx> sizes_, sizes_before_;
};

}  // namespace

std::unique_ptr<CaptureJudge> make_capture_judge(const CaptureRules& rules) { return std::make_unique<Judge>(rules); }

}  // namespace sogoc
