/// Thread-safe. Opens the shared libraries of this package that are too costly to link at start-up.
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Looks up `symbol` in the shared library `name` (for example "libparallax-torch.so"), searched for first at `override_path`
/// (may be NULL), then beside the running binary, then where the dynamic linker looks.
/// Returns NULL on failure and writes the reason into `error` (always terminated).
void *cdynamiclibrary_symbol(const char *override_path, const char *name, const char *symbol, char *error,
                             size_t error_capacity);

#ifdef __cplusplus
}
#endif
