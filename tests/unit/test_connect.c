/* PROTOCOL 71 and DESIGN 2 on real sockets of the loopback, with a clock that
 * only an idle loop moves. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_clock.h"
#include "loopback.h"
#include "transport/connect.h"

#define BEGIN DIAL_SECOND

struct fixture {
	struct fake_clock clock;
	struct dial_loop *loop;
	struct dial_resolver *resolver;
	struct dial_connect *job;
	bool free_in_done;
	int open; /* descriptors before */
	/* what done() was told */
	bool done;
	struct dial_connect_result result;
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
	f->result.fd = -1;
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	if (f->result.fd >= 0)
		close(f->result.fd);
	dial_connect_free(f->job);
	dial_resolver_free(f->resolver);
	dial_loop_free(f->loop);
	assert_int_equal(loopback_count_open(), f->open);
	free(f);
	return 0;
}

static void
done(void *arg, const struct dial_connect_result *result,
    const struct dial_error *err)
{
	struct fixture *f = arg;

	assert_false(f->done);
	f->done = true;
	if (result != NULL)
		f->result = *result;
	if (err != NULL)
		f->err = *err;
	assert_true((result == NULL) != (err == NULL));
	if (f->free_in_done) {
		dial_connect_free(f->job);
		f->job = NULL;
	}
}

static void
give(struct fixture *f, const char *host, uint16_t port, const char *addresses)
{
	char entry[512];

	snprintf(entry, sizeof entry, "%s:%u:%s", host, port, addresses);
	assert_int_equal(dial_resolver_add(f->resolver, entry, NULL), 0);
}

static void
start(struct fixture *f, const char *text, enum dial_network network,
    const struct dial_connect_options *more)
{
	struct dial_connect_options options = {.party = "the server"};
	struct dial_endpoint endpoint;

	if (more != NULL)
		options = *more;
	options.network = network;
	assert_int_equal(
	    dial_endpoint_parse(&endpoint, text, NULL, network, &f->err), 0);
	f->job = dial_connect_start(
	    f->loop, f->resolver, &endpoint, &options, done, f, &f->err);
	dial_endpoint_clear(&endpoint);
}

static void
run(struct fixture *f)
{
	struct dial_error err = {0};

	assert_non_null(f->job);
	assert_false(f->done); /* never from within start */
	if (dial_loop_run(f->loop, &f->done, &err) != 0)
		fail_msg("%s", err.text);
}

static void
call(struct fixture *f, const char *host, uint16_t port)
{
	char text[300];

	snprintf(text, sizeof text, "%s:%u", host, port);
	start(f, text, DIAL_NETWORK_TCP, NULL);
	run(f);
}

static void
assert_says(const struct fixture *f, const char *words)
{
	if (strstr(f->err.text, words) == NULL)
		fail_msg("\"%s\" is not in: %s", words, f->err.text);
}

static int
option(int fd, int level, int name)
{
	int value = 0;
	socklen_t len = sizeof value;

	assert_int_equal(getsockopt(fd, level, name, &value, &len), 0);
	return value;
}

static void
test_connects(void **state)
{
	struct fixture *f = *state;
	const struct dial_outgoing outgoing = {.keepalive_seconds = 42};
	struct dial_connect_options options = {.outgoing = &outgoing};
	int fd = loopback_listen("127.0.0.1", 0);
	char text[DIAL_ADDRESS_TEXT], expected[DIAL_ADDRESS_TEXT];
	int got;

	snprintf(expected, sizeof expected, "127.0.0.1:%u", loopback_port(fd));
	start(f, expected, DIAL_NETWORK_TCP, &options);
	run(f);
	assert_string_equal(
	    dial_address_text(&f->result.peer, text, sizeof text), expected);
	assert_true(f->result.resolved_at >= BEGIN);
	assert_true(f->result.connected_at >= f->result.resolved_at);
	got = f->result.fd;
	assert_int_not_equal(option(got, IPPROTO_TCP, TCP_NODELAY), 0);
	assert_int_not_equal(option(got, SOL_SOCKET, SO_KEEPALIVE), 0);
	assert_int_equal(option(got, IPPROTO_TCP, TCP_KEEPIDLE), 42);
	assert_int_equal(option(got, IPPROTO_TCP, TCP_KEEPINTVL), 42);
	assert_int_equal(send(got, "x", 1, MSG_NOSIGNAL), 1);
	close(fd);
}

