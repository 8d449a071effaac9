/* A session: commands out, answers in. */
#ifndef SESSION_H
#define SESSION_H
#include <stdint.h>
#include "load.h"

/* Connects, logs in, and clears the unit attentions that a new nexus finds. */
void session_open(struct load *load, uint32_t index);

/* Forgets what tasks there were and makes room for `depth` of them. */
void session_prepare(struct session *session, uint32_t depth);

/* Sends as many commands as depth, window and free units allow. */
void session_fill(struct load *load, struct session *session, uint64_t now);

/* Handles every PDU that has arrived whole. */
void session_handle(struct load *load, struct session *session, uint64_t now);

#endif
