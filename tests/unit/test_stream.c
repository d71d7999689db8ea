/* DESIGN 1 and 2.1: a stack of layers answers as one stream. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "loop/loop.h"
#include "scripted_stream.h"
#include "transport/socket.h"

/* A layer that leaves everything it may to the layer below. */
static void
bare_free(struct dial_stream *stream)
{
	free(stream);
}

static const struct dial_stream_ops bare_ops = {
    .name = "bare", .free = bare_free};

static struct dial_stream *
bare_over(struct dial_stream *below)
{
	struct dial_stream *stream = calloc(1, sizeof *stream);

	assert_non_null(stream);
	stream->ops = &bare_ops;
	stream->below = below;
	return stream;
}

static void
test_left_out_calls_are_answered_below(void **state)
{
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_stream *stack = bare_over(scripted_stream_of(peer));
	char bytes[8];
	bool freed, closed;

	(void)state;
	scripted_tell_freed(peer, &freed);
	scripted_tell_closed(peer, &closed);
	scripted_say(peer, "hello");
	assert_int_equal(dial_stream_open(stack, NULL), 0);
	assert_int_equal(dial_stream_read(stack, bytes, 2, NULL), 2);
	assert_int_equal(dial_stream_read(stack, bytes + 2, 6, NULL), 3);
	assert_memory_equal(bytes, "hello", 5);
	assert_int_equal(dial_stream_write(stack, "hi", 2, NULL), 2);
	assert_string_equal(scripted_written(peer, NULL), "hi");
	assert_false(dial_stream_pending(stack));
	scripted_set_pending(peer, true);
	assert_true(dial_stream_pending(stack));
	assert_int_equal(dial_stream_fd(stack), -1);
	assert_int_equal(dial_stream_close(stack, NULL), 0);
	assert_true(closed);
	dial_stream_free(stack);
	assert_true(freed);
}

/* Opening begins at the foot and hanging up at the top; each waits. */
static void
test_open_and_close_go_through_the_stack(void **state)
{
	struct scripted_stream *foot = scripted_stream_new();
	struct scripted_stream *top = scripted_stream_new();
	struct dial_stream *stack = scripted_stream_of(top);
	bool foot_closed, top_closed;

	(void)state;
	stack->below = bare_over(scripted_stream_of(foot));
	scripted_tell_closed(foot, &foot_closed);
	scripted_tell_closed(top, &top_closed);
	scripted_open_answer(foot, DIAL_STREAM_WANT_OUT);
	scripted_open_answer(top, DIAL_STREAM_WANT_IN);
	assert_int_equal(dial_stream_open(stack, NULL), DIAL_STREAM_WANT_OUT);
	assert_int_equal(dial_stream_open(stack, NULL), DIAL_STREAM_WANT_IN);
	assert_int_equal(dial_stream_open(stack, NULL), 0);
	assert_int_equal(dial_stream_open(stack, NULL), 0);
	scripted_close_answer(top, DIAL_STREAM_WANT_IN);
	scripted_close_answer(foot, DIAL_STREAM_WANT_OUT);
	assert_int_equal(dial_stream_close(stack, NULL), DIAL_STREAM_WANT_IN);
	assert_false(top_closed);
	assert_int_equal(dial_stream_close(stack, NULL), DIAL_STREAM_WANT_OUT);
	assert_true(top_closed);
	assert_false(foot_closed);
	assert_int_equal(dial_stream_close(stack, NULL), 0);
	assert_true(foot_closed);
	dial_stream_free(stack);
}

static void
test_failing_below_is_failing_above(void **state)
{
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_stream *stack = bare_over(scripted_stream_of(peer));
	struct dial_error err = {0};

	(void)state;
	scripted_open_answer(peer, DIAL_STREAM_ERR);
	assert_int_equal(dial_stream_open(stack, &err), DIAL_STREAM_ERR);
	assert_true(dial_error_is_set(&err));
	dial_stream_free(stack);
}

static void
test_find(void **state)
{
	struct dial_stream *foot = scripted_stream_of(scripted_stream_new());
	struct dial_stream *stack = bare_over(foot);

	(void)state;
	assert_ptr_equal(dial_stream_find(stack, "bare"), stack);
	assert_ptr_equal(dial_stream_find(stack, "scripted"), foot);
	assert_null(dial_stream_find(stack, "tls"));
	dial_stream_free(stack);
	dial_stream_free(NULL);
}

