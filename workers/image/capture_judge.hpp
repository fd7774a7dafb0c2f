#pragma once

// A verdict while the sheet is still in the operator's hand: what a person would see wrong with this picture. Works on the small
// map of the page that straightening uses too, so that it costs a fraction of a second.

#include <memory>
#include <string>
#include <vector>

#include "pipeline/core/image.hpp"

namespace sogoc {

struct CaptureRules {
  double least_dpi = 200;  // of the archive's rule for this kind of record
  bool both_sides = false; // duplex: a blank back is nothing to look at
};

enum class CaptureWeight : std::uint8_t { note, look, rescan };
struct CaptureRemark {
  std::string code;
  CaptureWeight weight = CaptureWeight::note;
};
struct CaptureJudgement {
  std::vector<CaptureRemark> remarks;
  bool blank = false;
  [[nodiscard]] bool has(std::string_view code) const {
    for (const CaptureRemark& remark : remarks)
      if (remark.code == code) return true;
    return false;
  }
};

// Owner:  the station. Remembers the last pictures, to know the same page again and two sheets fed as one.
// Thread: belongs to one; starts none.
class CaptureJudge {
 public:
  virtual ~CaptureJudge() = default;
  [[nodiscard]] virtual CaptureJudgement judge(const PageImage& picture, int side) = 0;
  // The last picture was no page (a separator): the next ones are not measured by it.
  virtual void forget() = 0;
};
[[nodiscard]] std::unique_ptr<CaptureJudge> make_capture_judge(const CaptureRules& rules);

}  // namespace sogoc
