#include <limits>
#include <vector>

#include "Boxes.h"
#include "Overlap.hpp"

using namespace ckernels;

namespace {

/// Edges of a box along the axes, rounded outwards: what they keep apart does not overlap.
struct Envelopes {
  std::vector<float> lowX, highX, lowY, highY;
  explicit Envelopes(size_t count) : lowX(count), highX(count), lowY(count), highY(count) {}
  void set(size_t i, double x1, double x2, double y1, double y2) {
    lowX[i] = outwards(x1, -1);
    highX[i] = outwards(x2, 1);
    lowY[i] = outwards(y1, -1);
    highY[i] = outwards(y2, 1);
  }

private:
  static float outwards(double value, float direction) {
    const float infinity = std::numeric_limits<float>::infinity();
    // Comparisons with what is not a number fail: such a box meets no other.
    return std::nextafter(float(value + double(direction) * 1e-9 * std::fabs(value)), direction * infinity);
  }
};

double extent(double low, double high) { return std::max(0.0, high - low); }

/// The boxes of one call in the order of their scores.
class Candidates {
public:
  Candidates(const double *boxes, const std::vector<int32_t> &order, int32_t kind, double threshold)
      : envelopes(order.size()), kind(kind), threshold(threshold) {
    width = kind <= ckernels_suppress_space ? 7 : kind == ckernels_suppress_rectangles ? 4 : kind == ckernels_suppress_cuboids ? 6 : 2;
    for (size_t i = 0; i < order.size(); i++) add(i, boxes + int64_t(order[i]) * width);
  }
  Envelopes envelopes;

  /// Whether the better of two boxes removes the other.
  bool suppresses(size_t i, size_t j) const {
    switch (kind) {
    case ckernels_suppress_ground: return iouGround(upright[i], upright[j]) > threshold;
    case ckernels_suppress_space: return iouSpace(upright[i], upright[j]) > threshold;
    case ckernels_suppress_circles: {
      const double dx = flat[i][0] - flat[j][0], dy = flat[i][1] - flat[j][1];
      return dx * dx + dy * dy <= threshold * threshold;
    }
    default: return aligned(flat[i], flat[j]) > threshold;
    }
  }

private:
  int32_t kind, width;
  double threshold;
  std::vector<UprightBox> upright;
  std::vector<const double *> flat;

  void add(size_t i, const double *b) {
    if (width == 7) {
      upright.emplace_back(b);
      const UprightBox &u = upright.back();
      const double c = std::fabs(u.cosine), s = std::fabs(u.sine);
      const double x = 0.5 * (c * u.length + s * u.width), y = 0.5 * (s * u.length + c * u.width);
      return envelopes.set(i, u.x - x, u.x + x, u.y - y, u.y + y);
    }
    flat.push_back(b);
    if (kind == ckernels_suppress_circles)
      return envelopes.set(i, b[0] - 0.5 * threshold, b[0] + 0.5 * threshold, b[1] - 0.5 * threshold, b[1] + 0.5 * threshold);
    const int half = width / 2;
    envelopes.set(i, b[0], b[half], b[1], b[half + 1]);
  }

  double aligned(const double *a, const double *b) const {
    const int axes = width / 2;
    double common = 1, first = 1, second = 1;
    for (int k = 0; k < axes; k++) {
      common *= extent(std::max(a[k], b[k]), std::min(a[k + axes], b[k + axes]));
      first *= extent(a[k], a[k + axes]);
      second *= extent(b[k], b[k + axes]);
    }
    return common > 0 ? share(common, first + second - common) : 0;
  }
};

/// Removes from `alive` the later boxes that box i suppresses: envelopes first, many at once.
void suppress(const Candidates &candidates, size_t i, const int32_t *labels, std::vector<uint8_t> &alive) {
  constexpr size_t block = 64;
  const Envelopes &e = candidates.envelopes;
  const float lowX = e.lowX[i], highX = e.highX[i], lowY = e.lowY[i], highY = e.highY[i];
  for (size_t start = i + 1; start < alive.size(); start += block) {
    const size_t some = std::min(block, alive.size() - start);
    uint8_t meets[block];
    uint32_t any = 0;
    for (size_t k = 0; k < some; k++) {
      const size_t j = start + k;
      meets[k] = uint8_t(alive[j] & (e.lowX[j] <= highX) & (e.highX[j] >= lowX) & (e.lowY[j] <= highY) & (e.highY[j] >= lowY));
      any |= meets[k];
    }
    if (!any) continue;
    for (size_t k = 0; k < some; k++)
      if (meets[k] && (!labels || labels[start + k] == labels[i]) && candidates.suppresses(i, start + k)) alive[start + k] = 0;
  }
}

}  // namespace

extern "C" int64_t ckernels_suppress(const double *boxes, const double *scores, const int32_t *labels, int64_t count,
                                     const ckernels_suppression *settings, int32_t *kept) {
  try {
    std::vector<int32_t> order;
    order.reserve(size_t(count));
    for (int64_t i = 0; i < count; i++)
      if (scores[i] >= settings->lowest_score) order.push_back(int32_t(i));
    std::sort(order.begin(), order.end(), [&](int32_t i, int32_t j) { return scores[i] > scores[j] || (scores[i] == scores[j] && i < j); });
    if (int64_t(order.size()) > settings->most_candidates) order.resize(size_t(std::max<int64_t>(0, settings->most_candidates)));
    const Candidates candidates(boxes, order, settings->kind, settings->threshold);
    std::vector<int32_t> sortedLabels;
    if (labels)
      for (const int32_t i : order) sortedLabels.push_back(labels[i]);
    std::vector<uint8_t> alive(order.size(), 1);
    int64_t number = 0;
    for (size_t i = 0; i < order.size() && number < settings->most_kept; i++) {
      if (!alive[i]) continue;
      kept[number++] = order[i];
      suppress(candidates, i, labels ? sortedLabels.data() : nullptr, alive);
    }
    return number;
  } catch (...) {
    return -1;
  }
}
