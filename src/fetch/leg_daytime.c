/* A daytime:// leg: the stream is opened as for HTTP, proxies and all, and
 * handed to the daytime client. */
#include "fetch/transfer_private.h"

#include <stdio.h>
#include <string.h>

/* A datagram makes no connection, but it has two ends and its times. */
static void
report_trip(struct dial_transfer *t, const struct dial_daytime_trip *trip)
{
	struct dial_response *response = t->response;
	struct dial_response_info *info = &response->info;

	dial_address_host_text(
	    &trip->peer, response->remote, sizeof response->remote);
	dial_address_host_text(
	    &trip->local, response->local, sizeof response->local);
	info->remote_port = dial_address_port(&trip->peer);
	info->local_port = dial_address_port(&trip->local);
	info->time_namelookup = dial_transfer_elapsed(t, trip->resolved_at);
	info->time_connect = dial_transfer_elapsed(t, trip->sent_at);
	info->time_pretransfer = info->time_connect;
	info->time_posttransfer = info->time_connect;
	info->time_starttransfer = dial_transfer_elapsed(t, trip->received_at);
	dial_transfer_note(t, DIAL_NOTE_TEXT,
	    "%s told the time by a datagram from %s:%d", t->way.foot_party,
	    response->remote, info->remote_port);
}

static int
deliver(struct dial_transfer *t, const struct dial_daytime *daytime)
{
	const struct dial_receiver *r = &t->request->receiver;
	struct dial_response *response = t->response;

	if (daytime->warning != NULL)
		dial_transfer_note(t, DIAL_NOTE_WARNING, "%s: %s",
		    t->way.origin_party, daytime->warning);
	snprintf(response->daytime_utc, sizeof response->daytime_utc, "%s",
	    daytime->iso8601);
	response->info.daytime_offset = daytime->offset;
	response->info.download_size = daytime->len;
	if (r->begin != NULL &&
	    dial_transfer_check(
		r->begin(r->arg, t->response, t->err), t->err) == -1)
		return -1;
	dial_transfer_note_bytes(
	    t, DIAL_NOTE_BODY_IN, dial_span_make(daytime->text, daytime->len));
	return dial_reply_deliver(t, daytime->text, daytime->len);
}

static void
told(
    void *arg, const struct dial_daytime *daytime, const struct dial_error *err)
{
	struct dial_transfer *t = arg;
	const struct dial_daytime_trip *trip =
	    dial_daytime_job_trip(t->daytime);

	if (trip != NULL)
		report_trip(t, trip);
	if (daytime == NULL)
		*t->err = *err;
	else
		(void)deliver(t, daytime);
	dial_transfer_finish(t);
}

static int64_t
deadline(const struct dial_transfer *t)
{
	/* The transfer's own timer ends it where -m was given. */
	if (t->request->timeout > 0)
		return DIAL_NEVER;
	return dial_clock_after(
	    dial_loop_now(t->agent->loop), DIAL_DAYTIME_TIMEOUT);
}

static int
ask_by_stream(struct dial_transfer *t)
{
	struct dial_connection *connection = t->connection;
	struct dial_stream *stream = connection->stream;
	int64_t opened_at = dial_loop_now(t->agent->loop);

	t->connect_deadline = DIAL_NEVER;
	dial_transfer_report_connection(t, connection);
	connection->stream = NULL;
	t->daytime = dial_daytime_start(t->agent->loop, stream,
	    t->way.foot_party, opened_at, deadline(t), told, t, t->err);
	return t->daytime == NULL ? -1 : dial_transfer_arm(t);
}

static int
ask_by_datagram(struct dial_transfer *t)
{
	struct dial_exchange_options options = {0};

	if (t->way.foot_is_proxy)
		return dial_error_set(t->err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "--udp cannot go through the proxy %s: leave one of them "
		    "out",
		    t->way.proxy_name);
	options.family = t->way.family;
	options.party = t->way.foot_party;
	t->daytime = dial_daytime_start_udp(t->agent->loop, t->agent->resolver,
	    &t->way.foot, &options, deadline(t), told, t, t->err);
	return t->daytime == NULL ? -1 : dial_transfer_arm(t);
}

int
dial_leg_daytime(struct dial_transfer *t)
{
	return t->request->udp ? ask_by_datagram(t) : ask_by_stream(t);
}
