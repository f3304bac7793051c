#include "Cleaning.hpp"
#include <algorithm>
#include <atomic>
#include <cstring>
#include "RowTasks.hpp"

namespace csgm {
namespace {

/// Room behind a row for loops that take 32 columns at a time.
constexpr int room = 32;

/// The component of each run of a row, and how many pixels it has.
class Components {
 public:
  explicit Components(size_t count) : parents(count), sizes(count) {}
  void start(uint32_t run, uint32_t size) {
    parents.data()[run] = run;
    sizes.data()[run] = size;
  }
  uint32_t root(uint32_t run) {
    uint32_t *p = parents.data();
    while (p[run] != run) run = p[run] = p[p[run]];
    return run;
  }
  void join(uint32_t a, uint32_t b) {
    a = root(a);
    b = root(b);
    if (a == b) return;
    if (b < a) std::swap(a, b);
    parents.data()[b] = a;
    sizes.data()[a] += sizes.data()[b];
  }
  uint32_t size(uint32_t run) { return sizes.data()[root(run)]; }

 private:
  Buffer<uint32_t> parents, sizes;
};

int difference(uint16_t a, uint16_t b) { return a > b ? a - b : b - a; }

/// Columns past a gap in which the edge of the nearer surface is looked for: a little more than census reaches.
constexpr int retreatReach = 6;

/// Whether a gap, pixels, is more than least / 10 and less than most / 10 of a jump of disparities.
bool isBetween(int gap, int least, int most, int jump) {
  const int64_t width = int64_t(gap) * CSGM_ONE_PIXEL * 10;
  return width > int64_t(least) * jump && width < int64_t(most) * jump;
}

/// The same, limits included.
bool isFrom(int gap, int least, int most, int jump) {
  const int64_t width = int64_t(gap) * CSGM_ONE_PIXEL * 10;
  return width >= int64_t(least) * jump && width <= int64_t(most) * jump;
}

void retreatRow(const Maps &maps, const uint8_t *picture, int y, uint16_t *row) {
  const int width = maps.width, height = maps.height;
  const size_t start = size_t(y) * width;
  std::memcpy(row, maps.disparity + start, width * sizeof(uint16_t));
  const uint8_t *here = picture + start, *above = y > 0 ? here - width : here, *below = y + 1 < height ? here + width : here;
  const auto grey = [&](int x) { return above[x] + here[x] + below[x]; };
  for (int x = 0; x < width;) {
    if (row[x] != 0) {
      x++;
      continue;
    }
    const int first = x;
    while (x < width && row[x] == 0) x++;
    const int gap = x - first;
    if (first == 0 || x + retreatReach + 1 >= width || gap < 4) continue;
    const int jump = int(row[x]) - int(row[first - 1]);
    if (jump <= 4 * CSGM_ONE_PIXEL || !isBetween(gap, 7, 15, jump)) continue;
    int edge = x - 1, strongest = -1;
    for (int k = x - 1; k < x + retreatReach + 1; k++) {
      const int strength = std::abs(grey(k) - grey(k - 1));
      if (strength > strongest) {
        strongest = strength;
        edge = k;
      }
    }
    if (strongest < 3 * 8) continue;
    for (int k = x; k < edge; k++)
      if (row[k] != 0 && difference(row[k], row[x]) < 3 * CSGM_ONE_PIXEL) maps.erase(start + k);
  }
}

}  // namespace

void smooth(const Maps &maps, const Sweeps &sweeps, bool fills, int threads) {
  const int width = maps.width, height = maps.height;
  const size_t stride = size_t(width) + 4 + 2 * room, bytes = size_t(width) * sizeof(uint16_t);
  // Rows with zeros all around.
  Buffer<uint16_t> padded(stride * (size_t(height) + 4)), scratch(2 * stride * std::max(1, std::min(threads, height)));
  const auto row = [&](int y) { return padded.data() + stride * size_t(y + 2) + 2; };
  std::memset(padded.data(), 0, stride * 2 * sizeof(uint16_t));
  std::memset(padded.data() + stride * (size_t(height) + 2), 0, stride * 2 * sizeof(uint16_t));
  forRows(height, threads, [&](int first, int end) {
    for (int y = first; y < end; y++) {
      uint16_t *to = row(y);
      to[-2] = to[-1] = 0;
      std::memcpy(to, maps.disparity + size_t(y) * width, bytes);
      std::memset(to + width, 0, (stride - width - 2) * sizeof(uint16_t));
    }
  });
  std::atomic<int> workers{0};
  forRows(height, threads, [&](int first, int end) {
    uint16_t *needed = scratch.data() + 2 * stride * size_t(workers++), *out = needed + stride;
    std::fill_n(needed, stride, uint16_t(fills ? 1 : 0));
    for (int y = first; y < end; y++) {
      const size_t start = size_t(y) * width;
      const uint16_t *const five[5] = {row(y - 2), row(y - 1), row(y), row(y + 1), row(y + 2)};
      // A pixel that has no disparity is not needed, unless the median fills.
      sweeps.medianOf25(five, fills ? needed : five[2], width, out);
      std::memcpy(maps.disparity + start, out, bytes);
      if (!fills) continue;
      for (int x = 0; x < width; x++) {
        if (five[2][x] != 0 || out[x] == 0) continue;
        maps.deviation[start + x] = 256;
        maps.confidence[start + x] = 31;
      }
    }
  });
}

void removeSpeckles(const Maps &maps, int area, int step) {
  const int width = maps.width, height = maps.height;
  const size_t pixels = size_t(width) * height;
  Buffer<uint32_t> runs(pixels);
  Components components(pixels);
  uint32_t count = 0;
  for (int y = 0; y < height; y++) {
    const uint16_t *row = maps.disparity + size_t(y) * width;
    uint32_t *run = runs.data() + size_t(y) * width;
    for (int x = 0; x < width;) {
      if (row[x] == 0) {
        x++;
        continue;
      }
      const int start = x;
      run[x++] = count;
      while (x < width && row[x] != 0 && difference(row[x], row[x - 1]) <= step) run[x++] = count;
      components.start(count++, uint32_t(x - start));
    }
    if (y == 0) continue;
    const uint16_t *above = row - width;
    const uint32_t *runAbove = run - width;
    uint32_t lastHere = UINT32_MAX, lastAbove = UINT32_MAX;
    for (int x = 0; x < width; x++) {
      if (row[x] == 0 || above[x] == 0 || difference(row[x], above[x]) > step) continue;
      if (run[x] == lastHere && runAbove[x] == lastAbove) continue;
      lastHere = run[x];
      lastAbove = runAbove[x];
      components.join(lastHere, lastAbove);
    }
  }
  for (int y = 0; y < height; y++) {
    const size_t start = size_t(y) * width;
    for (int x = 0; x < width;) {
      const size_t i = start + x;
      if (maps.disparity[i] == 0) {
        x++;
        continue;
      }
      const uint32_t run = runs.data()[i];
      const bool remove = components.size(run) < uint32_t(area);
      for (; x < width && maps.disparity[start + x] != 0 && runs.data()[start + x] == run; x++)
        if (remove) maps.erase(start + x);
    }
  }
}

void retreat(const Maps &maps, const uint8_t *picture, int threads) {
  const int width = maps.width, height = maps.height;
  Buffer<uint16_t> copies(size_t(width) * std::max(1, std::min(threads, height)));
  std::atomic<int> workers{0};
  forRows(height, threads, [&](int firstRow, int endRow) {
    uint16_t *row = copies.data() + size_t(width) * size_t(workers++);
    for (int y = firstRow; y < endRow; y++) retreatRow(maps, picture, y, row);
  });
}
void interpolate(const Maps &maps, const Sweeps &sweeps, int reach, int threads) {
  const int width = maps.width, height = maps.height;
  const size_t stride = size_t(width) + room;
  // Of each pixel: the disparity that its row suggests, and how far to trust that: distances, made longer by doubts.
  Buffer<uint16_t> suggestions(stride * height), distances(stride * height);
  Buffer<uint16_t> scratch(2 * stride * std::max(1, std::min(threads, height)));
  forRows(height, threads, [&](int firstRow, int endRow) {
    for (int y = firstRow; y < endRow; y++) {
      const uint16_t *row = maps.disparity + size_t(y) * width;
      uint16_t *suggestion = suggestions.data() + stride * y, *distance = distances.data() + stride * y;
      std::memset(suggestion + width, 0, room * sizeof(uint16_t));
      std::memset(distance + width, 0, room * sizeof(uint16_t));
      for (int x = 0; x < width;) {
        if (row[x] != 0) {
          suggestion[x] = row[x];
          distance[x++] = 0;
          continue;
        }
        const int start = x;
        while (x < width && row[x] == 0) x++;
        const uint16_t left = start > 0 ? row[start - 1] : 0, right = x < width ? row[x] : 0;
        const bool fromLeft = left != 0 && (right == 0 || left <= right);
        const uint16_t value = fromLeft ? left : right;
        // A nearer surface at the right hides as many columns as its disparity is larger.
        const int jump = int(right) - int(left);
        const bool jumps = left != 0 && right != 0 && std::abs(jump) > 2 * CSGM_ONE_PIXEL;
        const bool hides = jumps && jump > 0 && isFrom(x - start, 8, 12, jump);
        const bool isTight = hides && (x - start) * CSGM_ONE_PIXEL <= jump;
        for (int k = start; k < x; k++) {
          const int toLeft = left != 0 ? k - start + 1 : 1 << 20, toRight = right != 0 ? x - k : 1 << 20;
          const int near = fromLeft ? toLeft : toRight, far = fromLeft ? toRight : toLeft;
          int doubt = hides ? (near + 1) / 2 : near;
          if ((jumps && !hides) || (hides && !isTight && near > far)) doubt += 3 * reach / 4;
          suggestion[k] = value;
          distance[k] = uint16_t(std::min(value == 0 ? 65535 : doubt, 65535));
        }
      }
    }
  });
  std::atomic<int> workers{0};
  forRows(height, threads, [&](int firstRow, int endRow) {
    uint16_t *median = scratch.data() + 2 * stride * size_t(workers++), *agreement = median + stride;
    for (int y = firstRow; y < endRow; y++) {
      const uint16_t *around[15];
      for (int i = 0; i < 15; i++)
        around[i] = suggestions.data() + stride * size_t(std::clamp(y + 2 * (i - 7), 0, height - 1));
      const uint16_t *distance = distances.data() + stride * y;
      sweeps.medianOf15(around, distance, width, 3 * CSGM_ONE_PIXEL / 2, median, agreement);
      const size_t start = size_t(y) * width;
      for (int x = 0; x < width; x++) {
        if (distance[x] == 0 || median[x] == 0) continue;
        const int doubted = distance[x] + (agreement[x] < 8 ? reach / 3 : 0);
        if (doubted > reach) continue;
        maps.disparity[start + x] = median[x];
        maps.deviation[start + x] = uint16_t(256 + 256 * doubted / reach);
        maps.confidence[start + x] = uint8_t(31 - 30 * doubted / reach);
      }
    }
  });
}

}  // namespace csgm
