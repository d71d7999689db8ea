/* One buffer a direction; it belongs to both ends and goes with the second. */
#include "pipe_stream.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

struct direction {
	struct dial_buf bytes;
	bool ended;
	bool reset;
	int ends; /* that are alive */
};

struct end {
	struct dial_stream stream;
	struct direction *in;
	struct direction *out;
	size_t chunk;
	size_t room;
	size_t moves;
	bool hesitant;
	bool hesitated_in;
	bool hesitated_out;
};

static struct end *
end_of(struct dial_stream *stream)
{
	return (struct end *)stream;
}

static size_t
smaller(size_t a, size_t limit)
{
	return limit != 0 && limit < a ? limit : a;
}

/* True every other time, if the end is hesitant. */
static bool
hesitates(const struct end *end, bool *hesitated)
{
	*hesitated = end->hesitant && !*hesitated;
	return *hesitated;
}

static ssize_t
pipe_read(
    struct dial_stream *stream, void *bytes, size_t len, struct dial_error *err)
{
	struct end *end = end_of(stream);
	struct direction *in = end->in;

	if (in->reset)
		return dial_error_set_errno(err, DIAL_SYSTEM,
		    DIAL_SYSTEM_RECEIVE, ECONNRESET, "receiving from a pipe");
	if (in->bytes.len == 0)
		return in->ended ? 0 : DIAL_STREAM_WANT_IN;
	if (hesitates(end, &end->hesitated_in))
		return DIAL_STREAM_WANT_IN;
	len = smaller(smaller(len, end->chunk), in->bytes.len);
	memcpy(bytes, in->bytes.data, len);
	dial_buf_consume(&in->bytes, len);
	end->moves++;
	return (ssize_t)len;
}

static ssize_t
pipe_write(struct dial_stream *stream, const void *bytes, size_t len,
    struct dial_error *err)
{
	struct end *end = end_of(stream);
	struct direction *out = end->out;

	if (out->ends < 2)
		return dial_error_set_errno(err, DIAL_SYSTEM, DIAL_SYSTEM_SEND,
		    EPIPE, "sending to a pipe");
	if (end->room != 0 && out->bytes.len >= end->room)
		return DIAL_STREAM_WANT_OUT;
	if (hesitates(end, &end->hesitated_out))
		return DIAL_STREAM_WANT_OUT;
	len = smaller(len, end->chunk);
	if (end->room != 0)
		len = smaller(len, end->room - out->bytes.len);
	if (dial_buf_append(&out->bytes, bytes, len) < 0)
		return dial_error_set_memory(err);
	end->moves++;
	return (ssize_t)len;
}

static ssize_t
pipe_close(struct dial_stream *stream, struct dial_error *err)
{
	(void)err;
	pipe_hang_up(stream);
	return 0;
}

static int
pipe_fd(const struct dial_stream *stream)
{
	(void)stream;
	return -1;
}

static void
let_go(struct direction *direction)
{
	direction->ended = true;
	if (--direction->ends > 0)
		return;
	dial_buf_clear(&direction->bytes);
	free(direction);
}

static void
pipe_free(struct dial_stream *stream)
{
	struct end *end = end_of(stream);

	let_go(end->in);
	let_go(end->out);
	free(end);
}

static const struct dial_stream_ops pipe_ops = {
    .name = "pipe",
    .read = pipe_read,
    .write = pipe_write,
    .close = pipe_close,
    .fd = pipe_fd,
    .free = pipe_free,
};

static void *
allocate(size_t size)
{
	void *made = calloc(1, size);

	assert(made != NULL);
	return made;
}

void
pipe_pair(struct dial_stream **a, struct dial_stream **b)
{
	struct direction *there = allocate(sizeof *there);
	struct direction *back = allocate(sizeof *back);
	struct end *one = allocate(sizeof *one);
	struct end *other = allocate(sizeof *other);

	there->ends = back->ends = 2;
	one->stream.ops = other->stream.ops = &pipe_ops;
	one->out = other->in = there;
	one->in = other->out = back;
	*a = &one->stream;
	*b = &other->stream;
}

void
pipe_set_chunk(struct dial_stream *stream, size_t chunk)
{
	end_of(stream)->chunk = chunk;
}

void
pipe_set_hesitant(struct dial_stream *stream, bool hesitant)
{
	end_of(stream)->hesitant = hesitant;
}

void
pipe_set_room(struct dial_stream *stream, size_t room)
{
	end_of(stream)->room = room;
}

void
pipe_hang_up(struct dial_stream *stream)
{
	end_of(stream)->out->ended = true;
}

void
pipe_reset(struct dial_stream *stream)
{
	end_of(stream)->out->reset = true;
}

size_t
pipe_moves(const struct dial_stream *stream)
{
	return ((const struct end *)stream)->moves;
}
