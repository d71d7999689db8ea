/*
 * From an endpoint to a connected descriptor: resolve, race, and the winner's
 * socket.  A job on the loop; the caller sets no timer here but its own.
 */
#ifndef DIAL_TRANSPORT_CONNECT_H
#define DIAL_TRANSPORT_CONNECT_H

#include "loop/loop.h"
#include "transport/endpoint.h"
#include "transport/outgoing.h"
#include "transport/race.h"
#include "transport/resolve.h"

/* Those who want to know how it goes.  Each may be NULL; none may end the job.
 */
struct dial_connect_observer {
	/* A host's addresses (one family's, or all; of a literal itself), or
	 * none and why. */
	void (*looked_up)(void *arg, const char *host,
	    const struct dial_address *, size_t count, const char *why);
	/* An attempt is over: failure is 0, or its errno. */
	void (*tried)(
	    void *arg, const struct dial_address *, int failure, int64_t began);
	void *arg;
};

struct dial_connect_options {
	enum dial_network network;
	enum dial_family family;
	const char *party; /* "the server a.test:80", "the proxy p:3128" */
	bool is_proxy;	   /* a name not found is then curl's 5, not 6 */
	const struct dial_outgoing *outgoing; /* NULL: the defaults */
	struct dial_connect_observer observer;
};

struct dial_connect_result {
	int fd; /* connected, non-blocking; now the caller's */
	struct dial_address peer;
	int64_t resolved_at;  /* monotonic; when the first address was known */
	int64_t connected_at; /* monotonic */
};

struct dial_connect; /* one job */

/*
 * Calls done() once, from the loop: with a result, or with NULL and an error
 * that names every address tried.  Everything given is copied but the
 * resolver.  NULL with an error if it could not start.
 */
struct dial_connect *
dial_connect_start(struct dial_loop *, struct dial_resolver *,
    const struct dial_endpoint *, const struct dial_connect_options *,
    void (*done)(void *arg, const struct dial_connect_result *,
	const struct dial_error *),
    void *arg, struct dial_error *);

/* Gives up (every attempt is closed), or forgets a job that is done. */
void dial_connect_free(struct dial_connect *);

/* The step that the job is in, for a timeout's sentence: "looking up a.test",
 * "connecting to a.test:80 (10.0.0.1, 10.0.0.2)". Returns out. */
char *dial_connect_step(const struct dial_connect *, char *out, size_t size);

/* True while no address is known yet. */
bool dial_connect_is_resolving(const struct dial_connect *);

#endif
