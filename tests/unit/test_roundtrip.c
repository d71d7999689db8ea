/* One request and its response over a scripted stream, on a fake clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_clock.h"
#include "fetch/roundtrip.h"
#include "scripted_stream.h"

struct talk {
	struct fake_clock clock;
	struct dial_loop *loop;
	struct scripted_stream *peer;
	struct dial_roundtrip trip;
	struct dial_roundtrip_handler handler;
	struct dial_roundtrip_setup setup;
	struct dial_error err;
	struct dial_body body;
	struct dial_body_spec spec;
	struct dial_buf received;
	int status;
	int interims;
	int trailers;
	bool sent;
	bool over;
	bool whole;
	bool continue_on_100;
	struct dial_buf uploaded;
	struct dial_pace pace;
	struct dial_timer timer;
	int pauses;
};

static int
on_interim(void *arg, struct dial_parser *parser)
{
	struct talk *t = arg;

	(void)parser;
	t->interims++;
	if (t->continue_on_100)
		dial_roundtrip_continue(&t->trip);
	return 0;
}

static int
on_head(void *arg, struct dial_parser *parser)
{
	((struct talk *)arg)->status = dial_head_status(&parser->head);
	return 0;
}

static int
on_body(void *arg, struct dial_span bytes)
{
	struct talk *t = arg;

	return dial_buf_append(&t->received, bytes.ptr, bytes.len);
}

static int
on_trailers(void *arg, struct dial_parser *parser)
{
	((struct talk *)arg)->trailers =
	    (int)dial_head_count(&parser->trailers);
	return 0;
}

static void
on_first_byte(void *arg)
{
	(void)arg;
}

static void
on_sent(void *arg)
{
	((struct talk *)arg)->sent = true;
}

static void
on_uploaded(void *arg, const void *bytes, size_t len)
{
	assert_int_equal(
	    dial_buf_append(&((struct talk *)arg)->uploaded, bytes, len), 0);
}

static int
on_paused(void *arg)
{
	struct talk *t = arg;

	t->pauses++;
	return dial_timer_set(
	    t->loop, &t->timer, dial_roundtrip_pause(&t->trip), NULL);
}

static void
on_timer(void *arg)
{
	dial_roundtrip_go_on(&((struct talk *)arg)->trip);
}

static void
on_over(void *arg, bool whole)
{
	struct talk *t = arg;

	t->over = true;
	t->whole = whole;
}

static int
set_up(void **state)
{
	struct talk *t = calloc(1, sizeof *t);

	assert_non_null(t);
	fake_clock_init(&t->clock, DIAL_SECOND);
	t->loop = dial_loop_new(&t->clock.clock, NULL);
	t->peer = scripted_stream_new();
	scripted_use_descriptor(t->peer);
	t->handler = (struct dial_roundtrip_handler){on_interim, on_head,
	    on_body, on_trailers, on_first_byte, on_sent, on_uploaded,
	    on_paused, on_over, t};
	t->timer.expire = on_timer;
	t->timer.arg = t;
	t->setup.loop = t->loop;
	t->setup.stream = scripted_stream_of(t->peer);
	t->setup.read_buffer = malloc(DIAL_ROUNDTRIP_READ);
	t->setup.handler = &t->handler;
	t->setup.err = &t->err;
	*state = t;
	return 0;
}

static int
tear_down(void **state)
{
	struct talk *t = *state;

	dial_timer_clear(&t->timer);
	dial_roundtrip_clear(&t->trip);
	dial_body_close(&t->body);
	dial_buf_clear(&t->received);
	dial_buf_clear(&t->uploaded);
	dial_stream_free(t->setup.stream);
	dial_loop_free(t->loop);
	free(t->setup.read_buffer);
	free(t);
	return 0;
}

static void
give_body(struct talk *t, const char *text)
{
	t->spec.kind = DIAL_BODY_BYTES;
	t->spec.bytes = (unsigned char *)(uintptr_t)text;
	t->spec.len = strlen(text);
	assert_int_equal(dial_body_open(&t->body, &t->spec, NULL), 0);
	t->setup.body = &t->body;
}

static void
run(struct talk *t, const char *head)
{
	assert_int_equal(
	    dial_roundtrip_start(&t->trip, &t->setup, dial_span_of(head)), 0);
	(void)dial_loop_run(t->loop, &t->over, NULL);
	assert_true(t->over);
}

static void
assert_received(struct talk *t, const char *text)
{
	assert_non_null(dial_buf_terminate(&t->received));
	assert_string_equal((char *)t->received.data, text);
}

static void
assert_uploaded(struct talk *t, const char *text)
{
	assert_non_null(dial_buf_terminate(&t->uploaded));
	assert_string_equal((char *)t->uploaded.data, text);
}

static void
a_page(void **state)
{
	struct talk *t = *state;

	scripted_await(t->peer, "\r\n\r\n");
	scripted_say(t->peer, "HTTP/1.0 200 OK\r\n\r\na page");
	scripted_answer(t->peer, 0);
	run(t, "GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");
	assert_true(t->whole);
	assert_true(t->sent);
	assert_int_equal(t->status, 200);
	assert_received(t, "a page");
	assert_string_equal(scripted_written(t->peer, NULL),
	    "GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");
	/* What ended with the connection cannot go on. */
	assert_false(dial_roundtrip_reusable(&t->trip));
}

