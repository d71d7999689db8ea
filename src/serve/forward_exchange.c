/*
 * Only this file carries a request to another server and the response back.
 * Both heads are written anew and both bodies framed anew, so that what the
 * two sides could read differently never passes.
 */
#include <inttypes.h>
#include <string.h>

#include "serve/forward_private.h"
#include "serve/proxy_head.h"

/* A chunk, or the last one where len is 0. */
static int
append_body(struct dial_buf *out, const char *bytes, size_t len, bool chunked)
{
	if (!chunked)
		return dial_buf_append(out, bytes, len);
	if (dial_buf_append_format(out, "%zx\r\n", len) != 0 ||
	    dial_buf_append(out, bytes, len) != 0)
		return -1;
	return dial_buf_append_text(out, "\r\n");
}

static uint64_t
moved(const struct dial_forward *forward)
{
	const struct dial_channel *client = &forward->client->channel;

	return forward->up.received + forward->up.sent + client->received +
	       dial_channel_delivered(client);
}

/* Looks again after a rate window. */
static void
watch_progress(struct dial_forward *forward)
{
	const struct dial_client *client = forward->client;
	uint64_t now_moved = moved(forward);

	if (now_moved != forward->mark || forward->moved_at == 0)
		forward->moved_at = dial_loop_now(client->server->loop);
	forward->mark = now_moved;
	forward->received_mark = client->channel.received;
	forward->delivered_mark = dial_channel_delivered(&client->channel);
	dial_forward_set_deadline(
	    forward, client->server->settings.limits.rate_window);
}

/* Whether all waited for the client, and it kept below the rate: nobody holds
 * a place by a byte now and then. */
static bool
client_is_slow(const struct dial_forward *forward)
{
	const struct dial_channel *down = &forward->client->channel;
	uint64_t least =
	    dial_limits_least(&forward->client->server->settings.limits);

	if (!forward->request_done && dial_channel_is_sent(&forward->up))
		return down->received - forward->received_mark < least;
	return !dial_channel_is_sent(down) &&
	       dial_channel_delivered(down) - forward->delivered_mark < least;
}

/* Whether nothing moved for as long as that is suffered. */
static bool
stands_still(const struct dial_forward *forward)
{
	const struct dial_server *server = forward->client->server;
	int64_t suffered = forward->head_returned
			       ? server->settings.limits.idle_time
			       : DIAL_SERVE_RESPONSE_TIME;

	return moved(forward) == forward->mark &&
	       dial_loop_now(server->loop) - forward->moved_at >= suffered;
}

/* The response cannot be brought to its end: the client must see that. */
static enum dial_step
cut_off(struct dial_forward *forward, const struct dial_error *err)
{
	if (!forward->head_returned)
		return dial_forward_fail(forward, err);
	dial_access_log(forward->client);
	dial_channel_abort(&forward->client->channel);
	return DIAL_STEP_OVER;
}

enum dial_step
dial_forward_exchange_start(struct dial_forward *forward)
{
	struct dial_client *client = forward->client;
	struct dial_parser_rules rules = {
	    .head_request = dial_span_equal(client->parser.method, "HEAD"),
	    .party = forward->party};

	forward->stage = DIAL_FORWARD_EXCHANGING;
	dial_parser_init(&forward->parser, &rules);
	if (dial_proxy_write_request(&forward->up.out, &client->parser,
		&forward->url, client->server->pseudonym) != 0)
		return DIAL_STEP_OVER;
	watch_progress(forward);
	return DIAL_STEP_ON;
}

/* --- The request's body, upwards ----------------------------------------- */

