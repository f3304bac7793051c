#pragma once
#include <cstring>
#include <vector>
#include "../Parallel.hpp"
#include "../Sparse/Panels.hpp"
#include "../include/BallLayers.h"

namespace ckernels::balls {

using Kernels = sparse::MicroKernels<float>;
using Memory = sparse::Aligned<float>;

inline const Kernels &chosenKernels() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool fma = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  if (fma && wide) return sparse::avx512Float;
  if (fma) return sparse::avx2Float;
#endif
  return sparse::portableFloat;
}

/// Channels with padding: how rows lie in local memory.
inline int64_t padded(int64_t channels) { return (channels + 15) / 16 * 16; }

/// A matrix as the inner loops read it, panel by panel.
class Packed {
 public:
  /// `at(in, out)` is an element; throws std::bad_alloc.
  template <class At> Packed(const Kernels &kernels, int64_t inputs, int64_t outputs, const At &at)
      : kernels(kernels), panels(outputs, kernels), inputs(inputs), stride(padded(inputs)), memory(panels.width() * stride) {
    for (int64_t p = 0; p < panels.count; p++) {
      const int64_t width = panels.vectorsOf(p) * panels.lanes, first = panels.firstChannel(p), real = panels.channelsOf(p);
      float *to = memory.data() + first * stride;
      for (int64_t i = 0; i < stride; i++, to += width)
        for (int64_t o = 0; o < width; o++) to[o] = i < inputs && o < real ? at(i, first + o) : 0;
    }
  }

  /// Rows (of the padded width of the inputs) times the matrix, plus `bias` unless it is NULL: `use(first, real, width, tile)` gets the
  /// channels from `first`, rows of `width`.
  template <class Use> void multiply(const float *rows, int64_t count, const int32_t *order, const uint16_t *places,
                                     const float *bias, float *tile, const Use &use) const {
    for (int64_t p = 0; p < panels.count; p++) {
      const int64_t vectors = panels.vectorsOf(p), width = vectors * panels.lanes, first = panels.firstChannel(p);
      const int64_t real = panels.channelsOf(p);
      memset(tile, 0, size_t(count * width) * sizeof(float));
      if (bias)
        for (int64_t r = 0; r < count; r++) memcpy(tile + r * width, bias + first, size_t(real) * sizeof(float));
      kernels.convolve(rows, stride, order, places, count, memory.data() + first * stride, vectors, tile);
      use(first, real, width, tile);
    }
  }

  const Kernels &kernels;
  const sparse::Panels panels;
  const int64_t inputs, stride;

 private:
  Memory memory;
};

/// What all passes share: which rows belong together. Pieces of work depend on the form alone.
struct Work {
  const ckernels_ball_layers &form;
  const int64_t *starts;
  const Kernels &kernels = chosenKernels();
  const int64_t balls = form.clouds * form.centers;
  const int64_t rows = starts[balls];
  /// Balls of a piece.
  const int64_t pieceBalls = std::max<int64_t>(1, 128 / form.neighbors);
  const int64_t pieces = (balls + pieceBalls - 1) / pieceBalls;
  const int64_t pieceRows = pieceBalls * form.neighbors;
  std::vector<int32_t> order;
  std::vector<uint16_t> places;

  Work(const ckernels_ball_layers &form, const int64_t *starts)
      : form(form), starts(starts), order(size_t(pieceRows)), places(size_t(pieceRows)) {
    for (int64_t i = 0; i < pieceRows; i++) order[size_t(i)] = int32_t(i), places[size_t(i)] = uint16_t(i);
  }

  int64_t width(int64_t layer) const { return form.widths[layer]; }
  int64_t widest() const {
    int64_t most = 0;
    for (int64_t l = 0; l <= form.layers; l++) most = std::max(most, padded(width(l)));
    return most;
  }
  int64_t firstBall(int64_t piece) const { return std::min(balls, piece * pieceBalls); }
  int64_t count(int64_t ball) const { return starts[ball + 1] - starts[ball]; }
  const int32_t *numbers(int64_t ball) const { return form.indices + ball * form.neighbors; }
  /// How often the first row of a ball counts.
  double weight(int64_t ball) const { return double(form.neighbors - count(ball) + 1); }
  int64_t cloud(int64_t ball) const { return ball / form.centers; }
};

}  // namespace ckernels::balls
