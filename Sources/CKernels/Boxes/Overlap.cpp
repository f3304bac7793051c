#include "Overlap.hpp"

#include <vector>

#include "../Parallel.hpp"
#include "Boxes.h"

using namespace ckernels;

namespace {

double generalized(const UprightBox &a, const UprightBox &b, bool inSpace) {
  if (!a.isFinite || !b.isFinite) return 0;
  const double height = inSpace ? commonHeight(a, b) : 1;
  const double common = intersectionArea(a, b) * height;
  const double sum = inSpace ? a.volume() + b.volume() : a.area() + b.area();
  double hull = CommonHull(a, RelativeBox(a, b)).area();
  if (inSpace) hull *= std::max(a.top(), b.top()) - std::min(a.bottom(), b.bottom());
  const double both = sum - common, ratio = share(common, both);
  return hull > 0 && std::isfinite(hull) ? ratio - std::max(0.0, 1 - both / hull) : ratio;
}

double measured(const UprightBox &a, const UprightBox &b, int32_t measure) {
  switch (measure) {
  case ckernels_intersection_area: return intersectionArea(a, b);
  case ckernels_iou_ground: return iouGround(a, b);
  case ckernels_iou_space: return iouSpace(a, b);
  default: return generalized(a, b, measure == ckernels_giou_space);
  }
}

/// A value with its derivatives.
struct Slope {
  double value = 0;
  BoxGradient a, b;
};

/// Adds what a point of a box gives the box's gradient: `force` is the derivative by the point, `arm` the point from the centre, both in the
/// frame of box a, whose heading is given.
void addMotion(BoxGradient &g, Vector force, Vector arm, const UprightBox &frame) {
  g.of[0] += frame.cosine * force.x - frame.sine * force.y;
  g.of[1] += frame.sine * force.x + frame.cosine * force.y;
  g.of[6] += force.y * arm.x - force.x * arm.y;
}

/// The area shared on the ground. It changes by what the moving sides sweep: each edge's length times its speed along its outer normal.
Slope intersectionSlope(const UprightBox &a, const UprightBox &b) {
  Slope s;
  if (areApart(a, b)) return s;
  const RelativeBox relative(a, b);
  const CommonRegion region(a, relative);
  s.value = region.area();
  if (!(s.value > 0)) return s;
  for (int k = 0; k < region.count; k++) {
    const Vector p = region.corners[k], q = region.corners[k + 1 < region.count ? k + 1 : 0];
    const Vector normal = {q.y - p.y, p.x - q.x};
    const double half = 0.5 * std::sqrt(normal.x * normal.x + normal.y * normal.y);
    const bool isOfB = region.sides[k] <= frontOfB;
    const int side = region.sides[k] & 3;
    BoxGradient &g = isOfB ? s.b : s.a;
    Vector arm = {0.5 * (p.x + q.x), 0.5 * (p.y + q.y)};
    if (isOfB) arm = {arm.x - relative.center.x, arm.y - relative.center.y};
    addMotion(g, normal, arm, a);
    g.of[side == leftOfB || side == rightOfB ? 4 : 3] += half;
  }
  return s;
}

/// The height that two boxes share, or that holds both.
Slope heightSlope(const UprightBox &a, const UprightBox &b, bool isCommon) {
  Slope s;
  const double top = a.top() - b.top(), bottom = a.bottom() - b.bottom();
  s.value = isCommon ? std::min(a.top(), b.top()) - std::max(a.bottom(), b.bottom())
                     : std::max(a.top(), b.top()) - std::min(a.bottom(), b.bottom());
  if (!(s.value > 0)) return {};
  const double topOfA = top == 0 ? 0.5 : (top < 0) == isCommon ? 1 : 0;
  const double bottomOfA = bottom == 0 ? 0.5 : (bottom > 0) == isCommon ? 1 : 0;
  s.a.of[2] = topOfA - bottomOfA;
  s.a.of[5] = 0.5 * (topOfA + bottomOfA);
  s.b.of[2] = bottomOfA - topOfA;
  s.b.of[5] = 1 - s.a.of[5];
  return s;
}

Slope hullSlope(const UprightBox &a, const UprightBox &b) {
  Slope s;
  const RelativeBox relative(a, b);
  const CommonHull hull(a, relative);
  s.value = hull.area();
  for (int k = 0; k < hull.count; k++) {
    const int number = hull.order[k];
    const Vector force = hull.slope(k), point = hull.points[number];
    const double u = (number & 3) == 0 || (number & 3) == 3 ? 0.5 : -0.5, v = (number & 3) < 2 ? 0.5 : -0.5;
    if (number < 4) {
      addMotion(s.b, force, {point.x - relative.center.x, point.y - relative.center.y}, a);
      s.b.of[3] += u * (force.x * relative.cosine + force.y * relative.sine);
      s.b.of[4] += v * (force.y * relative.cosine - force.x * relative.sine);
    } else {
      addMotion(s.a, force, point, a);
      s.a.of[3] += u * force.x;
      s.a.of[4] += v * force.y;
    }
  }
  return s;
}

Slope product(const Slope &p, const Slope &q) {
  Slope s;
  s.value = p.value * q.value;
  s.a.add(p.a, q.value);
  s.a.add(q.a, p.value);
  s.b.add(p.b, q.value);
  s.b.add(q.b, p.value);
  return s;
}

/// The derivatives of a box's own area or volume.
BoxGradient sizeSlope(const UprightBox &b, bool inSpace) {
  BoxGradient g;
  const double height = inSpace ? b.height : 1;
  g.of[3] = b.width * height;
  g.of[4] = b.length * height;
  g.of[5] = inSpace ? b.length * b.width : 0;
  return g;
}

Slope slope(const UprightBox &a, const UprightBox &b, int32_t measure) {
  if (!a.isFinite || !b.isFinite) return {};
  Slope common = intersectionSlope(a, b);
  if (measure == ckernels_intersection_area) return common;
  const bool inSpace = measure == ckernels_iou_space || measure == ckernels_giou_space;
  const bool isGeneralized = measure == ckernels_giou_ground || measure == ckernels_giou_space;
  if (inSpace) common = product(common, heightSlope(a, b, true));
  Slope both, result;
  both.value = (inSpace ? a.volume() + b.volume() : a.area() + b.area()) - common.value;
  both.a = sizeSlope(a, inSpace);
  both.b = sizeSlope(b, inSpace);
  both.a.add(common.a, -1);
  both.b.add(common.b, -1);
  if (common.value > 0 && both.value > 0 && std::isfinite(both.value)) {
    const double ratio = common.value / both.value;
    result.a.add(common.a, 1 / both.value);
    result.b.add(common.b, 1 / both.value);
    result.a.add(both.a, -ratio / both.value);
    result.b.add(both.b, -ratio / both.value);
  }
  if (isGeneralized) {
    Slope hull = hullSlope(a, b);
    if (inSpace) hull = product(hull, heightSlope(a, b, false));
    if (hull.value > 0 && std::isfinite(hull.value)) {
      const double fill = both.value / hull.value;
      result.a.add(both.a, 1 / hull.value);
      result.b.add(both.b, 1 / hull.value);
      result.a.add(hull.a, -fill / hull.value);
      result.b.add(hull.b, -fill / hull.value);
    }
  }
  for (int k = 0; k < 3; k++) {
    if (!a.grows[k]) result.a.of[3 + k] = 0;
    if (!b.grows[k]) result.b.of[3 + k] = 0;
  }
  return result;
}

std::vector<UprightBox> prepared(const double *boxes, int64_t count) {
  std::vector<UprightBox> result;
  result.reserve(size_t(count));
  for (int64_t i = 0; i < count; i++) result.emplace_back(boxes + 7 * i);
  return result;
}

}  // namespace

