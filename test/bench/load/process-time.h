/* The CPU time of processes, all their threads, those that have ended included. */
#ifndef PROCESS_TIME_H
#define PROCESS_TIME_H
#include <stdint.h>
#include "options.h"

struct process_time {
  uint64_t user_ns;
  uint64_t system_ns;
};

/* Added up over the processes, by their clocks; what of it is the system's, by /proc/PID/stat, in whole ticks. */
struct process_time process_time_of(const int *pids, unsigned count);

/* What has passed between two readings. */
struct process_time process_time_between(struct process_time before, struct process_time after);

#endif
