/* Login (RFC 7143 sections 6 and 13) without authentication. */
#ifndef LOGIN_H
#define LOGIN_H
#include <stdbool.h>
#include <stdint.h>
#include "connection.h"
#include "options.h"

/* What both sides agreed on, as far as a load needs it. */
struct agreed {
  uint32_t max_send;
  uint32_t first_burst;
  uint32_t max_burst;
  uint32_t max_r2t;
  bool immediate;
  bool initial_r2t;
  bool header_digest;
  bool data_digest;
};

/* The numbers that each PDU carries. */
struct numbers {
  uint32_t cmd_sn;
  uint32_t max_cmd_sn;
  uint32_t exp_stat_sn;
};

/* Logs session number `index` in, or ends with the target's reason. Digests are on from its return. */
struct agreed log_in(struct connection *connection, struct numbers *numbers, const struct options *options, uint32_t index);

#endif
