#include "GridFilter.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <vector>

#include "../Parallel.hpp"
#include "Targets.hpp"

#pragma STDC FP_CONTRACT OFF

namespace {

constexpr uint64_t nowhere = ~uint64_t(0);
constexpr int64_t chunkSize = 1 << 14;
constexpr int axisBits = 21;

/// Smallest and largest index seen along each axis.
struct Bounds {
  double low[3], high[3];
};

/// Keys of points: 21 bits of each index, which tell cubes apart as long as the cloud spans fewer than 2^21.
CKERNELS_BODY void findKeys(const float *points, int64_t count, double size, uint64_t *keys, Bounds *bounds) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  double lowX = infinity, lowY = infinity, lowZ = infinity, highX = -infinity, highY = -infinity, highZ = -infinity;
  for (int64_t i = 0; i < count; i++) {
    const double x = std::floor(double(points[3 * i]) / size), y = std::floor(double(points[3 * i + 1]) / size);
    const double z = std::floor(double(points[3 * i + 2]) / size);
    // Zero times a number that is not finite is not a number.
    const bool isValid = x * 0 + y * 0 + z * 0 == 0;
    lowX = isValid && x < lowX ? x : lowX, highX = isValid && x > highX ? x : highX;
    lowY = isValid && y < lowY ? y : lowY, highY = isValid && y > highY ? y : highY;
    lowZ = isValid && z < lowZ ? z : lowZ, highZ = isValid && z > highZ ? z : highZ;
    // Clamped, so that the conversion is defined for all numbers; those beyond are refused through the bounds.
    auto index = [](double value) {
      value = value < 2147483647.0 ? value : 2147483647.0;
      return uint64_t(uint32_t(int32_t(value > -2147483647.0 ? value : -2147483647.0)) & ((1u << axisBits) - 1));
    };
    const uint64_t key = index(x) << (2 * axisBits) | index(y) << axisBits | index(z);
    keys[i] = isValid ? key : nowhere;
  }
  *bounds = {{lowX, lowY, lowZ}, {highX, highY, highZ}};
}
CKERNELS_VERSIONS(void, findKeys, (const float *points, int64_t count, double size, uint64_t *keys, Bounds *bounds),
                  (points, count, size, keys, bounds))

uint64_t mix(uint64_t key) {
  key *= 0x9E3779B97F4A7C15u;
  return key ^ key >> 32;
}

struct Cube {
  double sum[3];
  int32_t size, first;
};

/// The cubes whose keys fall to one part, in the order of their first points.
struct Part {
  std::vector<Cube> cubes;
  std::vector<uint64_t> keys;
  /// Open addressing: the upper half of the key's mix and the cube's number; all bits set where there is none.
  std::vector<uint64_t> slots;
  /// One bit a point: whether it is the first of its cube.
  std::vector<uint64_t> isFirst;

  void grow() {
    std::vector<uint64_t> larger(slots.size() * 4, nowhere);
    const uint64_t mask = larger.size() - 1;
    for (size_t cube = 0; cube < keys.size(); cube++) {
      const uint64_t mixed = mix(keys[cube]);
      uint64_t slot = mixed & mask;
      while (larger[slot] != nowhere) slot = (slot + 1) & mask;
      larger[slot] = (mixed & 0xFFFFFFFF00000000u) | cube;
    }
    slots.swap(larger);
  }

  uint32_t find(uint64_t key, uint64_t mixed, int64_t point) {
    const uint64_t mask = slots.size() - 1, tag = mixed & 0xFFFFFFFF00000000u;
    uint64_t slot = mixed & mask;
    for (uint64_t entry; (entry = slots[slot]) != nowhere; slot = (slot + 1) & mask)
      if ((entry & 0xFFFFFFFF00000000u) == tag && keys[uint32_t(entry)] == key) return uint32_t(entry);
    const uint32_t cube = uint32_t(keys.size());
    slots[slot] = tag | cube;
    keys.push_back(key);
    cubes.push_back({{0, 0, 0}, 0, int32_t(point)});
    isFirst[size_t(point >> 6)] |= uint64_t(1) << (point & 63);
    if (keys.size() * 10 > slots.size() * 7) grow();
    return cube;
  }

  /// A cube that is there.
  const Cube &known(uint64_t key, uint64_t mixed) const {
    const uint64_t mask = slots.size() - 1;
    uint64_t slot = mixed & mask;
    while (keys[uint32_t(slots[slot])] != key) slot = (slot + 1) & mask;
    return cubes[uint32_t(slots[slot])];
  }

  /// Takes in the points of chunk after chunk whose part this is.
  void fill(const float *points, const uint64_t *pointKeys, int64_t count, uint64_t part, uint64_t parts) {
    isFirst.assign(size_t((count + 63) / 64), 0);
    size_t capacity = 64;
    while (capacity < size_t(count) / parts) capacity *= 2;
    slots.assign(capacity, nowhere);
    keys.reserve(capacity / 2), cubes.reserve(capacity / 2);
    constexpr int block = 256, ahead = 12;
    int32_t wanted[block + ahead];
    uint64_t mixes[block + ahead], lastKey = nowhere;
    uint32_t last = 0;
    for (int64_t start = 0; start < count; start += block) {
      const int64_t end = std::min(count, start + block);
      int taken = 0;
      for (int64_t i = start; i < end; i++) {
        const uint64_t mixed = mix(pointKeys[i]);
        wanted[taken] = int32_t(i);
        mixes[taken] = mixed;
        taken += (parts == 1 || (mixed >> 56) % parts == part) && pointKeys[i] != nowhere;
      }
      for (int n = 0; n < taken; n++) {
        if (n + ahead < taken) __builtin_prefetch(&slots[mixes[n + ahead] & (slots.size() - 1)]);
        const int64_t i = wanted[n];
        if (pointKeys[i] != lastKey) {
          lastKey = pointKeys[i];
          last = find(lastKey, mixes[n], i);
        }
        Cube &cube = cubes[last];
        for (int axis = 0; axis < 3; axis++) cube.sum[axis] += double(points[3 * i + axis]);
        cube.size++;
      }
    }
  }
};

}  // namespace

