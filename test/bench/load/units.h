/* The store cut into units of one operation each: which comes next, and which may be touched now. A unit that is being
 * written is neither read nor written by anybody else, so that what a read must find is always known. */
#ifndef UNITS_H
#define UNITS_H
#include <stdbool.h>
#include <stdint.h>
#include "options.h"

struct units {
  uint64_t count;
  enum order order;
  /* By unit: how many reads are under way, or UNIT_WRITTEN. */
  uint8_t *use;
  uint64_t random;
  /* How many were given out, and how many will be; NO_LIMIT: as many as are asked for. */
  uint64_t given;
  uint64_t limit;
};

#define UNIT_WRITTEN 0xff
#define NO_UNIT UINT64_MAX
#define NO_LIMIT UINT64_MAX

struct units units_of(uint64_t count, enum order order, uint64_t limit);

/* The next unit that may be used so, and marks it used. `position` is the caller's place in a sequence.
 * NO_UNIT: none is free at the moment, or there are no more (units_exhausted). */
uint64_t units_take(struct units *units, uint64_t *position, bool write);

void units_release(struct units *units, uint64_t unit, bool write);

bool units_exhausted(const struct units *units);

/* A number that is different each time. */
uint64_t units_random(struct units *units);

#endif
