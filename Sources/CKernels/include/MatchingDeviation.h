#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Number of coefficients of ckernels_matching_deviation.
enum { ckernels_matching_terms = 11 };

/// Thread-safe; no state. Standard deviation of each matched disparity of a rectified pair, pixels: exp(c . f) with the features
/// f: 1, log(g + 4), log(v + 1), log(q + 0.05), min(q, 2), m, min(|d_x|, 1), min(|d_y|, 1), b, o, log(max(s, 1/256)).
/// In the 9 x 9 window around the pixel, of pixels with a disparity d: g the mean squared horizontal gradient of the left
/// picture, v the variance of left(x) - right(x - d), q the root mean square distance of the disparities from their plane, d_x
/// and d_y its slopes; m the share of the window without disparity, b the share of it beyond the border of the picture;
/// o = (4 - x + d) / 4 within 0 to 1: beyond the border of the right picture; s what the matcher stated, pixels.
/// left, right: height x width grey levels 0 to 255; disparity, stated: likewise, pixels, 0 = none; stated may be NULL, and the
/// last feature is 0 then; all borrowed for the call. target: height x width, 0 where there is no disparity.
/// Returns 0, or 1 when memory is short.
int32_t ckernels_matching_deviation(const float *left, const float *right, const float *disparity, const float *stated,
                                    int32_t width, int32_t height, const double *coefficients, float *target);

#ifdef __cplusplus
}
#endif
