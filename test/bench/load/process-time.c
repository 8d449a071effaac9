#include "process-time.h"
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "fatal.h"

/* All that its threads have used, in nanoseconds: the system's ticks are too long for what a run of half a second costs. */
static uint64_t used_ns(int pid) {
  clockid_t clock;
  struct timespec used;
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) fatal("process %d has no clock", pid);
  return (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
}

static struct process_time one(int pid) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "re");
  if (!file) fatal("there is no process %d", pid);
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = 0;
  /* The name may hold anything; what follows its last parenthesis are numbers, the 14th and 15th field among them. */
  const char *after_name = strrchr(text, ')');
  unsigned long user, system;
  if (!after_name || sscanf(after_name + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2)
    fatal("%s is not as expected: %s", path, text);
  /* How much of it was the system's is known in ticks alone. */
  uint64_t system_ns = system * (1000000000u / (uint64_t)sysconf(_SC_CLK_TCK)), all_ns = used_ns(pid);
  if (system_ns > all_ns) system_ns = all_ns;
  return (struct process_time){.user_ns = all_ns - system_ns, .system_ns = system_ns};
}

struct process_time process_time_of(const int *pids, unsigned count) {
  struct process_time sum = {0};
  for (unsigned i = 0; i < count; i++) {
    struct process_time time = one(pids[i]);
    sum.user_ns += time.user_ns;
    sum.system_ns += time.system_ns;
  }
  return sum;
}

struct process_time process_time_between(struct process_time before, struct process_time after) {
  uint64_t all_ns = after.user_ns + after.system_ns - before.user_ns - before.system_ns;
  /* The part of the system may be a tick ahead of what was used. */
  uint64_t system_ns = after.system_ns - before.system_ns;
  if (system_ns > all_ns) system_ns = all_ns;
  return (struct process_time){.user_ns = all_ns - system_ns, .system_ns = system_ns};
}
