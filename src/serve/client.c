/*
 * Only this file knows the life of a connection.
 *
 *   OPENING -> READING -> SENDING ----> LINGERING -> over
 *                 ^   \-> FORWARDING -/ |
 *                 |________________|____|  keep-alive: READING again
 *
 * Whoever waits has one deadline: OPENING and READING the head's (or, before
 * its first byte, the idle time), SENDING the next look at its rate or the
 * total, FORWARDING what the forward says, LINGERING a short one.
 */
#include "serve/client.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daytime/daytime.h"
#include "serve/files.h"
#include "serve/forward.h"

/* Steps in one round of the loop; then it is somebody else's turn. */
#define STEPS_MAX 32

static int64_t
now_of(const struct dial_client *client)
{
	return dial_loop_now(client->server->loop);
}

static const struct dial_limits *
limits_of(const struct dial_client *client)
{
	return &client->server->settings.limits;
}

void
dial_client_set_state(
    struct dial_client *client, enum dial_client_state state, int64_t deadline)
{
	client->state = state;
	client->since = now_of(client);
	client->deadline = deadline;
	client->channel.read_result = 0;
	client->channel.write_result = 0;
}

void
dial_client_free(struct dial_client *client)
{
	struct dial_server *server = client->server;
	struct dial_port *port = client->port;

	if (client->next != NULL)
		client->next->previous = client->previous;
	if (client->previous != NULL)
		client->previous->next = client->next;
	else
		server->clients = client->next;
	dial_forward_free(client->forward);
	dial_channel_close(&client->channel);
	dial_timer_clear(&client->timer);
	dial_request_parser_clear(&client->parser);
	dial_reply_clear(&client->reply);
	free(client);
	dial_server_count(server, port, -1);
}

/* --- Reading ------------------------------------------------------------- */

static enum dial_step
open_step(struct dial_client *client)
{
	ssize_t result = dial_stream_open(client->channel.stream, NULL);

	if (result == DIAL_STREAM_ERR)
		return DIAL_STEP_OVER;
	if (result == 0) {
		dial_client_set_state(
		    client, DIAL_CLIENT_READING, client->deadline);
		return DIAL_STEP_ON;
	}
	client->channel.read_result = result;
	return DIAL_STEP_WAIT;
}

static void
read_next(struct dial_client *client)
{
	dial_reply_clear(&client->reply);
	dial_request_parser_reset(&client->parser);
	client->began = 0;
	dial_client_set_state(client, DIAL_CLIENT_READING,
	    dial_clock_after(now_of(client), limits_of(client)->idle_time));
	/* There may be somebody now who can be let go for another. */
	dial_server_count(client->server, client->port, 0);
}

enum dial_step
dial_client_refuse(struct dial_client *client, int status, const char *why)
{
	client->reply.close = true;
	if (dial_reply_page(&client->reply, status,
		"The request is no good: %s.", why) != 0)
		return DIAL_STEP_OVER;
	return dial_client_send(client);
}

static enum dial_step
answer(struct dial_client *client)
{
	const struct dial_server *server = client->server;

	client->total =
	    dial_clock_after(now_of(client), limits_of(client)->total_time);
	if (client->port->service == DIAL_SERVICE_PROXY)
		return dial_forward_start(client);
	if (dial_files_answer(server->settings.root, &client->parser,
		dial_clock_unix_ns() / DIAL_SECOND, &client->reply) != 0)
		return DIAL_STEP_OVER;
	return dial_client_send(client);
}

static enum dial_step
read_more(struct dial_client *client)
{
	int result = dial_channel_read(&client->channel, NULL);

	if (result < 0 || client->channel.ended)
		return DIAL_STEP_OVER;
	return result > 0 ? DIAL_STEP_ON : DIAL_STEP_WAIT;
}

static enum dial_step
read_step(struct dial_client *client)
{
	struct dial_buf *in = &client->channel.in;
	struct dial_span rest = dial_span_make(in->data, in->len);
	struct dial_span body;
	enum dial_request_event event;

	event = dial_request_parser_feed(&client->parser, &rest, &body);
	dial_buf_consume(in, in->len - rest.len);
	if (client->began == 0 && dial_request_parser_begun(&client->parser)) {
		client->began = now_of(client);
		client->sent_before = client->channel.sent;
		client->deadline = dial_clock_after(
		    client->began, limits_of(client)->head_time);
	}
	if (event == DIAL_REQUEST_HEAD)
		return answer(client);
	if (event == DIAL_REQUEST_BAD)
		return dial_client_refuse(
		    client, client->parser.status, client->parser.why);
	return read_more(client);
}

