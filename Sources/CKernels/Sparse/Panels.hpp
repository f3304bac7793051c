#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include "MicroKernels.hpp"

namespace ckernels::sparse {

struct FreeMemory {
  void operator()(void *memory) const { std::free(memory); }
};

/// Memory aligned for vectors, uninitialised. Throws std::bad_alloc.
template <class Real> class Aligned {
 public:
  explicit Aligned(int64_t count) : memory(static_cast<Real *>(std::aligned_alloc(64, size_t(count * sizeof(Real) + 127) / 64 * 64))) {
    if (!memory) throw std::bad_alloc();
  }
  Real *data() const { return memory.get(); }

 private:
  std::unique_ptr<Real, FreeMemory> memory;
};

/// Channels that come out, split into panels of nearly equal numbers of vectors.
struct Panels {
  int64_t channels, lanes, vectors, count;

  template <class Real> Panels(int64_t channels, const MicroKernels<Real> &kernels) : channels(channels), lanes(kernels.lanes) {
    vectors = (channels + lanes - 1) / lanes;
    count = (vectors + kernels.maxVectors - 1) / kernels.maxVectors;
  }
  int64_t firstVector(int64_t panel) const { return vectors * panel / count; }
  int64_t vectorsOf(int64_t panel) const { return firstVector(panel + 1) - firstVector(panel); }
  int64_t firstChannel(int64_t panel) const { return firstVector(panel) * lanes; }
  int64_t channelsOf(int64_t panel) const { return std::min(channels, firstVector(panel + 1) * lanes) - firstChannel(panel); }
  /// Channels with the padding of the last vector.
  int64_t width() const { return vectors * lanes; }
};

}  // namespace ckernels::sparse
