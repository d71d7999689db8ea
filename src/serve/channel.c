/* Only this file moves bytes between a stream and its two buffers. */
#include "serve/channel.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* Most clients send a head and no more: they are not given all the room. */
#define FIRST_PIECE 8192

int
dial_channel_open(struct dial_channel *channel, struct dial_loop *loop,
    struct dial_stream *stream, void (*ready)(void *arg, unsigned events),
    void *arg, struct dial_error *err)
{
	memset(channel, 0, sizeof *channel);
	channel->loop = loop;
	channel->stream = stream;
	channel->watch.ready = ready;
	channel->watch.arg = arg;
	if (dial_watch_set(
		loop, &channel->watch, dial_stream_fd(stream), 0, err) != 0) {
		dial_channel_close(channel);
		return -1;
	}
	return 0;
}

void
dial_channel_close(struct dial_channel *channel)
{
	dial_watch_clear(&channel->watch);
	if (channel->stream != NULL)
		dial_stream_free(channel->stream);
	channel->stream = NULL;
	dial_buf_clear(&channel->in);
	dial_buf_clear(&channel->out);
	channel->out_at = 0;
}

void
dial_channel_abort(struct dial_channel *channel)
{
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	if (channel->stream != NULL)
		setsockopt(dial_stream_fd(channel->stream), SOL_SOCKET,
		    SO_LINGER, &at_once, sizeof at_once);
	dial_channel_close(channel);
}

int
dial_channel_read(struct dial_channel *channel, struct dial_error *err)
{
	struct dial_buf *in = &channel->in;
	size_t room;
	ssize_t n;

	channel->read_result = 0;
	if (channel->ended || in->len >= DIAL_CHANNEL_ROOM)
		return 0;
	room = DIAL_CHANNEL_ROOM - in->len;
	if (channel->received < DIAL_CHANNEL_ROOM && room > FIRST_PIECE)
		room = FIRST_PIECE;
	if (dial_buf_reserve(in, room) != 0)
		return dial_error_set_memory(err);
	n = dial_stream_read(channel->stream, in->data + in->len, room, err);
	channel->read_result = n;
	if (n == DIAL_STREAM_CUT)
		return dial_error_set(err, DIAL_TLS, DIAL_TLS_CUT,
		    "the peer went away without TLS's goodbye");
	if (n == DIAL_STREAM_ERR)
		return -1;
	if (n == 0)
		channel->ended = true;
	if (n > 0) {
		in->len += (size_t)n;
		channel->received += (uint64_t)n;
	}
	return n >= 0;
}

int
dial_channel_write(struct dial_channel *channel, struct dial_error *err)
{
	struct dial_buf *out = &channel->out;
	ssize_t n;

	channel->write_result = 0;
	if (out->len == 0)
		return 0;
	n = dial_stream_write(channel->stream, out->data + channel->out_at,
	    out->len - channel->out_at, err);
	channel->write_result = n;
	if (n == DIAL_STREAM_ERR)
		return -1;
	if (n <= 0)
		return 0;
	channel->sent += (uint64_t)n;
	channel->out_at += (size_t)n;
	if (channel->out_at == out->len) {
		dial_buf_reset(out);
		channel->out_at = 0;
	}
	return 1;
}

int
dial_channel_goodbye(struct dial_channel *channel, struct dial_error *err)
{
	ssize_t result;

	if (channel->said_goodbye || !dial_channel_is_sent(channel))
		return 0;
	result = dial_stream_close(channel->stream, err);
	channel->write_result = result;
	if (result == DIAL_STREAM_ERR)
		return -1;
	channel->said_goodbye = result == 0;
	return channel->said_goodbye;
}

bool
dial_channel_is_sent(const struct dial_channel *channel)
{
	return channel->out.len == 0;
}

size_t
dial_channel_unsent(const struct dial_channel *channel)
{
	return channel->out.len - channel->out_at;
}

void
dial_channel_discard(struct dial_channel *channel)
{
	dial_buf_reset(&channel->in);
}

uint64_t
dial_channel_delivered(const struct dial_channel *channel)
{
	int queued = 0;

	/* On a socket: what is sent and not acknowledged, as tcp(7) has it. */
	if (ioctl(dial_stream_fd(channel->stream), TIOCOUTQ, &queued) != 0 ||
	    queued < 0 || (uint64_t)queued > channel->sent)
		return channel->sent;
	return channel->sent - (uint64_t)queued;
}

int
dial_channel_wait(
    struct dial_channel *channel, bool again, struct dial_error *err)
{
	unsigned interest =
	    dial_stream_interest(channel->read_result, channel->write_result);

	if (dial_watch_set(channel->loop, &channel->watch,
		dial_stream_fd(channel->stream), interest, err) != 0)
		return -1;
	if (again)
		dial_watch_again(channel->loop, &channel->watch);
	return 0;
}
