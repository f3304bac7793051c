#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The occupied cubes of a regular grid through the origin: the cube of a point has the indices floor(p / size), divided in double
/// precision. Cubes are numbered in the order of their first points. Results do not depend on the number of threads.
typedef struct ckernels_grid_filter ckernels_grid_filter;

/// Sorts points into cubes.
///
/// points: count x 3, borrowed for the call; a point with a coordinate that is not finite belongs to no cube. Returns 0; 1 when memory
/// is short; 2 when the cloud spans 2^21 cubes or more along an axis, or a cube's index does not fit into 31 bits.
int32_t ckernels_grid_filter_create(const float *points, int64_t count, double size, int32_t threads, ckernels_grid_filter **out);
void ckernels_grid_filter_release(ckernels_grid_filter *filter);

/// The number of cubes.
int64_t ckernels_grid_filter_count(const ckernels_grid_filter *filter);

/// The mean of each cube's points, summed in their order in double precision; count x 3.
void ckernels_grid_filter_means(const ckernels_grid_filter *filter, int32_t threads, float *means);

/// The number of the first point in each cube, and how many there are. Either may be NULL.
void ckernels_grid_filter_points(const ckernels_grid_filter *filter, int32_t threads, int32_t *firsts, int32_t *sizes);

/// The cube of each point, -1 for points that are not finite.
void ckernels_grid_filter_owners(const ckernels_grid_filter *filter, int32_t threads, int32_t *owners);

#ifdef __cplusplus
}
#endif
