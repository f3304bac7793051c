#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Features gathered at points that indices name, and their gradients.
///
/// Two layouts: channels first (batch x channels x points) and points first (batch x points x channels). Sums run in the order
/// of the places, one thread for each sum: no bit depends on the number of threads. Index -1 names no point and stands for zeros.
typedef struct ckernels_feature_shape {
  int64_t batch, channels, points;
  /// Indices of each batch are places x terms; each place is the sum of its terms.
  int64_t places, terms;
  int32_t points_first;
  int32_t threads;
} ckernels_feature_shape;

/// The first index that is neither -1 nor below `points`; -1 when there is none.
int64_t ckernels_first_wrong_index(const int32_t *indices, int64_t count, int64_t points);

/// out[place] = sum of weights[place, term] * features[indices[place, term]] over the terms, for each channel; weights may be NULL
/// (each 1). out has the layout of features, with the places for the points.
void ckernels_gather_float(const ckernels_feature_shape *shape, const float *features, const int32_t *indices,
                           const float *weights, float *out);
void ckernels_gather_double(const ckernels_feature_shape *shape, const double *features, const int32_t *indices,
                            const double *weights, double *out);

/// The transpose: features[indices[place, term]] += weights[place, term] * values[place], from zero.
void ckernels_spread_float(const ckernels_feature_shape *shape, const float *values, const int32_t *indices,
                           const float *weights, float *features);
void ckernels_spread_double(const ckernels_feature_shape *shape, const double *values, const int32_t *indices,
                            const double *weights, double *features);

#ifdef __cplusplus
}
#endif
