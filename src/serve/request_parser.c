/*
 * Only this file reads requests, and where two readers could differ it refuses.
 *
 *   BLANKS -> HEAD -> (head event) -> LENGTH ----------------------> END
 *                                  -> CHUNK_SIZE <-> CHUNK_DATA
 *                                          |-> TRAILERS -----------> END
 *                                  -> END
 *   any -> BAD, for good
 */
#include "serve/request_parser.h"

#include <stdlib.h>
#include <string.h>

#include "serve/request_judge.h"

enum state {
	BLANKS, /* zero: a zeroed parser is ready */
	HEAD,
	LENGTH,
	CHUNK_SIZE,
	CHUNK_DATA,
	CHUNK_END,
	TRAILERS,
	END,
	BAD
};

static enum dial_request_event
bad(struct dial_request_parser *parser, int status, const char *why)
{
	parser->state = BAD;
	parser->status = status;
	parser->why = why;
	return DIAL_REQUEST_BAD;
}

void
dial_request_parser_reset(struct dial_request_parser *parser)
{
	struct dial_head head = parser->head;

	memset(parser, 0, sizeof *parser);
	parser->head = head;
	dial_head_reset(&parser->head);
}

void
dial_request_parser_clear(struct dial_request_parser *parser)
{
	dial_head_clear(&parser->head);
	memset(parser, 0, sizeof *parser);
}

bool
dial_request_parser_begun(const struct dial_request_parser *parser)
{
	return parser->state != BLANKS;
}

static char
take(struct dial_span *in)
{
	in->len--;
	return *in->ptr++;
}

/* Empty lines before a request are skipped (RFC 9112 2.2), but not for ever. */
static enum dial_request_event
feed_blanks(struct dial_request_parser *parser, struct dial_span *in)
{
	while (in->len > 0) {
		if (parser->cr && *in->ptr != '\n')
			return bad(parser, 400, "a bare CR");
		if (*in->ptr != '\r' && *in->ptr != '\n') {
			if (!dial_text_is_token(dial_span_make(in->ptr, 1)))
				return bad(parser, 400, "this is not HTTP");
			parser->state = HEAD;
			return DIAL_REQUEST_MORE;
		}
		parser->cr = take(in) == '\r';
		if (!parser->cr && ++parser->blanks > DIAL_REQUEST_BLANKS_MAX)
			return bad(parser, 400, "too many empty lines");
	}
	return DIAL_REQUEST_MORE;
}

/* Judges the caps after each byte; NULL while all is well. */
static const char *
over_cap(const struct dial_request_parser *parser, size_t head_len, int *status)
{
	if (parser->lines == 0 && parser->line_len >= DIAL_REQUEST_LINE_MAX) {
		*status = 414;
		return "the request line is too long";
	}
	*status = 431;
	if (head_len > DIAL_REQUEST_HEAD_MAX)
		return "the request's head is too long";
	/* The request line and the blank line are lines too. */
	if (parser->lines > DIAL_REQUEST_FIELDS_MAX + 2)
		return "the request has too many fields";
	return NULL;
}

/* Takes one line's bytes; true when the blank line is in. */
static bool
ends_head(struct dial_request_parser *parser, char c)
{
	bool blank = c == '\n' && parser->line_len == (parser->cr ? 1 : 0);

	parser->cr = c == '\r';
	parser->line_len++;
	if (c == '\n') {
		parser->lines++;
		parser->line_len = 0;
	}
	return blank;
}

/* The whole head is in: one straight pass over it. */
static enum dial_request_event
head_is_whole(struct dial_request_parser *parser)
{
	parser->head.raw_len = parser->head.bytes.len;
	parser->why = dial_request_judge(parser, &parser->status);
	if (parser->why != NULL)
		return bad(parser, parser->status, parser->why);
	parser->cr = false;
	parser->left = parser->body_length;
	switch (parser->framing) {
	case DIAL_REQUEST_BODYLESS:
		parser->state = END;
		break;
	case DIAL_REQUEST_LENGTH:
		parser->state = LENGTH;
		break;
	case DIAL_REQUEST_CHUNKED:
		parser->state = CHUNK_SIZE;
		parser->line_len = 0;
		break;
	}
	return DIAL_REQUEST_HEAD;
}

static enum dial_request_event
feed_head(struct dial_request_parser *parser, struct dial_span *in)
{
	struct dial_buf *bytes = &parser->head.bytes;
	const char *start = in->ptr;
	const char *why;
	bool whole = false;
	int status;

	while (in->len > 0 && !whole) {
		whole = ends_head(parser, take(in));
		why = over_cap(
		    parser, bytes->len + (size_t)(in->ptr - start), &status);
		if (why != NULL)
			return bad(parser, status, why);
	}
	if (dial_buf_append(bytes, start, (size_t)(in->ptr - start)) != 0)
		return bad(parser, 500, "this machine ran out of memory");
	return whole ? head_is_whole(parser) : DIAL_REQUEST_MORE;
}

