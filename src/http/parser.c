/*
 * Bytes in, events out: a head is copied once, a body never, and no byte of
 * the input is taken that is not this message's.
 */
#include "http/parser.h"

#include <inttypes.h>
#include <string.h>

#include "http/framing.h"
#include "http/head_parse.h"
#include "http/parser_state.h"

#define OPENING	    "HTTP/"
#define OPENING_LEN 5
#define QUOTE_MAX   80 /* bytes of a reply that is no HTTP */

/* TLS records of the types alert and handshake (RFC 8446 5.1). */
#define TLS_ALERT     0x15
#define TLS_HANDSHAKE 0x16

const char *
dial_parser_party(const struct dial_parser *parser)
{
	return parser->rules.party == NULL ? "the server" : parser->rules.party;
}

void
dial_parser_init(
    struct dial_parser *parser, const struct dial_parser_rules *rules)
{
	*parser = (struct dial_parser){.rules = *rules};
}

void
dial_parser_reset(
    struct dial_parser *parser, const struct dial_parser_rules *rules)
{
	struct dial_parser old = *parser;

	dial_head_reset(&old.head);
	dial_head_reset(&old.trailers);
	dial_buf_reset(&old.line);
	*parser = (struct dial_parser){.rules = *rules,
	    .head = old.head,
	    .trailers = old.trailers,
	    .line = old.line};
}

void
dial_parser_clear(struct dial_parser *parser)
{
	dial_head_clear(&parser->head);
	dial_head_clear(&parser->trailers);
	dial_buf_clear(&parser->line);
}

static void
take(struct dial_span *in, size_t n)
{
	in->ptr += n;
	in->len -= n;
}

static enum dial_step
out_of_memory(struct dial_feeding *feeding)
{
	dial_error_set_memory(feeding->err);
	return DIAL_STEP_BAD;
}

static enum dial_step
over_cap(struct dial_feeding *feeding, const char *what, size_t cap)
{
	dial_error_set(feeding->err, DIAL_HTTP, DIAL_HTTP_HEAD_CAP,
	    "%s sent too large a response: %s over the limit of %zu bytes; dial "
	    "takes no more from anyone",
	    dial_parser_party(feeding->parser), what, cap);
	return DIAL_STEP_BAD;
}

enum dial_step
dial_parser_gather(struct dial_feeding *feeding, struct dial_head *head,
    const struct dial_head_caps *caps)
{
	struct dial_parser *parser = feeding->parser;
	struct dial_buf *bytes = &head->bytes;
	struct dial_span *in = feeding->in;

	while (in->len > 0) {
		const char *lf = memchr(in->ptr, '\n', in->len);
		size_t n = lf == NULL ? in->len : (size_t)(lf - in->ptr) + 1;
		size_t len;

		if (n > caps->total - bytes->len)
			return over_cap(feeding, caps->what, caps->total);
		if (n > caps->line - (bytes->len - parser->searched))
			return over_cap(feeding, "a line", caps->line);
		if (dial_buf_append(bytes, in->ptr, n) == -1)
			return out_of_memory(feeding);
		take(in, n);
		if (lf == NULL)
			break;
		len = bytes->len - parser->searched;
		if (len == 1 ||
		    (len == 2 && bytes->data[parser->searched] == '\r'))
			return DIAL_STEP_ON;
		parser->searched = bytes->len;
		if (++parser->lines > DIAL_HEAD_LINES_MAX)
			return over_cap(
			    feeding, "its lines are", DIAL_HEAD_LINES_MAX);
	}
	return DIAL_STEP_MORE;
}

enum dial_step
dial_parser_slice(struct dial_feeding *feeding)
{
	struct dial_parser *parser = feeding->parser;
	size_t n = feeding->in->len;

	if (parser->chunk_left == 0)
		return DIAL_STEP_ON;
	if (n == 0)
		return DIAL_STEP_MORE;
	if (n > parser->chunk_left)
		n = (size_t)parser->chunk_left;
	*feeding->body = dial_span_make(feeding->in->ptr, n);
	take(feeding->in, n);
	parser->chunk_left -= n;
	parser->body_seen += n;
	return DIAL_STEP_BODY;
}

/* A reply without a head: the body starts with what was taken for one. */
static enum dial_step
fall_back(struct dial_feeding *feeding)
{
	struct dial_parser *parser = feeding->parser;

	dial_buf_reset(&parser->line);
	if (dial_buf_append(&parser->line, parser->head.bytes.data,
		parser->head.bytes.len) == -1)
		return out_of_memory(feeding);
	dial_head_reset(&parser->head);
	parser->head.status = 200;
	parser->head.minor = -1;
	parser->framing = DIAL_FRAMING_CLOSE;
	parser->state = DIAL_PARSER_HELD;
	return DIAL_STEP_HEAD;
}

