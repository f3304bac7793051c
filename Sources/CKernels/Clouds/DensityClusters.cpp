#include "DensityClusters.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "../Parallel.hpp"

#pragma STDC FP_CONTRACT OFF

namespace {

constexpr int64_t cellsAtOnce = 512;

/// A half of the cells that may hold points within the radius, by rows: each is a run of up to five cells of consecutive keys.
struct Row {
  int x, y, lowZ, highZ;
};

/// Points in cells whose diagonal is a little less than the radius: the points of one cell are within the radius of each other, and points
/// more than two cells apart along an axis are not.
class Clustering {
 public:
  Clustering(float radius, int64_t minPoints, int threads)
      : radius_(radius), limit_(radius * radius), minPoints_(minPoints), threads_(threads) {}

  /// Returns whether the cloud's span allows it.
  bool sort(const float *points, int64_t count) {
    double low[3], high[3];
    for (int axis = 0; axis < 3; axis++) low[axis] = std::numeric_limits<double>::infinity(), high[axis] = -low[axis];
    std::vector<int32_t> valid;
    valid.reserve(size_t(count));
    for (int64_t i = 0; i < count; i++) {
      const float *p = points + 3 * i;
      if (!(std::isfinite(p[0]) && std::isfinite(p[1]) && std::isfinite(p[2]))) continue;
      valid.push_back(int32_t(i));
      for (int axis = 0; axis < 3; axis++)
        low[axis] = std::min(low[axis], double(p[axis])), high[axis] = std::max(high[axis], double(p[axis]));
    }
    if (valid.empty()) return true;
    const double scale = 1 / (double(radius_) * 0.57735 * 0.9999);
    for (int axis = 0; axis < 3; axis++) {
      const double cells = (high[axis] - low[axis]) * scale;
      if (!(cells < double((1 << 21) - 8))) return false;
      // Two cells more on each side, so that neighbours have keys.
      for (bits_[axis] = 3; cells + 6 >= double(int64_t(1) << bits_[axis]); bits_[axis]++) {}
    }
    std::vector<std::pair<uint64_t, int32_t>> order(valid.size());
    for (size_t n = 0; n < valid.size(); n++) {
      const float *p = points + 3 * int64_t(valid[n]);
      int64_t cell[3];
      for (int axis = 0; axis < 3; axis++) cell[axis] = int64_t((double(p[axis]) - low[axis]) * scale) + 2;
      order[n] = {key(cell[0], cell[1], cell[2]), valid[n]};
    }
    sortByKey(order);
    numbers_.resize(order.size()), xyz_.resize(3 * order.size());
    for (size_t n = 0; n < order.size(); n++) {
      if (n == 0 || order[n].first != order[n - 1].first) {
        keys_.push_back(order[n].first);
        starts_.push_back(int32_t(n));
      }
      numbers_[n] = order[n].second;
      for (int axis = 0; axis < 3; axis++) xyz_[3 * n + size_t(axis)] = points[3 * int64_t(order[n].second) + axis];
    }
    starts_.push_back(int32_t(order.size()));
    return true;
  }

  /// Finds the core points; in each cell they come first afterwards.
  void findCores() {
    cores_.resize(keys_.size());
    if (minPoints_ <= 1) {
      for (size_t c = 0; c < keys_.size(); c++) cores_[c] = starts_[c + 1] - starts_[c];
      return;
    }
    std::vector<uint8_t> isCore(numbers_.size(), 0);
    forNeighbours(allRows(), [&](int64_t c) { return size(c) < minPoints_; },
                  [&](int64_t c, const int32_t *found, int neighbours) {
      for (int32_t i = starts_[size_t(c)]; i < starts_[size_t(c) + 1]; i++) {
        int64_t near = size(c);
        for (int n = 0; n < neighbours && near < minPoints_; n++) near += countNear(i, found[n], minPoints_ - near);
        isCore[size_t(i)] = near >= minPoints_;
      }
    });
    ckernels::forChunks(int64_t(keys_.size()), cellsAtOnce, threads_, [&](int64_t first, int64_t end, int) {
      for (int64_t c = first; c < end; c++) {
        if (size(c) >= minPoints_) {
          cores_[size_t(c)] = int32_t(size(c));
          continue;
        }
        // Few points: insertion keeps both groups in the order of their numbers.
        const int32_t start = starts_[size_t(c)];
        int32_t cores = 0;
        for (int32_t i = start; i < starts_[size_t(c) + 1]; i++) {
          if (!isCore[size_t(i)]) continue;
          for (int32_t j = i; j > start + cores; j--) swapPoints(j, j - 1), std::swap(isCore[size_t(j)], isCore[size_t(j) - 1]);
          cores++;
        }
        cores_[size_t(c)] = cores;
      }
    });
  }

