/*
 * The security context of a connection as text: two requests share one only if
 * every byte agrees.  It holds credentials: never show it.
 */
#ifndef DIAL_FETCH_POOL_KEY_H
#define DIAL_FETCH_POOL_KEY_H

#include "fetch/way.h"

/* A malloc'd string, or NULL (memory).  way->key is not looked at. */
char *dial_pool_key(const struct dial_way *, const struct dial_request *,
    const struct dial_url *);

/* The part of it that names TLS settings, for what is shared by them. */
int dial_pool_key_tls(struct dial_buf *, const struct dial_tls_settings *);

#endif
