/* DAY-01: the daytime client against a script and a clock that jumps. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <pthread.h>
#include <cmocka.h>

#include "daytime/daytime.h"
#include "fake_clock.h"
#include "scripted_stream.h"
#include "transport/listen.h"

#define START	 (100 * DIAL_SECOND)
#define DEADLINE (START + 10 * DIAL_SECOND)
#define LINE	 "2026-11-22T11:10:00Z\r\n"

struct call {
	struct fake_clock clock;
	struct dial_loop *loop;
	struct scripted_stream *peer;
	struct dial_daytime_job *job;
	bool done;
	unsigned calls;
	bool freed;
	struct dial_daytime daytime;
	struct dial_error err;
};

static void
call_done(
    void *arg, const struct dial_daytime *daytime, const struct dial_error *err)
{
	struct call *call = arg;

	call->done = true;
	call->calls++;
	if (daytime != NULL)
		call->daytime = *daytime;
	if (err != NULL)
		call->err = *err;
}

static int
setup(void **state)
{
	struct call *call = calloc(1, sizeof *call);
	struct dial_error err = {0};

	assert_non_null(call);
	fake_clock_init(&call->clock, START);
	call->loop = dial_loop_new(&call->clock.clock, &err);
	assert_non_null(call->loop);
	call->peer = scripted_stream_new();
	scripted_use_descriptor(call->peer);
	scripted_tell_freed(call->peer, &call->freed);
	*state = call;
	return 0;
}

static void
run(struct call *call)
{
	struct dial_error err = {0};

	call->job =
	    dial_daytime_start(call->loop, scripted_stream_of(call->peer),
		"the server a.test:13", START, DEADLINE, call_done, call, &err);
	assert_non_null(call->job);
	assert_int_equal(dial_loop_run(call->loop, &call->done, &err), 0);
	assert_int_equal(call->calls, 1);
}

static int
teardown(void **state)
{
	struct call *call = *state;

	dial_daytime_job_free(call->job);
	assert_true(call->freed);
	dial_loop_free(call->loop);
	free(call);
	return 0;
}

static void
reads_to_the_end(void **state)
{
	struct call *call = *state;

	scripted_say(call->peer, LINE);
	scripted_answer(call->peer, 0);
	run(call);
	assert_false(dial_error_is_set(&call->err));
	assert_string_equal(call->daytime.text, LINE);
	assert_string_equal(call->daytime.iso8601, "2026-11-22T11:10:00Z");
}

static void
reads_byte_after_byte(void **state)
{
	struct call *call = *state;

	scripted_drip(call->peer, LINE, strlen(LINE));
	scripted_answer(call->peer, 0);
	run(call);
	assert_false(dial_error_is_set(&call->err));
	assert_string_equal(call->daytime.text, LINE);
}

/* The offset is against this machine's clock, not against the fake one. */
static void
knows_the_offset(void **state)
{
	struct call *call = *state;
	char line[DIAL_DAYTIME_LINE_SIZE];
	size_t len;

	len = dial_daytime_format(DIAL_DAYTIME_ISO8601,
	    dial_clock_unix_ns() / DIAL_SECOND + 3600, line);
	scripted_say_bytes(call->peer, line, len);
	scripted_answer(call->peer, 0);
	run(call);
	assert_true(call->daytime.offset > 3595 && call->daytime.offset < 3605);
}

/* At the cap, and one past it: the rest is not even asked for. */
static void
stops_at_the_cap(void **state)
{
	struct call *call = *state;
	char bytes[DIAL_DAYTIME_MAX + 100];

	memset(bytes, 'x', sizeof bytes);
	scripted_say_bytes(call->peer, bytes, DIAL_DAYTIME_MAX);
	scripted_answer(call->peer, 0);
	run(call);
	assert_false(dial_error_is_set(&call->err));
	assert_int_equal(call->daytime.len, DIAL_DAYTIME_MAX);
	assert_null(strstr(call->daytime.warning, "512"));
}

