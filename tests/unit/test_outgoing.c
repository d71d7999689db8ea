/* From where a call is made, and how its socket behaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "loopback.h"
#include "scripted_stream.h"
#include "transport/haproxy.h"
#include "transport/outgoing.h"
#include "transport/socket.h"

static const struct {
	const char *text, *interface, *host;
	bool either, refused;
} specs[] = {
    {"eth0", "eth0", NULL, true, false},
    {"10.0.0.1", "10.0.0.1", NULL, true, false},
    {"::1", "::1", NULL, true, false},
    {"if!eth0", "eth0", NULL, false, false},
    {"host!me.test", NULL, "me.test", false, false},
    {"ifhost!eth0!10.0.0.1", "eth0", "10.0.0.1", false, false},
    {"", NULL, NULL, false, true},
    {"if!", NULL, NULL, false, true},
    {"host!", NULL, NULL, false, true},
    {"ifhost!eth0", NULL, NULL, false, true},
    {"ifhost!!10.0.0.1", NULL, NULL, false, true},
    {"ifhost!eth0!", NULL, NULL, false, true},
    {NULL, NULL, NULL, false, false},
};

static void
assert_text(const char *got, const char *expected)
{
	if (expected == NULL)
		assert_null(got);
	else
		assert_string_equal(got, expected);
}

static void
what_interface_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
		struct dial_outgoing from = {0}, copy = {0};
		struct dial_error err = {0};

		assert_int_equal(
		    dial_outgoing_set_interface(&from, specs[i].text, &err),
		    specs[i].refused ? -1 : 0);
		assert_int_equal(
		    dial_error_exit_code(&err), specs[i].refused ? 2 : 0);
		assert_int_equal(dial_outgoing_copy(&copy, &from), 0);
		assert_text(copy.interface, specs[i].interface);
		assert_text(copy.host, specs[i].host);
		assert_int_equal(copy.either, specs[i].either);
		dial_outgoing_clear(&from);
		dial_outgoing_clear(&copy);
	}
}

/* A socket prepared so; what the preparation said. */
static int
prepare(int *fd, const struct dial_outgoing *from, int family)
{
	struct dial_outgoing_addresses ours;
	struct dial_error err = {0};

	*fd = dial_socket_open(family, SOCK_STREAM);
	assert_int_not_equal(*fd, -1);
	assert_int_equal(dial_outgoing_find(&ours, from, &err), 0);
	return dial_outgoing_prepare(*fd, family, from, &ours);
}

static void
bound_to(int fd, const char *host, uint16_t *port)
{
	struct dial_address local = {.len = sizeof local.storage};
	char text[DIAL_ADDRESS_TEXT];

	assert_int_equal(
	    getsockname(fd, (struct sockaddr *)&local.storage, &local.len), 0);
	assert_string_equal(
	    dial_address_host_text(&local, text, sizeof text), host);
	*port = dial_address_port(&local);
}

static void
an_address_of_ours(void **state)
{
	struct dial_outgoing from = {0};
	uint16_t port;
	int fd;

	(void)state;
	assert_int_equal(
	    dial_outgoing_set_interface(&from, "host!127.0.0.2", NULL), 0);
	assert_null(dial_outgoing_name(&from));
	assert_int_equal(prepare(&fd, &from, AF_INET), 0);
	bound_to(fd, "127.0.0.2", &port);
	close(fd);
	/* None of that family. */
	assert_int_equal(prepare(&fd, &from, AF_INET6), EAFNOSUPPORT);
	close(fd);
	/* TEST-NET-1 (RFC 5737) is nobody's. */
	assert_int_equal(
	    dial_outgoing_set_interface(&from, "192.0.2.1", NULL), 0);
	assert_int_equal(prepare(&fd, &from, AF_INET), EADDRNOTAVAIL);
	close(fd);
	dial_outgoing_clear(&from);
}

static void
an_interface(void **state)
{
	struct dial_outgoing from = {0};
	struct dial_outgoing_addresses ours;
	struct dial_error err = {0};
	int fd;

	(void)state;
	assert_int_equal(dial_outgoing_set_interface(&from, "lo", NULL), 0);
	assert_null(dial_outgoing_name(&from));
	assert_int_equal(prepare(&fd, &from, AF_INET), 0);
	close(fd);
	assert_int_equal(
	    dial_outgoing_set_interface(&from, "if!nosuch0", NULL), 0);
	assert_int_equal(dial_outgoing_find(&ours, &from, &err), -1);
	assert_int_equal(err.number, DIAL_SYSTEM_INTERFACE);
	assert_int_equal(dial_error_exit_code(&err), 45);
	assert_non_null(strstr(err.text, "nosuch0"));
	/* What is no interface may be a host. */
	assert_int_equal(
	    dial_outgoing_set_interface(&from, "me.test", NULL), 0);
	assert_string_equal(dial_outgoing_name(&from), "me.test");
	assert_int_equal(dial_outgoing_find(&ours, &from, &err), 0);
	assert_false(ours.given);
	dial_outgoing_clear(&from);
}

