/* attackers: many peers that mean no good, from one process that costs next to nothing (epoll, one thread).
 * gcc -O2 -o attackers attackers.c
 * attackers HOST PORT IQN HOGS DRIPS IDLES
 * HOGS log in, ask for 32 reads of 256 KiB each and never read; DRIPS send a Login Request, a byte a second; IDLES connect
 * and do nothing. Hogs come from HOST's own network in 127.0.2.0/24, the others from 64 addresses of 127.0.1.0/24.
 * Prints one JSON line when all have come ("attacking"), then one for every line on standard input ("held"), and ends,
 * with its connections, at the end of standard input. A count of "held" is of those that the target has not closed. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define READS 32
#define READ_BYTES 262144u
#define SOURCES 64
#define BHS 48

enum kind { HOG, DRIP, IDLE, KINDS };
static const char *const names[KINDS] = { "hogs", "drips", "idles" };

struct peer {
  int fd;
  enum kind kind;
  int connected, closed;
};

static struct sockaddr_in target;
static int epoll;
static struct peer *peers;
static int count[KINDS], total;
static uint8_t drip[BHS];

static void die(const char *what) {
  fprintf(stderr, "attackers: %s (%s)\n", what, strerror(errno));
  exit(2);
}

#include "../harness/many-peers.h"

static void put32(uint8_t *p, uint32_t v) {
  uint32_t big = htonl(v);
  memcpy(p, &big, 4);
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static int open_socket(const char *source, int flags) {
  struct sockaddr_in from = { .sin_family = AF_INET };
  int one = 1, fd = socket(AF_INET, SOCK_STREAM | flags, 0);
  if (fd < 0) die("socket");
  if (inet_pton(AF_INET, source, &from.sin_addr) != 1) die("source address");
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  if (bind(fd, (void *)&from, sizeof from)) die("bind");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

static void send_all(int fd, const void *bytes, size_t n) {
  const uint8_t *p = bytes;
  while (n > 0) {
    ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
    if (sent <= 0) die("send");
    p += sent;
    n -= sent;
  }
}

static void receive_all(int fd, void *bytes, size_t n) {
  uint8_t *p = bytes;
  while (n > 0) {
    ssize_t got = recv(fd, p, n, 0);
    if (got <= 0) die("a hog could not log in: the connection was closed");
    p += got;
    n -= got;
  }
}

static uint32_t data_length(const uint8_t *header) {
  return (uint32_t)header[5] << 16 | header[6] << 8 | header[7];
}

/* RFC 7143 11.12: a Login Request that leads from the operational stage to the full feature phase. */
static size_t login_request(uint8_t *pdu, const char *iqn, int id) {
  size_t n = sprintf((char *)pdu + BHS,
                     "InitiatorName=iqn.2026-11.io.lunkit.test:hog%d%cSessionType=Normal%cTargetName=%s%c"
                     "InitialR2T=Yes%cImmediateData=No%cMaxRecvDataSegmentLength=262144%cMaxBurstLength=262144%c",
                     id, 0, 0, iqn, 0, 0, 0, 0, 0);
  memset(pdu, 0, BHS);
  pdu[0] = 0x43;
  pdu[1] = 0x87;
  pdu[6] = n >> 8;
  pdu[7] = n;
  pdu[8] = 0x80;
  pdu[12] = id;
  pdu[11] = id >> 8;
  put32(pdu + 16, 1);
  put32(pdu + 24, 1);
  memset(pdu + BHS + n, 0, 4);
  return BHS + ((n + 3) & ~(size_t)3);
}

/* Logs in and asks for more than it will ever read. */
static int open_hog(const char *iqn, int id) {
  uint8_t pdu[4096], commands[(1 + READS) * BHS];
  int fd = open_socket("127.0.2.1", 0);
  if (connect(fd, (void *)&target, sizeof target)) die("connect");
  send_all(fd, pdu, login_request(pdu, iqn, id));
  receive_all(fd, pdu, BHS);
  if (pdu[0] != 0x23 || pdu[36] != 0 || (pdu[1] & 0x83) != 0x83) die("the login of a hog was refused");
  uint32_t status = ntohl(*(uint32_t *)(pdu + 24)), length = data_length(pdu);
  if (length > sizeof pdu - 4) die("login text");
  receive_all(fd, pdu, (length + 3) & ~3u);
  memset(commands, 0, sizeof commands);
  for (int i = 0; i <= READS; i++) {
    uint8_t *command = commands + i * BHS;
    command[0] = 0x01;
    command[1] = 0xc1;
    put32(command + 16, i);
    put32(command + 20, i == 0 ? 0 : READ_BYTES);
    put32(command + 24, 1 + i);
    put32(command + 28, status + 1);
    if (i == 0) {
      /* TEST UNIT READY takes the unit attention of a new nexus. */
      command[1] = 0x81;
      continue;
    }
    command[32] = 0x28;
    put32(command + 34, i * (READ_BYTES / 512));
    command[39] = READ_BYTES / 512 >> 8;
    command[40] = (READ_BYTES / 512) & 0xff;
  }
  send_all(fd, commands, sizeof commands);
  return fd;
}

