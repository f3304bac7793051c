#include <limits>
#include <vector>

#include "../Parallel.hpp"
#include "Boxes.h"
#include "Overlap.hpp"

using namespace ckernels;

namespace {

constexpr int64_t block = 64;

/// Lowest and highest coordinates.
struct Bounds {
  double low[3], high[3];
  Bounds() {
    std::fill(low, low + 3, std::numeric_limits<double>::infinity());
    std::fill(high, high + 3, -std::numeric_limits<double>::infinity());
  }
  /// Of a box, a little wider than rounding may make it.
  explicit Bounds(const UprightBox &b) {
    const double c = std::fabs(b.cosine), s = std::fabs(b.sine);
    const double half[3] = {0.5 * (c * b.length + s * b.width), 0.5 * (s * b.length + c * b.width), 0.5 * b.height};
    const double center[3] = {b.x, b.y, b.z};
    for (int k = 0; k < 3; k++) {
      const double room = 1e-9 * (half[0] + half[1] + half[2] + std::fabs(center[k]));
      low[k] = b.isFinite ? center[k] - half[k] - room : std::numeric_limits<double>::infinity();
      high[k] = b.isFinite ? center[k] + half[k] + room : -std::numeric_limits<double>::infinity();
    }
  }
  void add(double value, int axis) {
    if (value < low[axis]) low[axis] = value;
    if (value > high[axis]) high[axis] = value;
  }
  bool meets(const Bounds &o) const {
    return low[0] <= o.high[0] && high[0] >= o.low[0] && low[1] <= o.high[1] && high[1] >= o.low[1] && low[2] <= o.high[2] &&
           high[2] >= o.low[2];
  }
};

/// Points in blocks with their bounds, beside the boxes.
template <class T> class Scene {
public:
  const int64_t count, width, blocks;
  std::vector<UprightBox> boxes;
  std::vector<Bounds> boxBounds, blockBounds;

  Scene(const T *points, int64_t count, int64_t width, const double *given, int64_t boxCount)
      : count(count), width(width), blocks((count + block - 1) / block), blockBounds(size_t(blocks)), points(points) {
    for (int64_t i = 0; i < boxCount; i++) {
      boxes.emplace_back(given + 7 * i);
      boxBounds.emplace_back(boxes.back());
    }
    for (int64_t i = 0; i < count; i++)
      for (int k = 0; k < 3; k++) blockBounds[size_t(i / block)].add(double(points[i * width + k]), k);
  }

  /// Which points of a block a box holds, one bit each.
  uint64_t inside(size_t box, int64_t number) const {
    if (!boxBounds[box].meets(blockBounds[size_t(number)])) return 0;
    const UprightBox &b = boxes[box];
    const double l = 0.5 * b.length, w = 0.5 * b.width, h = 0.5 * b.height;
    const int64_t start = number * block, some = std::min(block, count - start);
    uint8_t holds[block];
    for (int64_t i = 0; i < some; i++) {
      const T *p = points + (start + i) * width;
      const double dx = double(p[0]) - b.x, dy = double(p[1]) - b.y, dz = double(p[2]) - b.z;
      holds[i] = uint8_t((std::fabs(b.cosine * dx + b.sine * dy) <= l) & (std::fabs(b.cosine * dy - b.sine * dx) <= w) &
                         (std::fabs(dz) <= h));
    }
    uint64_t bits = 0;
    for (int64_t i = 0; i < some; i++) bits |= uint64_t(holds[i]) << i;
    return bits;
  }

private:
  const T *points;
};

/// Calls `work` with the scene in the points' precision.
template <class Work>
int32_t withScene(const void *points, int32_t bytes, int64_t count, int64_t width, const double *boxes, int64_t boxCount, const Work &work) {
  try {
    if (bytes == 4)
      work(Scene<float>(static_cast<const float *>(points), count, width, boxes, boxCount));
    else
      work(Scene<double>(static_cast<const double *>(points), count, width, boxes, boxCount));
  } catch (...) {
    return 1;
  }
  return 0;
}

}  // namespace

extern "C" {

int32_t ckernels_first_box(const void *points, int32_t bytes, int64_t count, int64_t width, const double *boxes, int64_t boxCount,
                           int32_t threads, int32_t *first) {
  return withScene(points, bytes, count, width, boxes, boxCount, [&](const auto &scene) {
    forChunks(scene.blocks, 64, threads, [&](int64_t begin, int64_t end, int) {
      for (int64_t number = begin; number < end; number++) {
        const int64_t some = std::min(block, scene.count - number * block);
        int32_t *target = first + number * block;
        std::fill(target, target + some, -1);
        uint64_t open = some == block ? ~uint64_t(0) : (uint64_t(1) << some) - 1;
        for (size_t box = 0; box < scene.boxes.size() && open; box++) {
          uint64_t found = scene.inside(box, number) & open;
          open &= ~found;
          for (; found; found &= found - 1) target[__builtin_ctzll(found)] = int32_t(box);
        }
      }
    });
  });
}

int32_t ckernels_count_in_boxes(const void *points, int32_t bytes, int64_t count, int64_t width, const double *boxes, int64_t boxCount,
                                int32_t threads, int64_t *counts) {
  return withScene(points, bytes, count, width, boxes, boxCount, [&](const auto &scene) {
    forChunks(boxCount, 4, threads, [&](int64_t begin, int64_t end, int) {
      for (int64_t box = begin; box < end; box++) {
        int64_t sum = 0;
        for (int64_t number = 0; number < scene.blocks; number++) sum += __builtin_popcountll(scene.inside(size_t(box), number));
        counts[box] = sum;
      }
    });
  });
}

int32_t ckernels_list_in_boxes(const void *points, int32_t bytes, int64_t count, int64_t width, const double *boxes, int64_t boxCount,
                               int32_t threads, const int64_t *starts, int32_t *indices) {
  return withScene(points, bytes, count, width, boxes, boxCount, [&](const auto &scene) {
    forChunks(boxCount, 4, threads, [&](int64_t begin, int64_t end, int) {
      for (int64_t box = begin; box < end; box++) {
        int32_t *target = indices + starts[box];
        for (int64_t number = 0; number < scene.blocks; number++)
          for (uint64_t found = scene.inside(size_t(box), number); found; found &= found - 1)
            *target++ = int32_t(number * block + __builtin_ctzll(found));
      }
    });
  });
}

}  // extern "C"
