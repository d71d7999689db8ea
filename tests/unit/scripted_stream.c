/* Only the script decides what this stream does; no peer and no clock. */
#include "scripted_stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"

enum step_kind {
	STEP_BYTES,
	STEP_RESULT,
	STEP_AWAIT
};

struct step {
	enum step_kind kind;
	char *bytes;
	size_t len;
	size_t done;
	ssize_t result;
};

/* A queue of steps; what was taken stays until the end. */
struct script {
	struct step *steps;
	size_t count;
	size_t next;
};

struct scripted_stream {
	struct dial_stream stream;
	struct script reads;
	struct script writes;
	struct script opens;
	struct script closes;
	struct dial_buf written;
	size_t awaited; /* where the last await's text ended in written */
	bool pending;
	bool *freed;
	bool *closed;
	int fds[2]; /* ours, and the one that makes it readable; or -1 */
	bool readable;
};

static struct step *
script_add(struct script *script, enum step_kind kind)
{
	size_t size = (script->count + 1) * sizeof *script->steps;
	struct step *step;

	script->steps = realloc(script->steps, size);
	assert_non_null(script->steps);
	step = &script->steps[script->count++];
	memset(step, 0, sizeof *step);
	step->kind = kind;
	return step;
}

static struct step *
script_step(const struct script *script)
{
	return script->next < script->count ? &script->steps[script->next]
					    : NULL;
}

static void
script_clear(struct script *script)
{
	size_t i;

	for (i = 0; i < script->count; i++)
		free(script->steps[i].bytes);
	free(script->steps);
}

/* The end of the awaited text, or 0 while it has not been written. */
static size_t
find_awaited(const struct scripted_stream *peer, const struct step *step)
{
	size_t at;

	for (at = peer->awaited; at + step->len <= peer->written.len; at++)
		if (memcmp(peer->written.data + at, step->bytes, step->len) ==
		    0)
			return at + step->len;
	return 0;
}

/* Passes the waits that are over and keeps the descriptor's state true. */
static void
settle(struct scripted_stream *peer)
{
	struct step *step = script_step(&peer->reads);
	size_t end;
	char byte = 0;

	while (step != NULL && step->kind == STEP_AWAIT &&
	       (end = find_awaited(peer, step)) != 0) {
		peer->awaited = end;
		peer->reads.next++;
		step = script_step(&peer->reads);
	}
	if (peer->fds[0] < 0)
		return;
	if ((step != NULL && step->kind != STEP_AWAIT) == peer->readable)
		return;
	peer->readable = !peer->readable;
	if (peer->readable)
		assert_int_equal(send(peer->fds[1], &byte, 1, 0), 1);
	else
		assert_int_equal(recv(peer->fds[0], &byte, 1, 0), 1);
}

static ssize_t
answer(ssize_t result, struct dial_error *err)
{
	if (result == DIAL_STREAM_ERR)
		dial_error_set(err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER,
		    "the script says: fail");
	return result;
}

/* A result of the queue; the last words of a peer are never taken off it. */
static ssize_t
take_result(struct script *script, struct dial_error *err)
{
	ssize_t result = script->steps[script->next].result;

	if (result == DIAL_STREAM_WANT_IN || result == DIAL_STREAM_WANT_OUT ||
	    result > 0)
		script->next++;
	return answer(result, err);
}

static ssize_t
scripted_open(struct dial_stream *stream, struct dial_error *err)
{
	struct scripted_stream *peer = (struct scripted_stream *)stream;

	return script_step(&peer->opens) == NULL
		   ? 0
		   : take_result(&peer->opens, err);
}

static ssize_t
scripted_read(
    struct dial_stream *stream, void *bytes, size_t len, struct dial_error *err)
{
	struct scripted_stream *peer = (struct scripted_stream *)stream;
	struct step *step = script_step(&peer->reads);
	ssize_t result;

	if (len == 0)
		return 0;
	if (step == NULL || step->kind == STEP_AWAIT)
		return DIAL_STREAM_WANT_IN;
	if (step->kind == STEP_RESULT) {
		result = take_result(&peer->reads, err);
	} else {
		if (len > step->len - step->done)
			len = step->len - step->done;
		memcpy(bytes, step->bytes + step->done, len);
		step->done += len;
		if (step->done == step->len)
			peer->reads.next++;
		result = (ssize_t)len;
	}
	settle(peer);
	return result;
}

static ssize_t
scripted_write(struct dial_stream *stream, const void *bytes, size_t len,
    struct dial_error *err)
{
	struct scripted_stream *peer = (struct scripted_stream *)stream;
	ssize_t result;

	if (len == 0)
		return 0;
	if (script_step(&peer->writes) != NULL) {
		result = take_result(&peer->writes, err);
		if (result <= 0)
			return result;
		if (len > (size_t)result)
			len = (size_t)result;
	}
	assert_int_equal(dial_buf_append(&peer->written, bytes, len), 0);
	settle(peer);
	return (ssize_t)len;
}

