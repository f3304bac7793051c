#include <cmath>
#include "MicroKernels.hpp"

#define LANES 4
#define MAX_VECTORS 2
#define ROWS(vectors) 4

namespace ckernels::sparse {
namespace {

template <class Scalar> struct Four {
  Scalar lane[LANES];
  Four operator+(const Four &other) const {
    Four sum;
    for (int i = 0; i < LANES; i++) sum.lane[i] = lane[i] + other.lane[i];
    return sum;
  }
};

}  // namespace

namespace portable32 {

typedef float Real;
typedef Four<float> Vector;
static inline Vector load(const Real *p) { return {{p[0], p[1], p[2], p[3]}}; }
static inline void store(Real *p, Vector v) { for (int i = 0; i < LANES; i++) p[i] = v.lane[i]; }
static inline Vector zero() { return {}; }
static inline Vector spread(const Real *p) { return {{*p, *p, *p, *p}}; }
/// One rounding, as with the instructions of other processors; slow where the processor has none for it.
static inline Vector multiplyAdd(Vector a, Vector b, Vector c) {
  for (int i = 0; i < LANES; i++) c.lane[i] = std::fma(a.lane[i], b.lane[i], c.lane[i]);
  return c;
}
static inline void fetch(const Real *) {}

#include "MicroKernels.inc.hpp"

}  // namespace portable32

namespace portable64 {

typedef double Real;
typedef Four<double> Vector;
static inline Vector load(const Real *p) { return {{p[0], p[1], p[2], p[3]}}; }
static inline void store(Real *p, Vector v) { for (int i = 0; i < LANES; i++) p[i] = v.lane[i]; }
static inline Vector zero() { return {}; }
static inline Vector spread(const Real *p) { return {{*p, *p, *p, *p}}; }
static inline Vector multiplyAdd(Vector a, Vector b, Vector c) {
  for (int i = 0; i < LANES; i++) c.lane[i] += a.lane[i] * b.lane[i];
  return c;
}
static inline void fetch(const Real *) {}

#include "MicroKernels.inc.hpp"

}  // namespace portable64

const MicroKernels<float> portableFloat = {LANES, MAX_VECTORS, portable32::convolve, portable32::correlate};
const MicroKernels<double> portableDouble = {LANES, MAX_VECTORS, portable64::convolve, portable64::correlate};

}  // namespace ckernels::sparse
