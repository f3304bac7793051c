#include <algorithm>
#include <cmath>
#include <limits>
#include "Tree.hpp"

// Bounds are rounded like the corners: nothing here may be fused.
#pragma clang fp contract(off)
#pragma clang diagnostic ignored "-Wpsabi"

namespace ckernels {
namespace rays {
namespace {

typedef float F4 __attribute__((vector_size(16)));

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr int binCount = 16;
/// Below this depth halves of equal count replace the cost, which bounds the depth.
constexpr int costDepth = 40;

inline F4 smaller(F4 a, F4 b) { return a < b ? a : b; }
inline F4 larger(F4 a, F4 b) { return a > b ? a : b; }

struct Box {
  F4 low = {infinity, infinity, infinity, infinity};
  F4 high = {-infinity, -infinity, -infinity, -infinity};
  void add(const F4 &l, const F4 &h) {
    low = smaller(low, l);
    high = larger(high, h);
  }
  /// Half the surface; 0 when empty.
  float area() const {
    const F4 size = high - low;
    return size[0] < 0 ? 0 : size[0] * size[1] + size[1] * size[2] + size[2] * size[0];
  }
};

/// A triangle's box with its number.
struct Primitive {
  F4 low, high;
  int32_t number;
};

struct Part {
  int64_t first, end;
  Box box;
  int depth;
  int64_t count() const { return end - first; }
};

/// Builds top down; a node's children come from splitting the largest of them again and again.
///
/// Source: Wald, "On fast construction of SAH-based bounding volume hierarchies", 2007 (bins); Dammertz et al., "Shallow bounding
/// volume hierarchies", 2008 (more than two children).
class Builder {
 public:
  Builder(Tree &tree, const Corners &corners) : tree(tree), corners(corners) {}

  void run() {
    primitives.reserve(size_t(corners.count));
    Part all{0, 0, {}, 0};
    for (int64_t i = 0; i < corners.count; i++) {
      const float *a = corners.corner(i, 0), *b = corners.corner(i, 1), *c = corners.corner(i, 2);
      Primitive made;
      made.number = int32_t(i);
      bool isFinite = true;
      for (int axis = 0; axis < 3; axis++) {
        made.low[axis] = std::min(a[axis], std::min(b[axis], c[axis]));
        made.high[axis] = std::max(a[axis], std::max(b[axis], c[axis]));
        // Sums and products of such numbers stay finite.
        isFinite = isFinite && std::fabs(a[axis]) < 1e15f && std::fabs(b[axis]) < 1e15f && std::fabs(c[axis]) < 1e15f;
      }
      made.low[3] = made.high[3] = 0;
      if (!isFinite) continue;
      all.box.add(made.low, made.high);
      primitives.push_back(made);
    }
    all.end = int64_t(primitives.size());
    tree.nodes.reserve(primitives.size() / 8 + 1);
    tree.blocks.reserve(primitives.size() / 4 + 1);
    addNode(all);
  }

 private:
  Tree &tree;
  const Corners &corners;
  std::vector<Primitive> primitives;

  int32_t addNode(const Part &part) {
    const int32_t number = int32_t(tree.nodes.size());
    tree.nodes.emplace_back();
    clear(tree.nodes.back());
    if (part.count() == 0) return number;
    Part children[width];
    int count = 1;
    children[0] = part;
    while (count < width) {
      // The largest that needs splitting; when none does, one that gains by it.
      int best = -1;
      float bestArea = -1;
      for (int i = 0; i < count; i++) {
        if (children[i].count() <= width) continue;
        const float area = children[i].box.area();
        if (area > bestArea) best = i, bestArea = area;
      }
      if (best < 0) break;
      Part left, right;
      split(children[best], left, right);
      children[best] = left;
      children[count++] = right;
    }
    splitLeaves(children, count);
    for (int i = 0; i < count; i++) {
      const Part &child = children[i];
      const int32_t target = child.count() <= width ? ~addBlock(child) : addNode(child);
      Node &node = tree.nodes[size_t(number)];
      for (int axis = 0; axis < 3; axis++) {
        node.bounds[axis][i] = child.box.low[axis];
        node.bounds[3 + axis][i] = child.box.high[axis];
      }
      node.children[i] = target;
    }
    return number;
  }

  /// Free places of a node take halves of leaves whose parts are much smaller than the whole.
  void splitLeaves(Part *children, int &count) {
    for (int i = 0; i < count && count < width; i++) {
      while (count < width && children[i].count() > 1 && children[i].count() <= width && children[i].depth < costDepth) {
        Part left, right;
        split(children[i], left, right);
        if (left.box.area() + right.box.area() > 0.7f * children[i].box.area()) break;
        children[i] = left;
        children[count++] = right;
      }
    }
  }

