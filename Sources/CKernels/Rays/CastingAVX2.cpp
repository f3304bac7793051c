#if defined(__x86_64__)
#include <immintrin.h>
#include "Tree.hpp"

// Every function with a vector parameter is inlined: no call passes one.
#pragma clang diagnostic ignored "-Wpsabi"
#define NAMESPACE avx2
// Without fma: results are those of the portable loops.
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt"))), apply_to = function)

namespace ckernels {
namespace rays {
namespace NAMESPACE {

typedef float F8 __attribute__((vector_size(32)));
typedef int32_t I8 __attribute__((vector_size(32)));

static inline __attribute__((always_inline)) uint32_t bitsOf(I8 truth) { return uint32_t(_mm256_movemask_ps((__m256)truth)); }
static inline __attribute__((always_inline)) F8 larger(F8 a, F8 b) { return (F8)_mm256_max_ps((__m256)a, (__m256)b); }
static inline __attribute__((always_inline)) F8 smaller(F8 a, F8 b) { return (F8)_mm256_min_ps((__m256)a, (__m256)b); }

}  // namespace NAMESPACE
}  // namespace rays
}  // namespace ckernels

#include "Casting.inc.hpp"

#pragma clang attribute pop

namespace ckernels {
namespace rays {
const Casting avx2Casting = {avx2::nearest, avx2::isBlocked};
}
}  // namespace ckernels
#endif
