#include <cmath>
#include "Form.hpp"
#include "Loops.hpp"

namespace ckernels::balls {
namespace {

/// Both passes of training. Rows are cut into stripes, whose sums are added in order.
struct Training {
  const Work work;
  const ckernels_ball_layer *layers;
  const double epsilon;
  const int64_t stripes = std::min<int64_t>(work.pieces, 32);
  const int64_t last = work.form.layers, size = work.pieceRows * work.widest();
  const double total = double(work.balls) * double(work.form.neighbors);
  /// Factor and shift of each layer in this batch, in one.
  std::vector<std::vector<float>> factors, shifts;
  /// Whether the largest or the smallest value of a channel is the largest behind the last normalisation.
  std::vector<float> sign;

  Training(const ckernels_ball_layers &form, const int64_t *starts, const ckernels_ball_layer *layers, double epsilon)
      : work(form, starts), layers(layers), epsilon(epsilon), factors(size_t(last + 1)), shifts(size_t(last + 1)) {
    for (int64_t c = 0; c < work.width(last); c++) sign.push_back(layers[last].factor[c] < 0 ? -1.f : 1.f);
  }

  /// The factor behind which a layer's rows have variance 1.
  double inverse(int64_t layer, int64_t c) const { return 1 / std::sqrt(double(layers[layer].variance[c]) + epsilon); }

  void fold(int64_t layer) {
    const int64_t channels = work.width(layer);
    auto &factor = factors[size_t(layer)], &shift = shifts[size_t(layer)];
    factor.resize(size_t(channels)), shift.resize(size_t(channels));
    for (int64_t c = 0; c < channels; c++) {
      const double f = double(layers[layer].factor[c]) * inverse(layer, c);
      factor[size_t(c)] = float(f);
      shift[size_t(c)] = float(double(layers[layer].shift[c]) - double(layers[layer].mean[c]) * f);
    }
  }

  int workers() const { return int(std::min<int64_t>(std::max(work.form.threads, 1), std::max<int64_t>(stripes, 1))); }

  /// Calls `body(piece, memory, stripe, worker)` for all pieces; those of a stripe come in order on one thread, with `floats` of memory.
  template <class Body> void overPieces(int64_t floats, const Body &body) const {
    const int workers = this->workers();
    const Memory memory(floats * workers);
    memset(memory.data(), 0, size_t(floats * workers) * sizeof(float));
    forChunks(stripes, 1, workers, [&](int64_t stripe, int64_t, int worker) {
      for (int64_t piece = work.pieces * stripe / stripes; piece < work.pieces * (stripe + 1) / stripes; piece++)
        body(piece, memory.data() + floats * worker, stripe, worker);
    });
  }

  int64_t tileSize() const { return work.pieceRows * work.kernels.lanes * work.kernels.maxVectors; }

  Packed packed(int64_t layer, bool transposed) const {
    const float *matrix = work.form.weights[layer - 1];
    const int64_t inputs = work.width(layer - 1);
    if (transposed)
      return Packed(work.kernels, work.width(layer), inputs, [=](int64_t o, int64_t i) { return matrix[o * inputs + i]; });
    return Packed(work.kernels, inputs, work.width(layer), [=](int64_t i, int64_t o) { return matrix[o * inputs + i]; });
  }

  void forward(const float *atPoints, const float *atCenters, int32_t *best, float *out) {
    for (int64_t l = 0; l <= last; l++) {
      const int64_t channels = work.width(l);
      std::vector<double> sums(size_t(2 * channels * stripes));
      if (l == 0)
        first(atPoints, atCenters, best, sums.data());
      else
        next(l, best, sums.data());
      for (int64_t c = 0; c < channels; c++) {
        double sum = 0, squares = 0;
        for (int64_t s = 0; s < stripes; s++) sum += sums[size_t(2 * s * channels + c)], squares += sums[size_t((2 * s + 1) * channels + c)];
        const double mean = sum / total;
        layers[l].mean[c] = float(mean);
        layers[l].variance[c] = float(std::max(0.0, squares / total - mean * mean));
      }
      fold(l);
    }
    const int64_t channels = work.width(last);
    const float *factor = factors[size_t(last)].data(), *shift = shifts[size_t(last)].data(), *values = layers[last].values;
    forChunks(work.balls, 256, work.form.threads, [&](int64_t begin, int64_t end, int) {
      for (int64_t ball = begin; ball < end; ball++)
        for (int64_t c = 0, i = ball * channels; c < channels; c++, i++) {
          const float v = values[int64_t(best[i]) * channels + c] * factor[c] + shift[c];
          out[i] = v < 0 ? 0 : v;
        }
    });
  }

