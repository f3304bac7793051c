#include <cstring>
#include "../Parallel.hpp"
#include "Panels.hpp"
#include "Rules.hpp"

namespace ckernels::sparse {
namespace {

const MicroKernels<float> &floatKernels(int32_t instructions) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool fma = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool wide = fma && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  if (wide && (instructions == CKERNELS_SPARSE_AUTOMATIC || instructions == CKERNELS_SPARSE_AVX512)) return avx512Float;
  if (fma && instructions != CKERNELS_SPARSE_PORTABLE) return avx2Float;
#endif
  return portableFloat;
}

template <class Real> struct Convolution {
  const ckernels_rules &rules;
  const MicroKernels<Real> &kernels;
  const Real *features;
  int64_t inputs;
  const Panels panels;
  const Real *scale, *bias, *residual;
  bool relu;
  int threads;
  Real *target;

  /// Weights as the inner loops read them: panel by panel, place by place, a row for each channel that goes in.
  void pack(const Real *weight, const ckernels_weight_layout &layout, Real *packed) const {
    ckernels::forChunks(panels.count * rules.places, 1, threads, [&](int64_t task, int64_t, int) {
      const int64_t panel = task / rules.places, place = task % rules.places, width = panels.vectorsOf(panel) * panels.lanes;
      const int64_t first = panels.firstChannel(panel), real = panels.channelsOf(panel);
      Real *to = packed + (panels.firstChannel(panel) * rules.places + place * width) * inputs;
      const Real *from = weight + layout.place_offsets[place] + first * layout.out_stride;
      for (int64_t c = 0; c < inputs; c++, to += width) {
        const Real *row = from + c * layout.in_stride;
        for (int64_t o = 0; o < real; o++) to[o] = row[o * layout.out_stride];
        if (scale) for (int64_t o = 0; o < real; o++) to[o] *= scale[first + o];
        for (int64_t o = real; o < width; o++) to[o] = 0;
      }
    });
  }

  void run(const Real *packed) const {
    const int64_t tileSize = ckernels_rules::blockSize * panels.lanes * kernels.maxVectors;
    const int64_t tasks = rules.blockCount() * panels.count;
    const int workers = int(std::min<int64_t>(std::max(threads, 1), std::max<int64_t>(tasks, 1)));
    const Aligned<Real> tiles(tileSize * workers);
    ckernels::forChunks(tasks, 1, workers, [&](int64_t task, int64_t, int worker) {
      fillBlock(task / panels.count, task % panels.count, packed, tiles.data() + tileSize * worker);
    });
  }

 private:
  void fillBlock(int64_t block, int64_t panel, const Real *packed, Real *tile) const {
    const int64_t vectors = panels.vectorsOf(panel), width = vectors * panels.lanes, channels = panels.channels;
    const int64_t first = panels.firstChannel(panel), real = panels.channelsOf(panel);
    const int64_t start = rules.firstOutput(block), count = rules.outputCount(block);
    for (int64_t i = 0; i < count; i++) {
      Real *row = tile + i * width;
      for (int64_t o = 0; o < width; o++) row[o] = 0;
      if (bias) for (int64_t o = 0; o < real; o++) row[o] = bias[first + o];
      if (residual) {
        const Real *more = residual + rules.row(start + i) * channels + first;
        for (int64_t o = 0; o < real; o++) row[o] += more[o];
      }
    }
    const Real *weight = packed + first * rules.places * inputs;
    for (int place = 0; place < rules.places; place++, weight += width * inputs) {
      const PairList list = rules.pairs(block, place);
      if (list.count > 0) kernels.convolve(features, inputs, list.inputs, list.outputs, list.count, weight, vectors, tile);
    }
    for (int64_t i = 0; i < count; i++) {
      const Real *row = tile + i * width;
      Real *to = target + rules.row(start + i) * channels + first;
      // A NaN stays one.
      if (relu) for (int64_t o = 0; o < real; o++) to[o] = row[o] < 0 ? Real(0) : row[o];
      else std::memcpy(to, row, size_t(real) * sizeof(Real));
    }
  }
};

template <class Real> int32_t convolve(const Convolution<Real> &job, const Real *weight, const ckernels_weight_layout &layout) {
  if (job.rules.outputs == 0 || job.panels.channels == 0) return CKERNELS_SPARSE_OK;
  try {
    const Aligned<Real> packed(job.panels.width() * job.rules.places * job.inputs);
    job.pack(weight, layout, packed.data());
    job.run(packed.data());
    return CKERNELS_SPARSE_OK;
  } catch (...) {
    return CKERNELS_SPARSE_NO_MEMORY;
  }
}

/// The gradient with respect to the weight: sums over pairs in the order of the blocks. Work is split by places and channels, never by
/// pairs, so that each sum has one order.
template <class Real> struct WeightGradient {
  const ckernels_rules &rules;
  const MicroKernels<Real> &kernels;
  const Real *features;
  int64_t inputs;
  const Panels panels;
  int threads;
  Real *target;
  const ckernels_weight_layout &layout;

  static constexpr int64_t slice = 64, chunk = 64;

  int32_t run(const Real *gradient) const {
    const int64_t slices = (inputs + slice - 1) / slice;
    // Places whose sums are taken on one way through the cells: few where threads need work. It changes no sum.
    const int64_t share = rules.places * slices * panels.count / (4 * int64_t(std::max(threads, 1)));
    const int64_t group = std::min<int64_t>(std::max<int64_t>(share, 1), 6), groups = (rules.places + group - 1) / group;
    const int64_t tileSize = slice * panels.lanes * kernels.maxVectors * group;
    const int64_t tasks = slices * groups * panels.count;
    if (tasks == 0) return CKERNELS_SPARSE_OK;
    try {
      const int64_t width = panels.width();
      const bool isReady = width == panels.channels && rules.rows.empty();
      const Aligned<Real> sorted(isReady ? 1 : rules.outputs * width);
      if (!isReady) {
        sortRows(gradient, sorted.data());
        gradient = sorted.data();
      }
      const int workers = int(std::min<int64_t>(std::max(threads, 1), tasks));
      const Aligned<Real> tiles(tileSize * workers);
      ckernels::forChunks(tasks, 1, workers, [&](int64_t task, int64_t, int worker) {
        const int64_t part = task % (slices * panels.count), places = task / (slices * panels.count) * group;
        sum(gradient, places, std::min<int64_t>(rules.places, places + group), part / panels.count * slice, part % panels.count,
            tiles.data() + tileSize * worker);
      });
      return CKERNELS_SPARSE_OK;
    } catch (...) {
      return CKERNELS_SPARSE_NO_MEMORY;
    }
  }

 private:
  /// Where the rows of some pairs begin.
  struct Rows {
    const Real *features[chunk], *gradients[chunk];
    int64_t count = 0;
    Real *tile = nullptr;
  };

  /// The rows of the outputs in sorted order, filled up to whole vectors with zeros.
  void sortRows(const Real *gradient, Real *sorted) const {
    const int64_t width = panels.width(), channels = panels.channels;
    ckernels::forChunks(rules.outputs, 1024, threads, [&](int64_t first, int64_t end, int) {
      for (int64_t i = first; i < end; i++) {
        std::memcpy(sorted + i * width, gradient + rules.row(i) * channels, size_t(channels) * sizeof(Real));
        std::fill(sorted + i * width + channels, sorted + (i + 1) * width, Real(0));
      }
    });
  }

  void sum(const Real *gradient, int64_t place, int64_t end, int64_t channel, int64_t panel, Real *tile) const {
    const int64_t vectors = panels.vectorsOf(panel), width = vectors * panels.lanes, first = panels.firstChannel(panel);
    const int64_t channels = std::min(slice, inputs - channel), size = channels * width;
    std::memset(tile, 0, size_t(size * (end - place)) * sizeof(Real));
    // While the rows of one list are multiplied, those of the next are on their way to the cache.
    Rows both[2];
    Rows *now = &both[0], *next = &both[1];
    const auto flush = [&] {
      if (now->count > 0) kernels.correlate(now->features, now->gradients, now->count, channels, vectors, now->tile);
      std::swap(now, next);
    };
    for (int64_t block = 0; block < rules.blockCount(); block++)
      for (int64_t k = place; k < end; k++) {
        const PairList list = rules.pairs(block, int(k));
        const Real *rows = gradient + rules.firstOutput(block) * panels.width() + first;
        for (int64_t from = 0; from < list.count; from += chunk) {
          next->count = std::min(chunk, list.count - from);
          next->tile = tile + (k - place) * size;
          for (int64_t i = 0; i < next->count; i++) {
            next->features[i] = features + int64_t(list.inputs[from + i]) * inputs + channel;
            next->gradients[i] = rows + int64_t(list.outputs[from + i]) * panels.width();
            for (int64_t c = 0; c < channels; c += int64_t(64 / sizeof(Real))) __builtin_prefetch(next->features[i] + c);
          }
          flush();
        }
      }
    flush();
    for (int64_t k = place; k < end; k++)
      for (int64_t c = 0; c < channels; c++)
        for (int64_t o = 0; o < panels.channelsOf(panel); o++)
          target[layout.place_offsets[k] + (channel + c) * layout.in_stride + (first + o) * layout.out_stride] =
              tile[(k - place) * size + c * width + o];
  }
};

template <class Real> void columnSums(const Real *values, int64_t rows, int64_t channels, int threads, Real *target) {
  constexpr int64_t chunk = 512;
  const int64_t chunks = (rows + chunk - 1) / chunk;
  std::fill(target, target + channels, Real(0));
  try {
    std::vector<Real> sums(size_t(chunks * channels), 0);
    ckernels::forChunks(chunks, 1, threads, [&](int64_t first, int64_t, int) {
      Real *sum = sums.data() + first * channels;
      for (int64_t row = first * chunk; row < std::min(rows, (first + 1) * chunk); row++)
        for (int64_t c = 0; c < channels; c++) sum[c] += values[row * channels + c];
    });
    for (int64_t i = 0; i < chunks; i++)
      for (int64_t c = 0; c < channels; c++) target[c] += sums[size_t(i * channels + c)];
  } catch (...) {
    // The same sums without more memory than one row.
    for (int64_t c = 0; c < channels; c++)
      for (int64_t i = 0; i < chunks; i++) {
        Real sum = 0;
        for (int64_t row = i * chunk; row < std::min(rows, (i + 1) * chunk); row++) sum += values[row * channels + c];
        target[c] += sum;
      }
  }
}

}  // namespace
}  // namespace ckernels::sparse

