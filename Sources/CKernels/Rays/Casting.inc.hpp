// Included once for each set of instructions, which defines NAMESPACE, F8, I8 and bitsOf(I8).
#pragma clang fp contract(off)

namespace ckernels {
namespace rays {
namespace NAMESPACE {

static inline __attribute__((always_inline)) F8 load(const float *values) {
  F8 result;
  __builtin_memcpy(&result, __builtin_assume_aligned(values, 32), sizeof result);
  return result;
}

static inline __attribute__((always_inline)) F8 spread(float value) {
  return F8{value, value, value, value, value, value, value, value};
}

/// A ray in all lanes.
struct Lanes {
  F8 origin[3], direction[3], inverse[3];
  /// Which row of a node's bounds the ray passes first on each axis, and which last.
  int enter[3], leave[3];

  inline __attribute__((always_inline)) explicit Lanes(const Ray &ray) {
    for (int axis = 0; axis < 3; axis++) {
      const float along = ray.direction[axis];
      const float size = along < 0 ? -along : along;
      origin[axis] = spread(ray.origin[axis]);
      direction[axis] = spread(along);
      inverse[axis] = spread(size > 1e-18f ? 1 / along : along < 0 ? -1e18f : 1e18f);
      enter[axis] = along < 0 ? 3 + axis : axis;
      leave[axis] = along < 0 ? axis : 3 + axis;
    }
  }
};

/// Möller and Trumbore's test of eight triangles.
///
/// Returns the lanes that are met beyond 1e-5 and not beyond `limit`.
static inline __attribute__((always_inline)) uint32_t meet(const Block &block, const Lanes &ray, float limit, F8 &t, F8 &u,
                                                           F8 &v) {
  const F8 e1x = load(block.first[0]), e1y = load(block.first[1]), e1z = load(block.first[2]);
  const F8 e2x = load(block.second[0]), e2y = load(block.second[1]), e2z = load(block.second[2]);
  const F8 dx = ray.direction[0], dy = ray.direction[1], dz = ray.direction[2];
  const F8 px = dy * e2z - dz * e2y, py = dz * e2x - dx * e2z, pz = dx * e2y - dy * e2x;
  const F8 inverted = 1.0f / (e1x * px + e1y * py + e1z * pz);
  const F8 sx = ray.origin[0] - load(block.corner[0]), sy = ray.origin[1] - load(block.corner[1]),
           sz = ray.origin[2] - load(block.corner[2]);
  u = (sx * px + sy * py + sz * pz) * inverted;
  const F8 qx = sy * e1z - sz * e1y, qy = sz * e1x - sx * e1z, qz = sx * e1y - sy * e1x;
  v = (dx * qx + dy * qy + dz * qz) * inverted;
  t = (e2x * qx + e2y * qy + e2z * qz) * inverted;
  // Not-a-number of a degenerate triangle fails every comparison.
  const float slack = 1e-6f;
  return bitsOf((u >= -slack) & (v >= -slack) & ((u + v) <= 1 + slack) & (t > 1e-5f) & (t <= limit));
}

struct Waiting {
  float distance;
  int32_t node;
};

template <bool stopsAtFirst>
static inline __attribute__((always_inline)) bool cast(const Tree &tree, const Ray &given, ckernels_ray_hit &hit) {
  const Lanes ray(given);
  const Node *nodes = tree.nodes.data();
  const Block *blocks = tree.blocks.data();
  Waiting stack[stackSize];
  int depth = 0;
  int32_t current = 0;
  for (;;) {
    if (current >= 0) {
      const Node &node = nodes[current];
      F8 enter = (load(node.bounds[ray.enter[0]]) - ray.origin[0]) * ray.inverse[0];
      const F8 enterY = (load(node.bounds[ray.enter[1]]) - ray.origin[1]) * ray.inverse[1];
      const F8 enterZ = (load(node.bounds[ray.enter[2]]) - ray.origin[2]) * ray.inverse[2];
      F8 leave = (load(node.bounds[ray.leave[0]]) - ray.origin[0]) * ray.inverse[0];
      const F8 leaveY = (load(node.bounds[ray.leave[1]]) - ray.origin[1]) * ray.inverse[1];
      const F8 leaveZ = (load(node.bounds[ray.leave[2]]) - ray.origin[2]) * ray.inverse[2];
      enter = larger(larger(enter, enterY), larger(enterZ, spread(0)));
      leave = smaller(smaller(leave, leaveY), leaveZ);
      // Rounding must neither open gaps between boxes nor hide a triangle at the same distance. Boxes may be a little flat.
      enter = enter * 0.999999f - 1e-6f;
      leave = smaller(leave * 1.000002f + 1e-6f, spread(hit.distance));
      uint32_t met = bitsOf(enter <= leave);
      if (met) {
        int lane = __builtin_ctz(met);
        met &= met - 1;
        if (!met) {
          current = node.children[lane];
          continue;
        }
        float distances[width];
        __builtin_memcpy(distances, &enter, sizeof distances);
        // Farthest first, so that the nearest comes off the stack first.
        const int bottom = depth;
        stack[depth++] = {distances[lane], node.children[lane]};
        do {
          lane = __builtin_ctz(met);
          met &= met - 1;
          const float distance = distances[lane];
          int place = depth++;
          while (place > bottom && stack[place - 1].distance < distance) {
            stack[place] = stack[place - 1];
            place--;
          }
          stack[place] = {distance, node.children[lane]};
        } while (met);
        current = stack[--depth].node;
        continue;
      }
    } else {
      const Block &block = blocks[~current];
      F8 t, u, v;
      uint32_t met = meet(block, ray, hit.distance, t, u, v);
      while (met) {
        const int lane = __builtin_ctz(met);
        met &= met - 1;
        const int32_t number = block.numbers[lane];
        if (t[lane] < hit.distance || (t[lane] == hit.distance && number < hit.triangle)) {
          hit.distance = t[lane];
          hit.triangle = number;
          hit.u = u[lane];
          hit.v = v[lane];
          if (stopsAtFirst) return true;
        }
      }
    }
    do {
      if (depth == 0) return hit.triangle >= 0;
      depth--;
    } while (stack[depth].distance > hit.distance);
    current = stack[depth].node;
  }
}

static void nearest(const Tree &tree, const Ray &ray, float limit, ckernels_ray_hit &hit) {
  hit = {limit, -1, 0, 0};
  cast<false>(tree, ray, hit);
}

static bool isBlocked(const Tree &tree, const Ray &ray, float limit) {
  ckernels_ray_hit hit = {limit, -1, 0, 0};
  return cast<true>(tree, ray, hit);
}

}  // namespace NAMESPACE
}  // namespace rays
}  // namespace ckernels