  void first(const float *atPoints, const float *atCenters, int32_t *best, double *sums) const {
    const int64_t channels = work.width(0);
    const auto subtract = CKERNELS_CHOOSE(subtract);
    overPieces(channels, [&](int64_t piece, float *memory, int64_t stripe, int) {
      for (int64_t ball = work.firstBall(piece); ball < work.firstBall(piece + 1); ball++)
        subtract(atPoints + work.cloud(ball) * work.form.points * channels, work.numbers(ball), work.count(ball),
                 atCenters + ball * channels, channels, layers[0].values + work.starts[ball] * channels, channels);
      finish(0, piece, best, sums + 2 * stripe * channels, memory);
    });
  }

  void next(int64_t l, int32_t *best, double *sums) const {
    const int64_t inputs = work.width(l - 1), channels = work.width(l), stride = padded(inputs);
    const Packed matrix = packed(l, false);
    const auto activate = CKERNELS_CHOOSE(activate);
    const auto copyRows = CKERNELS_CHOOSE(copyRows);
    overPieces(size + tileSize(), [&](int64_t piece, float *memory, int64_t stripe, int) {
      const int64_t start = work.starts[work.firstBall(piece)], count = work.starts[work.firstBall(piece + 1)] - start;
      activate(layers[l - 1].values + start * inputs, inputs, count, inputs, factors[size_t(l - 1)].data(),
               shifts[size_t(l - 1)].data(), memory, stride);
      float *values = layers[l].values + start * channels;
      matrix.multiply(memory, count, work.order.data(), work.places.data(), nullptr, memory + size,
                      [&](int64_t channel, int64_t real, int64_t width, const float *tile) {
                        copyRows(tile, width, count, real, values + channel, channels);
                      });
      finish(l, piece, best, sums + 2 * stripe * channels, memory);
    });
  }

  /// Moments of a piece, and where its largest rows are.
  void finish(int64_t l, int64_t piece, int32_t *best, double *sums, float *memory) const {
    const int64_t channels = work.width(l);
    const auto addMoments = CKERNELS_CHOOSE(addMoments);
    const auto findLargest = CKERNELS_CHOOSE(findLargest);
    for (int64_t ball = work.firstBall(piece); ball < work.firstBall(piece + 1); ball++) {
      const float *values = layers[l].values + work.starts[ball] * channels;
      addMoments(values, work.count(ball), channels, work.weight(ball), sums, sums + channels);
      if (l == last)
        findLargest(values, work.count(ball), channels, sign.data(), int32_t(work.starts[ball]), memory, best + ball * channels);
    }
  }

  /// What the slopes before a layer's normalisation are made of.
  struct Slopes {
    /// Behind the normalisation: of each row, or at the best rows of each ball alone.
    const float *rows = nullptr;
    std::vector<float> constant, linear;
  };

