/* What a block holds: its LBA, the generation that wrote it, and words that follow from both up to its last byte. */
#ifndef CONTENT_H
#define CONTENT_H
#include <stdbool.h>
#include <stdint.h>

/* What the first bytes of a block say. */
struct stamp {
  uint64_t lba;
  uint32_t generation;
  uint32_t seed;
};

void content_fill(uint8_t *block, uint32_t block_bytes, struct stamp stamp);

/* True when every byte of the block is as content_fill would make it. */
bool content_matches(const uint8_t *block, uint32_t block_bytes, struct stamp stamp);

/* What a block says of itself; nothing of it is checked. */
struct stamp content_stamp(const uint8_t *block);

#endif
