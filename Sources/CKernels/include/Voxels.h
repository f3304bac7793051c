#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Points sorted into the cells of a regular grid. Thread-safe: no function keeps state; a grouping is read by any number of threads.
///
/// Along each axis a point p has the cell floor((p - low) / size), in the precision of the points, and lies in the grid when that is at
/// least 0 and below the axis' number of cells: a point on a wall belongs to the upper cell, one at the upper end to none. Cells are
/// numbered in the order in which their first points come.
typedef struct ckernels_voxels ckernels_voxels;

/// What became of the points, and how many voxels there are.
typedef struct {
  /// Occupied cells, `voxel_limit` at most.
  int64_t voxels;
  /// Points with a coordinate that is not finite, points outside the grid, and points whose voxel came after the last allowed one.
  int64_t invalid, outside, beyond_voxels;
} ckernels_voxel_numbers;

/// points: count x width, of `bytes` 4 (float32) or 8 (float64), width at least 3, x y z first; borrowed for the call. low, size: of three
/// axes, the sizes above 0; cells: of three axes, above 0, with a product below 2^63. Returns NULL when memory is short.
ckernels_voxels *ckernels_voxels_create(const void *points, int32_t bytes, int64_t count, int64_t width, const double *low,
                                        const double *size, const int64_t *cells, int64_t voxel_limit, ckernels_voxel_numbers *numbers);
void ckernels_voxels_release(ckernels_voxels *voxels);

/// The first `per_voxel` points of each voxel in the order of the points, rows of zeros where there are fewer.
///
/// points: as given to create. batch: written before the coordinates. target: voxels x per_voxel x width, of the points' type; coordinates:
/// voxels x 4, batch x y z; counts: voxels, per_voxel at most. Returns how many points were left out because their voxel was full.
int64_t ckernels_voxels_fill(const ckernels_voxels *voxels, const void *points, int64_t per_voxel, int32_t batch, void *target,
                             int32_t *coordinates, int32_t *counts);

/// owners: for each point the number of its voxel plus `first`, or -1; coordinates, counts: as above, but counts of all points.
void ckernels_voxels_owners(const ckernels_voxels *voxels, int32_t batch, int32_t first, int32_t *owners, int32_t *coordinates,
                            int32_t *counts);

/// Means of rows with the same owner, summed in double precision in the order of the rows.
///
/// values: count x width, of `bytes` 4 or 8; owners: count, -1 = none, below `groups`; means: groups x width of the same type, 0 where there are no rows. Returns 0, or 1
/// when memory is short.
int32_t ckernels_scatter_mean(const void *values, int32_t bytes, const int32_t *owners, int64_t count, int64_t width, int64_t groups,
                              void *means);

#ifdef __cplusplus
}
#endif
