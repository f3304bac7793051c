#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Points near a plane a x + b y + c z + d = 0 whose normal has length 1, in single precision; points that are not finite are near none.
/// The same bits on every processor.

/// How many of `count` points, a multiple of 16 given as columns, are within `limit` of the plane.
int64_t ckernels_plane_count(const float *x, const float *y, const float *z, int64_t count, const float plane[4], float limit);

/// The numbers of the points (count x 3) within `limit`, ascending. indices: count. Returns how many there are.
int64_t ckernels_plane_inliers(const float *points, int64_t count, const float plane[4], float limit, int32_t *indices);

/// Sums over the points (count x 3) within `limit`, about `origin`, in double precision: number, x, y, z, xx, xy, xz, yy, yz, zz.
void ckernels_plane_sums(const float *points, int64_t count, const float plane[4], float limit, const float origin[3],
                         double sums[10]);

#ifdef __cplusplus
}
#endif
