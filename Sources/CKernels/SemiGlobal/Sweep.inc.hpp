// The inner loops, once for each kind of instructions: LANES bytes to a vector. The including file sets LANES, NAMESPACE and the
// target of its functions, and defines Bytes, ones(), fromBefore(), fromAfter() and firstEqual().

namespace csgm {
namespace NAMESPACE {

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
/// Half the sum, rounded up.
INLINE Bytes mean(Bytes a, Bytes b) { return (a | b) - ((a ^ b) >> 1); }

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
INLINE Bytes matchingCosts(const Job &job, const Pixel &p, int d, bool atBorder) {
  const Bytes bits = ones(load(p.partner0 + d) ^ p.census0) + ones(load(p.partner1 + d) ^ p.census1) +
                     ones(load(p.partner2 + d) ^ p.census2);
  const Bytes other = load(p.partnerGrey + d);
  const Bytes difference = __builtin_elementwise_max(other, p.grey) - least(other, p.grey);
  Bytes cost = bits + least(difference, all(greyLimit));
  if (atBorder) cost = __builtin_elementwise_max(cost, load(p.outside + d));
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

INLINE Path path(uint8_t *costs, Bytes minimum, uint8_t p2) {
  return {costs, minimum, minimum + all(p2), all(255), load(costs), all(255)};
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

/// The first index with the least total, and the best total that is no neighbour of it.
INLINE Winner winner(const Job &job, uint8_t *total, int inside, uint8_t least) {
  if (__builtin_expect(inside < job.count, 0)) {
    __builtin_memset(total + inside, 255, job.padded - inside);
    Bytes smallest = all(255);
    for (int d = 0; d < job.padded; d += LANES) smallest = csgm::NAMESPACE::least(smallest, load(total + d));
    least = __builtin_reduce_min(smallest);
  }
  if (least == 255) return {-1, 255, 255, 255, 255};
  const int index = firstEqual(total, job.padded, least);
  const uint8_t before = index > 0 ? total[index - 1] : 255;
  const uint8_t after = index + 1 < inside ? total[index + 1] : 255;
  const uint8_t *hidden = neighbourMask.values + maskCentre - index;
  Bytes second = all(255);
  for (int d = 0; d < job.padded; d += LANES)
    second = csgm::NAMESPACE::least(second, load(total + d) | load(hidden + d));
  return {int16_t(index), least, before, after, __builtin_reduce_min(second)};
}

template <int states, bool up, Purpose purpose>
INLINE void sweep(const Job &job, int y, State state, uint8_t *horizontal, uint8_t *sums, uint8_t *total,
                  Winner *winners) {
  const int width = job.width, padded = job.padded;
  const Slots slots(job, y);
  startDiagonals<states, up>(job, slots, state);
  const Bytes p1 = all(job.p1);
  const uint8_t *grey = job.picture + size_t(y) * width;
  // The row that the paths come from; at the border its values do not matter.
  const bool first = up ? y == job.height - 1 : y == 0;
  const uint8_t *source = first ? grey : up ? grey + width : grey - width;
  if (purpose != advancing) __builtin_memset(horizontal, 0, padded);
  Bytes horizontalMinimum = all(0);
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
      across[s] = path(state.costs + at[s] * padded, all(state.minima[at[s]]), job.p2[greyStep(grey + x, source + from)]);
    }
    Path along = path(horizontal, horizontalMinimum,
                      purpose == advancing || i == 0 ? 0 : job.p2[greyStep(grey + x, grey + (up ? x + 1 : x - 1))]);
    const int columns = x - job.minDisparity + 1, inside = columns < job.count ? columns : job.count;
    const bool atBorder = inside < job.count;
    Bytes leastTotal = all(255);
    for (int d = 0; d < padded; d += LANES) {
      const Bytes cost = matchingCosts(job, here, d, atBorder);
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
          // Eight paths: half their sum.
          const Bytes t = states == 3 ? plus(mean(straight, plus(values[1], values[2])), mean(load(sum), load(sum + padded)))
                                      : plus(straight, load(sum));
          store(total + d, t);
          leastTotal = least(leastTotal, t);
        }
      }
    }
#pragma clang loop unroll(full)
    for (int s = 0; s < states; s++) state.minima[at[s]] = __builtin_reduce_min(across[s].smallest);
    if (purpose != advancing) horizontalMinimum = all(__builtin_reduce_min(along.smallest));
    if (purpose == matching) {
      winners[x] = inside > 0 ? winner(job, total, inside, __builtin_reduce_min(leastTotal))
                              : Winner{-1, 255, 255, 255, 255};
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
                           uint8_t *total, Winner *winners) {
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

/// The median of 5x5 values, of which those that are 0 count as the one in the middle; the value itself where not needed. Rows
/// have two more values before and `tile` + 2 after.
static void medianOf25(const uint16_t *const rows[5], const uint16_t *needed, int width, uint16_t *out) {
  for (int x = 0; x < width; x += tile) {
    Tile own, need, v[25];
    __builtin_memcpy(&own, rows[2] + x, sizeof own);
    __builtin_memcpy(&need, needed + x, sizeof need);
    if (__builtin_reduce_max(need) == 0) {
      __builtin_memcpy(out + x, &own, sizeof own);
      continue;
    }
    for (int i = 0; i < 25; i++) {
      Tile value;
      __builtin_memcpy(&value, rows[i / 5] + x + i % 5 - 2, sizeof value);
      const Tile missing = (Tile)(value == 0);
      v[i] = (value & ~missing) | (own & missing);
    }
    // The largest values would stay at the unused places of the network, so no exchange reaches there.
#pragma clang loop unroll(full)
    for (int p = 1; p < 32; p *= 2)
#pragma clang loop unroll(full)
      for (int k = p; k >= 1; k /= 2)
#pragma clang loop unroll(full)
        for (int j = k % p; j + k < 32; j += 2 * k)
#pragma clang loop unroll(full)
          for (int i = 0; i < k; i++)
            if (i + j + k < 25 && (i + j) / (2 * p) == (i + j + k) / (2 * p)) EXCHANGE(v[i + j], v[i + j + k]);
    const Tile chosen = (Tile)(need != 0);
    const Tile result = (v[12] & chosen) | (own & ~chosen);
    __builtin_memcpy(out + x, &result, sizeof result);
  }
}

#undef EXCHANGE
#undef INLINE
}  // namespace NAMESPACE
}  // namespace csgm
