#include "PointFeatures.h"
#include <algorithm>
#include "../Parallel.hpp"

// No fused multiplication: the bits are those of every machine.
#pragma clang fp contract(off)

namespace ckernels {
namespace {

typedef ckernels_feature_shape Shape;

/// Threads pay from about a tenth of a millisecond of work on.
int threadsFor(const Shape &s) {
  const double work = double(s.batch) * double(s.channels) * double(s.places) * double(s.terms);
  return work < 2e5 ? 1 : std::max(1, int(s.threads));
}

/// Channels that are worked on together, so that each index is read once for all of them.
constexpr int block = 4;

template <class Real, int Terms, bool Weighted>
void gatherChannels(const Shape &s, const Real *features, const int32_t *indices, const Real *weights, Real *out, int channels) {
  const int64_t terms = Terms ? Terms : s.terms;
  for (int64_t p = 0; p < s.places; p++) {
    Real sums[block] = {};
    for (int64_t t = 0; t < terms; t++) {
      const int64_t index = indices[p * terms + t];
      if (index < 0) continue;
      for (int c = 0; c < channels; c++) {
        const Real value = features[c * s.points + index];
        if (Weighted) sums[c] += weights[p * terms + t] * value;
        else sums[c] = terms == 1 ? value : sums[c] + value;
      }
    }
    for (int c = 0; c < channels; c++) out[c * s.places + p] = sums[c];
  }
}

template <class Real, int Terms, bool Weighted>
void spreadChannels(const Shape &s, const Real *values, const int32_t *indices, const Real *weights, Real *features, int channels) {
  const int64_t terms = Terms ? Terms : s.terms;
  std::fill(features, features + channels * s.points, Real(0));
  for (int64_t p = 0; p < s.places; p++)
    for (int64_t t = 0; t < terms; t++) {
      const int64_t index = indices[p * terms + t];
      if (index < 0) continue;
      for (int c = 0; c < channels; c++) {
        const Real value = values[c * s.places + p];
        features[c * s.points + index] += Weighted ? weights[p * terms + t] * value : value;
      }
    }
}

template <class Real, int Terms, bool Weighted, bool Gathers>
void channelsFirst(const Shape &s, const Real *source, const int32_t *indices, const Real *weights, Real *target) {
  const int64_t blocks = (s.channels + block - 1) / block;
  const int64_t from = Gathers ? s.points : s.places, to = Gathers ? s.places : s.points;
  forChunks(s.batch * blocks, 1, threadsFor(s), [&](int64_t first, int64_t end, int) {
    for (int64_t i = first; i < end; i++) {
      const int64_t batch = i / blocks, channel = i % blocks * block;
      const int count = int(std::min<int64_t>(block, s.channels - channel));
      const int64_t row = batch * s.channels + channel, table = batch * s.places * s.terms;
      const Real *given = source + row * from;
      Real *made = target + row * to;
      const Real *scales = Weighted ? weights + table : nullptr;
      const auto run = [&](int channels) {
        if (Gathers) gatherChannels<Real, Terms, Weighted>(s, given, indices + table, scales, made, channels);
        else spreadChannels<Real, Terms, Weighted>(s, given, indices + table, scales, made, channels);
      };
      if (count == block) run(block);
      else run(count);
    }
  });
}

template <class Real, bool Weighted>
void gatherPoints(const Shape &s, const Real *features, const int32_t *indices, const Real *weights, Real *out) {
  const int64_t all = s.batch * s.places;
  forChunks(all, std::max<int64_t>(64, 65536 / std::max<int64_t>(1, s.channels)), threadsFor(s),
            [&](int64_t first, int64_t end, int) {
              for (int64_t p = first; p < end; p++) {
                const Real *points = features + p / s.places * s.points * s.channels;
                Real *sums = out + p * s.channels;
                std::fill(sums, sums + s.channels, Real(0));
                for (int64_t t = 0; t < s.terms; t++) {
                  const int64_t index = indices[p * s.terms + t];
                  if (index < 0) continue;
                  const Real *row = points + index * s.channels;
                  if (!Weighted && s.terms == 1) std::copy(row, row + s.channels, sums);
                  else
                    for (int64_t c = 0; c < s.channels; c++) sums[c] += Weighted ? weights[p * s.terms + t] * row[c] : row[c];
                }
              }
            });
}

template <class Real, bool Weighted>
void spreadPoints(const Shape &s, const Real *values, const int32_t *indices, const Real *weights, Real *features) {
  const int threads = threadsFor(s);
  const int64_t width = s.batch >= threads ? s.channels : 32;
  const int64_t blocks = (s.channels + width - 1) / width;
  forChunks(s.batch * blocks, 1, threads, [&](int64_t first, int64_t end, int) {
    for (int64_t i = first; i < end; i++) {
      const int64_t batch = i / blocks, begin = i % blocks * width, stop = std::min(s.channels, begin + width);
      Real *points = features + batch * s.points * s.channels;
      for (int64_t n = 0; n < s.points; n++) std::fill(points + n * s.channels + begin, points + n * s.channels + stop, Real(0));
      for (int64_t p = batch * s.places; p < (batch + 1) * s.places; p++)
        for (int64_t t = 0; t < s.terms; t++) {
          const int64_t index = indices[p * s.terms + t];
          if (index < 0) continue;
          for (int64_t c = begin; c < stop; c++)
            points[index * s.channels + c] +=
                Weighted ? weights[p * s.terms + t] * values[p * s.channels + c] : values[p * s.channels + c];
        }
    }
  });
}

template <class Real, bool Gathers>
void run(const Shape &s, const Real *source, const int32_t *indices, const Real *weights, Real *target) {
  if (s.batch <= 0 || s.channels <= 0 || s.places < 0 || s.points < 0) return;
  if (s.points_first) {
    if (Gathers) weights ? gatherPoints<Real, true>(s, source, indices, weights, target)
                         : gatherPoints<Real, false>(s, source, indices, weights, target);
    else weights ? spreadPoints<Real, true>(s, source, indices, weights, target)
                 : spreadPoints<Real, false>(s, source, indices, weights, target);
  } else if (weights) {
    s.terms == 3 ? channelsFirst<Real, 3, true, Gathers>(s, source, indices, weights, target)
                 : channelsFirst<Real, 0, true, Gathers>(s, source, indices, weights, target);
  } else {
    s.terms == 1 ? channelsFirst<Real, 1, false, Gathers>(s, source, indices, weights, target)
                 : channelsFirst<Real, 0, false, Gathers>(s, source, indices, weights, target);
  }
}

}  // namespace
}  // namespace ckernels

