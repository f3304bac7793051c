#if defined(__x86_64__)
#include "RowKernels.hpp"

// No fused multiplication: the bits are those of every machine.
#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

namespace ckernels::rows {
namespace for_avx2 {
#include "RowKernels.inc.hpp"
}

const RowKernels avx2 = for_avx2::kernels;

}  // namespace ckernels::rows

#pragma clang attribute pop
#endif
