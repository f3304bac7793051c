#pragma once
#include "Job.hpp"

namespace csgm {

/// What is known of each pixel: height x width.
struct Maps {
  int width, height;
  uint16_t *disparity, *deviation;
  uint8_t *confidence;

  void erase(size_t i) const {
    disparity[i] = 0;
    deviation[i] = 0;
    confidence[i] = 0;
  }
};

/// A median over 5x5 pixels; one without a disparity counts as the one in the middle. With `fills`, a pixel without a disparity
/// among at least 13 that have one gets one too.
void smooth(const Maps &maps, const Sweeps &sweeps, bool fills, int threads);

/// Removes components of fewer than `area` pixels; neighbours in rows and columns belong together up to a difference of `step`.
void removeSpeckles(const Maps &maps, int area, int step);

/// Windows make near surfaces too wide at their left, where they hide others: takes disparities back up to the strongest edge of
/// the picture within a few columns of such a gap.
void retreat(const Maps &maps, const uint8_t *picture, int threads);

/// Fills holes from the background at the ends of their gap in the row, made even by the rows around: only where the nearer end
/// is near, the rows agree, and the gap is as wide as the nearer surface at its right hides.
void interpolate(const Maps &maps, const Sweeps &sweeps, int reach, int threads);

}  // namespace csgm