static void
test_no_keepalive_unless_asked(void **state)
{
	struct fixture *f = *state;
	int fd = loopback_listen("127.0.0.1", 0);

	call(f, "127.0.0.1", loopback_port(fd));
	assert_int_equal(option(f->result.fd, SOL_SOCKET, SO_KEEPALIVE), 0);
	close(fd);
}

static void
test_refused_names_every_address(void **state)
{
	struct fixture *f = *state;
	int fd = loopback_bind(SOCK_STREAM, "127.0.0.1", 0);
	uint16_t port = loopback_port(fd);
	int second = loopback_bind(SOCK_STREAM, "127.0.0.2", port);

	give(f, "a.test", port, "127.0.0.1,127.0.0.2");
	call(f, "a.test", port);
	assert_int_equal(dial_error_exit_code(&f->err), 7);
	assert_int_equal(f->err.system_errno, ECONNREFUSED);
	assert_says(f, "cannot connect to the server");
	assert_says(f, "(tried 127.0.0.1: Connection refused, "
		       "127.0.0.2: Connection refused)");
	assert_says(f, "is it running");
	/* Each failure started the next at once. */
	assert_true(f->clock.now == BEGIN);
	close(fd);
	close(second);
}

#define MANY 12

static void
test_many_addresses_are_counted(void **state)
{
	struct fixture *f = *state;
	char list[256] = "", host[32];
	int fds[MANY];
	uint16_t port = 0;

	for (int i = 0; i < MANY; i++) {
		snprintf(host, sizeof host, "127.0.1.%d", i + 1);
		fds[i] = loopback_bind(SOCK_STREAM, host, port);
		port = loopback_port(fds[i]);
		if (i > 0)
			strncat(list, ",", sizeof list - strlen(list) - 1);
		strncat(list, host, sizeof list - strlen(list) - 1);
	}
	give(f, "a.test", port, list);
	call(f, "a.test", port);
	assert_says(f, "127.0.1.8: Connection refused and 4 more)");
	assert_null(strstr(f->err.text, "127.0.1.9"));
	for (int i = 0; i < MANY; i++)
		close(fds[i]);
}

static void
test_next_address_at_once_after_a_refusal(void **state)
{
	struct fixture *f = *state;
	int refused = loopback_bind(SOCK_STREAM, "127.0.0.1", 0);
	uint16_t port = loopback_port(refused);
	int fd = loopback_listen("127.0.0.2", port);
	char text[DIAL_ADDRESS_TEXT];

	give(f, "a.test", port, "127.0.0.1,127.0.0.2");
	call(f, "a.test", port);
	assert_string_equal(
	    dial_address_host_text(&f->result.peer, text, sizeof text),
	    "127.0.0.2");
	assert_true(f->clock.now == BEGIN);
	close(refused);
	close(fd);
}

/* PROTOCOL 71: 250 ms, and the loser is stopped. */
static void
test_next_address_after_the_attempt_delay(void **state)
{
	struct fixture *f = *state;
	struct loopback_stalled stalled;
	char text[DIAL_ADDRESS_TEXT];
	int fd, before;

	loopback_stall(&stalled, "127.0.0.1", 0);
	fd = loopback_listen("127.0.0.2", stalled.port);
	give(f, "a.test", stalled.port, "127.0.0.1,127.0.0.2");
	before = loopback_count_open();
	call(f, "a.test", stalled.port);
	assert_string_equal(
	    dial_address_host_text(&f->result.peer, text, sizeof text),
	    "127.0.0.2");
	assert_true(f->clock.now == BEGIN + DIAL_RACE_ATTEMPT_DELAY);
	assert_int_equal(loopback_count_open(), before + 1);
	close(fd);
	loopback_stalled_close(&stalled);
}

static int
look_up_nothing(void *arg, const char *host, int family,
    struct dial_address **addresses, size_t *count, char *why, size_t why_size)
{
	const bool *broken = arg;

	(void)host;
	(void)family;
	*addresses = NULL;
	*count = 0;
	snprintf(why, why_size, *broken ? "no nameserver" : "no such name");
	return *broken ? -1 : 0;
}