static void
trailers_are_told_behind_the_body(void **state)
{
	struct talk *t = *state;

	scripted_await(t->peer, "\r\n\r\n");
	scripted_say(t->peer, "HTTP/1.1 200 OK\r\n"
			      "Transfer-Encoding: chunked\r\n\r\n"
			      "1\r\na\r\n0\r\nA: b\r\nC: d\r\n\r\n");
	run(t, "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
	assert_true(t->whole);
	assert_int_equal(t->trailers, 2);
	assert_received(t, "a");
}

/* Whole, and byte by byte with a want before each byte, both ways. */
static void
byte_by_byte(void **state)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\n"
				     "Transfer-Encoding: chunked\r\n\r\n"
				     "6\r\na page\r\n0\r\n\r\n";
	struct talk *t = *state;
	int i;

	for (i = 0; i < 19; i++) {
		scripted_take(t->peer, 1);
		scripted_take(t->peer, DIAL_STREAM_WANT_OUT);
	}
	scripted_await(t->peer, "\r\n\r\n");
	scripted_drip(t->peer, answer, sizeof answer - 1);
	run(t, "GET / HTTP/1.1\r\n\r\n");
	assert_true(t->whole);
	assert_received(t, "a page");
	assert_true(dial_roundtrip_reusable(&t->trip));
}

static void
a_body_goes_out(void **state)
{
	struct talk *t = *state;

	give_body(t, "a=1&b=2");
	scripted_take(t->peer, 3);
	scripted_await(t->peer, "b=2");
	scripted_say(t->peer, "HTTP/1.1 204 No Content\r\n\r\n");
	run(t, "POST / HTTP/1.0\r\nContent-Length: 7\r\n\r\n");
	assert_true(t->whole);
	assert_uploaded(t, "a=1&b=2");
	assert_true(dial_roundtrip_reusable(&t->trip));
}

static void
a_chunked_body_goes_out(void **state)
{
	struct talk *t = *state;
	int i;

	give_body(t, "0123456789");
	t->setup.chunked = true;
	for (i = 0; i < 3; i++)
		scripted_take(t->peer, 7);
	for (i = 0; i < 20; i++)
		scripted_take(t->peer, 1);
	scripted_await(t->peer, "0\r\n\r\n");
	scripted_say(t->peer, "HTTP/1.1 204 No Content\r\n\r\n");
	run(t, "PUT / HTTP/1.1\r\n\r\n");
	assert_true(t->whole);
	assert_string_equal(scripted_written(t->peer, NULL),
	    "PUT / HTTP/1.1\r\n\r\na\r\n0123456789\r\n0\r\n\r\n");
	/* The body's bytes, however its framing was cut on the way. */
	assert_uploaded(t, "0123456789");
}

/* Ten bytes at once, then 80 a second. */
static void
set_pace(struct talk *t)
{
	dial_pace_start(&t->pace, 80, dial_loop_now(t->loop));
}

