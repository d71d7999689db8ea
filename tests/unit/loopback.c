/* Only this file opens sockets for tests without the library under test. */
#include "loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define OPEN_MAX_COUNTED 512

static struct sockaddr_in
address_of(const char *host, uint16_t port)
{
	struct sockaddr_in in;

	memset(&in, 0, sizeof in);
	in.sin_family = AF_INET;
	in.sin_port = htons(port);
	assert_int_equal(inet_pton(AF_INET, host, &in.sin_addr), 1);
	return in;
}

int
loopback_bind(int type, const char *host, uint16_t port)
{
	struct sockaddr_in in = address_of(host, port);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof in), 0);
	return fd;
}

uint16_t
loopback_port(int fd)
{
	struct sockaddr_in in;
	socklen_t len = sizeof in;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	return ntohs(in.sin_port);
}

int
loopback_listen(const char *host, uint16_t port)
{
	int fd = loopback_bind(SOCK_STREAM, host, port);

	assert_int_equal(listen(fd, 16), 0);
	return fd;
}

void
loopback_call_and_close(const char *host, uint16_t port)
{
	struct sockaddr_in in = address_of(host, port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&in, sizeof in), 0);
	close(fd);
}

void
loopback_stall(
    struct loopback_stalled *stalled, const char *host, uint16_t port)
{
	struct sockaddr_in in;

	stalled->fd = loopback_bind(SOCK_STREAM, host, port);
	stalled->port = loopback_port(stalled->fd);
	in = address_of(host, stalled->port);
	assert_int_equal(listen(stalled->fd, 0), 0);
	for (size_t i = 0; i < LOOPBACK_STALLED_CALLS; i++) {
		stalled->calls[i] = socket(
		    AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		assert_true(stalled->calls[i] >= 0);
		if (connect(stalled->calls[i], (struct sockaddr *)&in,
			sizeof in) != 0)
			assert_int_equal(errno, EINPROGRESS);
	}
}

void
loopback_stalled_close(struct loopback_stalled *stalled)
{
	for (size_t i = 0; i < LOOPBACK_STALLED_CALLS; i++)
		close(stalled->calls[i]);
	close(stalled->fd);
}

int
loopback_count_open(void)
{
	int count = 0;

	for (int fd = 0; fd < OPEN_MAX_COUNTED; fd++)
		if (fcntl(fd, F_GETFD) != -1)
			count++;
	return count;
}
