#include "Voxels.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

/// Keys, owner of each point, and points of each voxel.
struct ckernels_voxels {
  int32_t bytes = 4;
  int64_t count = 0, width = 0, cells[3] = {};
  std::vector<int64_t> keys;
  std::unique_ptr<int32_t[]> owners;
  std::vector<int32_t> sizes;
};

namespace {

constexpr int64_t block = 256;
constexpr int64_t notFinite = -1, outsideGrid = -2;

template <class T> struct Lanes;
template <> struct Lanes<float> {
  typedef float Real __attribute__((vector_size(16)));
  typedef int32_t Whole __attribute__((vector_size(16)));
};
template <> struct Lanes<double> {
  typedef double Real __attribute__((vector_size(32)));
  typedef int64_t Whole __attribute__((vector_size(32)));
};

/// The grid in the precision of the points.
template <class T> struct Grid {
  typedef typename Lanes<T>::Real Real;
  typedef typename Lanes<T>::Whole Whole;
  Real low = {0, 0, 0, 0}, size = {1, 1, 1, 1}, ends = {1, 1, 1, 1};
  int64_t y, z;
  Grid(const double *lowest, const double *edges, const int64_t *cells) : y(cells[1]), z(cells[2]) {
    for (int axis = 0; axis < 3; axis++) {
      low[axis] = T(lowest[axis]);
      size[axis] = T(edges[axis]);
      ends[axis] = T(cells[axis]);
    }
  }

  /// The cell's key, or why there is none. Above 0, cutting off is rounding down.
  inline int64_t key(const T *p) const {
    const Real point = {p[0], p[1], p[2], T(0)};
    const Real place = (point - low) / size;
    const Whole inside = (place >= Real{0, 0, 0, 0}) & (place < ends);
    if (inside[0] & inside[1] & inside[2]) {
      const int64_t x = int64_t(place[0]), u = int64_t(place[1]), w = int64_t(place[2]);
      return (x * y + u) * z + w;
    }
    return std::isfinite(p[0]) && std::isfinite(p[1]) && std::isfinite(p[2]) ? outsideGrid : notFinite;
  }
};

/// Open addressing; a slot holds a voxel's number plus one beside bits of its key's hash.
struct Table {
  std::unique_ptr<uint64_t[]> slots;
  int shift = 60;
  uint64_t mask = 0;
  explicit Table(int64_t expected) {
    while ((int64_t(1) << (64 - shift)) < 2 * expected) shift--;
    mask = (uint64_t(1) << (64 - shift)) - 1;
    slots.reset(new uint64_t[mask + 1]());
  }
  static inline uint64_t hash(int64_t key) { return uint64_t(key) * 0x9E3779B97F4A7C15u; }
  inline uint64_t *first(uint64_t hash) const { return slots.get() + (hash >> shift); }