/* Hands out what the input has of the body, or of the chunk. */
static enum dial_request_event
feed_data(struct dial_request_parser *parser, struct dial_span *in,
    struct dial_span *body, enum state after)
{
	size_t len = in->len;

	if (len == 0)
		return DIAL_REQUEST_MORE;
	if (len > parser->left)
		len = (size_t)parser->left;
	*body = dial_span_make(in->ptr, len);
	in->ptr += len;
	in->len -= len;
	parser->left -= len;
	if (parser->left == 0)
		parser->state = (int)after;
	return DIAL_REQUEST_BODY;
}

/* Takes a byte of "1a;name=value" before its CRLF; NULL while all is well. */
static const char *
chunk_size_byte(struct dial_request_parser *parser, char c)
{
	int value = dial_text_hex_digit(c);

	if (parser->extension)
		return (unsigned char)c < ' ' && c != '\t'
			   ? "a control byte in a chunk's extension"
			   : NULL;
	if (value >= 0) {
		if (parser->left > (uint64_t)INT64_MAX >> 4)
			return "a chunk is too large";
		parser->left = parser->left << 4 | (uint64_t)value;
		parser->digits++;
		return NULL;
	}
	if (c != ';' || parser->digits == 0)
		return "a chunk's size is not a number";
	parser->extension = true;
	return NULL;
}

static enum dial_request_event
chunk_line_is_whole(struct dial_request_parser *parser)
{
	if (parser->digits == 0)
		return bad(parser, 400, "a chunk has no size");
	parser->state = parser->left > 0 ? CHUNK_DATA : TRAILERS;
	parser->digits = 0;
	parser->extension = false;
	parser->cr = false;
	parser->line_len = 0;
	return DIAL_REQUEST_MORE;
}

static enum dial_request_event
feed_chunk_size(struct dial_request_parser *parser, struct dial_span *in)
{
	const char *why;
	char c;

	while (in->len > 0) {
		c = take(in);
		if (++parser->line_len > DIAL_REQUEST_CHUNK_LINE_MAX)
			return bad(parser, 400, "a chunk's line is too long");
		if (parser->cr) {
			if (c != '\n')
				return bad(parser, 400, "a bare CR");
			return chunk_line_is_whole(parser);
		}
		parser->cr = c == '\r';
		if (parser->cr)
			continue;
		why = chunk_size_byte(parser, c);
		if (why != NULL)
			return bad(parser, 400, why);
	}
	return DIAL_REQUEST_MORE;
}

/* The CRLF after a chunk's data. */
static enum dial_request_event
feed_chunk_end(struct dial_request_parser *parser, struct dial_span *in)
{
	while (in->len > 0) {
		if (take(in) != (parser->cr ? '\n' : '\r'))
			return bad(parser, 400, "a chunk goes on too long");
		parser->cr = !parser->cr;
		if (!parser->cr) {
			parser->state = CHUNK_SIZE;
			parser->line_len = 0;
			break;
		}
	}
	return DIAL_REQUEST_MORE;
}

/* Trailers are read past, never merged into the head (RFC 9110 6.5.1). */
static enum dial_request_event
feed_trailers(struct dial_request_parser *parser, struct dial_span *in)
{
	bool blank;
	char c;

	while (in->len > 0) {
		c = take(in);
		if (++parser->trailers_len > DIAL_REQUEST_TRAILERS_MAX)
			return bad(parser, 431, "the trailers are too long");
		if (parser->cr != (c == '\n') || c == '\0')
			return bad(parser, 400, "a broken trailer line");
		blank = c == '\n' && parser->line_len == 1;
		parser->cr = c == '\r';
		parser->line_len = c == '\n' ? 0 : parser->line_len + 1;
		if (blank) {
			parser->state = END;
			break;
		}
	}
	return DIAL_REQUEST_MORE;
}

static enum dial_request_event
step(struct dial_request_parser *parser, struct dial_span *in,
    struct dial_span *body)
{
	switch ((enum state)parser->state) {
	case BLANKS:
		return feed_blanks(parser, in);
	case HEAD:
		return feed_head(parser, in);
	case LENGTH:
		return feed_data(parser, in, body, END);
	case CHUNK_SIZE:
		return feed_chunk_size(parser, in);
	case CHUNK_DATA:
		return feed_data(parser, in, body, CHUNK_END);
	case CHUNK_END:
		return feed_chunk_end(parser, in);
	case TRAILERS:
		return feed_trailers(parser, in);
	case END:
		return DIAL_REQUEST_END;
	case BAD:
		break;
	}
	return DIAL_REQUEST_BAD;
}

enum dial_request_event
dial_request_parser_feed(struct dial_request_parser *parser,
    struct dial_span *in, struct dial_span *body)
{
	enum dial_request_event event;

	*body = dial_span_of(NULL);
	do
		event = step(parser, in, body);
	while (event == DIAL_REQUEST_MORE &&
	       (in->len > 0 || parser->state == END));
	return event;
}
