/*
 * What a forward proxy does to heads, as functions from values to bytes: where
 * a request goes, who may send it, what goes on and what stays (RFC 9110 7.6,
 * RFC 9112 3.2.2).
 */
#ifndef DIAL_SERVE_PROXY_HEAD_H
#define DIAL_SERVE_PROXY_HEAD_H

#include "http/parser.h"
#include "http/url.h"
#include "serve/request_parser.h"
#include "transport/endpoint.h"

/* CONNECT's target, host:port with the port in digits.  0, or -1 with an
 * error. */
int dial_proxy_read_authority(
    struct dial_endpoint *, struct dial_span target, struct dial_error *);

/* An absolute-form target: http, without userinfo.  0, or -1 with an error; the
 * URL is to be cleared either way. */
int dial_proxy_read_url(
    struct dial_url *, struct dial_span target, struct dial_error *);

/* Whether Proxy-Authorization holds expected ("Basic dTpw"), the scheme in any
 * case; takes as long for a wrong answer as for a right one. */
bool dial_proxy_is_authorized(const struct dial_head *, const char *expected);

/* Whether the client wants its connection kept: as in HTTP, and, from an
 * HTTP/1.0 client, by the Proxy-Connection that such clients send. */
bool dial_proxy_keeps(const struct dial_request_parser *);

/* Whether the request has been here before: Via names us (RFC 9110 7.6.3). */
bool dial_proxy_is_loop(const struct dial_head *, const char *pseudonym);

/* Whether we are the last to have the request: OPTIONS that may be forwarded
 * no further (RFC 9110 7.6.2). */
bool dial_proxy_is_last(const struct dial_request_parser *);

/* Appends the request as it goes on to the origin: origin-form, a Host of its
 * own, no hop-by-hop field, Via, "Connection: close". 0 or -1 (memory). */
int
dial_proxy_write_request(struct dial_buf *, const struct dial_request_parser *,
    const struct dial_url *, const char *pseudonym);

/* Whether no control byte would go back with the response's reason or fields:
 * requests with one are refused, too.  party is named in the error. 0 or -1. */
int dial_proxy_judge_response(
    const struct dial_head *, const char *party, struct dial_error *);

/* How a response goes back. */
struct dial_proxy_return {
	int minor;    /* of the client's request */
	bool chunked; /* the body goes in chunks */
	bool keep;    /* the connection stays */
	const char *pseudonym;
};

/* Appends the response's head (an interim one without framing and Connection)
 * as it goes back to the client. 0 or -1 (memory). */
int dial_proxy_write_response(struct dial_buf *, const struct dial_parser *,
    const struct dial_proxy_return *);

#endif
