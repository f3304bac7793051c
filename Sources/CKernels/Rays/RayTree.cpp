#include "RayTree.h"
#include <limits>
#include <algorithm>
#include <memory>
#include "../Parallel.hpp"
#include "Tree.hpp"

using namespace ckernels::rays;

struct ckernels_ray_tree {
  Tree tree;
  int32_t instructions = 0;
  const Casting *casting = &portableCasting;
};

namespace {

int32_t bestInstructions() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
      __builtin_cpu_supports("popcnt"))
    return 1;
#endif
  return 0;
}

void use(ckernels_ray_tree &tree, int32_t instructions) {
  tree.instructions = instructions;
  tree.casting = &portableCasting;
#if defined(__x86_64__)
  if (instructions == 1) tree.casting = &avx2Casting;
#endif
}

}  // namespace

extern "C" ckernels_ray_tree *ckernels_ray_tree_create(const void *corners, int64_t count, int64_t triangle_stride,
                                                       int64_t corner_stride) {
  if (count < 0 || count > std::numeric_limits<int32_t>::max() || (count > 0 && !corners)) return nullptr;
  try {
    std::unique_ptr<ckernels_ray_tree> made(new ckernels_ray_tree);
    use(*made, bestInstructions());
    build(made->tree, {static_cast<const char *>(corners), count, triangle_stride, corner_stride});
    return made.release();
  } catch (...) {
    return nullptr;
  }
}

extern "C" void ckernels_ray_tree_release(ckernels_ray_tree *tree) { delete tree; }

extern "C" int32_t ckernels_ray_tree_limit_instructions(ckernels_ray_tree *tree, int32_t level) {
  use(*tree, std::max(0, std::min(level, bestInstructions())));
  return tree->instructions;
}

extern "C" void ckernels_ray_nearest(const ckernels_ray_tree *tree, float x, float y, float z, float direction_x,
                                     float direction_y, float direction_z, float limit, ckernels_ray_hit *hit) {
  tree->casting->nearest(tree->tree, {{x, y, z}, {direction_x, direction_y, direction_z}}, limit, *hit);
}

extern "C" int32_t ckernels_ray_is_blocked(const ckernels_ray_tree *tree, float x, float y, float z, float direction_x,
                                           float direction_y, float direction_z, float limit) {
  return tree->casting->isBlocked(tree->tree, {{x, y, z}, {direction_x, direction_y, direction_z}}, limit);
}

extern "C" void ckernels_rays_nearest(const ckernels_ray_tree *tree, const float *rays, int64_t count, float limit,
                                      int32_t threads, ckernels_ray_hit *hits) {
  ckernels::forChunks(count, 256, threads, [&](int64_t first, int64_t end, int) {
    for (int64_t i = first; i < end; i++) {
      const float *r = rays + 6 * i;
      tree->casting->nearest(tree->tree, {{r[0], r[1], r[2]}, {r[3], r[4], r[5]}}, limit, hits[i]);
    }
  });
}
