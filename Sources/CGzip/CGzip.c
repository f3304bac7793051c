#include "CGzip.h"
#include <limits.h>
#include <string.h>
#include <zlib.h>

/// zlib counts in `unsigned int`.
static uInt part(size_t count) { return count > UINT_MAX / 2 ? UINT_MAX / 2 : (uInt)count; }

cgzip_status cgzip_decompress(const uint8_t *input, size_t input_count, uint8_t *output, size_t output_capacity,
                              size_t *output_count) {
  *output_count = 0;
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  // 16: a gzip wrapper is demanded.
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return CGZIP_NO_MEMORY;
  size_t read = 0, written = 0;
  uint8_t spare = 0;
  cgzip_status status = CGZIP_OK;
  for (;;) {
    int is_full = written == output_capacity;
    stream.next_in = (Bytef *)(input + read);
    stream.avail_in = part(input_count - read);
    stream.next_out = is_full ? &spare : output + written;
    stream.avail_out = is_full ? 1 : part(output_capacity - written);
    uInt in_before = stream.avail_in, out_before = stream.avail_out;
    int code = inflate(&stream, Z_NO_FLUSH);
    size_t taken = in_before - stream.avail_in, given = out_before - stream.avail_out;
    read += taken;
    if (is_full && given > 0) {
      status = CGZIP_TOO_LARGE;
      break;
    }
    written += given;
    if (code == Z_STREAM_END) {
      if (read == input_count) break;
      // Another member follows.
      if (inflateReset(&stream) != Z_OK) {
        status = CGZIP_CORRUPT;
        break;
      }
      continue;
    }
    if (code == Z_MEM_ERROR) {
      status = CGZIP_NO_MEMORY;
      break;
    }
    if (code != Z_OK && code != Z_BUF_ERROR) {
      status = CGZIP_CORRUPT;
      break;
    }
    if (taken == 0 && given == 0) {
      status = read == input_count ? CGZIP_TRUNCATED : CGZIP_CORRUPT;
      break;
    }
  }
  inflateEnd(&stream);
  *output_count = written;
  return status;
}
