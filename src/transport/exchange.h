/*
 * One datagram there and one back: a job on the loop.  UDP loses datagrams
 * and says nothing, so the next address is tried on refusal or after a
 * second, and all that did not refuse are asked twice more.  An answer to any
 * of these questions counts, however late.
 */
#ifndef DIAL_TRANSPORT_EXCHANGE_H
#define DIAL_TRANSPORT_EXCHANGE_H

#include "loop/loop.h"
#include "transport/endpoint.h"
#include "transport/resolve.h"

/* How long the latest question waits alone, and how often all are asked. */
#define DIAL_EXCHANGE_WAIT   DIAL_SECOND
#define DIAL_EXCHANGE_ROUNDS 3

struct dial_exchange_options {
	enum dial_family family;
	const char *party; /* "the server a.test:13" */
};

struct dial_exchange_result {
	const void *bytes; /* the whole datagram; valid during the call */
	size_t len;
	struct dial_address peer;
	struct dial_address local;
	int64_t resolved_at; /* monotonic, as in dial_connect_result */
	int64_t sent_at;     /* the latest question to this peer */
	int64_t received_at;
};

struct dial_exchange; /* one job */

/*
 * Calls done() once, from the loop: with a result, or with NULL and an error
 * that names every address asked; it may free the job.  Everything given is
 * copied but the resolver.  An empty request is a datagram too.  NULL with an
 * error if it could not start.
 */
struct dial_exchange *dial_exchange_start(struct dial_loop *,
    struct dial_resolver *, const struct dial_endpoint *,
    const struct dial_exchange_options *, const void *request, size_t len,
    void (*done)(void *arg, const struct dial_exchange_result *,
	const struct dial_error *),
    void *arg, struct dial_error *);

/* Gives up, or forgets a job that is done. */
void dial_exchange_free(struct dial_exchange *);

/* The step that the job is in, for a timeout's sentence. Returns out. */
char *dial_exchange_step(const struct dial_exchange *, char *out, size_t size);

#endif
