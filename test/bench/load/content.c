#include "content.h"

typedef uint64_t __attribute__((aligned(1), may_alias)) word;

#define STEP 0x9e3779b97f4a7c15ull

static uint64_t second_word(struct stamp stamp) {
  return (uint64_t)stamp.seed << 32 | stamp.generation;
}

static uint64_t first_of_body(struct stamp stamp) {
  uint64_t mixed = (stamp.lba + 1) * 0xbf58476d1ce4e5b9ull ^ second_word(stamp) * 0x94d049bb133111ebull;
  return mixed ^ mixed >> 29;
}

void content_fill(uint8_t *block, uint32_t block_bytes, struct stamp stamp) {
  word *words = (word *)block;
  uint64_t body = first_of_body(stamp);
  words[0] = stamp.lba;
  words[1] = second_word(stamp);
  for (uint32_t i = 2; i < block_bytes / 8; i++) words[i] = body + i * STEP;
}

bool content_matches(const uint8_t *block, uint32_t block_bytes, struct stamp stamp) {
  const word *words = (const word *)block;
  uint64_t body = first_of_body(stamp);
  uint64_t wrong = (words[0] ^ stamp.lba) | (words[1] ^ second_word(stamp));
  for (uint32_t i = 2; i < block_bytes / 8; i++) wrong |= words[i] ^ (body + i * STEP);
  return wrong == 0;
}

struct stamp content_stamp(const uint8_t *block) {
  const word *words = (const word *)block;
  return (struct stamp){.lba = words[0], .generation = (uint32_t)words[1], .seed = (uint32_t)(words[1] >> 32)};
}
