/*
 * Every case of tests/wire, however the network cuts it: whole, byte by byte,
 * and at every split; each piece ends where memory ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "wire_case.h"

#define PIECE_MAX  (1024 * 1024)
#define SPLITS_ALL 1024 /* longer cases are cut at a sample */
#define LONG_PIECE 61	/* and come in such pieces in place of bytes */
#define SAMPLES	   64
#define EDGE	   8 /* bytes at each end of which every one is a split */

/* A piece of input, right before a page that cannot be read. */
static char *guard;

struct run {
	const struct wire_case *wire;
	struct dial_parser parser;
	struct dial_buf got;
	struct dial_buf body; /* of slices that follow each other */
	struct dial_error err;
	size_t taken;
	bool over;
};

static void
say(struct run *run, const char *format, const char *text)
{
	assert_int_equal(dial_buf_append_format(&run->got, format, text), 0);
}

static void
say_number(struct run *run, const char *format, unsigned long long number)
{
	assert_int_equal(dial_buf_append_format(&run->got, format, number), 0);
}

static void
flush_body(struct run *run)
{
	if (run->body.len == 0)
		return;
	say(run, "%s", "body ");
	wire_append_escaped(&run->got, run->body.data, run->body.len);
	say(run, "%s", "\n");
	dial_buf_reset(&run->body);
}

static void
say_fields(struct run *run, const struct dial_head *head)
{
	const char *bytes;
	size_t len;

	for (size_t i = 0; i < dial_head_count(head); i++) {
		struct dial_buf line = {0};

		bytes = dial_head_name(head, i, &len);
		dial_buf_append(&line, bytes, len);
		dial_buf_append_text(&line, ": ");
		bytes = dial_head_value(head, i, &len);
		dial_buf_append(&line, bytes, len);
		say(run, "%s", "field ");
		wire_append_escaped(&run->got, line.data, line.len);
		say(run, "%s", "\n");
		dial_buf_clear(&line);
	}
}

static void
say_head_details(struct run *run)
{
	const char *reason;
	size_t len;

	if (!run->wire->fields)
		return;
	reason = dial_head_reason(&run->parser.head, &len);
	say(run, "%s", "reason ");
	wire_append_escaped(&run->got, reason, len);
	say(run, "%s", "\n");
	say_fields(run, &run->parser.head);
}

static void
say_head(struct run *run)
{
	static const char *const framings[] = {
	    "none", "length", "chunked", "close", "tunnel"};
	const struct dial_parser *parser = &run->parser;
	int minor = dial_head_minor(&parser->head);

	if (minor == -1)
		say(run, "head 0.9%s", "");
	else
		say_number(run, "head 1.%llu", (unsigned)minor);
	say_number(run, " %llu", (unsigned)dial_head_status(&parser->head));
	say(run, " %s", framings[parser->framing]);
	if (parser->framing == DIAL_FRAMING_LENGTH)
		say_number(run, " %llu", parser->body_length);
	say(run, "%s", parser->keep_alive ? " keep" : "");
	say(run, "%s\n", parser->faulty ? " faulty" : "");
	assert_int_equal(parser->faulty, parser->warning != NULL);
	if (parser->warning != NULL)
		say(run, "warning %s\n", parser->warning);
	say_head_details(run);
}

static void
say_bad(struct run *run)
{
	assert_true(dial_error_is_set(&run->err));
	say_number(run, "bad %llu", (unsigned)dial_error_exit_code(&run->err));
	say(run, " %s\n", run->err.text);
}

static void
say_event(struct run *run, enum dial_event event, bool at_eof)
{
	if (event != DIAL_EVENT_BODY && event != DIAL_EVENT_MORE)
		flush_body(run);
	switch (event) {
	case DIAL_EVENT_INTERIM:
		say_number(run, "interim %llu\n",
		    (unsigned)dial_head_status(&run->parser.head));
		say_head_details(run);
		break;
	case DIAL_EVENT_HEAD:
		say_head(run);
		break;
	case DIAL_EVENT_TRAILERS:
		say(run, "%s", "trailers\n");
		say_fields(run, &run->parser.trailers);
		break;
	case DIAL_EVENT_END:
		say(run, "end%s\n", at_eof ? " at eof" : "");
		if (run->taken < run->wire->in.len)
			say_number(
			    run, "left %llu\n", run->wire->in.len - run->taken);
		break;
	case DIAL_EVENT_BAD:
		say_bad(run);
		break;
	default:
		break;
	}
	run->over = event == DIAL_EVENT_END || event == DIAL_EVENT_BAD;
}

/* Feeds the next len bytes of the case, from memory that ends with them and
 * that is gone afterwards. */
static void
feed(struct run *run, size_t len)
{
	char *piece = guard - len;
	struct dial_span in = dial_span_make(piece, len);
	struct dial_span body;
	enum dial_event event;

	if (len > 0)
		memcpy(piece, run->wire->in.data + run->taken, len);
	do {
		size_t before = in.len;

		event = dial_parser_feed(&run->parser, &in, &body, &run->err);
		assert_true(in.ptr + in.len == guard);
		run->taken += before - in.len;
		assert_int_equal(event == DIAL_EVENT_BODY, body.len > 0);
		if (event == DIAL_EVENT_BODY)
			dial_buf_append(&run->body, body.ptr, body.len);
		say_event(run, event, false);
	} while (event != DIAL_EVENT_MORE && !run->over);
	if (event == DIAL_EVENT_MORE)
		assert_int_equal(in.len, 0);
	memset(piece, 0xdd, len);
}

