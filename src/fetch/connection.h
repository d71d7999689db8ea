/*
 * A connection: an open stack of streams with what is known of it, and the job
 * that opens one: resolve and race for the foot, then the stack built on it,
 * then its handshakes.
 */
#ifndef DIAL_FETCH_CONNECTION_H
#define DIAL_FETCH_CONNECTION_H

#include "fetch/way.h"
#include "http/tunnel.h"
#include "loop/loop.h"
#include "transport/connect.h"
#include "transport/resolve.h"
#include "transport/stream.h"
#include "transport/tls.h"

struct dial_connection {
	struct dial_stream *stream;
	char *key;
	bool proxy_tls; /* which of the two are in the stack */
	bool origin_tls;
	char peer[DIAL_ADDRESS_TEXT + 128];
	char local[DIAL_ADDRESS_TEXT + 128];
	int64_t resolved_at; /* monotonic */
	int64_t connected_at;
	int64_t secured_at; /* the stack's last handshake; 0: no TLS in it */
	int64_t id;	    /* its number in the agent */
	unsigned served;    /* requests that were answered on it */
	const void *owner;  /* idle in a pool, it waits for this one */
	bool proven;	    /* NTLM was accepted on it, once for all of them */
	struct dial_connection *next;
};

/* Says goodbye without waiting for an answer, and frees. NULL is fine. */
void dial_connection_close(struct dial_connection *);

/* The result of the origin's (or the proxy's) certificate check: an X.509
 * code, 0 for verified or no TLS there. */
long
dial_connection_verify_result(const struct dial_connection *, bool of_proxy);

/* The origin's certificates as text, appended; see dial_tls_chain_text(). */
int dial_connection_certificates(
    const struct dial_connection *, struct dial_buf *, int *count);

struct dial_opening; /* the job */

/* The layers of a stack that can fail by themselves, from the foot up. */
enum dial_opening_layer {
	DIAL_OPENING_FOOT, /* look-up and connection */
	DIAL_OPENING_PROXY_TLS,
	DIAL_OPENING_MIDDLE, /* CONNECT or SOCKS */
	DIAL_OPENING_TOP     /* TLS with the origin, or nothing */
};

struct dial_opening_setup {
	struct dial_loop *loop;
	struct dial_resolver *resolver;
	const struct dial_way *way;	      /* borrowed until done */
	const struct dial_outgoing *outgoing; /* borrowed; NULL: defaults */
	struct dial_tls_context *proxy_tls;   /* borrowed; NULL: no TLS to it */
	struct dial_tls_context *origin_tls;  /* borrowed; NULL: no TLS */
	int64_t id;			      /* the connection's */
	/* What the CONNECT is made of; target and proxy come from the way. */
	struct dial_tunnel_options tunnel;
	/* The foot is connected; NULL is fine. */
	void (*connected)(void *arg);
	/* Lines for -v. */
	void (*note)(void *arg, const char *line);
	/* Every address, for those who want the way explained; and each layer
	 * that has opened (the foot's is told of as attempts). */
	struct dial_connect_observer observer;
	void (*opened)(void *arg, enum dial_opening_layer, int64_t began,
	    struct dial_stream *layer);
	/* The CONNECT goes out, and the proxy answered it, before any TLS
	 * beyond it; -1 with the error gives up. */
	void (*tunnel_asked)(void *arg, const struct dial_stream *tunnel);
	int (*tunnel_answered)(
	    void *arg, const struct dial_stream *tunnel, struct dial_error *);
	/* Once: a connection (the callee's), or NULL and the error.  After a
	 * refused CONNECT, refusal is not NULL (borrowed). */
	void (*done)(void *arg, struct dial_connection *,
	    const struct dial_tunnel_refusal *refusal,
	    const struct dial_error *);
	void *arg;
};

struct dial_opening *
dial_opening_start(const struct dial_opening_setup *, struct dial_error *);

/* Whether CONNECT was refused on a connection to the way with this key that
 * serves another one. */
bool dial_opening_can_repeat(const struct dial_opening *, const char *key);
/* CONNECTs once more on that connection; the new setup takes the place of the
 * old one, but for its id.  0, and done() will be called again, or -1. */
int dial_opening_repeat(struct dial_opening *,
    const struct dial_opening_setup *, struct dial_error *);
/* Whether a connection that was to serve again ended before a word came: a new
 * one may do better. */
bool dial_opening_died_idle(const struct dial_opening *);

/* Gives up, or forgets a job that is done (also from within done()). */
void dial_opening_free(struct dial_opening *);

/* What there is of the connection so far, also of one that failed; NULL: not
 * even its foot. */
const struct dial_connection *
dial_opening_connection(const struct dial_opening *);

/* The step it is in, for a timeout's sentence. Returns out. */
char *dial_opening_step(const struct dial_opening *, char *out, size_t size);
bool dial_opening_is_resolving(const struct dial_opening *);
/* Which layer it is at, or ended at. */
enum dial_opening_layer dial_opening_layer(const struct dial_opening *);

/* Its TLS, where it is at that; or NULL. */
struct dial_stream *dial_opening_tls(const struct dial_opening *);

#endif
