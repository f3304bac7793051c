#include <cstring>
#include "../Parallel.hpp"
#include "Rules.hpp"

namespace ckernels::sparse {
namespace {

/// Calls `body` with each block's first output and the number of outputs.
template <class Body> void forBlocks(const ckernels_rules &rules, int threads, const Body &body) {
  ckernels::forChunks(rules.blockCount(), 1, threads, [&](int64_t block, int64_t, int) { body(block, rules.firstOutput(block)); });
}

template <class Real>
void maximum(const ckernels_rules &rules, const Real *features, int64_t channels, int threads, Real *target, int32_t *rows) {
  forBlocks(rules, threads, [&](int64_t block, int64_t first) {
    for (int64_t i = 0; i < rules.outputCount(block); i++) {
      const int64_t row = rules.row(first + i) * channels;
      std::fill(target + row, target + row + channels, Real(0));
      std::fill(rows + row, rows + row + channels, -1);
    }
    for (int place = 0; place < rules.places; place++) {
      const PairList list = rules.pairs(block, place);
      for (int64_t i = 0; i < list.count; i++) {
        const Real *from = features + int64_t(list.inputs[i]) * channels;
        const int64_t row = rules.row(first + list.outputs[i]) * channels;
        for (int64_t c = 0; c < channels; c++) {
          const Real value = from[c], best = target[row + c];
          if (rows[row + c] < 0 || (best == best && !(value <= best))) {
            target[row + c] = value;
            rows[row + c] = list.inputs[i];
          }
        }
      }
    }
  });
}

template <class Real>
void maximumGradient(const ckernels_rules &transposed, const Real *gradient, const int32_t *rows, int64_t channels, int threads,
                     Real *target) {
  forBlocks(transposed, threads, [&](int64_t block, int64_t first) {
    for (int64_t i = 0; i < transposed.outputCount(block); i++) {
      const int64_t row = transposed.row(first + i) * channels;
      std::fill(target + row, target + row + channels, Real(0));
    }
    for (int place = 0; place < transposed.places; place++) {
      const PairList list = transposed.pairs(block, place);
      for (int64_t i = 0; i < list.count; i++) {
        const int64_t from = int64_t(list.inputs[i]) * channels, row = transposed.row(first + list.outputs[i]);
        for (int64_t c = 0; c < channels; c++)
          if (rows[from + c] == row) target[row * channels + c] += gradient[from + c];
      }
    }
  });
}

template <class Real>
void sums(const ckernels_rules &rules, const Real *features, const Real *scale, int64_t channels, int threads, Real *target) {
  forBlocks(rules, threads, [&](int64_t block, int64_t first) {
    for (int64_t i = 0; i < rules.outputCount(block); i++) {
      const int64_t row = rules.row(first + i) * channels;
      std::fill(target + row, target + row + channels, Real(0));
    }
    for (int place = 0; place < rules.places; place++) {
      const PairList list = rules.pairs(block, place);
      for (int64_t i = 0; i < list.count; i++) {
        const Real *from = features + int64_t(list.inputs[i]) * channels;
        const Real factor = scale ? scale[list.inputs[i]] : Real(1);
        Real *to = target + rules.row(first + list.outputs[i]) * channels;
        for (int64_t c = 0; c < channels; c++) {
          const Real product = factor * from[c];
          to[c] += product;
        }
      }
    }
  });
}

/// A thread that cannot be started is the only failure, and the loops go on without it.
template <class Body> int32_t guarded(const Body &body) {
  try {
    body();
    return CKERNELS_SPARSE_OK;
  } catch (...) {
    return CKERNELS_SPARSE_NO_MEMORY;
  }
}

}  // namespace
}  // namespace ckernels::sparse

using namespace ckernels::sparse;

extern "C" int32_t ckernels_sparse_max(const ckernels_rules *rules, const float *features, int32_t channels, int32_t threads,
                                       float *target, int32_t *rows) {
  return guarded([&] { maximum(*rules, features, channels, threads, target, rows); });
}
extern "C" int32_t ckernels_sparse_max_double(const ckernels_rules *rules, const double *features, int32_t channels, int32_t threads,
                                              double *target, int32_t *rows) {
  return guarded([&] { maximum(*rules, features, channels, threads, target, rows); });
}
extern "C" int32_t ckernels_sparse_max_gradient(const ckernels_rules *transposed, const float *gradient, const int32_t *rows,
                                                int32_t channels, int32_t threads, float *target) {
  return guarded([&] { maximumGradient(*transposed, gradient, rows, channels, threads, target); });
}
extern "C" int32_t ckernels_sparse_max_gradient_double(const ckernels_rules *transposed, const double *gradient, const int32_t *rows,
                                                       int32_t channels, int32_t threads, double *target) {
  return guarded([&] { maximumGradient(*transposed, gradient, rows, channels, threads, target); });
}
extern "C" int32_t ckernels_sparse_sum(const ckernels_rules *rules, const float *features, const float *source_scale, int32_t channels,
                                       int32_t threads, float *target) {
  return guarded([&] { sums(*rules, features, source_scale, channels, threads, target); });
}
extern "C" int32_t ckernels_sparse_sum_double(const ckernels_rules *rules, const double *features, const double *source_scale,
                                              int32_t channels, int32_t threads, double *target) {
  return guarded([&] { sums(*rules, features, source_scale, channels, threads, target); });
}

extern "C" void ckernels_sparse_counts(const ckernels_rules *rules, int32_t *counts) {
  std::fill(counts, counts + rules->outputs, 0);
  for (int64_t block = 0; block < rules->blockCount(); block++)
    for (int place = 0; place < rules->places; place++) {
      const PairList list = rules->pairs(block, place);
      for (int64_t i = 0; i < list.count; i++) counts[rules->row(rules->firstOutput(block) + list.outputs[i])]++;
    }
}
