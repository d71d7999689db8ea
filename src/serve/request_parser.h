/*
 * The request parser: bytes in, events out; no I/O, no callback.  It is strict
 * (RFC 9112): whatever two servers could read in two ways is refused, so that
 * nothing is smuggled past the one in front.  A line may end in a bare LF
 * (2.2), everything else that is nearly right is wrong.
 */
#ifndef DIAL_SERVE_REQUEST_PARSER_H
#define DIAL_SERVE_REQUEST_PARSER_H

#include <stdbool.h>
#include <stdint.h>

#include "http/head.h"

#define DIAL_REQUEST_BLANKS_MAX	    4	 /* empty lines before a request */
#define DIAL_REQUEST_METHOD_MAX	    32	 /* bytes */
#define DIAL_REQUEST_LINE_MAX	    8192 /* bytes, line end included */
#define DIAL_REQUEST_HEAD_MAX	    (64 * 1024) /* bytes, blank line included */
#define DIAL_REQUEST_FIELDS_MAX	    200
#define DIAL_REQUEST_CHUNK_LINE_MAX 4096 /* a chunk-size line, in bytes */
#define DIAL_REQUEST_TRAILERS_MAX   8192 /* all trailer lines, in bytes */

enum dial_request_event {
	DIAL_REQUEST_MORE, /* all input was taken: feed more */
	DIAL_REQUEST_HEAD, /* method, target and head are whole */
	DIAL_REQUEST_BODY, /* *body is a slice of the input */
	DIAL_REQUEST_END,  /* the request is whole; what is left of the input
			      is not its */
	DIAL_REQUEST_BAD   /* status and why say what to answer; no more is
			      understood on this connection */
};

enum dial_request_framing {
	DIAL_REQUEST_BODYLESS,
	DIAL_REQUEST_LENGTH,
	DIAL_REQUEST_CHUNKED
};

struct dial_request_parser {
	struct dial_head head;	 /* its fields; status and reason unused */
	struct dial_span method; /* these two borrow from the head's bytes */
	struct dial_span target;
	int minor; /* HTTP/1.0 or HTTP/1.1 */
	enum dial_request_framing framing;
	uint64_t body_length; /* with DIAL_REQUEST_LENGTH */
	bool keep_alive;      /* the client wants the connection kept */
	bool expects;	      /* it waits for 100 (Continue) */
	int status;	      /* with BAD: 400, 414, 431, 501, 505 or 500 */
	const char *why;      /* with BAD: one phrase */
	/* the parser's own */
	int state;
	bool cr; /* the byte before was a CR */
	unsigned blanks;
	size_t lines;
	size_t line_len;
	uint64_t left;
	unsigned digits;
	bool extension;
	size_t trailers_len;
};

/* A zeroed parser is ready; reset is for the next request on the connection
 * and keeps the memory. */
void dial_request_parser_reset(struct dial_request_parser *);
void dial_request_parser_clear(struct dial_request_parser *);

/* True once a byte of the next request has come. */
bool dial_request_parser_begun(const struct dial_request_parser *);

/*
 * Takes bytes off the front of *in and says what they came to.  Call it again
 * until it answers MORE, END or BAD.  With BODY, *body borrows from the input.
 */
enum dial_request_event dial_request_parser_feed(
    struct dial_request_parser *, struct dial_span *in, struct dial_span *body);

#endif
