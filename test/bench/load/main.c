/* bench-load: loads an iSCSI target, or a plain server, and checks every byte that comes back. See ../README.md. */
#include <string.h>
#include "backing-file.h"
#include "engine.h"
#include "fatal.h"
#include "report.h"
#include "scsi.h"
#include "session.h"

#define BLOCK_BYTES 512
/* Passes over the whole store. */
#define PASS_BYTES (128u << 10)
#define PASS_DEPTH 16

static void stamp(const struct options *options) {
  struct ledger ledger = ledger_map(options->ledger, options->store_bytes / BLOCK_BYTES, BLOCK_BYTES);
  backing_file_stamp(options->file, &ledger);
}

static void open_sessions(struct load *load) {
  load->sessions = zeroed(load->options.sessions, sizeof *load->sessions);
  for (uint32_t i = 0; i < load->options.sessions; i++) session_open(load, i);
}

static void learn_store(struct load *load) {
  const struct options *options = &load->options;
  struct capacity capacity = {.blocks = options->store_bytes / BLOCK_BYTES, .block_bytes = BLOCK_BYTES};
  if (options->protocol == PROTOCOL_ISCSI) capacity = scsi_capacity(load->sessions, options->lun);
  load->store_blocks = capacity.blocks;
  load->block_bytes = capacity.block_bytes;
  if (options->ledger) load->ledger = ledger_map(options->ledger, capacity.blocks, capacity.block_bytes);
}

static void pass(struct load *load, uint32_t read_percent, struct findings *findings) {
  if (load->store_blocks * load->block_bytes % PASS_BYTES) fatal("the store is no multiple of %u bytes", PASS_BYTES);
  struct job job = {.sessions = 1, .depth = PASS_DEPTH, .bytes = PASS_BYTES, .read_percent = read_percent, .findings = findings};
  engine_run(load, job, ORDER_SEQUENTIAL, load->store_blocks * load->block_bytes / PASS_BYTES);
}

static void run(struct load *load) {
  const struct options *options = &load->options;
  struct job job = {.sessions = options->sessions,
                    .depth = options->depth,
                    .bytes = options->bytes,
                    .read_percent = options->read_percent,
                    .findings = &load->during,
                    .warm_seconds = options->warm_seconds,
                    .seconds = options->seconds};
  uint64_t limit = options->operations ? options->operations : NO_LIMIT;
  if (options->one_pass) limit = load->store_blocks * load->block_bytes / options->bytes;
  if (options->fill) pass(load, 0, &load->during);
  if (options->seconds > 0) engine_run(load, job, options->order, limit);
  if (options->sweep && load->errors == 0) pass(load, 100, &load->wire);
  if (options->file && load->errors == 0) backing_file_check(options->file, &load->ledger, &load->file);
}

int main(int count, char **arguments) {
  static struct load load;
  load.options = options_of(count, arguments);
  if (load.options.stamp) {
    stamp(&load.options);
    return 0;
  }
  open_sessions(&load);
  learn_store(&load);
  run(&load);
  report_print(&load);
  return report_good(&load) ? 0 : 1;
}
