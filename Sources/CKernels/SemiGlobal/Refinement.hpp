#pragma once
#include "Cleaning.hpp"
#include "Job.hpp"

namespace csgm {

/// From the winners of a row to disparities.
struct Refinement {
  const Job &job;
  int uniqueness, leftRight;
  Maps maps;

  /// Writes row y. scratch: one number for each column.
  void finish(int y, const Winner *winners, uint32_t *scratch) const;
};

}  // namespace csgm
