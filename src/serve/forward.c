/*
 * Only this file decides who may go where through the proxy.
 *
 *   start -> page (refused)
 *         -> CONNECTING -> page (failed)
 *                       -> EXCHANGING -> the client has it again
 *                       -> RELAYING ---> over
 */
#include "serve/forward.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/forward_private.h"
#include "serve/proxy_head.h"
#include "serve/proxy_status.h"
#include "transport/socket.h"

void
dial_forward_free(struct dial_forward *forward)
{
	if (forward == NULL)
		return;
	dial_connect_free(forward->connect);
	dial_channel_close(&forward->up);
	dial_parser_clear(&forward->parser);
	dial_url_clear(&forward->url);
	free(forward);
}

void
dial_forward_set_deadline(struct dial_forward *forward, int64_t span)
{
	struct dial_client *client = forward->client;

	client->deadline =
	    dial_clock_after(dial_loop_now(client->server->loop), span);
	if (client->deadline > client->total)
		client->deadline = client->total;
}

/* Sends a page; what the client still sends of its request is not read, so
 * that the connection can only stay when there is nothing of it. */
static enum dial_step
answer_failure(struct dial_client *client, const struct dial_error *err)
{
	struct dial_proxy_failure failure = dial_proxy_judge(err);

	client->reply.head_only =
	    dial_span_equal(client->parser.method, "HEAD");
	client->reply.close = true;
	if (dial_proxy_page(
		&client->reply, &failure, client->server->pseudonym, err) != 0)
		return DIAL_STEP_OVER;
	return dial_client_send(client);
}

enum dial_step
dial_forward_fail(struct dial_forward *forward, const struct dial_error *err)
{
	struct dial_client *client = forward->client;
	struct dial_error copy = *err; /* it may go with the forward */

	client->forward = NULL;
	dial_forward_free(forward);
	return answer_failure(client, &copy);
}

/* RFC 9110 11.7: who are you? */
static enum dial_step
challenge(struct dial_client *client)
{
	struct dial_reply *reply = &client->reply;

	reply->head_only = dial_span_equal(client->parser.method, "HEAD");
	reply->close = !dial_proxy_keeps(&client->parser) ||
		       client->parser.framing != DIAL_REQUEST_BODYLESS;
	if (dial_reply_field(reply, "Proxy-Authenticate",
		"Basic realm=\"dialtone\", charset=\"UTF-8\"") != 0 ||
	    dial_reply_page(
		reply, 407, "The proxy wants a user and a password.") != 0)
		return DIAL_STEP_OVER;
	return dial_client_send(client);
}

/* We are where OPTIONS ends: this is what we are. */
static enum dial_step
tell_of_ourselves(struct dial_client *client)
{
	struct dial_reply *reply = &client->reply;

	reply->status = 204;
	reply->close = !dial_proxy_keeps(&client->parser) ||
		       client->parser.framing != DIAL_REQUEST_BODYLESS;
	if (dial_reply_field(
		reply, "Via", "1.1 %s", client->server->pseudonym) != 0)
		return DIAL_STEP_OVER;
	return dial_client_send(client);
}

/* --- Connecting ---------------------------------------------------------- */

static bool
leads_back(
    const struct dial_client *client, const struct dial_connect_result *result)
{
	struct dial_address local = {.len = sizeof local.storage};

	return getsockname(result->fd, (struct sockaddr *)&local.storage,
		   &local.len) == 0 &&
	       dial_server_is_proxy(client->server, &result->peer, &local);
}

static void
up_ready(void *arg, unsigned events)
{
	struct dial_forward *forward = arg;

	(void)events;
	dial_client_run(forward->client);
}

static enum dial_step
connected(
    struct dial_forward *forward, const struct dial_connect_result *result)
{
	struct dial_error err = {0};
	struct dial_stream *stream;

	if (leads_back(forward->client, result)) {
		close(result->fd);
		dial_error_set(&err, DIAL_PROXY, DIAL_PROXY_REFUSED,
		    "%s is this proxy itself", forward->party);
		return dial_forward_fail(forward, &err);
	}
	stream = dial_socket_stream_new(result->fd, forward->party, &err);
	if (stream == NULL ||
	    dial_channel_open(&forward->up, forward->client->server->loop,
		stream, up_ready, forward, &err) != 0)
		return dial_forward_fail(forward, &err);
	return forward->tunnel ? dial_forward_relay_start(forward)
			       : dial_forward_exchange_start(forward);
}

static void
connect_done(void *arg, const struct dial_connect_result *result,
    const struct dial_error *err)
{
	struct dial_forward *forward = arg;
	struct dial_client *client = forward->client;
	enum dial_step step;

	if (result == NULL)
		step = dial_forward_fail(forward, err);
	else
		step = connected(forward, result);
	if (step == DIAL_STEP_OVER)
		dial_client_free(client);
	else
		dial_client_run(client);
}

