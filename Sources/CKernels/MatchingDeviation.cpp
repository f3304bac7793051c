#include "MatchingDeviation.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

constexpr ptrdiff_t radius = 4;
constexpr double window = (2 * radius + 1) * (2 * radius + 1);

/// What is summed over a window: first over its columns, then over those. x and y count from the window's centre.
enum Sum { number, gradient, residual, squares, y, yy, d, dd, yd, columnSums };

/// Sums over a whole window.
struct Sums {
  double of[columnSums] = {};
  double x = 0, xx = 0, xy = 0, xd = 0;
};

/// A picture's values with what each pixel adds.
struct Samples {
  std::vector<float> disparity, gradient, residual;
  Samples(const float *left, const float *right, const float *disparities, ptrdiff_t w, ptrdiff_t h)
      : disparity(size_t(w * h)), gradient(size_t(w * h)), residual(size_t(w * h)) {
    for (ptrdiff_t row = 0; row < h; ++row) {
      const float *l = left + row * w, *r = right + row * w;
      for (ptrdiff_t column = 0; column < w; ++column) {
        const size_t i = size_t(row * w + column);
        const float value = disparities[i];
        disparity[i] = value > 0 && value < 1e6f ? value : 0;
        const ptrdiff_t before = std::max<ptrdiff_t>(column - 1, 0), after = std::min(column + 1, w - 1);
        const float slope = after > before ? (l[after] - l[before]) / float(after - before) : 0;
        gradient[i] = slope * slope;
        const double place = std::max(double(column) - double(disparity[i]), 0.0);
        const ptrdiff_t low = std::min(ptrdiff_t(place), std::max<ptrdiff_t>(w - 2, 0));
        const ptrdiff_t high = std::min(low + 1, w - 1);
        const float share = float(std::min(place - double(low), 1.0));
        residual[i] = l[column] - (r[low] + (r[high] - r[low]) * share);
      }
    }
  }
};

/// Sums over the columns of the windows of one row.
void sumColumns(const Samples &samples, ptrdiff_t w, ptrdiff_t h, ptrdiff_t row, std::vector<double> &columns) {
  std::fill(columns.begin(), columns.end(), 0.0);
  double *c[columnSums];
  for (int k = 0; k < columnSums; ++k) c[k] = columns.data() + k * w;
  for (ptrdiff_t v = std::max<ptrdiff_t>(row - radius, 0); v <= std::min(row + radius, h - 1); ++v) {
    const float *disparity = samples.disparity.data() + v * w;
    const float *slope = samples.gradient.data() + v * w, *rest = samples.residual.data() + v * w;
    const double down = double(v - row);
    for (ptrdiff_t x = 0; x < w; ++x) {
      const double there = disparity[x] > 0 ? 1 : 0, value = double(disparity[x]), e = there * double(rest[x]);
      c[number][x] += there;
      c[gradient][x] += there * double(slope[x]);
      c[residual][x] += e;
      c[squares][x] += e * e;
      c[y][x] += there * down;
      c[yy][x] += there * down * down;
      c[d][x] += value;
      c[dd][x] += value * value;
      c[yd][x] += value * down;
    }
  }
}

Sums sumWindow(const std::vector<double> &columns, ptrdiff_t w, ptrdiff_t first, ptrdiff_t last, ptrdiff_t center) {
  Sums s;
  for (int k = 0; k < columnSums; ++k) {
    const double *c = columns.data() + k * w;
    for (ptrdiff_t u = first; u <= last; ++u) s.of[k] += c[u];
  }
  const double *n = columns.data() + number * w, *ys = columns.data() + y * w, *ds = columns.data() + d * w;
  for (ptrdiff_t u = first; u <= last; ++u) {
    const double across = double(u - center);
    s.x += across * n[u];
    s.xx += across * across * n[u];
    s.xy += across * ys[u];
    s.xd += across * ds[u];
  }
  return s;
}

double clampedAbs(double value, double limit) { return std::min(std::fabs(value), limit); }

/// The part of c . f that the window gives.
double windowTerms(const Sums &s, double area, const double *c) {
  const double n = s.of[number];
  const double mean = s.of[residual] / n;
  const double variance = std::max(s.of[squares] / n - mean * mean, 0.0);
  const double mx = s.x / n, my = s.of[y] / n, md = s.of[d] / n;
  const double cxx = s.xx / n - mx * mx, cyy = s.of[yy] / n - my * my, cxy = s.xy / n - mx * my;
  const double cxd = s.xd / n - mx * md, cyd = s.of[yd] / n - my * md;
  const double cdd = std::max(s.of[dd] / n - md * md, 0.0);
  const double determinant = cxx * cyy - cxy * cxy;
  double slopeX = 0, slopeY = 0;
  if (determinant > 0.05) {
    slopeX = (cyy * cxd - cxy * cyd) / determinant;
    slopeY = (cxx * cyd - cxy * cxd) / determinant;
  }
  const double rough = std::sqrt(std::max(cdd - slopeX * cxd - slopeY * cyd, 0.0));
  return c[0] + c[1] * std::log(s.of[gradient] / n + 4) + c[2] * std::log(variance + 1) +
         c[3] * std::log(rough + 0.05) + c[4] * std::min(rough, 2.0) + c[5] * (1 - n / area) +
         c[6] * clampedAbs(slopeX, 1) + c[7] * clampedAbs(slopeY, 1) + c[8] * (1 - area / window);
}

void state(const Samples &samples, const float *stated, ptrdiff_t w, ptrdiff_t h, const double *c, float *target) {
  std::vector<double> columns(size_t(columnSums * w));
  for (ptrdiff_t row = 0; row < h; ++row) {
    sumColumns(samples, w, h, row, columns);
    const ptrdiff_t rows = std::min(row + radius, h - 1) - std::max<ptrdiff_t>(row - radius, 0) + 1;
    for (ptrdiff_t x = 0; x < w; ++x) {
      const size_t i = size_t(row * w + x);
      const double disparity = double(samples.disparity[i]);
      target[i] = 0;
      if (!(disparity > 0)) continue;
      const ptrdiff_t first = std::max<ptrdiff_t>(x - radius, 0), last = std::min(x + radius, w - 1);
      const Sums s = sumWindow(columns, w, first, last, x);
      double sum = windowTerms(s, double(rows * (last - first + 1)), c);
      sum += c[9] * std::clamp((4 - double(x) + disparity) / 4, 0.0, 1.0);
      if (stated) sum += c[10] * std::log(std::clamp(double(stated[i]), 1.0 / 256, 1e6));
      target[i] = float(std::min(std::exp(sum), 1e6));
    }
  }
}

} // namespace

extern "C" int32_t ckernels_matching_deviation(const float *left, const float *right, const float *disparity,
                                               const float *stated, int32_t width, int32_t height,
                                               const double *coefficients, float *target) {
  if (width <= 0 || height <= 0) return 0;
  try {
    const Samples samples(left, right, disparity, width, height);
    state(samples, stated, width, height, coefficients, target);
  } catch (...) {
    return 1;
  }
  return 0;
}