  void backward(const int32_t *best, const float *slopes, float *pointSlopes, float *centerSlopes) {
    for (int64_t l = 0; l <= last; l++) fold(l);
    std::vector<double> sums = topSums(best, slopes);
    for (int64_t l = last; l >= 0; l--) {
      const int64_t channels = work.width(l);
      Slopes known;
      known.rows = l < last ? layers[l].slopes : nullptr;
      for (int64_t c = 0; c < channels; c++) {
        double sum = 0, product = 0;
        const int64_t parts = int64_t(sums.size()) / (2 * channels);
        for (int64_t s = 0; s < parts; s++) sum += sums[size_t(2 * s * channels + c)], product += sums[size_t((2 * s + 1) * channels + c)];
        const double inverse = this->inverse(l, c), factor = double(layers[l].factor[c]) * inverse;
        layers[l].shift_slope[c] = float(sum);
        layers[l].factor_slope[c] = float(product * inverse);
        known.constant.push_back(float(factor * sum / total));
        known.linear.push_back(float(factor * inverse * inverse * product / total));
      }
      if (l == 0) return bottom(known, best, slopes, pointSlopes, centerSlopes);
      sums.assign(size_t(2 * work.width(l - 1) * stripes), 0);
      through(l, known, best, slopes, sums.data());
    }
  }

  /// Whether a ball's result is above 0, so that slopes go through.
  float topSlope(int64_t ball, int64_t c, const int32_t *best, const float *slopes) const {
    const int64_t channels = work.width(last), i = ball * channels + c;
    const float x = layers[last].values[int64_t(best[i]) * channels + c];
    return x * factors[size_t(last)][size_t(c)] + shifts[size_t(last)][size_t(c)] > 0 ? slopes[i] : 0;
  }

  std::vector<double> topSums(const int32_t *best, const float *slopes) const {
    const int64_t channels = work.width(last);
    std::vector<double> sums(size_t(2 * channels * stripes));
    forChunks(stripes, 1, workers(), [&](int64_t stripe, int64_t, int) {
      double *to = sums.data() + 2 * stripe * channels;
      for (int64_t ball = work.balls * stripe / stripes; ball < work.balls * (stripe + 1) / stripes; ball++)
        for (int64_t c = 0; c < channels; c++) {
          const float x = layers[last].values[int64_t(best[ball * channels + c]) * channels + c];
          const double d = topSlope(ball, c, best, slopes);
          to[c] += d;
          to[channels + c] += d * double(x - layers[last].mean[c]);
        }
    });
    return sums;
  }

  /// Slopes of a ball's rows before a layer's normalisation.
  void before(int64_t l, const Slopes &known, int64_t ball, const int32_t *best, const float *slopes, float *to,
              int64_t stride) const {
    const int64_t channels = work.width(l), start = work.starts[ball];
    const float *factor = factors[size_t(l)].data();
    CKERNELS_CHOOSE(normalisationSlopes)(known.rows ? known.rows + start * channels : nullptr, layers[l].values + start * channels,
                                         work.count(ball), channels, float(work.weight(ball)), factor, known.constant.data(),
                                         known.linear.data(), layers[l].mean, to, stride);
    if (l < last) return;
    for (int64_t c = 0; c < channels; c++)
      to[(int64_t(best[ball * channels + c]) - start) * stride + c] += factor[c] * topSlope(ball, c, best, slopes);
  }

