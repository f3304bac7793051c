#include "Refinement.hpp"
#include <algorithm>

namespace csgm {
namespace {

/// Whole quotients of small numbers by multiplication: exact while n * d < 2^24.
struct Quotients {
  uint32_t inverse[512];
  constexpr Quotients() : inverse{} {
    for (uint32_t d = 1; d < 512; d++) inverse[d] = ((1u << 24) + d - 1) / d;
  }
  int operator()(int n, int d) const { return int(uint64_t(n) * inverse[d] >> 24); }
};
constexpr Quotients quotient;

/// Of each right column, the best winner that claims it: cost * 65536 + index.
void claims(const Job &job, const Winner *winners, uint32_t *best) {
  std::fill_n(best, job.width, UINT32_MAX);
  for (int x = 0; x < job.width; x++) {
    const Winner &w = winners[x];
    if (w.index < 0) continue;
    const int column = x - job.minDisparity - w.index;
    best[column] = std::min(best[column], uint32_t(w.cost) << 16 | uint32_t(w.index));
  }
}

/// Offset of the least cost between neighbours, 1/32 pixel: two lines of equal slope through three costs.
int offset(const Winner &w) {
  if (w.before == 255 || w.after == 255) return 0;
  const int before = w.before - w.cost, after = w.after - w.cost, larger = std::max(before, after);
  if (larger == 0) return 0;
  // Rounded to the nearest, halves away from 0.
  const int size = quotient(CSGM_ONE_PIXEL * std::abs(before - after) + larger, 2 * larger);
  return before < after ? -size : size;
}

/// Standard deviation, 1/256 pixel: 0.05 pixel, and more the larger the cost and the flatter the costs around it; measured on
/// recorded and made pairs (docs/stereo.md).
int deviation(const Winner &w) {
  const int before = w.before == 255 ? 0 : w.before - w.cost, after = w.after == 255 ? 0 : w.after - w.cost;
  const int curvature = std::max(1, before + after);
  return std::min(13 + quotient(90 * int(w.cost), curvature), 1024);
}

/// 32 to 255: by how much the winner beats its rivals.
int confidence(const Winner &w) {
  if (w.second == 255) return 255;
  const int lead = int(w.second) - int(w.cost);
  return 32 + quotient(223 * std::max(lead, 0), std::max(1, int(w.second)));
}

}  // namespace

void Refinement::finish(int y, const Winner *winners, uint32_t *scratch) const {
  if (leftRight >= 0) claims(job, winners, scratch);
  for (int x = 0; x < job.width; x++) {
    const size_t i = size_t(y) * job.width + x;
    const Winner &w = winners[x];
    maps.erase(i);
    if (w.index < 0) continue;
    if (w.second != 255 && (100 - uniqueness) * int(w.second) < 100 * int(w.cost)) continue;
    if (leftRight >= 0) {
      const int claimed = int(scratch[x - job.minDisparity - w.index] & 0xffff);
      if (std::abs(claimed - w.index) > leftRight) continue;
    }
    const int value = CSGM_ONE_PIXEL * (job.minDisparity + w.index) + offset(w);
    if (value <= 0) continue;
    maps.disparity[i] = uint16_t(value);
    maps.deviation[i] = uint16_t(deviation(w));
    maps.confidence[i] = uint8_t(confidence(w));
  }
}

}  // namespace csgm
