#include "CCompression.h"
#include <zlib.h>

// CRC-32 by carry-less multiplication: blocks of 64 bytes are folded onto each other modulo the polynomial.
// Source: Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel, 2009.
#if defined(__x86_64__)
#include <immintrin.h>

#define FOLDING __attribute__((target("pclmul,sse4.1")))

FOLDING static inline __m128i fold(__m128i value, __m128i factors, __m128i next) {
  __m128i low = _mm_clmulepi64_si128(value, factors, 0x00), high = _mm_clmulepi64_si128(value, factors, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

/// `count` is a multiple of 16, at least 64; `crc` is the inverted checksum so far.
FOLDING static uint32_t fold_blocks(uint32_t crc, const uint8_t *bytes, size_t count) {
  // Powers of x modulo the polynomial, bits reversed: x^(4*128+64), x^(4*128), x^(128+64), x^128, x^64; the polynomial, its
  // inverse.
  const __m128i by_four = _mm_set_epi64x(0x01c6e41596, 0x0154442bd4);
  const __m128i by_one = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
  const __m128i by_half = _mm_set_epi64x(0, 0x0163cd6124);
  const __m128i polynomial = _mm_set_epi64x(0x01f7011641, 0x01db710641);
  const __m128i low_words = _mm_setr_epi32(~0, 0, ~0, 0);
  const __m128i *blocks = (const __m128i *)bytes;
  __m128i a = _mm_xor_si128(_mm_loadu_si128(blocks), _mm_cvtsi32_si128((int)crc));
  __m128i b = _mm_loadu_si128(blocks + 1), c = _mm_loadu_si128(blocks + 2), d = _mm_loadu_si128(blocks + 3);
  blocks += 4;
  for (count -= 64; count >= 64; count -= 64, blocks += 4) {
    a = fold(a, by_four, _mm_loadu_si128(blocks));
    b = fold(b, by_four, _mm_loadu_si128(blocks + 1));
    c = fold(c, by_four, _mm_loadu_si128(blocks + 2));
    d = fold(d, by_four, _mm_loadu_si128(blocks + 3));
  }
  a = fold(a, by_one, b);
  a = fold(a, by_one, c);
  a = fold(a, by_one, d);
  for (; count >= 16; count -= 16, blocks++) a = fold(a, by_one, _mm_loadu_si128(blocks));
  // 128 bits to 64, then Barrett's reduction to 32.
  a = _mm_xor_si128(_mm_srli_si128(a, 8), _mm_clmulepi64_si128(a, by_one, 0x10));
  a = _mm_xor_si128(_mm_srli_si128(a, 4), _mm_clmulepi64_si128(_mm_and_si128(a, low_words), by_half, 0x00));
  __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(a, low_words), polynomial, 0x10);
  quotient = _mm_clmulepi64_si128(_mm_and_si128(quotient, low_words), polynomial, 0x00);
  return (uint32_t)_mm_extract_epi32(_mm_xor_si128(a, quotient), 1);
}
#endif

uint32_t ccompression_crc32(uint32_t crc, const uint8_t *bytes, size_t count) {
#if defined(__x86_64__)
  if (count >= 64 && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1")) {
    size_t whole = count & ~(size_t)15;
    crc = ~fold_blocks(~crc, bytes, whole);
    bytes += whole;
    count -= whole;
  }
#endif
  return count ? (uint32_t)crc32_z(crc, bytes, count) : crc;
}
