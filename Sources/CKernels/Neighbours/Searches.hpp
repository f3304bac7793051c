#pragma once
#include "Index.hpp"

namespace ckernels {
namespace neighbours {

constexpr int32_t noNumber = 0x7fffffff;

/// What searches write, at the rows that the numbers of the queries name.
struct NearestRows {
  int32_t k;
  float squaredRadius;
  int32_t *indices;
  float *squaredDistances;
};

/// `k` is 0 where all points within the radius count.
struct NormalRows {
  int32_t k;
  float squaredRadius;
  const double *viewpoint;
  float *normals;
  float *curvatures;
};

struct DistanceRows {
  int32_t k;
  float squaredRadius;
  double *means;
};

struct FirstRows {
  int32_t k;
  float squaredRadius;
  int32_t *indices;
  int32_t *counts;
};

struct CountRows {
  int32_t limit;
  float squaredRadius;
  int32_t *counts;
};

struct ListRows {
  float squaredRadius;
  const int64_t *starts;
  int32_t *indices;
};

/// Sixteen boxes with the largest distance of a point inside to the samples so far, and the lowest number inside.
struct alignas(64) Crowd {
  float low[3][lanes], high[3][lanes];
  float most[lanes];
  int32_t lowest[lanes];
};

/// What farthest point sampling works on: level 0 holds leaves in crowds, each level above crowds of crowds, the top a single one.
struct Farthest {
  const Pack *leaves;
  /// The squared distance of each place of each leaf to the nearest sample; -1 for points that are never taken.
  float *distances;
  Crowd *levels[8];
  int top;
};

/// The searches for one set of instructions. Each takes packs of queries; `scratch` holds what scratchSize() says.
struct Searches {
  void (*nearest)(const Index &, const Pack *queries, int64_t packs, const NearestRows &, uint64_t *scratch);
  void (*first)(const Index &, const Pack *queries, int64_t packs, const FirstRows &, uint64_t *scratch);
  void (*count)(const Index &, const Pack *queries, int64_t packs, const CountRows &);
  void (*list)(const Index &, const Pack *queries, int64_t packs, const ListRows &);
  void (*normals)(const Index &, const Pack *queries, int64_t packs, const NormalRows &, uint64_t *scratch);
  void (*meanDistances)(const Index &, const Pack *queries, int64_t packs, const DistanceRows &, uint64_t *scratch);
  /// out[0] is the first sample.
  void (*farthest)(const Farthest &, const float *points, int32_t samples, int32_t *out);
};

/// The longest list that is kept sorted; longer ones are heaps in the scratch memory.
constexpr int32_t longestSorted = 128;
inline size_t scratchSize(int32_t k) { return k <= longestSorted ? 0 : size_t(k) * lanes; }

extern const Searches portableSearches;
#if defined(__x86_64__)
extern const Searches avx2Searches;
extern const Searches avx512Searches;
#endif

}  // namespace neighbours
}  // namespace ckernels
