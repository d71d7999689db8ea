/*
 * The chunked coding, strictly as RFC 9112 7.1 writes it: hexadecimal digits,
 * then an extension or CRLF; no spaces, no sign, no bare LF.  A reader that
 * forgives here can be told another length than its neighbour.
 */
#include <inttypes.h>
#include <string.h>

#include "http/head_parse.h"
#include "http/parser_state.h"

/* 15 digits and one from 0 to 7: what fits an int64_t. */
#define SIZE_DIGITS_MAX 16
#define HOP_MIN		5 /* CRLF, a digit, CRLF */
/* A chunk's data that is longer, in bytes, is not worth moving. */
#define GATHER_MAX 1024

static enum dial_step
refuse(struct dial_feeding *feeding, const char *why)
{
	struct dial_parser *parser = feeding->parser;
	char quote[8];

	dial_text_escape(quote, sizeof(quote),
	    dial_span_make(feeding->in->ptr, 1), DIAL_ESCAPE_ALL);
	dial_error_set(feeding->err, DIAL_HTTP, DIAL_HTTP_CHUNK,
	    "%s broke the chunked coding after %" PRIu64
	    " bytes of the body: %s, at \"%s\"; what came is incomplete: try "
	    "again",
	    dial_parser_party(parser), parser->body_seen, why, quote);
	return DIAL_STEP_BAD;
}

static void
take_byte(struct dial_feeding *feeding)
{
	feeding->in->ptr++;
	feeding->in->len--;
}

/* Takes the one byte that may stand here. */
static enum dial_step
expect(struct dial_feeding *feeding, char byte, enum dial_parser_state next,
    const char *why)
{
	if (feeding->in->len == 0)
		return DIAL_STEP_MORE;
	if (feeding->in->ptr[0] != byte)
		return refuse(feeding, why);
	take_byte(feeding);
	feeding->parser->state = (int)next;
	return DIAL_STEP_ON;
}

/* What a byte is as a hexadecimal digit; a table, for small chunks are many. */
#define NO	(-1)
#define NONE16	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO
#define LETTERS NO, 10, 11, 12, 13, 14, 15, NO, NO, NO, NO, NO, NO, NO, NO, NO
static const signed char digit_values[] = {NONE16, NONE16, NONE16, 0, 1, 2, 3,
    4, 5, 6, 7, 8, 9, NO, NO, NO, NO, NO, NO, LETTERS, NONE16, LETTERS, NONE16,
    NONE16, NONE16, NONE16, NONE16, NONE16, NONE16, NONE16, NONE16};

static int
digit_value(char c)
{
	_Static_assert(sizeof digit_values == 256, "one for every byte");

	return digit_values[(unsigned char)c];
}

/* searched counts the bytes of the line so far, digits first. */
static enum dial_step
step_size(struct dial_feeding *feeding)
{
	struct dial_parser *parser = feeding->parser;
	int digit;

	while (feeding->in->len > 0) {
		char c = feeding->in->ptr[0];

		digit = digit_value(c);
		if (digit >= 0) {
			if (parser->searched == SIZE_DIGITS_MAX ||
			    parser->chunk_left > INT64_MAX >> 4)
				return refuse(
				    feeding, "a chunk's size is too large");
			parser->chunk_left =
			    parser->chunk_left << 4 | (uint64_t)digit;
			parser->searched++;
			take_byte(feeding);
			continue;
		}
		if (parser->searched == 0 || (c != '\r' && c != ';'))
			return refuse(feeding,
			    "a chunk's size is not a hexadecimal number");
		parser->searched++;
		take_byte(feeding);
		parser->state =
		    c == '\r' ? DIAL_PARSER_SIZE_LF : DIAL_PARSER_EXTENSION;
		return DIAL_STEP_ON;
	}
	return DIAL_STEP_MORE;
}

/* RFC 9112 7.1.1: what is not understood is ignored, up to a cap that counts
 * the line's CRLF. */
static enum dial_step
step_extension(struct dial_feeding *feeding)
{
	struct dial_parser *parser = feeding->parser;

	while (feeding->in->len > 0) {
		char c = feeding->in->ptr[0];

		if (c == '\n' || c == '\0')
			return refuse(feeding,
			    "a byte that a chunk extension cannot have");
		if (++parser->searched >= DIAL_CHUNK_LINE_MAX)
			return refuse(feeding, "a chunk extension is too long");
		take_byte(feeding);
		if (c == '\r') {
			parser->state = DIAL_PARSER_SIZE_LF;
			return DIAL_STEP_ON;
		}
	}
	return DIAL_STEP_MORE;
}

static enum dial_step
step_size_lf(struct dial_feeding *feeding)
{
	struct dial_parser *parser = feeding->parser;
	enum dial_parser_state next =
	    parser->chunk_left > 0 ? DIAL_PARSER_DATA : DIAL_PARSER_TRAILERS;
	enum dial_step step = expect(feeding, '\n', next,
	    "the line of a chunk's size does not end in CRLF");

	if (step == DIAL_STEP_ON)
		parser->searched = 0;
	return step;
}

