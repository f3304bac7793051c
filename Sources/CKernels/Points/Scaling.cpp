#include <vector>
#include "../Parallel.hpp"
#include "Rows.hpp"

using namespace ckernels::rows;

namespace {

/// Two sums of each channel over all rows: `work(first, count, sums, others)` adds those of a run of rows in single precision.
template <class Work>
void sums(int64_t rows, int64_t channels, int32_t threads, double *sum, double *other, const Work &work) {
  const int64_t parts = (rows + part - 1) / part;
  std::vector<double> totals(size_t(2 * parts * channels), 0.0);
  ckernels::forChunks(rows, part, threadsFor(rows, channels, threads), [&](int64_t first, int64_t end, int) {
    std::vector<float> buffer(size_t(2 * channels));
    double *total = totals.data() + first / part * 2 * channels;
    for (int64_t start = first; start < end; start += run) {
      std::fill(buffer.begin(), buffer.end(), 0.0f);
      work(start, std::min(run, end - start), buffer.data(), buffer.data() + channels);
      for (int64_t c = 0; c < 2 * channels; c++) total[c] += buffer[size_t(c)];
    }
  });
  std::fill(sum, sum + channels, 0.0);
  std::fill(other, other + channels, 0.0);
  for (int64_t p = 0; p < parts; p++)
    for (int64_t c = 0; c < channels; c++) {
      sum[c] += totals[size_t(2 * p * channels + c)];
      other[c] += totals[size_t((2 * p + 1) * channels + c)];
    }
}

double counted(const float *repeats, int64_t rows) {
  if (!repeats) return double(rows);
  double total = 0;
  for (int64_t r = 0; r < rows; r++) total += repeats[r];
  return total;
}

/// The gradients of factor and summand from the sums, and what the rows' own statistics take from each row.
struct Slopes {
  std::vector<float> constant, linear;

  Slopes(const ckernels_row_scaling &s, const double *sum, const double *product, float *scale_gradient, float *shift_gradient)
      : constant(size_t(s.channels), 0.0f), linear(size_t(s.channels), 0.0f) {
    const double total = counted(s.repeats, s.rows);
    for (int64_t c = 0; c < s.channels; c++) {
      const double inverse = s.inverse[c];
      if (scale_gradient) scale_gradient[c] = float(product[c] * inverse);
      if (shift_gradient) shift_gradient[c] = float(sum[c]);
      if (!s.own_statistics) continue;
      constant[size_t(c)] = float(sum[c] / total);
      linear[size_t(c)] = float(product[c] * inverse * inverse / total);
    }
  }
};

}  // namespace

extern "C" double ckernels_row_moments(const float *values, const float *repeats, int64_t rows, int64_t channels, int32_t threads,
                                       double *mean, double *variance) {
  if (rows <= 0 || channels <= 0) return 0;
  // Deviations from the first row: means far from zero lose nothing.
  sums(rows, channels, threads, mean, variance, [&](int64_t first, int64_t count, float *sum, float *square) {
    kernels().moments(values + first * channels, repeats ? repeats + first : nullptr, count, channels, values, sum, square);
  });
  const double total = counted(repeats, rows);
  for (int64_t c = 0; c < channels; c++) {
    const double offset = mean[c] / total;
    variance[c] = std::max(0.0, variance[c] / total - offset * offset);
    mean[c] = offset + double(values[c]);
  }
  return total;
}

extern "C" void ckernels_row_scale(const ckernels_row_scaling *s, const float *values, float *out) {
  if (s->rows <= 0 || s->channels <= 0) return;
  ckernels::forChunks(s->rows, part, threadsFor(s->rows, s->channels, s->threads), [&](int64_t first, int64_t end, int) {
    kernels().scale(values + first * s->channels, end - first, s->channels, s->scale, s->shift, s->rectified != 0,
                    out + first * s->channels);
  });
}

