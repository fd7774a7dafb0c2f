#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "pipeline/core/page_flattener.hpp"

namespace sogoc {

// The flat picture's bytes as a JPEG stream.
using EncodePhotograph = std::function<Result<std::vector<std::uint8_t>>(const PageImage&)>;

// Finds out whether a picture is a photograph of a page, finds the paper in it and lays it flat;
// flattener.cpp reads as the list of its steps. Profile "photo" asks for it where it is in doubt.
//
// Owner:  keeps nothing between pages. Thread: may be used by several; starts none.
[[nodiscard]] std::unique_ptr<PageFlattener> make_flattener(EncodePhotograph encode);

}  // namespace sogoc
