#pragma once
#include <memory>
#include "Sites.hpp"

namespace ckernels::sparse {

/// The pairs of some outputs that follow each other in the sorted order, place by place.
struct Block {
  std::unique_ptr<int32_t[]> inputs;
  /// Outputs counted from the first of the block.
  std::unique_ptr<uint16_t[]> outputs;
};

/// Pairs of one place of the kernel in one block.
struct PairList {
  const int32_t *inputs;
  const uint16_t *outputs;
  int64_t count;
};

}  // namespace ckernels::sparse

struct ckernels_rules {
  static constexpr int64_t blockSize = 256;

  int64_t inputs = 0, outputs = 0;
  int places = 0;
  /// The row of each output in sorted order; empty where it is its place.
  std::vector<int32_t> rows;
  std::vector<ckernels::sparse::Block> blocks;
  /// blocks x (places + 1): where the pairs of each place begin.
  std::vector<int32_t> starts;

  int64_t blockCount() const { return int64_t(blocks.size()); }
  int64_t firstOutput(int64_t block) const { return block * blockSize; }
  int64_t outputCount(int64_t block) const {
    const int64_t left = outputs - firstOutput(block);
    return left < blockSize ? left : blockSize;
  }
  int64_t row(int64_t output) const { return rows.empty() ? output : rows[size_t(output)]; }
  ckernels::sparse::PairList pairs(int64_t block, int place) const {
    const int32_t *bounds = starts.data() + block * (places + 1) + place;
    const auto &found = blocks[size_t(block)];
    return {found.inputs.get() + bounds[0], found.outputs.get() + bounds[0], bounds[1] - bounds[0]};
  }
};
