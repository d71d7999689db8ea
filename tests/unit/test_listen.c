/* The listening side on the loopback (DAY-04: descriptors that run out). */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_clock.h"
#include "loopback.h"
#include "transport/listen.h"

#define BEGIN DIAL_SECOND

struct fixture {
	struct fake_clock clock;
	struct dial_loop *loop;
	struct dial_listener *listener;
	int open; /* descriptors before */
	size_t accepted;
	struct dial_stream *last;
	bool done;
	bool free_in_callback;
	char from[DIAL_ADDRESS_TEXT];
	char datagram[64];
	struct dial_timer timer;
};

static void
time_up(void *arg)
{
	struct fixture *f = arg;

	f->done = true;
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	f->open = loopback_count_open();
	fake_clock_init(&f->clock, BEGIN);
	f->loop = dial_loop_new(&f->clock.clock, NULL);
	assert_non_null(f->loop);
	f->timer.expire = time_up;
	f->timer.arg = f;
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	dial_stream_free(f->last);
	dial_listener_free(f->listener);
	dial_timer_clear(&f->timer);
	dial_loop_free(f->loop);
	assert_int_equal(loopback_count_open(), f->open);
	free(f);
	return 0;
}

static void
accepted(void *arg, struct dial_stream *stream)
{
	struct fixture *f = arg;

	f->accepted++;
	f->done = true;
	dial_stream_free(f->last);
	f->last = stream;
	if (f->free_in_callback) {
		dial_listener_free(f->listener);
		f->listener = NULL;
	}
}

static void
arrived(void *arg, struct dial_listener *listener,
    const struct dial_address *from, const void *bytes, size_t len)
{
	struct fixture *f = arg;

	f->done = true;
	dial_address_text(from, f->from, sizeof f->from);
	snprintf(f->datagram, sizeof f->datagram, "%.*s", (int)len,
	    (const char *)bytes);
	dial_listener_reply(listener, from, "reply", 5);
}

static int
try_listen(struct fixture *f, const char *text, enum dial_network network,
    struct dial_error *err)
{
	struct dial_endpoint endpoint;

	assert_int_equal(
	    dial_endpoint_parse(&endpoint, text, NULL, network, err), 0);
	f->listener =
	    dial_listen(f->loop, &endpoint, network, accepted, arrived, f, err);
	dial_endpoint_clear(&endpoint);
	return f->listener == NULL ? -1 : 0;
}

static void
listen_at(struct fixture *f, const char *text, enum dial_network network)
{
	struct dial_error err = {0};

	if (try_listen(f, text, network, &err) != 0)
		fail_msg("%s", err.text);
}

static void
run(struct fixture *f)
{
	struct dial_error err = {0};

	f->done = false;
	if (dial_loop_run(f->loop, &f->done, &err) != 0)
		fail_msg("%s", err.text);
}

/* Runs for so long on the fake clock. */
static void
pass(struct fixture *f, int64_t span)
{
	assert_int_equal(
	    dial_timer_set(f->loop, &f->timer, f->clock.now + span, NULL), 0);
	run(f);
	dial_timer_clear(&f->timer);
}

/* A call by a plain socket, as strangers make them. */
static int
call(const struct dial_address *address, int type)
{
	int fd = socket(dial_address_family(address), type | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)&address->storage,
			     address->len),
	    0);
	return fd;
}

static void
test_accepts(void **state)
{
	struct fixture *f = *state;
	char text[DIAL_ADDRESS_TEXT], peer[DIAL_ADDRESS_TEXT];
	char expected[DIAL_ADDRESS_TEXT], bytes[8];
	socklen_t len = sizeof(int);
	int fd, on = 0;

	listen_at(f, "127.0.0.1:0", DIAL_NETWORK_TCP);
	assert_int_equal(dial_listener_count(f->listener), 1);
	assert_true(
	    dial_address_port(dial_listener_address(f->listener, 0)) > 0);
	fd = call(dial_listener_address(f->listener, 0), SOCK_STREAM);
	run(f);
	assert_int_equal(f->accepted, 1);
	snprintf(expected, sizeof expected, "127.0.0.1:%u", loopback_port(fd));
	assert_string_equal(
	    dial_stream_peer(f->last, peer, sizeof peer), expected);
	assert_string_equal(dial_stream_local(f->last, text, sizeof text),
	    dial_address_text(
		dial_listener_address(f->listener, 0), peer, sizeof peer));
	assert_int_equal(getsockopt(dial_stream_fd(f->last), IPPROTO_TCP,
			     TCP_NODELAY, &on, &len),
	    0);
	assert_int_not_equal(on, 0);
	assert_int_equal(dial_stream_write(f->last, "hello", 5, NULL), 5);
	assert_int_equal(recv(fd, bytes, sizeof bytes, 0), 5);
	close(fd);
}

