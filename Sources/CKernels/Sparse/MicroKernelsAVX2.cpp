#if defined(__x86_64__)
#include <immintrin.h>
#include "MicroKernels.hpp"

#define LANES 8
#define MAX_VECTORS 2
#define ROWS(vectors) ((vectors) == 2 ? 6 : 8)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

namespace ckernels::sparse {
namespace avx2 {

typedef float Real;
typedef __m256 Vector;
static inline __attribute__((always_inline)) Vector load(const Real *p) { return _mm256_loadu_ps(p); }
static inline __attribute__((always_inline)) void store(Real *p, Vector v) { _mm256_storeu_ps(p, v); }
static inline __attribute__((always_inline)) Vector zero() { return _mm256_setzero_ps(); }
static inline __attribute__((always_inline)) Vector spread(const Real *p) { return _mm256_broadcast_ss(p); }
static inline __attribute__((always_inline)) Vector multiplyAdd(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
static inline __attribute__((always_inline)) void fetch(const Real *p) { _mm_prefetch(p, _MM_HINT_T0); }

#include "MicroKernels.inc.hpp"

}  // namespace avx2

const MicroKernels<float> avx2Float = {LANES, MAX_VECTORS, avx2::convolve, avx2::correlate};

}  // namespace ckernels::sparse

#pragma clang attribute pop
#endif
