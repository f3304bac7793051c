#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

#pragma STDC FP_CONTRACT OFF

namespace ckernels {

struct Vector {
  double x, y;
};

/// An upright box with what every pair needs of it.
struct UprightBox {
  double x, y, z, length, width, height, cosine, sine, reach;
  bool isFinite, grows[3];

  explicit UprightBox(const double *b) : x(b[0]), y(b[1]), z(b[2]), length(b[3]), width(b[4]), height(b[5]) {
    isFinite = true;
    for (int k = 0; k < 7; k++) isFinite = isFinite && std::isfinite(b[k]);
    for (int k = 0; k < 3; k++) grows[k] = b[3 + k] >= 0;
    length = std::max(length, 0.0);
    width = std::max(width, 0.0);
    height = std::max(height, 0.0);
    cosine = std::cos(b[6]);
    sine = std::sin(b[6]);
    reach = 0.5 * std::sqrt(length * length + width * width);
  }
  double area() const { return length * width; }
  double volume() const { return length * width * height; }
  double bottom() const { return z - 0.5 * height; }
  double top() const { return z + 0.5 * height; }
};

/// Derivatives with respect to the seven numbers of a box.
struct BoxGradient {
  double of[7] = {};
  void add(const BoxGradient &other, double weight) {
    for (int k = 0; k < 7; k++) of[k] += weight * other.of[k];
  }
};

/// Box b in the frame of box a on the ground: a is the rectangle within +-length/2 and +-width/2.
struct RelativeBox {
  Vector center, along, across;
  double cosine, sine;
  RelativeBox(const UprightBox &a, const UprightBox &b) {
    const double dx = b.x - a.x, dy = b.y - a.y;
    center = {a.cosine * dx + a.sine * dy, a.cosine * dy - a.sine * dx};
    cosine = a.cosine * b.cosine + a.sine * b.sine;
    sine = b.sine * a.cosine - b.cosine * a.sine;
    along = {0.5 * b.length * cosine, 0.5 * b.length * sine};
    across = {-0.5 * b.width * sine, 0.5 * b.width * cosine};
  }
  Vector corner(int k) const {
    const double u = k == 0 || k == 3 ? 1 : -1, v = k < 2 ? 1 : -1;
    return {center.x + u * along.x + v * across.x, center.y + u * along.y + v * across.y};
  }
};

/// The sides of a box in the order of its corners: left (+width), rear (-length), right, front; those of a follow after b's.
enum Side : int8_t { leftOfB, rearOfB, rightOfB, frontOfB, leftOfA, rearOfA, rightOfA, frontOfA };

/// The part of one rectangle inside another, counter-clockwise; each corner knows on which side the edge that starts there lies.
struct CommonRegion {
  static constexpr int most = 16;
  Vector corners[most];
  Side sides[most];
  int count = 0;

  /// Sutherland-Hodgman. A corner on the clipping line counts as inside, so that no comparison needs a tolerance: what touches has no area.
  CommonRegion(const UprightBox &a, const RelativeBox &b) {
    for (int k = 0; k < 4; k++) {
      corners[k] = b.corner(k);
      sides[k] = Side(k);
    }
    count = 4;
    const double l = 0.5 * a.length, w = 0.5 * a.width;
    clip(frontOfA, 1, 0, l);
    clip(rearOfA, -1, 0, l);
    clip(leftOfA, 0, 1, w);
    clip(rightOfA, 0, -1, w);
  }

