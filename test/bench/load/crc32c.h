/* CRC32C as RFC 7143 section 13.1 wants it: reflected, started with ones and inverted. */
#ifndef CRC32C_H
#define CRC32C_H
#include <stddef.h>
#include <stdint.h>

uint32_t crc32c(const uint8_t *data, size_t bytes);

#endif
