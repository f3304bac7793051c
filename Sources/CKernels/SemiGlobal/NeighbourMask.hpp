#pragma once
#include <cstdint>

namespace csgm {

constexpr int maskCentre = 1088;

/// 255 at the centre and beside it, 0 elsewhere: hides a disparity and its neighbours from a search.
struct NeighbourMask {
  uint8_t values[2 * maskCentre];
  constexpr NeighbourMask() : values{} {
    for (int i = -1; i <= 1; i++) values[maskCentre + i] = 255;
  }
};
inline constexpr NeighbourMask neighbourMask;

}  // namespace csgm
