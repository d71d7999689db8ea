/* Only this file runs a loop for one daytime question: a call that blocks. */
#include <stdio.h>

#include "daytime/daytime.h"
#include "transport/connect.h"
#include "transport/socket.h"

struct ask {
	struct dial_loop *loop;
	struct dial_resolver *resolver;
	struct dial_endpoint endpoint;
	struct dial_connect *connect;
	struct dial_daytime_job *job;
	struct dial_timer timer;
	int64_t deadline;
	char party[DIAL_HOST_MAX + 32];
	bool done;
	struct dial_daytime *daytime;
	struct dial_error *err;
};

static void
fail(struct ask *ask, const struct dial_error *err)
{
	*ask->err = *err;
	ask->done = true;
}

static void
told(
    void *arg, const struct dial_daytime *daytime, const struct dial_error *err)
{
	struct ask *ask = arg;

	if (daytime == NULL) {
		fail(ask, err);
		return;
	}
	*ask->daytime = *daytime;
	ask->done = true;
}

static void
connected(void *arg, const struct dial_connect_result *result,
    const struct dial_error *err)
{
	struct ask *ask = arg;
	struct dial_stream *stream;

	dial_timer_clear(&ask->timer);
	if (result == NULL) {
		fail(ask, err);
		return;
	}
	stream = dial_socket_stream_new(result->fd, ask->party, ask->err);
	if (stream != NULL)
		ask->job = dial_daytime_start(ask->loop, stream, ask->party,
		    result->connected_at, ask->deadline, told, ask, ask->err);
	if (ask->job == NULL)
		ask->done = true;
}

static void
expired(void *arg)
{
	struct ask *ask = arg;
	char step[DIAL_ERROR_TEXT / 2];

	dial_error_set(ask->err, DIAL_TIMEOUT,
	    dial_connect_is_resolving(ask->connect) ? DIAL_TIMEOUT_RESOLVE
						    : DIAL_TIMEOUT_CONNECT,
	    "%s was not reached before the deadline: still %s", ask->party,
	    dial_connect_step(ask->connect, step, sizeof step));
	ask->done = true;
}

static enum dial_family
family_of(const struct dial_daytime_options *options)
{
	if (options != NULL && options->family == 4)
		return DIAL_FAMILY_V4;
	if (options != NULL && options->family == 6)
		return DIAL_FAMILY_V6;
	return DIAL_FAMILY_ANY;
}

static int
start_tcp(struct ask *ask, enum dial_family family)
{
	struct dial_connect_options options = {
	    .network = DIAL_NETWORK_TCP, .family = family, .party = ask->party};

	ask->timer.expire = expired;
	ask->timer.arg = ask;
	if (dial_timer_set(ask->loop, &ask->timer, ask->deadline, ask->err) !=
	    0)
		return -1;
	ask->connect = dial_connect_start(ask->loop, ask->resolver,
	    &ask->endpoint, &options, connected, ask, ask->err);
	return ask->connect == NULL ? -1 : 0;
}

static int
start_udp(struct ask *ask, enum dial_family family)
{
	struct dial_exchange_options options = {
	    .family = family, .party = ask->party};

	ask->job = dial_daytime_start_udp(ask->loop, ask->resolver,
	    &ask->endpoint, &options, ask->deadline, told, ask, ask->err);
	return ask->job == NULL ? -1 : 0;
}

static int64_t
deadline_of(
    const struct dial_loop *loop, const struct dial_daytime_options *options)
{
	double seconds = options == NULL ? 0 : options->timeout;
	int64_t span = DIAL_DAYTIME_TIMEOUT;

	if (seconds > 0 && seconds < 1e9)
		span = (int64_t)(seconds * 1e9);
	else if (seconds >= 1e9)
		span = DIAL_NEVER;
	return dial_clock_after(dial_loop_now(loop), span);
}

static int
run(struct ask *ask, const char *endpoint,
    const struct dial_daytime_options *options)
{
	bool udp = options != NULL && options->udp;
	char text[DIAL_HOST_MAX + 16];

	ask->loop = dial_loop_new(NULL, ask->err);
	if (ask->loop == NULL ||
	    dial_endpoint_parse(&ask->endpoint, endpoint, "daytime",
		udp ? DIAL_NETWORK_UDP : DIAL_NETWORK_TCP, ask->err) != 0)
		return -1;
	ask->resolver = dial_resolver_new(ask->loop, ask->err);
	if (ask->resolver == NULL)
		return -1;
	snprintf(ask->party, sizeof ask->party, "the server %s",
	    dial_endpoint_text(&ask->endpoint, text, sizeof text));
	ask->deadline = deadline_of(ask->loop, options);
	if ((udp ? start_udp : start_tcp)(ask, family_of(options)) != 0 ||
	    dial_loop_run(ask->loop, &ask->done, ask->err) != 0)
		return -1;
	return dial_error_is_set(ask->err) ? -1 : 0;
}

int
dial_daytime_ask(const char *endpoint,
    const struct dial_daytime_options *options, struct dial_daytime *daytime,
    struct dial_error *err)
{
	struct dial_error own = {0};
	struct ask ask = {.daytime = daytime, .err = &own};
	int result;

	result = run(&ask, endpoint, options);
	dial_daytime_job_free(ask.job);
	dial_timer_clear(&ask.timer);
	dial_connect_free(ask.connect);
	dial_endpoint_clear(&ask.endpoint);
	if (ask.resolver != NULL)
		dial_resolver_free(ask.resolver);
	if (ask.loop != NULL)
		dial_loop_free(ask.loop);
	if (result != 0 && err != NULL && !dial_error_is_set(err))
		*err = own;
	return result;
}
