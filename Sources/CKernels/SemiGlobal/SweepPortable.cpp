#include "Job.hpp"
#include "NeighbourMask.hpp"

#define LANES 16
#define NAMESPACE portable

namespace csgm {
namespace NAMESPACE {

typedef uint8_t Bytes __attribute__((vector_size(LANES)));

/// Bits that are set in each byte.
static inline Bytes ones(Bytes v) {
  v -= (v >> 1) & 0x55;
  v = (v & 0x33) + ((v >> 2) & 0x33);
  return (v + (v >> 4)) & 0x0f;
}

static inline int firstEqual(const uint8_t *values, int, uint8_t wanted) {
  int i = 0;
  while (values[i] != wanted) i++;
  return i;
}

/// Lane i of the result is lane i - 1 of `here`; lane 0 is the last of `before`.
static inline __attribute__((always_inline)) Bytes fromBefore(Bytes before, Bytes here) {
  return __builtin_shufflevector(before, here, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
}

/// Lane i of the result is lane i + 1 of `here`; the last is lane 0 of `after`.
static inline __attribute__((always_inline)) Bytes fromAfter(Bytes here, Bytes after) {
  return __builtin_shufflevector(here, after, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
}

}  // namespace NAMESPACE
}  // namespace csgm

#include "Sweep.inc.hpp"

namespace csgm {
const Sweeps portableSweeps = {portable::advance, portable::sumUpwards, portable::matchDownwards,
                                 portable::census,  portable::medianOf15, portable::medianOf25};
}  // namespace csgm
