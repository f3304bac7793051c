#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Clusters by density (DBSCAN).
///
/// A point is a core point when at least `min_points` points, itself among them, lie within `radius` (inclusive; squared distances are
/// dx * dx + dy * dy + dz * dz in single precision). Core points that chains of steps of at most `radius` join form a cluster. A point
/// that is no core point belongs to the first cluster that has a core point within `radius` of it. Clusters are numbered in the order of
/// their first core points. With `min_points` 1 these are the connected parts of the graph of short steps. Results do not depend on the
/// number of threads.
///
/// points: count x 3; labels: count, -1 for noise and for points that are not finite; *clusters: their number. Returns 0; 1 when memory
/// is short; 2 when the cloud spans more than 2^20 times the radius along an axis.
int32_t ckernels_density_clusters(const float *points, int64_t count, float radius, int64_t min_points, int32_t threads,
                                  int32_t *labels, int64_t *clusters);

#ifdef __cplusplus
}
#endif