  /// Joins cells whose core points are within the radius: those that touch first, which leaves little to compare for the others.
  void join() {
    if (keys_.empty()) return;
    parent_.resize(keys_.size());
    for (size_t c = 0; c < keys_.size(); c++) parent_[c] = int32_t(c);
    for (const auto &rows : {touchingRows(), fartherRows()})
      sweep(rows, 0, int64_t(keys_.size()), [&](int64_t c) { return cores_[size_t(c)] > 0; },
            [&](int64_t c, const int32_t *found, int neighbours) {
        for (int n = 0; n < neighbours; n++) {
          const int32_t a = root(int32_t(c)), b = root(found[n]);
          if (a != b && cores_[size_t(found[n])] > 0 && touch(c, found[n])) parent_[size_t(std::max(a, b))] = std::min(a, b);
        }
      });
  }

  int64_t label(int64_t count, int32_t *labels) {
    std::fill(labels, labels + count, -1);
    if (keys_.empty()) return 0;
    std::vector<int32_t> top(keys_.size()), number(keys_.size(), -1);
    std::vector<std::pair<int32_t, int32_t>> firsts;
    // The first core point of a cluster is the first of one of its cells.
    for (size_t c = 0; c < keys_.size(); c++) {
      top[c] = root(int32_t(c));
      if (cores_[c] > 0) firsts.push_back({numbers_[size_t(starts_[c])], top[c]});
    }
    std::sort(firsts.begin(), firsts.end());
    int32_t clusters = 0;
    for (const auto &[point, cell] : firsts)
      if (number[size_t(cell)] < 0) number[size_t(cell)] = clusters++;
    for (size_t c = 0; c < keys_.size(); c++)
      for (int32_t i = starts_[c]; i < starts_[c] + cores_[c]; i++) labels[numbers_[size_t(i)]] = number[size_t(top[c])];
    if (minPoints_ <= 1) return clusters;
    forNeighbours(allRows(), [&](int64_t c) { return size(c) > cores_[size_t(c)]; },
                  [&](int64_t c, const int32_t *found, int neighbours) {
      for (int32_t i = starts_[size_t(c)] + cores_[size_t(c)]; i < starts_[size_t(c) + 1]; i++) {
        int32_t best = cores_[size_t(c)] > 0 ? number[size_t(top[size_t(c)])] : clusters;
        for (int n = 0; n < neighbours; n++) {
          const size_t other = size_t(found[n]);
          if (cores_[other] > 0 && number[size_t(top[other])] < best && isNearCore(i, found[n])) best = number[size_t(top[other])];
        }
        if (best < clusters) labels[numbers_[size_t(i)]] = best;
      }
    });
    return clusters;
  }

 private:
  uint64_t key(int64_t x, int64_t y, int64_t z) const {
    return uint64_t(x) << (bits_[1] + bits_[2]) | uint64_t(y) << bits_[2] | uint64_t(z);
  }

  int64_t size(int64_t c) const { return starts_[size_t(c) + 1] - starts_[size_t(c)]; }

  /// Stable, 11 bits at a time.
  void sortByKey(std::vector<std::pair<uint64_t, int32_t>> &order) const {
    if (order.size() < 4096) return std::sort(order.begin(), order.end());
    std::vector<std::pair<uint64_t, int32_t>> other(order.size());
    for (int shift = 0; shift < bits_[0] + bits_[1] + bits_[2]; shift += 11) {
      int32_t counts[2049] = {};
      for (const auto &entry : order) counts[(entry.first >> shift & 2047) + 1]++;
      for (int n = 0; n < 2048; n++) counts[n + 1] += counts[n];
      for (const auto &entry : order) other[size_t(counts[entry.first >> shift & 2047]++)] = entry;
      order.swap(other);
    }
  }

  static std::vector<Row> allRows() {
    std::vector<Row> rows;
    for (int x = -2; x <= 2; x++)
      for (int y = -2; y <= 2; y++) {
        if (x == 0 && y == 0) rows.push_back({0, 0, -2, -1}), rows.push_back({0, 0, 1, 2});
        else rows.push_back({x, y, -2, 2});
      }
    return rows;
  }

  /// One half of the 26 cells around, and of the others.
  static std::vector<Row> touchingRows() { return {{0, 0, 1, 1}, {0, 1, -1, 1}, {1, -1, -1, 1}, {1, 0, -1, 1}, {1, 1, -1, 1}}; }
  static std::vector<Row> fartherRows() {
    std::vector<Row> rows = {{0, 0, 2, 2}, {0, 2, -2, 2}, {1, -2, -2, 2}, {1, 2, -2, 2}};
    for (int y = -2; y <= 2; y++) rows.push_back({2, y, -2, 2});
    for (auto [x, y] : {std::pair{0, 1}, {1, -1}, {1, 0}, {1, 1}}) rows.push_back({x, y, -2, -2}), rows.push_back({x, y, 2, 2});
    return rows;
  }

