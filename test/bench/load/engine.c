#include "engine.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>
#include "clock.h"
#include "fatal.h"
#include "session.h"

#define EVENTS 64
#define STALL_MS 20000

struct phases {
  uint64_t count_from_ns;
  uint64_t until_ns;
  bool running;
};

static void start_counting(struct load *load, uint64_t now) {
  int self = getpid();
  memset(&load->counted, 0, sizeof load->counted);
  load->counted.started_ns = now;
  load->counted.server = process_time_of(load->options.pids, load->options.pid_count);
  load->counted.self = process_time_of(&self, 1);
  load->counting = true;
}

static void stop_counting(struct load *load, uint64_t now) {
  int self = getpid();
  load->counted.ended_ns = now;
  load->counted.server =
    process_time_between(load->counted.server, process_time_of(load->options.pids, load->options.pid_count));
  load->counted.self = process_time_between(load->counted.self, process_time_of(&self, 1));
  load->counting = false;
}

static void move_on(struct load *load, struct phases *phases, uint64_t now) {
  if (!phases->running) return;
  bool timed = load->job.seconds > 0;
  if (timed && !load->counting && now >= phases->count_from_ns) {
    start_counting(load, now);
    phases->until_ns = now + (uint64_t)(load->job.seconds * 1e9);
  }
  /* However slow the target is, one operation is counted. */
  bool counted = load->counted.reads + load->counted.writes > 0;
  bool over = timed && load->counting && counted && now >= phases->until_ns;
  if (over || units_exhausted(&load->units) || load->errors > 0) {
    phases->running = false;
    if (load->counting) stop_counting(load, now);
  }
}

/* Sends what there is to send; asks to be told when the socket takes more, and only then. */
static void flush(struct session *session, int epoll) {
  bool waits = !send_now(&session->connection);
  if (epoll < 0 || waits == session->waits_to_send) {
    session->waits_to_send = waits;
    return;
  }
  session->waits_to_send = waits;
  struct epoll_event event = {.events = EPOLLIN | (waits ? EPOLLOUT : 0u), .data.ptr = session};
  epoll_ctl(epoll, EPOLL_CTL_MOD, session->connection.socket, &event);
}

static void serve(struct load *load, struct session *session, struct phases *phases, int epoll) {
  uint64_t now = now_ns();
  session_handle(load, session, now);
  move_on(load, phases, now);
  if (phases->running) session_fill(load, session, now);
  flush(session, epoll);
}

/* One session needs no epoll: one system call less an answer. */
static void run_one(struct load *load, struct phases *phases) {
  struct session *session = load->sessions;
  serve(load, session, phases, -1);
  while (phases->running || load->in_flight > 0) {
    if (session->waits_to_send) {
      struct pollfd ready = {.fd = session->connection.socket, .events = POLLIN | POLLOUT};
      if (poll(&ready, 1, STALL_MS) == 0) fatal("stalled with %u commands in flight", load->in_flight);
      if (ready.revents & POLLIN) receive(&session->connection, false);
    } else {
      receive(&session->connection, true);
    }
    serve(load, session, phases, -1);
  }
}

static int watch(struct load *load) {
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) fatal("no epoll: %s", strerror(errno));
  for (uint32_t i = 0; i < load->job.sessions; i++) {
    struct session *session = &load->sessions[i];
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = session};
    session->waits_to_send = false;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, session->connection.socket, &event) < 0) fatal("no epoll: %s", strerror(errno));
  }
  return epoll;
}

static void run_many(struct load *load, struct phases *phases) {
  int epoll = watch(load);
  for (uint32_t i = 0; i < load->job.sessions; i++) serve(load, &load->sessions[i], phases, epoll);
  while (phases->running || load->in_flight > 0) {
    struct epoll_event events[EVENTS];
    int count = epoll_wait(epoll, events, EVENTS, STALL_MS);
    if (count == 0) fatal("stalled with %u commands in flight", load->in_flight);
    for (int i = 0; i < count; i++) {
      struct session *session = events[i].data.ptr;
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(&session->connection, false);
      serve(load, session, phases, epoll);
    }
  }
  close(epoll);
}

void engine_run(struct load *load, struct job job, enum order order, uint64_t limit) {
  uint64_t store_bytes = load->store_blocks * load->block_bytes;
  if (job.bytes % load->block_bytes) fatal("%u bytes are not whole blocks of %u", job.bytes, load->block_bytes);
  struct phases phases = {.count_from_ns = now_ns() + (uint64_t)(job.warm_seconds * 1e9), .running = true};
  load->job = job;
  load->units = units_of(store_bytes / job.bytes, order, limit);
  for (uint32_t i = 0; i < job.sessions; i++) {
    session_prepare(&load->sessions[i], job.depth);
    /* Sequences start apart, each where it would be alone for the longest time. */
    load->sessions[i].position = load->units.count * i / job.sessions;
  }
  if (job.sessions == 1) run_one(load, &phases);
  else run_many(load, &phases);
  free(load->units.use);
}
