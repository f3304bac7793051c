#if defined(__x86_64__)
#include <immintrin.h>
#include <algorithm>
#include <cstring>
#include "Searches.hpp"

// Every function with a vector parameter is inlined: no call passes one.
#pragma clang diagnostic ignored "-Wpsabi"
#define NAMESPACE avx2
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt"))), apply_to = function)

namespace ckernels {
namespace neighbours {
namespace NAMESPACE {

typedef float F16 __attribute__((vector_size(64)));
typedef int32_t I16 __attribute__((vector_size(64)));
typedef float F8 __attribute__((vector_size(32)));
typedef int32_t I8 __attribute__((vector_size(32)));

static inline __attribute__((always_inline)) uint32_t bitsOf(I16 truth) {
  const I8 low = __builtin_shufflevector(truth, truth, 0, 1, 2, 3, 4, 5, 6, 7);
  const I8 high = __builtin_shufflevector(truth, truth, 8, 9, 10, 11, 12, 13, 14, 15);
  return uint32_t(_mm256_movemask_ps((__m256)low)) | uint32_t(_mm256_movemask_ps((__m256)high)) << 8;
}

static inline __attribute__((always_inline)) uint32_t le(F16 a, F16 b) { return bitsOf(a <= b); }
static inline __attribute__((always_inline)) uint32_t lt(F16 a, F16 b) { return bitsOf(a < b); }
static inline __attribute__((always_inline)) uint32_t ltNumbers(I16 a, I16 b) { return bitsOf(a < b); }
static inline __attribute__((always_inline)) F16 larger(F16 a, F16 b) { return a > b ? a : b; }

}  // namespace NAMESPACE
}  // namespace neighbours
}  // namespace ckernels

#include "SortIn.inc.hpp"
#include "Searches.inc.hpp"
#include "Regions.inc.hpp"
#include "Surfaces.inc.hpp"
#include "Farthest.inc.hpp"

#pragma clang attribute pop

namespace ckernels {
namespace neighbours {
const Searches avx2Searches = {avx2::nearest<NearestRows>, avx2::first,   avx2::count, avx2::list,
                                   avx2::normals,              avx2::nearest<DistanceRows>, avx2::farthest};
}
}  // namespace ckernels
#endif
