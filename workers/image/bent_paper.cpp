// The four corners of a leaf bent about one axis lie in a plane, so they tell where the camera was,
// once its focal length is known: perpendicular sides say something about it, what phones have says
// the rest. An edge across the axis lies in a plane of its own, and rays through its pixels meet that
// plane at the paper's true height. The way along that profile is the paper's true width.

#include "workers/image/bent_paper_private.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

namespace sogoc::image {
namespace {

constexpr double kPhoneFocal = 0.60;    // of the picture's diagonal: 26 mm on 35 mm film
constexpr double kFocalDoubt = 0.22;    // natural logarithm
constexpr double kAngleDoubt = 0.012;   // radians: how exactly corners tell the right angle
constexpr double kShapeTolerance = 0.03;
constexpr int kNodes = 33;              // of the mesh, each way
constexpr int kProfile = 65;
constexpr double kLargest = 40e6;       // pixels of the flat picture

using Points = std::vector<cv::Point2d>;

double usual_focal(cv::Size picture) { return kPhoneFocal * std::hypot(picture.width, picture.height); }

cv::Matx33d homography(const std::array<cv::Point2d, 4>& corners) {
  std::array<cv::Point2f, 4> unit{{{0, 0}, {1, 0}, {1, 1}, {0, 1}}}, to;
  for (std::size_t i = 0; i < 4; ++i) to[i] = cv::Point2f(corners[i]);
  return cv::getPerspectiveTransform(unit.data(), to.data());
}

// The plane of the corners seen from the camera: origin, unit directions and lengths of the sides.
struct Pose {
  double focal = 0;
  cv::Vec3d origin, right, down, up;
  double width = 0, height = 0;
};

Pose pose_of(const std::array<cv::Point2d, 4>& corners, cv::Size picture) {
  std::array<cv::Point2d, 4> centred = corners;
  for (cv::Point2d& at : centred) at -= cv::Point2d(picture.width / 2.0, picture.height / 2.0);
  const cv::Matx33d map = homography(centred);
  const auto directions = [&](double focal) {
    const auto column = [&](int i) { return cv::Vec3d(map(0, i) / focal, map(1, i) / focal, map(2, i)); };
    return std::array<cv::Vec3d, 3>{column(0), column(1), column(2)};
  };
  const double usual = usual_focal(picture);
  double focal = usual, least = 1e300;
  for (double factor = 0.4; factor < 3; factor *= 1.01) {
    const auto [x, y, o] = directions(usual * factor);
    const double angle = x.dot(y) / (cv::norm(x) * cv::norm(y)) / kAngleDoubt;
    const double odd = std::log(factor) / kFocalDoubt;
    if (const double cost = angle * angle + odd * odd; cost < least) least = cost, focal = usual * factor;
  }
  const auto [x, y, o] = directions(focal);
  Pose pose;
  pose.focal = focal;
  pose.origin = o;
  pose.width = cv::norm(x);
  pose.height = cv::norm(y);
  // The nearest right angle, shared between both.
  const cv::Vec3d a = x / pose.width, b = y / pose.height;
  const cv::Vec3d along = cv::normalize(a + b), aside = cv::normalize(a - b);
  pose.right = (along + aside) / std::numbers::sqrt2;
  pose.down = (along - aside) / std::numbers::sqrt2;
  pose.up = pose.right.cross(pose.down);
  return pose;
}

// Heights over the chord's plane, told by one edge: place along the chord, height, how well it is seen.
struct Height {
  double x = 0, z = 0, trust = 0;
};

std::vector<Height> heights(const Points& edge, const Pose& pose, double across, cv::Size picture) {
  std::vector<Height> found;
  const cv::Vec3d base = pose.origin + pose.down * (across * pose.height);
  for (const cv::Point2d& at : edge) {
    const cv::Vec3d ray((at.x - picture.width / 2.0) / pose.focal, (at.y - picture.height / 2.0) / pose.focal, 1);
    const double meets = ray.dot(pose.down) / cv::norm(ray);
    if (std::abs(meets) < 0.02) {
      found.push_back({double(found.size()) / double(edge.size() - 1) * pose.width, 0, 0});
      continue;
    }
    const cv::Vec3d point = ray * (base.dot(pose.down) / ray.dot(pose.down)) - base;
    found.push_back({point.dot(pose.right), point.dot(pose.up), meets * meets});
  }
  return found;
}

double height_at(const std::vector<Height>& line, double x, double& trust) {
  for (std::size_t i = 1; i < line.size(); ++i)
    if (x <= line[i].x || i + 1 == line.size()) {
      const double step = line[i].x - line[i - 1].x;
      const double t = step > 1e-9 ? std::clamp((x - line[i - 1].x) / step, 0.0, 1.0) : 0;
      trust = std::min(line[i].trust, line[i - 1].trust);
      return line[i - 1].z * (1 - t) + line[i].z * t;
    }
  trust = 0;
  return 0;
}

// The paper's section: even places of the chord with heights, and the way along it.
struct Section {
  std::vector<double> x, z, way;
  [[nodiscard]] double length() const { return way.back(); }
  // Place and height after a share of the way.
  [[nodiscard]] std::pair<double, double> after(double share) const {
    const double want = share * length();
    const auto next = std::clamp<std::ptrdiff_t>(std::upper_bound(way.begin(), way.end(), want) - way.begin(), 1,
                                                 static_cast<std::ptrdiff_t>(way.size()) - 1);
    const auto b = static_cast<std::size_t>(next), a = b - 1;
    const double t = (want - way[a]) / std::max(1e-12, way[b] - way[a]);
    return {x[a] + (x[b] - x[a]) * t, z[a] + (z[b] - z[a]) * t};
  }
};

Section section_of(const std::vector<Height>& top, const std::vector<Height>& bottom, double width) {
  Section section;
  for (int i = 0; i < kProfile; ++i) {
    const double x = width * i / (kProfile - 1);
    double a_trust = 0, b_trust = 0;
    const double a = height_at(top, x, a_trust), b = height_at(bottom, x, b_trust);
    const double trust = a_trust + b_trust;
    double z = trust > 1e-6 ? (a * a_trust + b * b_trust) / trust : 0;
    z = std::clamp(z, -0.3 * width, 0.3 * width);
    if (i == 0 || i == kProfile - 1) z = 0;
    section.x.push_back(x);
    section.z.push_back(z);
  }
  section.way.push_back(0);
  for (std::size_t i = 1; i < section.x.size(); ++i)
    section.way.push_back(section.way.back() + std::hypot(section.x[i] - section.x[i - 1], section.z[i] - section.z[i - 1]));
  return section;
}

double length_of(const Points& line) {
  double length = 0;
  for (std::size_t i = 1; i < line.size(); ++i) length += cv::norm(line[i] - line[i - 1]);
  return length;
}

double bow_of(const Points& line) {
  const cv::Point2d chord = line.back() - line.front();
  const double length = cv::norm(chord);
  double most = 0;
  for (const cv::Point2d& at : line) most = std::max(most, std::abs(chord.cross(at - line.front())) / length);
  return most / length;
}

// Only corners that are seen tell: where the paper leaves the picture, the frame cuts it anyhow.
double slant_of(const PageOutline& outline) {
  const auto& corners = outline.corners;
  constexpr std::array<std::array<std::size_t, 2>, 4> kMeet = {{{kTop, kLeft}, {kTop, kRight}, {kBottom, kRight}, {kBottom, kLeft}}};
  double worst = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    if (outline.leaves[kMeet[i][0]] || outline.leaves[kMeet[i][1]]) continue;
    const cv::Point2d a = corners[(i + 1) % 4] - corners[i], b = corners[(i + 3) % 4] - corners[i];
    const double angle = std::acos(std::clamp(a.dot(b) / (cv::norm(a) * cv::norm(b)), -1.0, 1.0));
    worst = std::max(worst, std::abs(angle - std::numbers::pi / 2));
  }
  return worst * 180 / std::numbers::pi;
}

// The point of a line nearest to a straight through `at` in direction `along`.
cv::Point2d crossing(const Points& line, cv::Point2d at, cv::Point2d along) {
  for (std::size_t i = 1; i < line.size(); ++i) {
    const double a = along.cross(line[i - 1] - at), b = along.cross(line[i] - at);
    if ((a <= 0 && b >= 0) || (a >= 0 && b <= 0)) {
      const double t = std::abs(a - b) < 1e-12 ? 0 : a / (a - b);
      return line[i - 1] + (line[i] - line[i - 1]) * t;
    }
  }
  return std::abs(along.cross(line.front() - at)) < std::abs(along.cross(line.back() - at)) ? line.front() : line.back();
}

// The outline with its axes exchanged, and back.
PageOutline transposed(const PageOutline& outline) {
  PageOutline other = outline;
  std::swap(other.corners[1], other.corners[3]);
  other.sides = {outline.sides[kLeft], outline.sides[kBottom], outline.sides[kRight], outline.sides[kTop]};
  other.leaves = {outline.leaves[kLeft], outline.leaves[kBottom], outline.leaves[kRight], outline.leaves[kTop]};
  for (cv::Point2d& at : other.corners) std::swap(at.x, at.y);
  for (Points& side : other.sides)
    for (cv::Point2d& at : side) std::swap(at.x, at.y);
  return other;
}

// Where one side leaves the picture, the frame cut it, and its ends are no corners. The other three
// tell how the page lies (for a usual camera), and so the direction of the fourth: it is laid just
// so far out that all that is seen of the page is on it.
PageOutline completed(const PageOutline& outline, cv::Size picture) {
  if (std::count(outline.leaves.begin(), outline.leaves.end(), true) != 1) return outline;
  const auto cut = static_cast<std::size_t>(std::find(outline.leaves.begin(), outline.leaves.end(), true) - outline.leaves.begin());
  // For each side: the corners of the cut side, and those of the side opposite, joined by the others.
  constexpr std::array<std::array<std::size_t, 4>, 4> kJoined = {{{0, 1, 3, 2}, {1, 2, 0, 3}, {3, 2, 0, 1}, {0, 3, 1, 2}}};
  const auto [end_a, end_b, far_a, far_b] = kJoined[cut];
  const double focal = usual_focal(picture);
  const auto ray = [&](cv::Point2d at) { return cv::Vec3d((at.x - picture.width / 2.0) / focal, (at.y - picture.height / 2.0) / focal, 1); };
  const auto& corners = outline.corners;
  const cv::Vec3d line_a = ray(corners[far_a]).cross(ray(corners[end_a])), line_b = ray(corners[far_b]).cross(ray(corners[end_b]));
  const cv::Vec3d away = line_a.cross(line_b);                                        // direction of both
  const cv::Vec3d along = ray(corners[far_a]).cross(ray(corners[far_b])).cross(away);  // of the far and the cut side
  const auto pixel = [&](const cv::Vec3d& at) { return cv::Point2d(at[0] / at[2] * focal + picture.width / 2.0, at[1] / at[2] * focal + picture.height / 2.0); };
  for (const std::size_t from : {end_a, end_b}) {
    const cv::Vec3d line = along.cross(ray(corners[from]));
    const cv::Vec3d a = line.cross(line_a), b = line.cross(line_b);
    if (std::abs(a[2]) < 1e-9 || std::abs(b[2]) < 1e-9) continue;
    const cv::Point2d to_a = pixel(a), to_b = pixel(b);
    const auto reach = [&](cv::Point2d to, std::size_t end, std::size_t far) {
      const cv::Point2d side = corners[end] - corners[far];
      return (to - corners[far]).dot(side) / side.dot(side);
    };
    const double reach_a = reach(to_a, end_a, far_a), reach_b = reach(to_b, end_b, far_b);
    if (std::min(reach_a, reach_b) < 0.999 || std::max(reach_a, reach_b) > 1.5) continue;
    PageOutline whole = outline;
    whole.corners[end_a] = to_a;
    whole.corners[end_b] = to_b;
    constexpr std::array<std::array<std::size_t, 2>, 4> kEnds = {{{0, 1}, {1, 2}, {3, 2}, {0, 3}}};
    for (std::size_t side = 0; side < 4; ++side) {
      if (side == (cut + 2) % 4) continue;  // the far side is as it was
      Points& points = whole.sides[side];
      const cv::Point2d begin = whole.corners[kEnds[side][0]], end = whole.corners[kEnds[side][1]];
      const Points before = points;
      const cv::Point2d chord = before.back() - before.front();
      for (std::size_t i = 0; i < points.size(); ++i) {
        points[i] = begin + (end - begin) * (double(i) / double(points.size() - 1));
        if (side == cut) continue;
        const double share = (points[i] - before.front()).dot(chord) / chord.dot(chord) * double(before.size() - 1);
        if (share >= 0 && share < double(before.size() - 1)) {
          const auto at = static_cast<std::size_t>(share);
          points[i] = before[at] + (before[at + 1] - before[at]) * (share - double(at));
        }
      }
    }
    return whole;
  }
  return outline;
}

struct Mesh {
  std::vector<cv::Point2d> nodes;  // kNodes x kNodes, row by row
  double width = 0, height = 0;    // of the flat paper, in one unit
};

Mesh mesh_of(const PageOutline& outline, cv::Size picture) {
  const Pose pose = pose_of(outline.corners, picture);
  std::vector<Height> above = heights(outline.sides[kTop], pose, 0, picture), below = heights(outline.sides[kBottom], pose, 1, picture);
  if (outline.leaves[kTop])  // not seen: tells nothing
    for (Height& one : above) one.trust = 0;
  if (outline.leaves[kBottom])
    for (Height& one : below) one.trust = 0;
  const Section section = section_of(above, below, pose.width);
  const auto seen = [&](double x, double down, double up) {
    const cv::Vec3d at = pose.origin + pose.right * x + pose.down * (down * pose.height) + pose.up * up;
    return cv::Point2d(at[0] / at[2] * pose.focal + picture.width / 2.0, at[1] / at[2] * pose.focal + picture.height / 2.0);
  };
  const auto model = [&](double u, double v) {
    const auto [x, z] = section.after(u);
    return seen(x, v, z);
  };
  // What is left between the model and the edges, spread over the page from each of them.
  const auto n = static_cast<std::size_t>(kNodes);
  Points top(n), bottom(n), left(n), right(n);
  for (int i = 0; i < kNodes; ++i) {
    const double share = double(i) / (kNodes - 1);
    const auto at = static_cast<std::size_t>(i);
    const cv::Point2d t = model(share, 0), b = model(share, 1), l = model(0, share), r = model(1, share);
    if (!outline.leaves[kTop]) top[at] = crossing(outline.sides[kTop], t, b - t) - t;
    if (!outline.leaves[kBottom]) bottom[at] = crossing(outline.sides[kBottom], b, b - t) - b;
    if (!outline.leaves[kLeft]) left[at] = crossing(outline.sides[kLeft], l, r - l) - l;
    if (!outline.leaves[kRight]) right[at] = crossing(outline.sides[kRight], r, r - l) - r;
  }
  Mesh mesh;
  mesh.width = section.length();
  mesh.height = pose.height;
  for (std::size_t row = 0; row < n; ++row)
    for (std::size_t column = 0; column < n; ++column) {
      const double u = double(column) / (kNodes - 1), v = double(row) / (kNodes - 1);
      const cv::Point2d corner = (top.front() * (1 - u) + top.back() * u) * (1 - v) +
                                 (bottom.front() * (1 - u) + bottom.back() * u) * v;
      mesh.nodes.push_back(model(u, v) + top[column] * (1 - v) + bottom[column] * v + left[row] * (1 - u) + right[row] * u - corner);
    }
  return mesh;
}

}  // namespace

