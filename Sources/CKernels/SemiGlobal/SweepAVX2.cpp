#if defined(__x86_64__)
#include <immintrin.h>
#include "Job.hpp"
#include "NeighbourMask.hpp"

#define LANES 32
#define NAMESPACE avx2
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt"))), apply_to = function)

namespace csgm {
namespace NAMESPACE {

typedef uint8_t Bytes __attribute__((vector_size(LANES)));

/// Bits that are set in each byte: a table for each half.
static inline __attribute__((always_inline)) Bytes ones(Bytes v) {
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3,
                                         2, 3, 3, 4);
  const __m256i half = _mm256_set1_epi8(15);
  const __m256i low = _mm256_shuffle_epi8(table, _mm256_and_si256((__m256i)v, half));
  const __m256i high = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16((__m256i)v, 4), half));
  return (Bytes)_mm256_add_epi8(low, high);
}

/// Index of the first value that is `wanted`; there is one.
static inline __attribute__((always_inline)) int firstEqual(const uint8_t *values, int count, uint8_t wanted) {
  const __m256i w = _mm256_set1_epi8(char(wanted));
  int index = 0;
  // From the end, without a branch that would be hard to foresee.
  for (int i = count - 64; i >= 0; i -= 64) {
    const __m256i low = _mm256_cmpeq_epi8(_mm256_load_si256((const __m256i *)(values + i)), w);
    const __m256i high = _mm256_cmpeq_epi8(_mm256_load_si256((const __m256i *)(values + i + 32)), w);
    const uint64_t same = uint32_t(_mm256_movemask_epi8(low)) | uint64_t(uint32_t(_mm256_movemask_epi8(high))) << 32;
    index = same ? i + int(_tzcnt_u64(same)) : index;
  }
  return index;
}

/// Lane i of the result is lane i - 1 of `here`; lane 0 is the last of `before`.
static inline __attribute__((always_inline)) Bytes fromBefore(Bytes before, Bytes here) {
  return __builtin_shufflevector(before, here, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50,
                                 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62);
}

/// Lane i of the result is lane i + 1 of `here`; the last is lane 0 of `after`.
static inline __attribute__((always_inline)) Bytes fromAfter(Bytes here, Bytes after) {
  return __builtin_shufflevector(here, after, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
                                 23, 24, 25, 26, 27, 28, 29, 30, 31, 32);
}

}  // namespace NAMESPACE
}  // namespace csgm

#include "Sweep.inc.hpp"

#pragma clang attribute pop

namespace csgm {
const Sweeps avx2Sweeps = {avx2::advance, avx2::sumUpwards, avx2::matchDownwards,
                             avx2::census,  avx2::medianOf15, avx2::medianOf25};
}
#endif