static void
test_names_that_are_not_found(void **state)
{
	static const struct {
		bool is_proxy, broken;
		int code;
		const char *words;
	} rows[] = {
	    {false, false, 6,
		"cannot connect to it: the name \"a.test\" was not found (no "
		"such name); check its spelling"},
	    {true, false, 5, "was not found"},
	    {false, true, 6,
		"this machine could not look up \"a.test\" (no "
		"nameserver)"},
	    {true, true, 5, "could not look up"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dial_connect_options options = {
		    .party = "it", .is_proxy = rows[i].is_proxy};
		bool broken = rows[i].broken;

		dial_lookup_set_method(f->loop, look_up_nothing, &broken);
		f->done = false;
		dial_error_clear(&f->err);
		start(f, "a.test:80", DIAL_NETWORK_TCP, &options);
		run(f);
		assert_int_equal(dial_error_exit_code(&f->err), rows[i].code);
		assert_says(f, rows[i].words);
		dial_connect_free(f->job);
		f->job = NULL;
	}
}

static void
test_literal_of_the_other_family(void **state)
{
	struct fixture *f = *state;
	struct dial_connect_options options = {
	    .party = "the server [::1]:80", .family = DIAL_FAMILY_V4};

	start(f, "[::1]:80", DIAL_NETWORK_TCP, &options);
	run(f);
	assert_int_equal(dial_error_exit_code(&f->err), 6);
	assert_says(f, "[::1]:80: it is an IPv6 address and only IPv4");
}

static void
test_endpoints_that_cannot_be_called(void **state)
{
	static const char *const texts[] = {"a.test:0", "*:80", "[::1]:0"};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		dial_error_clear(&f->err);
		start(f, texts[i], DIAL_NETWORK_TCP, NULL);
		assert_null(f->job);
		assert_int_equal(dial_error_exit_code(&f->err), 3);
	}
	dial_error_clear(&f->err);
	start(f, "/run/x", DIAL_NETWORK_UDP, NULL);
	assert_null(f->job);
	assert_int_equal(dial_error_exit_code(&f->err), 2);
}

static void
test_done_may_free_the_job(void **state)
{
	struct fixture *f = *state;
	int fd = loopback_listen("127.0.0.1", 0);
	uint16_t port = loopback_port(fd);

	f->free_in_done = true;
	call(f, "127.0.0.1", port);
	assert_true(f->result.fd >= 0);
	close(fd);
	f->done = false;
	fd = loopback_bind(SOCK_STREAM, "127.0.0.1", 0);
	call(f, "127.0.0.1", loopback_port(fd));
	assert_int_equal(dial_error_exit_code(&f->err), 7);
	close(fd);
}

