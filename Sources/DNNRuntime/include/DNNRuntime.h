/// Thread-safe. The table behind cdnn_open, for callers that link the library instead of opening it.
#pragma once
#include <CDNN.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The functions of CDNN.h, implemented with oneDNN.
const cdnn_table *_Nonnull cdnn_runtime_table(void);

#ifdef __cplusplus
}
#endif