static void
stops_past_the_cap(void **state)
{
	struct call *call = *state;
	char bytes[DIAL_DAYTIME_MAX + 100];

	memset(bytes, ' ', sizeof bytes);
	memcpy(bytes, LINE, strlen(LINE));
	scripted_say_bytes(call->peer, bytes, sizeof bytes);
	run(call);
	assert_false(dial_error_is_set(&call->err));
	assert_int_equal(call->daytime.len, DIAL_DAYTIME_MAX);
	assert_non_null(strstr(call->daytime.warning, "512"));
	assert_int_equal(scripted_unread(call->peer), 99);
}

static void
failed(
    const struct call *call, enum dial_domain domain, int number, int exit_code)
{
	assert_int_equal(call->err.domain, domain);
	assert_int_equal(call->err.number, number);
	assert_int_equal(dial_error_exit_code(&call->err), exit_code);
	assert_non_null(strstr(call->err.text, "a.test:13"));
	assert_int_equal(call->daytime.len, 0);
}

/* How long it was, and what gives it longer. */
static void
said_how_long(const struct call *call)
{
	char words[80];

	snprintf(words, sizeof words, "within %lld ms (--max-time allows more)",
	    (long long)((DEADLINE - START) / DIAL_MILLISECOND));
	assert_non_null(strstr(call->err.text, words));
}

static void
silence_is_a_timeout(void **state)
{
	struct call *call = *state;

	run(call);
	failed(call, DIAL_TIMEOUT, DIAL_TIMEOUT_TOTAL, 28);
	assert_true(call->clock.now >= DEADLINE);
	said_how_long(call);
}

/* What was said is no answer until it has ended. */
static void
no_end_is_a_timeout(void **state)
{
	struct call *call = *state;

	scripted_say(call->peer, LINE);
	run(call);
	failed(call, DIAL_TIMEOUT, DIAL_TIMEOUT_TOTAL, 28);
	assert_non_null(strstr(call->err.text, "22 bytes"));
	said_how_long(call);
}

static void
nothing_said_is_empty(void **state)
{
	struct call *call = *state;

	scripted_answer(call->peer, 0);
	run(call);
	failed(call, DIAL_HTTP, DIAL_HTTP_EMPTY, 52);
}

static void
a_cut_is_no_end(void **state)
{
	struct call *call = *state;

	scripted_say(call->peer, LINE);
	scripted_answer(call->peer, DIAL_STREAM_CUT);
	run(call);
	failed(call, DIAL_TLS, DIAL_TLS_CUT, 56);
}

static void
an_error_is_told(void **state)
{
	struct call *call = *state;

	scripted_say(call->peer, LINE);
	scripted_answer(call->peer, DIAL_STREAM_ERR);
	run(call);
	assert_true(dial_error_is_set(&call->err));
	assert_int_equal(call->daytime.len, 0);
}

static void
may_be_given_up(void **state)
{
	struct call *call = *state;
	struct dial_error err = {0};

	call->job =
	    dial_daytime_start(call->loop, scripted_stream_of(call->peer),
		"the server", START, DEADLINE, call_done, call, &err);
	assert_non_null(call->job);
	dial_daytime_job_free(call->job);
	call->job = NULL;
	/* Nothing is left on the loop. */
	assert_int_equal(dial_loop_run(call->loop, &call->done, &err), -1);
	assert_int_equal(err.number, DIAL_USAGE_STATE);
	assert_int_equal(call->calls, 0);
}

/* --- dial_daytime_ask() against a server of this process ------------------ */

struct listening {
	struct dial_loop *loop;
	struct dial_listener *listener;
	char endpoint[DIAL_ADDRESS_TEXT];
	pthread_t thread;
	bool done;
};

