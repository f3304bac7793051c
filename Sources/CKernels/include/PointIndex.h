#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Exact neighbour searches among points in space.
///
/// An index is built once, then read by any number of threads. Results depend on nothing but the points and the query: squared
/// distances are dx * dx + dy * dy + dz * dz in single precision, in that order and without fused multiplication; among equal
/// distances the lower number comes first.
typedef struct ckernels_point_index ckernels_point_index;

/// Indexes points.
///
/// points: count x 3, finite, borrowed for the call. Returns NULL when memory is short. Released by ckernels_point_index_release.
ckernels_point_index *ckernels_point_index_create(const float *points, int64_t count, int32_t threads);
void ckernels_point_index_release(ckernels_point_index *index);

/// The k nearest points of each query, nearest first, no farther than `radius` (infinity: any).
///
/// queries: query_count x 3, finite; NULL: the points themselves (query_count is then their number). indices and squared_distances:
/// query_count x k; -1 and infinity where fewer are found; squared_distances may be NULL. Returns 0, or 1 when memory is short.
int32_t ckernels_nearest(const ckernels_point_index *index, const float *queries, int64_t query_count, int32_t k, float radius,
                         int32_t threads, int32_t *indices, float *squared_distances);

/// The first k points, in the order of their numbers, that are nearer than `radius` to each query.
///
/// indices: query_count x k, the first hit repeated where there are fewer, -1 where there is none; counts: query_count, at most k.
int32_t ckernels_within(const ckernels_point_index *index, const float *queries, int64_t query_count, int32_t k, float radius,
                        int32_t threads, int32_t *indices, int32_t *counts);

/// How many points are no farther than `radius` from each query, at most `limit`: counting stops there. counts: query_count.
int32_t ckernels_count_within(const ckernels_point_index *index, const float *queries, int64_t query_count, float radius,
                              int32_t limit, int32_t threads, int32_t *counts);

/// The numbers of all points no farther than `radius` from each query, in their order.
///
/// starts: where each query's numbers begin in indices; the places between are exactly those that ckernels_count_within counts.
int32_t ckernels_list_within(const ckernels_point_index *index, const float *queries, int64_t query_count, float radius,
                             int32_t threads, const int64_t *starts, int32_t *indices);

/// The normal of the surface around each indexed point, and its curvature: the direction in which the k nearest points (itself
/// included) no farther than `radius`, or for k = 0 all of these, spread least, and that variance's part of the whole.
///
/// Sums are taken in double precision relative to each point. viewpoint: three coordinates towards which normals point, or NULL:
/// then their largest component is positive. normals: count x 3, curvatures: count or NULL; NaN where there are fewer than three
/// neighbours or these lie on a line (the second variance at most 1e-10 of the largest). Returns 0, or 1 when memory is short.
int32_t ckernels_normals(const ckernels_point_index *index, int32_t k, float radius, const double *viewpoint, int32_t threads,
                         float *normals, float *curvatures);

/// The mean distance of each indexed point to the k nearest others, fewer where there are fewer; 0 for a single point.
/// means: count. Returns 0, or 1 when memory is short.
int32_t ckernels_mean_distances(const ckernels_point_index *index, int32_t k, int32_t threads, double *means);

/// Farthest point sampling: from `start` on, each sample is the point with the largest distance to the samples before it, the
/// lowest number of several; 0 when none may be taken. skips_origin: whether points with a squared norm of at most 1e-3 are
/// never taken, the start excepted. out: samples. Runs on the calling thread. Returns 0, or 1 when memory is short.
int32_t ckernels_farthest_points(const ckernels_point_index *index, int32_t samples, int32_t start, int32_t skips_origin,
                                 int32_t *out);

/// The first value that is not finite; -1 when all are.
int64_t ckernels_first_not_finite(const float *values, int64_t count);

/// Lets searches use no more than these instructions: 0 portable, 1 AVX2, 2 AVX-512. Returns those used from now on, which depend
/// on the processor too. For tests: results never depend on them.
int32_t ckernels_point_index_limit_instructions(ckernels_point_index *index, int32_t level);

#ifdef __cplusplus
}
#endif
