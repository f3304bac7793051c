#pragma once
#include <algorithm>
#include <limits>
#include <vector>
#include "../Parallel.hpp"
#include "Index.hpp"

namespace ckernels {
namespace neighbours {

/// Queries sorted by the leaves that they fall into, so that those that are searched together are neighbours in space.
class QueryPacks {
public:
  /// Room for so many queries at a time.
  explicit QueryPacks(int64_t room) : keys(size_t(room)), others(size_t(room)) {}

  /// Sorts the queries `first ..< end`.
  void sort(const Index &index, const float *queries, int64_t first, int64_t end, int threads) {
    forChunks(end - first, 2048, threads, [&](int64_t start, int64_t stop, int) {
      for (int64_t i = start; i < stop; i += lanes)
        findLeaves(index, queries + 3 * (first + i), i, int(std::min<int64_t>(lanes, stop - i)));
    });
    const int64_t last = int64_t(index.leafCount) - 1;
    for (int shift = 0; shift < 31 && last >> shift > 0; shift += bits) sortBy(32 + shift, end - first);
  }

  /// Fills the pack of the sorted queries from `start` on; `count` queries were sorted, the first of them is number `first`.
  void fill(Pack &pack, const float *queries, int64_t first, int64_t start, int64_t count) const {
    for (int lane = 0; lane < lanes; lane++) {
      const bool held = start + lane < count;
      const int64_t number = held ? first + int64_t(uint32_t(keys[size_t(start + lane)])) : -1;
      const float nothing = std::numeric_limits<float>::quiet_NaN();
      pack.x[lane] = held ? queries[3 * number] : nothing;
      pack.y[lane] = held ? queries[3 * number + 1] : nothing;
      pack.z[lane] = held ? queries[3 * number + 2] : nothing;
      pack.number[lane] = int32_t(number);
    }
  }

private:
  /// The leaf of each query in the upper half, its place in the lower.
  std::vector<uint64_t> keys, others;
  static constexpr int bits = 11;

  void findLeaves(const Index &index, const float *queries, int64_t place, int count) {
    int32_t nodes[lanes] = {};
    // Side by side down the tree: one query's wait for memory is another's time.
    for (int level = 0; level < index.depth; level++) {
      for (int i = 0; i < count; i++) {
        const Split &split = index.splits[size_t(nodes[i])];
        nodes[i] = split.child[queries[3 * i + split.axis] > split.value];
      }
    }
    for (int i = 0; i < count; i++) {
      const uint32_t leaf = uint32_t(-1 - index.nodes[size_t(nodes[i])].right);
      keys[size_t(place + i)] = uint64_t(leaf) << 32 | uint64_t(place + i);
    }
  }

  void sortBy(int shift, int64_t count) {
    constexpr uint64_t mask = (1 << bits) - 1;
    uint32_t starts[1 << bits] = {};
    for (int64_t i = 0; i < count; i++) starts[keys[size_t(i)] >> shift & mask]++;
    uint32_t sum = 0;
    for (uint32_t &start : starts) {
      const uint32_t held = start;
      start = sum;
      sum += held;
    }
    for (int64_t i = 0; i < count; i++) others[starts[keys[size_t(i)] >> shift & mask]++] = keys[size_t(i)];
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
  constexpr int64_t most = 1 << 20;
  QueryPacks sorted(std::min(count, most));
  for (int64_t first = 0; first < count; first += most) {
    const int64_t end = std::min(count, first + most);
    sorted.sort(index, queries, first, end, threads);
    forChunks((end - first + lanes - 1) / lanes, 16, threads, [&](int64_t begin, int64_t stop, int worker) {
      Pack packs[16];
      for (int64_t p = begin; p < stop; p++) sorted.fill(packs[p - begin], queries, first, p * lanes, end - first);
      work(packs, stop - begin, worker);
    });
  }
}

}  // namespace neighbours
}  // namespace ckernels
