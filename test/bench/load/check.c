#include "check.h"
#include <stdbool.h>
#include <string.h>
#include "content.h"

static struct stamp expected_stamp(const struct ledger *ledger, uint64_t lba, uint32_t generation) {
  return (struct stamp){.lba = lba, .generation = generation, .seed = ledger->head->seed};
}

static bool holds(const struct ledger *ledger, const uint8_t *block, uint64_t lba, uint32_t generation) {
  return content_matches(block, ledger->head->block_bytes, expected_stamp(ledger, lba, generation));
}

static bool is_right(const struct ledger *ledger, const uint8_t *block, uint64_t lba) {
  uint32_t acknowledged = ledger->acknowledged[lba];
  uint32_t open = ledger->open[lba];
  return holds(ledger, block, lba, acknowledged) || (open != 0 && holds(ledger, block, lba, open));
}

/* Whether another block in `data` was written by the same write and does hold it. */
static bool rest_is_there(const struct ledger *ledger, struct extent extent, const uint8_t *data, uint64_t lba) {
  uint32_t generation = ledger->acknowledged[lba];
  for (uint32_t i = 0; i < extent.blocks; i++) {
    if (ledger->acknowledged[extent.lba + i] != generation) continue;
    if (holds(ledger, data + (size_t)i * ledger->head->block_bytes, extent.lba + i, generation)) return true;
  }
  return false;
}

static enum mismatch_kind kind_of(const struct ledger *ledger, struct extent extent, const uint8_t *data, uint32_t index) {
  const uint8_t *block = data + (size_t)index * ledger->head->block_bytes;
  uint64_t lba = extent.lba + index;
  struct stamp found = content_stamp(block);
  if (found.seed != ledger->head->seed) return MISMATCH_CORRUPT;
  bool whole = content_matches(block, ledger->head->block_bytes, found);
  if (found.lba != lba) return whole ? MISMATCH_MISPLACED : MISMATCH_CORRUPT;
  if (!whole) return MISMATCH_TORN;
  return rest_is_there(ledger, extent, data, lba) ? MISMATCH_TORN : MISMATCH_STALE;
}

static void note(struct findings *findings, struct mismatch mismatch) {
  findings->wrong[mismatch.kind]++;
  if (findings->shown < MISMATCHES_SHOWN) findings->first[findings->shown++] = mismatch;
}

void check_kept(const struct ledger *ledger, struct findings *findings, struct extent extent, const uint8_t *data) {
  uint32_t block_bytes = ledger->head->block_bytes;
  findings->blocks += extent.blocks;
  for (uint32_t i = 0; i < extent.blocks; i++) {
    const uint8_t *block = data + (size_t)i * block_bytes;
    if (ledger->acknowledged[extent.lba + i] == 0) {
      findings->unknown++;
      continue;
    }
    if (is_right(ledger, block, extent.lba + i)) continue;
    note(findings, (struct mismatch){.kind = kind_of(ledger, extent, data, i),
                                     .lba = extent.lba + i,
                                     .expected = ledger->acknowledged[extent.lba + i],
                                     .found = content_stamp(block).generation});
  }
}

void check_zeroes(struct findings *findings, struct extent extent, const uint8_t *data, uint32_t block_bytes) {
  findings->blocks += extent.blocks;
  for (uint32_t i = 0; i < extent.blocks; i++) {
    const uint8_t *block = data + (size_t)i * block_bytes;
    if (block[0] == 0 && memcmp(block, block + 1, block_bytes - 1) == 0) continue;
    note(findings, (struct mismatch){.kind = MISMATCH_CORRUPT, .lba = extent.lba + i});
  }
}

uint64_t wrong_blocks(const struct findings *findings) {
  uint64_t wrong = 0;
  for (int kind = 0; kind < MISMATCH_KINDS; kind++) wrong += findings->wrong[kind];
  return wrong;
}