/* Every address is a pair of sockets with one port, where there is IPv6. */
static void
test_every_address(void **state)
{
	struct fixture *f = *state;
	struct dial_address address;
	size_t count, calls = 0;
	uint16_t port;

	listen_at(f, "*:0", DIAL_NETWORK_TCP);
	count = dial_listener_count(f->listener);
	assert_in_range(count, 1, 2);
	port = dial_address_port(dial_listener_address(f->listener, 0));
	for (size_t i = 0; i < count; i++) {
		bool v6 = dial_address_family(dial_listener_address(
			      f->listener, i)) == AF_INET6;
		int fd;

		assert_int_equal(
		    dial_address_port(dial_listener_address(f->listener, i)),
		    port);
		assert_true(dial_address_from_literal(
		    &address, dial_span_of(v6 ? "::1" : "127.0.0.1"), port));
		fd = call(&address, SOCK_STREAM);
		run(f);
		assert_int_equal(f->accepted, ++calls);
		close(fd);
	}
}

static void
test_names_are_looked_up(void **state)
{
	struct fixture *f = *state;

	listen_at(f, "localhost:0", DIAL_NETWORK_TCP);
	assert_true(dial_listener_count(f->listener) >= 1);
}

static void
test_taken_port(void **state)
{
	struct fixture *f = *state;
	struct dial_error err = {0};
	int fd = loopback_listen("127.0.0.1", 0);
	char text[32];

	snprintf(text, sizeof text, "127.0.0.1:%u", loopback_port(fd));
	assert_int_equal(try_listen(f, text, DIAL_NETWORK_TCP, &err), -1);
	assert_int_equal(err.domain, DIAL_SYSTEM);
	assert_int_equal(err.number, DIAL_SYSTEM_LISTEN);
	assert_int_equal(err.system_errno, EADDRINUSE);
	assert_non_null(strstr(err.text, text));
	close(fd);
}

static void
test_address_of_somebody_else(void **state)
{
	struct fixture *f = *state;
	struct dial_error err = {0};

	assert_int_equal(
	    try_listen(f, "192.0.2.1:0", DIAL_NETWORK_TCP, &err), -1);
	assert_int_equal(err.system_errno, EADDRNOTAVAIL);
	assert_non_null(strstr(err.text, "192.0.2.1"));
}

static void
test_pausing(void **state)
{
	struct fixture *f = *state;
	int fd;

	listen_at(f, "127.0.0.1:0", DIAL_NETWORK_TCP);
	dial_listener_accepting(f->listener, false);
	fd = call(dial_listener_address(f->listener, 0), SOCK_STREAM);
	pass(f, DIAL_SECOND);
	assert_int_equal(f->accepted, 0);
	dial_listener_accepting(f->listener, true);
	run(f);
	assert_int_equal(f->accepted, 1);
	close(fd);
}

static void
limit_descriptors(rlim_t limit, struct rlimit *before)
{
	struct rlimit now;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, before), 0);
	now = *before;
	now.rlim_cur = limit;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
}

/* More than a second of tries: where the limit is only emulated, as under
 * valgrind, each refused accept loses its call. */
#define CALLERS 20

/* DAY-04: no accept, no spinning, and the callers are still there later. */
static void
test_descriptors_run_out(void **state)
{
	struct fixture *f = *state;
	struct rlimit before;
	unsigned idles;
	int fds[CALLERS], free_fd;

	listen_at(f, "127.0.0.1:0", DIAL_NETWORK_TCP);
	for (size_t i = 0; i < CALLERS; i++)
		fds[i] =
		    call(dial_listener_address(f->listener, 0), SOCK_STREAM);
	free_fd = dup(fds[0]);
	assert_true(free_fd >= 0);
	close(free_fd);
	limit_descriptors((rlim_t)free_fd, &before);
	idles = f->clock.idles;
	pass(f, DIAL_SECOND);
	/* A pause of the owner's does not end with the shortage. */
	dial_listener_accepting(f->listener, false);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(f->accepted, 0);
	assert_in_range(f->clock.idles - idles, 5, 15);
	pass(f, DIAL_SECOND);
	assert_int_equal(f->accepted, 0);
	dial_listener_accepting(f->listener, true);
	run(f);
	assert_int_equal(f->accepted, 1);
	for (size_t i = 0; i < CALLERS; i++)
		close(fds[i]);
}

static void
test_callback_may_free_the_listener(void **state)
{
	struct fixture *f = *state;
	int fd;

	f->free_in_callback = true;
	listen_at(f, "127.0.0.1:0", DIAL_NETWORK_TCP);
	fd = call(dial_listener_address(f->listener, 0), SOCK_STREAM);
	run(f);
	assert_null(f->listener);
	close(fd);
}

static void
assert_reply(struct fixture *f, int fd)
{
	char bytes[16] = "";

	assert_int_equal(send(fd, "ask", 3, 0), 3);
	run(f);
	assert_string_equal(f->datagram, "ask");
	assert_int_equal(recv(fd, bytes, sizeof bytes, MSG_DONTWAIT), 5);
	assert_string_equal(bytes, "reply");
}

