/*
 * HAProxy's PROXY protocol, version 1, as a layer: one line goes ahead of all
 * that is said, and tells the server behind a balancer who calls.
 */
#ifndef DIAL_TRANSPORT_HAPROXY_H
#define DIAL_TRANSPORT_HAPROXY_H

#include "transport/stream.h"

/* client: an address to name instead of our own, or NULL.  Owns below, on
 * failure too. */
struct dial_stream *dial_haproxy_new(
    struct dial_stream *below, const char *client, struct dial_error *);

#endif
