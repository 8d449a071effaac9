#include "histogram.h"

#define SUB (1u << HISTOGRAM_SUB_BITS)

/* Values below 2 * SUB have a bucket each; above, each power of two is cut into SUB buckets. */
static unsigned bucket_of(uint64_t value) {
  if (value < SUB) return (unsigned)value;
  unsigned shift = 63u - (unsigned)__builtin_clzll(value) - HISTOGRAM_SUB_BITS;
  return ((shift + 1) << HISTOGRAM_SUB_BITS) + (unsigned)((value >> shift) - SUB);
}

/* The middle of a bucket. */
static uint64_t value_of(unsigned bucket) {
  if (bucket < 2 * SUB) return bucket;
  unsigned shift = (bucket >> HISTOGRAM_SUB_BITS) - 1;
  return ((uint64_t)(SUB + (bucket & (SUB - 1))) << shift) + (1ull << shift) / 2;
}

void histogram_add(struct histogram *histogram, uint64_t value) {
  histogram->count++;
  histogram->sum += value;
  if (value > histogram->max) histogram->max = value;
  histogram->buckets[bucket_of(value)]++;
}

uint64_t histogram_percentile(const struct histogram *histogram, double share) {
  uint64_t wanted = (uint64_t)(share * (double)histogram->count);
  uint64_t seen = 0;
  for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
    seen += histogram->buckets[bucket];
    if (seen > wanted) return value_of(bucket) < histogram->max ? value_of(bucket) : histogram->max;
  }
  return histogram->max;
}