/* Quotes as much as there is at hand: it tells a person what answers there. */
static enum dial_step
refuse_opening(struct dial_feeding *feeding)
{
	const struct dial_buf *bytes = &feeding->parser->head.bytes;
	struct dial_span in = *feeding->in;
	char start[OPENING_LEN + 1] = "", quote[QUOTE_MAX];
	const char *hint = "see what listens on that port";

	if (bytes->len > 0)
		memcpy(start, bytes->data, bytes->len);
	else if (in.ptr[0] == TLS_ALERT || in.ptr[0] == TLS_HANDSHAKE)
		hint = "it looks like TLS: try https://";
	dial_text_escape(quote, sizeof(quote), in, DIAL_ESCAPE_ALL);
	dial_error_set(feeding->err, DIAL_HTTP, DIAL_HTTP_NOT_HTTP,
	    "%s did not answer in HTTP but with \"%s%s\"; %s",
	    dial_parser_party(feeding->parser), start, quote, hint);
	return DIAL_STEP_BAD;
}

static enum dial_step
step_start(struct dial_feeding *feeding)
{
	struct dial_parser *parser = feeding->parser;
	struct dial_buf *bytes = &parser->head.bytes;

	while (bytes->len < OPENING_LEN) {
		if (feeding->in->len == 0)
			return DIAL_STEP_MORE;
		if (feeding->in->ptr[0] != OPENING[bytes->len])
			return parser->rules.http09 && !parser->rules.connect &&
				       parser->interims == 0
				   ? fall_back(feeding)
				   : refuse_opening(feeding);
		if (dial_buf_append(bytes, feeding->in->ptr, 1) == -1)
			return out_of_memory(feeding);
		take(feeding->in, 1);
	}
	parser->state = DIAL_PARSER_HEAD;
	return DIAL_STEP_ON;
}

static enum dial_step
end_interim(struct dial_feeding *feeding)
{
	struct dial_parser *parser = feeding->parser;

	if (parser->head.status == 101) {
		dial_error_set(feeding->err, DIAL_HTTP, DIAL_HTTP_BAD_HEAD,
		    "%s switches to another protocol (status 101), which dial "
		    "does not speak; do not ask for an Upgrade",
		    dial_parser_party(parser));
		return DIAL_STEP_BAD;
	}
	if (++parser->interims > DIAL_INTERIM_MAX)
		return over_cap(
		    feeding, "interim heads (1xx) are", DIAL_INTERIM_MAX);
	parser->state = DIAL_PARSER_INTERIM;
	return DIAL_STEP_INTERIM;
}

static enum dial_parser_state
body_state(const struct dial_parser *parser)
{
	switch (parser->framing) {
	case DIAL_FRAMING_LENGTH:
		return DIAL_PARSER_LENGTH;
	case DIAL_FRAMING_CHUNKED:
		return DIAL_PARSER_SIZE;
	case DIAL_FRAMING_CLOSE:
		return DIAL_PARSER_CLOSE;
	case DIAL_FRAMING_NONE:
	case DIAL_FRAMING_TUNNEL:
		break;
	}
	return DIAL_PARSER_END;
}

static enum dial_step
step_head(struct dial_feeding *feeding)
{
	struct dial_parser *parser = feeding->parser;
	size_t max = parser->rules.head_max;
	struct dial_head_caps caps = {.what = "its head is",
	    .line = SIZE_MAX,
	    .total = max == 0 ? DIAL_HEAD_MAX : max};
	enum dial_step step = dial_parser_gather(feeding, &parser->head, &caps);

	if (step != DIAL_STEP_ON)
		return step;
	if (dial_head_parse(
		&parser->head, dial_parser_party(parser), feeding->err) == -1)
		return DIAL_STEP_BAD;
	if (parser->head.status < 200)
		return end_interim(feeding);
	if (dial_framing_decide(parser, feeding->err) == -1)
		return DIAL_STEP_BAD;
	parser->searched = parser->lines = 0;
	parser->chunk_left =
	    parser->framing == DIAL_FRAMING_LENGTH ? parser->body_length : 0;
	parser->state = (int)body_state(parser);
	return DIAL_STEP_HEAD;
}

static enum dial_step
step_interim(struct dial_feeding *feeding)
{
	struct dial_parser *parser = feeding->parser;

	dial_head_reset(&parser->head);
	parser->searched = parser->lines = 0;
	parser->state = DIAL_PARSER_START;
	return DIAL_STEP_ON;
}

static enum dial_step
step_held(struct dial_feeding *feeding)
{
	struct dial_parser *parser = feeding->parser;

	parser->state = DIAL_PARSER_CLOSE;
	if (parser->line.len == 0)
		return DIAL_STEP_ON;
	*feeding->body = dial_span_make(parser->line.data, parser->line.len);
	parser->body_seen += parser->line.len;
	return DIAL_STEP_BODY;
}

static enum dial_step
step_length(struct dial_feeding *feeding)
{
	enum dial_step step = dial_parser_slice(feeding);

	if (step == DIAL_STEP_ON)
		feeding->parser->state = DIAL_PARSER_END;
	return step;
}

static enum dial_step
step_close(struct dial_feeding *feeding)
{
	feeding->parser->chunk_left = UINT64_MAX;
	return dial_parser_slice(feeding);
}

