/* guessers: many peers that a target asks by CHAP, and that know no secret, from one process (epoll, one thread).
 * gcc -O2 -o guessers guessers.c
 * guessers HOST PORT IQN NAME SILENTS LONGS WRONGS
 * SILENTS are asked and never answer, from 64 addresses of 127.0.1.0/24; LONGS answer with a CHAP_C of 1 MB over continued PDUs, all of
 * them sent at once; WRONGS answer with a wrong response to the right name. The last two come from HOST's own address, and each comes
 * again as soon as it was refused or closed. Prints one JSON line when every silent one has come ("attacking"), then one for every line on
 * standard input ("held"): how many silent ones the target has not closed, how often the others were refused or closed. Ends at the end of
 * standard input. */
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
#include <unistd.h>

#define BHS 48
#define SOURCES 64
#define PART 8000
#define PARTS 132

enum kind { SILENT, LONG, WRONG, KINDS };
static const char *const names[KINDS] = { "silents", "longs", "wrongs" };

struct peer {
  int fd, steps, refused;
  enum kind kind;
  size_t length, sent;
  uint8_t in[2048];
};

static struct sockaddr_in target;
static const char *iqn, *name;
static int epoll, total, asked;
static struct peer *peers;
static int count[KINDS];
static long ended[KINDS], refused[KINDS];
static uint8_t *flood;
static size_t flood_bytes;

static void die(const char *what) {
  fprintf(stderr, "guessers: %s (%s)\n", what, strerror(errno));
  exit(2);
}

#include "../harness/many-peers.h"

/* RFC 7143 11.12: a Login Request of the security stage; flags are T, C, CSG and NSG. */
static size_t login_request(uint8_t *pdu, uint8_t flags, size_t text) {
  size_t whole = BHS + ((text + 3) & ~(size_t)3);
  memset(pdu, 0, BHS);
  memset(pdu + BHS + text, 0, whole - BHS - text);
  pdu[0] = 0x43;
  pdu[1] = flags;
  pdu[6] = text >> 8;
  pdu[7] = text;
  pdu[8] = 0x80;
  pdu[19] = 1;
  pdu[27] = 1;
  return whole;
}

static void make_flood(void) {
  flood = malloc(PARTS * (BHS + PART));
  for (int i = 0; i < PARTS; i++) {
    uint8_t *pdu = flood + flood_bytes;
    memset(pdu + BHS, 'A', PART);
    if (i == 0) memcpy(pdu + BHS, "CHAP_C=0x", 9);
    flood_bytes += login_request(pdu, i < PARTS - 1 ? 0x40 : 0x00, PART);
  }
}

static void watch(struct peer *peer, uint32_t events, int op) {
  struct epoll_event event = { .events = events, .data.ptr = peer };
  if (epoll_ctl(epoll, op, peer->fd, &event)) die("epoll_ctl");
}