extern "C" void ckernels_row_scale_gradient(const ckernels_row_scaling *s, const float *values, const float *gradient, float *target,
                                            float *scale_gradient, float *shift_gradient) {
  const int64_t channels = s->channels;
  if (channels <= 0) return;
  std::vector<double> sum(static_cast<size_t>(channels)), product(static_cast<size_t>(channels));
  sums(s->rows, channels, s->threads, sum.data(), product.data(), [&](int64_t first, int64_t count, float *one, float *other) {
    kernels().slopes(values + first * channels, gradient + first * channels, count, channels, s->scale, s->shift, s->mean,
                     s->rectified != 0, one, other);
  });
  const Slopes slopes(*s, sum.data(), product.data(), scale_gradient, shift_gradient);
  if (!target || s->rows <= 0) return;
  ckernels::forChunks(s->rows, part, threadsFor(s->rows, channels, s->threads), [&](int64_t first, int64_t end, int) {
    kernels().unscale(values + first * channels, gradient + first * channels, s->repeats ? s->repeats + first : nullptr, end - first,
                      channels, s->scale, s->shift, s->mean, slopes.constant.data(), slopes.linear.data(), s->rectified != 0,
                      target + first * channels);
  });
}

extern "C" void ckernels_row_maxima(const ckernels_row_scaling *s, const float *values, int64_t groups, const int64_t *starts, float *out,
                                    int32_t *rows) {
  const int64_t channels = s->channels;
  if (groups <= 0 || channels <= 0) return;
  ckernels::forChunks(groups, groups < 256 ? 1 : 16, threadsFor(s->rows, channels, s->threads), [&](int64_t first, int64_t end, int) {
    for (int64_t group = first; group < end; group++) {
      float *best = out + group * channels;
      kernels().maxima(values, starts[group], starts[group + 1] - starts[group], channels, s->scale, s->shift, best,
                       rows + group * channels);
      if (s->rectified)
        for (int64_t c = 0; c < channels; c++) best[c] = best[c] < 0.0f ? 0.0f : best[c];
    }
  });
}

extern "C" void ckernels_row_maxima_gradient(const ckernels_row_scaling *s, const float *values, int64_t groups, const int64_t *starts,
                                             const float *maxima, const int32_t *rows, const float *gradient, float *target,
                                             float *scale_gradient, float *shift_gradient) {
  const int64_t channels = s->channels;
  if (channels <= 0) return;
  const auto slope = [&](int64_t i) { return s->rectified && !(maxima[i] > 0.0f) ? 0.0f : gradient[i]; };
  std::vector<double> sum(static_cast<size_t>(channels)), product(static_cast<size_t>(channels));
  sums(groups, channels, s->threads, sum.data(), product.data(), [&](int64_t first, int64_t count, float *one, float *other) {
    for (int64_t group = first; group < first + count; group++)
      for (int64_t c = 0; c < channels; c++) {
        const int64_t i = group * channels + c;
        const float g = slope(i);
        one[c] += g;
        other[c] += g * (values[int64_t(rows[i]) * channels + c] - s->mean[c]);
      }
  });
  const Slopes slopes(*s, sum.data(), product.data(), scale_gradient, shift_gradient);
  if (!target) return;
  ckernels::forChunks(groups, groups < 256 ? 1 : 16, threadsFor(s->rows, channels, s->threads), [&](int64_t first, int64_t end, int) {
    for (int64_t group = first; group < end; group++) {
      const int64_t start = starts[group], count = starts[group + 1] - start;
      kernels().unscale(values + start * channels, nullptr, s->repeats ? s->repeats + start : nullptr, count, channels, s->scale,
                        s->shift, s->mean, slopes.constant.data(), slopes.linear.data(), false, target + start * channels);
      for (int64_t c = 0; c < channels; c++) {
        const int64_t i = group * channels + c;
        target[int64_t(rows[i]) * channels + c] += s->scale[c] * slope(i);
      }
    }
  });
}
