/*
 * Only this file reads and writes a stream's descriptor: one system call a
 * call, repeated only when a signal came between.
 */
#include "transport/socket.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

struct dial_socket {
	struct dial_stream stream;
	int fd;
	bool is_datagram;
	char *party;
};

int
dial_socket_open(int family, int type)
{
	return socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static bool
would_block(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK;
}

static ssize_t
socket_read(
    struct dial_stream *stream, void *bytes, size_t len, struct dial_error *err)
{
	struct dial_socket *sock = (struct dial_socket *)stream;
	ssize_t n;

	if (len == 0)
		return 0;
	do
		n = recv(sock->fd, bytes, len, 0);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return n;
	if (would_block(errno))
		return DIAL_STREAM_WANT_IN;
	return dial_error_set_errno(err, DIAL_SYSTEM, DIAL_SYSTEM_RECEIVE,
	    errno, "the connection to %s broke while receiving", sock->party);
}

static ssize_t
socket_write(struct dial_stream *stream, const void *bytes, size_t len,
    struct dial_error *err)
{
	struct dial_socket *sock = (struct dial_socket *)stream;
	ssize_t n;

	if (len == 0 && !sock->is_datagram)
		return 0;
	do
		n = send(sock->fd, bytes, len, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return n;
	if (would_block(errno))
		return DIAL_STREAM_WANT_OUT;
	return dial_error_set_errno(err, DIAL_SYSTEM, DIAL_SYSTEM_SEND, errno,
	    "the connection to %s broke while sending", sock->party);
}

/* The FIN.  A peer that is gone already needs no goodbye. */
static ssize_t
socket_close(struct dial_stream *stream, struct dial_error *err)
{
	const struct dial_socket *sock = (struct dial_socket *)stream;

	if (sock->is_datagram || shutdown(sock->fd, SHUT_WR) == 0 ||
	    errno == ENOTCONN)
		return 0;
	return dial_error_set_errno(err, DIAL_SYSTEM, DIAL_SYSTEM_SEND, errno,
	    "the connection to %s broke while hanging up", sock->party);
}

static int
socket_fd(const struct dial_stream *stream)
{
	return ((const struct dial_socket *)stream)->fd;
}

static void
socket_free(struct dial_stream *stream)
{
	struct dial_socket *sock = (struct dial_socket *)stream;

	close(sock->fd);
	free(sock->party);
	free(sock);
}

#define SOCKET_OPS(called)                                                   \
	{                                                                    \
		.name = called, .read = socket_read, .write = socket_write,  \
		.close = socket_close, .fd = socket_fd, .free = socket_free, \
	}

static const struct dial_stream_ops tcp_ops = SOCKET_OPS("tcp");
static const struct dial_stream_ops udp_ops = SOCKET_OPS("udp");
static const struct dial_stream_ops unix_ops = SOCKET_OPS("unix");

static const struct dial_stream_ops *
ops_for(int fd, bool is_datagram)
{
	struct sockaddr_storage local;
	socklen_t len = sizeof local;

	if (is_datagram)
		return &udp_ops;
	if (getsockname(fd, (struct sockaddr *)&local, &len) == 0 &&
	    local.ss_family == AF_UNIX)
		return &unix_ops;
	return &tcp_ops;
}

struct dial_stream *
dial_socket_stream_new(int fd, const char *party, struct dial_error *err)
{
	struct dial_socket *sock = calloc(1, sizeof *sock);
	char *copy = dial_text_copy(dial_span_of(party));
	socklen_t len;
	int type = 0;

	if (sock == NULL || copy == NULL) {
		dial_error_set_memory(err);
		free(copy);
		free(sock);
		close(fd);
		return NULL;
	}
	len = sizeof type;
	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len);
	sock->fd = fd;
	sock->party = copy;
	sock->is_datagram = type == SOCK_DGRAM;
	sock->stream.ops = ops_for(fd, sock->is_datagram);
	return &sock->stream;
}
