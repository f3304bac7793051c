#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <thread>
#include "Index.hpp"

namespace ckernels {
namespace neighbours {
namespace {

struct alignas(16) Place {
  float at[3];
  int32_t number;
};

typedef float Four __attribute__((vector_size(16)));

inline Four load(const Place &place) {
  Four v;
  std::memcpy(&v, &place, sizeof v);
  return v;
}

inline void store(Four v, Place &place) { std::memcpy(&place, &v, sizeof v); }

/// Moves the places that pass to the front, without branches; returns the first that does not.
template <class Passes>
inline __attribute__((always_inline)) Place *partition(Place *first, Place *end, int axis, Passes passes) {
  Place *front = first;
  for (Place *p = first; p < end; p++) {
    const bool step = passes(p->at[axis]);
    const Four here = load(*p), there = load(*front);
    store(there, *p);
    store(here, *front);
    front += step;
  }
  return front;
}

inline float middleOfFive(const Place *first, const Place *end, int axis) {
  const ptrdiff_t step = (end - first - 1) / 4;
  float v[5];
  for (int i = 0; i < 5; i++) v[i] = first[i * step].at[axis];
  if (v[0] > v[1]) std::swap(v[0], v[1]);
  if (v[3] > v[4]) std::swap(v[3], v[4]);
  const float lower = std::max(v[0], v[3]), upper = std::min(v[1], v[4]);
  return std::max(std::min(lower, upper), std::min(std::max(lower, upper), v[2]));
}

/// Orders the places so that none before `target` is above one from there on, along an axis.
void select(Place *first, Place *end, Place *target, int axis, int rounds = 64) {
  while (end - first > 1) {
    if (rounds-- == 0) {
      std::sort(first, end, [axis](const Place &a, const Place &b) { return a.at[axis] < b.at[axis]; });
      return;
    }
    float pivot;
    const ptrdiff_t count = end - first;
    if (count > 600) {
      // Floyd and Rivest: the value at `target` of a sample around it lies close beside the one that is sought.
      const double n = double(count), i = double(target - first + 1), s = 0.5 * std::exp(2 * std::log(n) / 3);
      const double spread = 0.5 * std::sqrt(std::log(n) * s * (n - s) / n) * (2 * i < n ? -1 : 1);
      Place *low = std::max(first, target - ptrdiff_t(i * s / n - spread));
      Place *high = std::min(end, target + ptrdiff_t((n - i) * s / n + spread) + 1);
      // A sample from all over: neighbours in memory are neighbours in space.
      const ptrdiff_t step = count / (high - low);
      Place *from = first;
      for (Place *to = low; to < high; to++, from += step) std::swap(*from, *to);
      select(low, high, target, axis, rounds);
      pivot = target->at[axis];
    } else {
      pivot = middleOfFive(first, end, axis);
    }
    Place *below = partition(first, end, axis, [pivot](float v) { return v < pivot; });
    if (target < below) {
      end = below;
      continue;
    }
    if (target == below) return;
    Place *through = partition(below, end, axis, [pivot](float v) { return v <= pivot; });
    if (target <= through) return;
    first = through;
  }
}

struct Builder {
  Index &index;
  Place *places;

  int32_t makeLeaf(int32_t leaf, int64_t start, int64_t stop) const {
    Pack &pack = index.leaves[leaf];
    int32_t lowest = std::numeric_limits<int32_t>::max();
    for (int i = 0; i < lanes; i++) {
      const bool held = start + i < stop;
      const Place &place = places[held ? start + i : start];
      const float nothing = std::numeric_limits<float>::quiet_NaN();
      pack.x[i] = held ? place.at[0] : nothing;
      pack.y[i] = held ? place.at[1] : nothing;
      pack.z[i] = held ? place.at[2] : nothing;
      pack.number[i] = held ? place.number : -1;
      lowest = std::min(lowest, place.number);
    }
    return lowest;
  }

  /// Makes the nodes over the leaves `first ..< end`, 2 * (end - first) - 1 of them from `number` on.
  void split(int32_t first, int32_t end, int32_t number, int threads) const {
    const int64_t start = int64_t(first) * lanes, stop = std::min(int64_t(end) * lanes, index.count);
    Four low = load(places[start]), high = low;
    for (int64_t i = start + 1; i < stop; i++) {
      const Four v = load(places[i]);
      low = v < low ? v : low;
      high = v > high ? v : high;
    }
    Node &node = index.nodes[number];
    int axis = 0;
    for (int a = 0; a < 3; a++) {
      node.low[a] = low[a];
      node.high[a] = high[a];
      if (high[a] - low[a] > high[axis] - low[axis]) axis = a;
    }
    if (end - first == 1) {
      node.right = -1 - first;
      node.lowest = makeLeaf(first, start, stop);
      index.splits[size_t(number)] = {0, 0, {number, number}};
      return;
    }
    const int32_t middle = first + (end - first) / 2;
    select(places + start, places + stop, places + int64_t(middle) * lanes, axis);
    node.right = number + 2 * (middle - first);
    index.splits[size_t(number)] = {places[int64_t(middle) * lanes].at[axis], axis, {number + 1, node.right}};
    const auto right = [&] { split(middle, end, node.right, threads / 2); };
    std::thread helper;
    if (threads > 1 && end - first > 64) {
      try {
        helper = std::thread(right);
      } catch (...) {
      }
    }
    const bool helped = helper.joinable();
    split(first, middle, number + 1, helped ? threads - threads / 2 : threads);
    if (helped) helper.join();
    else right();
    node.lowest = std::min(index.nodes[number + 1].lowest, index.nodes[node.right].lowest);
  }
};

}  // namespace

void build(Index &index, const float *points, int64_t count, int threads) {
  index.count = count;
  index.leafCount = int32_t((count + lanes - 1) / lanes);
  index.points = Block<float>(size_t(count) * 3);
  std::memcpy(index.points.get(), points, size_t(count) * 3 * sizeof(float));
  if (count == 0) return;
  while (int64_t(1) << index.depth < index.leafCount) index.depth++;
  index.nodes = Block<Node>(2 * size_t(index.leafCount) - 1);
  index.splits = Block<Split>(2 * size_t(index.leafCount) - 1);
  index.leaves = Block<Pack>(size_t(index.leafCount));
  Block<Place> places{size_t(count)};
  for (int64_t i = 0; i < count; i++) {
    const float *p = points + 3 * i;
    places[size_t(i)] = {{p[0], p[1], p[2]}, int32_t(i)};
  }
  Builder{index, places.get()}.split(0, index.leafCount, 0, std::max(1, threads));
}

}  // namespace neighbours
}  // namespace ckernels
