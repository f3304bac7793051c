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

/// A median over 5x5 pixels; one without a disparity counts as the one in the middle.
void smooth(const Maps &maps, const Sweeps &sweeps);

/// Removes components of fewer than `area` pixels; neighbours in rows and columns belong together up to a difference of `step`.
void removeSpeckles(const Maps &maps, int area, int step);

/// Fills holes from the background at the ends of their gap in the row, made even by the rows around: only where the nearer end
/// is near, the rows agree, and the gap lies as an occlusion does.
void interpolate(const Maps &maps, const Sweeps &sweeps, int reach);

}  // namespace csgm
