#pragma once
// A C interface to the parts of PCL that Parallax uses.
//
// Every function may be called from several threads at once. No C++ exception leaves: fallible functions return a status, and
// cpcl_last_error() says why for the calling thread until its next call. Coordinates are float32, metres, three to a point,
// borrowed for the call.

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

/// Euclidean clusters: points belong together when a chain of steps of at most tolerance joins them. labels: count numbers,
/// clusters from 0, largest first, -1 for points of clusters smaller than min_size or larger than max_size. Points are finite.
cpcl_status cpcl_euclidean_clusters(
    const float *xyz, size_t count, float tolerance, size_t min_size, size_t max_size,
    int32_t *labels, size_t *cluster_count);

#ifdef __cplusplus
}
#endif
