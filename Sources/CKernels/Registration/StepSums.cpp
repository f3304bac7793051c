#include "StepSums.hpp"

#pragma STDC FP_CONTRACT OFF

namespace ckernels {

namespace {

/// Lanes of what a step sums.
struct LaneSums {
  Floats values[32] = {};
};

/// Adds weight * row rowᵀ and weight * row * residual for the row (y x w, w).
CKERNELS_BODY void addRow(const Floats *y, const Floats *w, const Floats &weight, const Floats &residual, LaneSums &sums) {
  const Floats row[6] = {y[1] * w[2] - y[2] * w[1], y[2] * w[0] - y[0] * w[2], y[0] * w[1] - y[1] * w[0], w[0], w[1], w[2]};
  int place = 0;
  for (int i = 0; i < 6; i++) {
    const Floats weighted = weight * row[i];
    for (int j = i; j < 6; j++) sums.values[place++] += weighted * row[j];
    sums.values[21 + i] += weighted * residual;
  }
}

/// The same for three rows, one along each axis.
CKERNELS_BODY void addPoint(const Floats *y, const Floats *e, const Floats &weight, LaneSums &sums) {
  const Floats zero = {};
  const Floats axes[3][3] = {{zero + 1, zero, zero}, {zero, zero + 1, zero}, {zero, zero, zero + 1}};
  for (int axis = 0; axis < 3; axis++) addRow(y, axes[axis], weight, e[axis], sums);
}

CKERNELS_BODY Floats robustWeight(int kernel, float width, const Floats &square) {
  const Floats zero = {}, one = zero + 1;
  if (kernel == CKERNELS_HUBER) {
    const Floats length = __builtin_elementwise_sqrt(square), ratio = width / length;
    const Masks isFar = length > width;
    return (Floats)((isFar & (Masks)ratio) | (~isFar & (Masks)one));
  }
  if (kernel == CKERNELS_CAUCHY) return one / (one + square / (width * width));
  if (kernel == CKERNELS_GEMAN_MCCLURE) {
    const Floats root = one / (one + square / (width * width));
    return root * root;
  }
  return one;
}

CKERNELS_BODY Floats dot(const Floats *a, const Floats *b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

CKERNELS_BODY void addBody(const Chunk &chunk, const Place *targetNormals, const Place *normals, const Motion &motion,
                           const StepSettings &settings, ChunkSums &result) {
  LaneSums sums;
  const float a = 1 - settings.epsilon;
  for (int start = 0; start < chunk.count; start += 16) {
    alignas(64) float columns[6][16] = {}, there[16];
    for (int lane = 0; lane < 16; lane++) {
      const int32_t match = chunk.match[start + lane];
      there[lane] = match >= 0;
      if (match < 0 || settings.method == CKERNELS_POINT_TO_POINT) continue;
      const Place &n = targetNormals[match];
      columns[0][lane] = n.x, columns[1][lane] = n.y, columns[2][lane] = n.z;
      if (settings.method != CKERNELS_GENERALIZED) continue;
      const Place &m = normals[start + lane];
      columns[3][lane] = m.x, columns[4][lane] = m.y, columns[5][lane] = m.z;
    }
    Floats y[3], e[3], n[3], s[3], one;
    memcpy(&one, there, 64);
    for (int axis = 0; axis < 3; axis++) {
      memcpy(&y[axis], &chunk.y[axis][start], 64), memcpy(&e[axis], &chunk.e[axis][start], 64);
      memcpy(&n[axis], columns[axis], 64), memcpy(&s[axis], columns[axis + 3], 64);
    }
    const Floats distance = dot(e, e);
    Floats square, weight;
    if (settings.method == CKERNELS_POINT_TO_POINT) {
      square = distance;
      weight = one * robustWeight(settings.kernel, settings.width, square);
      addPoint(y, e, weight, sums);
    } else if (settings.method == CKERNELS_POINT_TO_PLANE) {
      const Floats height = dot(n, e);
      square = height * height;
      weight = one * robustWeight(settings.kernel, settings.width, square);
      addRow(y, n, weight, height, sums);
    } else {
      // The covariances I - a n nᵀ and I - a m mᵀ sum up to a matrix with the eigenvectors n + m and n - m; its inverse is half the
      // identity and two parts along these.
      Floats m[3], u[3], v[3];
      for (int axis = 0; axis < 3; axis++) {
        m[axis] = s[0] * motion.r[3 * axis] + s[1] * motion.r[3 * axis + 1] + s[2] * motion.r[3 * axis + 2];
        u[axis] = n[axis] + m[axis], v[axis] = n[axis] - m[axis];
      }
      const Floats cosine = dot(n, m), epsilon = one * settings.epsilon;
      const Floats along = 0.5f * a * epsilon / (2 - a * (1 + cosine)), across = 0.5f * a * epsilon / (2 - a * (1 - cosine));
      const Floats ue = dot(u, e), ve = dot(v, e);
      square = epsilon * distance + along * ue * ue + across * ve * ve;
      weight = one * robustWeight(settings.kernel, settings.width, square);
      addPoint(y, e, weight * epsilon, sums);
      addRow(y, u, weight * along, ue, sums);
      addRow(y, v, weight * across, ve, sums);
    }
    square *= one;
    sums.values[27] += one, sums.values[28] += one * distance, sums.values[29] += square;
    sums.values[30] += weight * square, sums.values[31] += weight;
  }
  for (int n = 0; n < 32; n++) {
    result.values[n] = 0;
    for (int lane = 0; lane < 16; lane++) result.values[n] += double(sums.values[n][lane]);
  }
  result.values[32] = chunk.searches;
}
CKERNELS_VERSIONS(void, addBody,
                  (const Chunk &chunk, const Place *targetNormals, const Place *normals, const Motion &motion,
                   const StepSettings &settings, ChunkSums &result),
                  (chunk, targetNormals, normals, motion, settings, result))

}  // namespace

void addPairs(const Chunk &chunk, const Place *targetNormals, const Place *normals, const Motion &motion, const StepSettings &settings,
              ChunkSums &sums) {
  CKERNELS_CHOOSE(addBody)(chunk, targetNormals, normals, motion, settings, sums);
}

}  // namespace ckernels
