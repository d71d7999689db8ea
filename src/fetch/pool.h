/* Connections kept for the next request of the same security context. */
#ifndef DIAL_FETCH_POOL_H
#define DIAL_FETCH_POOL_H

#include "fetch/connection.h"

/* Idle connections kept; the oldest goes first. */
#define DIAL_POOL_MAX 64

struct dial_pool {
	struct dial_connection *idle; /* newest first */
	size_t count;
};

/* Takes out one with exactly that key which is still open and silent; those
 * found dead are closed.  One that waits for an owner is for that one alone,
 * who gets it before all others. NULL: none. */
struct dial_connection *
dial_pool_take(struct dial_pool *, const char *key, const void *owner);

/* Owns it from now on. */
void dial_pool_keep(struct dial_pool *, struct dial_connection *);

void dial_pool_clear(struct dial_pool *);

#endif
