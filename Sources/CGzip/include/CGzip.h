/// Thread-safe; no global state. Decompression of gzip files (RFC 1952) into memory that the caller has bounded.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  CGZIP_OK = 0,
  CGZIP_CORRUPT = 1,
  /// The file holds more than `output_capacity` bytes.
  CGZIP_TOO_LARGE = 2,
  /// The input ends before the file does.
  CGZIP_TRUNCATED = 3,
  CGZIP_NO_MEMORY = 4,
} cgzip_status;

/// Decompresses all members of a gzip file and checks their checksums. Buffers are borrowed for the call; `*output_count` is
/// always set to the bytes that were written.
cgzip_status cgzip_decompress(const uint8_t *input, size_t input_count, uint8_t *output, size_t output_capacity,
                              size_t *output_count);

#ifdef __cplusplus
}
#endif