/* --- Sending ------------------------------------------------------------- */

static void
begin_window(struct dial_client *client)
{
	client->mark = dial_channel_delivered(&client->channel);
	client->deadline =
	    dial_clock_after(now_of(client), limits_of(client)->rate_window);
	if (client->deadline > client->total)
		client->deadline = client->total;
}

enum dial_step
dial_client_flush(struct dial_client *client)
{
	dial_client_set_state(client, DIAL_CLIENT_SENDING, 0);
	begin_window(client);
	return DIAL_STEP_ON;
}

enum dial_step
dial_client_send(struct dial_client *client)
{
	struct dial_reply *reply = &client->reply;
	struct dial_buf *out = &client->channel.out;

	if (client->server->done != NULL)
		reply->close = true;
	if (dial_reply_write_head(reply, out, client->parser.minor,
		dial_clock_unix_ns() / DIAL_SECOND) != 0)
		return DIAL_STEP_OVER;
	if (reply->head_only)
		reply->left = 0;
	else if (dial_buf_append(out, reply->body.data, reply->body.len) != 0)
		return DIAL_STEP_OVER;
	if (client->total == 0)
		client->total = dial_clock_after(
		    now_of(client), limits_of(client)->total_time);
	return dial_client_flush(client);
}

/* The file's next piece.  One that became shorter cannot be sent as promised,
 * and the client must not take it for whole. */
static enum dial_step
read_file(struct dial_client *client)
{
	struct dial_reply *reply = &client->reply;
	struct dial_buf *out = &client->channel.out;
	size_t piece = DIAL_CHANNEL_ROOM;
	ssize_t n;

	if (reply->left < (int64_t)piece)
		piece = (size_t)reply->left;
	if (dial_buf_reserve(out, piece) != 0)
		return DIAL_STEP_OVER;
	n = pread(reply->file, out->data, piece, reply->offset);
	if (n <= 0) {
		dial_access_log(client);
		dial_channel_abort(&client->channel);
		return DIAL_STEP_OVER;
	}
	out->len = (size_t)n;
	reply->offset += n;
	reply->left -= n;
	return DIAL_STEP_ON;
}

static enum dial_step
sent_all(struct dial_client *client)
{
	dial_access_log(client);
	if (!client->reply.close && client->server->done == NULL) {
		read_next(client);
		return DIAL_STEP_ON;
	}
	dial_reply_clear(&client->reply);
	client->mark = client->channel.received;
	dial_client_set_state(client, DIAL_CLIENT_LINGERING,
	    dial_clock_after(now_of(client), DIAL_SERVE_LINGER_TIME));
	return DIAL_STEP_ON;
}

static enum dial_step
send_step(struct dial_client *client)
{
	int result;

	if (dial_channel_is_sent(&client->channel)) {
		if (client->reply.left == 0)
			return sent_all(client);
		if (read_file(client) == DIAL_STEP_OVER)
			return DIAL_STEP_OVER;
	}
	result = dial_channel_write(&client->channel, NULL);
	if (result < 0)
		return DIAL_STEP_OVER;
	return result > 0 ? DIAL_STEP_ON : DIAL_STEP_WAIT;
}

/* Our goodbye is said; the client's is waited for, for a moment, because
 * closing on what it still sends would take the answer back (RST). */
static enum dial_step
linger_step(struct dial_client *client)
{
	struct dial_channel *channel = &client->channel;
	int said = dial_channel_goodbye(channel, NULL);
	int heard = dial_channel_read(channel, NULL);

	dial_channel_discard(channel);
	if (said < 0 || heard < 0 ||
	    (channel->ended && channel->said_goodbye) ||
	    channel->received - client->mark > DIAL_SERVE_LINGER_BYTES)
		return DIAL_STEP_OVER;
	return said + heard > 0 ? DIAL_STEP_ON : DIAL_STEP_WAIT;
}

/* --- The machine --------------------------------------------------------- */

static enum dial_step
step(struct dial_client *client)
{
	switch (client->state) {
	case DIAL_CLIENT_OPENING:
		return open_step(client);
	case DIAL_CLIENT_READING:
		return read_step(client);
	case DIAL_CLIENT_SENDING:
		return send_step(client);
	case DIAL_CLIENT_FORWARDING:
		return dial_forward_step(client);
	case DIAL_CLIENT_LINGERING:
		break;
	}
	return linger_step(client);
}

