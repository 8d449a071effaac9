/* Runs one job: keeps every session filled until the time is over or `limit` operations were begun, then until the last answer. */
#ifndef ENGINE_H
#define ENGINE_H
#include "load.h"

void engine_run(struct load *load, struct job job, enum order order, uint64_t limit);

#endif
