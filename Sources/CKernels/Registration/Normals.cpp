#include <algorithm>

#include "../Clouds/Lanes.hpp"
#include "../Parallel.hpp"
#include "Alignment.h"

#pragma STDC FP_CONTRACT OFF

namespace {

using ckernels::Floats;
using ckernels::keep;
using ckernels::Masks;

CKERNELS_BODY Floats choose(const Masks &mask, const Floats &yes, const Floats &no) {
  return (Floats)((mask & (Masks)yes) | (~mask & (Masks)no));
}

/// One rotation of the cyclic Jacobi method: annuls pq, where r is the third axis; the columns of the vectors turn with it.
CKERNELS_BODY void annul(Floats &pp, Floats &qq, Floats &pq, Floats &pr, Floats &qr, Floats *vp, Floats *vq) {
  const Floats zero = {}, one = zero + 1;
  const Floats tau = (qq - pp) / (pq + pq);
  const Floats size = __builtin_elementwise_abs(tau) + __builtin_elementwise_sqrt(one + tau * tau);
  Floats t = choose(tau < 0, -one, one) / size;
  t = keep(pq != 0, t);
  const Floats c = one / __builtin_elementwise_sqrt(one + t * t), s = t * c;
  pp -= t * pq, qq += t * pq, pq = zero;
  const Floats oldPr = pr;
  pr = c * pr - s * qr, qr = s * oldPr + c * qr;
  for (int axis = 0; axis < 3; axis++) {
    const Floats old = vp[axis];
    vp[axis] = c * old - s * vq[axis], vq[axis] = s * old + c * vq[axis];
  }
}

CKERNELS_BODY void findNormals(const float *points, const float *centres, const int32_t *neighbours, int32_t k, int64_t first, int64_t end,
                              float *normals) {
  for (int64_t start = first; start < end; start += 16) {
    const int lanes = int(std::min<int64_t>(16, end - start));
    alignas(64) float x[16] = {}, y[16] = {}, z[16] = {};
    Floats n = {}, sx = {}, sy = {}, sz = {}, xx = {}, xy = {}, xz = {}, yy = {}, yz = {}, zz = {};
    for (int32_t m = 0; m < k; m++) {
      alignas(64) float there[16] = {};
      for (int lane = 0; lane < lanes; lane++) {
        const int64_t i = start + lane;
        const int32_t j = neighbours[i * k + m];
        const float *p = centres + 3 * i, *q = j >= 0 ? points + 3 * int64_t(j) : p;
        x[lane] = q[0] - p[0], y[lane] = q[1] - p[1], z[lane] = q[2] - p[2];
        there[lane] = j >= 0;
      }
      Floats dx, dy, dz, one;
      memcpy(&dx, x, 64), memcpy(&dy, y, 64), memcpy(&dz, z, 64), memcpy(&one, there, 64);
      n += one, sx += dx, sy += dy, sz += dz;
      xx += dx * dx, xy += dx * dy, xz += dx * dz, yy += dy * dy, yz += dy * dz, zz += dz * dz;
    }
    const Floats zero = {}, number = choose(n > 0, n, zero + 1);
    sx /= number, sy /= number, sz /= number;
    xx = xx / number - sx * sx, xy = xy / number - sx * sy, xz = xz / number - sx * sz;
    yy = yy / number - sy * sy, yz = yz / number - sy * sz, zz = zz / number - sz * sz;
    const Floats trace = xx + yy + zz, scale = keep(trace > 0, (zero + 1) / trace);
    xx *= scale, xy *= scale, xz *= scale, yy *= scale, yz *= scale, zz *= scale;
    Floats a[3] = {zero + 1, zero, zero}, b[3] = {zero, zero + 1, zero}, c[3] = {zero, zero, zero + 1};
    for (int sweep = 0; sweep < 5; sweep++) {
      annul(xx, yy, xy, xz, yz, a, b);
      annul(xx, zz, xz, xy, yz, a, c);
      annul(yy, zz, yz, xy, xz, b, c);
    }
    const Masks aIsLeast = (xx <= yy) & (xx <= zz), bIsLeast = ~aIsLeast & (yy <= zz);
    const Floats least = choose(aIsLeast, xx, choose(bIsLeast, yy, zz));
    const Floats largest = choose((xx >= yy) & (xx >= zz), xx, choose(yy >= zz, yy, zz));
    const Floats middle = xx + yy + zz - least - largest;
    const Masks isSurface = (n >= 3) & (trace > 0) & (middle > 1e-6f * largest);
    Floats normal[3];
    for (int axis = 0; axis < 3; axis++)
      normal[axis] = choose(aIsLeast, a[axis], choose(bIsLeast, b[axis], c[axis]));
    const Floats length = __builtin_elementwise_sqrt(normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2]);
    for (int axis = 0; axis < 3; axis++) {
      const Floats value = keep(isSurface, normal[axis] / length);
      for (int lane = 0; lane < lanes; lane++) normals[3 * (start + lane) + axis] = value[lane];
    }
  }
}
CKERNELS_VERSIONS(void, findNormals,
                  (const float *points, const float *centres, const int32_t *neighbours, int32_t k, int64_t first, int64_t end,
                   float *normals),
                  (points, centres, neighbours, k, first, end, normals))

}  // namespace

void ckernels_neighbourhood_normals(const float *points, const float *centres, int64_t count, const int32_t *neighbours, int32_t k,
                                    int32_t threads, float *normals) {
  const auto find = CKERNELS_CHOOSE(findNormals);
  ckernels::forChunks(count, 2048, threads,
                      [&](int64_t first, int64_t end, int) { find(points, centres, neighbours, k, first, end, normals); });
}
