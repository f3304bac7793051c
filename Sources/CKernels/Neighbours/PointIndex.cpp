#include "PointIndex.h"
#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>
#include "Index.hpp"
#include "QueryPacks.hpp"
#include "Searches.hpp"

namespace ckernels {
namespace neighbours {
namespace {

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

int32_t bestInstructions() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq"))
    return 2;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
      __builtin_cpu_supports("popcnt"))
    return 1;
#endif
  return 0;
}

const Searches &searchesFor(const Index &index) {
#if defined(__x86_64__)
  if (index.instructions == 2) return avx512Searches;
  if (index.instructions == 1) return avx2Searches;
#endif
  return portableSearches;
}

/// Runs `work`; 1 when memory is short.
template <class Work> int32_t guarded(const Work &work) {
  try {
    work();
    return 0;
  } catch (...) {
    return 1;
  }
}

}  // namespace
}  // namespace neighbours
}  // namespace ckernels

using namespace ckernels::neighbours;

extern "C" ckernels_point_index *ckernels_point_index_create(const float *points, int64_t count, int32_t threads) {
  if (count < 0 || count > std::numeric_limits<int32_t>::max() || (count > 0 && !points)) return nullptr;
  try {
    std::unique_ptr<ckernels_point_index> made(new ckernels_point_index);
    made->index.instructions = bestInstructions();
    build(made->index, points, count, threads);
    return made.release();
  } catch (...) {
    return nullptr;
  }
}

extern "C" void ckernels_point_index_release(ckernels_point_index *index) { delete index; }

extern "C" int32_t ckernels_point_index_limit_instructions(ckernels_point_index *index, int32_t level) {
  index->index.instructions = std::max(0, std::min(level, bestInstructions()));
  return index->index.instructions;
}

extern "C" int64_t ckernels_first_not_finite(const float *values, int64_t count) {
  const auto isFinite = [](float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return (bits & 0x7f800000u) != 0x7f800000u;
  };
  for (int64_t start = 0; start < count; start += 1024) {
    const int64_t end = std::min(count, start + 1024);
    int32_t bad = 0;
    for (int64_t i = start; i < end; i++) bad |= !isFinite(values[i]);
    for (int64_t i = start; bad && i < end; i++)
      if (!isFinite(values[i])) return i;
  }
  return -1;
}

extern "C" int32_t ckernels_nearest(const ckernels_point_index *index, const float *queries, int64_t query_count, int32_t k,
                                    float radius, int32_t threads, int32_t *indices, float *squared_distances) {
  const Index &points = index->index;
  if (query_count <= 0) return 0;
  if (points.count == 0) {
    std::fill_n(indices, query_count * k, -1);
    if (squared_distances) std::fill_n(squared_distances, query_count * k, std::numeric_limits<float>::infinity());
    return 0;
  }
  return guarded([&] {
    const NearestRows rows = {k, radius * radius, indices, squared_distances};
    const size_t share = scratchSize(int32_t(std::min<int64_t>(k, points.count)));
    Block<uint64_t> scratch(share * size_t(std::max(1, threads)));
    forPacks(points, queries, query_count, threads, [&](const Pack *packs, int64_t count, int worker) {
      searchesFor(points).nearest(points, packs, count, rows, scratch.get() + share * size_t(worker));
    });
  });
}

extern "C" int32_t ckernels_within(const ckernels_point_index *index, const float *queries, int64_t query_count, int32_t k,
                                   float radius, int32_t threads, int32_t *indices, int32_t *counts) {
  const Index &points = index->index;
  if (query_count <= 0) return 0;
  if (points.count == 0) {
    std::fill_n(indices, query_count * k, -1);
    std::fill_n(counts, query_count, 0);
    return 0;
  }
  return guarded([&] {
    const FirstRows rows = {k, radius * radius, indices, counts};
    const size_t share = scratchSize(int32_t(std::min<int64_t>(k, points.count)));
    Block<uint64_t> scratch(share * size_t(std::max(1, threads)));
    forPacks(points, queries, query_count, threads, [&](const Pack *packs, int64_t count, int worker) {
      searchesFor(points).first(points, packs, count, rows, scratch.get() + share * size_t(worker));
    });
  });
}

extern "C" int32_t ckernels_count_within(const ckernels_point_index *index, const float *queries, int64_t query_count,
                                         float radius, int32_t limit, int32_t threads, int32_t *counts) {
  const Index &points = index->index;
  if (query_count <= 0) return 0;
  if (points.count == 0) {
    std::fill_n(counts, query_count, 0);
    return 0;
  }
  return guarded([&] {
    const CountRows rows = {limit, radius * radius, counts};
    forPacks(points, queries, query_count, threads,
             [&](const Pack *packs, int64_t count, int) { searchesFor(points).count(points, packs, count, rows); });
  });
}

extern "C" int32_t ckernels_list_within(const ckernels_point_index *index, const float *queries, int64_t query_count,
                                        float radius, int32_t threads, const int64_t *starts, int32_t *indices) {
  const Index &points = index->index;
  if (query_count <= 0 || points.count == 0) return 0;
  return guarded([&] {
    const ListRows rows = {radius * radius, starts, indices};
    forPacks(points, queries, query_count, threads,
             [&](const Pack *packs, int64_t count, int) { searchesFor(points).list(points, packs, count, rows); });
  });
}

extern "C" int32_t ckernels_normals(const ckernels_point_index *index, int32_t k, float radius, const double *viewpoint,
                                    int32_t threads, float *normals, float *curvatures) {
  const Index &points = index->index;
  if (points.count == 0) return 0;
  return guarded([&] {
    const NormalRows rows = {k, radius * radius, viewpoint, normals, curvatures};
    const size_t share = scratchSize(int32_t(std::min<int64_t>(k, points.count)));
    Block<uint64_t> scratch(share * size_t(std::max(1, threads)));
    forPacks(points, nullptr, points.count, threads, [&](const Pack *packs, int64_t count, int worker) {
      searchesFor(points).normals(points, packs, count, rows, scratch.get() + share * size_t(worker));
    });
  });
}

extern "C" int32_t ckernels_mean_distances(const ckernels_point_index *index, int32_t k, int32_t threads, double *means) {
  const Index &points = index->index;
  if (points.count == 0) return 0;
  return guarded([&] {
    // One more: each point finds itself.
    const int32_t wanted = int32_t(std::min<int64_t>(int64_t(k) + 1, points.count));
    const DistanceRows rows = {wanted, std::numeric_limits<float>::infinity(), means};
    const size_t share = scratchSize(wanted);
    Block<uint64_t> scratch(share * size_t(std::max(1, threads)));
    forPacks(points, nullptr, points.count, threads, [&](const Pack *packs, int64_t count, int worker) {
      searchesFor(points).meanDistances(points, packs, count, rows, scratch.get() + share * size_t(worker));
    });
  });
}

extern "C" int32_t ckernels_farthest_points(const ckernels_point_index *index, int32_t samples, int32_t start, int32_t skips_origin,
                                            int32_t *out) {
  const Index &points = index->index;
  if (points.count == 0 || samples <= 0) return 0;
  return guarded([&] {
    const FarthestMemory memory(points, skips_origin != 0);
    out[0] = start;
    searchesFor(points).farthest(memory.farthest, points.points.get(), samples, out);
  });
}