extern "C" int64_t ckernels_first_wrong_index(const int32_t *indices, int64_t count, int64_t points) {
  for (int64_t start = 0; start < count; start += 1024) {
    const int64_t end = std::min(count, start + 1024);
    int32_t bad = 0;
    for (int64_t i = start; i < end; i++) bad |= indices[i] < -1 || indices[i] >= points;
    for (int64_t i = start; bad && i < end; i++)
      if (indices[i] < -1 || indices[i] >= points) return i;
  }
  return -1;
}

extern "C" void ckernels_gather_float(const ckernels_feature_shape *shape, const float *features, const int32_t *indices,
                                      const float *weights, float *out) {
  ckernels::run<float, true>(*shape, features, indices, weights, out);
}

extern "C" void ckernels_gather_double(const ckernels_feature_shape *shape, const double *features, const int32_t *indices,
                                       const double *weights, double *out) {
  ckernels::run<double, true>(*shape, features, indices, weights, out);
}

extern "C" void ckernels_spread_float(const ckernels_feature_shape *shape, const float *values, const int32_t *indices,
                                      const float *weights, float *features) {
  ckernels::run<float, false>(*shape, values, indices, weights, features);
}

extern "C" void ckernels_spread_double(const ckernels_feature_shape *shape, const double *values, const int32_t *indices,
                                       const double *weights, double *features) {
  ckernels::run<double, false>(*shape, values, indices, weights, features);
}