static void
the_first_free_port_of_a_range(void **state)
{
	int taken = loopback_listen("127.0.0.1", 0), fd, other;
	struct dial_outgoing from = {.ports = 2};
	uint16_t port;

	(void)state;
	from.port = loopback_port(taken);
	assert_int_equal(
	    dial_outgoing_set_interface(&from, "127.0.0.1", NULL), 0);
	if (prepare(&fd, &from, AF_INET) == 0) {
		bound_to(fd, "127.0.0.1", &port);
		assert_int_equal(port, from.port + 1);
	}
	from.ports = 1;
	assert_int_equal(prepare(&other, &from, AF_INET), EADDRINUSE);
	close(other);
	close(fd);
	close(taken);
	dial_outgoing_clear(&from);
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
options_of_the_socket(void **state)
{
	struct dial_outgoing from = {.keepalive_seconds = 7,
	    .keepalive_count = 3,
	    .traffic_class = 0x28};
	int fd;

	(void)state;
	assert_int_equal(prepare(&fd, &from, AF_INET), 0);
	assert_int_not_equal(option(fd, IPPROTO_TCP, TCP_NODELAY), 0);
	assert_int_not_equal(option(fd, SOL_SOCKET, SO_KEEPALIVE), 0);
	assert_int_equal(option(fd, IPPROTO_TCP, TCP_KEEPIDLE), 7);
	assert_int_equal(option(fd, IPPROTO_TCP, TCP_KEEPINTVL), 7);
	assert_int_equal(option(fd, IPPROTO_TCP, TCP_KEEPCNT), 3);
	assert_int_equal(option(fd, IPPROTO_IP, IP_TOS), 0x28);
	close(fd);
	assert_int_equal(prepare(&fd, &from, AF_INET6), 0);
	assert_int_equal(option(fd, IPPROTO_IPV6, IPV6_TCLASS), 0x28);
	close(fd);
	from = (struct dial_outgoing){.nagle = true};
	assert_int_equal(prepare(&fd, &from, AF_INET), 0);
	assert_int_equal(option(fd, IPPROTO_TCP, TCP_NODELAY), 0);
	assert_int_equal(option(fd, SOL_SOCKET, SO_KEEPALIVE), 0);
	close(fd);
}

/* --- The PROXY line --------------------------------------------------------
 */

/* Opens the layer on a real connection and returns what was heard. */
static void
hear_line(const char *client, char *line, size_t size, char *expected,
    size_t expected_size)
{
	int listener = loopback_listen("127.0.0.1", 0), peer, fd;
	struct sockaddr_in at = {.sin_family = AF_INET};
	struct dial_stream *stream;
	uint16_t port;
	ssize_t n;

	at.sin_port = htons(loopback_port(listener));
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
	peer = accept(listener, NULL, NULL);
	assert_int_not_equal(peer, -1);
	bound_to(fd, "127.0.0.1", &port);
	stream = dial_haproxy_new(
	    dial_socket_stream_new(fd, "the server", NULL), client, NULL);
	assert_non_null(stream);
	assert_int_equal(dial_stream_open(stream, NULL), 0);
	assert_int_equal(dial_stream_open(stream, NULL), 0);
	n = recv(peer, line, size - 1, 0);
	assert_true(n > 0);
	line[n] = '\0';
	snprintf(expected, expected_size, "PROXY %s %s 127.0.0.1 %u %u\r\n",
	    client != NULL && strchr(client, ':') != NULL ? "TCP6" : "TCP4",
	    client != NULL ? client : "127.0.0.1", port,
	    loopback_port(listener));
	dial_stream_free(stream);
	close(peer);
	close(listener);
}

static void
the_proxy_line_names_both_ends(void **state)
{
	static const char *const clients[] = {NULL, "192.0.2.7", "2001:db8::1"};
	char line[256], expected[256];

	(void)state;
	for (size_t i = 0; i < sizeof clients / sizeof clients[0]; i++) {
		hear_line(
		    clients[i], line, sizeof line, expected, sizeof expected);
		assert_string_equal(line, expected);
	}
}

/* Written in pieces, and where the foot is no TCP. */
static void
the_proxy_line_waits(void **state)
{
	struct scripted_stream *peer = scripted_stream_new();
	struct dial_stream *stream;
	size_t len;

	(void)state;
	scripted_take(peer, 5);
	scripted_take(peer, DIAL_STREAM_WANT_OUT);
	stream = dial_haproxy_new(scripted_stream_of(peer), NULL, NULL);
	assert_non_null(stream);
	assert_int_equal(dial_stream_open(stream, NULL), DIAL_STREAM_WANT_OUT);
	assert_int_equal(dial_stream_open(stream, NULL), 0);
	assert_string_equal(scripted_written(peer, &len), "PROXY UNKNOWN\r\n");
	dial_stream_free(stream);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_interface_names),
	    cmocka_unit_test(an_address_of_ours),
	    cmocka_unit_test(an_interface),
	    cmocka_unit_test(the_first_free_port_of_a_range),
	    cmocka_unit_test(options_of_the_socket),
	    cmocka_unit_test(the_proxy_line_names_both_ends),
	    cmocka_unit_test(the_proxy_line_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