void
dial_client_run(struct dial_client *client)
{
	enum dial_step result;
	int steps = 0;

	do
		result = step(client);
	while (result == DIAL_STEP_ON && ++steps < STEPS_MAX);
	if (result == DIAL_STEP_OVER ||
	    dial_channel_wait(&client->channel, result == DIAL_STEP_ON, NULL) !=
		0 ||
	    dial_timer_set(client->server->loop, &client->timer,
		client->deadline, NULL) != 0)
		dial_client_free(client);
}

static void
ready(void *arg, unsigned events)
{
	(void)events;
	dial_client_run(arg);
}

/* Whether enough has gone out since the window began. */
static bool
is_fast_enough(const struct dial_client *client)
{
	return dial_channel_delivered(&client->channel) - client->mark >=
	       dial_limits_least(limits_of(client));
}

static enum dial_step
expire_step(struct dial_client *client)
{
	if (client->state == DIAL_CLIENT_FORWARDING)
		return dial_forward_expired(client);
	if (client->state == DIAL_CLIENT_READING && client->began != 0)
		return dial_client_refuse(
		    client, 408, "it was too long in coming");
	if (client->state == DIAL_CLIENT_SENDING &&
	    now_of(client) < client->total && is_fast_enough(client)) {
		begin_window(client);
		return DIAL_STEP_ON;
	}
	if (client->state == DIAL_CLIENT_SENDING) {
		dial_access_log(client);
		dial_channel_abort(&client->channel);
	}
	return DIAL_STEP_OVER;
}

static void
expire(void *arg)
{
	struct dial_client *client = arg;

	if (expire_step(client) == DIAL_STEP_OVER)
		dial_client_free(client);
	else
		dial_client_run(client);
}

/* --- Accepting ----------------------------------------------------------- */

/* RFC 867: the answer is ready before anything is asked. */
static enum dial_step
tell_time(struct dial_client *client)
{
	char line[DIAL_DAYTIME_LINE_SIZE];
	size_t len = dial_daytime_format(client->server->settings.form,
	    dial_clock_unix_ns() / DIAL_SECOND, line);

	client->began = now_of(client);
	client->total =
	    dial_clock_after(client->began, limits_of(client)->total_time);
	client->reply.close = true;
	if (dial_buf_append(&client->channel.out, line, len) != 0)
		return DIAL_STEP_OVER;
	return dial_client_flush(client);
}

/* Lets go whoever has waited longest, if there is no room otherwise. */
static bool
make_room(struct dial_server *server, struct dial_port *port)
{
	unsigned most = server->settings.limits.connections;
	struct dial_client *idlest = NULL;

	if (port->clients >= most - most / 4)
		idlest = dial_server_idlest(server, port);
	else if (server->client_count >= most)
		idlest = dial_server_idlest(server, NULL);
	else
		return true;
	if (idlest == NULL)
		return false;
	dial_client_free(idlest);
	return true;
}

static struct dial_client *
client_new(struct dial_port *port, struct dial_stream *stream)
{
	struct dial_server *server = port->server;
	struct dial_client *client = calloc(1, sizeof *client);

	if (client == NULL) {
		dial_stream_free(stream);
		return NULL;
	}
	client->server = server;
	client->port = port;
	client->timer.expire = expire;
	client->timer.arg = client;
	dial_reply_init(&client->reply);
	dial_stream_peer(stream, client->peer, sizeof client->peer);
	if (port->tls != NULL) {
		stream = dial_tls_accept(stream, port->tls, NULL);
		if (stream == NULL)
			goto fail;
	}
	if (dial_channel_open(&client->channel, server->loop, stream, ready,
		client, NULL) != 0)
		goto fail;
	return client;
fail:
	free(client);
	return NULL;
}

void
dial_client_accept(struct dial_port *port, struct dial_stream *stream)
{
	struct dial_server *server = port->server;
	struct dial_client *client;

	if (!make_room(server, port)) {
		dial_stream_free(stream);
		return;
	}
	client = client_new(port, stream);
	if (client == NULL)
		return;
	client->next = server->clients;
	if (client->next != NULL)
		client->next->previous = client;
	server->clients = client;
	dial_client_set_state(client, DIAL_CLIENT_OPENING,
	    dial_clock_after(now_of(client), limits_of(client)->head_time));
	dial_server_count(server, port, 1);
	if (port->service == DIAL_SERVICE_DAYTIME &&
	    tell_time(client) == DIAL_STEP_OVER)
		dial_client_free(client);
	else
		dial_client_run(client);
}