static ssize_t
scripted_close(struct dial_stream *stream, struct dial_error *err)
{
	struct scripted_stream *peer = (struct scripted_stream *)stream;
	ssize_t result = 0;

	if (script_step(&peer->closes) != NULL)
		result = take_result(&peer->closes, err);
	if (result == 0 && peer->closed != NULL)
		*peer->closed = true;
	return result;
}

static bool
scripted_pending(const struct dial_stream *stream)
{
	return ((const struct scripted_stream *)stream)->pending;
}

static int
scripted_fd(const struct dial_stream *stream)
{
	return ((const struct scripted_stream *)stream)->fds[0];
}

static void
scripted_free(struct dial_stream *stream)
{
	struct scripted_stream *peer = (struct scripted_stream *)stream;

	if (peer->freed != NULL)
		*peer->freed = true;
	script_clear(&peer->reads);
	script_clear(&peer->writes);
	script_clear(&peer->opens);
	script_clear(&peer->closes);
	dial_buf_clear(&peer->written);
	if (peer->fds[0] >= 0) {
		close(peer->fds[0]);
		close(peer->fds[1]);
	}
	free(peer);
}

static const struct dial_stream_ops scripted_ops = {
    .name = "scripted",
    .open = scripted_open,
    .read = scripted_read,
    .write = scripted_write,
    .close = scripted_close,
    .pending = scripted_pending,
    .fd = scripted_fd,
    .free = scripted_free,
};

struct scripted_stream *
scripted_stream_new(void)
{
	struct scripted_stream *peer = calloc(1, sizeof *peer);

	assert_non_null(peer);
	peer->stream.ops = &scripted_ops;
	peer->fds[0] = peer->fds[1] = -1;
	return peer;
}

struct dial_stream *
scripted_stream_of(struct scripted_stream *peer)
{
	return &peer->stream;
}

static void
add_text(struct scripted_stream *peer, enum step_kind kind, const void *bytes,
    size_t len)
{
	struct step *step = script_add(&peer->reads, kind);

	assert_true(len > 0);
	step->bytes = malloc(len);
	assert_non_null(step->bytes);
	memcpy(step->bytes, bytes, len);
	step->len = len;
	settle(peer);
}

void
scripted_say_bytes(struct scripted_stream *peer, const void *bytes, size_t len)
{
	add_text(peer, STEP_BYTES, bytes, len);
}

void
scripted_say(struct scripted_stream *peer, const char *text)
{
	add_text(peer, STEP_BYTES, text, strlen(text));
}

void
scripted_drip(struct scripted_stream *peer, const void *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		scripted_answer(peer, DIAL_STREAM_WANT_IN);
		scripted_say_bytes(peer, (const char *)bytes + i, 1);
	}
}

void
scripted_answer(struct scripted_stream *peer, ssize_t result)
{
	script_add(&peer->reads, STEP_RESULT)->result = result;
	settle(peer);
}

void
scripted_await(struct scripted_stream *peer, const char *text)
{
	add_text(peer, STEP_AWAIT, text, strlen(text));
}

void
scripted_take(struct scripted_stream *peer, ssize_t result)
{
	assert_int_not_equal(result, 0);
	script_add(&peer->writes, STEP_RESULT)->result = result;
}

void
scripted_open_answer(struct scripted_stream *peer, ssize_t result)
{
	script_add(&peer->opens, STEP_RESULT)->result = result;
}

void
scripted_close_answer(struct scripted_stream *peer, ssize_t result)
{
	script_add(&peer->closes, STEP_RESULT)->result = result;
}

const char *
scripted_written(struct scripted_stream *peer, size_t *len)
{
	const char *text = dial_buf_terminate(&peer->written);

	assert_non_null(text);
	if (len != NULL)
		*len = peer->written.len;
	return text;
}

size_t
scripted_unread(const struct scripted_stream *peer)
{
	size_t i, unread = 0;

	for (i = peer->reads.next; i < peer->reads.count; i++)
		if (peer->reads.steps[i].kind == STEP_BYTES)
			unread += peer->reads.steps[i].len -
				  peer->reads.steps[i].done;
	return unread;
}

void
scripted_tell_freed(struct scripted_stream *peer, bool *freed)
{
	*freed = false;
	peer->freed = freed;
}

void
scripted_tell_closed(struct scripted_stream *peer, bool *closed)
{
	*closed = false;
	peer->closed = closed;
}

void
scripted_set_pending(struct scripted_stream *peer, bool pending)
{
	peer->pending = pending;
}

void
scripted_use_descriptor(struct scripted_stream *peer)
{
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
		peer->fds),
	    0);
	settle(peer);
}
