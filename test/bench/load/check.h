/* Compares what was read with what the ledger says, and tells the ways of being wrong apart. */
#ifndef CHECK_H
#define CHECK_H
#include <stdint.h>
#include "ledger.h"

enum mismatch_kind {
  /* A whole block of an earlier generation: a write that was acknowledged is missing. */
  MISMATCH_STALE,
  /* A part of a write is there and a part is missing. */
  MISMATCH_TORN,
  /* A block of another LBA. */
  MISMATCH_MISPLACED,
  /* None of these. */
  MISMATCH_CORRUPT,
  MISMATCH_KINDS
};

#define MISMATCHES_SHOWN 8

struct mismatch {
  enum mismatch_kind kind;
  uint64_t lba;
  uint32_t expected;
  uint32_t found;
};

/* What one check, or many of one kind, have found. */
struct findings {
  uint64_t blocks;
  /* Of them, those of which the ledger knows nothing: they were not checked. */
  uint64_t unknown;
  uint64_t wrong[MISMATCH_KINDS];
  uint32_t shown;
  struct mismatch first[MISMATCHES_SHOWN];
};

/* What a read may answer. */
enum contents {
  /* What the ledger says. */
  CONTENTS_KEPT,
  /* Zeroes: of a store that keeps nothing. */
  CONTENTS_ZEROES,
};

/* Checks the whole blocks in `data`, which were read from `lba` on. */
void check_kept(const struct ledger *ledger, struct findings *findings, struct extent extent, const uint8_t *data);

/* Checks that there are zeroes alone. */
void check_zeroes(struct findings *findings, struct extent extent, const uint8_t *data, uint32_t block_bytes);

uint64_t wrong_blocks(const struct findings *findings);

#endif