extern "C" int32_t ckernels_box_overlap(const double *a, int64_t countA, const double *b, int64_t countB, int32_t measure, int32_t pairwise,
                                        int32_t threads, double *target) {
  try {
    const std::vector<UprightBox> as = prepared(a, countA), bs = prepared(b, countB);
    const int64_t columns = pairwise ? countB : 1;
    const int64_t rows = std::max<int64_t>(1, 4096 / std::max<int64_t>(1, columns));
    forChunks(countA, rows, threads, [&](int64_t first, int64_t end, int) {
      for (int64_t i = first; i < end; i++)
        for (int64_t j = 0; j < columns; j++)
          target[i * columns + j] = measured(as[size_t(i)], bs[size_t(pairwise ? j : i)], measure);
    });
  } catch (...) {
    return 1;
  }
  return 0;
}

extern "C" int32_t ckernels_box_overlap_gradient(const double *a, int64_t countA, const double *b, int64_t countB, int32_t measure,
                                                 int32_t pairwise, int32_t threads, const double *weights, double *gradientA,
                                                 double *gradientB) {
  try {
    const std::vector<UprightBox> as = prepared(a, countA), bs = prepared(b, countB);
    // Each gradient is summed by one thread in the order of the other boxes.
    const auto sum = [&](bool isOfA, double *gradient) {
      const int64_t count = isOfA ? countA : countB, others = pairwise ? (isOfA ? countB : countA) : 1;
      const int64_t chunk = std::max<int64_t>(1, 1024 / std::max<int64_t>(1, others));
      forChunks(count, chunk, threads, [&](int64_t first, int64_t end, int) {
        for (int64_t i = first; i < end; i++) {
          BoxGradient total;
          for (int64_t k = 0; k < others; k++) {
            const int64_t ia = !pairwise || isOfA ? i : k, ib = !pairwise || !isOfA ? i : k;
            const double weight = weights[pairwise ? ia * countB + ib : i];
            if (weight == 0) continue;
            const Slope s = slope(as[size_t(ia)], bs[size_t(ib)], measure);
            total.add(isOfA ? s.a : s.b, weight);
          }
          std::copy(total.of, total.of + 7, gradient + 7 * i);
        }
      });
    };
    if (gradientA) sum(true, gradientA);
    if (gradientB) sum(false, gradientB);
  } catch (...) {
    return 1;
  }
  return 0;
}
