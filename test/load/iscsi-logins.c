/* iscsi-logins: logs many sessions in and out by CHAP with MD5, as fast as the target takes them (one thread, epoll).
 * gcc -O2 -o iscsi-logins iscsi-logins.c
 * iscsi-logins HOST PORT IQN NAME SECRET PARALLEL for SECONDS
 *   has PARALLEL logins under way all the time; each session is logged out as soon as it is there
 * iscsi-logins HOST PORT IQN NAME SECRET PARALLEL rounds ROUNDS SESSIONS
 *   logs SESSIONS in, no more than PARALLEL at a time, holds them all, logs all of them out, and again, ROUNDS times
 * Prints one JSON line: logins, and how many a second; of rounds one a round too, when all are in and when all are out, and goes on
 * when it reads a line. Whatever is not as it should be ends it with 2. Each session has a name and an ISID of its own. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "chap-md5.h"

#define BHS 48
#define TEXT_BYTES 8192

/* What a session has said last. */
enum said { METHOD, ALGORITHM, RESPONSE, PARAMETERS, HELD, LOGOUT };

struct session {
  int fd, id;
  enum said said;
  uint32_t status_sn;
  size_t length;
  uint8_t in[BHS + TEXT_BYTES];
};

static struct sockaddr_in target;
static const char *iqn, *name, *secret;
static int epoll, parallel;
static long logins, under_way;

static void die(const char *what) {
  fprintf(stderr, "iscsi-logins: %s (%s)\n", what, strerror(errno));
  exit(2);
}

#include "../harness/many-peers.h"

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void put32(uint8_t *p, uint32_t v) {
  uint32_t big = htonl(v);
  memcpy(p, &big, 4);
}

static uint32_t get32(const uint8_t *p) {
  uint32_t big;
  memcpy(&big, p, 4);
  return ntohl(big);
}

static void send_pdu(struct session *s, uint8_t *pdu, size_t text) {
  size_t whole = BHS + ((text + 3) & ~(size_t)3);
  pdu[6] = text >> 8;
  pdu[7] = text;
  memset(pdu + BHS + text, 0, whole - BHS - text);
  if (send(s->fd, pdu, whole, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)whole) die("send");
}

/* RFC 7143 11.12; flags are T, CSG and NSG. */
static void say(struct session *s, uint8_t flags, uint8_t *pdu, size_t text) {
  memset(pdu, 0, BHS);
  pdu[0] = 0x43;
  pdu[1] = flags;
  pdu[8] = 0x80;
  pdu[11] = s->id >> 8;
  pdu[12] = s->id;
  put32(pdu + 16, 1);
  put32(pdu + 24, 1);
  put32(pdu + 28, s->status_sn + 1);
  send_pdu(s, pdu, text);
}

static void say_method(struct session *s) {
  uint8_t pdu[1024];
  int n = sprintf((char *)pdu + BHS, "InitiatorName=iqn.2026-11.io.lunkit.test:login%d%cSessionType=Normal%cTargetName=%s%cAuthMethod=CHAP%c",
                  s->id, 0, 0, iqn, 0, 0);
  s->said = METHOD;
  say(s, 0x00, pdu, n);
}

static void begin(struct session *s) {
  int one = 1;
  s->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (s->fd < 0) die("socket");
  if (connect(s->fd, (void *)&target, sizeof target)) die("connect");
  setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = s };
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, s->fd, &event)) die("epoll_ctl");
  s->length = 0;
  s->status_sn = 0;
  under_way++;
  say_method(s);
}

/* The value of a key in a text; what it points to ends with a zero byte. */
static const char *value_of(const char *text, size_t n, const char *key) {
  size_t length = strlen(key);
  for (size_t at = 0; at < n; at += strlen(text + at) + 1)
    if (!strncmp(text + at, key, length) && text[at + length] == '=') return text + at + length + 1;
  return NULL;
}

static void say_response(struct session *s, const char *text, size_t n) {
  const char *algorithm = value_of(text, n, "CHAP_A"), *identifier = value_of(text, n, "CHAP_I"), *challenge = value_of(text, n, "CHAP_C");
  uint8_t pdu[1024];
  char response[2 * CHAP_BYTES + 1];
  if (!algorithm || strcmp(algorithm, "5") || !identifier || !challenge) die("the target did not ask by CHAP with MD5");
  if (chap_response(response, atoi(identifier), secret, challenge)) die("CHAP_C");
  int m = sprintf((char *)pdu + BHS, "CHAP_N=%s%cCHAP_R=0x%s%c", name, 0, response, 0);
  s->said = RESPONSE;
  say(s, 0x81, pdu, m);
}