static void
finish(struct run *run)
{
	if (run->over)
		return;
	if (run->wire->open) {
		flush_body(run);
		say(run, "%s", "more\n");
		return;
	}
	say_event(run, dial_parser_eof(&run->parser, run->wire->cut, &run->err),
	    true);
	assert_true(run->over);
}

/* The last line may be "bad CODE WORDS", and the words a part of what was
 * said. */
static bool
matches(const char *got, const char *want)
{
	const char *bad = strstr(want, "bad ");
	size_t same;
	char words[256];

	if (bad == NULL || (bad != want && bad[-1] != '\n'))
		return strcmp(got, want) == 0;
	same = (size_t)(bad - want) + strcspn(bad + 4, " ") + 4;
	if (strlen(got) < same || memcmp(got, want, same) != 0 ||
	    strlen(want + same) >= sizeof(words))
		return false;
	snprintf(words, sizeof(words), "%s", want + same + 1);
	words[strcspn(words, "\n")] = '\0';
	return words[0] != '\0' && strstr(got + same, words) != NULL;
}

/* Runs the case in pieces: the first of first bytes, the rest of rest each. */
static bool
holds(const struct wire_case *wire, struct dial_parser *parser, size_t first,
    size_t rest, bool gather)
{
	struct run run = {.wire = wire, .parser = *parser};
	struct dial_parser_rules rules = wire->rules;
	size_t len = first, left;
	bool same;

	rules.gather = gather;
	dial_parser_reset(&run.parser, &rules);
	while (!run.over) {
		left = wire->in.len - run.taken;
		if (left == 0)
			break;
		feed(&run, len < left ? len : left);
		len = rest;
	}
	finish(&run);
	assert_non_null(dial_buf_terminate(&run.got));
	same = matches((char *)run.got.data, (char *)wire->want.data);
	if (!same)
		print_error("%s, cut into %zu and %zus\n--- got\n%.4000s--- "
			    "want\n%.4000s",
		    wire->name, first, rest, (char *)run.got.data,
		    (char *)wire->want.data);
	dial_buf_clear(&run.got);
	dial_buf_clear(&run.body);
	*parser = run.parser;
	return same;
}

/* The split after this one: every one in short cases; in long ones those at
 * both ends, and samples between. */
static size_t
next_split(size_t at, size_t len)
{
	if (len <= SPLITS_ALL || at < EDGE || at + EDGE >= len)
		return at + 1;
	at += len / SAMPLES;
	return at + EDGE < len ? at : len - EDGE;
}

/* One parser for all: it is reset, as on a connection that is kept. */
static bool
case_holds(const struct wire_case *wire)
{
	struct dial_parser parser;
	size_t len = wire->in.len;
	size_t byte = len <= SPLITS_ALL ? 1 : LONG_PIECE;
	bool good;

	assert_true(len < PIECE_MAX);
	dial_parser_init(&parser, &wire->rules);
	good = holds(wire, &parser, len, len, false) &&
	       holds(wire, &parser, 1, byte, true) &&
	       holds(wire, &parser, 3, 7 * byte, false) &&
	       holds(wire, &parser, len, len, true);
	for (size_t at = 1; good && at < len; at = next_split(at, len))
		good = holds(wire, &parser, at, len, false) &&
		       holds(wire, &parser, at, len, true);
	dial_parser_clear(&parser);
	return good;
}

static size_t
run_file(const char *path)
{
	size_t count, failed = 0;
	struct wire_case *cases = wire_cases_read(path, &count);

	for (size_t i = 0; i < count; i++) {
		bool good = case_holds(&cases[i]);

		print_message(
		    "%s %s\n", good ? "ok    " : "FAILED", cases[i].name);
		failed += good ? 0 : 1;
	}
	wire_cases_free(cases, count);
	return failed;
}

static void
test_cases(void **state)
{
	const char *top = getenv("top_srcdir");
	char pattern[4096];
	glob_t files;
	size_t failed = 0;

	(void)state;
	snprintf(pattern, sizeof(pattern), "%s/tests/wire/*.wire",
	    top == NULL ? "." : top);
	assert_int_equal(glob(pattern, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++)
		failed += run_file(files.gl_pathv[i]);
	globfree(&files);
	assert_int_equal(failed, 0);
}

/* What was refused stays refused. */
static void
test_bad_stays_bad(void **state)
{
	static const struct dial_parser_rules rules = {0};
	struct dial_span in = dial_span_of("SSH-2.0\r\nHTTP/1.1 200\r\n\r\n");
	struct dial_error err = {0};
	struct dial_parser parser;
	struct dial_span body;

	(void)state;
	dial_parser_init(&parser, &rules);
	assert_int_equal(
	    dial_parser_feed(&parser, &in, &body, &err), DIAL_EVENT_BAD);
	dial_error_clear(&err);
	in = dial_span_of("HTTP/1.1 200\r\n\r\n");
	assert_int_equal(
	    dial_parser_feed(&parser, &in, &body, &err), DIAL_EVENT_BAD);
	assert_int_equal(err.domain, DIAL_USAGE);
	assert_int_equal(dial_parser_eof(&parser, false, &err), DIAL_EVENT_BAD);
	dial_parser_clear(&parser);
}

static int
map_guard(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *memory = mmap(NULL, PIECE_MAX + page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	if (memory == MAP_FAILED)
		return -1;
	guard = memory + PIECE_MAX;
	return mprotect(guard, page, PROT_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_bad_stays_bad),
	};

	return cmocka_run_group_tests(tests, map_guard, NULL);
}