static void
test_udp(void **state)
{
	struct fixture *f = *state;
	int fd = loopback_bind(SOCK_DGRAM, "127.0.0.1", 0);
	char text[32], bytes[8];

	snprintf(text, sizeof text, "127.0.0.1:%u", loopback_port(fd));
	start(f, text, DIAL_NETWORK_UDP, NULL);
	run(f);
	assert_int_equal(option(f->result.fd, SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
	assert_int_equal(send(f->result.fd, "hi", 2, 0), 2);
	assert_int_equal(recv(fd, bytes, sizeof bytes, 0), 2);
	close(fd);
}

static int
listen_at_path(const char *path, int backlog)
{
	struct dial_address address;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_true(dial_address_from_path(&address, path));
	assert_int_equal(
	    bind(fd, (struct sockaddr *)&address.storage, address.len), 0);
	assert_int_equal(listen(fd, backlog), 0);
	return fd;
}

static void
test_unix_paths(void **state)
{
	struct fixture *f = *state;
	char folder[] = "/tmp/dial-test-XXXXXX", path[64], text[64];
	int fd;

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/s", folder);
	start(f, path, DIAL_NETWORK_TCP, NULL);
	run(f);
	assert_int_equal(dial_error_exit_code(&f->err), 7);
	assert_int_equal(f->err.system_errno, ENOENT);
	assert_says(f, path);
	assert_says(f, "is the path right?");
	dial_connect_free(f->job);

	fd = listen_at_path(path, 5);
	f->done = false;
	start(f, path, DIAL_NETWORK_TCP, NULL);
	run(f);
	assert_true(f->result.fd >= 0);
	assert_string_equal(
	    dial_address_text(&f->result.peer, text, sizeof text), path);
	close(fd);
	unlink(path);
	rmdir(folder);
}

static void
test_abstract_names(void **state)
{
	struct fixture *f = *state;
	char name[64];
	int fd;

	snprintf(name, sizeof name, "@dial-test-%ld", (long)getpid());
	fd = listen_at_path(name, 5);
	start(f, name, DIAL_NETWORK_TCP, NULL);
	run(f);
	assert_true(f->result.fd >= 0);
	close(fd);
}

/* A full backlog of a unix socket is asked again until there is room. */
struct unblocker {
	struct dial_timer timer;
	int fd;
	int accepted;
};

static void
unblock(void *arg)
{
	struct unblocker *unblocker = arg;

	unblocker->accepted = accept(unblocker->fd, NULL, NULL);
	assert_true(unblocker->accepted >= 0);
}

static void
test_full_unix_backlog(void **state)
{
	struct fixture *f = *state;
	struct unblocker unblocker = {.timer = {.expire = unblock}};
	struct dial_address address;
	char name[64];
	int first = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(name, sizeof name, "@dial-full-%ld", (long)getpid());
	unblocker.fd = listen_at_path(name, 0);
	unblocker.timer.arg = &unblocker;
	assert_true(dial_address_from_path(&address, name));
	assert_int_equal(
	    connect(first, (struct sockaddr *)&address.storage, address.len),
	    0);
	assert_int_equal(dial_timer_set(f->loop, &unblocker.timer,
			     BEGIN + DIAL_SECOND, NULL),
	    0);
	start(f, name, DIAL_NETWORK_TCP, NULL);
	run(f);
	assert_true(f->result.fd >= 0);
	assert_true(f->clock.now >= BEGIN + DIAL_SECOND);
	assert_true(f->clock.now < BEGIN + 2 * DIAL_SECOND);
	close(unblocker.accepted);
	close(unblocker.fd);
	close(first);
}

/* What a time-out's sentence would say, once in each step. */
struct glimpse {
	struct dial_timer timer;
	const struct dial_connect *job;
	char text[300];
	bool resolving;
	bool seen;
};

static void
look(void *arg)
{
	struct glimpse *glimpse = arg;

	dial_connect_step(glimpse->job, glimpse->text, sizeof glimpse->text);
	glimpse->resolving = dial_connect_is_resolving(glimpse->job);
	glimpse->seen = true;
}

static void
test_steps(void **state)
{
	struct fixture *f = *state;
	struct glimpse glimpse = {.timer = {.expire = look}};
	struct loopback_stalled stalled;
	char text[64], expected[300];

	loopback_stall(&stalled, "127.0.0.1", 0);
	give(f, "a.test", stalled.port, "127.0.0.1");
	snprintf(text, sizeof text, "a.test:%u", stalled.port);
	start(f, text, DIAL_NETWORK_TCP, NULL);
	assert_true(dial_connect_is_resolving(f->job));
	assert_string_equal(
	    dial_connect_step(f->job, expected, sizeof expected),
	    "looking up a.test");
	glimpse.timer.arg = &glimpse;
	glimpse.job = f->job;
	assert_int_equal(
	    dial_timer_set(f->loop, &glimpse.timer, BEGIN + DIAL_SECOND, NULL),
	    0);
	assert_int_equal(dial_loop_run(f->loop, &glimpse.seen, NULL), 0);
	assert_false(glimpse.resolving);
	snprintf(expected, sizeof expected,
	    "connecting to a.test:%u (127.0.0.1)", stalled.port);
	assert_string_equal(glimpse.text, expected);
	assert_false(f->done);
	loopback_stalled_close(&stalled);
}

static void
test_giving_up_stops_every_attempt(void **state)
{
	struct fixture *f = *state;
	struct glimpse glimpse = {.timer = {.expire = look}};
	struct loopback_stalled stalled;
	char text[64];
	int before;

	loopback_stall(&stalled, "127.0.0.1", 0);
	before = loopback_count_open();
	snprintf(text, sizeof text, "127.0.0.1:%u", stalled.port);
	start(f, text, DIAL_NETWORK_TCP, NULL);
	glimpse.timer.arg = &glimpse;
	glimpse.job = f->job;
	assert_int_equal(
	    dial_timer_set(f->loop, &glimpse.timer, BEGIN + DIAL_SECOND, NULL),
	    0);
	assert_int_equal(dial_loop_run(f->loop, &glimpse.seen, NULL), 0);
	assert_int_equal(loopback_count_open(), before + 1);
	dial_connect_free(f->job);
	f->job = NULL;
	assert_int_equal(loopback_count_open(), before);
	loopback_stalled_close(&stalled);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_connects),
	    TEST(test_no_keepalive_unless_asked),
	    TEST(test_refused_names_every_address),
	    TEST(test_many_addresses_are_counted),
	    TEST(test_next_address_at_once_after_a_refusal),
	    TEST(test_next_address_after_the_attempt_delay),
	    TEST(test_giving_up_stops_every_attempt),
	    TEST(test_names_that_are_not_found),
	    TEST(test_literal_of_the_other_family),
	    TEST(test_endpoints_that_cannot_be_called),
	    TEST(test_done_may_free_the_job),
	    TEST(test_udp),
	    TEST(test_unix_paths),
	    TEST(test_abstract_names),
	    TEST(test_full_unix_backlog),
	    TEST(test_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