static void
test_interest_is_the_union_of_both_wants(void **state)
{
	static const struct {
		ssize_t read, write;
		unsigned interest;
	} rows[] = {
	    {DIAL_STREAM_WANT_IN, 5, DIAL_READY_IN},
	    {DIAL_STREAM_WANT_OUT, 5, DIAL_READY_OUT},
	    {DIAL_STREAM_WANT_IN, DIAL_STREAM_WANT_OUT,
		DIAL_READY_IN | DIAL_READY_OUT},
	    {DIAL_STREAM_WANT_OUT, DIAL_STREAM_WANT_IN,
		DIAL_READY_IN | DIAL_READY_OUT},
	    {DIAL_STREAM_WANT_IN, DIAL_STREAM_WANT_IN, DIAL_READY_IN},
	    {0, DIAL_STREAM_CUT, 0},
	    {DIAL_STREAM_ERR, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(
		    dial_stream_interest(rows[i].read, rows[i].write),
		    rows[i].interest);
}

static void
make_pair(int type, int fds[2])
{
	assert_int_equal(
	    socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds),
	    0);
}

static void
test_socket_names_its_own_readiness(void **state)
{
	static char big[1 << 16];
	struct dial_error err = {0};
	struct dial_stream *stream;
	char byte;
	int fds[2];
	ssize_t n;

	(void)state;
	make_pair(SOCK_STREAM, fds);
	stream = dial_socket_stream_new(fds[0], "the server", &err);
	assert_non_null(stream);
	assert_string_equal(stream->ops->name, "unix");
	assert_int_equal(dial_stream_fd(stream), fds[0]);
	assert_int_equal(dial_stream_open(stream, &err), 0);
	assert_int_equal(
	    dial_stream_read(stream, &byte, 1, &err), DIAL_STREAM_WANT_IN);
	assert_int_equal(dial_stream_read(stream, &byte, 0, &err), 0);
	assert_int_equal(dial_stream_write(stream, "", 0, &err), 0);
	do
		n = dial_stream_write(stream, big, sizeof big, &err);
	while (n > 0);
	assert_int_equal(n, DIAL_STREAM_WANT_OUT);
	assert_int_equal(close(fds[1]), 0);
	assert_int_equal(dial_stream_write(stream, "x", 1, &err), -1);
	assert_int_equal(dial_error_exit_code(&err), 55);
	assert_int_equal(err.system_errno, EPIPE);
	assert_non_null(strstr(err.text, "the server"));
	dial_stream_free(stream);
}

static void
test_socket_hangs_up_in_order(void **state)
{
	struct dial_stream *stream;
	char byte;
	int fds[2];

	(void)state;
	make_pair(SOCK_STREAM, fds);
	stream = dial_socket_stream_new(fds[0], "the server", NULL);
	assert_non_null(stream);
	assert_int_equal(dial_stream_close(stream, NULL), 0);
	assert_int_equal(recv(fds[1], &byte, 1, 0), 0);
	assert_int_equal(send(fds[1], "x", 1, 0), 1);
	assert_int_equal(dial_stream_read(stream, &byte, 1, NULL), 1);
	assert_int_equal(dial_stream_close(stream, NULL), 0);
	assert_int_equal(close(fds[1]), 0);
	assert_int_equal(dial_stream_read(stream, &byte, 1, NULL), 0);
	dial_stream_free(stream);
}

static void
test_datagrams_stay_apart(void **state)
{
	struct dial_stream *stream;
	char bytes[16];
	int fds[2];

	(void)state;
	make_pair(SOCK_DGRAM, fds);
	stream = dial_socket_stream_new(fds[0], "the server", NULL);
	assert_non_null(stream);
	assert_string_equal(stream->ops->name, "udp");
	assert_int_equal(send(fds[1], "one", 3, 0), 3);
	assert_int_equal(send(fds[1], "four", 4, 0), 4);
	assert_int_equal(
	    dial_stream_read(stream, bytes, sizeof bytes, NULL), 3);
	assert_int_equal(
	    dial_stream_read(stream, bytes, sizeof bytes, NULL), 4);
	assert_int_equal(dial_stream_write(stream, "", 0, NULL), 0);
	assert_int_equal(recv(fds[1], bytes, sizeof bytes, 0), 0);
	assert_int_equal(dial_stream_close(stream, NULL), 0);
	assert_int_equal(close(fds[1]), 0);
	dial_stream_free(stream);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_left_out_calls_are_answered_below),
	    cmocka_unit_test(test_open_and_close_go_through_the_stack),
	    cmocka_unit_test(test_failing_below_is_failing_above),
	    cmocka_unit_test(test_find),
	    cmocka_unit_test(test_interest_is_the_union_of_both_wants),
	    cmocka_unit_test(test_socket_names_its_own_readiness),
	    cmocka_unit_test(test_socket_hangs_up_in_order),
	    cmocka_unit_test(test_datagrams_stay_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
