#pragma once

#include <set>
#include <utility>
#include <vector>

#include "workers/copy_verify/pdf_view.hpp"

namespace sogoc::verify {

// Whether two moments of a file say the same. Objects named in `stops` (pages, fields, the
// catalogue) are compared by number only: others look into them.
// Thread: belongs to one thread. Both views must outlive it.
class ObjectComparison {
 public:
  ObjectComparison(PdfView& before, PdfView& after) : before_(before), after_(after) {}

  void stop_at(std::int64_t number) { stops_.insert(number); }
  // Everything reachable from both, streams by their coded bytes.
  [[nodiscard]] bool same(const Value& before, const Value& after);

 private:
  [[nodiscard]] bool same_here(const Value& x, const Value& y,
                               std::vector<std::pair<const Value*, const Value*>>& open);

  PdfView& before_;
  PdfView& after_;
  std::set<std::int64_t> stops_;
  std::set<std::pair<std::int64_t, std::int64_t>> known_same_;
  std::vector<std::pair<std::int64_t, std::int64_t>> fresh_;  // assumed in the call that runs
};

}  // namespace sogoc::verify