static void
test_datagrams(void **state)
{
	struct fixture *f = *state;
	char expected[DIAL_ADDRESS_TEXT];
	int fd;

	listen_at(f, "127.0.0.1:0", DIAL_NETWORK_UDP);
	fd = call(dial_listener_address(f->listener, 0), SOCK_DGRAM);
	assert_reply(f, fd);
	snprintf(expected, sizeof expected, "127.0.0.1:%u", loopback_port(fd));
	assert_string_equal(f->from, expected);
	/* An empty one arrives too. */
	assert_int_equal(send(fd, "", 0, 0), 0);
	run(f);
	assert_string_equal(f->datagram, "");
	close(fd);
}

/* The reply comes from the address that was asked, or a connected socket of
 * the asker would not see it. */
static void
test_datagrams_to_any_address(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "127.0.0.2", "::1"};
	struct fixture *f = *state;
	struct dial_address address;
	uint16_t port;
	bool has_v6;

	listen_at(f, "*:0", DIAL_NETWORK_UDP);
	port = dial_address_port(dial_listener_address(f->listener, 0));
	has_v6 = dial_listener_count(f->listener) == 2;
	for (size_t i = 0; i < (has_v6 ? 3 : 2); i++) {
		int fd;

		assert_true(dial_address_from_literal(
		    &address, dial_span_of(hosts[i]), port));
		fd = call(&address, SOCK_DGRAM);
		assert_reply(f, fd);
		close(fd);
	}
}

/* Replies to someone who is gone harm nobody. */
static void
test_reply_to_nobody(void **state)
{
	struct fixture *f = *state;
	struct dial_address gone;
	int fd = loopback_bind(SOCK_DGRAM, "127.0.0.1", 0);

	listen_at(f, "127.0.0.1:0", DIAL_NETWORK_UDP);
	assert_true(dial_address_from_literal(
	    &gone, dial_span_of("127.0.0.1"), loopback_port(fd)));
	close(fd);
	dial_listener_reply(f->listener, &gone, "x", 1);
	fd = call(dial_listener_address(f->listener, 0), SOCK_DGRAM);
	assert_reply(f, fd);
	close(fd);
}

static void
test_unix_socket(void **state)
{
	struct fixture *f = *state;
	struct dial_error err = {0};
	char folder[] = "/tmp/dial-test-XXXXXX", path[64];
	struct dial_listener *first;
	struct stat status;
	int fd;

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/s", folder);
	/* A socket file that nobody answers at is replaced. */
	{
		struct dial_address address;

		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_true(dial_address_from_path(&address, path));
		assert_int_equal(
		    bind(fd, (struct sockaddr *)&address.storage, address.len),
		    0);
		close(fd);
	}
	listen_at(f, path, DIAL_NETWORK_TCP);
	fd = call(dial_listener_address(f->listener, 0), SOCK_STREAM);
	run(f);
	assert_int_equal(f->accepted, 1);
	close(fd);
	/* One that somebody answers at is not. */
	first = f->listener;
	assert_int_equal(try_listen(f, path, DIAL_NETWORK_TCP, &err), -1);
	assert_int_equal(err.system_errno, EADDRINUSE);
	dial_listener_free(first);
	assert_int_equal(stat(path, &status), -1);
	/* A file that is no socket is never removed. */
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	dial_error_clear(&err);
	assert_int_equal(try_listen(f, path, DIAL_NETWORK_TCP, &err), -1);
	assert_int_equal(stat(path, &status), 0);
	unlink(path);
	rmdir(folder);
}

static void
test_abstract_name(void **state)
{
	struct fixture *f = *state;
	char name[64];
	int fd;

	snprintf(name, sizeof name, "@dial-listen-%ld", (long)getpid());
	listen_at(f, name, DIAL_NETWORK_TCP);
	fd = call(dial_listener_address(f->listener, 0), SOCK_STREAM);
	run(f);
	assert_int_equal(f->accepted, 1);
	close(fd);
}

static void
test_no_udp_at_a_path(void **state)
{
	struct fixture *f = *state;
	struct dial_error err = {0};

	assert_int_equal(
	    try_listen(f, "/tmp/never", DIAL_NETWORK_UDP, &err), -1);
	assert_int_equal(dial_error_exit_code(&err), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_accepts),
	    TEST(test_every_address),
	    TEST(test_names_are_looked_up),
	    TEST(test_taken_port),
	    TEST(test_address_of_somebody_else),
	    TEST(test_pausing),
	    TEST(test_descriptors_run_out),
	    TEST(test_callback_may_free_the_listener),
	    TEST(test_datagrams),
	    TEST(test_datagrams_to_any_address),
	    TEST(test_reply_to_nobody),
	    TEST(test_unix_socket),
	    TEST(test_abstract_name),
	    TEST(test_no_udp_at_a_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
