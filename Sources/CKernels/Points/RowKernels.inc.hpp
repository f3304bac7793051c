// Included once for each processor, inside a namespace. Loops run over channels, so that wider registers change no bit.

static void differences(const float *points, const int32_t *members, const float *centre, int64_t count, int64_t channels, float *out) {
  for (int64_t r = 0; r < count; r++) {
    const float *__restrict point = points + int64_t(members[r]) * channels;
    float *__restrict target = out + r * channels;
    for (int64_t c = 0; c < channels; c++) target[c] = point[c] - centre[c];
  }
}

static void spread(const float *gradient, const int32_t *members, int64_t count, int64_t channels, int64_t begin, int64_t end,
                   float *points) {
  for (int64_t r = 0; r < count; r++) {
    const float *__restrict given = gradient + r * channels;
    float *__restrict target = points + int64_t(members[r]) * channels;
    for (int64_t c = begin; c < end; c++) target[c] += given[c];
  }
}

static void sumRows(const float *gradient, int64_t count, int64_t channels, float *sum) {
  for (int64_t r = 0; r < count; r++) {
    const float *__restrict given = gradient + r * channels;
    float *__restrict target = sum;
    for (int64_t c = 0; c < channels; c++) target[c] += given[c];
  }
}

static void moments(const float *values, const float *repeats, int64_t count, int64_t channels, const float *origin, float *sum,
                    float *square) {
  for (int64_t r = 0; r < count; r++) {
    const float weight = repeats ? repeats[r] : 1.0f;
    const float *__restrict given = values + r * channels;
    float *__restrict first = sum;
    float *__restrict second = square;
    for (int64_t c = 0; c < channels; c++) {
      const float d = given[c] - origin[c], weighted = weight * d;
      first[c] += weighted;
      second[c] += weighted * d;
    }
  }
}

template <bool rectified>
static inline void scaleRows(const float *values, int64_t count, int64_t channels, const float *scale, const float *shift, float *out) {
  for (int64_t r = 0; r < count; r++) {
    const float *given = values + r * channels;
    float *target = out + r * channels;
#pragma clang loop vectorize(assume_safety)
    for (int64_t c = 0; c < channels; c++) {
      const float y = given[c] * scale[c] + shift[c];
      target[c] = rectified && y < 0.0f ? 0.0f : y;
    }
  }
}

static void scale(const float *values, int64_t count, int64_t channels, const float *scale, const float *shift, bool rectified,
                  float *out) {
  if (rectified) scaleRows<true>(values, count, channels, scale, shift, out);
  else scaleRows<false>(values, count, channels, scale, shift, out);
}

static void slopes(const float *values, const float *gradient, int64_t count, int64_t channels, const float *scale, const float *shift,
                   const float *mean, bool rectified, float *sum, float *product) {
  const float least = rectified ? 0.0f : -__builtin_inff();
  for (int64_t r = 0; r < count; r++) {
    const float *__restrict given = values + r * channels;
    const float *__restrict slope = gradient + r * channels;
    float *__restrict first = sum;
    float *__restrict second = product;
    for (int64_t c = 0; c < channels; c++) {
      const float g = given[c] * scale[c] + shift[c] > least ? slope[c] : 0.0f;
      first[c] += g;
      second[c] += g * (given[c] - mean[c]);
    }
  }
}

static void unscale(const float *values, const float *gradient, const float *repeats, int64_t count, int64_t channels,
                    const float *scale, const float *shift, const float *mean, const float *constant, const float *linear,
                    bool rectified, float *out) {
  const float least = rectified ? 0.0f : -__builtin_inff();
  for (int64_t r = 0; r < count; r++) {
    const float weight = repeats ? repeats[r] : 1.0f;
    const float *__restrict given = values + r * channels;
    float *__restrict target = out + r * channels;
    if (gradient) {
      const float *__restrict slope = gradient + r * channels;
      for (int64_t c = 0; c < channels; c++) {
        const float g = given[c] * scale[c] + shift[c] > least ? slope[c] : 0.0f;
        target[c] = scale[c] * (g - weight * (constant[c] + (given[c] - mean[c]) * linear[c]));
      }
    } else {
      for (int64_t c = 0; c < channels; c++)
        target[c] = -scale[c] * (weight * (constant[c] + (given[c] - mean[c]) * linear[c]));
    }
  }
}

static void maxima(const float *values, int64_t first, int64_t count, int64_t channels, const float *scale, const float *shift,
                   float *out, int32_t *rows) {
  const float *start = values + first * channels;
  for (int64_t c = 0; c < channels; c++) {
    out[c] = start[c] * scale[c] + shift[c];
    rows[c] = int32_t(first);
  }
  for (int64_t r = 1; r < count; r++) {
    const float *__restrict given = start + r * channels;
    float *__restrict best = out;
    int32_t *__restrict place = rows;
    const int32_t row = int32_t(first + r);
    for (int64_t c = 0; c < channels; c++) {
      const float y = given[c] * scale[c] + shift[c];
      const bool wins = y > best[c];
      best[c] = wins ? y : best[c];
      place[c] = wins ? row : place[c];
    }
  }
}

const RowKernels kernels = {differences, spread, sumRows, moments, scale, slopes, unscale, maxima};