static void come(struct peer *peer, int i) {
  struct sockaddr_in from = { .sin_family = AF_INET };
  char source[16] = "127.0.0.1";
  int one = 1;
  if (peer->kind == SILENT) sprintf(source, "127.0.1.%d", 1 + i % SOURCES);
  inet_pton(AF_INET, source, &from.sin_addr);
  peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (peer->fd < 0) die("socket");
  setsockopt(peer->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  setsockopt(peer->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(peer->fd, (void *)&from, sizeof from)) die("bind");
  if (connect(peer->fd, (void *)&target, sizeof target) && errno != EINPROGRESS) die("connect");
  peer->steps = 0;
  peer->refused = 0;
  peer->length = peer->sent = 0;
  watch(peer, EPOLLOUT | EPOLLIN, EPOLL_CTL_ADD);
}

static void say(struct peer *peer, uint8_t flags, uint8_t *pdu, size_t text) {
  size_t whole = login_request(pdu, flags, text);
  if (send(peer->fd, pdu, whole, MSG_NOSIGNAL) != (ssize_t)whole) errno = 0;
}

static void say_next(struct peer *peer) {
  uint8_t pdu[1024];
  char *text = (char *)pdu + BHS;
  switch (peer->steps++) {
    case 0:
      say(peer, 0x00, pdu, sprintf(text, "InitiatorName=iqn.2026-11.io.lunkit.test:guesser%cTargetName=%s%cAuthMethod=CHAP%c", 0, iqn, 0, 0));
      break;
    case 1:
      say(peer, 0x00, pdu, sprintf(text, "CHAP_A=5") + 1);
      break;
    case 2:
      asked++;
      if (peer->kind == WRONG)
        say(peer, 0x81, pdu, sprintf(text, "CHAP_N=%s%cCHAP_R=0x%032d%c", name, 0, 0, 0));
      else if (peer->kind == LONG) watch(peer, EPOLLOUT | EPOLLIN, EPOLL_CTL_MOD);
  }
}

/* As much of its long text as goes. */
static void send_flood(struct peer *peer) {
  ssize_t n = send(peer->fd, flood + peer->sent, flood_bytes - peer->sent, MSG_NOSIGNAL);
  if (n > 0) peer->sent += n;
  if (peer->sent == flood_bytes || (n < 0 && errno != EAGAIN)) watch(peer, EPOLLIN, EPOLL_CTL_MOD);
}

static void gone(struct peer *peer) {
  close(peer->fd);
  peer->fd = -1;
  ended[peer->kind]++;
  refused[peer->kind] += peer->refused;
  if (peer->kind != SILENT) come(peer, 0);
}

static void receive(struct peer *peer) {
  ssize_t got = recv(peer->fd, peer->in + peer->length, sizeof peer->in - peer->length, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) return gone(peer);
  peer->length += got;
  while (peer->length >= BHS) {
    size_t whole = BHS + ((((size_t)peer->in[6] << 8 | peer->in[7]) + 3) & ~(size_t)3);
    if (whole > sizeof peer->in) die("a PDU that is too long");
    if (peer->length < whole) return;
    int status = peer->in[36] << 8 | peer->in[37], moves = peer->in[1] & 0x80;
    if (peer->in[0] != 0x23 || moves) die("the target lets in who knows no secret");
    peer->refused += status != 0;
    memmove(peer->in, peer->in + whole, peer->length -= whole);
    if (status == 0 && peer->steps < 3) say_next(peer);
  }
}

static void happened(struct peer *peer, uint32_t events) {
  if (peer->fd < 0) return;
  if ((events & EPOLLOUT) && peer->steps == 0) {
    watch(peer, EPOLLIN, EPOLL_CTL_MOD);
    say_next(peer);
  } else if (events & EPOLLOUT) send_flood(peer);
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(peer);
}

static void print_state(const char *what) {
  int held = 0;
  for (int i = 0; i < total; i++) held += peers[i].kind == SILENT && peers[i].fd >= 0;
  printf("{\"event\":\"%s\",\"%s\":%d", what, names[SILENT], held);
  for (int kind = LONG; kind < KINDS; kind++) printf(",\"%s\":%ld,\"%sRefused\":%ld", names[kind], ended[kind], names[kind], refused[kind]);
  printf("}\n");
  fflush(stdout);
}

static void handle_events(void) {
  struct epoll_event events[256];
  int n = epoll_wait(epoll, events, 256, 1000);
  for (int i = 0; i < n; i++) {
    char line[64];
    if (events[i].data.ptr) happened(events[i].data.ptr, events[i].events);
    else if (read(STDIN_FILENO, line, sizeof line) <= 0) exit(0);
    else print_state("held");
  }
}

int main(int argc, char **argv) {
  if (argc != 8) {
    fprintf(stderr, "usage: guessers HOST PORT IQN NAME SILENTS LONGS WRONGS\n");
    return 2;
  }
  take_all_descriptors();
  target = address_of(argv[1], argv[2]);
  iqn = argv[3];
  name = argv[4];
  for (int kind = 0; kind < KINDS; kind++) count[kind] = atoi(argv[5 + kind]);
  peers = calloc(count[SILENT] + count[LONG] + count[WRONG], sizeof *peers);
  epoll = epoll_create1(0);
  make_flood();
  struct epoll_event input = { .events = EPOLLIN, .data.ptr = NULL };
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &input)) die("standard input has to be a pipe");
  for (enum kind kind = 0; kind < KINDS; kind++)
    for (int i = 0; i < count[kind]; i++) {
      struct peer *peer = &peers[total++];
      peer->kind = kind;
      come(peer, i);
      /* As fast as the target takes them. */
      while (kind == SILENT && total - asked - ended[SILENT] > 64) handle_events();
    }
  while (asked + ended[SILENT] < count[SILENT]) handle_events();
  print_state("attacking");
  for (;;) handle_events();
}
