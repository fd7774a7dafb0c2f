#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/network_file.hpp"
#include "pipeline/core/page_flattener.hpp"

namespace sogoc {

// The flat picture's bytes as a JPEG stream.
using EncodePhotograph = std::function<Result<std::vector<std::uint8_t>>(const PageImage&)>;

// Where the network that finds paper is; asked at the first picture that may be a photograph.
using FindPaperNetwork = std::function<Result<NetworkFile>()>;

// Finds out whether a picture is a photograph of a page, finds the paper in it and lays it flat;
// flattener.cpp reads as the list of its steps. Profile "photo" asks for it where it is in doubt.
//
// Owner:  keeps nothing between pages but its network. Thread: belongs to the thread that uses it; starts none.
[[nodiscard]] std::unique_ptr<PageFlattener> make_flattener(EncodePhotograph encode, FindPaperNetwork network);

}  // namespace sogoc
