// Is included once for each kind of instructions, which define: Real, Vector, LANES, MAX_VECTORS, ROWS(vectors) and load, store, zero,
// spread, multiplyAdd, fetch.

/// `R` pairs times a panel of `V` vectors: the sums stay in registers.
template <int R, int V>
static inline void convolveRows(const Real *features, int64_t channels, const int32_t *inputs, const uint16_t *outputs,
                                const Real *panel, Real *tile) {
  const Real *x[R];
  Real *y[R];
  Vector sums[R][V];
  for (int r = 0; r < R; r++) {
    x[r] = features + int64_t(inputs[r]) * channels;
    y[r] = tile + int64_t(outputs[r]) * (V * LANES);
    for (int v = 0; v < V; v++) sums[r][v] = load(y[r] + v * LANES);
  }
  for (int64_t c = 0; c < channels; c++) {
    Vector w[V];
    for (int v = 0; v < V; v++) w[v] = load(panel + (c * V + v) * LANES);
    for (int r = 0; r < R; r++) {
      const Vector value = spread(x[r] + c);
      for (int v = 0; v < V; v++) sums[r][v] = multiplyAdd(value, w[v], sums[r][v]);
    }
  }
  for (int r = 0; r < R; r++)
    for (int v = 0; v < V; v++) store(y[r] + v * LANES, sums[r][v]);
}

template <int R, int V>
static void convolveRest(int64_t rest, const Real *features, int64_t channels, const int32_t *inputs, const uint16_t *outputs,
                         const Real *panel, Real *tile) {
  if constexpr (R > 0) {
    if (rest == R) return convolveRows<R, V>(features, channels, inputs, outputs, panel, tile);
    convolveRest<R - 1, V>(rest, features, channels, inputs, outputs, panel, tile);
  }
}

template <int V>
static void convolveList(const Real *features, int64_t channels, const int32_t *inputs, const uint16_t *outputs, int64_t count,
                         const Real *panel, Real *tile) {
  constexpr int R = ROWS(V);
  int64_t i = 0;
  for (; i + R <= count; i += R) {
    for (int64_t next = i + R; next < i + 2 * R && next < count; next++)
      for (int64_t c = 0; c < channels && c < 256; c += int64_t(64 / sizeof(Real)))
        fetch(features + int64_t(inputs[next]) * channels + c);
    convolveRows<R, V>(features, channels, inputs + i, outputs + i, panel, tile);
  }
  convolveRest<R - 1, V>(count - i, features, channels, inputs + i, outputs + i, panel, tile);
}

static void convolve(const Real *features, int64_t channels, const int32_t *inputs, const uint16_t *outputs, int64_t count,
                     const Real *panel, int64_t vectors, Real *tile) {
  if (vectors == 1) return convolveList<1>(features, channels, inputs, outputs, count, panel, tile);
#if MAX_VECTORS >= 2
  if (vectors == 2) return convolveList<2>(features, channels, inputs, outputs, count, panel, tile);
#endif
#if MAX_VECTORS >= 4
  if (vectors == 3) return convolveList<3>(features, channels, inputs, outputs, count, panel, tile);
  if (vectors == 4) return convolveList<4>(features, channels, inputs, outputs, count, panel, tile);
#endif
}

/// `R` channels that go in, by `V` vectors of those that come out: the pairs' products are summed in registers, then added.
template <int R, int V>
static inline void correlateRows(const Real *const *features, int64_t channel, const Real *const *gradients, int64_t count, Real *tile) {
  Vector sums[R][V];
  for (int r = 0; r < R; r++)
    for (int v = 0; v < V; v++) sums[r][v] = zero();
  for (int64_t i = 0; i < count; i++) {
    const Real *x = features[i] + channel, *g = gradients[i];
    Vector w[V];
    for (int v = 0; v < V; v++) w[v] = load(g + v * LANES);
    for (int r = 0; r < R; r++) {
      const Vector value = spread(x + r);
      for (int v = 0; v < V; v++) sums[r][v] = multiplyAdd(value, w[v], sums[r][v]);
    }
  }
  for (int r = 0; r < R; r++)
    for (int v = 0; v < V; v++) {
      Real *target = tile + ((channel + r) * V + v) * LANES;
      store(target, load(target) + sums[r][v]);
    }
}

template <int R, int V>
static void correlateRest(int64_t rest, const Real *const *features, int64_t channel, const Real *const *gradients, int64_t count,
                          Real *tile) {
  if constexpr (R > 0) {
    if (rest == R) return correlateRows<R, V>(features, channel, gradients, count, tile);
    correlateRest<R - 1, V>(rest, features, channel, gradients, count, tile);
  }
}

template <int V>
static void correlateList(const Real *const *features, const Real *const *gradients, int64_t count, int64_t channels, Real *tile) {
  constexpr int R = ROWS(V);
  int64_t c = 0;
  for (; c + R <= channels; c += R) correlateRows<R, V>(features, c, gradients, count, tile);
  correlateRest<R - 1, V>(channels - c, features, c, gradients, count, tile);
}

static void correlate(const Real *const *features, const Real *const *gradients, int64_t count, int64_t channels, int64_t vectors,
                      Real *tile) {
  if (vectors == 1) return correlateList<1>(features, gradients, count, channels, tile);
#if MAX_VECTORS >= 2
  if (vectors == 2) return correlateList<2>(features, gradients, count, channels, tile);
#endif
#if MAX_VECTORS >= 4
  if (vectors == 3) return correlateList<3>(features, gradients, count, channels, tile);
  if (vectors == 4) return correlateList<4>(features, gradients, count, channels, tile);
#endif
}
