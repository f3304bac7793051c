#pragma once
#include <cstdint>
#include <cstring>

#include "Targets.hpp"

#pragma clang diagnostic ignored "-Wpsabi"

namespace ckernels {

/// Sixteen values at once, on any processor: what is summed in a lane is the same everywhere.
typedef float Floats __attribute__((vector_size(64)));
typedef int32_t Masks __attribute__((vector_size(64)));
typedef float HalfFloats __attribute__((vector_size(32)));
typedef double Doubles __attribute__((vector_size(64)));

/// Columns of sixteen points x y z x y z …
CKERNELS_BODY void loadColumns(const float *points, Floats &x, Floats &y, Floats &z) {
  Floats a, b, c;
  memcpy(&a, points, 64), memcpy(&b, points + 16, 64), memcpy(&c, points + 32, 64);
  const Floats ab = __builtin_shufflevector(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, -1, -1, -1, -1, -1);
  x = __builtin_shufflevector(ab, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29);
  const Floats bc = __builtin_shufflevector(a, b, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, -1, -1, -1, -1, -1);
  y = __builtin_shufflevector(bc, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30);
  const Floats cd = __builtin_shufflevector(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, -1, -1, -1, -1, -1, -1);
  z = __builtin_shufflevector(cd, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31);
}

CKERNELS_BODY Floats keep(const Masks &mask, const Floats &values) { return (Floats)(mask & (Masks)values); }

}  // namespace ckernels
