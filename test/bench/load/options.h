/* What the command line asks for. */
#ifndef OPTIONS_H
#define OPTIONS_H
#include <stdbool.h>
#include <stdint.h>

#define MAX_PIDS 16
#define MAX_KEYS 16

enum protocol {
  PROTOCOL_ISCSI,
  /* The same headers without a login: what plain-server speaks. */
  PROTOCOL_PLAIN,
};

enum order {
  ORDER_RANDOM,
  ORDER_SEQUENTIAL,
  /* Random, and every unit at most once: on a cold file each read is one that the page cache cannot have. */
  ORDER_ONCE,
};

struct options {
  enum protocol protocol;
  const char *host;
  uint16_t port;
  const char *target;
  uint8_t lun;
  /* Text keys over the defaults of login.c, as NAME=VALUE. */
  const char *keys[MAX_KEYS];
  unsigned key_count;
  bool digests;
  uint32_t sessions;
  uint32_t depth;
  uint32_t bytes;
  uint32_t read_percent;
  enum order order;
  /* The load ends when every unit had its turn: a second pass over a cold file would be a warm one. */
  bool one_pass;
  /* The load ends after so many at the latest; 0: only by time. */
  uint64_t operations;
  double warm_seconds;
  double seconds;
  /* Of a store whose size is not asked for by READ CAPACITY. */
  uint64_t store_bytes;
  const char *ledger;
  bool zeroes;
  bool fill;
  bool sweep;
  /* Checked at the end; or made, with `stamp`. */
  const char *file;
  bool stamp;
  /* The processes whose CPU time counts as the server's. */
  int pids[MAX_PIDS];
  unsigned pid_count;
};

/* Reads the command line, or ends with what is wrong about it. */
struct options options_of(int count, char **arguments);

#endif
