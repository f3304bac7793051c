#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Sparse convolution on a grid of cells. Thread-safe: the objects are read only once they are made, and no function keeps state.
///
/// A cell has four coordinates: batch and three places. Results do not depend on the number of threads; sums of float32 are chains of
/// fused multiply-adds in a fixed order, so that they do not depend on the instructions either.

/// A set of cells, sorted by their coordinates.
typedef struct ckernels_sites ckernels_sites;
/// For each output cell and each place of a kernel, which input cell is seen through it, if there is one.
typedef struct ckernels_rules ckernels_rules;

enum {
  CKERNELS_SPARSE_OK = 0,
  CKERNELS_SPARSE_NO_MEMORY = 1,
  /// Two cells have the same coordinates.
  CKERNELS_SPARSE_DUPLICATE = 2,
  /// The coordinates span more than 63 bits.
  CKERNELS_SPARSE_TOO_WIDE = 3,
};

/// Which instructions the inner loops use; better ones than the processor has are replaced by its best.
enum {
  CKERNELS_SPARSE_AUTOMATIC = 0,
  CKERNELS_SPARSE_PORTABLE = 1,
  CKERNELS_SPARSE_AVX2 = 2,
  CKERNELS_SPARSE_AVX512 = 3,
};

/// How a kernel lies over the fine and the coarse grid: it sees fine cell `coarse * stride + place * dilation - padding`.
typedef struct {
  int32_t size[3], stride[3], dilation[3], padding[3];
} ckernels_window;

/// coordinates: count x 4, borrowed for the call. On CKERNELS_SPARSE_DUPLICATE `culprit` is a row that occurs once more.
int32_t ckernels_sites_create(const int32_t *coordinates, int64_t count, ckernels_sites **sites, int64_t *culprit);

/// The coarse cells whose window holds a cell, each place within 0 ..< limit.
int32_t ckernels_sites_reached(const ckernels_sites *fine, const ckernels_window *window, const int32_t limit[3],
                               ckernels_sites **coarse);

/// The cells with places divided by the stride and rounded down.
int32_t ckernels_sites_floored(const ckernels_sites *fine, const int32_t stride[3], ckernels_sites **coarse);

/// The fine cells that the windows of coarse cells hold; limit NULL: any, otherwise each place within 0 ..< limit.
int32_t ckernels_sites_spread(const ckernels_sites *coarse, const ckernels_window *window, const int32_t *limit,
                              ckernels_sites **fine);

int64_t ckernels_sites_count(const ckernels_sites *sites);
/// target: count x 4, in the rows' order: that of the coordinates they were made from, or ascending.
void ckernels_sites_coordinates(const ckernels_sites *sites, int32_t *target);
void ckernels_sites_release(ckernels_sites *sites);

/// Rules from fine inputs to coarse outputs (upwards = 0) or from coarse inputs to fine outputs (upwards = 1).
int32_t ckernels_rules_create(const ckernels_sites *fine, const ckernels_sites *coarse, const ckernels_window *window, int32_t upwards,
                              int32_t threads, ckernels_rules **rules);
void ckernels_rules_release(ckernels_rules *rules);
/// Pairs of all places of the kernel together; by_place, where not NULL, gets those of each.
int64_t ckernels_rules_pair_count(const ckernels_rules *rules, int64_t *by_place);
/// Rows of inputs and outputs, place by place.
void ckernels_rules_pairs(const ckernels_rules *rules, int32_t *inputs, int32_t *outputs);
/// Bytes that the rules take.
int64_t ckernels_rules_bytes(const ckernels_rules *rules);

/// Where a weight lies: place_offsets[place] + in * in_stride + out * out_stride, in elements.
typedef struct {
  const int64_t *place_offsets;
  int64_t in_stride, out_stride;
} ckernels_weight_layout;

/// target[output] = relu(residual[output] + sum over places and inputs of (scale .* weight)^T features + bias).
///
/// features: inputs x in_channels; target: outputs x out_channels; scale, bias: out_channels, or NULL; residual: as target, or NULL;
/// relu 1: negative results become 0. All borrowed for the call. Returns CKERNELS_SPARSE_OK or _NO_MEMORY.
int32_t ckernels_sparse_convolve(const ckernels_rules *rules, const float *features, int32_t in_channels, const float *weight,
                                 const ckernels_weight_layout *layout, int32_t out_channels, const float *scale, const float *bias,
                                 const float *residual, int32_t relu, int32_t threads, int32_t instructions, float *target);
int32_t ckernels_sparse_convolve_double(const ckernels_rules *rules, const double *features, int32_t in_channels, const double *weight,
                                        const ckernels_weight_layout *layout, int32_t out_channels, const double *bias,
                                        int32_t threads, double *target);

/// The gradient with respect to the weight, in its layout; every place of the layout is written.
///
/// gradient: outputs x out_channels.
int32_t ckernels_sparse_weight_gradient(const ckernels_rules *rules, const float *features, int32_t in_channels, const float *gradient,
                                        int32_t out_channels, const ckernels_weight_layout *layout, int32_t threads,
                                        int32_t instructions, float *target);
int32_t ckernels_sparse_weight_gradient_double(const ckernels_rules *rules, const double *features, int32_t in_channels,
                                               const double *gradient, int32_t out_channels, const ckernels_weight_layout *layout,
                                               int32_t threads, double *target);

/// target[c] = sum over rows of values[row][c], in a fixed order.
void ckernels_column_sums(const float *values, int64_t rows, int32_t channels, int32_t threads, float *target);
void ckernels_column_sums_double(const double *values, int64_t rows, int32_t channels, int32_t threads, double *target);

/// The largest feature under each output's window and the row that it came from (the first of equal ones; a NaN counts as the
/// largest); rows: outputs x channels. 0 and -1 where a window holds nothing.
int32_t ckernels_sparse_max(const ckernels_rules *rules, const float *features, int32_t channels, int32_t threads, float *target,
                            int32_t *rows);
int32_t ckernels_sparse_max_double(const ckernels_rules *rules, const double *features, int32_t channels, int32_t threads,
                                   double *target, int32_t *rows);
/// The gradient of the largest feature: `transposed` are the rules from the outputs back to the inputs, rows as above.
int32_t ckernels_sparse_max_gradient(const ckernels_rules *transposed, const float *gradient, const int32_t *rows, int32_t channels,
                                     int32_t threads, float *target);
int32_t ckernels_sparse_max_gradient_double(const ckernels_rules *transposed, const double *gradient, const int32_t *rows,
                                            int32_t channels, int32_t threads, double *target);

/// target[output] = sum over its window of source_scale[input] * features[input]; source_scale may be NULL.
int32_t ckernels_sparse_sum(const ckernels_rules *rules, const float *features, const float *source_scale, int32_t channels,
                            int32_t threads, float *target);
int32_t ckernels_sparse_sum_double(const ckernels_rules *rules, const double *features, const double *source_scale, int32_t channels,
                                   int32_t threads, double *target);
/// Number of inputs under each output's window.
void ckernels_sparse_counts(const ckernels_rules *rules, int32_t *counts);

#ifdef __cplusplus
}
#endif
