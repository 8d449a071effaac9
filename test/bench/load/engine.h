/* Runs one job: keeps every session filled until the time or the units are over, then until the last answer. */
#ifndef ENGINE_H
#define ENGINE_H
#include "load.h"

void engine_run(struct load *load, struct job job, enum order order, bool one_pass);

#endif