static enum dial_step
start_connect(
    struct dial_forward *forward, const struct dial_endpoint *endpoint)
{
	struct dial_client *client = forward->client;
	struct dial_connect_options options = {
	    .network = DIAL_NETWORK_TCP, .party = forward->party};
	char text[DIAL_HOST_MAX + 16];
	struct dial_error err = {0};

	snprintf(forward->party, sizeof forward->party, "the server %s",
	    dial_endpoint_text(endpoint, text, sizeof text));
	forward->connect =
	    dial_connect_start(client->server->loop, client->server->resolver,
		endpoint, &options, connect_done, forward, &err);
	if (forward->connect == NULL)
		return dial_forward_fail(forward, &err);
	client->forward = forward;
	dial_client_set_state(client, DIAL_CLIENT_FORWARDING, 0);
	dial_forward_set_deadline(
	    forward, client->server->settings.limits.connect_time);
	return DIAL_STEP_WAIT;
}

/* Where the request is to go; 0, or -1 with an error. */
static int
read_target(struct dial_forward *forward, struct dial_endpoint *endpoint,
    struct dial_error *err)
{
	struct dial_span target = forward->client->parser.target;

	if (forward->tunnel)
		return dial_proxy_read_authority(endpoint, target, err);
	if (dial_proxy_read_url(&forward->url, target, err) != 0)
		return -1;
	return dial_endpoint_set(
	    endpoint, forward->url.host, forward->url.port, err);
}

static int
judge(const struct dial_client *client, struct dial_error *err)
{
	const struct dial_request_parser *parser = &client->parser;
	unsigned most = dial_server_forwards_max(client->server);

	if (dial_proxy_is_loop(&parser->head, client->server->pseudonym))
		return dial_error_set(err, DIAL_PROXY, DIAL_PROXY_REFUSED,
		    "the request has been here before");
	if (dial_span_equal(parser->method, "TRACE"))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "TRACE is not forwarded");
	if (dial_server_forwards(client->server, client->peer) >= most)
		return dial_error_set(err, DIAL_SYSTEM, DIAL_SYSTEM_OTHER,
		    "the proxy has %u requests and tunnels of yours on their "
		    "way, as many as one host may have: end one of them first",
		    most);
	return 0;
}

enum dial_step
dial_forward_start(struct dial_client *client)
{
	const char *expected = client->server->settings.proxy_authorization;
	struct dial_endpoint endpoint = {0};
	struct dial_forward *forward;
	struct dial_error err = {0};
	enum dial_step step;

	if (expected != NULL &&
	    !dial_proxy_is_authorized(&client->parser.head, expected))
		return challenge(client);
	if (judge(client, &err) != 0)
		return answer_failure(client, &err);
	if (dial_proxy_is_last(&client->parser))
		return tell_of_ourselves(client);
	forward = calloc(1, sizeof *forward);
	if (forward == NULL)
		return DIAL_STEP_OVER;
	forward->client = client;
	forward->tunnel = dial_span_equal(client->parser.method, "CONNECT");
	if (read_target(forward, &endpoint, &err) != 0)
		step = dial_forward_fail(forward, &err);
	else
		step = start_connect(forward, &endpoint);
	dial_endpoint_clear(&endpoint);
	return step;
}

enum dial_step
dial_forward_step(struct dial_client *client)
{
	struct dial_forward *forward = client->forward;

	switch (forward->stage) {
	case DIAL_FORWARD_CONNECTING:
		break;
	case DIAL_FORWARD_EXCHANGING:
		return dial_forward_exchange_step(forward);
	case DIAL_FORWARD_RELAYING:
		return dial_forward_relay_step(forward);
	}
	return DIAL_STEP_WAIT;
}

static enum dial_step
connect_expired(struct dial_forward *forward)
{
	char step[DIAL_ERROR_TEXT / 2];
	struct dial_error err = {0};
	bool resolving = dial_connect_is_resolving(forward->connect);

	dial_error_set(&err, DIAL_TIMEOUT,
	    resolving ? DIAL_TIMEOUT_RESOLVE : DIAL_TIMEOUT_CONNECT,
	    "%s was not reached in time: still %s", forward->party,
	    dial_connect_step(forward->connect, step, sizeof step));
	return dial_forward_fail(forward, &err);
}

enum dial_step
dial_forward_expired(struct dial_client *client)
{
	struct dial_forward *forward = client->forward;

	switch (forward->stage) {
	case DIAL_FORWARD_CONNECTING:
		return connect_expired(forward);
	case DIAL_FORWARD_EXCHANGING:
		return dial_forward_exchange_expired(forward);
	case DIAL_FORWARD_RELAYING:
		break;
	}
	return dial_forward_relay_expired(forward);
}