static enum dial_step
step_bad(struct dial_feeding *feeding)
{
	dial_error_set(feeding->err, DIAL_USAGE, DIAL_USAGE_STATE,
	    "the response was refused before, and is fed on");
	return DIAL_STEP_BAD;
}

static enum dial_step
step(struct dial_feeding *feeding)
{
	switch ((enum dial_parser_state)feeding->parser->state) {
	case DIAL_PARSER_START:
		return step_start(feeding);
	case DIAL_PARSER_HEAD:
		return step_head(feeding);
	case DIAL_PARSER_INTERIM:
		return step_interim(feeding);
	case DIAL_PARSER_HELD:
		return step_held(feeding);
	case DIAL_PARSER_LENGTH:
		return step_length(feeding);
	case DIAL_PARSER_CLOSE:
		return step_close(feeding);
	case DIAL_PARSER_END:
		return DIAL_STEP_END;
	case DIAL_PARSER_BAD:
		return step_bad(feeding);
	default:
		return feeding->parser->rules.raw
			   ? dial_chunked_raw_steps(feeding)
			   : dial_chunked_step(feeding);
	}
}

enum dial_event
dial_parser_feed(struct dial_parser *parser, struct dial_span *in,
    struct dial_span *body, struct dial_error *err)
{
	struct dial_feeding feeding = {
	    .parser = parser, .in = in, .body = body, .err = err};
	enum dial_step answer;

	*body = dial_span_make(NULL, 0);
	do
		answer = step(&feeding);
	while (answer == DIAL_STEP_ON);
	if (answer == DIAL_STEP_BAD)
		parser->state = DIAL_PARSER_BAD;
	return (enum dial_event)answer;
}

static enum dial_event
cut_head(struct dial_parser *parser, const char *how, struct dial_error *err)
{
	size_t len = parser->head.bytes.len;

	if (len == 0 && parser->interims == 0)
		dial_error_set(err, DIAL_HTTP, DIAL_HTTP_EMPTY,
		    "%s %s without sending a single byte; try again, or "
		    "another port or scheme",
		    dial_parser_party(parser), how);
	else if (len == 0)
		dial_error_set(err, DIAL_HTTP, DIAL_HTTP_EMPTY,
		    "%s %s after an interim answer, without the one that "
		    "counts; try again",
		    dial_parser_party(parser), how);
	else
		dial_error_set(err, DIAL_HTTP, DIAL_HTTP_CUT_HEAD,
		    "%s %s in the middle of the response's head, after %zu "
		    "bytes of it; try again",
		    dial_parser_party(parser), how, len);
	return DIAL_EVENT_BAD;
}

static enum dial_event
cut_body(struct dial_parser *parser, const char *how, struct dial_error *err)
{
	if (parser->framing == DIAL_FRAMING_LENGTH)
		dial_error_set(err, DIAL_HTTP, DIAL_HTTP_SHORT,
		    "%s %s after %" PRIu64 " of the body's %" PRIu64
		    " bytes; try again",
		    dial_parser_party(parser), how, parser->body_seen,
		    parser->body_length);
	else
		dial_error_set(err, DIAL_HTTP, DIAL_HTTP_SHORT,
		    "%s %s in the middle of a chunked body, after %" PRIu64
		    " bytes of it; try again",
		    dial_parser_party(parser), how, parser->body_seen);
	return DIAL_EVENT_BAD;
}

/* RFC 9112 9.8: only close_notify says that such a body is whole. */
static enum dial_event
close_body(struct dial_parser *parser, bool cut, struct dial_error *err)
{
	if (!cut)
		return DIAL_EVENT_END;
	dial_error_set(err, DIAL_TLS, DIAL_TLS_CUT,
	    "%s vanished after %" PRIu64
	    " bytes of a body that only TLS's close_notify could end; what "
	    "came may be cut short: try again",
	    dial_parser_party(parser), parser->body_seen);
	return DIAL_EVENT_BAD;
}

enum dial_event
dial_parser_eof(struct dial_parser *parser, bool cut, struct dial_error *err)
{
	const char *how = cut ? "vanished" : "closed the connection";
	enum dial_event event = DIAL_EVENT_END;

	switch ((enum dial_parser_state)parser->state) {
	case DIAL_PARSER_START:
	case DIAL_PARSER_HEAD:
		event = cut_head(parser, how, err);
		break;
	case DIAL_PARSER_INTERIM:
		dial_head_reset(&parser->head);
		event = cut_head(parser, how, err);
		break;
	case DIAL_PARSER_HELD:
	case DIAL_PARSER_CLOSE:
		event = close_body(parser, cut, err);
		break;
	case DIAL_PARSER_LENGTH:
		if (parser->chunk_left > 0)
			event = cut_body(parser, how, err);
		break;
	case DIAL_PARSER_LAST:
	case DIAL_PARSER_END:
		break;
	case DIAL_PARSER_BAD:
		event = DIAL_EVENT_BAD;
		break;
	default:
		event = cut_body(parser, how, err);
		break;
	}
	parser->state =
	    event == DIAL_EVENT_END ? DIAL_PARSER_END : DIAL_PARSER_BAD;
	return event;
}
