#pragma once
#include <cstdint>

namespace csgm {

constexpr int maskCentre = 1088;

/// 65535 at the centre and beside it, 0 elsewhere: hides a disparity and its neighbours from a search.
struct NeighbourMask {
  uint16_t values[2 * maskCentre];
  constexpr NeighbourMask() : values{} {
    for (int i = -1; i <= 1; i++) values[maskCentre + i] = 65535;
  }
};
inline constexpr NeighbourMask neighbourMask;

}  // namespace csgm