using namespace ckernels::sparse;

extern "C" int32_t ckernels_sparse_convolve(const ckernels_rules *rules, const float *features, int32_t in_channels, const float *weight,
                                            const ckernels_weight_layout *layout, int32_t out_channels, const float *scale,
                                            const float *bias, const float *residual, int32_t relu, int32_t threads,
                                            int32_t instructions, float *target) {
  const auto &kernels = floatKernels(instructions);
  return convolve<float>({*rules, kernels, features, in_channels, Panels(out_channels, kernels), scale, bias, residual, relu != 0,
                          threads, target},
                         weight, *layout);
}

extern "C" int32_t ckernels_sparse_convolve_double(const ckernels_rules *rules, const double *features, int32_t in_channels,
                                                   const double *weight, const ckernels_weight_layout *layout, int32_t out_channels,
                                                   const double *bias, int32_t threads, double *target) {
  return convolve<double>({*rules, portableDouble, features, in_channels, Panels(out_channels, portableDouble), nullptr, bias, nullptr,
                           false, threads, target},
                          weight, *layout);
}

extern "C" int32_t ckernels_sparse_weight_gradient(const ckernels_rules *rules, const float *features, int32_t in_channels,
                                                   const float *gradient, int32_t out_channels, const ckernels_weight_layout *layout,
                                                   int32_t threads, int32_t instructions, float *target) {
  const auto &kernels = floatKernels(instructions);
  return WeightGradient<float>{*rules, kernels, features, in_channels, Panels(out_channels, kernels), threads, target, *layout}.run(
      gradient);
}

extern "C" int32_t ckernels_sparse_weight_gradient_double(const ckernels_rules *rules, const double *features, int32_t in_channels,
                                                          const double *gradient, int32_t out_channels,
                                                          const ckernels_weight_layout *layout, int32_t threads, double *target) {
  return WeightGradient<double>{*rules, portableDouble, features, in_channels, Panels(out_channels, portableDouble), threads, target,
                                *layout}
      .run(gradient);
}

extern "C" void ckernels_column_sums(const float *values, int64_t rows, int32_t channels, int32_t threads, float *target) {
  columnSums(values, rows, channels, threads, target);
}
extern "C" void ckernels_column_sums_double(const double *values, int64_t rows, int32_t channels, int32_t threads, double *target) {
  columnSums(values, rows, channels, threads, target);
}
