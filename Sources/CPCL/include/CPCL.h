#pragma once
// A C interface to the parts of PCL that Parallax uses.
//
// Every function may be called from several threads at once; a tree may be queried by several threads at once as long as
// nobody releases it. No C++ exception leaves: fallible functions return a status, and cpcl_last_error() says why for the
// calling thread until its next call. Coordinates are float32, metres, three to a point, borrowed for the call.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum cpcl_status {
  CPCL_OK = 0,
  CPCL_INVALID_ARGUMENT = 1,
  CPCL_FAILED = 2,
} cpcl_status;

/// Why the calling thread's last call failed; empty when it did not. Valid until the thread's next call.
const char *cpcl_last_error(void);

/// A kd-tree over a copy of some points.
typedef struct cpcl_kdtree cpcl_kdtree;

/// xyz: count x 3, all finite, count from 1 to 2^31 - 1. On failure *out is NULL. The caller releases *out.
cpcl_status cpcl_kdtree_create(const float *xyz, size_t count, cpcl_kdtree **out);

/// Frees a tree; NULL is allowed.
void cpcl_kdtree_release(cpcl_kdtree *tree);

/// The k nearest points of each query, nearest first. indices and squared_distances: query_count x k; places beyond the
/// number of points hold -1 and infinity. Queries must be finite.
cpcl_status cpcl_kdtree_nearest(
    const cpcl_kdtree *tree, const float *queries, size_t query_count, size_t k, int32_t *indices,
    float *squared_distances);

/// The numbers of the points within radius of one query, nearest first, at most capacity of them. *found: how many were written.
cpcl_status cpcl_kdtree_within(
    const cpcl_kdtree *tree, const float *query, float radius, size_t capacity, int32_t *indices,
    size_t *found);

/// Euclidean clusters: points belong together when a chain of steps of at most tolerance joins them. labels: count numbers,
/// clusters from 0, largest first, -1 for points of clusters smaller than min_size or larger than max_size. Points are finite.
cpcl_status cpcl_euclidean_clusters(
    const float *xyz, size_t count, float tolerance, size_t min_size, size_t max_size,
    int32_t *labels, size_t *cluster_count);

#ifdef __cplusplus
}
#endif