static void
an_answer_has_its_pace(void **state)
{
	static const char fifty[] =
	    "01234567890123456789012345678901234567890123456789";
	struct talk *t = *state;
	int64_t before;

	set_pace(t);
	t->setup.in_pace = &t->pace;
	scripted_await(t->peer, "\r\n\r\n");
	scripted_say(t->peer, "HTTP/1.0 200 OK\r\n\r\n");
	scripted_say(t->peer, fifty);
	scripted_answer(t->peer, 0);
	before = t->clock.now;
	run(t, "GET / HTTP/1.0\r\n\r\n");
	assert_true(t->whole);
	assert_received(t, fifty);
	assert_in_range(
	    t->clock.now - before, DIAL_SECOND / 2, DIAL_SECOND * 7 / 10);
	assert_in_range(t->pauses, 4, 6);
}

static void
a_body_has_its_pace(void **state)
{
	static const char fifty[] =
	    "0123456789012345678901234567890123456789abcdefghij";
	struct talk *t = *state;
	int64_t before;

	set_pace(t);
	t->setup.out_pace = &t->pace;
	give_body(t, fifty);
	scripted_await(t->peer, "ghij");
	scripted_say(t->peer, "HTTP/1.1 204 No Content\r\n\r\n");
	before = t->clock.now;
	run(t, "POST / HTTP/1.0\r\nContent-Length: 50\r\n\r\n");
	assert_true(t->whole);
	assert_uploaded(t, fifty);
	assert_in_range(
	    t->clock.now - before, DIAL_SECOND / 2, DIAL_SECOND * 7 / 10);
	assert_in_range(t->pauses, 4, 5);
}

/* The answer is heard while the body waits for its time. */
static void
a_pause_one_way_is_none_the_other(void **state)
{
	struct talk *t = *state;

	dial_pace_start(&t->pace, 1, dial_loop_now(t->loop));
	t->setup.out_pace = &t->pace;
	give_body(t, "0123456789");
	scripted_await(t->peer, "\r\n\r\n0");
	scripted_say(t->peer, "HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n");
	run(t, "POST / HTTP/1.0\r\nContent-Length: 10\r\n\r\n");
	assert_true(t->whole);
	assert_int_equal(t->status, 413);
	assert_false(dial_roundtrip_reusable(&t->trip));
}

/* A body that comes slowly keeps nobody waiting: the server is heard. */
static void
a_slow_body(void **state)
{
	struct talk *t = *state;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	t->spec.kind = DIAL_BODY_FD;
	t->spec.fd = ends[0];
	assert_int_equal(dial_body_open(&t->body, &t->spec, NULL), 0);
	t->setup.body = &t->body;
	t->setup.chunked = true;
	scripted_await(t->peer, "\r\n\r\n");
	scripted_say(
	    t->peer, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
	/* Nothing was ever written to the pipe. */
	run(t, "PUT / HTTP/1.1\r\n\r\n");
	assert_true(t->whole);
	assert_int_equal(t->status, 403);
	assert_int_equal(t->uploaded.len, 0);
	assert_false(dial_roundtrip_reusable(&t->trip));
	close(ends[0]);
	close(ends[1]);
}

/* And what comes goes out, piece by piece. */
static void
a_body_from_a_pipe(void **state)
{
	struct talk *t = *state;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "0123456789", 10), 10);
	close(ends[1]);
	t->spec.kind = DIAL_BODY_FD;
	t->spec.fd = ends[0];
	assert_int_equal(dial_body_open(&t->body, &t->spec, NULL), 0);
	t->setup.body = &t->body;
	t->setup.chunked = true;
	scripted_await(t->peer, "0\r\n\r\n");
	scripted_say(t->peer, "HTTP/1.1 204 No Content\r\n\r\n");
	run(t, "PUT / HTTP/1.1\r\n\r\n");
	assert_true(t->whole);
	assert_string_equal(scripted_written(t->peer, NULL),
	    "PUT / HTTP/1.1\r\n\r\na\r\n0123456789\r\n0\r\n\r\n");
	close(ends[0]);
}