/* Takes what has come of it.  0; or -1, the request being broken. */
static int
take_request(struct dial_forward *forward)
{
	struct dial_request_parser *parser = &forward->client->parser;
	struct dial_buf *in = &forward->client->channel.in;
	bool chunked = parser->framing == DIAL_REQUEST_CHUNKED;
	struct dial_span rest = dial_span_make(in->data, in->len);
	enum dial_request_event event = DIAL_REQUEST_BODY;
	struct dial_span body;
	int result = 0;

	while (event == DIAL_REQUEST_BODY && result == 0 &&
	       dial_channel_unsent(&forward->up) < DIAL_CHANNEL_ROOM) {
		event = dial_request_parser_feed(parser, &rest, &body);
		if (event == DIAL_REQUEST_BAD)
			result = -1;
		else if (event == DIAL_REQUEST_END)
			forward->request_done = true;
		if (result == 0 && !forward->deaf &&
		    (event == DIAL_REQUEST_BODY ||
			(forward->request_done && chunked)))
			result = append_body(
			    &forward->up.out, body.ptr, body.len, chunked);
	}
	dial_buf_consume(in, in->len - rest.len);
	return result;
}

/* 1 if something went on, 0 if it waits, -1 if the client broke off. */
static int
send_request(struct dial_forward *forward)
{
	struct dial_channel *down = &forward->client->channel;
	struct dial_channel *up = &forward->up;
	int heard = 0;
	int said = 0;

	down->read_result = 0;
	if (!forward->request_done) {
		if (take_request(forward) != 0)
			return -1;
		if (!forward->request_done)
			heard = dial_channel_read(down, NULL);
		if (heard < 0 || (down->ended && down->in.len == 0 &&
				     !forward->request_done))
			return -1;
	}
	if (!forward->deaf)
		said = dial_channel_write(up, NULL);
	if (said < 0) {
		/* The server may have answered before it hung up. */
		forward->deaf = true;
		up->write_result = 0;
		said = 1;
	}
	return heard | said;
}

/* --- The response, downwards --------------------------------------------- */

static int
return_head(struct dial_forward *forward, struct dial_error *err)
{
	struct dial_client *client = forward->client;
	const struct dial_parser *parser = &forward->parser;
	bool until_close = parser->framing == DIAL_FRAMING_CHUNKED ||
			   parser->framing == DIAL_FRAMING_CLOSE;
	struct dial_proxy_return back = {.minor = client->parser.minor,
	    .pseudonym = client->server->pseudonym};

	if (dial_proxy_judge_response(&parser->head, forward->party, err) != 0)
		return -1;
	forward->chunked = until_close && back.minor > 0;
	back.chunked = forward->chunked;
	back.keep = client->server->done == NULL && forward->request_done &&
		    dial_proxy_keeps(&client->parser) &&
		    (forward->chunked || !until_close);
	client->reply.status = parser->head.status;
	client->reply.close = !back.keep;
	forward->head_returned = true;
	return dial_proxy_write_response(&client->channel.out, parser, &back);
}

/* HTTP/1.0 knows no interim responses (RFC 9110 15.2). */
static int
return_interim(struct dial_forward *forward, struct dial_error *err)
{
	struct dial_client *client = forward->client;
	struct dial_proxy_return back = {.minor = client->parser.minor,
	    .pseudonym = client->server->pseudonym};

	if (dial_proxy_judge_response(
		&forward->parser.head, forward->party, err) != 0)
		return -1;
	if (back.minor == 0)
		return 0;
	return dial_proxy_write_response(
	    &client->channel.out, &forward->parser, &back);
}

/* One event; 1 if there may be more, 0 if it needs more input, 2 at the end,
 * -1 with an error (not set: out of memory). */
static int
take_event(struct dial_forward *forward, enum dial_event event,
    struct dial_span body, struct dial_error *err)
{
	struct dial_buf *out = &forward->client->channel.out;

	switch (event) {
	case DIAL_EVENT_MORE:
		return 0;
	case DIAL_EVENT_INTERIM:
		return return_interim(forward, err) == 0 ? 1 : -1;
	case DIAL_EVENT_HEAD:
		return return_head(forward, err) == 0 ? 1 : -1;
	case DIAL_EVENT_BODY:
		if (body.len == 0)
			return 1;
		return append_body(out, body.ptr, body.len, forward->chunked) ==
			       0
			   ? 1
			   : -1;
	case DIAL_EVENT_TRAILERS:
		return 1;
	case DIAL_EVENT_END:
		if (forward->chunked && append_body(out, NULL, 0, true) != 0)
			return -1;
		return 2;
	case DIAL_EVENT_BAD:
		break;
	}
	return -1;
}

