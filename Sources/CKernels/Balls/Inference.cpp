#include <memory>
#include "Form.hpp"
#include "Loops.hpp"

namespace ckernels::balls {
namespace {

/// The layers of some balls at a time, which stay in the processor's memory.
struct Inference {
  const Work work;
  const float *atPoints, *atCenters;
  const float *const *biases;
  float *out;
  std::vector<std::unique_ptr<Packed>> matrices;

  void run() {
    const auto &form = work.form;
    for (int64_t l = 1; l <= form.layers; l++) {
      const float *matrix = form.weights[l - 1];
      const int64_t inputs = work.width(l - 1);
      matrices.push_back(std::make_unique<Packed>(work.kernels, inputs, work.width(l),
                                                  [=](int64_t i, int64_t o) { return matrix[o * inputs + i]; }));
    }
    const int64_t size = work.pieceRows * work.widest();
    const int workers = int(std::min<int64_t>(std::max(form.threads, 1), std::max<int64_t>(work.pieces, 1)));
    const int64_t tile = work.pieceRows * work.kernels.lanes * work.kernels.maxVectors;
    const Memory memory((2 * size + tile) * workers);
    memset(memory.data(), 0, size_t((2 * size + tile) * workers) * sizeof(float));
    forChunks(work.pieces, 1, workers, [&](int64_t piece, int64_t, int worker) {
      float *rows = memory.data() + (2 * size + tile) * worker;
      compute(piece, rows, rows + size, rows + 2 * size);
    });
  }

  void compute(int64_t piece, float *rows, float *next, float *tile) const {
    const auto &form = work.form;
    const int64_t first = work.firstBall(piece), end = work.firstBall(piece + 1), start = work.starts[first];
    const int64_t count = work.starts[end] - start, channels = work.width(0), stride = padded(channels), last = form.layers;
    const auto subtract = CKERNELS_CHOOSE(subtract);
    const auto rectify = CKERNELS_CHOOSE(rectify);
    const auto largest = CKERNELS_CHOOSE(largest);
    for (int64_t ball = first; ball < end; ball++)
      subtract(atPoints + work.cloud(ball) * form.points * channels, work.numbers(ball), work.count(ball),
               atCenters + ball * channels, channels, rows + (work.starts[ball] - start) * stride, stride);
    rectify(rows, stride, count, channels, rows, stride);
    for (int64_t l = 1; l <= last; l++) {
      // Padding stays zero for the next layer's product.
      const int64_t width = padded(work.width(l));
      if (l < last && width != work.width(l)) memset(next, 0, size_t(count * width) * sizeof(float));
      matrices[size_t(l - 1)]->multiply(
          rows, count, work.order.data(), work.places.data(), biases[l - 1], tile,
          [&](int64_t channel, int64_t real, int64_t tileWidth, const float *values) {
            if (l < last) return rectify(values, tileWidth, count, real, next + channel, width);
            for (int64_t ball = first; ball < end; ball++)
              largest(values + (work.starts[ball] - start) * tileWidth, tileWidth, work.count(ball), real,
                      out + ball * work.width(last) + channel);
          });
      std::swap(rows, next);
    }
    if (last == 0)
      for (int64_t ball = first; ball < end; ball++)
        largest(rows + (work.starts[ball] - start) * stride, stride, work.count(ball), channels, out + ball * channels);
  }
};

}  // namespace
}  // namespace ckernels::balls

using namespace ckernels::balls;

int32_t ckernels_ball_layers_infer(const ckernels_ball_layers *form, const int64_t *starts, const float *at_points,
                                   const float *at_centers, const float *const *biases, float *out) {
  try {
    Inference inference{Work(*form, starts), at_points, at_centers, biases, out, {}};
    inference.run();
    return 0;
  } catch (...) {
    return 1;
  }
}
