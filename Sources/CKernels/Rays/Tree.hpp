#pragma once
#include <cstdint>
#include <vector>
#include "RayTree.h"

namespace ckernels {
namespace rays {

/// Children of a node, triangles of a block.
constexpr int width = 8;

/// The boxes of eight children, side by side. Empty places have a low edge above the high one.
struct alignas(32) Node {
  /// Low x, y, z, then high x, y, z.
  float bounds[6][width];
  /// 0 or more: a node; below 0: the complement of a block.
  int32_t children[width];
};

/// Up to eight triangles, side by side, in the order of their numbers. Empty places have edges of length 0 and are never met.
struct alignas(32) Block {
  /// First corner, then the edges from it to the second and to the third.
  float corner[3][width];
  float first[3][width];
  float second[3][width];
  int32_t numbers[width];
};

struct Tree {
  std::vector<Node> nodes;
  std::vector<Block> blocks;
};

/// More than the deepest tree of the builder needs: seven waiting children a level, 40 levels by cost and 31 by halves.
constexpr int stackSize = 512;

/// Where the corners lie.
struct Corners {
  const char *base;
  int64_t count, triangleStride, cornerStride;
  const float *corner(int64_t triangle, int number) const {
    return reinterpret_cast<const float *>(base + triangle * triangleStride + number * cornerStride);
  }
};

void build(Tree &tree, const Corners &corners);

struct Ray {
  float origin[3], direction[3];
};

/// The loops in one set of instructions.
struct Casting {
  void (*nearest)(const Tree &tree, const Ray &ray, float limit, ckernels_ray_hit &hit);
  bool (*isBlocked)(const Tree &tree, const Ray &ray, float limit);
};

extern const Casting portableCasting;
#if defined(__x86_64__)
extern const Casting avx2Casting;
#endif

}  // namespace rays
}  // namespace ckernels
