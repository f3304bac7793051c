#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Layers shared by the points of balls, then the largest value of each channel in each ball: the set abstraction of PointNet++.
///
/// Layer 0 is given as its values at points and at centres, whose difference it is; linear layers follow. Each layer ends with a
/// normalisation and a rectification. A ball's points are its distinct ones: the first stands for the padding too, and counts
/// `neighbors - hits + 1` times in means. Sums run in an order that does not depend on the number of threads.
typedef struct {
  /// Clouds, and points and centres of each.
  int64_t clouds, points, centers;
  /// Places of a ball.
  int64_t neighbors;
  /// clouds x centers x neighbors: numbers of points in their cloud.
  const int32_t *indices;
  /// clouds x centers: how many of them are hits.
  const int32_t *counts;
  /// Linear layers behind layer 0.
  int64_t layers;
  /// layers + 1 numbers of channels.
  const int64_t *widths;
  /// layers matrices; the first is of layer 1, widths[1] x widths[0].
  const float *const *weights;
  int32_t threads;
} ckernels_ball_layers;

/// Evaluation, with normalisations taken into weights and biases.
///
/// at_points: clouds x points x widths[0], with the bias; at_centers: clouds x centers x widths[0]; biases: of layers 1 and up; out:
/// clouds x centers x the last width; starts: where each ball's rows begin, and the end of the last, by max(1, min(hits, neighbors)).
/// Returns 0, or 1 when memory is short.
int32_t ckernels_ball_layers_infer(const ckernels_ball_layers *form, const int64_t *starts, const float *at_points,
                                   const float *at_centers, const float *const *biases, float *out);

/// What training needs of each layer.
typedef struct {
  /// widths[layer] each: factor and shift behind the normalisation; mean and variance (biased), which the forward pass finds.
  const float *factor, *shift;
  float *mean, *variance;
  /// Rows before the normalisation, rows x widths[layer], which the forward pass finds.
  float *values;
  /// Memory of the backward pass, as large as values; unused for the last layer.
  float *slopes;
  /// Gradients that the backward pass finds: like factor and shift; like the layer's weights (unused for layer 0).
  float *factor_slope, *shift_slope, *weight_slope;
} ckernels_ball_layer;

/// Training, forward. best: clouds x centers x the last width, the row that is the largest. Returns 0, or 1 when memory is short.
int32_t ckernels_ball_layers_forward(const ckernels_ball_layers *form, const int64_t *starts, const float *at_points,
                                     const float *at_centers, const ckernels_ball_layer *layers, double epsilon, int32_t *best,
                                     float *out);

/// Training, backward: `slopes` are those of `out`; point_slopes and center_slopes those of at_points and at_centers.
int32_t ckernels_ball_layers_backward(const ckernels_ball_layers *form, const int64_t *starts, const ckernels_ball_layer *layers,
                                      double epsilon, const int32_t *best, const float *slopes, float *point_slopes,
                                      float *center_slopes);

#ifdef __cplusplus
}
#endif
