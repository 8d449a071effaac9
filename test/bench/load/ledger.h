/* What every block must hold: the last acknowledged generation, and the one whose outcome is not known yet.
 * It lies in a file that several runs on one store share, so that what one run has written the next one checks. */
#ifndef LEDGER_H
#define LEDGER_H
#include <stdint.h>

struct ledger_head {
  uint64_t magic;
  uint64_t blocks;
  uint32_t block_bytes;
  uint32_t seed;
  /* The last generation that was given out; one a write, the same for all its blocks. */
  uint32_t generation;
  uint32_t reserved;
};

struct ledger {
  struct ledger_head *head;
  /* By LBA: the generation that a read must find. */
  uint32_t *acknowledged;
  /* By LBA: a generation that a read may find as well; 0 when there is none. */
  uint32_t *open;
};

struct extent {
  uint64_t lba;
  uint32_t blocks;
};

/* Maps the ledger at `path`. A file that is not there yet is made: generation 0 of every block, that is, nothing is known. */
struct ledger ledger_map(const char *path, uint64_t blocks, uint32_t block_bytes);

/* A write of a new generation begins: until it is acknowledged, its blocks may hold either. */
uint32_t ledger_begin(struct ledger *ledger, struct extent extent);

/* The write is acknowledged: from now on its blocks must hold it. */
void ledger_acknowledge(struct ledger *ledger, struct extent extent, uint32_t generation);

#endif
