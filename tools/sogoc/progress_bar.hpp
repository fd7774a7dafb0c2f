#pragma once

#include <chrono>

#include "pipeline/jobs/job_store.hpp"

namespace sogoc {

// Pages, pages a second, time left and failures on standard error: one live line on a terminal,
// a plain line every few seconds elsewhere, nothing when `quiet`.
class ProgressBar {
 public:
  explicit ProgressBar(bool quiet);
  ~ProgressBar();
  void show(const Progress& progress, double seconds);

 private:
  void clear();
  bool quiet_;
  bool terminal_;
  bool drawn_ = false;
  double last_plain_s_ = 0;
};

}  // namespace sogoc
