#if defined(__x86_64__)
#include <immintrin.h>
#include "Job.hpp"
#include "NeighbourMask.hpp"

#define LANES 32
#define NAMESPACE avx2
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt"))), apply_to = function)

namespace csgm {
namespace NAMESPACE {

typedef uint8_t Ones __attribute__((vector_size(LANES)));

/// Bits that are set in each byte: a table for each half.
static inline __attribute__((always_inline)) Ones ones(Ones v) {
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3,
                                         2, 3, 3, 4);
  const __m256i half = _mm256_set1_epi8(15);
  const __m256i low = _mm256_shuffle_epi8(table, _mm256_and_si256((__m256i)v, half));
  const __m256i high = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16((__m256i)v, 4), half));
  return (Ones)_mm256_add_epi8(low, high);
}

/// Index of the first value that is `wanted`; there is one.
static inline __attribute__((always_inline)) int firstEqual(const uint16_t *values, int, uint16_t wanted) {
  const __m256i w = _mm256_set1_epi16(short(wanted));
  for (int i = 0;; i += 16) {
    const __m256i same = _mm256_cmpeq_epi16(_mm256_loadu_si256((const __m256i *)(values + i)), w);
    const unsigned bits = unsigned(_mm256_movemask_epi8(same));
    if (bits) return i + int(_tzcnt_u32(bits)) / 2;
  }
}

}  // namespace NAMESPACE
}  // namespace csgm

#include "Sweep.inc.hpp"

#pragma clang attribute pop

namespace csgm {
const Sweeps avx2Sweeps = {avx2::advance, avx2::sumUpwards, avx2::matchDownwards,
                             avx2::census,  avx2::medianOf15, avx2::medianOf9};
}
#endif
