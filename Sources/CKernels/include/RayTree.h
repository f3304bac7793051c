#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Triangles that rays are cast at.
///
/// A tree of boxes with eight children each is built once, then read by any number of threads. Hits depend on the triangles and
/// the ray alone, not on the tree, the instruction set or the number of threads: each triangle's distance is computed by the
/// same single-precision operations without fused multiplication, and among equal distances the lower number is taken.
typedef struct ckernels_ray_tree ckernels_ray_tree;

/// Where a ray meets a triangle; both sides of every triangle count.
typedef struct {
  /// Multiple of the direction.
  float distance;
  /// Number of the triangle; -1 when none is met.
  int32_t triangle;
  /// Weights of the second and the third corner.
  float u, v;
} ckernels_ray_hit;

/// Builds the tree.
///
/// corners: x of the first corner of the first triangle; y and z follow it. Corners lie `corner_stride` bytes apart, triangles
/// `triangle_stride` bytes. Borrowed for the call. Triangles that are not finite are never met. NULL when memory is short.
ckernels_ray_tree *ckernels_ray_tree_create(const void *corners, int64_t count, int64_t triangle_stride, int64_t corner_stride);
void ckernels_ray_tree_release(ckernels_ray_tree *tree);

/// For tests: uses instructions up to a level (0 portable, 1 AVX2); gives the level that is used.
int32_t ckernels_ray_tree_limit_instructions(ckernels_ray_tree *tree, int32_t level);

/// The nearest hit farther than 1e-5 and nearer than `limit`, in multiples of the direction; -1 as triangle when there is none.
void ckernels_ray_nearest(const ckernels_ray_tree *tree, float x, float y, float z, float direction_x, float direction_y,
                          float direction_z, float limit, ckernels_ray_hit *hit);

/// Whether anything is met farther than 1e-5 and nearer than `limit`.
int32_t ckernels_ray_is_blocked(const ckernels_ray_tree *tree, float x, float y, float z, float direction_x, float direction_y,
                                float direction_z, float limit);

/// The nearest hits of many rays. rays: count x 6, origin and direction; hits: count.
void ckernels_rays_nearest(const ckernels_ray_tree *tree, const float *rays, int64_t count, float limit, int32_t threads,
                           ckernels_ray_hit *hits);

#ifdef __cplusplus
}
#endif
