// Normals from the moments of neighbours, and mean distances, over the searches.

namespace ckernels {
namespace neighbours {
namespace NAMESPACE {

typedef double D8 __attribute__((vector_size(64)));
typedef int64_t L8 __attribute__((vector_size(64)));

static INLINE D8 splat(double v) { return D8{v, v, v, v, v, v, v, v}; }
static INLINE D8 magnitude(D8 v) { return v < 0 ? -v : v; }

/// Sums over the neighbours of each query of a pack, relative to the query: nothing is lost far from the origin.
struct Moments {
  alignas(64) double count[lanes], x[lanes], y[lanes], z[lanes];
  alignas(64) double xx[lanes], xy[lanes], xz[lanes], yy[lanes], yz[lanes], zz[lanes];

  INLINE void add(int lane, double dx, double dy, double dz) {
    count[lane] += 1;
    x[lane] += dx;
    y[lane] += dy;
    z[lane] += dz;
    xx[lane] += dx * dx;
    xy[lane] += dx * dy;
    xz[lane] += dx * dz;
    yy[lane] += dy * dy;
    yz[lane] += dy * dz;
    zz[lane] += dz * dz;
  }
};

/// One Jacobi rotation: makes `pq` zero. `pr` and `qr` couple both axes with the third; `p` and `q` are columns of the
/// eigenvectors.
static INLINE void rotate(D8 &pp, D8 &qq, D8 &pq, D8 &pr, D8 &qr, D8 *p, D8 *q) {
  const D8 gap = qq - pp, twice = pq + pq;
  const D8 root = __builtin_elementwise_sqrt(gap * gap + twice * twice);
  const D8 below = gap < 0 ? gap - root : gap + root;
  const D8 tangent = below == 0 ? splat(0.0) : twice / below;
  const D8 cosine = splat(1.0) / __builtin_elementwise_sqrt(splat(1.0) + tangent * tangent);
  const D8 sine = tangent * cosine;
  const D8 change = tangent * pq;
  pp -= change;
  qq += change;
  pq = splat(0.0);
  const D8 old = pr;
  pr = cosine * old - sine * qr;
  qr = sine * old + cosine * qr;
  for (int i = 0; i < 3; i++) {
    const D8 column = p[i];
    p[i] = cosine * column - sine * q[i];
    q[i] = sine * column + cosine * q[i];
  }
}

/// Eight queries' normals: the direction in which their neighbours spread least, and that spread's part of the whole.
static INLINE void normalsOf(const Moments &m, int first, D8 *normal, D8 &curvature) {
  const D8 n = load<D8>(m.count + first);
  const D8 mx = load<D8>(m.x + first) / n, my = load<D8>(m.y + first) / n, mz = load<D8>(m.z + first) / n;
  D8 xx = load<D8>(m.xx + first) / n - mx * mx, yy = load<D8>(m.yy + first) / n - my * my;
  D8 zz = load<D8>(m.zz + first) / n - mz * mz, xy = load<D8>(m.xy + first) / n - mx * my;
  D8 xz = load<D8>(m.xz + first) / n - mx * mz, yz = load<D8>(m.yz + first) / n - my * mz;
  const D8 none = splat(0.0), one = splat(1.0);
  D8 x[3] = {one, none, none}, y[3] = {none, one, none}, z[3] = {none, none, one};
  for (int sweep = 0; sweep < 5; sweep++) {
    rotate(xx, yy, xy, xz, yz, x, y);
    rotate(xx, zz, xz, xy, yz, x, z);
    rotate(yy, zz, yz, xy, xz, y, z);
  }
  D8 least = xx, middle = yy, most = zz;
  for (int i = 0; i < 3; i++) normal[i] = x[i];
  L8 swap = yy < least;
  middle = swap ? least : middle;
  least = swap ? yy : least;
  for (int i = 0; i < 3; i++) normal[i] = swap ? y[i] : normal[i];
  swap = zz < least;
  most = swap ? least : most;
  least = swap ? zz : least;
  for (int i = 0; i < 3; i++) normal[i] = swap ? z[i] : normal[i];
  swap = most < middle;
  const D8 larger = swap ? middle : most;
  middle = swap ? most : middle;
  // Points on a line have no normal.
  const L8 defined = (n >= 3) & (middle > larger * 1e-10);
  const D8 nothing = splat(__builtin_nan(""));
  for (int i = 0; i < 3; i++) normal[i] = defined ? normal[i] : nothing;
  least = least < 0 ? none : least;
  curvature = defined ? least / (least + middle + larger) : nothing;
}

/// Turns the normals towards the viewpoint; without one, so that the largest component is positive.
static INLINE void finishNormals(const Moments &m, const Pack &queries, const NormalRows &rows) {
  for (int first = 0; first < lanes; first += 8) {
    D8 normal[3], curvature;
    normalsOf(m, first, normal, curvature);
    D8 turn;
    if (rows.viewpoint) {
      D8 x, y, z;
      for (int i = 0; i < 8; i++) {
        x[i] = rows.viewpoint[0] - double(queries.x[first + i]);
        y[i] = rows.viewpoint[1] - double(queries.y[first + i]);
        z[i] = rows.viewpoint[2] - double(queries.z[first + i]);
      }
      turn = x * normal[0] + y * normal[1] + z * normal[2];
    } else {
      turn = magnitude(normal[1]) > magnitude(normal[0]) ? normal[1] : normal[0];
      turn = magnitude(normal[2]) > magnitude(turn) ? normal[2] : turn;
    }
    for (int i = 0; i < 3; i++) normal[i] = turn < 0 ? -normal[i] : normal[i];
    for (int i = 0; i < 8; i++) {
      const int32_t row = queries.number[first + i];
      if (row < 0) continue;
      for (int axis = 0; axis < 3; axis++) rows.normals[3 * int64_t(row) + axis] = float(normal[axis][i]);
      if (rows.curvatures) rows.curvatures[row] = float(curvature[i]);
    }
  }
}

/// Adds every point near a query to its moments.
struct Surroundings {
  alignas(64) float worst[lanes];
  Moments moments;

