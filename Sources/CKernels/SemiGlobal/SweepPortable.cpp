#include "Job.hpp"
#include "NeighbourMask.hpp"

#define LANES 16
#define NAMESPACE portable

namespace csgm {
namespace NAMESPACE {

typedef uint8_t Ones __attribute__((vector_size(LANES)));

/// Bits that are set in each byte.
static inline Ones ones(Ones v) {
  v -= (v >> 1) & 0x55;
  v = (v & 0x33) + ((v >> 2) & 0x33);
  return (v + (v >> 4)) & 0x0f;
}

static inline int firstEqual(const uint16_t *values, int, uint16_t wanted) {
  int i = 0;
  while (values[i] != wanted) i++;
  return i;
}

}  // namespace NAMESPACE
}  // namespace csgm

#include "Sweep.inc.hpp"

namespace csgm {
const Sweeps portableSweeps = {portable::advance, portable::sumUpwards, portable::matchDownwards,
                                 portable::census,  portable::medianOf15, portable::medianOf9};
}  // namespace csgm
