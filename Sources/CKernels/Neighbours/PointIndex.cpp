#include "PointIndex.h"
#include <algorithm>
#include <cstring>
#include <limits>
#include "FarthestMemory.hpp"
#include "Index.hpp"
#include "QueryPacks.hpp"
#include "Searches.hpp"

namespace ckernels {
namespace neighbours {
namespace {

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
