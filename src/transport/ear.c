/* Only this file waits for a stranger to call, one call after the other. */
#include <stdlib.h>

#include "loop/loop.h"
#include "transport/bind.h"
#include "transport/call_private.h"
#include "transport/listen.h"

struct dial_ear {
	const struct dial_clock *clock;
	struct dial_loop *loop;
	struct dial_listener *listener;
	struct dial_timer timer;
	bool woken;
	bool expired;
	/* Callers that came in one round, one a socket at most. */
	struct dial_stream *callers[DIAL_BIND_MAX];
	size_t count;
};

static void
accepted(void *arg, struct dial_stream *stream)
{
	struct dial_ear *ear = arg;

	ear->callers[ear->count++] = stream;
	ear->woken = true;
}

static void
timer_expired(void *arg)
{
	struct dial_ear *ear = arg;

	ear->expired = true;
	ear->woken = true;
}

static int
open_ear(struct dial_ear *ear, const char *text, struct dial_error *err)
{
	struct dial_endpoint endpoint;

	ear->loop = dial_loop_new(ear->clock, err);
	if (ear->loop == NULL || dial_endpoint_parse(&endpoint, text, NULL,
				     DIAL_NETWORK_TCP, err) != 0)
		return -1;
	ear->listener = dial_listen(
	    ear->loop, &endpoint, DIAL_NETWORK_TCP, accepted, NULL, ear, err);
	dial_endpoint_clear(&endpoint);
	return ear->listener == NULL ? -1 : 0;
}

struct dial_ear *
dial_ear_open_by_clock(
    const struct dial_clock *clock, const char *text, struct dial_error *err)
{
	struct dial_ear *ear = calloc(1, sizeof *ear);

	if (ear == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	ear->clock = clock;
	ear->timer.expire = timer_expired;
	ear->timer.arg = ear;
	if (open_ear(ear, text, err) == 0)
		return ear;
	dial_ear_free(ear);
	return NULL;
}

struct dial_ear *
dial_ear_open(const char *text, struct dial_error *err)
{
	return dial_ear_open_by_clock(NULL, text, err);
}

char *
dial_ear_local(const struct dial_ear *ear, char *out, size_t size)
{
	return dial_address_text(
	    dial_listener_address(ear->listener, 0), out, size);
}

/* Until somebody calls; 0 or -1. */
static int
listen_for(struct dial_ear *ear, double timeout, struct dial_error *err)
{
	char local[DIAL_ADDRESS_TEXT];
	int64_t due = dial_call_deadline(dial_loop_now(ear->loop), timeout);
	int result;

	ear->woken = ear->expired = false;
	if (dial_timer_set(ear->loop, &ear->timer, due, err) != 0)
		return -1;
	result = dial_loop_run(ear->loop, &ear->woken, err);
	dial_timer_clear(&ear->timer);
	if (result != 0 || ear->count > 0)
		return result;
	return dial_error_set(err, DIAL_TIMEOUT, DIAL_TIMEOUT_TOTAL,
	    "nobody called at %s within %g seconds",
	    dial_ear_local(ear, local, sizeof local), timeout);
}

struct dial_call *
dial_ear_accept(struct dial_ear *ear, double timeout, struct dial_error *err)
{
	if (ear->count == 0 && listen_for(ear, timeout, err) != 0)
		return NULL;
	return dial_call_from_stream(
	    ear->clock, ear->callers[--ear->count], err);
}

void
dial_ear_free(struct dial_ear *ear)
{
	if (ear == NULL)
		return;
	while (ear->count > 0)
		dial_stream_free(ear->callers[--ear->count]);
	dial_listener_free(ear->listener);
	dial_timer_clear(&ear->timer);
	dial_loop_free(ear->loop);
	free(ear);
}
