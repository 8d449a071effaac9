/* plain-server: the least that a server of blocks can do, as a measure of what the machine can.
 *
 * plain-server BYTES [FILE]: listens on a free port of 127.0.0.1, which it prints. A request is the header of an iSCSI
 * SCSI Command with its CDB, the data of a write behind it; the answer is the same header with the data of a read behind
 * it. With a file, blocks are read by pread straight into what is sent and written by pwrite straight from what has come;
 * without one, writes are dropped and reads are zeroes: the same bytes cross the socket and nothing else happens.
 * A thread a connection, blocking calls, no checks beyond what keeps it alive: as fast as such a program can be. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "../load/bytes.h"
#include "../load/pdu.h"

#define BLOCK_BYTES 512
#define IN_BYTES (2u << 20)
#define OUT_GATHERED (256u << 10)
#define OUT_BYTES (OUT_GATHERED + (1u << 20) + BHS_BYTES)

static int file = -1;
static uint64_t store_bytes;

struct peer {
  int socket;
  size_t in_bytes;
  size_t out_bytes;
  uint8_t in[IN_BYTES];
  uint8_t out[OUT_BYTES];
};

static void fail(const char *what) {
  fprintf(stderr, "plain-server: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int send_all(struct peer *peer) {
  for (size_t sent = 0; sent < peer->out_bytes;) {
    ssize_t count = send(peer->socket, peer->out + sent, peer->out_bytes - sent, MSG_NOSIGNAL);
    if (count <= 0) return -1;
    sent += (size_t)count;
  }
  peer->out_bytes = 0;
  return 0;
}

/* Answers one request that is there as a whole. */
static int answer(struct peer *peer, const uint8_t *header) {
  uint64_t offset = get64(header + AT_CDB + 2) * BLOCK_BYTES;
  uint32_t bytes = get32(header + AT_EXPECTED_LENGTH);
  int write = header[AT_FLAGS] & FLAG_WRITE;
  uint8_t *out = peer->out + peer->out_bytes;
  if (bytes > OUT_BYTES - OUT_GATHERED - BHS_BYTES || offset > store_bytes || bytes > store_bytes - offset) return -1;
  memcpy(out, header, BHS_BYTES);
  out[0] = write ? SCSI_RESPONSE : DATA_IN;
  out[AT_FLAGS] = FLAG_FINAL | (write ? 0 : FLAG_STATUS);
  put24(out + AT_DATA_LENGTH, write ? 0 : bytes);
  put32(out + AT_BUFFER_OFFSET, 0);
  if (file >= 0) {
    ssize_t done = write ? pwrite(file, header + BHS_BYTES, bytes, (off_t)offset) : pread(file, out + BHS_BYTES, bytes, (off_t)offset);
    if (done != (ssize_t)bytes) return -1;
  }
  peer->out_bytes += BHS_BYTES + (write ? 0 : bytes);
  return peer->out_bytes >= OUT_GATHERED ? send_all(peer) : 0;
}

/* The bytes of the request that begins at `header`, or 0 while not all of it has come. */
static size_t whole_request(const uint8_t *header, size_t have) {
  if (have < BHS_BYTES) return 0;
  size_t bytes = BHS_BYTES + get24(header + AT_DATA_LENGTH);
  return have < bytes ? 0 : bytes;
}

static void *serve(void *argument) {
  struct peer *peer = argument;
  for (;;) {
    ssize_t count = recv(peer->socket, peer->in + peer->in_bytes, IN_BYTES - peer->in_bytes, 0);
    if (count <= 0) break;
    peer->in_bytes += (size_t)count;
    size_t start = 0;
    int failed = 0;
    for (size_t bytes; !failed && (bytes = whole_request(peer->in + start, peer->in_bytes - start)) > 0; start += bytes)
      failed = answer(peer, peer->in + start);
    if (failed || send_all(peer) < 0) break;
    memmove(peer->in, peer->in + start, peer->in_bytes - start);
    peer->in_bytes -= start;
  }
  close(peer->socket);
  free(peer);
  return NULL;
}

static int listen_anywhere(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 128) < 0 ||
      getsockname(listener, (struct sockaddr *)&address, &length) < 0)
    fail("cannot listen");
  printf("%u\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

int main(int count, char **arguments) {
  if (count < 2 || count > 3) {
    fprintf(stderr, "usage: plain-server BYTES [FILE]\n");
    return 2;
  }
  store_bytes = strtoull(arguments[1], NULL, 10);
  if (count == 3 && (file = open(arguments[2], O_RDWR)) < 0) fail(arguments[2]);
  for (int listener = listen_anywhere();;) {
    int on = 1;
    pthread_t thread;
    struct peer *peer = calloc(1, sizeof *peer);
    if (!peer) fail("no memory");
    peer->socket = accept(listener, NULL, NULL);
    if (peer->socket < 0) fail("cannot accept");
    setsockopt(peer->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (pthread_create(&thread, NULL, serve, peer) != 0) fail("cannot start a thread");
    pthread_detach(thread);
  }
}