  INLINE uint32_t wanted(F16 distances, const Node &) const { return le(distances, load<F16>(worst)); }
  INLINE bool leftFirst(F16, F16, const Node &, const Node &, uint32_t) const { return true; }

  INLINE void scan(const Pack &leaf, const Pack &queries, uint32_t wanted) {
    for (; wanted; wanted &= wanted - 1) {
      const int lane = __builtin_ctz(wanted);
      const double x = queries.x[lane], y = queries.y[lane], z = queries.z[lane];
      for (uint32_t hits = le(distances(leaf, queries, lane), splat(worst[lane])); hits; hits &= hits - 1) {
        const int hit = __builtin_ctz(hits);
        moments.add(lane, double(leaf.x[hit]) - x, double(leaf.y[hit]) - y, double(leaf.z[hit]) - z);
      }
    }
  }
};

template <int Width>
static INLINE void finish(Nearest<Width> &search, const Index &index, const Pack &queries, const NormalRows &rows) {
  Moments moments = {};
  const float *points = index.points.get();
  for (int i = 0; i < lanes; i++) {
    if (queries.number[i] < 0) continue;
    const uint64_t *found = search.found(i);
    const double x = queries.x[i], y = queries.y[i], z = queries.z[i];
    for (int j = 0; j < search.k; j++) {
      const int32_t number = int32_t(uint32_t(found[j]));
      if (number == noNumber) break;
      const float *p = points + 3 * int64_t(number);
      moments.add(i, double(p[0]) - x, double(p[1]) - y, double(p[2]) - z);
    }
  }
  finishNormals(moments, queries, rows);
}

template <int Width>
static INLINE void finish(Nearest<Width> &search, const Index &, const Pack &queries, const DistanceRows &rows) {
  for (int i = 0; i < lanes; i++) {
    if (queries.number[i] < 0) continue;
    const uint64_t *found = search.found(i);
    // The first is the point itself, or another one at its place.
    double sum = 0;
    int others = 0;
    for (int j = 1; j < search.k && uint32_t(found[j]) != uint32_t(noNumber); j++, others++)
      sum += __builtin_sqrt(double(distanceOf(found[j])));
    rows.means[queries.number[i]] = others > 0 ? sum / others : 0;
  }
}

static void normals(const Index &index, const Pack *queries, int64_t packs, const NormalRows &rows, uint64_t *scratch) {
  if (rows.k > 0) return nearest(index, queries, packs, rows, scratch);
  Surroundings search;
  for (int64_t p = 0; p < packs; p++) {
    search.moments = Moments{};
    for (int i = 0; i < lanes; i++) search.worst[i] = queries[p].number[i] < 0 ? -1 : rows.squaredRadius;
    traverse(index, queries[p], search);
    finishNormals(search.moments, queries[p], rows);
  }
}

}  // namespace NAMESPACE
}  // namespace neighbours
}  // namespace ckernels
