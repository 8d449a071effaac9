/* Latencies in buckets whose width is at most 1/64 of their value, so that a percentile is never off by more. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H
#include <stdint.h>

#define HISTOGRAM_SUB_BITS 6
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_SUB_BITS) << HISTOGRAM_SUB_BITS)

struct histogram {
  uint64_t count;
  uint64_t sum;
  uint64_t max;
  uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, uint64_t value);

/* The value that `share` (0 to 1) of all values do not exceed; 0 when there are none. */
uint64_t histogram_percentile(const struct histogram *histogram, double share);

#endif
