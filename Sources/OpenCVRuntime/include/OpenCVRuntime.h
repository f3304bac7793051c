/// Thread-safe. The table behind copencv_open, for callers that link the library instead of opening it.
#pragma once
#include <COpenCV.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The functions of COpenCV.h, implemented with OpenCV. Sets OpenCV to one thread and silences its log at the first call.
const copencv_table *copencv_runtime_table(void);

#ifdef __cplusplus
}
#endif
