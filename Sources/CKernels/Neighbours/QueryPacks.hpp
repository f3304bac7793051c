#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>
#include "../Parallel.hpp"
#include "Index.hpp"

namespace ckernels {
namespace neighbours {

/// Queries in packs of neighbours in space: chunks of them are sorted along a Morton curve through the index's box.
class QueryPacks {
public:
  explicit QueryPacks(int64_t chunk)
      : packs(size_t(chunk + lanes - 1) / lanes), keys(size_t(chunk)), others(size_t(chunk)) {}

  /// Sorts the queries `first ..< end`; returns the number of packs.
  int64_t fill(const Index &index, const float *queries, int64_t first, int64_t end) {
    const Node &root = index.nodes[0];
    float scale[3];
    for (int a = 0; a < 3; a++) {
      const float extent = root.high[a] - root.low[a];
      scale[a] = extent > 0 && std::isfinite(extent) && std::isfinite(1023 / extent) ? 1023 / extent : 0;
    }
    const int64_t count = end - first;
    for (int64_t i = 0; i < count; i++) {
      uint32_t code = 0;
      for (int a = 0; a < 3; a++) {
        const float place = (queries[3 * (first + i) + a] - root.low[a]) * scale[a];
        code |= spread(place > 0 ? place < 1023 ? uint32_t(place) : 1023u : 0u) << a;
      }
      keys[size_t(i)] = uint64_t(code) << 32 | uint64_t(i);
    }
    for (int shift = 32; shift < 62; shift += 10) sortBy(shift, count);
    const int64_t used = (count + lanes - 1) / lanes;
    for (int64_t i = 0; i < used * lanes; i++) {
      Pack &pack = packs[size_t(i / lanes)];
      const int lane = int(i % lanes);
      const int64_t number = i < count ? first + int64_t(uint32_t(keys[size_t(i)])) : -1;
      const float nothing = std::numeric_limits<float>::quiet_NaN();
      pack.x[lane] = number < 0 ? nothing : queries[3 * number];
      pack.y[lane] = number < 0 ? nothing : queries[3 * number + 1];
      pack.z[lane] = number < 0 ? nothing : queries[3 * number + 2];
      pack.number[lane] = int32_t(number);
    }
    return used;
  }

  const Pack *get() const { return packs.get(); }

private:
  Block<Pack> packs;
  std::vector<uint64_t> keys, others;

  /// Two zero bits after each of ten bits.
  static uint32_t spread(uint32_t v) {
    v = (v | v << 16) & 0x030000ffu;
    v = (v | v << 8) & 0x0300f00fu;
    v = (v | v << 4) & 0x030c30c3u;
    return (v | v << 2) & 0x09249249u;
  }

  void sortBy(int shift, int64_t count) {
    uint32_t starts[1024] = {};
    for (int64_t i = 0; i < count; i++) starts[keys[size_t(i)] >> shift & 1023]++;
    uint32_t sum = 0;
    for (uint32_t &start : starts) {
      const uint32_t held = start;
      start = sum;
      sum += held;
    }
    for (int64_t i = 0; i < count; i++) others[starts[keys[size_t(i)] >> shift & 1023]++] = keys[size_t(i)];
    keys.swap(others);
  }
};

/// Calls `work(packs, count, worker)` for all queries, on several threads; without queries, for the points themselves.
/// May throw bad_alloc before any call.
template <class Work>
void forPacks(const Index &index, const float *queries, int64_t count, int threads, const Work &work) {
  threads = std::max(1, threads);
  if (!queries) {
    const Pack *leaves = index.leaves.get();
    forChunks(index.leafCount, 32, threads,
              [&](int64_t first, int64_t end, int worker) { work(leaves + first, end - first, worker); });
    return;
  }
  const int64_t share = count / (4 * int64_t(threads)) / lanes * lanes;
  const int64_t chunk = std::min<int64_t>(8192, std::max<int64_t>(512, share));
  std::vector<QueryPacks> packs;
  const int64_t workers = std::min<int64_t>(threads, (count + chunk - 1) / chunk);
  packs.reserve(size_t(workers));
  for (int64_t i = 0; i < workers; i++) packs.emplace_back(std::min(chunk, count));
  forChunks(count, chunk, int(workers), [&](int64_t first, int64_t end, int worker) {
    QueryPacks &own = packs[size_t(worker)];
    const int64_t used = own.fill(index, queries, first, end);
    work(own.get(), used, worker);
  });
}

}  // namespace neighbours
}  // namespace ckernels