  double area() const {
    if (count < 3) return 0;
    double sum = 0;
    const Vector o = corners[0];
    for (int k = 1; k + 1 < count; k++)
      sum += (corners[k].x - o.x) * (corners[k + 1].y - o.y) - (corners[k + 1].x - o.x) * (corners[k].y - o.y);
    return std::max(0.0, 0.5 * sum);
  }

private:
  void clip(Side side, double nx, double ny, double limit) {
    Vector old[most];
    Side oldSides[most];
    double room[most];
    bool isCut = false;
    for (int k = 0; k < count; k++) {
      old[k] = corners[k];
      oldSides[k] = sides[k];
      room[k] = limit - (nx * old[k].x + ny * old[k].y);
      isCut = isCut || room[k] < 0;
    }
    if (!isCut) return;
    const int before = count;
    count = 0;
    for (int k = 0; k < before && count + 2 <= most; k++) {
      const int next = k + 1 < before ? k + 1 : 0;
      const bool inside = room[k] >= 0, nextInside = room[next] >= 0;
      if (inside) add(old[k], oldSides[k]);
      if (inside == nextInside) continue;
      const double t = room[k] / (room[k] - room[next]);
      Vector p = {old[k].x + (old[next].x - old[k].x) * t, old[k].y + (old[next].y - old[k].y) * t};
      (nx != 0 ? p.x : p.y) = (nx + ny) * limit;
      add(p, inside ? side : oldSides[k]);
    }
  }
  void add(Vector p, Side side) {
    corners[count] = p;
    sides[count++] = side;
  }
};

/// The convex hull of two rectangles in the frame of the first; corners 0 to 3 are b's, 4 to 7 a's.
struct CommonHull {
  Vector points[8];
  int order[17], count = 0;

  CommonHull(const UprightBox &a, const RelativeBox &b) {
    for (int k = 0; k < 4; k++) {
      points[k] = b.corner(k);
      points[4 + k] = {(k == 0 || k == 3 ? 0.5 : -0.5) * a.length, (k < 2 ? 0.5 : -0.5) * a.width};
    }
    int sorted[8];
    for (int k = 0; k < 8; k++) {
      int at = k;
      for (; at > 0 && before(k, sorted[at - 1]); at--) sorted[at] = sorted[at - 1];
      sorted[at] = k;
    }
    for (int k = 0; k < 8; k++) push(sorted[k], 2);
    const int lower = count + 1;
    for (int k = 6; k >= 0; k--) push(sorted[k], lower);
    count--;
  }

  double area() const {
    double sum = 0;
    const Vector o = points[order[0]];
    for (int k = 1; k + 1 < count; k++) {
      const Vector p = points[order[k]], q = points[order[k + 1]];
      sum += (p.x - o.x) * (q.y - o.y) - (q.x - o.x) * (p.y - o.y);
    }
    return std::max(0.0, 0.5 * sum);
  }

  /// What the area gains as the k-th corner of the hull moves.
  Vector slope(int k) const {
    const Vector p = points[order[k == 0 ? count - 1 : k - 1]], q = points[order[k + 1 == count ? 0 : k + 1]];
    return {0.5 * (q.y - p.y), -0.5 * (q.x - p.x)};
  }

private:
  bool before(int i, int j) const {
    return points[i].x < points[j].x || (points[i].x == points[j].x && points[i].y < points[j].y);
  }
  void push(int k, int least) {
    while (count >= least) {
      const Vector o = points[order[count - 2]], p = points[order[count - 1]], q = points[k];
      if ((p.x - o.x) * (q.y - o.y) - (q.x - o.x) * (p.y - o.y) > 0) break;
      count--;
    }
    order[count++] = k;
  }
};

/// Whether two boxes are too far apart to touch on the ground, or cannot be compared.
inline bool areApart(const UprightBox &a, const UprightBox &b) {
  const double dx = b.x - a.x, dy = b.y - a.y, reach = a.reach + b.reach;
  return !(a.isFinite && b.isFinite && dx * dx + dy * dy <= reach * reach * (1 + 1e-12));
}

inline double intersectionArea(const UprightBox &a, const UprightBox &b) {
  return areApart(a, b) ? 0 : CommonRegion(a, RelativeBox(a, b)).area();
}

/// The height that two boxes share.
inline double commonHeight(const UprightBox &a, const UprightBox &b) {
  return std::max(0.0, std::min(a.top(), b.top()) - std::max(a.bottom(), b.bottom()));
}

/// The share of a region in another, 0 where that has no measure.
inline double share(double part, double whole) { return whole > 0 && std::isfinite(whole) ? std::min(1.0, part / whole) : 0; }

inline double iouGround(const UprightBox &a, const UprightBox &b) {
  const double common = intersectionArea(a, b);
  return common > 0 ? share(common, a.area() + b.area() - common) : 0;
}

inline double iouSpace(const UprightBox &a, const UprightBox &b) {
  const double height = commonHeight(a, b);
  if (!(height > 0)) return 0;
  const double common = intersectionArea(a, b) * height;
  return common > 0 ? share(common, a.volume() + b.volume() - common) : 0;
}

}  // namespace ckernels
