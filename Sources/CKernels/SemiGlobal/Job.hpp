#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include "../include/SemiGlobalMatching.h"

namespace csgm {

/// Costs of one pixel: 24 bits of census, and the grey difference.
constexpr int censusBits = 24, greyShift = 2, greyLimit = 8;
constexpr int largestCost = censusBits + greyLimit;
/// Disparities are padded to this many.
constexpr int chunk = 64;

/// Memory that starts at a cache line.
template <class T> class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t count) {
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, sizeof(T), &bytes) || bytes > SIZE_MAX / 2) throw std::bad_alloc();
    bytes = (bytes + 255) / 64 * 64;
    memory.reset(static_cast<T *>(std::aligned_alloc(64, bytes)));
    if (!memory) throw std::bad_alloc();
  }
  T *data() const { return memory.get(); }

 private:
  struct Release {
    void operator()(T *pointer) const { std::free(pointer); }
  };
  std::unique_ptr<T, Release> memory;
};

/// The winner of one pixel.
struct Winner {
  /// Index of the disparity; -1: none.
  int16_t index;
  /// Its total cost, those of the neighbours, and the best one that is no neighbour; 255 or more, or beyond the range: 255.
  uint8_t cost, before, after, second;
};

/// What all sweeps share.
struct Job {
  int width, height, minDisparity, count, padded, paths;
  /// Directions besides the horizontal one that a sweep follows: 1 or 3.
  int states;
  uint8_t p1;
  /// The larger penalty for each grey difference.
  uint8_t p2[256];
  /// The left picture itself.
  const uint8_t *picture;
  /// Rows of left planes (three of census, one of grey / 4), each height x width.
  const uint8_t *left[4];
  /// The same of the right picture from its right end to the left: row y starts at y * rightStride.
  const uint8_t *right[4];
  size_t rightStride;
  /// For the place of each right value: 0, or largestCost where the picture has no such column.
  const uint8_t *outside;

  size_t stateBytes() const { return size_t(states) * width * padded; }
  size_t stateMinima() const { return size_t(states) * width; }
  size_t sumBytes() const { return size_t(width) * padded * (states == 3 ? 2 : 1); }
};

/// Path costs of one row in the directions across rows: costs[state][slot][disparity], minima[state][slot].
struct State {
  uint8_t *costs;
  uint8_t *minima;
};

/// Loops that exist once for each kind of instructions.
struct Sweeps {
  /// One row of path costs, upwards or downwards.
  void (*advance)(const Job &, bool up, int y, State);
  /// One row upwards, with the path from the right; the sums go to `sums`.
  void (*sumUpwards)(const Job &, int y, State, uint8_t *horizontal, uint8_t *sums);
  /// One row downwards, with the path from the left; adds `sums` and finds the winners.
  void (*matchDownwards)(const Job &, int y, State, uint8_t *horizontal, const uint8_t *sums, uint8_t *total, Winner *);
  /// Three census planes of one row from nine rows with four more columns on each side; mirrored: columns run backwards.
  void (*census)(const uint8_t *const rows[5], int width, bool mirrored, uint8_t *const planes[3]);
  /// Median of fifteen rows, column by column, and how many of the fifteen are within `tolerance` of it; 32 columns at a time
  /// (so the rows have room behind them), and only where a column of the 32 is needed: not 0.
  void (*medianOf15)(const uint16_t *const rows[15], const uint16_t *needed, int width, uint16_t tolerance,
                     uint16_t *median, uint16_t *agreement);
  /// Median of 5x5 values, of which those that are 0 count as the middle one, where `needed` is not 0; elsewhere the value itself.
  /// 32 columns at a time.
  void (*medianOf25)(const uint16_t *const rows[5], const uint16_t *needed, int width, uint16_t *out);
};

extern const Sweeps portableSweeps;
#if defined(__x86_64__)
extern const Sweeps avx2Sweeps, avx512Sweeps;
#endif

}  // namespace csgm
