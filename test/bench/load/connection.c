#include "connection.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "bytes.h"
#include "crc32c.h"
#include "fatal.h"
#include "pdu.h"

/* Room for the largest PDU that we let a target send, several times. */
#define IN_BYTES (1u << 20)
/* What is composed goes out when so much has gathered, while it is still in the cache. */
#define OUT_GATHERED (128u << 10)
#define STALL_SECONDS 20

struct connection connection_open(const char *host, uint16_t port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) fatal("\"%s\" is not an IPv4 address", host);
  int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (handle < 0 || connect(handle, (struct sockaddr *)&address, sizeof address) < 0)
    fatal("cannot connect to %s:%u: %s", host, port, strerror(errno));
  int on = 1;
  struct timeval stall = {.tv_sec = STALL_SECONDS};
  setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &stall, sizeof stall);
  size_t room = 2 * OUT_GATHERED;
  return (struct connection){.socket = handle, .in = zeroed(1, IN_BYTES), .out = zeroed(1, room), .out_room = room};
}

void connection_close(struct connection *connection) {
  close(connection->socket);
  free(connection->in);
  free(connection->out);
}

static uint32_t padded(uint32_t bytes) {
  return (bytes + 3) & ~3u;
}

/* Digests stand on the wire with their least significant byte first. */
static void put_digest(uint8_t *at, const uint8_t *data, size_t bytes) {
  uint32_t digest = crc32c(data, bytes);
  for (int i = 0; i < 4; i++) at[i] = (uint8_t)(digest >> 8 * i);
}

static void check_digest(const char *what, const uint8_t *at, const uint8_t *data, size_t bytes) {
  uint8_t expected[4];
  put_digest(expected, data, bytes);
  if (memcmp(at, expected, 4) != 0) fatal("a wrong %s digest", what);
}

uint8_t *compose(struct connection *connection, uint32_t data_bytes) {
  size_t wanted = connection->out_end + BHS_BYTES + 4 + padded(data_bytes) + 4;
  if (wanted > connection->out_room) {
    connection->out_room = 2 * wanted;
    connection->out = realloc(connection->out, connection->out_room);
    if (!connection->out) fatal("no memory for %zu bytes of output", connection->out_room);
  }
  connection->composed = connection->out + connection->out_end;
  connection->composed_data = data_bytes;
  memset(connection->composed, 0, BHS_BYTES);
  put24(connection->composed + AT_DATA_LENGTH, data_bytes);
  return connection->composed;
}

uint8_t *composed_data(struct connection *connection) {
  return connection->composed + BHS_BYTES + (connection->header_digest ? 4 : 0);
}

void compose_end(struct connection *connection) {
  uint8_t *data = composed_data(connection);
  uint32_t bytes = connection->composed_data;
  uint32_t length = padded(bytes);
  memset(data + bytes, 0, length - bytes);
  if (connection->header_digest) put_digest(connection->composed + BHS_BYTES, connection->composed, BHS_BYTES);
  if (connection->data_digest && bytes > 0) {
    put_digest(data + length, data, length);
    length += 4;
  }
  connection->out_end = (size_t)(data + length - connection->out);
  if (connection->out_end - connection->out_start >= OUT_GATHERED) send_now(connection);
}

bool send_now(struct connection *connection) {
  while (connection->out_start < connection->out_end) {
    size_t left = connection->out_end - connection->out_start;
    ssize_t sent = send(connection->socket, connection->out + connection->out_start, left, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (sent < 0) fatal("cannot send: %s", strerror(errno));
    connection->out_start += (size_t)sent;
  }
  connection->out_start = connection->out_end = 0;
  return true;
}

bool receive(struct connection *connection, bool wait) {
  size_t kept = connection->in_end - connection->in_start;
  if (connection->in_start > 0) {
    memmove(connection->in, connection->in + connection->in_start, kept);
    connection->in_start = 0;
    connection->in_end = kept;
  }
  ssize_t got = recv(connection->socket, connection->in + kept, IN_BYTES - kept, wait ? 0 : MSG_DONTWAIT);
  if (got > 0) {
    connection->in_end += (size_t)got;
    return true;
  }
  if (got == 0) fatal("the target has closed the connection");
  if (errno == EINTR || (errno == EAGAIN && !wait)) return false;
  if (errno == EAGAIN) fatal("stalled: nothing came for %d s", STALL_SECONDS);
  fatal("cannot receive: %s", strerror(errno));
}

bool next_pdu(struct connection *connection, struct pdu *pdu) {
  uint8_t *header = connection->in + connection->in_start;
  size_t have = connection->in_end - connection->in_start;
  if (have < BHS_BYTES) return false;
  uint32_t bytes = get24(header + AT_DATA_LENGTH);
  size_t headers = BHS_BYTES + (size_t)header[AT_AHS_WORDS] * 4;
  size_t digest = connection->header_digest ? 4 : 0;
  size_t data = padded(bytes) + (connection->data_digest && bytes > 0 ? 4u : 0u);
  if (headers + digest + data > IN_BYTES) fatal("a PDU of %u bytes of data: more than was agreed on", bytes);
  if (have < headers + digest + data) return false;
  *pdu = (struct pdu){.header = header, .data = header + headers + digest, .data_bytes = bytes};
  if (digest) check_digest("header", header + headers, header, headers);
  if (connection->data_digest && bytes > 0) check_digest("data", pdu->data + padded(bytes), pdu->data, padded(bytes));
  connection->in_start += headers + digest + data;
  return true;
}

struct pdu exchange(struct connection *connection) {
  struct pdu pdu;
  while (!send_now(connection)) {
    struct pollfd ready = {.fd = connection->socket, .events = POLLOUT};
    poll(&ready, 1, STALL_SECONDS * 1000);
  }
  while (!next_pdu(connection, &pdu)) receive(connection, true);
  return pdu;
}