  static void clear(Node &node) {
    for (int axis = 0; axis < 6; axis++)
      for (int i = 0; i < width; i++) node.bounds[axis][i] = axis < 3 ? infinity : -infinity;
    for (int i = 0; i < width; i++) node.children[i] = 0;
  }

  int32_t addBlock(const Part &part) {
    const int32_t number = int32_t(tree.blocks.size());
    tree.blocks.emplace_back();
    Block &block = tree.blocks.back();
    std::fill_n(&block.corner[0][0], 3 * width, 0.0f);
    std::fill_n(&block.first[0][0], 3 * width, 0.0f);
    std::fill_n(&block.second[0][0], 3 * width, 0.0f);
    std::fill_n(block.numbers, int(width), -1);
    std::sort(primitives.begin() + part.first, primitives.begin() + part.end,
              [](const Primitive &a, const Primitive &b) { return a.number < b.number; });
    for (int64_t place = part.first; place < part.end; place++) {
      const int lane = int(place - part.first);
      const int32_t triangle = primitives[size_t(place)].number;
      const float *a = corners.corner(triangle, 0), *b = corners.corner(triangle, 1), *c = corners.corner(triangle, 2);
      for (int axis = 0; axis < 3; axis++) {
        block.corner[axis][lane] = a[axis];
        block.first[axis][lane] = b[axis] - a[axis];
        block.second[axis][lane] = c[axis] - a[axis];
      }
      block.numbers[lane] = triangle;
    }
    return number;
  }

  void split(const Part &part, Part &left, Part &right) {
    int64_t middle = -1;
    if (part.depth < costDepth) middle = cheapest(part);
    if (middle <= part.first || middle >= part.end) middle = part.first + part.count() / 2;
    left = Part{part.first, middle, {}, part.depth + 1};
    right = Part{middle, part.end, {}, part.depth + 1};
    for (Part *half : {&left, &right})
      for (int64_t i = half->first; i < half->end; i++) half->box.add(primitives[size_t(i)].low, primitives[size_t(i)].high);
  }

  /// Sorts the part's triangles by the cheapest plane between bins of their boxes' middles; the border, or -1 when no plane parts
  /// them.
  int64_t cheapest(const Part &part) {
    Box middles;
    for (int64_t i = part.first; i < part.end; i++) {
      const F4 middle = primitives[size_t(i)].low + primitives[size_t(i)].high;
      middles.add(middle, middle);
    }
    const F4 extent = middles.high - middles.low;
    F4 scale;
    for (int axis = 0; axis < 4; axis++) scale[axis] = extent[axis] > 1e-9f ? float(binCount) * 0.9999f / extent[axis] : 0;
    struct Bin {
      Box box;
      int32_t count = 0;
    } bins[3][binCount];
    for (int64_t i = part.first; i < part.end; i++) {
      const Primitive &primitive = primitives[size_t(i)];
      const F4 place = (primitive.low + primitive.high - middles.low) * scale;
      for (int axis = 0; axis < 3; axis++) {
        Bin &bin = bins[axis][int(place[axis])];
        bin.box.add(primitive.low, primitive.high);
        bin.count++;
      }
    }
    float bestCost = infinity;
    int bestAxis = -1, bestBorder = 0;
    for (int axis = 0; axis < 3; axis++) {
      if (scale[axis] == 0) continue;
      float rightCosts[binCount];
      Box sweep;
      int64_t count = 0;
      for (int bin = binCount - 1; bin > 0; bin--) {
        sweep.add(bins[axis][bin].box.low, bins[axis][bin].box.high);
        count += bins[axis][bin].count;
        rightCosts[bin] = count > 0 ? sweep.area() * blocks(count) : infinity;
      }
      sweep = Box();
      count = 0;
      for (int border = 1; border < binCount; border++) {
        sweep.add(bins[axis][border - 1].box.low, bins[axis][border - 1].box.high);
        count += bins[axis][border - 1].count;
        if (count == 0) continue;
        const float cost = sweep.area() * blocks(count) + rightCosts[border];
        if (cost < bestCost) bestCost = cost, bestAxis = axis, bestBorder = border;
      }
    }
    if (bestAxis < 0) return -1;
    const float start = middles.low[bestAxis], step = scale[bestAxis];
    const auto border = std::partition(
        primitives.begin() + part.first, primitives.begin() + part.end, [&](const Primitive &primitive) {
          return int((primitive.low[bestAxis] + primitive.high[bestAxis] - start) * step) < bestBorder;
        });
    return border - primitives.begin();
  }

  /// Cost of so many triangles.
  static float blocks(int64_t count) { return float(count + 2); }
};

}  // namespace

void build(Tree &tree, const Corners &corners) { Builder(tree, corners).run(); }

}  // namespace rays
}  // namespace ckernels
