#include "crc32c.h"
#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#define CRC_TARGET __attribute__((target("sse4.2")))
#define crc_word(crc, word) _mm_crc32_u64(crc, word)
#define crc_byte(crc, byte) _mm_crc32_u8((uint32_t)(crc), byte)
#elif defined(__aarch64__)
#include <arm_acle.h>
#define CRC_TARGET __attribute__((target("+crc")))
#define crc_word(crc, word) __crc32cd((uint32_t)(crc), word)
#define crc_byte(crc, byte) __crc32cb((uint32_t)(crc), byte)
#else
#error "CRC32C needs x86-64 with SSE4.2 or arm64"
#endif

CRC_TARGET uint32_t crc32c(const uint8_t *data, size_t bytes) {
  uint64_t crc = 0xffffffffu;
  for (; bytes >= 8; data += 8, bytes -= 8) {
    uint64_t word;
    memcpy(&word, data, 8);
    crc = crc_word(crc, word);
  }
  for (; bytes > 0; data++, bytes--) crc = crc_byte(crc, *data);
  return (uint32_t)crc ^ 0xffffffffu;
}
