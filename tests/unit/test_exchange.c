/* DESIGN 5: UDP tries the next address on refusal or after a second, and
 * repeats twice.  Real sockets of the loopback, and a clock that only an idle
 * loop moves. */
#include <errno.h>
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
#include "transport/exchange.h"

#define BEGIN	 DIAL_SECOND
#define SERVERS	 3
#define BIG	 4000
#define SILENT	 0
#define QUESTION "what time is it?"

struct fixture;

/* Answers its nth question, or none. */
struct server {
	struct fixture *fixture;
	struct dial_watch watch;
	int fd;
	int answers_at; /* 1 is the first; 0: SILENT */
	int asked;
	int64_t asked_at[8];
	struct sockaddr_storage from;
	socklen_t from_len;
	struct dial_timer later; /* for an answer that comes late */
	int64_t delay;
};

struct fixture {
	struct fake_clock clock;
	struct dial_loop *loop;
	struct dial_resolver *resolver;
	struct dial_exchange *job;
	struct server servers[SERVERS];
	uint16_t port;
	int open; /* descriptors before */
	bool free_in_done;
	/* what done() was told */
	bool done;
	char reply[BIG + 1];
	size_t reply_len;
	struct dial_exchange_result result;
	struct dial_error err;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	f->open = loopback_count_open();
	fake_clock_init(&f->clock, BEGIN);
	f->loop = dial_loop_new(&f->clock.clock, NULL);
	assert_non_null(f->loop);
	f->resolver = dial_resolver_new(f->loop, NULL);
	assert_non_null(f->resolver);
	for (size_t i = 0; i < SERVERS; i++)
		f->servers[i].fd = -1;
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	dial_exchange_free(f->job);
	for (size_t i = 0; i < SERVERS; i++) {
		dial_timer_clear(&f->servers[i].later);
		dial_watch_clear(&f->servers[i].watch);
		if (f->servers[i].fd != -1)
			close(f->servers[i].fd);
	}
	dial_resolver_free(f->resolver);
	dial_loop_free(f->loop);
	assert_int_equal(loopback_count_open(), f->open);
	free(f);
	return 0;
}

static void
answer(void *arg)
{
	struct server *server = arg;

	assert_int_equal(
	    sendto(server->fd, "noon", 4, 0, (struct sockaddr *)&server->from,
		server->from_len),
	    4);
}

static void
asked(void *arg, unsigned ready)
{
	struct server *server = arg;
	struct fixture *f = server->fixture;
	char bytes[64];
	ssize_t n;

	(void)ready;
	server->from_len = sizeof server->from;
	n = recvfrom(server->fd, bytes, sizeof bytes, MSG_DONTWAIT,
	    (struct sockaddr *)&server->from, &server->from_len);
	assert_int_equal(n, sizeof QUESTION - 1);
	assert_memory_equal(bytes, QUESTION, sizeof QUESTION - 1);
	assert_true(server->asked < 8);
	server->asked_at[server->asked++] = f->clock.now;
	if (server->asked != server->answers_at)
		return;
	if (server->delay == 0)
		answer(server);
	else
		assert_int_equal(dial_timer_set(f->loop, &server->later,
				     f->clock.now + server->delay, NULL),
		    0);
}

/* The server at 127.0.0.1, .2 or .3, all with one port. */
static struct server *
serve(struct fixture *f, size_t index, int answers_at)
{
	struct server *server = &f->servers[index];
	char host[32];

	snprintf(host, sizeof host, "127.0.0.%zu", index + 1);
	server->fixture = f;
	server->fd = loopback_bind(SOCK_DGRAM, host, f->port);
	f->port = loopback_port(server->fd);
	server->answers_at = answers_at;
	server->watch.ready = asked;
	server->watch.arg = server;
	server->later.expire = answer;
	server->later.arg = server;
	assert_int_equal(dial_watch_set(f->loop, &server->watch, server->fd,
			     DIAL_READY_IN, NULL),
	    0);
	return server;
}

static void
done(void *arg, const struct dial_exchange_result *result,
    const struct dial_error *err)
{
	struct fixture *f = arg;

	assert_false(f->done);
	f->done = true;
	assert_true((result == NULL) != (err == NULL));
	if (err != NULL)
		f->err = *err;
	if (result != NULL) {
		f->result = *result;
		assert_true(result->len <= BIG);
		memcpy(f->reply, result->bytes, result->len);
		f->reply_len = result->len;
	}
	if (f->free_in_done) {
		dial_exchange_free(f->job);
		f->job = NULL;
	}
}

