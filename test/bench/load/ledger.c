#include "ledger.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "fatal.h"

#define MAGIC 0x6c65646765723031ull

static size_t bytes_of(uint64_t blocks) {
  return sizeof(struct ledger_head) + blocks * 2 * sizeof(uint32_t);
}

static void *map(const char *path, size_t bytes) {
  int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  struct stat stat;
  if (file < 0 || fstat(file, &stat) < 0) fatal("cannot open the ledger %s: %s", path, strerror(errno));
  if (stat.st_size != 0 && (size_t)stat.st_size != bytes) fatal("the ledger %s is of a store of another size", path);
  if (ftruncate(file, (off_t)bytes) < 0) fatal("cannot size the ledger %s: %s", path, strerror(errno));
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, 0);
  if (memory == MAP_FAILED) fatal("cannot map the ledger %s: %s", path, strerror(errno));
  close(file);
  return memory;
}

struct ledger ledger_map(const char *path, uint64_t blocks, uint32_t block_bytes) {
  struct ledger_head *head = map(path, bytes_of(blocks));
  if (head->magic == 0) {
    /* A seed of its own keeps what an earlier store left on the medium from passing for this one's. */
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    head->magic = MAGIC;
    head->blocks = blocks;
    head->block_bytes = block_bytes;
    head->seed = (uint32_t)(at.tv_sec * 1000003 + at.tv_nsec + getpid());
  }
  if (head->magic != MAGIC || head->blocks != blocks || head->block_bytes != block_bytes)
    fatal("the ledger %s is not one of %llu blocks of %u bytes", path, (unsigned long long)blocks, block_bytes);
  uint32_t *acknowledged = (uint32_t *)(head + 1);
  return (struct ledger){.head = head, .acknowledged = acknowledged, .open = acknowledged + blocks};
}

uint32_t ledger_begin(struct ledger *ledger, struct extent extent) {
  uint32_t generation = ++ledger->head->generation;
  if (generation == 0) fatal("the ledger has given out every generation: begin a new one");
  for (uint32_t i = 0; i < extent.blocks; i++) ledger->open[extent.lba + i] = generation;
  return generation;
}

void ledger_acknowledge(struct ledger *ledger, struct extent extent, uint32_t generation) {
  for (uint32_t i = 0; i < extent.blocks; i++) {
    ledger->acknowledged[extent.lba + i] = generation;
    ledger->open[extent.lba + i] = 0;
  }
}
