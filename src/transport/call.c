/*
 * Only this file blocks for a caller: it runs a loop of its own for one job,
 * and has no way of its own to read or write.  Whatever it waits for, the
 * deadline of the call is the only clock.
 */
#include "transport/call_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "loop/loop.h"
#include "transport/connect.h"
#include "transport/socket.h"
#include "transport/tls.h"

/* Seconds past which a timeout is none: thirty years. */
#define SECONDS_MAX 1e9

/* --- Waiting ------------------------------------------------------------- */

int64_t
dial_call_deadline(int64_t now, double seconds)
{
	if (!(seconds > 0) || seconds > SECONDS_MAX)
		return DIAL_NEVER;
	return dial_clock_after(now, (int64_t)(seconds * (double)DIAL_SECOND));
}

static int
time_is_up(
    const struct dial_call *call, const char *step, struct dial_error *err)
{
	return dial_error_set(err, DIAL_TIMEOUT, DIAL_TIMEOUT_TOTAL,
	    "gave up after %g seconds while %s", call->seconds, step);
}

static void
timer_expired(void *arg)
{
	struct dial_call *call = arg;

	call->expired = true;
	call->woken = true;
}

static void
stream_ready(void *arg, unsigned ready)
{
	struct dial_call *call = arg;

	(void)ready;
	call->woken = true;
}

/* 0 when something happened, -1 when time is up or the loop cannot run. */
static int
wait(struct dial_call *call, const char *step, struct dial_error *err)
{
	call->woken = call->expired;
	if (dial_loop_run(call->loop, &call->woken, err) != 0)
		return -1;
	return call->expired ? time_is_up(call, step, err) : 0;
}

int
dial_call_wait(struct dial_call *call, ssize_t want, const char *step,
    struct dial_error *err)
{
	unsigned interest = dial_stream_interest(want, 0);

	if (dial_watch_set(call->loop, &call->watch,
		dial_stream_fd(call->stream), interest, err) != 0)
		return -1;
	return wait(call, step, err);
}

int
dial_call_check(struct dial_call *call, const char *verb,
    char step[DIAL_CALL_STEP], struct dial_error *err)
{
	snprintf(step, DIAL_CALL_STEP, "%s %s", verb, call->party);
	if (call->expired || dial_loop_now(call->loop) >= call->deadline)
		return time_is_up(call, step, err);
	return 0;
}

/* --- Opening ------------------------------------------------------------- */

static struct dial_call *
call_new(const struct dial_clock *clock, struct dial_error *err)
{
	struct dial_call *call = calloc(1, sizeof *call);

	if (call == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	call->deadline = DIAL_NEVER;
	call->timer.expire = timer_expired;
	call->timer.arg = call;
	call->watch.ready = stream_ready;
	call->watch.arg = call;
	call->loop = dial_loop_new(clock, err);
	if (call->loop == NULL) {
		free(call);
		return NULL;
	}
	return call;
}

static int
set_deadline(struct dial_call *call, double seconds, struct dial_error *err)
{
	call->seconds = seconds;
	call->deadline = dial_call_deadline(dial_loop_now(call->loop), seconds);
	return dial_timer_set(call->loop, &call->timer, call->deadline, err);
}

static int
family_of(int option, enum dial_family *family, struct dial_error *err)
{
	switch (option) {
	case 0:
		*family = DIAL_FAMILY_ANY;
		return 0;
	case 4:
		*family = DIAL_FAMILY_V4;
		return 0;
	case 6:
		*family = DIAL_FAMILY_V6;
		return 0;
	default:
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "a call's family is 0, 4 or 6, not %d", option);
	}
}

/* What done() was told. */
struct outcome {
	struct dial_call *call;
	int fd;
	struct dial_error *err;
};

static void
connected(void *arg, const struct dial_connect_result *result,
    const struct dial_error *err)
{
	struct outcome *outcome = arg;

	if (result != NULL)
		outcome->fd = result->fd;
	else if (outcome->err != NULL && !dial_error_is_set(outcome->err))
		*outcome->err = *err;
	outcome->call->woken = true;
}

/* A connected descriptor, or -1. */
static int
connect_to(struct dial_call *call, const struct dial_endpoint *endpoint,
    enum dial_family family, struct dial_error *err)
{
	struct dial_connect_options options = {
	    .network = call->is_udp ? DIAL_NETWORK_UDP : DIAL_NETWORK_TCP,
	    .family = family,
	    .party = call->party,
	};
	struct outcome outcome = {.call = call, .fd = -1, .err = err};
	char step[DIAL_CALL_STEP];

	call->resolver = dial_resolver_new(call->loop, err);
	if (call->resolver == NULL)
		return -1;
	call->connect = dial_connect_start(call->loop, call->resolver, endpoint,
	    &options, connected, &outcome, err);
	if (call->connect == NULL)
		return -1;
	call->woken = false;
	if (dial_loop_run(call->loop, &call->woken, err) != 0)
		return -1;
	if (outcome.fd == -1 && call->expired)
		return time_is_up(call,
		    dial_connect_step(call->connect, step, sizeof step), err);
	return outcome.fd;
}

