#pragma once
#include <cstdint>

namespace ckernels::sparse {

/// Inner loops for one kind of instructions.
template <class Real> struct MicroKernels {
  int64_t lanes;
  /// Most vectors of a panel of channels.
  int64_t maxVectors;
  /// tile[outputs[i]] += panel^T features[inputs[i]] for every pair. The tile is `vectors` vectors wide, and so is the panel, which
  /// has one row for each channel that goes in.
  void (*convolve)(const Real *features, int64_t channels, const int32_t *inputs, const uint16_t *outputs, int64_t count,
                   const Real *panel, int64_t vectors, Real *tile);
  /// tile[c] += sum over pairs of features[i][c] * gradients[i] for `channels` channels; features and gradients point at each pair's.
  void (*correlate)(const Real *const *features, const Real *const *gradients, int64_t count, int64_t channels, int64_t vectors,
                    Real *tile);
};

extern const MicroKernels<float> portableFloat;
extern const MicroKernels<double> portableDouble;
#if defined(__x86_64__)
extern const MicroKernels<float> avx2Float;
extern const MicroKernels<float> avx512Float;
#endif

}  // namespace ckernels::sparse
