#pragma once
#include <cstdint>

namespace ckernels::rows {

/// Inner loops over rows `first ..< end`, compiled for several processors; all give the same bits.
struct RowKernels {
  void (*differences)(const float *points, const int32_t *members, const float *centre, int64_t count, int64_t channels, float *out);
  void (*spread)(const float *gradient, const int32_t *members, int64_t count, int64_t channels, int64_t begin, int64_t end,
                 float *points);
  void (*sumRows)(const float *gradient, int64_t count, int64_t channels, float *sum);
  void (*moments)(const float *values, const float *repeats, int64_t count, int64_t channels, const float *origin, float *sum,
                  float *square);
  void (*scale)(const float *values, int64_t count, int64_t channels, const float *scale, const float *shift, bool rectified, float *out);
  void (*slopes)(const float *values, const float *gradient, int64_t count, int64_t channels, const float *scale, const float *shift,
                 const float *mean, bool rectified, float *sum, float *product);
  void (*unscale)(const float *values, const float *gradient, const float *repeats, int64_t count, int64_t channels, const float *scale,
                  const float *shift, const float *mean, const float *constant, const float *linear, bool rectified, float *out);
  void (*maxima)(const float *values, int64_t first, int64_t count, int64_t channels, const float *scale, const float *shift,
                 float *out, int32_t *rows);
};

extern const RowKernels portable;
#if defined(__x86_64__)
extern const RowKernels avx2, avx512;
#endif

}  // namespace ckernels::rows
