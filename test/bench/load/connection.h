/* One TCP connection: PDUs with or without digests, gathered into one buffer on the way out, cut from one on the way in. */
#ifndef CONNECTION_H
#define CONNECTION_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connection {
  int socket;
  bool header_digest;
  bool data_digest;
  uint8_t *in;
  size_t in_start;
  size_t in_end;
  uint8_t *out;
  size_t out_start;
  size_t out_end;
  size_t out_room;
  /* The PDU that is being composed. */
  uint8_t *composed;
  uint32_t composed_data;
};

/* A PDU that has arrived; it points into the connection's buffer and holds until the next receive. */
struct pdu {
  uint8_t *header;
  uint8_t *data;
  uint32_t data_bytes;
};

/* Connects, or ends with why not. */
struct connection connection_open(const char *host, uint16_t port);

void connection_close(struct connection *connection);

/* Begins a PDU: a header of zeroes but for its data length. */
uint8_t *compose(struct connection *connection, uint32_t data_bytes);

/* Where the data of the PDU begun last belongs. */
uint8_t *composed_data(struct connection *connection);

/* Ends the PDU begun last: digests and padding. */
void compose_end(struct connection *connection);

/* Sends what the socket takes now; true when nothing is left. */
bool send_now(struct connection *connection);

/* Receives what is there: at once, or with `wait` when the first byte comes. False when nothing was there. */
bool receive(struct connection *connection, bool wait);

/* Cuts the next whole PDU from what was received; false when there is none. A wrong digest ends the program. */
bool next_pdu(struct connection *connection, struct pdu *pdu);

/* Sends everything and waits for a PDU: for the time before the load. */
struct pdu exchange(struct connection *connection);

#endif
