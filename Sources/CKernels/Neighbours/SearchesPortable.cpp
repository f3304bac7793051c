#include <algorithm>
#include <cstring>
#include "Searches.hpp"

// Every function with a vector parameter is inlined: no call passes one.
#pragma clang diagnostic ignored "-Wpsabi"
#define NAMESPACE portable

namespace ckernels {
namespace neighbours {
namespace NAMESPACE {

typedef float F16 __attribute__((vector_size(64)));
typedef int32_t I16 __attribute__((vector_size(64)));

static inline __attribute__((always_inline)) uint32_t bitsOf(I16 truth) {
  uint32_t bits = 0;
  for (int i = 0; i < lanes; i++) bits |= uint32_t(truth[i] & 1) << i;
  return bits;
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

namespace ckernels {
namespace neighbours {
const Searches portableSearches = {portable::nearest<NearestRows>, portable::first,   portable::count, portable::list,
                                   portable::normals,              portable::nearest<DistanceRows>, portable::farthest};
}
}  // namespace ckernels
