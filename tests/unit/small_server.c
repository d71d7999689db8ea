/* A thread for each connection, so that none waits for another. */
#include "small_server.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "loopback.h"
#include "transport/socket.h"

#define FLOOD "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
wait_until(const struct dial_stream *stream, ssize_t want)
{
	struct pollfd at = {.fd = dial_stream_fd(stream),
	    .events = want == DIAL_STREAM_WANT_OUT ? POLLOUT : POLLIN};

	while (poll(&at, 1, -1) == -1 && errno == EINTR)
		continue;
}

static bool
is_want(ssize_t n)
{
	return n == DIAL_STREAM_WANT_IN || n == DIAL_STREAM_WANT_OUT;
}

static bool
open_stream(struct dial_stream *stream)
{
	ssize_t n;

	while (is_want(n = dial_stream_open(stream, NULL)))
		wait_until(stream, n);
	return n == 0;
}

static ssize_t
read_some(struct dial_stream *stream, void *bytes, size_t len)
{
	ssize_t n;

	while (is_want(n = dial_stream_read(stream, bytes, len, NULL)))
		wait_until(stream, n);
	return n;
}

static bool
write_all(struct dial_stream *stream, const char *bytes, size_t len)
{
	ssize_t n;

	for (; len > 0; bytes += n, len -= (size_t)n) {
		while (is_want(n = dial_stream_write(stream, bytes, len, NULL)))
			wait_until(stream, n);
		if (n <= 0)
			return false;
	}
	return true;
}

/* --- Requests --------------------------------------------------------------
 */

/* Bytes of the whole request, or 0 while that is not known. */
static size_t
length_of(const char *text)
{
	const char *end = strstr(text, "\r\n\r\n");
	const char *field = strstr(text, "\r\nContent-Length: ");
	size_t len;

	if (end == NULL)
		return 0;
	len = (size_t)(end - text) + 4;
	if (field != NULL && field < end)
		len +=
		    strtoul(field + strlen("\r\nContent-Length: "), NULL, 10);
	return len;
}

static bool
read_request(struct dial_stream *stream, struct dial_buf *request)
{
	char piece[4096];
	size_t len = 0;
	ssize_t n;

	dial_buf_reset(request);
	while (len == 0 || request->len < len) {
		n = read_some(stream, piece, sizeof piece);
		if (n <= 0 ||
		    dial_buf_append(request, piece, (size_t)n) == -1 ||
		    dial_buf_terminate(request) == NULL)
			return false;
		len = length_of((char *)request->data);
	}
	return true;
}

static const struct small_server_row *
choose(const struct small_server_row *row, const char *request, unsigned nth)
{
	while (row->request != NULL &&
	       (strncmp(request, row->request, strlen(row->request)) != 0 ||
		   (row->nth != 0 && row->nth != nth)))
		row++;
	return row->request == NULL ? NULL : row;
}

static void
note(struct small_server *server, const struct dial_buf *request)
{
	pthread_mutex_lock(&server->lock);
	server->requests++;
	(void)dial_buf_append(&server->log, request->data, request->len);
	pthread_mutex_unlock(&server->lock);
}

/* --- Connections -----------------------------------------------------------
 */

static void
listen_on(struct dial_stream *stream)
{
	char piece[4096];

	while (read_some(stream, piece, sizeof piece) > 0)
		continue;
}

static void
end(struct small_server_line *line, struct dial_stream *stream,
    enum small_server_then then)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};
	ssize_t n;

	if (then == THEN_RESET) {
		setsockopt(line->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
		return;
	}
	while (then == THEN_FLOOD && write_all(stream, FLOOD, sizeof FLOOD - 1))
		continue;
	if (then == THEN_WAKE) {
		n = write(line->server->wake, "", 1);
		(void)n;
	}
	if (then == THEN_CLOSE) {
		while (is_want(n = dial_stream_close(stream, NULL)))
			wait_until(stream, n);
		shutdown(line->fd, SHUT_WR);
	}
	listen_on(stream);
}