  /// The voxel of a key, -1 where it would be one too many.
  inline int32_t find(int64_t key, uint64_t hash, int64_t limit, ckernels_voxels &voxels) {
    uint64_t at = hash >> shift;
    const uint64_t tag = hash << 32 >> 32;
    for (;; at = (at + 1) & mask) {
      const uint64_t slot = slots[at];
      if (slot == 0) break;
      if (slot >> 32 == tag) {
        const int32_t voxel = int32_t(uint32_t(slot)) - 1;
        if (voxels.keys[size_t(voxel)] == key) return voxel;
      }
    }
    const int64_t number = int64_t(voxels.keys.size());
    if (number >= limit) return -1;
    slots[at] = tag << 32 | uint64_t(number + 1);
    voxels.keys.push_back(key);
    voxels.sizes.push_back(0);
    return int32_t(number);
  }
};

template <class T>
ckernels_voxels *create(const T *points, int64_t count, int64_t width, const double *low, const double *size, const int64_t *cells,
                        int64_t limit, ckernels_voxel_numbers *numbers) {
  try {
    std::unique_ptr<ckernels_voxels> voxels(new ckernels_voxels);
    voxels->bytes = sizeof(T);
    voxels->count = count;
    voxels->width = width;
    std::copy(cells, cells + 3, voxels->cells);
    voxels->owners.reset(new int32_t[size_t(count)]);
    voxels->keys.reserve(size_t(std::min(limit, count)));
    voxels->sizes.reserve(size_t(std::min(limit, count)));
    const Grid<T> grid(low, size, cells);
    Table table(std::min(count, limit));
    *numbers = {};
    int64_t keys[block], lastKey = notFinite;
    int32_t last = -1;
    for (int64_t start = 0; start < count; start += block) {
      const int64_t some = std::min(block, count - start);
      for (int64_t i = 0; i < some; i++) {
        keys[i] = grid.key(points + (start + i) * width);
        __builtin_prefetch(table.first(Table::hash(keys[i])));
      }
      int32_t *owners = voxels->owners.get() + start;
      for (int64_t i = 0; i < some; i++) {
        const int64_t key = keys[i];
        if (key < 0) {
          (key == notFinite ? numbers->invalid : numbers->outside)++;
          owners[i] = -1;
          continue;
        }
        if (key != lastKey) {
          lastKey = key;
          last = table.find(key, Table::hash(key), limit, *voxels);
        }
        owners[i] = last;
        if (last < 0)
          numbers->beyond_voxels++;
        else
          voxels->sizes[size_t(last)]++;
      }
    }
    numbers->voxels = int64_t(voxels->keys.size());
    return voxels.release();
  } catch (...) {
    return nullptr;
  }
}

void writeCoordinates(const ckernels_voxels &voxels, int32_t batch, int32_t *target) {
  const int64_t y = voxels.cells[1], z = voxels.cells[2];
  for (size_t v = 0; v < voxels.keys.size(); v++, target += 4) {
    const int64_t key = voxels.keys[v], column = key / z;
    target[0] = batch;
    target[1] = int32_t(column / y);
    target[2] = int32_t(column % y);
    target[3] = int32_t(key % z);
  }
}

template <class T>
int64_t fill(const ckernels_voxels &voxels, const T *points, int64_t perVoxel, int32_t batch, T *target, int32_t *coordinates,
             int32_t *counts) {
  const int64_t width = voxels.width, number = int64_t(voxels.keys.size());
  writeCoordinates(voxels, batch, coordinates);
  std::fill(counts, counts + number, 0);
  int64_t left = 0;
  for (int64_t i = 0; i < voxels.count; i++) {
    const int32_t owner = voxels.owners[size_t(i)];
    if (owner < 0) continue;
    const int64_t place = counts[owner];
    if (place == perVoxel) {
      left++;
      continue;
    }
    counts[owner] = int32_t(place + 1);
    T *row = target + (owner * perVoxel + place) * width;
    const T *source = points + i * width;
    for (int64_t k = 0; k < width; k++) row[k] = source[k];
  }
  for (int64_t v = 0; v < number; v++)
    std::fill(target + (v * perVoxel + counts[v]) * width, target + (v + 1) * perVoxel * width, T(0));
  return left;
}

template <class T>
int32_t scatterMean(const T *values, const int32_t *owners, int64_t count, int64_t width, int64_t groups, T *means) {
  try {
    std::vector<double> sums(size_t(groups * width), 0.0);
    std::vector<int64_t> sizes(size_t(groups), 0);
    for (int64_t i = 0; i < count; i++) {
      if (owners[i] < 0) continue;
      sizes[size_t(owners[i])]++;
      double *sum = sums.data() + owners[i] * width;
      const T *row = values + i * width;
      for (int64_t k = 0; k < width; k++) sum[k] += double(row[k]);
    }
    for (int64_t g = 0; g < groups; g++) {
      const double number = double(std::max<int64_t>(sizes[size_t(g)], 1));
      for (int64_t k = 0; k < width; k++) means[g * width + k] = T(sums[size_t(g * width + k)] / number);
    }
  } catch (...) {
    return 1;
  }
  return 0;
}

} // namespace

extern "C" {

ckernels_voxels *ckernels_voxels_create(const void *points, int32_t bytes, int64_t count, int64_t width, const double *low,
                                        const double *size, const int64_t *cells, int64_t limit, ckernels_voxel_numbers *numbers) {
  return bytes == 4 ? create(static_cast<const float *>(points), count, width, low, size, cells, limit, numbers)
                    : create(static_cast<const double *>(points), count, width, low, size, cells, limit, numbers);
}

void ckernels_voxels_release(ckernels_voxels *voxels) { delete voxels; }

int64_t ckernels_voxels_fill(const ckernels_voxels *voxels, const void *points, int64_t perVoxel, int32_t batch, void *target,
                             int32_t *coordinates, int32_t *counts) {
  return voxels->bytes == 4 ? fill(*voxels, static_cast<const float *>(points), perVoxel, batch, static_cast<float *>(target), coordinates, counts)
                            : fill(*voxels, static_cast<const double *>(points), perVoxel, batch, static_cast<double *>(target), coordinates, counts);
}

void ckernels_voxels_owners(const ckernels_voxels *voxels, int32_t batch, int32_t first, int32_t *owners, int32_t *coordinates,
                            int32_t *counts) {
  writeCoordinates(*voxels, batch, coordinates);
  for (int64_t i = 0; i < voxels->count; i++) owners[i] = voxels->owners[size_t(i)] < 0 ? -1 : voxels->owners[size_t(i)] + first;
  std::copy(voxels->sizes.begin(), voxels->sizes.end(), counts);
}

int32_t ckernels_scatter_mean(const void *values, int32_t bytes, const int32_t *owners, int64_t count, int64_t width, int64_t groups,
                              void *means) {
  return bytes == 4 ? scatterMean(static_cast<const float *>(values), owners, count, width, groups, static_cast<float *>(means))
                    : scatterMean(static_cast<const double *>(values), owners, count, width, groups, static_cast<double *>(means));
}

}  // extern "C"
