#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Number of coefficients of ckernels_matching_deviation.
enum { ckernels_matching_terms = 8 };

/// Thread-safe; no state. Standard deviation of each matched disparity of a rectified pair, pixels: exp(c . f) with the features
/// f of the 5 x 5 window around the pixel: 1, log(g + 4), log(v + 1), log(q + 0.05), min(q, 2), m, min(|d_x|, 1), min(|d_y|, 1).
/// g: mean squared horizontal gradient of the left picture; v: variance of left(x) - right(x - d); q: root mean square distance
/// of the disparities from their plane; m: share of the window without disparity; d_x, d_y: slopes of that plane.
/// left, right: height x width grey levels 0 to 255; disparity: likewise, pixels, 0 = none; all borrowed for the call.
/// target: height x width, 0 where there is no disparity. Returns 0, or 1 when memory is short.
int32_t ckernels_matching_deviation(const float *left, const float *right, const float *disparity, int32_t width,
                                    int32_t height, const double *coefficients, float *target);

#ifdef __cplusplus
}
#endif