FlatPaper lay_flat(const PageOutline& seen, cv::Size picture) {
  const PageOutline outline = completed(seen, picture);
  FlatPaper paper;
  paper.slant = slant_of(outline);
  for (std::size_t side = 0; side < 4; ++side)
    if (!outline.leaves[side]) paper.bow = std::max(paper.bow, bow_of(outline.sides[side]));
  const double across = bow_of(outline.sides[kTop]) + bow_of(outline.sides[kBottom]);
  const double down = bow_of(outline.sides[kLeft]) + bow_of(outline.sides[kRight]);
  const bool exchanged = down > across;  // bent the other way
  Mesh mesh = exchanged ? mesh_of(transposed(outline), {picture.height, picture.width}) : mesh_of(outline, picture);
  if (exchanged) {
    std::swap(mesh.width, mesh.height);
    Points straight(mesh.nodes.size());
    for (std::size_t r = 0; r < kNodes; ++r)
      for (std::size_t c = 0; c < kNodes; ++c) {
        const cv::Point2d at = mesh.nodes[c * kNodes + r];
        straight[r * kNodes + c] = {at.y, at.x};
      }
    mesh.nodes = std::move(straight);
  }
  // A shape within the tolerance of the A sizes is theirs.
  const double shape = std::max(mesh.width, mesh.height) / std::min(mesh.width, mesh.height) / std::numbers::sqrt2;
  const bool whole = std::none_of(outline.leaves.begin(), outline.leaves.end(), [](bool leaves) { return leaves; });
  if (whole && std::abs(shape - 1) < kShapeTolerance) (mesh.width > mesh.height ? mesh.width : mesh.height) /= shape;
  // As many pixels as the side that is seen best has.
  double scale = std::max({length_of(outline.sides[kTop]) / mesh.width, length_of(outline.sides[kBottom]) / mesh.width,
                           length_of(outline.sides[kLeft]) / mesh.height, length_of(outline.sides[kRight]) / mesh.height});
  scale = std::min(scale, std::sqrt(kLargest / (mesh.width * mesh.height)));
  Flattening& flattening = paper.flattening;
  flattening.size = {std::max(1, static_cast<int>(std::lround(mesh.width * scale))), std::max(1, static_cast<int>(std::lround(mesh.height * scale)))};
  flattening.columns = flattening.rows = kNodes;
  for (const cv::Point2d& at : mesh.nodes) flattening.nodes.push_back({at.x, at.y});
  return paper;
}

}  // namespace sogoc::image