static void watch(struct peer *peer, uint32_t events, int op) {
  struct epoll_event event = { .events = events, .data.ptr = peer };
  if (epoll_ctl(epoll, op, peer->fd, &event)) die("epoll_ctl");
}

static void close_peer(struct peer *peer) {
  peer->closed = 1;
  close(peer->fd);
}

static struct peer *open_peer(enum kind kind, int i) {
  struct peer *peer = &peers[total++];
  char source[16];
  peer->kind = kind;
  sprintf(source, "127.0.1.%d", 1 + i % SOURCES);
  peer->fd = open_socket(source, SOCK_NONBLOCK);
  if (connect(peer->fd, (void *)&target, sizeof target) && errno != EINPROGRESS) die("connect");
  watch(peer, EPOLLOUT | EPOLLRDHUP, EPOLL_CTL_ADD);
  return peer;
}

static int pending;

/* A peer has connected, or was closed; nothing that it is sent is ever read. */
static void happened(struct peer *peer, uint32_t events) {
  if (!peer->connected) {
    peer->connected = 1;
    pending--;
    if (!(events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP))) return watch(peer, EPOLLRDHUP, EPOLL_CTL_MOD);
  }
  if (events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP)) close_peer(peer);
}

static void handle_events(int timeout_ms) {
  struct epoll_event events[256];
  int n = epoll_wait(epoll, events, 256, timeout_ms);
  for (int i = 0; i < n; i++)
    if (events[i].data.ptr) happened(events[i].data.ptr, events[i].events);
}

static void print_held(const char *what) {
  int held[KINDS] = { 0 };
  for (int i = 0; i < total; i++) held[peers[i].kind] += !peers[i].closed;
  printf("{\"event\":\"%s\"", what);
  for (int kind = 0; kind < KINDS; kind++) printf(",\"%s\":%d", names[kind], held[kind]);
  printf("}\n");
  fflush(stdout);
}

/* The next byte of every drip. */
static void send_drips(int at) {
  for (int i = 0; i < total; i++) {
    struct peer *peer = &peers[i];
    if (peer->kind != DRIP || peer->closed || !peer->connected) continue;
    send(peer->fd, drip + at % BHS, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
  }
}

int main(int argc, char **argv) {
  if (argc != 7) {
    fprintf(stderr, "usage: attackers HOST PORT IQN HOGS DRIPS IDLES\n");
    return 2;
  }
  take_all_descriptors();
  target = address_of(argv[1], argv[2]);
  for (int kind = 0; kind < KINDS; kind++) count[kind] = atoi(argv[4 + kind]);
  peers = calloc(count[HOG] + count[DRIP] + count[IDLE], sizeof *peers);
  epoll = epoll_create1(0);
  drip[0] = 0x43;
  drip[1] = 0x87;
  drip[8] = 0x80;

  for (int i = 0; i < count[HOG]; i++) {
    struct peer *peer = &peers[total];
    *peer = (struct peer){ .fd = open_hog(argv[3], i + 1), .kind = HOG, .connected = 1 };
    total++;
    watch(peer, EPOLLRDHUP, EPOLL_CTL_ADD);
  }
  /* As fast as the target takes them: no more than a backlog's worth on their way. */
  for (enum kind kind = DRIP; kind < KINDS; kind++)
    for (int i = 0; i < count[kind]; i++) {
      open_peer(kind, i);
      pending++;
      while (pending > 128) handle_events(1000);
    }
  while (pending > 0) handle_events(1000);
  print_held("attacking");

  struct epoll_event input = { .events = EPOLLIN, .data.ptr = NULL };
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &input)) die("standard input has to be a pipe");
  fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
  double next = seconds() + 1;
  for (int at = 0;;) {
    handle_events(100);
    char line[64];
    ssize_t n = read(STDIN_FILENO, line, sizeof line);
    if (n == 0) return 0;
    if (n > 0) print_held("held");
    if (seconds() < next) continue;
    next += 1;
    send_drips(at++);
  }
}
