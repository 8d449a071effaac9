/* iscsi-load, and after its line one more: how many of its reads or writes had been answered at which time, in milliseconds since
 * 1970, every 5 ms from the end of its warm-up on. So its rate is known between any two scrapes. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>

#define TICK_MS 5
#define MOST_TICKS 200000

static struct { uint64_t ms, ops; } *ticks;
static int nticks;
static void look(void);

static int wait_and_look(int epoll, struct epoll_event *events, int most, int milliseconds) {
  look();
  return epoll_wait(epoll, events, most, milliseconds);
}

#define epoll_wait wait_and_look
#define main iscsi_load
#include "../load/iscsi-load.c"
#undef main

static void look(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  uint64_t ms = t.tv_sec * 1000ull + t.tv_nsec / 1000000;
  if (!ticks) ticks = malloc(MOST_TICKS * sizeof *ticks);
  /* After its warm-up it begins at 0 again. */
  if (nticks && ops < ticks[nticks - 1].ops) nticks = 0;
  if (nticks == MOST_TICKS || (nticks && ms < ticks[nticks - 1].ms + TICK_MS)) return;
  ticks[nticks].ms = ms;
  ticks[nticks++].ops = ops;
}

int main(int c, char **v) {
  int code = iscsi_load(c, v);
  printf("{\"answered\":[");
  for (int i = 0; i < nticks; i++) printf("%s[%lu,%lu]", i ? "," : "", ticks[i].ms, ticks[i].ops);
  printf("]}\n");
  return code;
}