  void through(int64_t l, const Slopes &known, const int32_t *best, const float *slopes, double *sums) const {
    float *below = layers[l - 1].slopes;
    const int64_t inputs = work.width(l - 1), channels = work.width(l), stride = padded(inputs), wide = padded(channels);
    const Packed matrix = packed(l, true);
    const sparse::Panels panels(channels, work.kernels);
    const int64_t sumSize = panels.width() * stride;
    const Memory products(sumSize * stripes);
    std::vector<const float *> pointers(size_t(2 * work.pieceRows * workers()));
    memset(products.data(), 0, size_t(sumSize * stripes) * sizeof(float));
    const auto activate = CKERNELS_CHOOSE(activate);
    const auto maskSlopes = CKERNELS_CHOOSE(maskSlopes);
    overPieces(2 * size + tileSize(), [&](int64_t piece, float *y, int64_t stripe, int worker) {
      float *slope = y + size, *tile = slope + size;
      const int64_t first = work.firstBall(piece), end = work.firstBall(piece + 1), start = work.starts[first];
      const int64_t count = work.starts[end] - start;
      const float *values = layers[l - 1].values + start * inputs;
      activate(values, inputs, count, inputs, factors[size_t(l - 1)].data(), shifts[size_t(l - 1)].data(), y, stride);
      for (int64_t ball = first; ball < end; ball++)
        before(l, known, ball, best, slopes, slope + (work.starts[ball] - start) * wide, wide);
      const float **features = pointers.data() + 2 * work.pieceRows * worker, **gradients = features + work.pieceRows;
      for (int64_t p = 0; p < panels.count; p++) {
        for (int64_t r = 0; r < count; r++)
          features[r] = y + r * stride, gradients[r] = slope + r * wide + panels.firstChannel(p);
        work.kernels.correlate(features, gradients, count, stride, panels.vectorsOf(p),
                               products.data() + sumSize * stripe + panels.firstChannel(p) * stride);
      }
      matrix.multiply(slope, count, work.order.data(), work.places.data(), nullptr, tile,
                      [&](int64_t channel, int64_t real, int64_t width, const float *found) {
                        double *to = sums + 2 * stripe * inputs + channel;
                        maskSlopes(found, width, y + channel, stride, values + channel, inputs, count, real,
                                   layers[l - 1].mean + channel, below + start * inputs + channel, to, to + inputs);
                      });
    });
    for (int64_t p = 0; p < panels.count; p++) {
      const int64_t width = panels.vectorsOf(p) * panels.lanes, first = panels.firstChannel(p);
      for (int64_t o = 0; o < panels.channelsOf(p); o++)
        for (int64_t i = 0; i < inputs; i++) {
          double sum = 0;
          for (int64_t s = 0; s < stripes; s++) sum += double(products.data()[sumSize * s + first * stride + i * width + o]);
          layers[l].weight_slope[(first + o) * inputs + i] = float(sum);
        }
    }
  }

  /// Slopes of layer 0's values at points and at centres; a cloud's points belong to one thread.
  void bottom(const Slopes &known, const int32_t *best, const float *slopes, float *pointSlopes, float *centerSlopes) const {
    const auto &form = work.form;
    const int64_t channels = work.width(0), stride = padded(channels), floats = form.neighbors * stride;
    const auto spread = CKERNELS_CHOOSE(spread);
    const int workers = int(std::min<int64_t>(std::max(form.threads, 1), std::max<int64_t>(form.clouds, 1)));
    const Memory memory(floats * workers);
    forChunks(form.clouds, 1, workers, [&](int64_t cloud, int64_t, int worker) {
      float *rows = memory.data() + floats * worker, *points = pointSlopes + cloud * form.points * channels;
      memset(points, 0, size_t(form.points * channels) * sizeof(float));
      for (int64_t ball = cloud * form.centers; ball < (cloud + 1) * form.centers; ball++) {
        before(0, known, ball, best, slopes, rows, stride);
        memset(centerSlopes + ball * channels, 0, size_t(channels) * sizeof(float));
        spread(rows, stride, work.numbers(ball), work.count(ball), channels, points, centerSlopes + ball * channels);
      }
    });
  }
};

}  // namespace
}  // namespace ckernels::balls

using namespace ckernels::balls;

int32_t ckernels_ball_layers_forward(const ckernels_ball_layers *form, const int64_t *starts, const float *at_points,
                                     const float *at_centers, const ckernels_ball_layer *layers, double epsilon, int32_t *best,
                                     float *out) {
  try {
    Training(*form, starts, layers, epsilon).forward(at_points, at_centers, best, out);
    return 0;
  } catch (...) {
    return 1;
  }
}

int32_t ckernels_ball_layers_backward(const ckernels_ball_layers *form, const int64_t *starts, const ckernels_ball_layer *layers,
                                      double epsilon, const int32_t *best, const float *slopes, float *point_slopes,
                                      float *center_slopes) {
  try {
    Training(*form, starts, layers, epsilon).backward(best, slopes, point_slopes, center_slopes);
    return 0;
  } catch (...) {
    return 1;
  }
}
