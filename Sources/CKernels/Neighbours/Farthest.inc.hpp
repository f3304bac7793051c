// Farthest point sampling over the index's leaves.

namespace ckernels {
namespace neighbours {
namespace NAMESPACE {

/// The largest of sixteen values, none of them NaN.
static INLINE float largest(F16 v) {
  v = larger(v, __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  v = larger(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
  v = larger(v, __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
  v = larger(v, __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
  return v[0];
}

/// Takes a sample into account below a node: a child is touched only when the sample is nearer to its box than its farthest
/// point is to the samples before. Returns the largest distance below the node.
static float lower(const Farthest &f, int level, int32_t number, const float *sample) {
  Crowd &crowd = f.levels[level][number];
  const F16 none = {};
  const F16 reach = squared(larger(larger(load<F16>(crowd.low[0]) - sample[0], sample[0] - load<F16>(crowd.high[0])), none),
                            larger(larger(load<F16>(crowd.low[1]) - sample[1], sample[1] - load<F16>(crowd.high[1])), none),
                            larger(larger(load<F16>(crowd.low[2]) - sample[2], sample[2] - load<F16>(crowd.high[2])), none));
  for (uint32_t touched = lt(reach, load<F16>(crowd.most)); touched; touched &= touched - 1) {
    const int child = __builtin_ctz(touched);
    const int32_t below = number * lanes + child;
    if (level > 0) {
      crowd.most[child] = lower(f, level - 1, below, sample);
      continue;
    }
    const Pack &leaf = f.leaves[below];
    const F16 distance = squared(load<F16>(leaf.x) - sample[0], load<F16>(leaf.y) - sample[1], load<F16>(leaf.z) - sample[2]);
    F16 &held = *reinterpret_cast<F16 *>(f.distances + int64_t(below) * lanes);
    held = distance < held ? distance : held;
    crowd.most[child] = largest(held);
  }
  return largest(load<F16>(crowd.most));
}

/// The lowest number below a node of a point at the distance `most`, if it is below `best`.
static int32_t find(const Farthest &f, int level, int32_t number, float most, int32_t best) {
  const Crowd &crowd = f.levels[level][number];
  for (uint32_t equal = le(splat(most), load<F16>(crowd.most)); equal; equal &= equal - 1) {
    const int child = __builtin_ctz(equal);
    const int32_t below = number * lanes + child;
    if (crowd.lowest[child] >= best) continue;
    if (level > 0) {
      best = find(f, level - 1, below, most, best);
      continue;
    }
    const F16 held = load<F16>(f.distances + int64_t(below) * lanes);
    for (uint32_t hits = le(splat(most), held); hits; hits &= hits - 1)
      best = std::min(best, f.leaves[below].number[__builtin_ctz(hits)]);
  }
  return best;
}

static void farthest(const Farthest &f, const float *points, int32_t samples, int32_t *out) {
  for (int32_t s = 1; s < samples; s++) {
    const float *sample = points + 3 * int64_t(out[s - 1]);
    const float most = lower(f, f.top, 0, sample);
    out[s] = most < 0 ? 0 : find(f, f.top, 0, most, noNumber);
  }
}

}  // namespace NAMESPACE
}  // namespace neighbours
}  // namespace ckernels