static enum dial_step
step_trailers(struct dial_feeding *feeding)
{
	static const struct dial_head_caps caps = {
	    .what = "trailers in bytes are",
	    .line = DIAL_TRAILER_LINE_MAX,
	    .total = DIAL_TRAILERS_MAX};
	struct dial_parser *parser = feeding->parser;
	enum dial_step step =
	    dial_parser_gather(feeding, &parser->trailers, &caps);

	if (step != DIAL_STEP_ON)
		return step;
	if (dial_head_parse_trailers(&parser->trailers,
		dial_parser_party(parser), feeding->err) == -1)
		return DIAL_STEP_BAD;
	parser->state = DIAL_PARSER_LAST;
	return parser->trailers.count > 0 ? DIAL_STEP_TRAILERS : DIAL_STEP_ON;
}

/*
 * From one chunk's data to the next's in one go, where all that stands between
 * is at hand and has no extension; else nothing is taken, and the states have
 * their turn.  Small chunks would cost too much without it.
 */
static bool
hop(struct dial_feeding *feeding)
{
	const char *at = feeding->in->ptr;
	const char *end = at + feeding->in->len;
	uint64_t size = 0;
	int digit, digits = 0;

	if (end - at < HOP_MIN || at[0] != '\r' || at[1] != '\n')
		return false;
	for (at += 2; end - at > 2; at++) {
		digit = digit_value(*at);
		if (digit < 0 || ++digits == SIZE_DIGITS_MAX)
			break;
		size = size << 4 | (uint64_t)digit;
	}
	if (size == 0 || at[0] != '\r' || at[1] != '\n')
		return false;
	feeding->parser->chunk_left = size;
	feeding->in->ptr = at + 2;
	feeding->in->len = (size_t)(end - at) - 2;
	return true;
}

/* Down in the same memory, eight bytes at a time: what is read has not been
 * written to yet. */
static void
move_down(char *to, const char *from, size_t n)
{
	uint64_t eight;

	for (; n >= sizeof eight; n -= sizeof eight) {
		memcpy(&eight, from, sizeof eight);
		memcpy(to, &eight, sizeof eight);
		to += sizeof eight;
		from += sizeof eight;
	}
	while (n-- > 0)
		*to++ = *from++;
}

/* The data of small chunks that follow is moved up to that of the first, so
 * that one slice is handed out and not thousands. */
static void
gather(struct dial_feeding *feeding)
{
	struct dial_parser *parser = feeding->parser;
	struct dial_span *in = feeding->in, *body = feeding->body;
	char *end = (char *)(uintptr_t)(body->ptr + body->len);
	size_t n;

	while (parser->chunk_left == 0 && hop(feeding)) {
		n = in->len < parser->chunk_left ? in->len
						 : (size_t)parser->chunk_left;
		if (n > GATHER_MAX)
			break;
		move_down(end, in->ptr, n);
		end += n;
		in->ptr += n;
		in->len -= n;
		parser->chunk_left -= n;
		parser->body_seen += n;
	}
	body->len = (size_t)(end - body->ptr);
}

static enum dial_step
step_data(struct dial_feeding *feeding)
{
	struct dial_parser *parser = feeding->parser;
	enum dial_step step = dial_parser_slice(feeding);

	if (step == DIAL_STEP_BODY && parser->rules.gather &&
	    !parser->rules.raw && feeding->body->len <= GATHER_MAX)
		gather(feeding);
	parser->state =
	    parser->chunk_left == 0 ? DIAL_PARSER_DATA_CR : DIAL_PARSER_DATA;
	return step;
}

static enum dial_step
step_data_cr(struct dial_feeding *feeding)
{
	if (!hop(feeding))
		return expect(feeding, '\r', DIAL_PARSER_DATA_LF,
		    "a chunk is longer than its size");
	return step_data(feeding);
}

enum dial_step
dial_chunked_step(struct dial_feeding *feeding)
{
	switch ((enum dial_parser_state)feeding->parser->state) {
	case DIAL_PARSER_SIZE:
		return step_size(feeding);
	case DIAL_PARSER_EXTENSION:
		return step_extension(feeding);
	case DIAL_PARSER_SIZE_LF:
		return step_size_lf(feeding);
	case DIAL_PARSER_DATA:
		return step_data(feeding);
	case DIAL_PARSER_DATA_CR:
		return step_data_cr(feeding);
	case DIAL_PARSER_DATA_LF:
		return expect(feeding, '\n', DIAL_PARSER_SIZE,
		    "a chunk does not end in CRLF");
	case DIAL_PARSER_TRAILERS:
		return step_trailers(feeding);
	default:
		feeding->parser->state = DIAL_PARSER_END;
		return DIAL_STEP_END;
	}
}

/* What the steps took is one run of bytes, and that is the body. */
enum dial_step
dial_chunked_raw_steps(struct dial_feeding *feeding)
{
	const char *from = feeding->in->ptr;
	enum dial_step step;

	do
		step = dial_chunked_step(feeding);
	while (step == DIAL_STEP_ON || step == DIAL_STEP_BODY ||
	       step == DIAL_STEP_TRAILERS);
	if (step == DIAL_STEP_BAD || feeding->in->ptr == from)
		return step;
	*feeding->body =
	    dial_span_make(from, (size_t)(feeding->in->ptr - from));
	return DIAL_STEP_BODY;
}
