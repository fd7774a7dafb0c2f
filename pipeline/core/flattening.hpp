#pragma once

#include <vector>

#include "pipeline/core/units.hpp"

namespace sogoc {

// How the flat page lies in the photograph it was taken from. The flat picture was drawn from the
// master through this map; words map back through it.
//
// Units: edges of pixels, as boxes are (0,0 = the left top corner of the first pixel). `nodes` are
//        places on the master of a regular mesh that covers the flat picture from edge to edge,
//        row by row; between them the map is bilinear, outside it goes on straight.
// A value without thread affinity; one with fewer than 2 x 2 nodes is not valid().
struct Flattening {
  SizePx size;  // of the flat picture
  int columns = 0;
  int rows = 0;
  std::vector<PointPx> nodes;

  [[nodiscard]] bool valid() const;
  [[nodiscard]] PointPx on_master(PointPx flat) const;
  // The inverse, by a few steps of Newton; for places far outside only roughly.
  [[nodiscard]] PointPx on_flat(PointPx master) const;
  // The smallest box around the image of the box.
  [[nodiscard]] BoxPx on_master(const BoxPx& flat) const;
  [[nodiscard]] BoxPx on_flat(const BoxPx& master) const;

  friend bool operator==(const Flattening& a, const Flattening& b);
};

}  // namespace sogoc
