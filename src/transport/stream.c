/*
 * Only this file walks down a stack of layers.  A layer speaks to the one
 * below through these same calls, and what it leaves out is answered there.
 */
#include "transport/stream.h"

#include <assert.h>
#include <string.h>
#include <sys/socket.h>

#include "base/address.h"
#include "loop/loop.h"

ssize_t
dial_stream_open(struct dial_stream *stream, struct dial_error *err)
{
	ssize_t result;

	if (stream->below != NULL) {
		result = dial_stream_open(stream->below, err);
		if (result != 0)
			return result;
	}
	return stream->ops->open == NULL ? 0 : stream->ops->open(stream, err);
}

ssize_t
dial_stream_read(
    struct dial_stream *stream, void *bytes, size_t len, struct dial_error *err)
{
	while (stream->ops->read == NULL)
		stream = stream->below;
	return stream->ops->read(stream, bytes, len, err);
}

ssize_t
dial_stream_write(struct dial_stream *stream, const void *bytes, size_t len,
    struct dial_error *err)
{
	while (stream->ops->write == NULL)
		stream = stream->below;
	return stream->ops->write(stream, bytes, len, err);
}

ssize_t
dial_stream_close(struct dial_stream *stream, struct dial_error *err)
{
	ssize_t result;

	for (; stream != NULL; stream = stream->below) {
		if (stream->ops->close == NULL)
			continue;
		result = stream->ops->close(stream, err);
		if (result != 0)
			return result;
	}
	return 0;
}

void
dial_stream_free(struct dial_stream *stream)
{
	struct dial_stream *below;

	for (; stream != NULL; stream = below) {
		below = stream->below;
		stream->ops->free(stream);
	}
}

bool
dial_stream_pending(const struct dial_stream *stream)
{
	for (; stream != NULL; stream = stream->below)
		if (stream->ops->pending != NULL &&
		    stream->ops->pending(stream))
			return true;
	return false;
}

int
dial_stream_fd(const struct dial_stream *stream)
{
	while (stream->ops->fd == NULL)
		stream = stream->below;
	return stream->ops->fd(stream);
}

struct dial_stream *
dial_stream_find(struct dial_stream *stream, const char *name)
{
	while (stream != NULL && strcmp(stream->ops->name, name) != 0)
		stream = stream->below;
	return stream;
}

unsigned
dial_stream_interest(ssize_t read_result, ssize_t write_result)
{
	unsigned interest = 0;

	if (read_result == DIAL_STREAM_WANT_IN ||
	    write_result == DIAL_STREAM_WANT_IN)
		interest |= DIAL_READY_IN;
	if (read_result == DIAL_STREAM_WANT_OUT ||
	    write_result == DIAL_STREAM_WANT_OUT)
		interest |= DIAL_READY_OUT;
	return interest;
}

/* Who is at one end of the foot, or nothing where the kernel knows none. */
static char *
end_text(const struct dial_stream *stream,
    int (*ask)(int, struct sockaddr *, socklen_t *), char *out, size_t size)
{
	struct dial_address address = {.len = sizeof address.storage};

	assert(size > 0);
	out[0] = '\0';
	if (ask(dial_stream_fd(stream), (struct sockaddr *)&address.storage,
		&address.len) == 0)
		dial_address_text(&address, out, size);
	return out;
}

/* The two questions; a cast would not suit glibc's transparent unions. */
static int
ask_peer(int fd, struct sockaddr *address, socklen_t *len)
{
	return getpeername(fd, address, len);
}

static int
ask_local(int fd, struct sockaddr *address, socklen_t *len)
{
	return getsockname(fd, address, len);
}

char *
dial_stream_peer(const struct dial_stream *stream, char *out, size_t size)
{
	return end_text(stream, ask_peer, out, size);
}

char *
dial_stream_local(const struct dial_stream *stream, char *out, size_t size)
{
	return end_text(stream, ask_local, out, size);
}
