/*
 * A proxy's CONNECT tunnel as a stream layer (RFC 9110 9.3.6), made of HTTP's
 * own request writer and parser.  It ends open, or refused: then open() gives
 * ERR with DIAL_PROXY_REFUSED and the refusal tells the rest.  Bytes glued to
 * the proxy's 2xx are the tunnel's first bytes; not one is lost.
 */
#ifndef DIAL_HTTP_TUNNEL_H
#define DIAL_HTTP_TUNNEL_H

#include "http/fields.h"
#include "http/head.h"
#include "transport/stream.h"

#define DIAL_TUNNEL_HEAD_MAX  (16 * 1024) /* curl's cap */
#define DIAL_TUNNEL_BODY_KEPT 4096	  /* of a refusal's body, bytes */
/* A refusal's body up to this many bytes is read past, so that the connection
 * may be used again. */
#define DIAL_TUNNEL_BODY_DRAINED (1024 * 1024)

struct dial_tunnel_options {
	const char *target;		  /* "a.test:443", "[::1]:443" */
	const char *proxy;		  /* "proxy.test:3128", for errors */
	const char *user_agent;		  /* NULL: none */
	const char *proxy_authorization;  /* NULL: none, */
	const char *no_login;		  /* and why, for errors; or NULL */
	const struct dial_fields *fields; /* --proxy-header; may be NULL */
	int minor; /* CONNECT goes out as HTTP/1.1 unless told otherwise */
	/* The peer must not speak before we do (TLS follows): bytes glued to
	 * the 2xx are quoted in an error, DIAL_PROXY_GLUED. */
	bool silent_peer;
};

struct dial_tunnel_refusal {
	struct dial_head head; /* interim heads are not kept */
	struct dial_buf body;  /* the first DIAL_TUNNEL_BODY_KEPT bytes, raw */
	bool reusable; /* another CONNECT may go out on the same connection */
};

/* Copies the options; owns below, on failure too. */
struct dial_stream *dial_tunnel_new(struct dial_stream *below,
    const struct dial_tunnel_options *, struct dial_error *);

/* The proxy's final head, once it came (open or refused); else NULL. */
const struct dial_head *dial_tunnel_head(const struct dial_stream *);
/* Whether the proxy said anything at all. */
bool dial_tunnel_heard(const struct dial_stream *);
/* The request's bytes as sent (for -v). */
struct dial_span dial_tunnel_request(const struct dial_stream *);
/* After a refusal; NULL otherwise. */
const struct dial_tunnel_refusal *
dial_tunnel_refused(const struct dial_stream *);
/* Takes the stream below out of a refused, reusable tunnel, which is freed. */
struct dial_stream *dial_tunnel_salvage(struct dial_stream *);

#endif
