/* The blocking calls of include/dial/call.h on the loopback, both ends in one
 * thread where nobody has to wait for the other. */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_clock.h"
#include "loopback.h"
#include "scripted_stream.h"
#include "tls_call.h"
#include "transport/call_private.h"
#include "transport/socket.h"

#define BEGIN DIAL_SECOND

struct pair {
	struct dial_ear *ear;
	struct dial_call *caller;
	struct dial_call *called;
	int open; /* descriptors before */
};

static int
set_up(void **state)
{
	struct pair *pair = calloc(1, sizeof *pair);
	struct dial_error err = {0};
	char local[DIAL_ADDRESS_TEXT];

	assert_non_null(pair);
	pair->open = loopback_count_open();
	pair->ear = dial_ear_open("127.0.0.1:0", &err);
	if (pair->ear == NULL)
		fail_msg("%s", err.text);
	pair->caller = dial_call_open(
	    dial_ear_local(pair->ear, local, sizeof local), NULL, &err);
	if (pair->caller == NULL)
		fail_msg("%s", err.text);
	pair->called = dial_ear_accept(pair->ear, 0, &err);
	if (pair->called == NULL)
		fail_msg("%s", err.text);
	*state = pair;
	return 0;
}

static int
tear_down(void **state)
{
	struct pair *pair = *state;

	dial_call_free(pair->caller);
	dial_call_free(pair->called);
	dial_ear_free(pair->ear);
	assert_int_equal(loopback_count_open(), pair->open);
	free(pair);
	return 0;
}

static void
hang_up(struct dial_call **call)
{
	struct dial_error err = {0};

	if (dial_call_close(*call, &err) != 0)
		fail_msg("%s", err.text);
	*call = NULL;
}

static void
assert_line(struct dial_call *call, size_t size, const char *expected)
{
	struct dial_error err = {0};
	char line[64];

	assert_true(size <= sizeof line);
	assert_int_equal(
	    dial_call_read_line(call, line, size, &err), (int)strlen(expected));
	assert_string_equal(line, expected);
}

static void
test_lines(void **state)
{
	struct pair *pair = *state;

	assert_int_equal(dial_call_print(pair->caller, NULL, "%s\r\n\n%d\nrest",
			     "hello", 42),
	    0);
	hang_up(&pair->caller);
	assert_line(pair->called, 64, "hello\r\n");
	assert_line(pair->called, 64, "\n");
	assert_line(pair->called, 64, "42\n");
	assert_line(pair->called, 64, "rest");
	assert_line(pair->called, 64, "");
	assert_line(pair->called, 64, "");
}

/* A long line comes in pieces of size - 1, of exactly that length whole. */
static void
test_long_lines(void **state)
{
	struct pair *pair = *state;
	struct dial_error err = {0};
	char line[2];

	assert_int_equal(
	    dial_call_write(pair->caller, "abc\nabcd\nab", 11, NULL), 0);
	hang_up(&pair->caller);
	assert_line(pair->called, 5, "abc\n");
	assert_line(pair->called, 5, "abcd");
	assert_line(pair->called, 5, "\n");
	assert_line(pair->called, 2, "a");
	assert_line(pair->called, 2, "b");
	assert_int_equal(dial_call_read_line(pair->called, line, 1, &err), -1);
	assert_int_equal(dial_error_exit_code(&err), 2);
}

static void
test_bytes_after_lines(void **state)
{
	struct pair *pair = *state;
	char bytes[16];

	assert_int_equal(
	    dial_call_write(pair->caller, "head\nb\0dy", 9, NULL), 0);
	hang_up(&pair->caller);
	assert_line(pair->called, 64, "head\n");
	assert_int_equal(dial_call_read(pair->called, bytes, 1, NULL), 1);
	assert_int_equal(dial_call_read(pair->called, bytes + 1, 15, NULL), 3);
	assert_memory_equal(bytes, "b\0dy", 4);
	assert_int_equal(dial_call_read(pair->called, bytes, 16, NULL), 0);
	assert_int_equal(dial_call_read(pair->called, bytes, 16, NULL), 0);
}

