/// Thread-safe. The one symbol that `libparallax-torch.so` exports.
#pragma once
#include "CTorch.h"

#ifdef __cplusplus
extern "C"
#endif
    __attribute__((visibility("default"))) const ctorch_table *
    parallax_torch_table(void);
