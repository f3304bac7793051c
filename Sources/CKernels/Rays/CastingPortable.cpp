#include "Tree.hpp"

// Every function with a vector parameter is inlined: no call passes one.
#pragma clang diagnostic ignored "-Wpsabi"
#define NAMESPACE portable

namespace ckernels {
namespace rays {
namespace NAMESPACE {

typedef float F8 __attribute__((vector_size(32)));
typedef int32_t I8 __attribute__((vector_size(32)));

static inline __attribute__((always_inline)) uint32_t bitsOf(I8 truth) {
  const I8 marks = truth & I8{1, 2, 4, 8, 16, 32, 64, 128};
  return uint32_t(marks[0] | marks[1] | marks[2] | marks[3] | marks[4] | marks[5] | marks[6] | marks[7]);
}
static inline __attribute__((always_inline)) F8 larger(F8 a, F8 b) { return a > b ? a : b; }
static inline __attribute__((always_inline)) F8 smaller(F8 a, F8 b) { return a < b ? a : b; }

}  // namespace NAMESPACE
}  // namespace rays
}  // namespace ckernels

#include "Casting.inc.hpp"

namespace ckernels {
namespace rays {
const Casting portableCasting = {portable::nearest, portable::isBlocked};
}
}  // namespace ckernels
