/*
 * A forward proxy's part of a connection: from a client's request to another
 * server and back (RFC 9110 7.6), or, after CONNECT, bytes both ways.
 */
#ifndef DIAL_SERVE_FORWARD_H
#define DIAL_SERVE_FORWARD_H

#include "serve/client.h"

struct dial_forward;

/* The client's request head is whole: answers it or begins to forward it. */
enum dial_step dial_forward_start(struct dial_client *);
enum dial_step dial_forward_step(struct dial_client *);
/* The client's deadline is over, while the forward had it. */
enum dial_step dial_forward_expired(struct dial_client *);
void dial_forward_free(struct dial_forward *); /* NULL is fine */

#endif