  /// Calls `body(cell, cells, number)` with the neighbours of each wanted cell. Keys ascend, so each row's place only moves on.
  template <class Wanted, class Body>
  void sweep(const std::vector<Row> &rows, int64_t first, int64_t end, const Wanted &wanted, const Body &body) const {
    int64_t places[32];
    uint64_t steps[32];
    int32_t found[128];
    for (size_t r = 0; r < rows.size(); r++) {
      steps[r] = (uint64_t(int64_t(rows[r].x)) << (bits_[1] + bits_[2])) + (uint64_t(int64_t(rows[r].y)) << bits_[2]) +
                 uint64_t(int64_t(rows[r].lowZ));
      places[r] = std::lower_bound(keys_.begin(), keys_.end(), keys_[size_t(first)] + steps[r]) - keys_.begin();
    }
    const int64_t cells = int64_t(keys_.size());
    for (int64_t c = first; c < end; c++) {
      if (!wanted(c)) continue;
      int neighbours = 0;
      for (size_t r = 0; r < rows.size(); r++) {
        const uint64_t low = keys_[size_t(c)] + steps[r], high = low + uint64_t(rows[r].highZ - rows[r].lowZ);
        int64_t place = places[r];
        while (place < cells && keys_[size_t(place)] < low) place++;
        places[r] = place;
        for (; place < cells && keys_[size_t(place)] <= high; place++) found[neighbours++] = int32_t(place);
      }
      body(c, found, neighbours);
    }
  }

  template <class Wanted, class Body>
  void forNeighbours(const std::vector<Row> &rows, const Wanted &wanted, const Body &body) const {
    ckernels::forChunks(int64_t(keys_.size()), cellsAtOnce, threads_,
                        [&](int64_t first, int64_t end, int) { sweep(rows, first, end, wanted, body); });
  }

  bool isNear(const float *p, const float *q) const {
    const float dx = q[0] - p[0], dy = q[1] - p[1], dz = q[2] - p[2];
    return dx * dx + dy * dy + dz * dz <= limit_;
  }

  int64_t countNear(int32_t point, int32_t cell, int64_t enough) const {
    int64_t near = 0;
    for (int32_t j = starts_[size_t(cell)]; j < starts_[size_t(cell) + 1] && near < enough; j++)
      near += isNear(&xyz_[3 * size_t(point)], &xyz_[3 * size_t(j)]);
    return near;
  }

  bool isNearCore(int32_t point, int32_t cell) const {
    const int32_t start = starts_[size_t(cell)];
    for (int32_t j = start; j < start + cores_[size_t(cell)]; j++)
      if (isNear(&xyz_[3 * size_t(point)], &xyz_[3 * size_t(j)])) return true;
    return false;
  }

  /// Whether a core point of one cell is within the radius of one of the other.
  bool touch(int64_t a, int32_t b) const {
    const int32_t start = starts_[size_t(a)];
    for (int32_t i = start; i < start + cores_[size_t(a)]; i++)
      if (isNearCore(i, b)) return true;
    return false;
  }

  void swapPoints(int32_t i, int32_t j) {
    std::swap(numbers_[size_t(i)], numbers_[size_t(j)]);
    std::swap_ranges(&xyz_[3 * size_t(i)], &xyz_[3 * size_t(i)] + 3, &xyz_[3 * size_t(j)]);
  }

  int32_t root(int32_t cell) {
    while (parent_[size_t(cell)] != cell) cell = parent_[size_t(cell)] = parent_[size_t(parent_[size_t(cell)])];
    return cell;
  }

  const float radius_, limit_;
  const int64_t minPoints_;
  const int threads_;
  int bits_[3] = {};
  std::vector<uint64_t> keys_;
  /// Where each cell's points start, and how many of them are core points.
  std::vector<int32_t> starts_, cores_, parent_;
  std::vector<int32_t> numbers_;
  std::vector<float> xyz_;
};

}  // namespace

int32_t ckernels_density_clusters(const float *points, int64_t count, float radius, int64_t min_points, int32_t threads,
                                  int32_t *labels, int64_t *clusters) {
  *clusters = 0;
  try {
    Clustering clustering(radius, min_points, threads);
    if (!clustering.sort(points, count)) return 2;
    clustering.findCores();
    clustering.join();
    *clusters = clustering.label(count, labels);
    return 0;
  } catch (...) {
    return 1;
  }
}
