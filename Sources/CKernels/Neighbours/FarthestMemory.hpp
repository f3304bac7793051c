#pragma once
#include <algorithm>
#include <limits>
#include <vector>
#include "Searches.hpp"

namespace ckernels {
namespace neighbours {

/// The levels over an index's leaves, with nothing sampled.
struct FarthestMemory {
  Block<float> distances;
  Block<Crowd> crowds;
  Farthest farthest;

  FarthestMemory(const Index &index, bool skipsOrigin) : distances(size_t(index.leafCount) * lanes) {
    std::vector<int64_t> counts;
    int64_t total = 0;
    for (int64_t count = index.leafCount; counts.empty() || count > 1;) {
      count = (count + lanes - 1) / lanes;
      counts.push_back(count);
      total += count;
    }
    crowds = Block<Crowd>(size_t(total));
    farthest.leaves = index.leaves.get();
    farthest.distances = distances.get();
    farthest.top = int(counts.size()) - 1;
    Crowd *next = crowds.get();
    for (int level = 0; level <= farthest.top; level++) {
      farthest.levels[level] = next;
      const int64_t below = level > 0 ? counts[size_t(level) - 1] : index.leafCount;
      for (int64_t i = 0; i < counts[size_t(level)] * lanes; i++) {
        Crowd &crowd = next[i / lanes];
        const int child = int(i % lanes);
        for (int a = 0; a < 3; a++) crowd.low[a][child] = crowd.high[a][child] = std::numeric_limits<float>::quiet_NaN();
        crowd.most[child] = -1;
        crowd.lowest[child] = noNumber;
        if (i >= below) continue;
        if (level > 0) join(crowd, child, farthest.levels[level - 1][i]);
        else start(crowd, child, index.leaves[size_t(i)], farthest.distances + i * lanes, skipsOrigin);
      }
      next += counts[size_t(level)];
    }
  }

private:
  static void start(Crowd &crowd, int child, const Pack &leaf, float *distances, bool skipsOrigin) {
    for (int i = 0; i < lanes; i++) {
      const float p[3] = {leaf.x[i], leaf.y[i], leaf.z[i]};
      distances[i] = -1;
      if (leaf.number[i] < 0) continue;
      const float xx = p[0] * p[0], yy = p[1] * p[1], zz = p[2] * p[2];
      const float sum = xx + yy;
      if (!skipsOrigin || double(sum + zz) > 1e-3) {
        distances[i] = crowd.most[child] = std::numeric_limits<float>::infinity();
      }
      widen(crowd, child, p, p, leaf.number[i]);
    }
  }

  static void join(Crowd &crowd, int child, const Crowd &below) {
    for (int i = 0; i < lanes; i++) {
      if (below.lowest[i] == noNumber) continue;
      const float low[3] = {below.low[0][i], below.low[1][i], below.low[2][i]};
      const float high[3] = {below.high[0][i], below.high[1][i], below.high[2][i]};
      widen(crowd, child, low, high, below.lowest[i]);
      crowd.most[child] = std::max(crowd.most[child], below.most[i]);
    }
  }

  static void widen(Crowd &crowd, int child, const float *low, const float *high, int32_t number) {
    for (int a = 0; a < 3; a++) {
      float &least = crowd.low[a][child], &most = crowd.high[a][child];
      least = least < low[a] ? least : low[a];
      most = most > high[a] ? most : high[a];
    }
    crowd.lowest[child] = std::min(crowd.lowest[child], number);
  }
};

}  // namespace neighbours
}  // namespace ckernels