static void
start(struct fixture *f, const char *host, const char *addresses)
{
	struct dial_exchange_options options = {.party = "the server"};
	struct dial_endpoint endpoint;
	char entry[256];

	if (addresses != NULL) {
		snprintf(
		    entry, sizeof entry, "%s:%u:%s", host, f->port, addresses);
		assert_int_equal(
		    dial_resolver_add(f->resolver, entry, NULL), 0);
	}
	assert_int_equal(
	    dial_endpoint_set(&endpoint, host, f->port, &f->err), 0);
	f->job = dial_exchange_start(f->loop, f->resolver, &endpoint, &options,
	    QUESTION, sizeof QUESTION - 1, done, f, &f->err);
	dial_endpoint_clear(&endpoint);
}

static void
ask(struct fixture *f, const char *host, const char *addresses)
{
	struct dial_error err = {0};

	start(f, host, addresses);
	assert_non_null(f->job);
	assert_false(f->done); /* never from within start */
	if (dial_loop_run(f->loop, &f->done, &err) != 0)
		fail_msg("%s", err.text);
}

static void
assert_answered_after(const struct fixture *f, const char *host, int64_t span)
{
	char text[DIAL_ADDRESS_TEXT];

	if (dial_error_is_set(&f->err))
		fail_msg("%s", f->err.text);
	assert_int_equal(f->reply_len, 4);
	assert_memory_equal(f->reply, "noon", 4);
	assert_string_equal(
	    dial_address_host_text(&f->result.peer, text, sizeof text), host);
	assert_true(f->clock.now == BEGIN + span);
	assert_true(f->result.received_at == BEGIN + span);
}

static void
test_answer(void **state)
{
	struct fixture *f = *state;
	char text[DIAL_ADDRESS_TEXT];

	serve(f, 0, 1);
	ask(f, "127.0.0.1", NULL);
	assert_answered_after(f, "127.0.0.1", 0);
	assert_true(f->result.sent_at == BEGIN);
	assert_true(f->result.resolved_at == BEGIN);
	assert_string_equal(
	    dial_address_host_text(&f->result.local, text, sizeof text),
	    "127.0.0.1");
	assert_int_not_equal(dial_address_port(&f->result.local), 0);
}

static void
test_next_address_after_a_second(void **state)
{
	struct fixture *f = *state;

	serve(f, 0, SILENT);
	serve(f, 1, 1);
	ask(f, "a.test", "127.0.0.1,127.0.0.2");
	assert_answered_after(f, "127.0.0.2", DIAL_EXCHANGE_WAIT);
	assert_true(f->result.sent_at == BEGIN + DIAL_EXCHANGE_WAIT);
	assert_int_equal(f->servers[0].asked, 1);
}

static void
test_next_address_at_once_after_a_refusal(void **state)
{
	struct fixture *f = *state;

	serve(f, 1, 1); /* and nobody at 127.0.0.1 */
	ask(f, "a.test", "127.0.0.1,127.0.0.2");
	assert_answered_after(f, "127.0.0.2", 0);
}

static void
test_repeats_twice(void **state)
{
	struct fixture *f = *state;
	struct server *server = serve(f, 0, 3);

	ask(f, "127.0.0.1", NULL);
	assert_answered_after(f, "127.0.0.1", 2 * DIAL_EXCHANGE_WAIT);
	assert_int_equal(server->asked, 3);
	assert_true(server->asked_at[1] == BEGIN + DIAL_EXCHANGE_WAIT);
}

static void
test_silence(void **state)
{
	struct fixture *f = *state;

	serve(f, 0, SILENT);
	serve(f, 1, SILENT);
	ask(f, "a.test", "127.0.0.1,127.0.0.2");
	assert_int_equal(dial_error_exit_code(&f->err), 28);
	assert_non_null(strstr(f->err.text, "no answer from the server"));
	assert_non_null(strstr(f->err.text, "127.0.0.1, 127.0.0.2"));
	assert_true(f->clock.now == BEGIN + 6 * DIAL_EXCHANGE_WAIT);
	assert_int_equal(f->servers[0].asked, 3);
	assert_int_equal(f->servers[1].asked, 3);
}

