#if defined(__x86_64__)
#include <immintrin.h>
#include "MicroKernels.hpp"

#define LANES 16
#define MAX_VECTORS 4
#define ROWS(vectors) ((vectors) == 4 ? 6 : 8)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))), apply_to = function)

namespace ckernels::sparse {
namespace avx512 {

typedef float Real;
typedef __m512 Vector;
static inline __attribute__((always_inline)) Vector load(const Real *p) { return _mm512_loadu_ps(p); }
static inline __attribute__((always_inline)) void store(Real *p, Vector v) { _mm512_storeu_ps(p, v); }
static inline __attribute__((always_inline)) Vector zero() { return _mm512_setzero_ps(); }
static inline __attribute__((always_inline)) Vector spread(const Real *p) { return _mm512_set1_ps(*p); }
static inline __attribute__((always_inline)) Vector multiplyAdd(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
static inline __attribute__((always_inline)) void fetch(const Real *p) { _mm_prefetch(p, _MM_HINT_T0); }

#include "MicroKernels.inc.hpp"

}  // namespace avx512

const MicroKernels<float> avx512Float = {LANES, MAX_VECTORS, avx512::convolve, avx512::correlate};

}  // namespace ckernels::sparse

#pragma clang attribute pop
#endif