/* PROTOCOL 16, 23: the body waits for 100 Continue. */
static void
the_body_waits_for_100(void **state)
{
	struct talk *t = *state;

	give_body(t, "body");
	t->setup.await_continue = true;
	t->continue_on_100 = true;
	scripted_await(t->peer, "\r\n\r\n");
	scripted_say(t->peer, "HTTP/1.1 100 Continue\r\n\r\n");
	scripted_await(t->peer, "body");
	scripted_say(t->peer, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	run(t, "PUT / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n");
	assert_true(t->whole);
	assert_int_equal(t->interims, 1);
	assert_uploaded(t, "body");
}

/* PROTOCOL 16: a final answer instead of 100: the body never goes. */
static void
a_refusal_instead_of_100(void **state)
{
	struct talk *t = *state;

	give_body(t, "body");
	t->setup.await_continue = true;
	scripted_await(t->peer, "\r\n\r\n");
	scripted_say(t->peer,
	    "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
	run(t, "PUT / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n");
	assert_true(t->whole);
	assert_int_equal(t->status, 417);
	assert_uploaded(t, "");
	/* Half a request is on that connection: it cannot go on. */
	assert_false(dial_roundtrip_reusable(&t->trip));
}

/* PROTOCOL 55: the server answers and closes while the body goes out. */
static void
an_answer_before_the_body_is_out(void **state)
{
	struct talk *t = *state;

	give_body(t, "0123456789");
	scripted_take(t->peer, 64);
	scripted_take(t->peer, 4);
	scripted_take(t->peer, DIAL_STREAM_ERR);
	scripted_await(t->peer, "0123");
	scripted_say(
	    t->peer, "HTTP/1.0 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
	run(t, "PUT / HTTP/1.0\r\nContent-Length: 10\r\n\r\n");
	assert_true(t->whole);
	assert_int_equal(t->status, 413);
	assert_false(dial_error_is_set(&t->err));
	assert_received(t, "no");
	assert_false(dial_roundtrip_reusable(&t->trip));
}

/* And with no answer at all the failure to send is what is told. */
static void
a_failure_to_send(void **state)
{
	struct talk *t = *state;

	scripted_take(t->peer, DIAL_STREAM_ERR);
	scripted_answer(t->peer, 0);
	run(t, "GET / HTTP/1.0\r\n\r\n");
	assert_false(t->whole);
	assert_true(dial_error_is_set(&t->err));
	assert_int_not_equal(t->err.domain, DIAL_HTTP);
}

/* TLS-16: cut without close_notify, a body that ends with the connection. */
static void
a_cut(void **state)
{
	struct talk *t = *state;

	scripted_await(t->peer, "\r\n\r\n");
	scripted_say(t->peer, "HTTP/1.0 200 OK\r\n\r\nhalf a pa");
	scripted_answer(t->peer, DIAL_STREAM_CUT);
	run(t, "GET / HTTP/1.0\r\n\r\n");
	assert_false(t->whole);
	assert_received(t, "half a pa");
	assert_int_equal(dial_error_exit_code(&t->err), 56);
}

/* TLS-16: the same cut is harmless after a length was reached. */
static void
a_cut_after_the_end(void **state)
{
	struct talk *t = *state;

	scripted_await(t->peer, "\r\n\r\n");
	scripted_say(
	    t->peer, "HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\na page");
	scripted_answer(t->peer, DIAL_STREAM_CUT);
	run(t, "GET / HTTP/1.0\r\n\r\n");
	assert_true(t->whole);
}

/* PROTOCOL 40, RESP-15: bytes after the end are no other response. */
static void
bytes_after_the_end(void **state)
{
	struct talk *t = *state;

	scripted_await(t->peer, "\r\n\r\n");
	scripted_say(
	    t->peer, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef");
	run(t, "GET / HTTP/1.1\r\n\r\n");
	assert_true(t->whole);
	assert_received(t, "abc");
	assert_false(dial_roundtrip_reusable(&t->trip));
}

int
main(void)
{
#define TALK(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TALK(a_page),
	    TALK(trailers_are_told_behind_the_body),
	    TALK(byte_by_byte),
	    TALK(a_body_goes_out),
	    TALK(a_chunked_body_goes_out),
	    TALK(an_answer_has_its_pace),
	    TALK(a_body_has_its_pace),
	    TALK(a_pause_one_way_is_none_the_other),
	    TALK(a_slow_body),
	    TALK(a_body_from_a_pipe),
	    TALK(the_body_waits_for_100),
	    TALK(a_refusal_instead_of_100),
	    TALK(an_answer_before_the_body_is_out),
	    TALK(a_failure_to_send),
	    TALK(a_cut),
	    TALK(a_cut_after_the_end),
	    TALK(bytes_after_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
