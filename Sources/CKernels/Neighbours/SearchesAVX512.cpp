#if defined(__x86_64__)
#include <immintrin.h>
#include <algorithm>
#include <cstring>
#include "Searches.hpp"

#define NAMESPACE avx512
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,bmi,bmi2,popcnt,lzcnt"))), \
                             apply_to = function)

namespace ckernels {
namespace neighbours {
namespace NAMESPACE {

typedef float F16 __attribute__((vector_size(64)));
typedef int32_t I16 __attribute__((vector_size(64)));

static inline __attribute__((always_inline)) uint32_t le(F16 a, F16 b) {
  return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LE_OQ);
}
static inline __attribute__((always_inline)) uint32_t lt(F16 a, F16 b) {
  return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LT_OQ);
}
static inline __attribute__((always_inline)) uint32_t ltNumbers(I16 a, I16 b) {
  return _mm512_cmplt_epi32_mask((__m512i)a, (__m512i)b);
}
static inline __attribute__((always_inline)) F16 larger(F16 a, F16 b) {
  return (F16)_mm512_max_ps((__m512)a, (__m512)b);
}

/// Sorts the hits into a list, in registers: each place takes the smaller of its own key and the larger of the new key and the
/// key before. Returns the last key.
template <int Width>
static inline __attribute__((always_inline)) uint64_t sortIn(uint64_t *list, const float *squares, const int32_t *numbers,
                                                              uint32_t hits) {
  if (Width == 1) {
    const __m512 all = _mm512_load_ps(squares);
    const float least = _mm512_mask_reduce_min_ps(__mmask16(hits), all);
    const __mmask16 ties = _mm512_mask_cmp_ps_mask(__mmask16(hits), all, _mm512_set1_ps(least), _CMP_EQ_OQ);
    const int32_t number = _mm512_mask_reduce_min_epi32(ties, _mm512_load_si512(numbers));
    uint32_t bits;
    std::memcpy(&bits, &least, sizeof bits);
    return list[0] = std::min(list[0], uint64_t(bits) << 32 | uint32_t(number));
  }
  constexpr int registers = Width > 1 ? Width / 8 : 1;
  __m512i keys[registers];
  for (int r = 0; r < registers; r++) keys[r] = _mm512_load_si512(list + 8 * r);
  for (; hits; hits &= hits - 1) {
    const int hit = __builtin_ctz(hits);
    uint32_t bits;
    std::memcpy(&bits, squares + hit, sizeof bits);
    const __m512i key = _mm512_set1_epi64(int64_t(uint64_t(bits) << 32 | uint32_t(numbers[hit])));
    for (int r = registers - 1; r >= 0; r--) {
      const __m512i before = _mm512_alignr_epi64(keys[r], r > 0 ? keys[r - 1] : _mm512_setzero_si512(), 7);
      keys[r] = _mm512_min_epu64(keys[r], _mm512_max_epu64(before, key));
    }
  }
  for (int r = 0; r < registers; r++) _mm512_store_si512(list + 8 * r, keys[r]);
  return list[Width - 1];
}

template <int Width>
static inline __attribute__((always_inline)) int32_t sortIn(int32_t *list, const int32_t *numbers, uint32_t hits) {
  constexpr int registers = Width / 16;
  __m512i keys[registers];
  for (int r = 0; r < registers; r++) keys[r] = _mm512_load_si512(list + 16 * r);
  for (; hits; hits &= hits - 1) {
    const __m512i key = _mm512_set1_epi32(numbers[__builtin_ctz(hits)]);
    for (int r = registers - 1; r >= 0; r--) {
      const __m512i before = _mm512_alignr_epi32(keys[r], r > 0 ? keys[r - 1] : _mm512_set1_epi32(-1), 15);
      keys[r] = _mm512_min_epi32(keys[r], _mm512_max_epi32(before, key));
    }
  }
  for (int r = 0; r < registers; r++) _mm512_store_si512(list + 16 * r, keys[r]);
  return list[Width - 1];
}

}  // namespace NAMESPACE
}  // namespace neighbours
}  // namespace ckernels

#include "Searches.inc.hpp"
#include "Regions.inc.hpp"
#include "Surfaces.inc.hpp"
#include "Farthest.inc.hpp"

#pragma clang attribute pop

namespace ckernels {
namespace neighbours {
const Searches avx512Searches = {avx512::nearest<NearestRows>, avx512::first,   avx512::count, avx512::list,
                                   avx512::normals,              avx512::nearest<DistanceRows>, avx512::farthest};
}
}  // namespace ckernels
#endif