static int
add_tls(struct dial_call *call, const struct dial_endpoint *endpoint,
    const struct dial_call_options *options, struct dial_error *err)
{
	const char *name =
	    options->tls_name != NULL ? options->tls_name : endpoint->host;
	struct dial_tls_context *context;

	if (call->is_udp)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "TLS does not go over UDP");
	if (name == NULL)
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "TLS over a unix socket needs the name to verify");
	context = dial_tls_client_new(options->tls_settings, err);
	if (context == NULL)
		return -1;
	call->stream = dial_tls_connect(
	    call->stream, context, name, call->party, NULL, err);
	dial_tls_context_release(context);
	return call->stream == NULL ? -1 : 0;
}

static int
open_stream(struct dial_call *call, struct dial_error *err)
{
	char step[DIAL_CALL_STEP];
	ssize_t result;

	for (;;) {
		if (dial_call_check(call, "opening the call to", step, err) !=
		    0)
			return -1;
		result = dial_stream_open(call->stream, err);
		if (result == 0 || result == DIAL_STREAM_ERR)
			return (int)result;
		if (dial_call_wait(call, result, step, err) != 0)
			return -1;
	}
}

static int
open_call(struct dial_call *call, const struct dial_endpoint *endpoint,
    const struct dial_call_options *options, struct dial_error *err)
{
	char text[DIAL_ENDPOINT_TEXT];
	enum dial_family family = DIAL_FAMILY_ANY;
	int fd;

	call->is_udp = options->udp;
	call->party = dial_text_format(
	    "the server %s", dial_endpoint_text(endpoint, text, sizeof text));
	if (call->party == NULL)
		return dial_error_set_memory(err);
	if (family_of(options->family, &family, err) != 0 ||
	    set_deadline(call, options->timeout, err) != 0)
		return -1;
	fd = connect_to(call, endpoint, family, err);
	if (fd == -1)
		return -1;
	call->stream = dial_socket_stream_new(fd, call->party, err);
	if (call->stream == NULL)
		return -1;
	if (options->tls && add_tls(call, endpoint, options, err) != 0)
		return -1;
	return open_stream(call, err);
}

struct dial_call *
dial_call_open_by_clock(const struct dial_clock *clock, const char *text,
    const struct dial_call_options *options, struct dial_error *err)
{
	static const struct dial_call_options defaults;
	struct dial_endpoint endpoint;
	struct dial_call *call;

	if (options == NULL)
		options = &defaults;
	if (dial_endpoint_parse(&endpoint, text, options->service,
		options->udp ? DIAL_NETWORK_UDP : DIAL_NETWORK_TCP, err) != 0)
		return NULL;
	call = call_new(clock, err);
	if (call != NULL && open_call(call, &endpoint, options, err) != 0) {
		dial_call_free(call);
		call = NULL;
	}
	dial_endpoint_clear(&endpoint);
	return call;
}

struct dial_call *
dial_call_open(const char *text, const struct dial_call_options *options,
    struct dial_error *err)
{
	return dial_call_open_by_clock(NULL, text, options, err);
}

struct dial_call *
dial_call_from_stream(const struct dial_clock *clock,
    struct dial_stream *stream, struct dial_error *err)
{
	struct dial_call *call = call_new(clock, err);
	char peer[DIAL_ADDRESS_TEXT];

	if (call == NULL) {
		dial_stream_free(stream);
		return NULL;
	}
	call->stream = stream;
	call->party = dial_text_format(
	    "the client %s", dial_stream_peer(stream, peer, sizeof peer));
	if (call->party == NULL) {
		dial_error_set_memory(err);
		dial_call_free(call);
		return NULL;
	}
	return call;
}

/* --- Who, and goodbye ---------------------------------------------------- */

char *
dial_call_peer(const struct dial_call *call, char *out, size_t size)
{
	return dial_stream_peer(call->stream, out, size);
}

char *
dial_call_local(const struct dial_call *call, char *out, size_t size)
{
	return dial_stream_local(call->stream, out, size);
}

struct dial_stream *
dial_call_stream(struct dial_call *call)
{
	return call->stream;
}

static int
say_goodbye(struct dial_call *call, struct dial_error *err)
{
	int64_t last =
	    dial_clock_after(dial_loop_now(call->loop), DIAL_CALL_GOODBYE);
	char step[DIAL_CALL_STEP];
	ssize_t result;

	if (last < call->deadline) {
		call->deadline = last;
		call->seconds = (double)DIAL_CALL_GOODBYE / (double)DIAL_SECOND;
		if (dial_timer_set(call->loop, &call->timer, last, err) != 0)
			return -1;
	}
	for (;;) {
		if (dial_call_check(call, "hanging up on", step, err) != 0)
			return -1;
		result = dial_stream_close(call->stream, err);
		if (result == 0 || result == DIAL_STREAM_ERR)
			return (int)result;
		if (dial_call_wait(call, result, step, err) != 0)
			return -1;
	}
}

int
dial_call_close(struct dial_call *call, struct dial_error *err)
{
	int result = say_goodbye(call, err);

	dial_call_free(call);
	return result;
}

void
dial_call_free(struct dial_call *call)
{
	if (call == NULL)
		return;
	dial_connect_free(call->connect);
	dial_resolver_free(call->resolver);
	dial_timer_clear(&call->timer);
	dial_watch_clear(&call->watch);
	dial_stream_free(call->stream);
	dial_loop_free(call->loop);
	dial_buf_clear(&call->in);
	free(call->party);
	free(call);
}
