// The inner loops, once for each kind of instructions: LANES bytes to a vector. The including file sets LANES, NAMESPACE and the
// target of its functions.

namespace csgm {
namespace NAMESPACE {

typedef uint8_t Bytes __attribute__((vector_size(LANES)));
typedef uint16_t Words __attribute__((vector_size(2 * LANES)));
#define INLINE static inline __attribute__((always_inline))

INLINE Bytes load(const uint8_t *p) {
  Bytes v;
  __builtin_memcpy(&v, p, LANES);
  return v;
}
INLINE void store(uint8_t *p, Bytes v) { __builtin_memcpy(p, &v, LANES); }
INLINE Bytes all(uint8_t value) { return Bytes{} + value; }
INLINE Bytes least(Bytes a, Bytes b) { return __builtin_elementwise_min(a, b); }
INLINE Bytes plus(Bytes a, Bytes b) { return __builtin_elementwise_add_sat(a, b); }

/// Lane i of the result is lane i - 1 of `here`; lane 0 is the last of `before`.
INLINE Bytes fromBefore(Bytes before, Bytes here);
/// Lane i of the result is lane i + 1 of `here`; the last is lane 0 of `after`.
INLINE Bytes fromAfter(Bytes here, Bytes after);

#define FOUR(n) (n), (n) + 1, (n) + 2, (n) + 3
#define SIXTEEN(n) FOUR(n), FOUR((n) + 4), FOUR((n) + 8), FOUR((n) + 12)
#if LANES == 64
#define SEQUENCE(n) SIXTEEN(n), SIXTEEN((n) + 16), SIXTEEN((n) + 32), SIXTEEN((n) + 48)
#elif LANES == 32
#define SEQUENCE(n) SIXTEEN(n), SIXTEEN((n) + 16)
#else
#define SEQUENCE(n) SIXTEEN(n)
#endif
INLINE Bytes fromBefore(Bytes before, Bytes here) {
  return __builtin_shufflevector(before, here, SEQUENCE(LANES - 1));
}
INLINE Bytes fromAfter(Bytes here, Bytes after) { return __builtin_shufflevector(here, after, SEQUENCE(1)); }
#undef SEQUENCE
#undef SIXTEEN
#undef FOUR

/// Matching costs of one pixel: what the left pixel is, and where its partners start.
struct Pixel {
  Bytes census0, census1, census2, grey;
  const uint8_t *partner0, *partner1, *partner2, *partnerGrey, *outside;
};

INLINE Pixel pixel(const Job &job, int x, int y) {
  const size_t at = size_t(y) * job.width + x;
  const size_t start = size_t(job.width - 1 - x) + job.minDisparity, row = size_t(y) * job.rightStride + start;
  return {all(job.left[0][at]), all(job.left[1][at]), all(job.left[2][at]), all(job.left[3][at]),
          job.right[0] + row,   job.right[1] + row,   job.right[2] + row,   job.right[3] + row,
          job.outside + start};
}

/// Costs of LANES disparities from `d` on; 255 beyond the last one.
INLINE Bytes matchingCosts(const Job &job, const Pixel &p, int d) {
  const Bytes bits = ones(load(p.partner0 + d) ^ p.census0) + ones(load(p.partner1 + d) ^ p.census1) +
                     ones(load(p.partner2 + d) ^ p.census2);
  const Bytes other = load(p.partnerGrey + d);
  const Bytes difference = __builtin_elementwise_max(other, p.grey) - least(other, p.grey);
  Bytes cost = bits + least(difference >> greyShift, all(greyLimit));
  cost = __builtin_elementwise_max(cost, load(p.outside + d));
  if (__builtin_expect(d + LANES > job.count, 0)) {
    Bytes lane;
    for (int i = 0; i < LANES; i++) lane[i] = uint8_t(i);
    const int inside = job.count > d ? job.count - d : 0;
    cost |= (Bytes)(lane >= all(uint8_t(inside)));
  }
  return cost;
}

/// One path: its costs at the previous pixel become those of this one.
struct Path {
  uint8_t *costs;
  Bytes minimum, limit, before, here, smallest;
};

INLINE Path path(uint8_t *costs, uint8_t minimum, uint8_t p2) {
  return {costs, all(minimum), all(uint8_t(minimum + p2)), all(255), load(costs), all(255)};
}

INLINE Bytes step(Path &path, Bytes p1, Bytes cost, int d, int padded) {
  const Bytes after = d + LANES < padded ? load(path.costs + d + LANES) : all(255);
  const Bytes near = plus(least(fromBefore(path.before, path.here), fromAfter(path.here, after)), p1);
  const Bytes value = plus(least(least(path.here, near), path.limit) - path.minimum, cost);
  store(path.costs + d, value);
  path.smallest = least(path.smallest, value);
  path.before = path.here;
  path.here = after;
  return value;
}

/// Where the states of one row lie. A diagonal keeps its slot from row to row.
struct Slots {
  int shift[3];
  int width;
  Slots(const Job &job, int y) : width(job.width) {
    const int turn = y % job.width;
    shift[0] = 0;
    shift[1] = (job.width - turn) % job.width;
    shift[2] = turn;
  }
  int slot(int state, int x) const {
    const int s = x + shift[state];
    return s >= width ? s - width : s;
  }
};

/// Column from which the path of a state comes, as seen from 0.
INLINE int sourceColumn(int state, bool up) { return state == 0 ? 0 : (state == 1) == up ? 1 : -1; }

/// Paths that start at the border of the picture have no past: costs 0.
template <int states, bool up> INLINE void startDiagonals(const Job &job, const Slots &slots, State state) {
  for (int s = 1; s < states; s++) {
    const int x = sourceColumn(s, up) < 0 ? 0 : job.width - 1;
    const size_t at = size_t(s) * job.width + slots.slot(s, x);
    __builtin_memset(state.costs + at * job.padded, 0, job.padded);
    state.minima[at] = 0;
  }
}

INLINE uint8_t greyStep(const uint8_t *a, const uint8_t *b) { return *a > *b ? *a - *b : *b - *a; }

enum Purpose { advancing, summing, matching };

/// The first index with the least sum, and the best beyond its neighbours.
INLINE Winner winner(const Job &job, uint16_t *total, int inside, unsigned least) {
  if (inside < job.count) {
    for (int d = inside; d < job.padded; d++) total[d] = 65535;
    least = 65535;
    for (int d = 0; d < inside; d++) least = total[d] < least ? total[d] : least;
  }
  const int index = firstEqual(total, job.padded, uint16_t(least));
  const uint16_t before = index > 0 ? total[index - 1] : 65535;
  const uint16_t after = index + 1 < inside ? total[index + 1] : 65535;
  // The best one that is no neighbour: three costs are made too large for the search.
  const uint16_t *hidden = neighbourMask.values + maskCentre - index;
  Words second = Words{} + uint16_t(65535);
  for (int d = 0; d < job.padded; d += LANES) {
    Words sums, mask;
    __builtin_memcpy(&sums, total + d, sizeof sums);
    __builtin_memcpy(&mask, hidden + d, sizeof mask);
    second = __builtin_elementwise_min(second, sums | mask);
  }
  return {int16_t(index), uint16_t(least), before, after, __builtin_reduce_min(second)};
}

template <int states, bool up, Purpose purpose>
INLINE void sweep(const Job &job, int y, State state, uint8_t *horizontal, uint8_t *sums, uint16_t *total,
                  Winner *winners) {
  const int width = job.width, padded = job.padded;
  const Slots slots(job, y);
  startDiagonals<states, up>(job, slots, state);
  const Bytes p1 = all(job.p1);
  const uint8_t *grey = job.left[3] + size_t(y) * width;
  // The row that the paths come from; at the border its values do not matter.
  const bool first = up ? y == job.height - 1 : y == 0;
  const uint8_t *source = first ? grey : up ? grey + width : grey - width;
  if (purpose != advancing) __builtin_memset(horizontal, 0, padded);
  uint8_t horizontalMinimum = 0;
  for (int i = 0; i < width; i++) {
    const int x = up ? width - 1 - i : i;
    const Pixel here = pixel(job, x, y);
    Path across[states];
    size_t at[states];
#pragma clang loop unroll(full)
    for (int s = 0; s < states; s++) {
      at[s] = size_t(s) * width + slots.slot(s, x);
      int from = x + sourceColumn(s, up);
      from = from < 0 ? 0 : from >= width ? width - 1 : from;
      across[s] = path(state.costs + at[s] * padded, state.minima[at[s]], job.p2[greyStep(grey + x, source + from)]);
    }
    Path along = path(horizontal, horizontalMinimum,
                      purpose == advancing || i == 0 ? 0 : job.p2[greyStep(grey + x, grey + (up ? x + 1 : x - 1))]);
    Words leastTotal = Words{} + uint16_t(65535);
    for (int d = 0; d < padded; d += LANES) {
      const Bytes cost = matchingCosts(job, here, d);
      Bytes values[3];
#pragma clang loop unroll(full)
      for (int s = 0; s < states; s++) values[s] = step(across[s], p1, cost, d, padded);
      if (purpose != advancing) {
        uint8_t *sum = sums + (size_t(x) * (states == 3 ? 2 : 1)) * padded + d;
        const Bytes straight = plus(step(along, p1, cost, d, padded), values[0]);
        if (purpose == summing) {
          store(sum, straight);
          if (states == 3) store(sum + padded, plus(values[1], values[2]));
        } else {
          Words t = __builtin_convertvector(straight, Words) + __builtin_convertvector(load(sum), Words);
          if (states == 3)
            t += __builtin_convertvector(plus(values[1], values[2]), Words) +
                 __builtin_convertvector(load(sum + padded), Words);
          __builtin_memcpy(total + d, &t, sizeof t);
          leastTotal = __builtin_elementwise_min(leastTotal, t);
        }
      }
    }
#pragma clang loop unroll(full)
    for (int s = 0; s < states; s++) state.minima[at[s]] = __builtin_reduce_min(across[s].smallest);
    if (purpose != advancing) horizontalMinimum = __builtin_reduce_min(along.smallest);
    if (purpose == matching) {
      const int columns = x - job.minDisparity + 1, inside = columns < job.count ? columns : job.count;
      winners[x] = inside > 0 ? winner(job, total, inside, __builtin_reduce_min(leastTotal))
                              : Winner{-1, 65535, 65535, 65535, 65535};
    }
  }
}

static void advance(const Job &job, bool up, int y, State state) {
  if (job.states == 1) {
    if (up) sweep<1, true, advancing>(job, y, state, nullptr, nullptr, nullptr, nullptr);
    else sweep<1, false, advancing>(job, y, state, nullptr, nullptr, nullptr, nullptr);
  } else {
    if (up) sweep<3, true, advancing>(job, y, state, nullptr, nullptr, nullptr, nullptr);
    else sweep<3, false, advancing>(job, y, state, nullptr, nullptr, nullptr, nullptr);
  }
}

static void sumUpwards(const Job &job, int y, State state, uint8_t *horizontal, uint8_t *sums) {
  if (job.states == 1) sweep<1, true, summing>(job, y, state, horizontal, sums, nullptr, nullptr);
  else sweep<3, true, summing>(job, y, state, horizontal, sums, nullptr, nullptr);
}

static void matchDownwards(const Job &job, int y, State state, uint8_t *horizontal, const uint8_t *sums,
                           uint16_t *total, Winner *winners) {
  uint8_t *s = const_cast<uint8_t *>(sums);
  if (job.states == 1) sweep<1, false, matching>(job, y, state, horizontal, s, total, winners);
  else sweep<3, false, matching>(job, y, state, horizontal, s, total, winners);
}

static void census(const uint8_t *const rows[5], int width, bool mirrored, uint8_t *const planes[3]) {
  const uint8_t *centre = rows[2];
  const int sign = mirrored ? -1 : 1;
  for (int plane = 0; plane < 3; plane++) {
    const uint8_t *from[8];
    for (int k = 0; k < 8; k++) {
      int n = 8 * plane + k;
      n += n >= 12;  // the centre itself
      from[k] = rows[n / 5] + sign * 2 * (n % 5 - 2);
    }
    uint8_t *out = planes[plane];
    for (int x = 0; x < width; x++) {
      const uint8_t c = centre[x];
      uint8_t bits = 0;
      for (int k = 0; k < 8; k++) bits |= uint8_t((from[k][x] < c) << k);
      out[x] = bits;
    }
  }
}

/// Columns that the medians take at a time.
constexpr int tile = 32;
typedef uint16_t Tile __attribute__((vector_size(2 * tile)));

#define EXCHANGE(a, b)                                  \
  do {                                                  \
    const Tile smaller = __builtin_elementwise_min(a, b); \
    b = __builtin_elementwise_max(a, b);                \
    a = smaller;                                        \
  } while (0)

static void medianOf15(const uint16_t *const rows[15], const uint16_t *needed, int width, uint16_t tolerance,
                       uint16_t *median, uint16_t *agreement) {
  for (int x = 0; x < width; x += tile) {
    Tile need;
    __builtin_memcpy(&need, needed + x, sizeof need);
    if (__builtin_reduce_max(need) == 0) continue;
    Tile v[16];
    for (int i = 0; i < 15; i++) __builtin_memcpy(&v[i], rows[i] + x, sizeof v[i]);
    v[15] = Tile{} + uint16_t(65535);
    // Batcher's odd-even merge sort.
#pragma clang loop unroll(full)
    for (int p = 1; p < 16; p *= 2)
#pragma clang loop unroll(full)
      for (int k = p; k >= 1; k /= 2)
#pragma clang loop unroll(full)
        for (int j = k % p; j + k < 16; j += 2 * k)
#pragma clang loop unroll(full)
          for (int i = 0; i < k; i++)
            if (i + j + k < 16 && (i + j) / (2 * p) == (i + j + k) / (2 * p)) EXCHANGE(v[i + j], v[i + j + k]);
    const Tile middle = v[7];
    Tile count = {};
    for (int i = 0; i < 15; i++) {
      const Tile difference = __builtin_elementwise_max(v[i], middle) - __builtin_elementwise_min(v[i], middle);
      count -= (Tile)(difference <= tolerance);
    }
    __builtin_memcpy(median + x, &middle, sizeof middle);
    __builtin_memcpy(agreement + x, &count, sizeof count);
  }
}

/// The median of 3x3 values where none is 0; elsewhere the value. Rows have one more value before and `tile` after.
static void medianOf9(const uint16_t *const rows[3], int width, uint16_t *out) {
  for (int x = 0; x < width; x += tile) {
    Tile v[9];
    for (int i = 0; i < 9; i++) __builtin_memcpy(&v[i], rows[i / 3] + x + i % 3 - 1, sizeof v[i]);
    const Tile own = v[4];
    Tile smallest = v[0];
    for (int i = 1; i < 9; i++) smallest = __builtin_elementwise_min(smallest, v[i]);
    EXCHANGE(v[1], v[2]);
    EXCHANGE(v[4], v[5]);
    EXCHANGE(v[7], v[8]);
    EXCHANGE(v[0], v[1]);
    EXCHANGE(v[3], v[4]);
    EXCHANGE(v[6], v[7]);
    EXCHANGE(v[1], v[2]);
    EXCHANGE(v[4], v[5]);
    EXCHANGE(v[7], v[8]);
    EXCHANGE(v[0], v[3]);
    EXCHANGE(v[5], v[8]);
    EXCHANGE(v[4], v[7]);
    EXCHANGE(v[3], v[6]);
    EXCHANGE(v[1], v[4]);
    EXCHANGE(v[2], v[5]);
    EXCHANGE(v[4], v[7]);
    EXCHANGE(v[4], v[2]);
    EXCHANGE(v[6], v[4]);
    EXCHANGE(v[4], v[2]);
    const Tile keep = (Tile)(smallest == 0);
    const Tile result = (own & keep) | (v[4] & ~keep);
    __builtin_memcpy(out + x, &result, sizeof result);
  }
}

#undef EXCHANGE
#undef INLINE
}  // namespace NAMESPACE
}  // namespace csgm
