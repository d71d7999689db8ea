/*
 * The listening side that the column leaves out: bound sockets for TCP, unix
 * and UDP, and the streams accepted from them.
 */
#ifndef DIAL_TRANSPORT_LISTEN_H
#define DIAL_TRANSPORT_LISTEN_H

#include "base/address.h"
#include "loop/loop.h"
#include "transport/endpoint.h"
#include "transport/stream.h"

#define DIAL_LISTEN_BACKLOG 511

struct dial_listener;

/*
 * Binds and listens at endpoint (port 0: the kernel chooses; host NULL or "*":
 * every address, IPv6 and IPv4).  A name must be a literal or resolve at once
 * (this call may block on that, at start-up).  For TCP accepted() is called
 * from the loop with a new stream that it owns; for UDP arrived() with each
 * datagram.  When descriptors run out accepting pauses until one is free.
 */
struct dial_listener *
dial_listen(struct dial_loop *, const struct dial_endpoint *, enum dial_network,
    void (*accepted)(void *arg, struct dial_stream *),
    void (*arrived)(void *arg, struct dial_listener *,
	const struct dial_address *from, const void *bytes, size_t len),
    void *arg, struct dial_error *);
void dial_listener_free(struct dial_listener *);

/* The addresses bound, port filled in. */
size_t dial_listener_count(const struct dial_listener *);
const struct dial_address *
dial_listener_address(const struct dial_listener *, size_t index);

/* One datagram back to whoever sent the one that arrived; best effort. */
void dial_listener_reply(struct dial_listener *, const struct dial_address *to,
    const void *bytes, size_t len);

/* Pauses (false) and resumes accepting, for a server at its limit. */
void dial_listener_accepting(struct dial_listener *, bool);

#endif
