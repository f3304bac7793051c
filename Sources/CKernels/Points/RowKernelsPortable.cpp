#include "RowKernels.hpp"

// No fused multiplication: the bits are those of every machine.
#pragma clang fp contract(off)

namespace ckernels::rows {
namespace plain {
#include "RowKernels.inc.hpp"
}

const RowKernels portable = plain::kernels;

}  // namespace ckernels::rows
