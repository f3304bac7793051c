#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Semi-global matching of a rectified grey pair. Thread-safe: no function keeps state. The result depends on nothing but the
/// pictures and the settings: neither on the number of threads nor on the instructions that are used.

/// Fixed-point disparities: 1/32 pixel.
enum { CSGM_ONE_PIXEL = 32 };

enum {
  CSGM_OK = 0,
  CSGM_BAD_ARGUMENT = 1,
  CSGM_NO_MEMORY = 2,
};

/// Which instructions the inner loops use.
enum {
  CSGM_AUTOMATIC = 0,
  CSGM_PORTABLE = 1,
  CSGM_AVX2 = 2,
  CSGM_AVX512 = 3,
};

typedef struct {
  int32_t width, height;
  /// Smallest disparity, at least 0, and how many follow: a multiple of 16 up to 1024; together below 2048.
  int32_t min_disparity, disparity_count;
  /// Directions that costs are summed over: 4 or 8.
  int32_t paths;
  /// Penalty of a disparity step of 1, and of a larger step where the picture is flat: 1 to 95, p1 <= p2.
  int32_t p1, p2;
  /// The larger penalty falls with the grey difference g to p2 * p2_scale / (p2_scale + g), but not below p2_min;
  /// p2_scale 0: it stays p2.
  int32_t p2_scale, p2_min;
  /// By how many percent the best match must beat any that is not its neighbour: 0 to 99.
  int32_t uniqueness;
  /// Largest difference of the left-right check, pixels; negative: no check.
  int32_t left_right;
  /// Components of fewer pixels are removed; neighbours belong together up to a step, in 1/32 pixel. 0: nothing is removed.
  int32_t speckle_area, speckle_step;
  /// 1: a median over 5x5 pixels, of which those without a disparity count as the one in the middle; one without a disparity
  /// among at least 13 that have one gets one. Once more after holes were interpolated, but without new values.
  int32_t median;
  /// Largest reach of the interpolation of holes from the nearer end of the gap, pixels; 0: holes stay.
  int32_t fill;
  /// Threads, at least 1.
  int32_t threads;
  /// CSGM_AUTOMATIC or the instructions that are forced.
  int32_t instructions;
} csgm_settings;

/// The best instructions of this processor: CSGM_PORTABLE, CSGM_AVX2 or CSGM_AVX512.
int32_t csgm_best_instructions(void);

/// left, right: height x width grey bytes, row by row. disparity: height x width, 1/32 pixel, 0 = none. deviation: standard
/// deviation of each disparity, 1/256 pixel, 0 = none; confidence: 0 to 255, 0 = none; interpolated pixels have at most 31.
/// deviation and confidence may be NULL. Returns CSGM_OK, or CSGM_BAD_ARGUMENT or CSGM_NO_MEMORY with nothing written.
int32_t csgm_match(const uint8_t *left, const uint8_t *right, const csgm_settings *settings,
                   uint16_t *disparity, uint16_t *deviation, uint8_t *confidence);

#ifdef __cplusplus
}
#endif