static void
test_read_all(void **state)
{
	struct pair *pair = *state;
	char *all;
	size_t len;

	assert_int_equal(dial_call_write(pair->caller, "12345", 5, NULL), 0);
	hang_up(&pair->caller);
	all = dial_call_read_all(pair->called, 5, &len, NULL);
	assert_non_null(all);
	assert_int_equal(len, 5);
	assert_string_equal(all, "12345");
	free(all);
	all = dial_call_read_all(pair->called, 5, &len, NULL);
	assert_non_null(all);
	assert_int_equal(len, 0);
	free(all);
}

static void
test_read_all_cap(void **state)
{
	struct pair *pair = *state;
	struct dial_error err = {0};
	size_t len;

	assert_int_equal(dial_call_write(pair->caller, "123456", 6, NULL), 0);
	hang_up(&pair->caller);
	assert_null(dial_call_read_all(pair->called, 5, &len, &err));
	assert_int_equal(dial_error_exit_code(&err), 56);
	assert_non_null(strstr(err.text, "more than the 5 bytes"));
	assert_non_null(strstr(err.text, "the client 127.0.0.1:"));
}

static void
test_both_ends_know_each_other(void **state)
{
	struct pair *pair = *state;
	char one[DIAL_ADDRESS_TEXT], other[DIAL_ADDRESS_TEXT];

	assert_string_equal(dial_call_peer(pair->caller, one, sizeof one),
	    dial_call_local(pair->called, other, sizeof other));
	assert_string_equal(dial_call_local(pair->caller, one, sizeof one),
	    dial_call_peer(pair->called, other, sizeof other));
	assert_string_equal(dial_ear_local(pair->ear, one, sizeof one),
	    dial_call_local(pair->called, other, sizeof other));
}

static void
test_peer_that_is_gone(void **state)
{
	struct pair *pair = *state;
	struct dial_error err = {0};
	int result = 0;

	dial_call_free(pair->called);
	pair->called = NULL;
	for (int i = 0; i < 100 && result == 0; i++)
		result = dial_call_write(pair->caller, "x", 1, &err);
	assert_int_equal(result, -1);
	assert_int_equal(dial_error_exit_code(&err), 55);
	assert_non_null(strstr(err.text, "the server 127.0.0.1:"));
}

/* --- Refusals ------------------------------------------------------------ */

