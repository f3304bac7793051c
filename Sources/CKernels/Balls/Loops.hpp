#pragma once
#include <cstdint>
#include "../Clouds/Targets.hpp"

namespace ckernels::balls {

/// to[r] = points[numbers[r]] - center.
CKERNELS_BODY void subtract(const float *points, const int32_t *numbers, int64_t count, const float *center, int64_t channels,
                            float *__restrict to, int64_t stride) {
  for (int64_t r = 0; r < count; r++) {
    const float *from = points + numbers[r] * channels;
    float *__restrict row = to + r * stride;
    for (int64_t c = 0; c < channels; c++) row[c] = from[c] - center[c];
  }
}
CKERNELS_VERSIONS(void, subtract,
                  (const float *points, const int32_t *numbers, int64_t count, const float *center, int64_t channels, float *to,
                   int64_t stride),
                  (points, numbers, count, center, channels, to, stride))

/// to = max(0, from * factor + shift), row by row; NaN stays.
CKERNELS_BODY void activate(const float *from, int64_t fromStride, int64_t count, int64_t channels, const float *factor,
                            const float *shift, float *__restrict to, int64_t stride) {
  for (int64_t r = 0; r < count; r++) {
    const float *x = from + r * fromStride;
    float *__restrict y = to + r * stride;
    for (int64_t c = 0; c < channels; c++) {
      const float v = x[c] * factor[c] + shift[c];
      y[c] = v < 0 ? 0 : v;
    }
  }
}
CKERNELS_VERSIONS(void, activate,
                  (const float *from, int64_t fromStride, int64_t count, int64_t channels, const float *factor, const float *shift,
                   float *to, int64_t stride),
                  (from, fromStride, count, channels, factor, shift, to, stride))

/// to = max(0, from), row by row; NaN stays.
CKERNELS_BODY void rectify(const float *from, int64_t fromStride, int64_t count, int64_t channels, float *__restrict to,
                           int64_t stride) {
  for (int64_t r = 0; r < count; r++) {
    const float *x = from + r * fromStride;
    float *__restrict y = to + r * stride;
    for (int64_t c = 0; c < channels; c++) y[c] = x[c] < 0 ? 0 : x[c];
  }
}
CKERNELS_VERSIONS(void, rectify,
                  (const float *from, int64_t fromStride, int64_t count, int64_t channels, float *to, int64_t stride),
                  (from, fromStride, count, channels, to, stride))

/// to = the largest of `count` rows and 0.
CKERNELS_BODY void largest(const float *from, int64_t stride, int64_t count, int64_t channels, float *__restrict to) {
  for (int64_t c = 0; c < channels; c++) to[c] = from[c] < 0 ? 0 : from[c];
  for (int64_t r = 1; r < count; r++) {
    const float *x = from + r * stride;
    for (int64_t c = 0; c < channels; c++) to[c] = x[c] > to[c] ? x[c] : to[c];
  }
}
CKERNELS_VERSIONS(void, largest, (const float *from, int64_t stride, int64_t count, int64_t channels, float *to),
                  (from, stride, count, channels, to))

/// The first row of the `count` rows from number `first` that is the largest times `sign`.
CKERNELS_BODY void findLargest(const float *from, int64_t count, int64_t channels, const float *sign, int32_t first,
                               float *__restrict best, int32_t *__restrict rows) {
  for (int64_t c = 0; c < channels; c++) best[c] = from[c] * sign[c], rows[c] = first;
  for (int64_t r = 1; r < count; r++) {
    const float *x = from + r * channels;
    const int32_t row = first + int32_t(r);
    for (int64_t c = 0; c < channels; c++) {
      const float v = x[c] * sign[c];
      const bool better = v > best[c];
      best[c] = better ? v : best[c];
      rows[c] = better ? row : rows[c];
    }
  }
}
CKERNELS_VERSIONS(void, findLargest,
                  (const float *from, int64_t count, int64_t channels, const float *sign, int32_t first, float *best, int32_t *rows),
                  (from, count, channels, sign, first, best, rows))

/// Adds a ball's rows to sums and sums of squares; the first row counts `weight` times.
CKERNELS_BODY void addMoments(const float *from, int64_t count, int64_t channels, double weight, double *__restrict sums,
                              double *__restrict squares) {
  for (int64_t r = 0; r < count; r++, weight = 1) {
    const float *x = from + r * channels;
    for (int64_t c = 0; c < channels; c++) {
      const double v = x[c], w = weight * v;
      sums[c] += w;
      squares[c] += w * v;
    }
  }
}
CKERNELS_VERSIONS(void, addMoments,
                  (const float *from, int64_t count, int64_t channels, double weight, double *sums, double *squares),
                  (from, count, channels, weight, sums, squares))

/// Copies rows.
CKERNELS_BODY void copyRows(const float *from, int64_t fromStride, int64_t count, int64_t channels, float *__restrict to,
                            int64_t stride) {
  for (int64_t r = 0; r < count; r++)
    for (int64_t c = 0; c < channels; c++) to[r * stride + c] = from[r * fromStride + c];
}
CKERNELS_VERSIONS(void, copyRows,
                  (const float *from, int64_t fromStride, int64_t count, int64_t channels, float *to, int64_t stride),
                  (from, fromStride, count, channels, to, stride))

/// The slopes before a normalisation of a ball's rows: slope * factor - weight * (constant + linear * (x - mean)). Slopes may be NULL
/// for zeros.
CKERNELS_BODY void normalisationSlopes(const float *slopes, const float *values, int64_t count, int64_t channels, float weight,
                                       const float *factor, const float *constant, const float *linear, const float *mean,
                                       float *__restrict to, int64_t stride) {
  for (int64_t r = 0; r < count; r++, weight = 1) {
    const float *x = values + r * channels;
    float *__restrict row = to + r * stride;
    if (slopes) {
      const float *d = slopes + r * channels;
      for (int64_t c = 0; c < channels; c++) row[c] = d[c] * factor[c] - weight * (constant[c] + linear[c] * (x[c] - mean[c]));
    } else {
      for (int64_t c = 0; c < channels; c++) row[c] = -weight * (constant[c] + linear[c] * (x[c] - mean[c]));
    }
  }
}
CKERNELS_VERSIONS(void, normalisationSlopes,
                  (const float *slopes, const float *values, int64_t count, int64_t channels, float weight, const float *factor,
                   const float *constant, const float *linear, const float *mean, float *to, int64_t stride),
                  (slopes, values, count, channels, weight, factor, constant, linear, mean, to, stride))

/// Slopes behind a normalisation: those of a tile where the layer's result y is above 0; adds them, and their products with x - mean.
CKERNELS_BODY void maskSlopes(const float *tile, int64_t width, const float *y, int64_t yStride, const float *values, int64_t stride,
                              int64_t count, int64_t channels, const float *mean, float *__restrict to, double *__restrict sums,
                              double *__restrict products) {
  for (int64_t r = 0; r < count; r++) {
    const float *d = tile + r * width, *state = y + r * yStride, *x = values + r * stride;
    float *__restrict row = to + r * stride;
    for (int64_t c = 0; c < channels; c++) {
      const float v = state[c] > 0 ? d[c] : 0;
      row[c] = v;
      sums[c] += double(v);
      products[c] += double(v) * double(x[c] - mean[c]);
    }
  }
}
CKERNELS_VERSIONS(void, maskSlopes,
                  (const float *tile, int64_t width, const float *y, int64_t yStride, const float *values, int64_t stride,
                   int64_t count, int64_t channels, const float *mean, float *to, double *sums, double *products),
                  (tile, width, y, yStride, values, stride, count, channels, mean, to, sums, products))

/// to[numbers[r]] += from[r], center -= from[r].
CKERNELS_BODY void spread(const float *from, int64_t stride, const int32_t *numbers, int64_t count, int64_t channels, float *to,
                          float *__restrict center) {
  for (int64_t r = 0; r < count; r++) {
    const float *d = from + r * stride;
    float *__restrict row = to + numbers[r] * channels;
    for (int64_t c = 0; c < channels; c++) row[c] += d[c], center[c] -= d[c];
  }
}
CKERNELS_VERSIONS(void, spread,
                  (const float *from, int64_t stride, const int32_t *numbers, int64_t count, int64_t channels, float *to,
                   float *center),
                  (from, stride, numbers, count, channels, to, center))

}  // namespace ckernels::balls
