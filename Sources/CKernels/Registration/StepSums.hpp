#pragma once
#include "Correspondences.hpp"

namespace ckernels {

struct StepSettings {
  int method, kernel;
  float width, epsilon;
  StepSettings(int method, int kernel, double width, double epsilon)
      : method(method), kernel(kernel), width(float(width)), epsilon(float(epsilon)) {}
};

/// Matrix, right side, and what else a step counts, over one chunk.
struct ChunkSums {
  static constexpr int count = 33;
  double values[count];
};

/// Sums up the pairs of a chunk. normals: of the chunk's source points, where the method takes them.
void addPairs(const Chunk &chunk, const Place *targetNormals, const Place *normals, const Motion &motion, const StepSettings &settings,
              ChunkSums &sums);

}  // namespace ckernels
