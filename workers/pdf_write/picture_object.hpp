#pragma once

#include <optional>
#include <string>

#include "pipeline/core/page.hpp"

namespace sogoc {

// Numbers of PDF objects that a picture refers to.
struct PictureReferences {
  std::optional<int> soft_mask;
  std::optional<int> jbig2_globals;
  std::optional<int> icc_profile;
  bool deflated = false;  // the coded bytes stand within a Flate stream
};

// The dictionary of the picture's image object, without /Length: "<< /Type /XObject ... >>".
// The picture was checked before (checked_page).
[[nodiscard]] std::string picture_dictionary(const Picture& picture,
                                             const PictureReferences& references);

// What distinguishes two image objects: pictures with the same text may share one.
[[nodiscard]] std::string picture_key(const Picture& picture);

[[nodiscard]] int components(ColourModel colour);

}  // namespace sogoc
