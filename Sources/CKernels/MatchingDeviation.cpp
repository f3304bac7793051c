#include "MatchingDeviation.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <vector>

namespace {

constexpr int radius = 2;

/// What is summed over a window. Disparities and columns count from the window's centre column, so that sums stay small.
struct Sums {
  double n = 0, gradient = 0, residual = 0, squares = 0;
  double x = 0, y = 0, xx = 0, yy = 0, xy = 0, d = 0, dd = 0, xd = 0, yd = 0;
};

/// What one pixel adds.
struct Sample {
  float disparity, gradient, residual;
};

double clampedAbs(double value, double limit) { return std::min(std::fabs(value), limit); }

double deviation(const Sums &s, double area, const double *c) {
  const double n = s.n;
  const double mean = s.residual / n;
  const double variance = std::max(s.squares / n - mean * mean, 0.0);
  const double mx = s.x / n, my = s.y / n, md = s.d / n;
  const double cxx = s.xx / n - mx * mx, cyy = s.yy / n - my * my, cxy = s.xy / n - mx * my;
  const double cxd = s.xd / n - mx * md, cyd = s.yd / n - my * md;
  const double cdd = std::max(s.dd / n - md * md, 0.0);
  const double determinant = cxx * cyy - cxy * cxy;
  double slopeX = 0, slopeY = 0;
  if (determinant > 0.05) {
    slopeX = (cyy * cxd - cxy * cyd) / determinant;
    slopeY = (cxx * cyd - cxy * cxd) / determinant;
  }
  const double rough = std::sqrt(std::max(cdd - slopeX * cxd - slopeY * cyd, 0.0));
  const double log_sigma = c[0] + c[1] * std::log(s.gradient / n + 4) + c[2] * std::log(variance + 1) +
                           c[3] * std::log(rough + 0.05) + c[4] * std::min(rough, 2.0) + c[5] * (1 - n / area) +
                           c[6] * clampedAbs(slopeX, 1) + c[7] * clampedAbs(slopeY, 1);
  return std::exp(log_sigma);
}

} // namespace

extern "C" int32_t ckernels_matching_deviation(const float *left, const float *right, const float *disparity,
                                               int32_t width, int32_t height, const double *coefficients,
                                               float *target) {
  if (width <= 0 || height <= 0) return 0;
  const ptrdiff_t w = width, h = height;
  std::vector<Sample> samples;
  try {
    samples.resize(static_cast<size_t>(w) * static_cast<size_t>(h));
  } catch (const std::bad_alloc &) {
    return 1;
  } catch (...) {
    return 1;
  }
  for (ptrdiff_t y = 0; y < h; ++y) {
    const float *l = left + y * w, *r = right + y * w;
    for (ptrdiff_t x = 0; x < w; ++x) {
      Sample &sample = samples[static_cast<size_t>(y * w + x)];
      const float d = disparity[y * w + x];
      sample.disparity = d > 0 && d < 1e6f ? d : 0;
      const ptrdiff_t before = std::max<ptrdiff_t>(x - 1, 0), after = std::min(x + 1, w - 1);
      const float slope = after > before ? (l[after] - l[before]) / static_cast<float>(after - before) : 0;
      sample.gradient = slope * slope;
      const double place = std::max(static_cast<double>(x) - static_cast<double>(sample.disparity), 0.0);
      const ptrdiff_t low = std::min(static_cast<ptrdiff_t>(place), std::max<ptrdiff_t>(w - 2, 0));
      const ptrdiff_t high = std::min(low + 1, w - 1);
      const float share = static_cast<float>(std::min(place - static_cast<double>(low), 1.0));
      sample.residual = l[x] - (r[low] + (r[high] - r[low]) * share);
    }
  }
  for (ptrdiff_t y = 0; y < h; ++y) {
    const ptrdiff_t top = std::max<ptrdiff_t>(y - radius, 0), bottom = std::min(y + radius, h - 1);
    for (ptrdiff_t x = 0; x < w; ++x) {
      const float center = samples[static_cast<size_t>(y * w + x)].disparity;
      if (!(center > 0)) {
        target[y * w + x] = 0;
        continue;
      }
      const ptrdiff_t first = std::max<ptrdiff_t>(x - radius, 0), last = std::min(x + radius, w - 1);
      Sums s;
      for (ptrdiff_t v = top; v <= bottom; ++v) {
        for (ptrdiff_t u = first; u <= last; ++u) {
          const Sample &sample = samples[static_cast<size_t>(v * w + u)];
          if (!(sample.disparity > 0)) continue;
          const double dx = static_cast<double>(u - x), dy = static_cast<double>(v - y);
          const double d = static_cast<double>(sample.disparity) - static_cast<double>(center);
          const double e = static_cast<double>(sample.residual);
          s.n += 1;
          s.gradient += static_cast<double>(sample.gradient);
          s.residual += e;
          s.squares += e * e;
          s.x += dx;
          s.y += dy;
          s.xx += dx * dx;
          s.yy += dy * dy;
          s.xy += dx * dy;
          s.d += d;
          s.dd += d * d;
          s.xd += dx * d;
          s.yd += dy * d;
        }
      }
      const double area = static_cast<double>((bottom - top + 1) * (last - first + 1));
      const double sigma = deviation(s, area, coefficients);
      target[y * w + x] = static_cast<float>(std::min(sigma, 1e6));
    }
  }
  return 0;
}
