/*
 * A response, whole and in pieces: the events are the same however the network
 * cuts it, and whether small chunks are put together.  The first byte holds
 * the rules, the second how it is cut.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/parser.h"
#include "must.h"

#define RULE_HEAD    1
#define RULE_CONNECT 2
#define RULE_09	     4
#define RULE_IGNORE  8
#define RULE_CUT     16
#define RULE_SMALL   32 /* a cap that is soon reached */
#define RULE_TE	     64
#define RULE_RAW     128

struct run {
	struct dial_parser parser;
	struct dial_error err;
	struct dial_buf log;
	size_t taken;
	enum dial_event last;
};

static void
note(struct run *run, const void *bytes, size_t len)
{
	must(dial_buf_append(&run->log, bytes, len) == 0);
}

static void
note_number(struct run *run, uint64_t number)
{
	note(run, &number, sizeof(number));
}

static void
note_head(struct run *run, const struct dial_head *head)
{
	const char *bytes;
	size_t len;

	note_number(run, (uint64_t)dial_head_status(head));
	note_number(run, (uint64_t)dial_head_minor(head));
	bytes = dial_head_reason(head, &len);
	note(run, bytes, len);
	for (size_t i = 0; i < dial_head_count(head); i++) {
		bytes = dial_head_name(head, i, &len);
		must(len > 0 && memchr(bytes, ' ', len) == NULL);
		note(run, bytes, len);
		bytes = dial_head_value(head, i, &len);
		must(memchr(bytes, '\r', len) == NULL &&
		     memchr(bytes, '\n', len) == NULL &&
		     memchr(bytes, '\0', len) == NULL);
		note(run, bytes, len);
	}
	bytes = dial_head_raw(head, &len);
	note(run, bytes, len);
}

static void
note_framing(struct run *run)
{
	const struct dial_parser *parser = &run->parser;

	note_number(run, (uint64_t)parser->framing);
	note_number(run, parser->body_length);
	note_number(run, parser->keep_alive);
	must(parser->faulty == (parser->warning != NULL));
	must(!parser->keep_alive || parser->framing != DIAL_FRAMING_CLOSE);
	must(parser->framing != DIAL_FRAMING_LENGTH ||
	     parser->body_length <= INT64_MAX);
}

static void
note_event(struct run *run, enum dial_event event, struct dial_span body)
{
	run->last = event;
	if (event == DIAL_EVENT_MORE)
		return;
	if (event == DIAL_EVENT_BODY) {
		must(body.len > 0);
		note(run, body.ptr, body.len);
		return;
	}
	note_number(run, (uint64_t)event);
	if (event == DIAL_EVENT_INTERIM || event == DIAL_EVENT_HEAD)
		note_head(run, &run->parser.head);
	if (event == DIAL_EVENT_HEAD)
		note_framing(run);
	if (event == DIAL_EVENT_TRAILERS)
		note_head(run, &run->parser.trailers);
	if (event == DIAL_EVENT_END)
		note_number(run, run->taken);
	if (event == DIAL_EVENT_BAD) {
		note_number(run, (uint64_t)run->err.domain);
		note_number(run, (uint64_t)run->err.number);
		must(run->err.text[0] != '\0');
	}
}

static int
is_over(const struct run *run)
{
	return run->last == DIAL_EVENT_END || run->last == DIAL_EVENT_BAD;
}

/* From memory that is exactly as long, so that a checker sees overruns. */
static void
feed(struct run *run, const uint8_t *data, size_t len)
{
	char *piece = malloc(len > 0 ? len : 1);
	struct dial_span in, body;

	must(piece != NULL);
	memcpy(piece, data, len);
	in = dial_span_make(piece, len);
	do {
		size_t before = in.len;
		enum dial_event event =
		    dial_parser_feed(&run->parser, &in, &body, &run->err);

		must(in.len <= before);
		run->taken += before - in.len;
		note_event(run, event, body);
		must(event != DIAL_EVENT_MORE || in.len == 0);
	} while (run->last != DIAL_EVENT_MORE && !is_over(run));
	free(piece);
}

/* piece 0: whole; else pieces of up to that many bytes. */
static void
run_all(struct run *run, const struct dial_parser_rules *rules, bool cut,
    const uint8_t *data, size_t size, size_t piece)
{
	unsigned seed = (unsigned)piece;
	size_t len;

	*run = (struct run){.last = DIAL_EVENT_MORE};
	dial_parser_init(&run->parser, rules);
	for (size_t at = 0; at < size && !is_over(run); at += len) {
		seed = seed * 1103515245 + 12345;
		len = piece == 0 ? size : 1 + (seed >> 16) % piece;
		if (len > size - at)
			len = size - at;
		feed(run, data + at, len);
	}
	if (!is_over(run))
		note_event(run, dial_parser_eof(&run->parser, cut, &run->err),
		    dial_span_make(NULL, 0));
	must(is_over(run));
}

/* But for chunks as they come: those before a bad one are handed out only if
 * they came before it. */
static void
must_be_same(const struct dial_buf *one, const struct dial_buf *other)
{
	must(one->len == other->len);
	must(one->len == 0 || memcmp(one->data, other->data, one->len) == 0);
}

static void
clear(struct run *run)
{
	dial_parser_clear(&run->parser);
	dial_buf_clear(&run->log);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dial_parser_rules rules = {0};
	struct run whole, pieces;
	bool cut;

	if (size < 2)
		return 0;
	rules.head_request = (data[0] & RULE_HEAD) != 0;
	rules.connect = (data[0] & RULE_CONNECT) != 0;
	rules.http09 = (data[0] & RULE_09) != 0;
	rules.ignore_length = (data[0] & RULE_IGNORE) != 0;
	rules.head_max = (data[0] & RULE_SMALL) != 0 ? 80 : 0;
	rules.te = (data[0] & RULE_TE) != 0;
	rules.raw = (data[0] & RULE_RAW) != 0;
	cut = (data[0] & RULE_CUT) != 0;
	run_all(&whole, &rules, cut, data + 2, size - 2, 0);
	rules.gather = (data[1] & 64) != 0;
	run_all(
	    &pieces, &rules, cut, data + 2, size - 2, (size_t)1 + data[1] % 64);
	must(whole.last == pieces.last);
	if (!rules.raw || whole.last != DIAL_EVENT_BAD)
		must_be_same(&whole.log, &pieces.log);
	clear(&whole);
	clear(&pieces);
	return 0;
}
