/*
 * A transfer: one request from its URL to its last byte, over redirects,
 * repeats and connections.  It carries decisions out; they are made in route,
 * redirect, retry, resume and pool_key.
 */
#ifndef DIAL_FETCH_TRANSFER_H
#define DIAL_FETCH_TRANSFER_H

#include "fetch/agent.h"
#include "fetch/request.h"
#include "fetch/response.h"

struct dial_transfer;

/* Everything given is borrowed until dial_transfer_free().  Nothing happens
 * before the loop runs, and before begin_at (monotonic; 0: at once).  NULL with
 * an error. */
struct dial_transfer *
dial_transfer_start(struct dial_agent *, const struct dial_request *,
    struct dial_response *, int64_t begin_at, struct dial_error *);

/* Turns true when it is over, and agent->bell with it; failed if the error is
 * set then. */
const bool *dial_transfer_done(const struct dial_transfer *);

/* Called from the loop when it is over; not to be freed from there. */
void
dial_transfer_tell(struct dial_transfer *, void (*over)(void *arg), void *arg);

/* Ends it if it is not over. NULL is fine. */
void dial_transfer_free(struct dial_transfer *);

#endif
