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
#include <sys/uio.h>
#include <unistd.h>
#include "../load/bytes.h"
#include "../load/pdu.h"

#define BLOCK_BYTES 512
#define IN_BYTES (2u << 20)
/* Data of one answer PDU at most, as the targets have it. */
#define PIECE_BYTES (256u << 10)
#define OUT_GATHERED (256u << 10)
#define OUT_BYTES (OUT_GATHERED + BHS_BYTES + PIECE_BYTES)
#define MAX_PARTS 512

static int file = -1;
static uint64_t store_bytes;
static uint8_t zeroes[PIECE_BYTES];

struct peer {
  int socket;
  size_t in_bytes;
  /* What goes out: parts of `out`, or of `zeroes`. */
  size_t out_bytes;
  size_t gathered;
  size_t part_count;
  struct iovec parts[MAX_PARTS];
  uint8_t in[IN_BYTES];
  uint8_t out[OUT_BYTES];
};

static void fail(const char *what) {
  fprintf(stderr, "plain-server: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int send_all(struct peer *peer) {
  struct msghdr message = {.msg_iov = peer->parts, .msg_iovlen = peer->part_count};
  while (message.msg_iovlen > 0) {
    ssize_t count = sendmsg(peer->socket, &message, MSG_NOSIGNAL);
    if (count <= 0) return -1;
    for (; message.msg_iovlen > 0 && (size_t)count >= message.msg_iov->iov_len; message.msg_iov++, message.msg_iovlen--)
      count -= (ssize_t)message.msg_iov->iov_len;
    if (message.msg_iovlen == 0) break;
    message.msg_iov->iov_base = (uint8_t *)message.msg_iov->iov_base + count;
    message.msg_iov->iov_len -= (size_t)count;
  }
  peer->out_bytes = peer->gathered = peer->part_count = 0;
  return 0;
}

static void push(struct peer *peer, uint8_t *bytes, size_t length) {
  struct iovec *last = peer->part_count > 0 ? &peer->parts[peer->part_count - 1] : NULL;
  peer->gathered += length;
  if (last && (uint8_t *)last->iov_base + last->iov_len == bytes) last->iov_len += length;
  else peer->parts[peer->part_count++] = (struct iovec){.iov_base = bytes, .iov_len = length};
}

static uint8_t *push_header(struct peer *peer, const uint8_t *request, uint8_t opcode, uint8_t flags) {
  uint8_t *header = peer->out + peer->out_bytes;
  memcpy(header, request, BHS_BYTES);
  header[0] = opcode;
  header[AT_FLAGS] = flags;
  put24(header + AT_DATA_LENGTH, 0);
  peer->out_bytes += BHS_BYTES;
  push(peer, header, BHS_BYTES);
  return header;
}

static int send_when_gathered(struct peer *peer) {
  return peer->gathered >= OUT_GATHERED || peer->part_count > MAX_PARTS - 2 ? send_all(peer) : 0;
}

static int answer_read(struct peer *peer, const uint8_t *request, uint64_t offset, uint32_t bytes) {
  for (uint32_t done = 0; done < bytes;) {
    uint32_t piece = bytes - done < PIECE_BYTES ? bytes - done : PIECE_BYTES;
    int last = done + piece == bytes;
    uint8_t *header = push_header(peer, request, DATA_IN, last ? FLAG_FINAL | FLAG_STATUS : 0);
    put24(header + AT_DATA_LENGTH, piece);
    put32(header + AT_BUFFER_OFFSET, done);
    if (file < 0) {
      push(peer, zeroes, piece);
    } else {
      if (pread(file, header + BHS_BYTES, piece, (off_t)(offset + done)) != (ssize_t)piece) return -1;
      push(peer, header + BHS_BYTES, piece);
      peer->out_bytes += piece;
    }
    done += piece;
    if (send_when_gathered(peer) < 0) return -1;
  }
  return 0;
}

static int answer_write(struct peer *peer, const uint8_t *request, uint64_t offset, uint32_t bytes) {
  if (file >= 0 && pwrite(file, request + BHS_BYTES, bytes, (off_t)offset) != (ssize_t)bytes) return -1;
  push_header(peer, request, SCSI_RESPONSE, FLAG_FINAL);
  return send_when_gathered(peer);
}

/* Answers one request that is there as a whole. */
static int answer(struct peer *peer, const uint8_t *request) {
  uint64_t offset = get64(request + AT_CDB + 2) * BLOCK_BYTES;
  uint32_t bytes = get32(request + AT_EXPECTED_LENGTH);
  if (offset > store_bytes || bytes > store_bytes - offset) return -1;
  return request[AT_FLAGS] & FLAG_WRITE ? answer_write(peer, request, offset, bytes) : answer_read(peer, request, offset, bytes);
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
