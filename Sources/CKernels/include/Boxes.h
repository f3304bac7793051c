#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Upright boxes: overlap and its gradient, suppression, points inside. Thread-safe: no function keeps state; results depend on neither the
/// number of threads nor the instructions used. A box has seven numbers: x, y, z of its centre, length, width, height, and yaw from +x
/// towards +y. A box with a number that is not finite overlaps nothing and holds nothing; a negative size counts as 0.

/// What is measured of a pair. `ground`: of the rectangles seen from above; `space`: of the boxes. Generalised: the empty share of the
/// smallest convex region around both is subtracted; in space that is the upright prism over the convex hull of the rectangles. The ratio of
/// two regions without area is 0.
enum {
  ckernels_intersection_area = 0,
  ckernels_iou_ground = 1,
  ckernels_iou_space = 2,
  ckernels_giou_ground = 3,
  ckernels_giou_space = 4,
};

/// a: count_a x 7, b: count_b x 7. pairwise 1: target is count_a x count_b, each with each; 0: both counts are equal, target holds one value
/// for each row. Returns 0, or 1 when memory is short.
int32_t ckernels_box_overlap(const double *a, int64_t count_a, const double *b, int64_t count_b, int32_t measure, int32_t pairwise,
                             int32_t threads, double *target);

/// The gradients of the sum of all values, each times its weight (in target's shape), with respect to a and b; either may be NULL. Where the
/// value has a kink (edges that coincide), one of its one-sided gradients, or half their sum for heights. Returns 0, or 1 when memory is short.
int32_t ckernels_box_overlap_gradient(const double *a, int64_t count_a, const double *b, int64_t count_b, int32_t measure, int32_t pairwise,
                                      int32_t threads, const double *weights, double *gradient_a, double *gradient_b);

/// Which boxes suppress each other: rotated ones (7 numbers) by IoU from above or in space; axis-aligned rectangles (4: x1 y1 x2 y2) and
/// boxes (6: x1 y1 z1 x2 y2 z2) by IoU; centres (2: x y) by distance.
enum {
  ckernels_suppress_ground = 0,
  ckernels_suppress_space = 1,
  ckernels_suppress_rectangles = 2,
  ckernels_suppress_cuboids = 3,
  ckernels_suppress_circles = 4,
};

typedef struct {
  int32_t kind;
  /// A box goes when its IoU with one that is kept is greater; circles: when the distance is no greater. At least 0.
  double threshold;
  /// Boxes below this score are left out first, as are those whose score is not a number.
  double lowest_score;
  /// How many of the best are looked at, and how many are kept at most.
  int64_t most_candidates, most_kept;
} ckernels_suppression;

/// Greedy suppression in the order of falling scores, among equal scores the lower number first.
///
/// labels: only boxes with the same label suppress each other; NULL: all do. kept: room for count numbers. Returns how many are kept, or -1
/// when memory is short.
int64_t ckernels_suppress(const double *boxes, const double *scores, const int32_t *labels, int64_t count,
                          const ckernels_suppression *settings, int32_t *kept);

/// Points x y z of `bytes` 4 (float32) or 8 (float64), each followed by width - 3 other numbers. A box's surface belongs to it. Each returns
/// 0, or 1 when memory is short. first: for each point the lowest number of a box around it, or -1.
int32_t ckernels_first_box(const void *points, int32_t bytes, int64_t count, int64_t width, const double *boxes, int64_t box_count,
                           int32_t threads, int32_t *first);
/// How many points each box holds.
int32_t ckernels_count_in_boxes(const void *points, int32_t bytes, int64_t count, int64_t width, const double *boxes, int64_t box_count,
                                int32_t threads, int64_t *counts);
/// The points of each box, ascending, from place starts[box] of indices on.
int32_t ckernels_list_in_boxes(const void *points, int32_t bytes, int64_t count, int64_t width, const double *boxes, int64_t box_count,
                               int32_t threads, const int64_t *starts, int32_t *indices);

#ifdef __cplusplus
}
#endif
