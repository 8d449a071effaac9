/* The end of a run that cannot go on: exit code 2 and a line that says why. */
#ifndef FATAL_H
#define FATAL_H
#include <stdio.h>
#include <stdlib.h>

#define fatal(...) (fprintf(stderr, "bench-load: " __VA_ARGS__), fputc('\n', stderr), exit(2))

/* Memory of zeroes, or the end. */
static inline void *zeroed(size_t count, size_t bytes) {
  void *memory = calloc(count ? count : 1, bytes);
  if (!memory) fatal("no memory for %zu times %zu bytes", count, bytes);
  return memory;
}

#endif
