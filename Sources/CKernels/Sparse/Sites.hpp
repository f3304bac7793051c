#pragma once
#include <cstdint>
#include <vector>
#include "../include/SparseConvolution.h"

namespace ckernels::sparse {

/// A cell: batch and three places.
struct Cell {
  int32_t at[4];
};

/// Four fields of a 64-bit key, so that keys are ordered as the cells are.
struct KeyLayout {
  int64_t low[4] = {};
  int shift[4] = {};
  int bits = 0;

  /// Fields that hold each coordinate from low to high; false when they need more than 63 bits.
  bool fit(const int64_t lows[4], const int64_t highs[4]);

  uint64_t key(const int64_t at[4]) const {
    uint64_t key = 0;
    for (int axis = 0; axis < 4; axis++) key |= uint64_t(at[axis] - low[axis]) << shift[axis];
    return key;
  }
  uint64_t key(const Cell &cell) const {
    const int64_t at[4] = {cell.at[0], cell.at[1], cell.at[2], cell.at[3]};
    return key(at);
  }
  Cell cell(uint64_t key) const;
};

/// Sorts keys in ascending order, and `rows` with them where it is not NULL; equal keys keep their order.
void sortKeys(std::vector<uint64_t> &keys, std::vector<int32_t> *rows, int bits);

}  // namespace ckernels::sparse

struct ckernels_sites {
  /// In ascending order.
  std::vector<ckernels::sparse::Cell> cells;
  /// The row of each cell; empty where it is the cell's place.
  std::vector<int32_t> rows;
  /// Bounds of the coordinates; low 0 and high -1 without cells.
  int64_t low[4] = {}, high[4] = {-1, -1, -1, -1};

  int64_t count() const { return int64_t(cells.size()); }
  int32_t row(int64_t place) const { return rows.empty() ? int32_t(place) : rows[size_t(place)]; }
  void findBounds();
};
