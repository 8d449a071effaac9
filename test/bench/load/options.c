#include "options.h"
#include <getopt.h>
#include <string.h>
#include "fatal.h"

enum {
  OPTION_PLAIN = 256, OPTION_HOST, OPTION_PORT, OPTION_TARGET, OPTION_LUN, OPTION_KEY, OPTION_DIGESTS, OPTION_SESSIONS,
  OPTION_DEPTH, OPTION_BYTES, OPTION_READS, OPTION_ORDER, OPTION_WARM, OPTION_SECONDS, OPTION_STORE, OPTION_LEDGER,
  OPTION_ZEROES, OPTION_FILL, OPTION_SWEEP, OPTION_FILE, OPTION_STAMP, OPTION_PID, OPTION_ONE_PASS, OPTION_OPERATIONS,
};

static const struct option table[] = {
  {"plain", no_argument, NULL, OPTION_PLAIN},
  {"host", required_argument, NULL, OPTION_HOST},
  {"port", required_argument, NULL, OPTION_PORT},
  {"target", required_argument, NULL, OPTION_TARGET},
  {"lun", required_argument, NULL, OPTION_LUN},
  {"key", required_argument, NULL, OPTION_KEY},
  {"digests", no_argument, NULL, OPTION_DIGESTS},
  {"sessions", required_argument, NULL, OPTION_SESSIONS},
  {"depth", required_argument, NULL, OPTION_DEPTH},
  {"bytes", required_argument, NULL, OPTION_BYTES},
  {"reads", required_argument, NULL, OPTION_READS},
  {"order", required_argument, NULL, OPTION_ORDER},
  {"one-pass", no_argument, NULL, OPTION_ONE_PASS},
  {"operations", required_argument, NULL, OPTION_OPERATIONS},
  {"warm", required_argument, NULL, OPTION_WARM},
  {"seconds", required_argument, NULL, OPTION_SECONDS},
  {"store-bytes", required_argument, NULL, OPTION_STORE},
  {"ledger", required_argument, NULL, OPTION_LEDGER},
  {"zeroes", no_argument, NULL, OPTION_ZEROES},
  {"fill", no_argument, NULL, OPTION_FILL},
  {"sweep", no_argument, NULL, OPTION_SWEEP},
  {"file", required_argument, NULL, OPTION_FILE},
  {"stamp", no_argument, NULL, OPTION_STAMP},
  {"pid", required_argument, NULL, OPTION_PID},
  {NULL, 0, NULL, 0},
};

static uint64_t number(const char *text, uint64_t least, uint64_t most) {
  char *end;
  uint64_t value = strtoull(text, &end, 10);
  if (*text == 0 || *end != 0 || value < least || value > most)
    fatal("\"%s\" is not a number from %llu to %llu", text, (unsigned long long)least, (unsigned long long)most);
  return value;
}

static double seconds_of(const char *text) {
  char *end;
  double value = strtod(text, &end);
  if (*text == 0 || *end != 0 || !(value >= 0 && value <= 1e6)) fatal("\"%s\" is not a number of seconds", text);
  return value;
}

static enum order order_of(const char *text) {
  static const char *const names[] = {[ORDER_RANDOM] = "random", [ORDER_SEQUENTIAL] = "sequential", [ORDER_ONCE] = "once"};
  for (enum order order = ORDER_RANDOM; order <= ORDER_ONCE; order++)
    if (strcmp(text, names[order]) == 0) return order;
  fatal("\"%s\" is no order: random, sequential and once are", text);
}

static void take(struct options *options, int option, const char *value) {
  switch (option) {
    case OPTION_PLAIN: options->protocol = PROTOCOL_PLAIN; return;
    case OPTION_HOST: options->host = value; return;
    case OPTION_PORT: options->port = (uint16_t)number(value, 1, 65535); return;
    case OPTION_TARGET: options->target = value; return;
    case OPTION_LUN: options->lun = (uint8_t)number(value, 0, 255); return;
    case OPTION_DIGESTS: options->digests = true; return;
    case OPTION_SESSIONS: options->sessions = (uint32_t)number(value, 1, 256); return;
    case OPTION_DEPTH: options->depth = (uint32_t)number(value, 1, 1024); return;
    case OPTION_BYTES: options->bytes = (uint32_t)number(value, 512, 8 << 20); return;
    case OPTION_READS: options->read_percent = (uint32_t)number(value, 0, 100); return;
    case OPTION_ORDER: options->order = order_of(value); return;
    case OPTION_ONE_PASS: options->one_pass = true; return;
    case OPTION_OPERATIONS: options->operations = number(value, 1, 1ull << 40); return;
    case OPTION_WARM: options->warm_seconds = seconds_of(value); return;
    case OPTION_SECONDS: options->seconds = seconds_of(value); return;
    case OPTION_STORE: options->store_bytes = number(value, 512, 1ull << 42); return;
    case OPTION_LEDGER: options->ledger = value; return;
    case OPTION_ZEROES: options->zeroes = true; return;
    case OPTION_FILL: options->fill = true; return;
    case OPTION_SWEEP: options->sweep = true; return;
    case OPTION_FILE: options->file = value; return;
    case OPTION_STAMP: options->stamp = true; return;
    case OPTION_KEY:
      if (options->key_count == MAX_KEYS) fatal("more than %d keys", MAX_KEYS);
      options->keys[options->key_count++] = value;
      return;
    case OPTION_PID:
      if (options->pid_count == MAX_PIDS) fatal("more than %d processes", MAX_PIDS);
      options->pids[options->pid_count++] = (int)number(value, 1, 1 << 30);
      return;
    default: fatal("see test/bench/README.md for the options");
  }
}

struct options options_of(int count, char **arguments) {
  struct options options = {.host = "127.0.0.1", .sessions = 1, .depth = 1, .bytes = 4096, .read_percent = 100,
                            .warm_seconds = 0.3, .seconds = 1};
  for (int option; (option = getopt_long(count, arguments, "", table, NULL)) != -1;) take(&options, option, optarg);
  if (optind != count) fatal("\"%s\" belongs to no option", arguments[optind]);
  if (options.stamp) {
    if (!options.file || !options.ledger || !options.store_bytes) fatal("--stamp needs --file, --ledger and --store-bytes");
    return options;
  }
  if (!options.port) fatal("--port is missing");
  if (options.protocol == PROTOCOL_ISCSI && !options.target) fatal("--target is missing");
  if (options.protocol == PROTOCOL_PLAIN && !options.store_bytes) fatal("--plain needs --store-bytes");
  if (!options.zeroes == !options.ledger) fatal("one of --ledger and --zeroes says what reads must find");
  return options;
}
