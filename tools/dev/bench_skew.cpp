// How exactly is skew found? Turns the scans of PDFs by many angles on an enlarged canvas and
// compares what the straightener measures with its measure of the unturned page plus the turn.
//
//   sogoc_bench_skew [--step DEGREES] [--quarters] FILE.pdf...
//
// Prints one row a page and the worst and mean error of all; exit 1 when the worst is above 0.10
// degrees or a page with text is turned wrongly by quarters.

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/support/sample_pages.hpp"
#include "tests/support/turned_page.hpp"
#include "workers/image/straightener.hpp"

namespace {

using namespace sogoc;

constexpr double kAllowed = 0.10;

struct Measured {
  StraightPage page;
  double cpu_ms = 0;
};

Measured straighten(PageStraightener& straightener, const PageImage& image) {
  DecodedPage decoded;
  decoded.raster = image;
  decoded.crop = {0, 0, image.size().width, image.size().height};
  const std::clock_t start = std::clock();
  auto straight = straightener.straighten(decoded, {});
  const double ms = 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  return {straight ? std::move(*straight) : StraightPage{}, ms};
}

struct Row {
  double own = 0;
  double worst = 0, worst_at = 0;
  double sum = 0;
  int turns = 0;
  int refused = 0;     // no trusted angle
  int wrong_side = 0;  // turned by quarters although it stood upright
  double cpu_ms = 0;
};

Row measure_page(PageStraightener& straightener, const PageImage& image, double step) {
  Row row;
  row.own = straighten(straightener, image).page.parts.at(0).skew.clockwise;
  for (double angle = -15; angle <= 15.0001; angle += step) {
    const PageImage turned = test::turned_page(image, Degrees{angle});
    const Measured measured = straighten(straightener, turned);
    if (measured.page.parts.empty()) continue;
    const PagePart& part = measured.page.parts.front();
    ++row.turns;
    row.cpu_ms += measured.cpu_ms;
    row.wrong_side += part.turned.clockwise != 0;
    if (part.skew_confidence.fraction() < 0.5) {
      ++row.refused;
      continue;
    }
    const double error = std::abs(part.skew.clockwise - angle - row.own);
    row.sum += error;
    if (error > row.worst) {
      row.worst = error;
      row.worst_at = angle;
    }
  }
  return row;
}

std::string quarters_of(PageStraightener& straightener, const PageImage& image) {
  std::string said;
  for (int quarters = 0; quarters < 4; ++quarters) {
    const PageImage turned = test::quarter_turned_page(image, quarters);
    const StraightPage page = straighten(straightener, turned).page;
    const int undone = static_cast<int>(page.parts.at(0).turned.clockwise) / 90;
    const bool right = (undone + quarters) % 4 == 0;
    said += right ? " right" : (undone == 0 ? " left alone" : " WRONG");
  }
  return said;
}

}  // namespace

int main(int argc, char** argv) {
  double step = 1.7;
  bool quarters = false;
  std::vector<test::SamplePage> pages;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--step" && i + 1 < argc)
      step = std::atof(argv[++i]);
    else if (argument == "--quarters")
      quarters = true;
    else
      for (auto& page : test::sample_pages(argument, {})) pages.push_back(std::move(page));
  }
  if (pages.empty() || step <= 0) {
    fmt::print(stderr, "usage: sogoc_bench_skew [--step DEGREES] [--quarters] FILE.pdf...\n");
    return 2;
  }
  const auto straightener = make_straightener();
  fmt::print("{:22} {:>8} {:>8} {:>8} {:>8} {:>8} {:>6} {:>7}{}\n", "page", "own", "worst", "at",
             "mean", "refused", "wrong", "cpu ms", quarters ? "  at 0, 90, 180, 270" : "");
  double worst = 0, sum = 0;
  int turns = 0, wrong = 0;
  for (const test::SamplePage& page : pages) {
    const Row row = measure_page(*straightener, page.image, step);
    std::string said;
    if (quarters) said = quarters_of(*straightener, page.image);
    const int found = row.turns - row.refused;
    fmt::print("{:22} {:8.3f} {:8.3f} {:8.1f} {:8.3f} {:8} {:6} {:7.0f} {}\n", page.name, row.own,
               row.worst, row.worst_at, found > 0 ? row.sum / found : 0.0, row.refused,
               row.wrong_side, row.cpu_ms / row.turns, said);
    std::fflush(stdout);
    worst = std::max(worst, row.worst);
    sum += row.sum;
    turns += found;
    wrong += row.wrong_side + (said.find("WRONG") != std::string::npos);
  }
  fmt::print("{:22} {:>8} {:8.3f} {:>8} {:8.3f}\n", "all", "", worst, "",
             turns > 0 ? sum / turns : 0.0);
  return worst <= kAllowed && wrong == 0 ? 0 : 1;
}
