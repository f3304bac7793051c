// Searches in balls: the first by number, how many, and all.

namespace ckernels {
namespace neighbours {
namespace NAMESPACE {

/// The lowest numbers so far of each query's hits: sorted lists with the highest at the end and -1 before them, or heaps with the
/// highest at the start.
template <int Width> struct First {
  alignas(64) int32_t highest[lanes];
  alignas(64) int32_t sorted[lanes][Width ? Width : 1];
  int32_t *heaps;
  int32_t k;
  float squaredRadius;

  INLINE void start(const Pack &queries) {
    for (int i = 0; i < lanes; i++) {
      highest[i] = queries.number[i] < 0 ? -1 : noNumber;
      if (Width)
        for (int j = 0; j < Width; j++) sorted[i][j] = j < Width - k ? -1 : noNumber;
      else
        std::fill(heaps + int64_t(i) * k, heaps + int64_t(i + 1) * k, noNumber);
    }
  }

  INLINE uint32_t wanted(F16 distances, const Node &node) const {
    return lt(distances, splat(squaredRadius)) & ltNumbers(splat(node.lowest), load<I16>(highest));
  }

  INLINE bool leftFirst(F16, F16, const Node &left, const Node &right, uint32_t) const { return left.lowest < right.lowest; }

  INLINE void scan(const Pack &leaf, const Pack &queries, uint32_t wanted) {
    const F16 limit = splat(squaredRadius);
    for (; wanted; wanted &= wanted - 1) {
      const int lane = __builtin_ctz(wanted);
      uint32_t hits = lt(distances(leaf, queries, lane), limit) & ltNumbers(load<I16>(leaf.number), splat(highest[lane]));
      if (!hits) continue;
      if (Width) {
        highest[lane] = sortIn<Width>(sorted[lane], leaf.number, hits);
      } else {
        int32_t *heap = heaps + int64_t(lane) * k;
        for (; hits; hits &= hits - 1) {
          const int32_t number = leaf.number[__builtin_ctz(hits)];
          if (number >= heap[0]) continue;
          std::pop_heap(heap, heap + k);
          heap[k - 1] = number;
          std::push_heap(heap, heap + k);
        }
        highest[lane] = heap[0];
      }
    }
  }

  INLINE void finish(const Pack &queries, const FirstRows &rows) {
    for (int i = 0; i < lanes; i++) {
      if (queries.number[i] < 0) continue;
      int32_t *found = Width ? sorted[i] + Width - k : heaps + int64_t(i) * k;
      if (!Width) std::sort_heap(found, found + k);
      int32_t *indices = rows.indices + int64_t(queries.number[i]) * rows.k;
      int32_t hits = 0;
      for (int j = 0; j < k; j++) hits += found[j] != noNumber;
      const int32_t filler = hits > 0 ? found[0] : -1;
      for (int j = 0; j < k; j++) indices[j] = j < hits ? found[j] : filler;
      for (int j = k; j < rows.k; j++) indices[j] = filler;
      rows.counts[queries.number[i]] = hits;
    }
  }
};

template <int Width>
static void firstOf(const Index &index, const Pack *queries, int64_t packs, const FirstRows &rows, uint64_t *scratch) {
  First<Width> search;
  search.heaps = reinterpret_cast<int32_t *>(scratch);
  search.k = int32_t(std::min<int64_t>(rows.k, index.count));
  search.squaredRadius = rows.squaredRadius;
  for (int64_t p = 0; p < packs; p++) {
    search.start(queries[p]);
    traverse(index, queries[p], search);
    search.finish(queries[p], rows);
  }
}

static void first(const Index &index, const Pack *queries, int64_t packs, const FirstRows &rows, uint64_t *scratch) {
  const int64_t k = std::min<int64_t>(rows.k, index.count);
  if (k <= 16) firstOf<16>(index, queries, packs, rows, scratch);
  else if (k <= 32) firstOf<32>(index, queries, packs, rows, scratch);
  else if (k <= 64) firstOf<64>(index, queries, packs, rows, scratch);
  else if (k <= longestSorted) firstOf<longestSorted>(index, queries, packs, rows, scratch);
  else firstOf<0>(index, queries, packs, rows, scratch);
}

/// How many points are near each query, up to a limit.
struct Count {
  alignas(64) float worst[lanes];
  int32_t found[lanes];
  int32_t limit;

  INLINE uint32_t wanted(F16 distances, const Node &) const { return le(distances, load<F16>(worst)); }
  INLINE bool leftFirst(F16, F16, const Node &, const Node &, uint32_t) const { return true; }

  INLINE void scan(const Pack &leaf, const Pack &queries, uint32_t wanted) {
    for (; wanted; wanted &= wanted - 1) {
      const int lane = __builtin_ctz(wanted);
      const F16 d = distances(leaf, queries, lane);
      found[lane] += __builtin_popcount(le(d, splat(worst[lane])));
      if (found[lane] >= limit) worst[lane] = -1;
    }
  }
};

static void count(const Index &index, const Pack *queries, int64_t packs, const CountRows &rows) {
  Count search;
  search.limit = rows.limit;
  for (int64_t p = 0; p < packs; p++) {
    for (int i = 0; i < lanes; i++) {
      search.worst[i] = queries[p].number[i] < 0 || rows.limit <= 0 ? -1 : rows.squaredRadius;
      search.found[i] = 0;
    }
    traverse(index, queries[p], search);
    for (int i = 0; i < lanes; i++)
      if (queries[p].number[i] >= 0) rows.counts[queries[p].number[i]] = std::min(search.found[i], rows.limit);
  }
}

/// All points that are near each query.
struct List {
  alignas(64) float worst[lanes];
  int32_t *next[lanes];

  INLINE uint32_t wanted(F16 distances, const Node &) const { return le(distances, load<F16>(worst)); }
  INLINE bool leftFirst(F16, F16, const Node &left, const Node &right, uint32_t) const { return left.lowest < right.lowest; }

  INLINE void scan(const Pack &leaf, const Pack &queries, uint32_t wanted) {
    for (; wanted; wanted &= wanted - 1) {
      const int lane = __builtin_ctz(wanted);
      const F16 d = distances(leaf, queries, lane);
      for (uint32_t hits = le(d, splat(worst[lane])); hits; hits &= hits - 1)
        *next[lane]++ = leaf.number[__builtin_ctz(hits)];
    }
  }
};

static void list(const Index &index, const Pack *queries, int64_t packs, const ListRows &rows) {
  List search;
  for (int64_t p = 0; p < packs; p++) {
    for (int i = 0; i < lanes; i++) {
      const int32_t row = queries[p].number[i];
      search.worst[i] = row < 0 ? -1 : rows.squaredRadius;
      search.next[i] = row < 0 ? nullptr : rows.indices + rows.starts[row];
    }
    traverse(index, queries[p], search);
    for (int i = 0; i < lanes; i++) {
      const int32_t row = queries[p].number[i];
      if (row >= 0) std::sort(rows.indices + rows.starts[row], search.next[i]);
    }
  }
}

}  // namespace NAMESPACE
}  // namespace neighbours
}  // namespace ckernels
