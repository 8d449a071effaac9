/* Big-endian numbers, as iSCSI and SCSI have them. */
#ifndef BYTES_H
#define BYTES_H
#include <stdint.h>
#include <string.h>

static inline void put32(uint8_t *at, uint32_t value) {
  value = __builtin_bswap32(value);
  memcpy(at, &value, 4);
}

static inline void put64(uint8_t *at, uint64_t value) {
  value = __builtin_bswap64(value);
  memcpy(at, &value, 8);
}

static inline void put24(uint8_t *at, uint32_t value) {
  at[0] = value >> 16;
  at[1] = value >> 8;
  at[2] = value;
}

static inline uint32_t get32(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, 4);
  return __builtin_bswap32(value);
}

static inline uint64_t get64(const uint8_t *at) {
  uint64_t value;
  memcpy(&value, at, 8);
  return __builtin_bswap64(value);
}

static inline uint32_t get24(const uint8_t *at) {
  return (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}

#endif
