#pragma once
#include <cstdint>
#include <vector>

#include "../Clouds/Lanes.hpp"
#include "Alignment.h"

namespace ckernels {

constexpr int chunkPoints = 512;

/// A point or direction with room to be read whole.
struct Place {
  float x, y, z, unused;
};

/// A pose in single precision.
struct Motion {
  float r[9], t[3];
  Motion(const double rotation[9], const double translation[3]) {
    for (int i = 0; i < 9; i++) r[i] = float(rotation[i]);
    for (int i = 0; i < 3; i++) t[i] = float(translation[i]);
  }
};

/// Some source points in the target frame, with the differences to the target points nearest to them.
struct Chunk {
  int64_t first;
  int count;
  alignas(64) float y[3][chunkPoints];
  alignas(64) float e[3][chunkPoints];
  /// -1 where no target point is within reach.
  alignas(64) int32_t match[chunkPoints];
  int searches;
};

/// The nearest target point of each source point, followed over the iterations of an alignment.
///
/// The pairs are exact. A pair is kept without a search while no other point can have come nearer: the second nearest was `second` away
/// when it was searched, and the point has moved less than the difference since. Where that does not hold the neighbours of the old pair are
/// looked through, nearest first, and decide as soon as the triangle inequality keeps all others out; the index is asked last.
class Correspondences {
 public:
  Correspondences(const ckernels_alignment_input &input, std::vector<Place> target);

  int64_t sourceCount() const { return input_.source_count; }

  /// Fills the chunk, whose points belong to one caller. May throw std::bad_alloc.
  void find(const Motion &motion, Chunk &chunk);

  void copy(int32_t *matches, float *squaredDistances) const;

 private:
  struct Track {
    float x, y, z;
    /// All target points but the match were at least this far away.
    float second;
  };

  bool searchNeighbours(const float *y, int64_t source);
  void searchIndex(Chunk &chunk, const std::vector<int> &wanted);

  const ckernels_alignment_input input_;
  const std::vector<Place> target_;
  const float reach_, searchReach_;
  std::vector<Track> tracks_;
  /// -1: none within the reach of searches; -2: never searched.
  std::vector<int32_t> matches_;
  std::vector<float> squaredDistances_;
};

}  // namespace ckernels
