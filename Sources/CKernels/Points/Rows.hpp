#pragma once
#include <algorithm>
#include "PointRows.h"
#include "RowKernels.hpp"

namespace ckernels::rows {

/// The loops of this processor.
inline const RowKernels &kernels() {
#if defined(__x86_64__)
  static const RowKernels &chosen = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                                            __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
                                        ? avx512
                                    : __builtin_cpu_supports("avx2") ? avx2
                                                                     : portable;
  return chosen;
#else
  return portable;
#endif
}

/// Threads pay from about a tenth of a millisecond of work on.
inline int threadsFor(int64_t rows, int64_t channels, int32_t threads) {
  return double(rows) * double(channels) < 1e5 ? 1 : std::max(1, int(threads));
}

/// Rows that are summed on their own, so that sums do not depend on threads.
constexpr int64_t part = 1024;
/// Rows that are summed in single precision before they go to double.
constexpr int64_t run = 64;

}  // namespace ckernels::rows
