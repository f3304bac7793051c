/// Thread-safe. The table behind cceres_open, for callers that link the library instead of opening it.
#pragma once
#include <CCeres.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The functions of CCeres.h, implemented with Ceres. Silences the log at the first call.
const cceres_table *cceres_runtime_table(void);

#ifdef __cplusplus
}
#endif
