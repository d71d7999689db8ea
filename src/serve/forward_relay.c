/*
 * Only this file moves a tunnel's bytes.  Each way ends by itself: the end of
 * one is passed on, and what still comes the other way goes on.
 */
#include <string.h>

#include "serve/forward_private.h"

/* What one end reads waits for the other end to take it: a buffer is handed
 * over whole, and only when the last one is gone. */
static void
hand_over(struct dial_channel *from, struct dial_channel *to)
{
	struct dial_buf empty = to->out;

	if (!dial_channel_is_sent(to) || from->in.len == 0)
		return;
	to->out = from->in;
	to->out_at = 0;
	from->in = empty;
}

/* One way: 1 if something went on, 0 if it waits, -1 if it broke. */
static int
pump(struct dial_channel *from, struct dial_channel *to)
{
	int heard = dial_channel_read(from, NULL);
	int said;

	if (heard < 0)
		return -1;
	hand_over(from, to);
	said = dial_channel_write(to, NULL);
	if (said < 0)
		return -1;
	if (from->ended && from->in.len == 0 && dial_channel_is_sent(to) &&
	    !to->said_goodbye) {
		if (dial_channel_goodbye(to, NULL) < 0)
			return -1;
		said |= to->said_goodbye;
	}
	return heard | said;
}

static uint64_t
moved(const struct dial_forward *forward)
{
	const struct dial_channel *client = &forward->client->channel;

	return forward->up.received + forward->up.sent + client->received +
	       client->sent;
}

static void
watch_progress(struct dial_forward *forward)
{
	forward->mark = moved(forward);
	dial_forward_set_deadline(forward, DIAL_SERVE_TUNNEL_TIME);
}

/* What breaks one end breaks the other: nobody shall take a part for whole. */
static enum dial_step
broke(struct dial_forward *forward)
{
	dial_access_log(forward->client);
	dial_channel_abort(&forward->client->channel);
	dial_channel_abort(&forward->up);
	return DIAL_STEP_OVER;
}

enum dial_step
dial_forward_relay_start(struct dial_forward *forward)
{
	struct dial_client *client = forward->client;

	forward->stage = DIAL_FORWARD_RELAYING;
	client->reply.status = 200;
	client->reply.close = true;
	if (dial_buf_append_format(&client->channel.out,
		"HTTP/1.1 200 Connection established\r\nVia: 1.1 %s\r\n\r\n",
		client->server->pseudonym) != 0)
		return DIAL_STEP_OVER;
	watch_progress(forward);
	return DIAL_STEP_ON;
}

enum dial_step
dial_forward_relay_step(struct dial_forward *forward)
{
	struct dial_channel *down = &forward->client->channel;
	struct dial_channel *up = &forward->up;
	int out = pump(down, up);
	int back = pump(up, down);

	if (out < 0 || back < 0)
		return broke(forward);
	if (up->said_goodbye && down->said_goodbye) {
		dial_access_log(forward->client);
		return DIAL_STEP_OVER;
	}
	if (dial_channel_wait(up, false, NULL) != 0)
		return broke(forward);
	return out + back > 0 ? DIAL_STEP_ON : DIAL_STEP_WAIT;
}

enum dial_step
dial_forward_relay_expired(struct dial_forward *forward)
{
	const struct dial_client *client = forward->client;

	if (dial_loop_now(client->server->loop) >= client->total ||
	    moved(forward) == forward->mark)
		return broke(forward);
	watch_progress(forward);
	return DIAL_STEP_ON;
}
