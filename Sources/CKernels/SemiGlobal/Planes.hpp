#pragma once
#include "Job.hpp"

namespace csgm {

/// Census and grey planes of both pictures, as a Job refers to them.
class Planes {
 public:
  /// Fills in `job`'s planes; its sizes are set already.
  Planes(Job &job, const Sweeps &sweeps, const uint8_t *left, const uint8_t *right, int threads);

 private:
  Buffer<uint8_t> leftPlanes, rightPlanes, outside;
};

}  // namespace csgm
