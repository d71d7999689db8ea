/* The parser's states, and what its files share. */
#ifndef DIAL_HTTP_PARSER_STATE_H
#define DIAL_HTTP_PARSER_STATE_H

#include "http/parser.h"

/*
 *	state		waits for			goes to
 *	START		"HTTP/", byte by byte		HEAD, HELD
 *	HEAD		the head's blank line		INTERIM, or the body's
 *	INTERIM		(a 1xx was handed out)		START
 *	HELD		(a 0.9 body's first bytes)	CLOSE
 *	LENGTH		body_length bytes		END
 *	CLOSE		the stream's end		-
 *	SIZE		a chunk's size			EXTENSION, SIZE_LF
 *	EXTENSION	the CR that ends it		SIZE_LF
 *	SIZE_LF		the LF of the size's line	DATA, TRAILERS
 *	DATA		chunk_left bytes		DATA_CR
 *	DATA_CR		the CR after the data		DATA_LF
 *	DATA_LF		the LF after the data		SIZE
 *	TRAILERS	the blank line			LAST, END
 *	LAST		(trailers were handed out)	END
 *	END		nothing				-
 *	BAD		nothing				-
 */
enum dial_parser_state {
	DIAL_PARSER_START,
	DIAL_PARSER_HEAD,
	DIAL_PARSER_INTERIM,
	DIAL_PARSER_HELD,
	DIAL_PARSER_LENGTH,
	DIAL_PARSER_CLOSE,
	DIAL_PARSER_SIZE,
	DIAL_PARSER_EXTENSION,
	DIAL_PARSER_SIZE_LF,
	DIAL_PARSER_DATA,
	DIAL_PARSER_DATA_CR,
	DIAL_PARSER_DATA_LF,
	DIAL_PARSER_TRAILERS,
	DIAL_PARSER_LAST,
	DIAL_PARSER_END,
	DIAL_PARSER_BAD
};

/* What one call of feed works on. */
struct dial_feeding {
	struct dial_parser *parser;
	struct dial_span *in;
	struct dial_span *body;
	struct dial_error *err;
};

/* What a step answers: an event, or that the next state has its turn. */
enum dial_step {
	DIAL_STEP_ON = -1,
	DIAL_STEP_MORE = DIAL_EVENT_MORE,
	DIAL_STEP_INTERIM = DIAL_EVENT_INTERIM,
	DIAL_STEP_HEAD = DIAL_EVENT_HEAD,
	DIAL_STEP_BODY = DIAL_EVENT_BODY,
	DIAL_STEP_TRAILERS = DIAL_EVENT_TRAILERS,
	DIAL_STEP_END = DIAL_EVENT_END,
	DIAL_STEP_BAD = DIAL_EVENT_BAD
};

struct dial_head_caps {
	const char *what; /* "head", for the error */
	size_t line;	  /* bytes of one line, its end included */
	size_t total;
};

const char *dial_parser_party(const struct dial_parser *);

/*
 * Moves lines from the input to head->bytes, up to a blank line: ON when it
 * came, else MORE or BAD.  parser->searched is where the present line starts,
 * so that no byte is looked at twice.
 */
enum dial_step dial_parser_gather(
    struct dial_feeding *, struct dial_head *, const struct dial_head_caps *);

/* Hands out up to chunk_left bytes of the input as body; ON when none is left
 * to hand out. */
enum dial_step dial_parser_slice(struct dial_feeding *);

/* One step in one of the states SIZE to LAST (RFC 9112 7.1). */
enum dial_step dial_chunked_step(struct dial_feeding *);
/* As many as the input allows, handed out as they are. */
enum dial_step dial_chunked_raw_steps(struct dial_feeding *);

#endif
