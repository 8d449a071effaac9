#include "backing-file.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "content.h"
#include "fatal.h"

#define PIECE_BYTES (1u << 20)

static int open_file(const char *path, int flags) {
  int file = open(path, flags | O_CLOEXEC, 0600);
  if (file < 0) fatal("cannot open %s: %s", path, strerror(errno));
  return file;
}

/* The piece that begins at an LBA. */
static struct extent piece_at(const struct ledger *ledger, uint64_t lba) {
  uint32_t blocks = PIECE_BYTES / ledger->head->block_bytes;
  uint64_t left = ledger->head->blocks - lba;
  return (struct extent){.lba = lba, .blocks = left < blocks ? (uint32_t)left : blocks};
}

void backing_file_stamp(const char *path, struct ledger *ledger) {
  uint32_t block_bytes = ledger->head->block_bytes;
  int file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
  uint8_t *piece = zeroed(1, PIECE_BYTES);
  for (uint64_t lba = 0; lba < ledger->head->blocks;) {
    struct extent extent = piece_at(ledger, lba);
    struct stamp stamp = {.lba = lba, .generation = ledger_begin(ledger, extent), .seed = ledger->head->seed};
    for (uint32_t i = 0; i < extent.blocks; i++, stamp.lba++) content_fill(piece + (size_t)i * block_bytes, block_bytes, stamp);
    size_t bytes = (size_t)extent.blocks * block_bytes;
    if (pwrite(file, piece, bytes, (off_t)(lba * block_bytes)) != (ssize_t)bytes)
      fatal("cannot write %s: %s", path, strerror(errno));
    ledger_acknowledge(ledger, extent, stamp.generation);
    lba += extent.blocks;
  }
  if (fdatasync(file) < 0) fatal("cannot flush %s: %s", path, strerror(errno));
  free(piece);
  close(file);
}

void backing_file_check(const char *path, const struct ledger *ledger, struct findings *findings) {
  uint32_t block_bytes = ledger->head->block_bytes;
  int file = open_file(path, O_RDONLY);
  uint8_t *piece = zeroed(1, PIECE_BYTES);
  for (uint64_t lba = 0; lba < ledger->head->blocks;) {
    struct extent extent = piece_at(ledger, lba);
    size_t bytes = (size_t)extent.blocks * block_bytes;
    if (pread(file, piece, bytes, (off_t)(lba * block_bytes)) != (ssize_t)bytes) fatal("%s is too short, or cannot be read", path);
    check_kept(ledger, findings, extent, piece);
    lba += extent.blocks;
  }
  free(piece);
  close(file);
}