static void
tell_accepted(void *arg, struct dial_stream *stream)
{
	struct listening *server = arg;
	struct dial_error err = {0};

	assert_int_equal(
	    dial_stream_write(stream, LINE, strlen(LINE), &err), strlen(LINE));
	assert_int_equal(dial_stream_close(stream, &err), 0);
	dial_stream_free(stream);
	server->done = true;
}

static void
tell_arrived(void *arg, struct dial_listener *listener,
    const struct dial_address *from, const void *bytes, size_t len)
{
	struct listening *server = arg;

	(void)bytes;
	assert_int_equal(len, 0);
	dial_listener_reply(listener, from, LINE, strlen(LINE));
	server->done = true;
}

static void *
serve_once(void *arg)
{
	struct listening *server = arg;
	struct dial_error err = {0};

	assert_int_equal(dial_loop_run(server->loop, &server->done, &err), 0);
	return NULL;
}

static void
listen_at_loopback(struct listening *server, enum dial_network network)
{
	struct dial_endpoint endpoint = {0};
	struct dial_error err = {0};

	memset(server, 0, sizeof *server);
	server->loop = dial_loop_new(NULL, &err);
	assert_non_null(server->loop);
	assert_int_equal(dial_endpoint_set(&endpoint, "127.0.0.1", 0, &err), 0);
	server->listener = dial_listen(server->loop, &endpoint, network,
	    tell_accepted, tell_arrived, server, &err);
	assert_non_null(server->listener);
	dial_endpoint_clear(&endpoint);
	dial_address_text(dial_listener_address(server->listener, 0),
	    server->endpoint, sizeof server->endpoint);
}

static void
asks(enum dial_network network)
{
	struct dial_daytime_options options = {
	    .udp = network == DIAL_NETWORK_UDP, .timeout = 5};
	struct listening server;
	struct dial_daytime daytime;
	struct dial_error err = {0};

	listen_at_loopback(&server, network);
	assert_int_equal(
	    pthread_create(&server.thread, NULL, serve_once, &server), 0);
	assert_int_equal(
	    dial_daytime_ask(server.endpoint, &options, &daytime, &err), 0);
	assert_string_equal(daytime.text, LINE);
	assert_int_equal(daytime.form, DIAL_DAYTIME_ISO8601);
	pthread_join(server.thread, NULL);
	dial_listener_free(server.listener);
	dial_loop_free(server.loop);
}

static void
asks_by_tcp(void **state)
{
	(void)state;
	asks(DIAL_NETWORK_TCP);
}

static void
asks_by_udp(void **state)
{
	(void)state;
	asks(DIAL_NETWORK_UDP);
}

/* A port that was just let go refuses; both ways it is a connection's error. */
static void
tells_a_refusal(void **state)
{
	struct dial_daytime_options options = {0};
	struct listening server;
	struct dial_daytime daytime;
	struct dial_error err = {0};

	(void)state;
	listen_at_loopback(&server, DIAL_NETWORK_TCP);
	dial_listener_free(server.listener);
	dial_loop_free(server.loop);
	assert_int_equal(
	    dial_daytime_ask(server.endpoint, &options, &daytime, &err), -1);
	assert_int_equal(dial_error_exit_code(&err), 7);
	assert_non_null(strstr(err.text, server.endpoint));
	assert_int_equal(
	    dial_daytime_ask("no such host", NULL, &daytime, NULL), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(reads_to_the_end),
	    TEST(reads_byte_after_byte),
	    TEST(knows_the_offset),
	    TEST(stops_at_the_cap),
	    TEST(stops_past_the_cap),
	    TEST(silence_is_a_timeout),
	    TEST(no_end_is_a_timeout),
	    TEST(nothing_said_is_empty),
	    TEST(a_cut_is_no_end),
	    TEST(an_error_is_told),
	    TEST(may_be_given_up),
	    cmocka_unit_test(asks_by_tcp),
	    cmocka_unit_test(asks_by_udp),
	    cmocka_unit_test(tells_a_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
