#include "Planes.hpp"
#include <algorithm>
#include <atomic>
#include <cstring>
#include "RowTasks.hpp"

namespace csgm {
namespace {

/// Census compares with pixels up to four columns and rows away.
constexpr int reach = 4;

/// Five rows, two apart, of which the last column and row on each side repeats.
class Rows {
 public:
  /// Row `first` is the first to be asked for.
  Rows(const uint8_t *picture, int width, int height, bool mirrored, int first, uint8_t *memory)
      : picture(picture), width(width), height(height), mirrored(mirrored), stride(bytes(width) / (2 * reach + 1)), memory(memory),
        loaded(first - reach - 1) {}

  static size_t bytes(int width) { return (size_t(width) + 2 * reach + 64) * (2 * reach + 1); }

  void around(int y, const uint8_t *rows[5]) {
    while (loaded < y + reach) load(++loaded);
    for (int i = 0; i < 5; i++) rows[i] = place(y + 2 * (i - 2)) + reach;
  }

 private:
  uint8_t *place(int y) { return memory + stride * size_t((y + 2 * reach + 1) % (2 * reach + 1)); }

  void load(int y) {
    const uint8_t *from = picture + size_t(std::clamp(y, 0, height - 1)) * width;
    uint8_t *to = place(y);
    if (mirrored) std::reverse_copy(from, from + width, to + reach);
    else std::memcpy(to + reach, from, width);
    std::memset(to, to[reach], reach);
    std::memset(to + reach + width, to[reach + width - 1], reach);
  }

  const uint8_t *picture;
  const int width, height;
  const bool mirrored;
  const size_t stride;
  uint8_t *const memory;
  int loaded;
};

void fill(const Sweeps &sweeps, const uint8_t *picture, int width, int height, bool mirrored, uint8_t *planes,
          size_t planeSize, size_t stride, int threads) {
  Buffer<uint8_t> memory(Rows::bytes(width) * std::max(1, std::min(threads, height)));
  std::atomic<int> workers{0};
  forRows(height, threads, [&](int first, int end) {
    Rows rows(picture, width, height, mirrored, first, memory.data() + Rows::bytes(width) * size_t(workers++));
    for (int y = first; y < end; y++) {
      const uint8_t *around[5];
      rows.around(y, around);
      uint8_t *row = planes + stride * y;
      uint8_t *const out[3] = {row, row + planeSize, row + 2 * planeSize};
      sweeps.census(around, width, mirrored, out);
      uint8_t *grey = row + 3 * planeSize;
      for (int x = 0; x < width; x++) grey[x] = around[2][x] >> greyShift;
      for (int k = 0; k < 4; k++) std::memset(row + k * planeSize + width, 0, stride - width);
    }
  });
}

}  // namespace

Planes::Planes(Job &job, const Sweeps &sweeps, const uint8_t *left, const uint8_t *right,
               int threads)
    : leftPlanes(size_t(job.width) * job.height * 4),
      rightPlanes((size_t(job.width) + job.minDisparity + job.padded) * job.height * 4),
      outside(size_t(job.width) + job.minDisparity + job.padded) {
  job.rightStride = size_t(job.width) + job.minDisparity + job.padded;
  const size_t leftSize = size_t(job.width) * job.height, rightSize = job.rightStride * job.height;
  fill(sweeps, left, job.width, job.height, false, leftPlanes.data(), leftSize, job.width, threads);
  fill(sweeps, right, job.width, job.height, true, rightPlanes.data(), rightSize, job.rightStride, threads);
  std::memset(outside.data(), 0, job.width);
  std::memset(outside.data() + job.width, largestCost, job.rightStride - job.width);
  for (int k = 0; k < 4; k++) {
    job.left[k] = leftPlanes.data() + k * leftSize;
    job.right[k] = rightPlanes.data() + k * rightSize;
  }
  job.outside = outside.data();
  job.picture = left;
}

}  // namespace csgm