static void
talk(struct small_server_line *line, struct dial_stream *stream)
{
	const struct small_server_row *row;
	struct dial_buf request = {0};
	enum small_server_then then = THEN_READ;
	unsigned nth;

	for (nth = 1; then == THEN_READ && read_request(stream, &request);
	     nth++) {
		note(line->server, &request);
		row = choose(line->server->rows, (char *)request.data, nth);
		if (row == NULL)
			break;
		then = row->then;
		if (!write_all(stream, row->reply, strlen(row->reply)))
			break;
	}
	dial_buf_clear(&request);
	if (then != THEN_READ)
		end(line, stream, then);
}

static void *
run_line(void *arg)
{
	struct small_server_line *line = arg;
	struct small_server *server = line->server;
	struct dial_stream *stream;

	stream = dial_socket_stream_new(line->fd, "the client", NULL);
	if (stream != NULL && server->tls != NULL)
		stream = dial_tls_accept(stream, server->tls, NULL);
	if (stream == NULL)
		return NULL;
	if (open_stream(stream)) {
		pthread_mutex_lock(&server->lock);
		server->handshakes++;
		pthread_mutex_unlock(&server->lock);
		talk(line, stream);
	}
	dial_stream_free(stream);
	return NULL;
}

/* False when nobody else will be heard. */
static bool
take(struct small_server *server, int fd)
{
	struct small_server_line *line;
	bool taken = false;

	pthread_mutex_lock(&server->lock);
	if (!server->stopping && server->line_count < SMALL_SERVER_LINES) {
		line = &server->lines[server->line_count];
		line->server = server;
		line->fd = fd;
		taken =
		    pthread_create(&line->thread, NULL, run_line, line) == 0;
		server->line_count += taken;
	}
	pthread_mutex_unlock(&server->lock);
	if (!taken)
		close(fd);
	return taken;
}

static void *
run(void *arg)
{
	struct small_server *server = arg;
	int fd;

	do
		fd = accept(server->listener, NULL, NULL);
	while (fd >= 0 && take(server, fd));
	return NULL;
}

/* --- The server ------------------------------------------------------------
 */

int
small_server_start(struct small_server *server)
{
	server->listener = loopback_listen("127.0.0.1", 0);
	server->port = loopback_port(server->listener);
	pthread_mutex_init(&server->lock, NULL);
	return pthread_create(&server->thread, NULL, run, server) == 0 ? 0 : -1;
}

void
small_server_stop(struct small_server *server)
{
	pthread_mutex_lock(&server->lock);
	server->stopping = true;
	pthread_mutex_unlock(&server->lock);
	/* The last call, which is not taken. */
	loopback_call_and_close("127.0.0.1", server->port);
	pthread_join(server->thread, NULL);
	close(server->listener);
	for (size_t i = 0; i < server->line_count; i++)
		pthread_join(server->lines[i].thread, NULL);
}

void
small_server_clear(struct small_server *server)
{
	pthread_mutex_destroy(&server->lock);
	dial_buf_clear(&server->log);
}

size_t
small_server_connections(struct small_server *server)
{
	size_t count;

	pthread_mutex_lock(&server->lock);
	count = server->line_count;
	pthread_mutex_unlock(&server->lock);
	return count;
}

unsigned
small_server_handshakes(struct small_server *server)
{
	unsigned count;

	pthread_mutex_lock(&server->lock);
	count = server->handshakes;
	pthread_mutex_unlock(&server->lock);
	return count;
}

unsigned
small_server_requests(struct small_server *server)
{
	unsigned count;

	pthread_mutex_lock(&server->lock);
	count = server->requests;
	pthread_mutex_unlock(&server->lock);
	return count;
}

size_t
small_server_heard(struct small_server *server, const char *text)
{
	const char *at;
	size_t count = 0;

	pthread_mutex_lock(&server->lock);
	at = dial_buf_terminate(&server->log);
	while (at != NULL && (at = strstr(at, text)) != NULL) {
		at += strlen(text);
		count++;
	}
	pthread_mutex_unlock(&server->lock);
	return count;
}

void
small_server_forget(struct small_server *server)
{
	pthread_mutex_lock(&server->lock);
	dial_buf_reset(&server->log);
	pthread_mutex_unlock(&server->lock);
}
