#if defined(__x86_64__)
#include <immintrin.h>
#include "Job.hpp"
#include "NeighbourMask.hpp"

#define LANES 64
#define NAMESPACE avx512
#pragma clang attribute push(__attribute__((target( \
    "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,avx512bitalg,avx512vpopcntdq,avx2,bmi,bmi2,popcnt,lzcnt"))), \
                             apply_to = function)

namespace csgm {
namespace NAMESPACE {

typedef uint8_t Bytes __attribute__((vector_size(LANES)));

/// Bits that are set in each byte.
static inline __attribute__((always_inline)) Bytes ones(Bytes v) { return (Bytes)_mm512_popcnt_epi8((__m512i)v); }

/// Index of the first value that is `wanted`; there is one.
static inline __attribute__((always_inline)) int firstEqual(const uint8_t *values, int count, uint8_t wanted) {
  const __m512i w = _mm512_set1_epi8(char(wanted));
  int index = 0;
  // From the end, without a branch that would be hard to foresee.
  for (int i = count - 64; i >= 0; i -= 64) {
    const uint64_t same = _mm512_cmpeq_epi8_mask(_mm512_load_si512(values + i), w);
    index = same ? i + int(_tzcnt_u64(same)) : index;
  }
  return index;
}

alignas(64) constexpr uint8_t lanesBefore[64] = {63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82,
                                 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101,
                                 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117,
                                 118, 119, 120, 121, 122, 123, 124, 125, 126};
alignas(64) constexpr uint8_t lanesAfter[64] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
                                 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42,
                                 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62,
                                 63, 64};

/// Lane i of the result is lane i - 1 of `here`; lane 0 is the last of `before`.
static inline __attribute__((always_inline)) Bytes fromBefore(Bytes before, Bytes here) {
  return (Bytes)_mm512_permutex2var_epi8((__m512i)before, _mm512_load_si512(lanesBefore), (__m512i)here);
}

/// Lane i of the result is lane i + 1 of `here`; the last is lane 0 of `after`.
static inline __attribute__((always_inline)) Bytes fromAfter(Bytes here, Bytes after) {
  return (Bytes)_mm512_permutex2var_epi8((__m512i)here, _mm512_load_si512(lanesAfter), (__m512i)after);
}

}  // namespace NAMESPACE
}  // namespace csgm

#include "Sweep.inc.hpp"

#pragma clang attribute pop

namespace csgm {
const Sweeps avx512Sweeps = {avx512::advance, avx512::sumUpwards, avx512::matchDownwards,
                               avx512::census,  avx512::medianOf15, avx512::medianOf25};
}
#endif