struct ckernels_grid_filter {
  int64_t count = 0, cubes = 0;
  std::vector<Part> parts;
  /// One bit a point, and the number of bits before each word.
  std::vector<uint64_t> isFirst;
  std::vector<int32_t> before;
  std::unique_ptr<uint64_t[]> keys;

  int64_t number(int32_t first) const {
    const size_t word = size_t(first >> 6);
    return before[word] + __builtin_popcountll(isFirst[word] & ((uint64_t(1) << (first & 63)) - 1));
  }

  int32_t build(const float *points, double size, int threads) {
    keys.reset(new uint64_t[size_t(std::max<int64_t>(count, 1))]);
    const int64_t chunks = (count + chunkSize - 1) / chunkSize;
    std::vector<Bounds> bounds{size_t(chunks)};
    const auto find = CKERNELS_CHOOSE(findKeys);
    ckernels::forChunks(count, chunkSize, threads, [&](int64_t first, int64_t end, int) {
      find(points + 3 * first, end - first, size, keys.get() + first, &bounds[size_t(first / chunkSize)]);
    });
    for (int axis = 0; axis < 3; axis++) {
      double low = std::numeric_limits<double>::infinity(), high = -low;
      for (const Bounds &b : bounds) low = std::min(low, b.low[axis]), high = std::max(high, b.high[axis]);
      if (high - low >= double(1 << axisBits) || low < -2147483647.0 || high > 2147483646.0) return 2;
    }
    const int64_t worthwhile = count < 8192 ? 1 : 16;
    parts.resize(size_t(std::min<int64_t>(std::max(1, threads), worthwhile)));
    std::atomic<bool> failed{false};
    ckernels::forChunks(int64_t(parts.size()), 1, threads, [&](int64_t part, int64_t, int) {
      try {
        parts[size_t(part)].fill(points, keys.get(), count, uint64_t(part), parts.size());
      } catch (...) {
        failed = true;
      }
    });
    if (failed) return 1;
    isFirst.assign(size_t((count + 63) / 64), 0);
    before.resize(isFirst.size());
    for (size_t word = 0; word < isFirst.size(); word++) {
      for (const Part &part : parts) isFirst[word] |= part.isFirst[word];
      before[word] = int32_t(cubes);
      cubes += __builtin_popcountll(isFirst[word]);
    }
    return 0;
  }

  /// Calls `body(cube, number)` for each cube, on several threads.
  template <class Body> void forCubes(int threads, const Body &body) const {
    ckernels::forChunks(int64_t(parts.size()), 1, threads, [&](int64_t part, int64_t, int) {
      for (const Cube &cube : parts[size_t(part)].cubes) body(cube, number(cube.first));
    });
  }
};

int32_t ckernels_grid_filter_create(const float *points, int64_t count, double size, int32_t threads, ckernels_grid_filter **out) {
  *out = nullptr;
  try {
    std::unique_ptr<ckernels_grid_filter> filter(new ckernels_grid_filter);
    filter->count = count;
    const int32_t status = filter->build(points, size, threads);
    if (status == 0) *out = filter.release();
    return status;
  } catch (...) {
    return 1;
  }
}

void ckernels_grid_filter_release(ckernels_grid_filter *filter) { delete filter; }

int64_t ckernels_grid_filter_count(const ckernels_grid_filter *filter) { return filter->cubes; }

void ckernels_grid_filter_means(const ckernels_grid_filter *filter, int32_t threads, float *means) {
  filter->forCubes(threads, [&](const Cube &cube, int64_t number) {
    for (int axis = 0; axis < 3; axis++) means[3 * number + axis] = float(cube.sum[axis] / double(cube.size));
  });
}

void ckernels_grid_filter_points(const ckernels_grid_filter *filter, int32_t threads, int32_t *firsts, int32_t *sizes) {
  filter->forCubes(threads, [&](const Cube &cube, int64_t number) {
    if (firsts) firsts[number] = cube.first;
    if (sizes) sizes[number] = cube.size;
  });
}

void ckernels_grid_filter_owners(const ckernels_grid_filter *filter, int32_t threads, int32_t *owners) {
  ckernels::forChunks(filter->count, chunkSize, threads, [&](int64_t first, int64_t end, int) {
    for (int64_t i = first; i < end; i++) {
      const uint64_t key = filter->keys[size_t(i)], mixed = mix(key);
      const size_t part = (mixed >> 56) % filter->parts.size();
      owners[i] = key == nowhere ? -1 : int32_t(filter->number(filter->parts[part].known(key, mixed).first));
    }
  });
}
