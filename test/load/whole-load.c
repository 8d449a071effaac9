/* iscsi-load without a warm-up, so that its latencies are those of all that it did; after its line one more: how many
 * commands its sessions have sent, and how many of their reads or writes were answered, those that failed too. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <time.h>

#define WARM_UP_SECONDS 1
#define MOST_SESSIONS 64
#define LAST_LOOK_MS 20

/* The generator looks at the clock for the first time when it begins. Were that earlier, its warm-up is over. */
static int early_once(clockid_t clock, struct timespec *now) {
  static int looked;
  int result = clock_gettime(clock, now);
  if (!looked) now->tv_sec -= WARM_UP_SECONDS;
  looked = 1;
  return result;
}

/* A session that is watched has logged in, and asked what it asks at first. */
static void *sessions[MOST_SESSIONS];
static int nsessions;
static int watch(int epoll, int operation, int descriptor, struct epoll_event *event) {
  if (operation == EPOLL_CTL_ADD) sessions[nsessions++] = event->data.ptr;
  return epoll_ctl(epoll, operation, descriptor, event);
}

/* It sees that everything was answered when it has waited in vain once more. */
static int wait_shortly(int epoll, struct epoll_event *events, int most, int milliseconds) {
  return epoll_wait(epoll, events, most, milliseconds < LAST_LOOK_MS ? milliseconds : LAST_LOOK_MS);
}

#define clock_gettime early_once
#define epoll_ctl watch
#define epoll_wait wait_shortly
#define main iscsi_load
#include "iscsi-load.c"
#undef main

int main(int c, char **v) {
  int code = iscsi_load(c, v);
  uint64_t sent = 0;
  for (int k = 0; k < nsessions; k++) sent += ((Sess *)sessions[k])->cmdsn - 1;
  printf("{\"sent\":%lu,\"answered\":%lu}\n", sent, ops);
  return code;
}
