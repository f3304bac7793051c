#include "CCompression.h"
#include <bzlib.h>
#include <lz4frame.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

ccompression_status ccompression_zstd_decompress(const uint8_t *input, size_t input_count, uint8_t *output,
                                                 size_t output_capacity, size_t *output_count) {
  *output_count = 0;
  ZSTD_DCtx *context = ZSTD_createDCtx();
  if (!context) return CCOMPRESSION_NO_MEMORY;
  // One shot is quickest; the stream is taken only to find out how much precedes the damage.
  size_t whole = ZSTD_decompressDCtx(context, output, output_capacity, input, input_count);
  if (!ZSTD_isError(whole)) {
    *output_count = whole;
    ZSTD_freeDCtx(context);
    return CCOMPRESSION_OK;
  }
  ccompression_status status = CCOMPRESSION_TRUNCATED;
  ZSTD_DCtx_reset(context, ZSTD_reset_session_only);
  ZSTD_inBuffer in = {input, input_count, 0};
  ZSTD_outBuffer out = {output, output_capacity, 0};
  for (;;) {
    size_t in_before = in.pos, out_before = out.pos;
    size_t left = ZSTD_decompressStream(context, &out, &in);
    if (ZSTD_isError(left)) {
      status = CCOMPRESSION_CORRUPT;
      break;
    }
    if (left == 0 && in.pos == in.size) {
      status = CCOMPRESSION_OK;
      break;
    }
    if (out.pos == out.size) {
      status = CCOMPRESSION_TOO_LARGE;
      break;
    }
    if (in.pos == in_before && out.pos == out_before) break;
  }
  *output_count = out.pos;
  ZSTD_freeDCtx(context);
  return status;
}

ccompression_status ccompression_lz4_decompress(const uint8_t *input, size_t input_count, uint8_t *output,
                                                size_t output_capacity, size_t *output_count) {
  *output_count = 0;
  LZ4F_dctx *context = NULL;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION))) return CCOMPRESSION_NO_MEMORY;
  size_t in = 0, out = 0;
  ccompression_status status = CCOMPRESSION_TRUNCATED;
  while (in < input_count) {
    size_t produced = output_capacity - out, consumed = input_count - in;
    uint8_t overflow;
    uint8_t *target = produced ? output + out : &overflow;
    size_t room = produced ? produced : 1;
    size_t hint = LZ4F_decompress(context, target, &room, input + in, &consumed, NULL);
    if (LZ4F_isError(hint)) {
      status = CCOMPRESSION_CORRUPT;
      break;
    }
    if (!produced && room) {
      status = CCOMPRESSION_TOO_LARGE;
      break;
    }
    in += consumed;
    if (produced) out += room;
    if (hint == 0) {
      status = CCOMPRESSION_OK;
      if (in == input_count) break;
    } else {
      status = CCOMPRESSION_TRUNCATED;
      if (!consumed && !room) break;
    }
  }
  *output_count = out;
  LZ4F_freeDecompressionContext(context);
  return status;
}

ccompression_status ccompression_bz2_decompress(const uint8_t *input, size_t input_count, uint8_t *output,
                                                size_t output_capacity, size_t *output_count) {
  *output_count = 0;
  bz_stream stream;
  memset(&stream, 0, sizeof stream);
  if (BZ2_bzDecompressInit(&stream, 0, 0) != BZ_OK) return CCOMPRESSION_NO_MEMORY;
  size_t in = 0, out = 0;
  ccompression_status status = CCOMPRESSION_TRUNCATED;
  const size_t step = 1u << 30;
  for (;;) {
    size_t give = input_count - in < step ? input_count - in : step;
    size_t room = output_capacity - out < step ? output_capacity - out : step;
    stream.next_in = (char *)(input + in);
    stream.avail_in = (unsigned)give;
    stream.next_out = (char *)(output + out);
    stream.avail_out = (unsigned)room;
    int code = BZ2_bzDecompress(&stream);
    size_t consumed = give - stream.avail_in, produced = room - stream.avail_out;
    in += consumed;
    out += produced;
    if (code == BZ_STREAM_END) {
      status = CCOMPRESSION_OK;
      break;
    }
    if (code != BZ_OK) {
      status = CCOMPRESSION_CORRUPT;
      break;
    }
    if (!consumed && !produced) {
      status = out == output_capacity ? CCOMPRESSION_TOO_LARGE : CCOMPRESSION_TRUNCATED;
      break;
    }
  }
  *output_count = out;
  BZ2_bzDecompressEnd(&stream);
  return status;
}

size_t ccompression_zstd_bound(size_t input_count) { return ZSTD_compressBound(input_count); }

ccompression_status ccompression_zstd_compress(const uint8_t *input, size_t input_count, int level, uint8_t *output,
                                               size_t output_capacity, size_t *output_count) {
  size_t written = ZSTD_compress(output, output_capacity, input, input_count, level);
  *output_count = ZSTD_isError(written) ? 0 : written;
  if (!ZSTD_isError(written)) return CCOMPRESSION_OK;
  return ZSTD_getErrorCode(written) == ZSTD_error_memory_allocation ? CCOMPRESSION_NO_MEMORY : CCOMPRESSION_TOO_LARGE;
}

size_t ccompression_lz4_bound(size_t input_count) { return LZ4F_compressFrameBound(input_count, NULL); }

ccompression_status ccompression_lz4_compress(const uint8_t *input, size_t input_count, uint8_t *output,
                                              size_t output_capacity, size_t *output_count) {
  size_t written = LZ4F_compressFrame(output, output_capacity, input, input_count, NULL);
  *output_count = LZ4F_isError(written) ? 0 : written;
  return LZ4F_isError(written) ? CCOMPRESSION_TOO_LARGE : CCOMPRESSION_OK;
}