static void say_parameters(struct session *s) {
  uint8_t pdu[1024];
  int n = sprintf((char *)pdu + BHS, "HeaderDigest=None%cDataDigest=None%cInitialR2T=Yes%cImmediateData=Yes%cMaxRecvDataSegmentLength=65536%c"
                  "MaxBurstLength=262144%cFirstBurstLength=65536%cMaxOutstandingR2T=1%cErrorRecoveryLevel=0%cMaxConnections=1%c"
                  "DefaultTime2Wait=2%cDefaultTime2Retain=0%c", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  s->said = PARAMETERS;
  say(s, 0x87, pdu, n);
}

/* RFC 7143 11.14: closes the session. */
static void log_out(struct session *s) {
  uint8_t pdu[BHS] = { 0x46, 0x80 };
  put32(pdu + 16, 2);
  put32(pdu + 24, 1);
  put32(pdu + 28, s->status_sn + 1);
  s->said = LOGOUT;
  send_pdu(s, pdu, 0);
}

static int holds;

static void there(struct session *s) {
  logins++;
  s->said = HELD;
  if (holds) under_way--;
  else log_out(s);
}

/* One PDU of the target has come. */
static void came(struct session *s, const uint8_t *header, const char *text, size_t n) {
  s->status_sn = get32(header + 24);
  if (s->said == LOGOUT) {
    if (header[0] != 0x26 || header[2]) die("the logout was refused");
    close(s->fd);
    s->fd = -1;
    return;
  }
  if (header[0] != 0x23) die("something else than a Login Response came");
  if (header[36]) {
    fprintf(stderr, "iscsi-logins: login %d refused with %02x%02x\n", s->id, header[36], header[37]);
    exit(2);
  }
  uint8_t pdu[1024];
  int to = header[1] & 0x80 ? header[1] & 3 : -1;
  switch (s->said) {
    case METHOD:
      s->said = ALGORITHM;
      say(s, 0x00, pdu, sprintf((char *)pdu + BHS, "CHAP_A=5") + 1);
      break;
    case ALGORITHM:
      say_response(s, text, n);
      break;
    case RESPONSE:
      if (to != 1) die("the right secret does not lead to the operational stage");
      say_parameters(s);
      break;
    case PARAMETERS:
      if (to == 3) there(s);
      else say(s, 0x87, pdu, 0);
      break;
    default:
      die("a Login Response to nothing");
  }
}

static void receive(struct session *s) {
  ssize_t got = recv(s->fd, s->in + s->length, sizeof s->in - 1 - s->length, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) die("the target has closed a connection");
  s->length += got;
  while (s->fd >= 0 && s->length >= BHS) {
    size_t n = (size_t)s->in[5] << 16 | s->in[6] << 8 | s->in[7], whole = BHS + ((n + 3) & ~(size_t)3);
    if (whole > sizeof s->in - 1) die("a PDU that is too long");
    if (s->length < whole) return;
    uint8_t pdu[sizeof s->in];
    memcpy(pdu, s->in, whole);
    pdu[whole] = 0;
    s->length -= whole;
    memmove(s->in, s->in + whole, s->length);
    came(s, pdu, (char *)pdu + BHS, n);
  }
}

static void handle_events(void) {
  struct epoll_event events[64];
  int n = epoll_wait(epoll, events, 64, 10000);
  if (n == 0) die("the target says nothing for 10 s");
  for (int i = 0; i < n; i++) receive(events[i].data.ptr);
}

static struct session *sessions_of(int count) {
  struct session *all = calloc(count, sizeof *all);
  if (!all) die("memory");
  for (int i = 0; i < count; i++) all[i] = (struct session){ .fd = -1, .id = i + 1 };
  return all;
}

static void run_for(double length) {
  struct session *all = sessions_of(parallel);
  double started = seconds();
  while (seconds() < started + length) {
    for (int i = 0; i < parallel; i++)
      if (all[i].fd < 0) begin(&all[i]);
    handle_events();
  }
  double took = seconds() - started;
  printf("{\"logins\":%ld,\"perSecond\":%.0f}\n", logins, logins / took);
}

static void wait_for_line(const char *what, int round, double took) {
  char line[64];
  printf("{\"event\":\"%s\",\"round\":%d,\"seconds\":%.2f}\n", what, round, took);
  fflush(stdout);
  if (!fgets(line, sizeof line, stdin)) exit(0);
}

static void run_rounds(int rounds, int count) {
  struct session *all = sessions_of(count);
  double total = 0;
  holds = 1;
  for (int round = 1; round <= rounds; round++) {
    double started = seconds();
    for (int i = 0; i < count; i++) {
      begin(&all[i]);
      while (under_way >= parallel) handle_events();
    }
    while (under_way > 0) handle_events();
    total += seconds() - started;
    wait_for_line("in", round, seconds() - started);
    started = seconds();
    for (int i = 0; i < count; i++) log_out(&all[i]);
    for (int i = 0; i < count; i++)
      while (all[i].fd >= 0) handle_events();
    wait_for_line("out", round, seconds() - started);
  }
  printf("{\"logins\":%ld,\"perSecond\":%.0f}\n", logins, logins / total);
}

int main(int argc, char **argv) {
  if (argc < 9) {
    fprintf(stderr, "usage: iscsi-logins HOST PORT IQN NAME SECRET PARALLEL for SECONDS | rounds ROUNDS SESSIONS\n");
    return 2;
  }
  take_all_descriptors();
  target = address_of(argv[1], argv[2]);
  iqn = argv[3];
  name = argv[4];
  secret = argv[5];
  parallel = atoi(argv[6]);
  epoll = epoll_create1(0);
  if (!strcmp(argv[7], "for")) run_for(atof(argv[8]));
  else run_rounds(atoi(argv[8]), atoi(argv[9]));
  return 0;
}
