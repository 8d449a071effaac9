/* Everything that one program holds: options, store, sessions, and what was counted. */
#ifndef LOAD_H
#define LOAD_H
#include "check.h"
#include "connection.h"
#include "histogram.h"
#include "ledger.h"
#include "login.h"
#include "options.h"
#include "process-time.h"
#include "units.h"

struct task {
  uint64_t started_ns;
  uint64_t unit;
  uint32_t generation;
  uint32_t received;
  /* In the tag's upper half, so that a late answer is not taken for that of the next task in this place. */
  uint16_t serial;
  bool write;
  bool live;
};

struct session {
  struct connection connection;
  struct numbers numbers;
  struct agreed agreed;
  struct task *tasks;
  uint16_t *idle;
  uint32_t idle_count;
  uint64_t position;
  bool waits_to_send;
};

/* What is done to the store, by how many sessions. */
struct job {
  uint32_t sessions;
  uint32_t depth;
  uint32_t bytes;
  uint32_t read_percent;
  struct findings *findings;
  /* Counted after `warm_seconds`, for `seconds`; a job without seconds ends with its units. */
  double warm_seconds;
  double seconds;
};

struct counted {
  uint64_t reads;
  uint64_t writes;
  uint64_t started_ns;
  uint64_t ended_ns;
  struct process_time server;
  struct process_time self;
  struct histogram latency;
};

struct load {
  struct options options;
  struct ledger ledger;
  uint64_t store_blocks;
  uint32_t block_bytes;
  struct session *sessions;
  struct job job;
  struct units units;
  bool counting;
  struct counted counted;
  /* Commands that did not end with GOOD, and reads of another length. */
  uint64_t errors;
  uint32_t in_flight;
  struct findings during;
  struct findings wire;
  struct findings file;
};

#endif
