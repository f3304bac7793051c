/// Thread-safe; no global state. Decompression into memory that the caller has bounded, compression, checksums.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  CCOMPRESSION_OK = 0,
  CCOMPRESSION_CORRUPT = 1,
  /// The stream holds more than `output_capacity` bytes.
  CCOMPRESSION_TOO_LARGE = 2,
  /// The input ends before the stream does; `*output_count` bytes are valid.
  CCOMPRESSION_TRUNCATED = 3,
  CCOMPRESSION_NO_MEMORY = 4,
} ccompression_status;

/// Each decompressor fills at most `output_capacity` bytes and always sets `*output_count` to the bytes that are valid, so
/// that what precedes damage can be kept. Buffers are borrowed for the call.
ccompression_status ccompression_zstd_decompress(const uint8_t *input, size_t input_count, uint8_t *output,
                                                 size_t output_capacity, size_t *output_count);
/// LZ4 frame format (magic 0x184D2204), as MCAP and ROS 1 bags use it.
ccompression_status ccompression_lz4_decompress(const uint8_t *input, size_t input_count, uint8_t *output,
                                                size_t output_capacity, size_t *output_count);
ccompression_status ccompression_bz2_decompress(const uint8_t *input, size_t input_count, uint8_t *output,
                                                size_t output_capacity, size_t *output_count);

/// Upper bound of the compressed size of `input_count` bytes.
size_t ccompression_zstd_bound(size_t input_count);
ccompression_status ccompression_zstd_compress(const uint8_t *input, size_t input_count, int level, uint8_t *output,
                                               size_t output_capacity, size_t *output_count);
size_t ccompression_lz4_bound(size_t input_count);
ccompression_status ccompression_lz4_compress(const uint8_t *input, size_t input_count, uint8_t *output,
                                              size_t output_capacity, size_t *output_count);

/// CRC-32 (IEEE 802.3, as zlib): pass 0 as `crc` for the first part.
uint32_t ccompression_crc32(uint32_t crc, const uint8_t *bytes, size_t count);

#ifdef __cplusplus
}
#endif