/* Takes what has come of the response, as far as the client has room. */
static int
take_response(struct dial_forward *forward, struct dial_error *err)
{
	struct dial_channel *up = &forward->up;
	struct dial_span rest = dial_span_make(up->in.data, up->in.len);
	struct dial_span body;
	int result = 1;

	while (result == 1 && dial_channel_unsent(&forward->client->channel) <
				  DIAL_CHANNEL_ROOM) {
		enum dial_event event =
		    dial_parser_feed(&forward->parser, &rest, &body, err);

		result = take_event(forward, event, body, err);
		if (result == 0 && up->ended) {
			event = dial_parser_eof(&forward->parser, false, err);
			result = take_event(forward, event, body, err);
			if (result == 0)
				result = -1;
		}
	}
	dial_buf_consume(&up->in, up->in.len - rest.len);
	return result;
}

/* The response is whole; the client gets what is left of it. */
static enum dial_step
finish(struct dial_forward *forward)
{
	struct dial_client *client = forward->client;

	/* An answer before the request's end: the rest of that is not read. */
	if (!forward->request_done)
		client->reply.close = true;
	client->forward = NULL;
	dial_forward_free(forward);
	return dial_client_flush(client);
}

/* The request cannot be brought to its end: who still listens is told. */
static enum dial_step
request_broke(struct dial_forward *forward)
{
	struct dial_client *client = forward->client;
	const struct dial_request_parser *parser = &client->parser;
	const char *why = "it ended before its body did";
	int status = 400;

	if (parser->why != NULL) {
		why = parser->why;
		status = parser->status;
	}
	if (forward->head_returned ||
	    (parser->why == NULL && !client->channel.ended)) {
		dial_access_log(client);
		dial_channel_abort(&client->channel);
		return DIAL_STEP_OVER;
	}
	client->reply.head_only = dial_span_equal(parser->method, "HEAD");
	client->forward = NULL;
	dial_forward_free(forward);
	return dial_client_refuse(client, status, why);
}

enum dial_step
dial_forward_exchange_step(struct dial_forward *forward)
{
	struct dial_channel *down = &forward->client->channel;
	struct dial_channel *up = &forward->up;
	struct dial_error err = {0};
	int asked = send_request(forward);
	int heard;
	int taken;
	int said;

	if (asked < 0)
		return request_broke(forward);
	heard = dial_channel_read(up, &err);
	/* What came before the connection broke may be all of it. */
	taken = take_response(forward, heard < 0 ? NULL : &err);
	if (taken == 2)
		return finish(forward);
	if (heard < 0 || taken < 0)
		return cut_off(forward, &err);
	said = dial_channel_write(down, NULL);
	if (said < 0)
		return DIAL_STEP_OVER;
	if (dial_channel_wait(up, false, &err) != 0)
		return cut_off(forward, &err);
	return asked + heard + said > 0 ? DIAL_STEP_ON : DIAL_STEP_WAIT;
}

enum dial_step
dial_forward_exchange_expired(struct dial_forward *forward)
{
	const struct dial_client *client = forward->client;
	struct dial_error err = {0};

	if (client_is_slow(forward))
		dial_error_set(&err, DIAL_TIMEOUT, DIAL_TIMEOUT_SLOW,
		    "the client was too slow");
	else if (stands_still(forward) ||
		 dial_loop_now(client->server->loop) >= client->total)
		dial_error_set(&err, DIAL_TIMEOUT, DIAL_TIMEOUT_TOTAL,
		    "%s did not answer in time", forward->party);
	if (dial_error_is_set(&err))
		return cut_off(forward, &err);
	watch_progress(forward);
	return DIAL_STEP_ON;
}
