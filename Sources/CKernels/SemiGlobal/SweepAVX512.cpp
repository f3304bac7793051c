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

typedef uint8_t Ones __attribute__((vector_size(LANES)));

/// Bits that are set in each byte.
static inline __attribute__((always_inline)) Ones ones(Ones v) { return (Ones)_mm512_popcnt_epi8((__m512i)v); }

/// Index of the first value that is `wanted`; there is one.
static inline __attribute__((always_inline)) int firstEqual(const uint16_t *values, int, uint16_t wanted) {
  const __m512i w = _mm512_set1_epi16(short(wanted));
  for (int i = 0;; i += 32) {
    const __mmask32 same = _mm512_cmpeq_epi16_mask(_mm512_loadu_si512(values + i), w);
    if (same) return i + int(_tzcnt_u32(same));
  }
}

}  // namespace NAMESPACE
}  // namespace csgm

#include "Sweep.inc.hpp"

#pragma clang attribute pop

namespace csgm {
const Sweeps avx512Sweeps = {avx512::advance, avx512::sumUpwards, avx512::matchDownwards,
                               avx512::census,  avx512::medianOf15, avx512::medianOf9};
}
#endif