/* Who refused is not asked again. */
static void
test_refusal_and_silence(void **state)
{
	struct fixture *f = *state;

	serve(f, 1, SILENT);
	ask(f, "a.test", "127.0.0.1,127.0.0.2");
	assert_int_equal(dial_error_exit_code(&f->err), 28);
	assert_non_null(
	    strstr(f->err.text, "127.0.0.1: Connection refused, 127.0.0.2)"));
	assert_true(f->clock.now == BEGIN + 3 * DIAL_EXCHANGE_WAIT);
	assert_int_equal(f->servers[1].asked, 3);
}

static void
test_all_refuse(void **state)
{
	struct fixture *f = *state;

	serve(f, 2, SILENT); /* keeps the port; nobody at .1 and .2 */
	ask(f, "a.test", "127.0.0.1,127.0.0.2");
	assert_int_equal(dial_error_exit_code(&f->err), 7);
	assert_int_equal(f->err.system_errno, ECONNREFUSED);
	assert_non_null(strstr(f->err.text, "127.0.0.1: Connection refused, "
					    "127.0.0.2: Connection refused"));
	assert_true(f->clock.now == BEGIN);
}

/* An answer to an earlier question counts. */
static void
test_late_answer(void **state)
{
	struct fixture *f = *state;
	struct server *server = serve(f, 0, 1);

	server->delay = 3 * DIAL_EXCHANGE_WAIT / 2;
	serve(f, 1, SILENT);
	ask(f, "a.test", "127.0.0.1,127.0.0.2");
	assert_answered_after(f, "127.0.0.1", server->delay);
	assert_int_equal(f->servers[1].asked, 1);
}

static int
look_up_nothing(void *arg, const char *host, int family,
    struct dial_address **addresses, size_t *count, char *why, size_t why_size)
{
	(void)arg;
	(void)host;
	(void)family;
	*addresses = NULL;
	*count = 0;
	snprintf(why, why_size, "no such name");
	return 0;
}

static void
test_name_that_is_not_found(void **state)
{
	struct fixture *f = *state;

	f->port = 13;
	dial_lookup_set_method(f->loop, look_up_nothing, NULL);
	ask(f, "a.test", NULL);
	assert_int_equal(dial_error_exit_code(&f->err), 6);
	assert_non_null(strstr(f->err.text, "\"a.test\" was not found"));
}

static void
test_endpoints_that_cannot_be_asked(void **state)
{
	struct fixture *f = *state;

	f->port = 0;
	start(f, "127.0.0.1", NULL);
	assert_null(f->job);
	assert_int_equal(dial_error_exit_code(&f->err), 3);
}

static void
seen(void *arg)
{
	bool *flag = arg;

	*flag = true;
}

static void
test_giving_up(void **state)
{
	struct fixture *f = *state;
	bool half = false;
	struct dial_timer timer = {.expire = seen, .arg = &half};
	char text[300], expected[300];

	serve(f, 0, SILENT);
	start(f, "127.0.0.1", NULL);
	assert_string_equal(dial_exchange_step(f->job, text, sizeof text),
	    "looking up 127.0.0.1");
	assert_int_equal(
	    dial_timer_set(f->loop, &timer, BEGIN + DIAL_SECOND / 2, NULL), 0);
	assert_int_equal(dial_loop_run(f->loop, &half, NULL), 0);
	snprintf(expected, sizeof expected,
	    "waiting for a datagram from 127.0.0.1:%u (127.0.0.1)", f->port);
	assert_string_equal(
	    dial_exchange_step(f->job, text, sizeof text), expected);
	dial_exchange_free(f->job);
	f->job = NULL;
	assert_false(f->done);
}

static void
test_done_may_free_the_job(void **state)
{
	struct fixture *f = *state;

	f->free_in_done = true;
	serve(f, 0, 1);
	ask(f, "127.0.0.1", NULL);
	assert_answered_after(f, "127.0.0.1", 0);
	assert_null(f->job);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_answer),
	    TEST(test_next_address_after_a_second),
	    TEST(test_next_address_at_once_after_a_refusal),
	    TEST(test_repeats_twice),
	    TEST(test_silence),
	    TEST(test_refusal_and_silence),
	    TEST(test_all_refuse),
	    TEST(test_late_answer),
	    TEST(test_name_that_is_not_found),
	    TEST(test_endpoints_that_cannot_be_asked),
	    TEST(test_giving_up),
	    TEST(test_done_may_free_the_job),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
