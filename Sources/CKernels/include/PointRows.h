#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Rows of features, one for each member of a group of points: what layers shared by all points work on.
///
/// Values are float32, rows x channels. A row may stand for several equal ones: it counts `repeats` times in statistics. Sums run
/// over parts of fixed length, in their order: no bit depends on threads or on the processor.

/// Which points make up each group; the groups of a cloud follow each other.
typedef struct ckernels_point_groups {
  int64_t clouds, groups_per_cloud, points_per_cloud;
  /// Where each group's rows begin, and the end of the last: clouds x groups_per_cloud + 1, ascending.
  const int64_t *starts;
  /// Of each row the point among those of all clouds.
  const int32_t *members;
  int32_t threads;
} ckernels_point_groups;

/// Members and repeats of balls that hold `counts` hits in the first of their k places; places without a hit repeat the first.
///
/// indices: clouds x groups_per_cloud x k, numbers within the cloud. starts: max(1, counts) apart.
void ckernels_ball_members(const int32_t *indices, const int32_t *counts, int64_t clouds, int64_t groups_per_cloud, int64_t k,
                           int64_t points_per_cloud, const int64_t *starts, int32_t *members, float *repeats);

/// out[row] = points[members[row]] - centres[group of row].
void ckernels_group_differences(const ckernels_point_groups *groups, int64_t channels, const float *points, const float *centres,
                                float *out);
/// The transpose; points and centres are written from zero, each may be NULL.
void ckernels_group_differences_gradient(const ckernels_point_groups *groups, int64_t channels, const float *gradient, float *points,
                                         float *centres);

/// How rows are scaled: y = values * scale + shift, for each channel, then max(0, y) where rectified.
typedef struct ckernels_row_scaling {
  int64_t rows, channels;
  /// How often each row counts; NULL for once.
  const float *repeats;
  const float *scale, *shift;
  /// Of the values: what was subtracted and the reciprocal deviation.
  const float *mean, *inverse;
  int32_t rectified;
  /// Whether mean and deviation are the rows' own, so that gradients flow through them.
  int32_t own_statistics;
  int32_t threads;
} ckernels_row_scaling;

/// Mean and mean squared deviation of each channel; returns how many rows count. channels x double each.
double ckernels_row_moments(const float *values, const float *repeats, int64_t rows, int64_t channels, int32_t threads, double *mean,
                            double *variance);

/// Scales rows; out may be values.
void ckernels_row_scale(const ckernels_row_scaling *scaling, const float *values, float *out);

/// gradient: with respect to the scaled rows. target (rows x channels), scale_gradient and shift_gradient (channels): with respect to
/// the values, and to the factor and summand of the values normalised by mean and deviation.
void ckernels_row_scale_gradient(const ckernels_row_scaling *scaling, const float *values, const float *gradient, float *target,
                                 float *scale_gradient, float *shift_gradient);

/// The largest scaled row of each group: out and the row it came from (the first of equal ones), both groups x channels.
///
/// starts: groups + 1, ascending, each group with a row at least.
void ckernels_row_maxima(const ckernels_row_scaling *scaling, const float *values, int64_t groups, const int64_t *starts, float *out,
                         int32_t *rows);
/// The gradient of ckernels_row_maxima; maxima: its out.
void ckernels_row_maxima_gradient(const ckernels_row_scaling *scaling, const float *values, int64_t groups, const int64_t *starts,
                                  const float *maxima, const int32_t *rows, const float *gradient, float *target,
                                  float *scale_gradient, float *shift_gradient);

#ifdef __cplusplus
}
#endif
