/*
 * The response parser: bytes in, events out.  It does no I/O, has no callback,
 * and works one byte at a time as well as on whole messages.  Strict where
 * lenience has let messages be cut or spliced (RFC 9112 throughout).
 */
#ifndef DIAL_HTTP_PARSER_H
#define DIAL_HTTP_PARSER_H

#include <stdbool.h>
#include <stdint.h>

#include <dial/error.h>

#include "http/head.h"

#define DIAL_INTERIM_MAX      100  /* 1xx heads before the final one */
#define DIAL_CHUNK_LINE_MAX   4096 /* a chunk-size line with its extensions */
#define DIAL_TRAILER_LINE_MAX 4096
#define DIAL_TRAILERS_MAX     (64 * 1024)

enum dial_framing {
	DIAL_FRAMING_NONE,   /* no body (RFC 9112 6.3, steps 1 and 2) */
	DIAL_FRAMING_LENGTH, /* body_length bytes */
	DIAL_FRAMING_CHUNKED,
	DIAL_FRAMING_CLOSE, /* until the peer closes */
	DIAL_FRAMING_TUNNEL /* 2xx to CONNECT: what follows is the tunnel's */
};

enum dial_event {
	DIAL_EVENT_MORE,     /* all input was taken: feed more, or say eof */
	DIAL_EVENT_INTERIM,  /* parser->head is a 1xx; feed on */
	DIAL_EVENT_HEAD,     /* parser->head is final, framing is decided */
	DIAL_EVENT_BODY,     /* *body is a slice of the input */
	DIAL_EVENT_TRAILERS, /* parser->trailers holds their fields */
	DIAL_EVENT_END,	     /* the message is whole; what is left of the input
				is not its */
	DIAL_EVENT_BAD	     /* the error record says why */
};

struct dial_parser_rules {
	bool head_request;   /* the request was HEAD: no body */
	bool connect;	     /* the request was CONNECT */
	bool http10_request; /* and a server keeps the connection only if it
				says so, whatever version it answers in */
	bool http09;	     /* a reply without a head is a body */
	bool ignore_length;  /* read until close whatever Content-Length says */
	bool te;	     /* the request's TE asked for DIAL_CODING_TE */
	bool raw;	     /* the body as it comes, chunks' framing and all */
	bool gather;	     /* the input may be written to: small chunks are
				put together in it */
	const char *party;   /* who answers, for errors; NULL: "the server" */
	size_t head_max;     /* 0: DIAL_HEAD_MAX */
};

struct dial_parser {
	struct dial_parser_rules rules;
	struct dial_head head;
	struct dial_head trailers;
	enum dial_framing framing;
	uint64_t body_length; /* with DIAL_FRAMING_LENGTH */
	uint64_t body_seen;   /* body bytes handed out, framing removed */
	bool coded; /* a transfer coding but chunked is left to be undone */
	bool keep_alive;     /* the peer will keep the connection (9112 9.3) */
	bool faulty;	     /* framing was suspicious: never reuse (6.1) */
	const char *warning; /* why faulty, one phrase; NULL: nothing */
	/* the parser's own */
	int state;
	size_t searched;
	size_t lines;
	unsigned interims;
	uint64_t chunk_left;
	struct dial_buf line;
};

void dial_parser_init(struct dial_parser *, const struct dial_parser_rules *);
/* For the next message on the same connection; keeps the memory. */
void dial_parser_reset(struct dial_parser *, const struct dial_parser_rules *);
void dial_parser_clear(struct dial_parser *);

/*
 * Takes bytes off the front of *in and says what they came to.  Call it again
 * until it answers MORE, END or BAD.  With BODY, *body borrows from the input.
 */
enum dial_event dial_parser_feed(struct dial_parser *, struct dial_span *in,
    struct dial_span *body, struct dial_error *);

/*
 * The stream ended: in order (cut false) or by vanishing (cut true, TLS
 * without close_notify).  END if the message is whole by its framing, else BAD
 * with the error that tells how it was cut.
 */
enum dial_event
dial_parser_eof(struct dial_parser *, bool cut, struct dial_error *);

#endif