static void
test_what_cannot_be_called(void **state)
{
	static const struct {
		const char *endpoint;
		struct dial_call_options options;
		int code;
	} rows[] = {
	    {"127.0.0.1", {.udp = false}, 3},
	    {"127.0.0.1:0", {.udp = false}, 3},
	    {"a b:80", {.udp = false}, 3},
	    {"127.0.0.1:80", {.family = 5}, 2},
	    {"127.0.0.1:80", {.family = 6}, 6},
	    {"127.0.0.1:9", {.udp = true, .tls = true}, 2},
	    {"/nonexistent/socket", {.udp = false}, 7},
	    {"/nonexistent/socket", {.udp = true}, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dial_error err = {0};

		assert_null(
		    dial_call_open(rows[i].endpoint, &rows[i].options, &err));
		if (dial_error_exit_code(&err) != rows[i].code)
			fail_msg("%s: %s", rows[i].endpoint, err.text);
	}
}

static void
test_refused(void **state)
{
	struct dial_error err = {0};
	int fd = loopback_bind(SOCK_STREAM, "127.0.0.1", 0);
	char text[32], expected[64];

	(void)state;
	snprintf(text, sizeof text, "127.0.0.1:%u", loopback_port(fd));
	assert_null(dial_call_open(text, NULL, &err));
	assert_int_equal(dial_error_exit_code(&err), 7);
	snprintf(expected, sizeof expected, "the server %s", text);
	assert_non_null(strstr(err.text, expected));
	close(fd);
}

static void
test_default_service(void **state)
{
	struct dial_call_options options = {.family = 4};
	struct dial_error err = {0};
	int fd = loopback_listen("127.0.0.1", 0);
	char port[8];
	struct dial_call *call;

	(void)state;
	snprintf(port, sizeof port, "%u", loopback_port(fd));
	options.service = port;
	call = dial_call_open("127.0.0.1", &options, &err);
	if (call == NULL)
		fail_msg("%s", err.text);
	dial_call_free(call);
	dial_call_free(NULL);
	close(fd);
}

static void
test_udp(void **state)
{
	struct dial_call_options options = {.udp = true};
	int fd = loopback_bind(SOCK_DGRAM, "127.0.0.1", 0);
	struct dial_call *call;
	char text[DIAL_ADDRESS_TEXT], bytes[8];
	struct sockaddr_storage from;
	socklen_t from_len = sizeof from;
	char *all;
	size_t len;

	(void)state;
	snprintf(text, sizeof text, "127.0.0.1:%u", loopback_port(fd));
	call = dial_call_open(text, &options, NULL);
	assert_non_null(call);
	assert_int_equal(dial_call_write(call, "", 0, NULL), 0);
	assert_int_equal(recvfrom(fd, bytes, sizeof bytes, 0,
			     (struct sockaddr *)&from, &from_len),
	    0);
	assert_int_equal(
	    sendto(fd, "noon\r\n", 6, 0, (struct sockaddr *)&from, from_len),
	    6);
	assert_int_equal(
	    sendto(fd, "one", 3, 0, (struct sockaddr *)&from, from_len), 3);
	assert_line(call, 64, "noon\r\n");
	all = dial_call_read_all(call, 100, &len, NULL);
	assert_non_null(all);
	assert_string_equal(all, "one");
	free(all);
	hang_up(&call);
	close(fd);
}

/* --- Time ---------------------------------------------------------------- */

static void
test_deadline_of_connecting(void **state)
{
	struct dial_call_options options = {.timeout = 2.5};
	struct loopback_stalled stalled;
	struct dial_error err = {0};
	struct fake_clock fake;
	char text[64], expected[128];

	(void)state;
	fake_clock_init(&fake, BEGIN);
	loopback_stall(&stalled, "127.0.0.1", 0);
	snprintf(text, sizeof text, "127.0.0.1:%u", stalled.port);
	assert_null(dial_call_open_by_clock(&fake.clock, text, &options, &err));
	assert_int_equal(dial_error_exit_code(&err), 28);
	snprintf(expected, sizeof expected,
	    "gave up after 2.5 seconds while connecting to %s (127.0.0.1)",
	    text);
	assert_string_equal(err.text, expected);
	assert_true(fake.now == BEGIN + 5 * DIAL_SECOND / 2);
	loopback_stalled_close(&stalled);
}

static void
test_deadline_of_reading(void **state)
{
	struct dial_call_options options = {.timeout = 3};
	struct dial_error err = {0};
	struct fake_clock fake;
	struct dial_call *call;
	int fd = loopback_listen("127.0.0.1", 0), accepted;
	char text[64], line[8];

	(void)state;
	fake_clock_init(&fake, BEGIN);
	snprintf(text, sizeof text, "127.0.0.1:%u", loopback_port(fd));
	call = dial_call_open_by_clock(&fake.clock, text, &options, &err);
	assert_non_null(call);
	accepted = accept(fd, NULL, NULL);
	assert_true(accepted >= 0);
	assert_int_equal(send(accepted, "a\nb", 3, 0), 3);
	assert_line(call, 8, "a\n");
	fake.now += DIAL_SECOND;
	/* The clock of the whole call: no byte sets it back. */
	assert_int_equal(dial_call_read_line(call, line, 8, &err), -1);
	assert_int_equal(dial_error_exit_code(&err), 28);
	assert_non_null(strstr(err.text, "while waiting for the server"));
	assert_true(fake.now == BEGIN + 3 * DIAL_SECOND);
	dial_call_free(call);
	close(accepted);
	close(fd);
}

/* DESIGN 2.2: a peer that never pauses does not stop the clock. */
static void
test_deadline_of_a_talker(void **state)
{
	struct dial_call_options options = {.timeout = 3};
	struct dial_error err = {0};
	struct fake_clock fake;
	struct dial_call *call;
	int fd = loopback_listen("127.0.0.1", 0), accepted;
	char text[64], byte;

	(void)state;
	fake_clock_init(&fake, BEGIN);
	snprintf(text, sizeof text, "127.0.0.1:%u", loopback_port(fd));
	call = dial_call_open_by_clock(&fake.clock, text, &options, &err);
	assert_non_null(call);
	accepted = accept(fd, NULL, NULL);
	assert_int_equal(send(accepted, "abc", 3, 0), 3);
	assert_int_equal(dial_call_read(call, &byte, 1, &err), 1);
	fake.now = BEGIN + 3 * DIAL_SECOND - 1;
	assert_int_equal(dial_call_read(call, &byte, 1, &err), 1);
	fake.now = BEGIN + 3 * DIAL_SECOND;
	assert_int_equal(dial_call_read(call, &byte, 1, &err), -1);
	assert_int_equal(dial_error_exit_code(&err), 28);
	assert_int_equal(dial_call_write(call, "x", 1, &err), -1);
	assert_int_equal(dial_call_close(call, &err), -1);
	close(accepted);
	close(fd);
}

static void
test_goodbye_is_short(void **state)
{
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_error err = {0};
	struct fake_clock fake;
	struct dial_call *call;
	bool freed;

	(void)state;
	fake_clock_init(&fake, BEGIN);
	scripted_use_descriptor(peer);
	scripted_tell_freed(peer, &freed);
	scripted_close_answer(peer, DIAL_STREAM_WANT_IN);
	call =
	    dial_call_from_stream(&fake.clock, scripted_stream_of(peer), &err);
	assert_non_null(call);
	assert_int_equal(dial_call_close(call, &err), -1);
	assert_int_equal(dial_error_exit_code(&err), 28);
	assert_true(fake.now == BEGIN + DIAL_CALL_GOODBYE);
	assert_true(freed);
}

static void
test_nobody_calls(void **state)
{
	struct dial_error err = {0};
	struct fake_clock fake;
	struct dial_ear *ear;

	(void)state;
	fake_clock_init(&fake, BEGIN);
	ear = dial_ear_open_by_clock(&fake.clock, "*:0", &err);
	assert_non_null(ear);
	assert_null(dial_ear_accept(ear, 7, &err));
	assert_int_equal(dial_error_exit_code(&err), 28);
	assert_non_null(strstr(err.text, "within 7 seconds"));
	assert_true(fake.now == BEGIN + 7 * DIAL_SECOND);
	dial_ear_free(ear);
	dial_ear_free(NULL);
}

static void
test_seconds(void **state)
{
	static const struct {
		double seconds;
		int64_t span; /* -1: none */
	} rows[] = {
	    {0, -1},
	    {-1, -1},
	    {1e300, -1},
	    {0.001, DIAL_MILLISECOND},
	    {1, DIAL_SECOND},
	    {1e9, DIAL_SECOND * 1000000000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_true(dial_call_deadline(5, rows[i].seconds) ==
			    (rows[i].span < 0 ? DIAL_NEVER : 5 + rows[i].span));
	assert_true(dial_call_deadline(5, (double)NAN) == DIAL_NEVER);
}

/* --- Streams that want and cut ------------------------------------------- */

static void
test_wants_are_waited_for(void **state)
{
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_error err = {0};
	struct dial_call *call;

	(void)state;
	scripted_use_descriptor(peer);
	scripted_answer(peer, DIAL_STREAM_WANT_OUT);
	scripted_drip(peer, "a\nb\n", 4);
	scripted_take(peer, 2);
	scripted_take(peer, DIAL_STREAM_WANT_OUT);
	scripted_take(peer, DIAL_STREAM_WANT_IN);
	scripted_take(peer, 1);
	scripted_close_answer(peer, DIAL_STREAM_WANT_OUT);
	call = dial_call_from_stream(NULL, scripted_stream_of(peer), &err);
	assert_non_null(call);
	assert_int_equal(dial_call_write(call, "hello", 5, &err), 0);
	assert_string_equal(scripted_written(peer, NULL), "hello");
	assert_line(call, 8, "a\n");
	assert_line(call, 8, "b\n");
	hang_up(&call);
}

static void
test_cut_is_an_error(void **state)
{
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_error err = {0};
	struct dial_call *call;
	size_t len;

	(void)state;
	scripted_say(peer, "half a page");
	scripted_answer(peer, DIAL_STREAM_CUT);
	call = dial_call_from_stream(NULL, scripted_stream_of(peer), &err);
	assert_non_null(call);
	assert_null(dial_call_read_all(call, 100, &len, &err));
	assert_int_equal(err.number, DIAL_TLS_CUT);
	assert_int_equal(dial_error_exit_code(&err), 56);
	dial_call_free(call);
}

/* --- TLS ----------------------------------------------------------------- */

struct tls_side {
	pthread_t thread;
	struct dial_tls_context *context;
	int fd; /* listening */
};

static ssize_t
retry(struct dial_stream *stream, ssize_t result)
{
	struct pollfd polled = {.fd = dial_stream_fd(stream)};

	polled.events =
	    result == DIAL_STREAM_WANT_IN ? (short)POLLIN : (short)POLLOUT;
	poll(&polled, 1, -1);
	return result;
}

/* A server that says one line and goodbye. */
static void *
serve_tls(void *arg)
{
	struct tls_side *side = arg;
	int fd = accept4(side->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct dial_stream *stream;
	ssize_t n;

	stream = dial_socket_stream_new(fd, "the client", NULL);
	if (stream == NULL)
		return NULL;
	stream = dial_tls_accept(stream, side->context, NULL);
	if (stream == NULL)
		return NULL;
	while ((n = dial_stream_open(stream, NULL)) < DIAL_STREAM_ERR)
		retry(stream, n);
	if (n == 0)
		while ((n = dial_stream_write(stream, "hello\n", 6, NULL)) <
		       DIAL_STREAM_ERR)
			retry(stream, n);
	if (n == 6)
		while ((n = dial_stream_close(stream, NULL)) < DIAL_STREAM_ERR)
			retry(stream, n);
	dial_stream_free(stream);
	return NULL;
}

static struct dial_call *
call_tls(struct tls_side *side, const char *name, struct dial_error *err)
{
	struct dial_tls_settings *settings = dial_tls_settings_new();
	struct dial_call_options options = {.tls = true, .timeout = 30};
	char *root = tls_file("root.pem"), text[32];
	struct dial_call *call;

	assert_non_null(settings);
	assert_int_equal(dial_tls_set_ca_file(settings, root), 0);
	side->context = tls_server("good");
	side->fd = loopback_listen("127.0.0.1", 0);
	snprintf(text, sizeof text, "127.0.0.1:%u", loopback_port(side->fd));
	assert_int_equal(
	    pthread_create(&side->thread, NULL, serve_tls, side), 0);
	options.tls_settings = settings;
	options.tls_name = name;
	call = dial_call_open(text, &options, err);
	dial_tls_settings_free(settings);
	free(root);
	return call;
}

static void
end_tls(struct tls_side *side)
{
	assert_int_equal(pthread_join(side->thread, NULL), 0);
	dial_tls_context_release(side->context);
	close(side->fd);
}

static void
test_tls(void **state)
{
	struct dial_error err = {0};
	struct tls_side side;
	struct dial_call *call;

	(void)state;
	call = call_tls(&side, "a.test", &err);
	if (call == NULL)
		fail_msg("%s", err.text);
	assert_line(call, 64, "hello\n");
	assert_line(call, 64, "");
	dial_call_free(call);
	end_tls(&side);
}

static void
test_tls_is_verified(void **state)
{
	struct dial_error err = {0};
	struct tls_side side;

	(void)state;
	assert_null(call_tls(&side, "other.invalid", &err));
	assert_int_equal(dial_error_exit_code(&err), 60);
	end_tls(&side);
}

#define PAIR(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PAIR(test_lines),
	    PAIR(test_long_lines),
	    PAIR(test_bytes_after_lines),
	    PAIR(test_read_all),
	    PAIR(test_read_all_cap),
	    PAIR(test_both_ends_know_each_other),
	    PAIR(test_peer_that_is_gone),
	    cmocka_unit_test(test_what_cannot_be_called),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_default_service),
	    cmocka_unit_test(test_udp),
	    cmocka_unit_test(test_deadline_of_connecting),
	    cmocka_unit_test(test_deadline_of_reading),
	    cmocka_unit_test(test_deadline_of_a_talker),
	    cmocka_unit_test(test_goodbye_is_short),
	    cmocka_unit_test(test_nobody_calls),
	    cmocka_unit_test(test_seconds),
	    cmocka_unit_test(test_wants_are_waited_for),
	    cmocka_unit_test(test_cut_is_an_error),
	    cmocka_unit_test(test_tls),
	    cmocka_unit_test(test_tls_is_verified),
	};

	return cmocka_run_group_tests(tests, tls_certificates, NULL);
}
