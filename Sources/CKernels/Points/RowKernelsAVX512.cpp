#if defined(__x86_64__)
#include "RowKernels.hpp"

// No fused multiplication: the bits are those of every machine.
#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2"))), apply_to = function)

namespace ckernels::rows {
namespace for_avx512 {
#include "RowKernels.inc.hpp"
}

const RowKernels avx512 = for_avx512::kernels;

}  // namespace ckernels::rows

#pragma clang attribute pop
#endif
