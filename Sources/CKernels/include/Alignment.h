#pragma once
#include <stddef.h>
#include <stdint.h>

#include "PointIndex.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Registration: normals of neighbourhoods, correspondences, and the sums of a Gauss-Newton step. The same bits on every processor and for
/// every number of threads: sixteen lanes of single precision over 512 points at a time, those sums in double precision in their order.

/// The direction of least variance of the neighbours of each centre, length 1, either sign; zero where fewer than three neighbours are
/// given or they lie on a line. For neighbours that are known already; ckernels_normals searches them.
///
/// centres: count x 3; neighbours: count x k numbers of points, -1 for none; normals: count x 3.
void ckernels_neighbourhood_normals(const float *points, const float *centres, int64_t count, const int32_t *neighbours, int32_t k,
                                    int32_t threads, float *normals);

enum {
  CKERNELS_POINT_TO_POINT = 0,
  CKERNELS_POINT_TO_PLANE = 1,
  CKERNELS_GENERALIZED = 2,
};
enum {
  CKERNELS_LEAST_SQUARES = 0,
  CKERNELS_HUBER = 1,
  CKERNELS_CAUCHY = 2,
  CKERNELS_GEMAN_MCCLURE = 3,
};

/// Two clouds whose alignment is sought; all borrowed until the alignment is released.
typedef struct {
  /// target_count x 3, finite, with an index over them.
  const float *target;
  int64_t target_count;
  const ckernels_point_index *index;
  /// target_count x 3, or NULL where the method needs none.
  const float *target_normals;
  /// Each target point's k nearest target points, itself among them, nearest first, with their squared distances; NULL: none are known.
  const int32_t *neighbours;
  const float *neighbour_distances;
  int32_t k;
  /// source_count x 3, finite.
  const float *source;
  int64_t source_count;
  const float *source_normals;
  /// Pairs farther apart do not count.
  float max_distance;
} ckernels_alignment_input;

typedef struct ckernels_alignment ckernels_alignment;

/// Returns NULL when memory is short.
ckernels_alignment *ckernels_alignment_create(const ckernels_alignment_input *input);
void ckernels_alignment_release(ckernels_alignment *alignment);

/// What a step sums up over the pairs within reach, at the pose given: each source point with the target point nearest to it.
///
/// A change (w, v) of the pose moves a point y of the target frame to y + w x y + v. The residual is in metres: the distance, the distance
/// along the target's normal, or the Mahalanobis length of the difference for variances 1 along the surface and `epsilon` across it,
/// scaled so that a difference along a common normal counts in full.
typedef struct {
  /// Weighted normal matrix, upper triangle by rows, and right side; w first.
  double matrix[21], right[6];
  /// Pairs; sums of their squared distances, of the squared residuals, of the weighted squared residuals and of the weights.
  double pairs, squared_distances, squared_residuals, weighted_residuals, weights;
  /// How many nearest points were searched in the index.
  double searches;
} ckernels_alignment_sums;

/// rotation: row by row. width: scale of the robust kernel in metres. Returns 0, or 1 when memory is short.
int32_t ckernels_alignment_step(ckernels_alignment *alignment, const double rotation[9], const double translation[3], int32_t method,
                                int32_t kernel, double width, double epsilon, int32_t threads, ckernels_alignment_sums *sums);

/// The target point of each source point at the pose of the latest step, -1 where none is within reach; and the squared distances.
void ckernels_alignment_pairs(const ckernels_alignment *alignment, int32_t *matches, float *squared_distances);

#ifdef __cplusplus
}
#endif
