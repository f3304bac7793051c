#include "PlaneSums.h"

#include "Lanes.hpp"

#pragma STDC FP_CONTRACT OFF

namespace {

using ckernels::Doubles;
using ckernels::Floats;
using ckernels::HalfFloats;
using ckernels::Masks;

CKERNELS_BODY Masks isNear(const Floats &x, const Floats &y, const Floats &z, const float *plane, float limit) {
  const Floats height = x * plane[0] + y * plane[1] + z * plane[2] + plane[3];
  return (height <= limit) & (height >= -limit);
}

CKERNELS_BODY int64_t countNear(const float *x, const float *y, const float *z, int64_t count, const float *plane, float limit) {
  Masks found = {};
  for (int64_t i = 0; i < count; i += 16) {
    Floats px, py, pz;
    memcpy(&px, x + i, 64), memcpy(&py, y + i, 64), memcpy(&pz, z + i, 64);
    found -= isNear(px, py, pz, plane, limit);
  }
  int64_t sum = 0;
  for (int lane = 0; lane < 16; lane++) sum += found[lane];
  return sum;
}
CKERNELS_VERSIONS(int64_t, countNear,
                  (const float *x, const float *y, const float *z, int64_t count, const float *plane, float limit),
                  (x, y, z, count, plane, limit))

CKERNELS_BODY int64_t findNear(const float *points, int64_t count, const float *plane, float limit, int32_t *indices) {
  int64_t found = 0, i = 0;
  for (; i + 16 <= count; i += 16) {
    Floats x, y, z;
    ckernels::loadColumns(points + 3 * i, x, y, z);
    const Masks near = isNear(x, y, z, plane, limit);
    for (int lane = 0; lane < 16; lane++) {
      indices[found] = int32_t(i) + lane;
      found -= near[lane];
    }
  }
  for (; i < count; i++) {
    const float *p = points + 3 * i, height = p[0] * plane[0] + p[1] * plane[1] + p[2] * plane[2] + plane[3];
    if (height <= limit && height >= -limit) indices[found++] = int32_t(i);
  }
  return found;
}
CKERNELS_VERSIONS(int64_t, findNear, (const float *points, int64_t count, const float *plane, float limit, int32_t *indices),
                  (points, count, plane, limit, indices))

CKERNELS_BODY void addHalf(const HalfFloats &fx, const HalfFloats &fy, const HalfFloats &fz, Doubles *sums) {
  const Doubles x = __builtin_convertvector(fx, Doubles), y = __builtin_convertvector(fy, Doubles);
  const Doubles z = __builtin_convertvector(fz, Doubles);
  sums[0] += x, sums[1] += y, sums[2] += z;
  sums[3] += x * x, sums[4] += x * y, sums[5] += x * z, sums[6] += y * y, sums[7] += y * z, sums[8] += z * z;
}

CKERNELS_BODY void sumNear(const float *points, int64_t count, const float *plane, float limit, const float *origin, double *result) {
  Doubles sums[9] = {};
  Masks found = {};
  float rest[48];
  for (int64_t i = 0; i < count; i += 16) {
    const float *block = points + 3 * i;
    if (count - i < 16) {
      for (int64_t n = 0; n < 48; n++) rest[n] = n < 3 * (count - i) ? block[n] : __builtin_nanf("");
      block = rest;
    }
    Floats x, y, z;
    ckernels::loadColumns(block, x, y, z);
    const Masks near = isNear(x, y, z, plane, limit);
    found -= near;
    x = ckernels::keep(near, x - origin[0]), y = ckernels::keep(near, y - origin[1]), z = ckernels::keep(near, z - origin[2]);
    addHalf(__builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7), __builtin_shufflevector(y, y, 0, 1, 2, 3, 4, 5, 6, 7),
            __builtin_shufflevector(z, z, 0, 1, 2, 3, 4, 5, 6, 7), sums);
    addHalf(__builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15),
            __builtin_shufflevector(y, y, 8, 9, 10, 11, 12, 13, 14, 15),
            __builtin_shufflevector(z, z, 8, 9, 10, 11, 12, 13, 14, 15), sums);
  }
  for (int n = 0; n < 10; n++) result[n] = 0;
  for (int lane = 0; lane < 16; lane++) result[0] += found[lane];
  for (int n = 0; n < 9; n++)
    for (int lane = 0; lane < 8; lane++) result[n + 1] += sums[n][lane];
}
CKERNELS_VERSIONS(void, sumNear,
                  (const float *points, int64_t count, const float *plane, float limit, const float *origin, double *result),
                  (points, count, plane, limit, origin, result))

}  // namespace

int64_t ckernels_plane_count(const float *x, const float *y, const float *z, int64_t count, const float plane[4], float limit) {
  return CKERNELS_CHOOSE(countNear)(x, y, z, count, plane, limit);
}

int64_t ckernels_plane_inliers(const float *points, int64_t count, const float plane[4], float limit, int32_t *indices) {
  return CKERNELS_CHOOSE(findNear)(points, count, plane, limit, indices);
}

void ckernels_plane_sums(const float *points, int64_t count, const float plane[4], float limit, const float origin[3],
                         double sums[10]) {
  CKERNELS_CHOOSE(sumNear)(points, count, plane, limit, origin, sums);
}
