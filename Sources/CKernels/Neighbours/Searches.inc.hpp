// The searches, over the vectors that the including file names: F16 and I16, le, lt, ltNumbers, larger, sortIn.
// Every set of instructions does the same arithmetic in the same order: no bit of a result depends on it.

#define INLINE inline __attribute__((always_inline))

namespace ckernels {
namespace neighbours {
namespace NAMESPACE {

#pragma clang fp contract(off)

template <class Vector, class Element> static INLINE Vector load(const Element *source) {
  return *reinterpret_cast<const Vector *>(source);
}

static INLINE F16 splat(float v) { return F16{v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v}; }
static INLINE I16 splat(int32_t v) { return I16{v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v}; }

static INLINE F16 squared(F16 x, F16 y, F16 z) { return x * x + y * y + z * z; }

/// The squared distances of the queries to a box: never above those to a point inside, since rounding keeps order.
static INLINE F16 toBox(const Node &node, F16 x, F16 y, F16 z) {
  const F16 none = {};
  return squared(larger(larger(node.low[0] - x, x - node.high[0]), none),
                 larger(larger(node.low[1] - y, y - node.high[1]), none),
                 larger(larger(node.low[2] - z, z - node.high[2]), none));
}

/// Visits the leaves that one of a pack's queries wants, and lets the search look at them.
template <class Search> static INLINE void traverse(const Index &index, const Pack &queries, Search &search) {
  struct alignas(64) Waiting {
    F16 distances;
    int32_t node;
  };
  Waiting waiting[40];
  int depth = 0;
  const Node *nodes = index.nodes.get();
  const F16 x = load<F16>(queries.x), y = load<F16>(queries.y), z = load<F16>(queries.z);
  int32_t node = 0;
  uint32_t wanted = search.wanted(toBox(nodes[0], x, y, z), nodes[0]);
  while (wanted) {
    const int32_t right = nodes[node].right, left = node + 1;
    if (right < 0) {
      search.scan(index.leaves[size_t(-1 - right)], queries, wanted);
      wanted = 0;
    } else {
      const F16 toLeft = toBox(nodes[left], x, y, z), toRight = toBox(nodes[right], x, y, z);
      const uint32_t wantLeft = search.wanted(toLeft, nodes[left]), wantRight = search.wanted(toRight, nodes[right]);
      bool goLeft = wantLeft != 0;
      if (wantLeft && wantRight) {
        goLeft = search.leftFirst(toLeft, toRight, nodes[left], nodes[right], wantLeft | wantRight);
        waiting[depth].distances = goLeft ? toRight : toLeft;
        waiting[depth++].node = goLeft ? right : left;
      }
      node = goLeft ? left : right;
      wanted = goLeft ? wantLeft : wantRight;
    }
    while (!wanted && depth > 0) {
      node = waiting[--depth].node;
      wanted = search.wanted(waiting[depth].distances, nodes[node]);
    }
  }
}

/// The squared distances of one query to the points of a leaf.
static INLINE F16 distances(const Pack &leaf, const Pack &queries, int lane) {
  return squared(load<F16>(leaf.x) - queries.x[lane], load<F16>(leaf.y) - queries.y[lane],
                 load<F16>(leaf.z) - queries.z[lane]);
}

static INLINE uint64_t keyOf(float distance, int32_t number) {
  uint32_t bits;
  std::memcpy(&bits, &distance, sizeof bits);
  return uint64_t(bits) << 32 | uint32_t(number);
}

static INLINE float distanceOf(uint64_t key) {
  const uint32_t bits = uint32_t(key >> 32);
  float distance;
  std::memcpy(&distance, &bits, sizeof distance);
  return distance;
}

/// The best so far of each query, as keys in which the distance comes first, then the number: sorted lists with the worst at the
/// end and zeros before them, or heaps with the worst at the start. `Width` is a list's length, 0 for heaps.
template <int Width> struct Nearest {
  alignas(64) float worst[lanes];
  alignas(64) uint64_t sorted[lanes][Width ? Width : 1];
  uint64_t *heaps;
  int32_t k;

  INLINE void start(const Pack &queries, float squaredRadius) {
    const uint64_t empty = keyOf(squaredRadius, noNumber);
    for (int i = 0; i < lanes; i++) {
      worst[i] = queries.number[i] < 0 ? -1 : squaredRadius;
      if (Width)
        for (int j = 0; j < Width; j++) sorted[i][j] = j < Width - k ? 0 : empty;
      else
        std::fill(heaps + int64_t(i) * k, heaps + int64_t(i + 1) * k, empty);
    }
  }

  INLINE uint32_t wanted(F16 distances, const Node &) const { return le(distances, load<F16>(worst)); }

  INLINE bool leftFirst(F16 toLeft, F16 toRight, const Node &, const Node &, uint32_t either) const {
    return __builtin_popcount(lt(toLeft, toRight) & either) >= __builtin_popcount(lt(toRight, toLeft) & either);
  }

  INLINE void scan(const Pack &leaf, const Pack &queries, uint32_t wanted) {
    for (; wanted; wanted &= wanted - 1) {
      const int lane = __builtin_ctz(wanted);
      const F16 d = distances(leaf, queries, lane);
      uint32_t hits = le(d, splat(worst[lane]));
      if (!hits) continue;
      alignas(64) float squares[lanes];
      *reinterpret_cast<F16 *>(squares) = d;
      if (Width) {
        worst[lane] = distanceOf(sortIn<Width>(sorted[lane], squares, leaf.number, hits));
      } else {
        uint64_t *heap = heaps + int64_t(lane) * k;
        for (; hits; hits &= hits - 1) {
          const int hit = __builtin_ctz(hits);
          const uint64_t key = keyOf(squares[hit], leaf.number[hit]);
          if (key >= heap[0]) continue;
          std::pop_heap(heap, heap + k);
          heap[k - 1] = key;
          std::push_heap(heap, heap + k);
        }
        worst[lane] = distanceOf(heap[0]);
      }
    }
  }

  /// One query's keys, the best first; those without a number come last.
  INLINE const uint64_t *found(int lane) {
    uint64_t *keys = Width ? sorted[lane] + Width - k : heaps + int64_t(lane) * k;
    if (!Width) std::sort_heap(keys, keys + k);
    return keys;
  }
};

template <int Width>
static INLINE void finish(Nearest<Width> &search, const Index &, const Pack &queries, const NearestRows &rows) {
  for (int i = 0; i < lanes; i++) {
    if (queries.number[i] < 0) continue;
    const uint64_t *found = search.found(i);
    int32_t *indices = rows.indices + int64_t(queries.number[i]) * rows.k;
    float *squares = rows.squaredDistances ? rows.squaredDistances + int64_t(queries.number[i]) * rows.k : nullptr;
    for (int j = 0; j < search.k; j++) {
      const int32_t number = int32_t(uint32_t(found[j]));
      indices[j] = number == noNumber ? -1 : number;
    }
    for (int j = 0; squares && j < search.k; j++)
      squares[j] = uint32_t(found[j]) == uint32_t(noNumber) ? __builtin_inff() : distanceOf(found[j]);
    for (int j = search.k; j < rows.k; j++) {
      indices[j] = -1;
      if (squares) squares[j] = __builtin_inff();
    }
  }
}

// What else is made of neighbours.
template <int Width> static void finish(Nearest<Width> &, const Index &, const Pack &, const NormalRows &);
template <int Width> static void finish(Nearest<Width> &, const Index &, const Pack &, const DistanceRows &);

template <int Width, class Rows>
static void nearestOf(const Index &index, const Pack *queries, int64_t packs, const Rows &rows, uint64_t *scratch) {
  Nearest<Width> search;
  search.heaps = scratch;
  search.k = int32_t(std::min<int64_t>(rows.k, index.count));
  for (int64_t p = 0; p < packs; p++) {
    search.start(queries[p], rows.squaredRadius);
    traverse(index, queries[p], search);
    finish(search, index, queries[p], rows);
  }
}

template <class Rows>
static void nearest(const Index &index, const Pack *queries, int64_t packs, const Rows &rows, uint64_t *scratch) {
  const int64_t k = std::min<int64_t>(rows.k, index.count);
  if (k == 1) nearestOf<1>(index, queries, packs, rows, scratch);
  else if (k <= 8) nearestOf<8>(index, queries, packs, rows, scratch);
  else if (k <= 16) nearestOf<16>(index, queries, packs, rows, scratch);
  else if (k <= 24) nearestOf<24>(index, queries, packs, rows, scratch);
  else if (k <= 32) nearestOf<32>(index, queries, packs, rows, scratch);
  else if (k <= 64) nearestOf<64>(index, queries, packs, rows, scratch);
  else if (k <= longestSorted) nearestOf<longestSorted>(index, queries, packs, rows, scratch);
  else nearestOf<0>(index, queries, packs, rows, scratch);
}

}  // namespace NAMESPACE
}  // namespace neighbours
}  // namespace ckernels
