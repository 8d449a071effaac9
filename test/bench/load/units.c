#include "units.h"
#include "fatal.h"

#define TRIES 64
#define MOST_READERS 0xfe

struct units units_of(uint64_t count, enum order order, uint64_t limit) {
  if (count == 0) fatal("the store is smaller than one operation");
  if (order == ORDER_ONCE && limit > count) limit = count;
  return (struct units){.count = count, .order = order, .use = zeroed(count, 1), .random = 88172645463325252ull,
                        .limit = limit};
}

uint64_t units_random(struct units *units) {
  units->random ^= units->random << 13;
  units->random ^= units->random >> 7;
  units->random ^= units->random << 17;
  return units->random;
}

/* A bijection of the numbers below 2^bits. */
static uint64_t scramble(uint64_t value, unsigned bits) {
  uint64_t mask = (1ull << bits) - 1;
  for (int round = 0; round < 3; round++) {
    value = value * 0x9e3779b97f4a7c15ull & mask;
    value ^= value >> (bits / 2 + 1);
  }
  return value;
}

/* The n-th unit of a random order without repetition: what falls beyond the end is scrambled on until it does not. */
static uint64_t once(const struct units *units, uint64_t nth) {
  unsigned bits = 1;
  while (1ull << bits < units->count) bits++;
  do nth = scramble(nth, bits);
  while (nth >= units->count);
  return nth;
}

static uint64_t candidate(struct units *units, uint64_t *position) {
  switch (units->order) {
    case ORDER_SEQUENTIAL: return (*position)++ % units->count;
    case ORDER_ONCE: return once(units, units->given);
    default: return units_random(units) % units->count;
  }
}

uint64_t units_take(struct units *units, uint64_t *position, bool write) {
  if (units_exhausted(units)) return NO_UNIT;
  for (int tries = 0; tries < TRIES; tries++) {
    uint64_t unit = candidate(units, position);
    uint8_t *use = &units->use[unit];
    if (write ? *use != 0 : *use >= MOST_READERS) continue;
    *use = write ? UNIT_WRITTEN : *use + 1;
    units->given++;
    return unit;
  }
  return NO_UNIT;
}

void units_release(struct units *units, uint64_t unit, bool write) {
  if (write) units->use[unit] = 0;
  else units->use[unit]--;
}

bool units_exhausted(const struct units *units) {
  return units->given >= units->limit;
}
