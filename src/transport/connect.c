/*
 * Only this file opens connections: what to try and when is race.c's to say,
 * and what became of it is told to race.c.
 *
 *	finding us  a name of ours to call from is looked up, if one was given
 *	resolving   each answer goes into the race, which may start already
 *	racing      attempts run, each with a watch; one timer for the next
 *	finished    done() was called; nothing is left on the loop
 */
#include "transport/connect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "transport/socket.h"
#include "transport/unreached.h"

/* A unix socket's full backlog cannot be watched, only asked again. */
#define BACKLOG_DELAY (20 * DIAL_MILLISECOND)

struct attempt {
	struct dial_connect *job;
	struct dial_watch watch;
	int fd; /* -1: none */
	int64_t began;
};

struct dial_connect {
	struct dial_loop *loop;
	struct dial_endpoint endpoint;
	enum dial_network network;
	char *party;
	bool is_proxy;
	struct dial_outgoing outgoing;
	struct dial_outgoing_addresses ours;
	struct dial_resolver *resolver;
	struct dial_connect_observer observer;
	enum dial_family family;
	void (*done)(void *arg, const struct dial_connect_result *,
	    const struct dial_error *);
	void *arg;

	struct dial_resolve *resolve;
	bool look_up_failed;
	char why[DIAL_LOOKUP_WHY];
	int64_t resolved_at;
	struct dial_race race;
	struct dial_timer timer;
	struct attempt attempts[DIAL_RACE_MAX];
	size_t unbound; /* attempts that failed at our own end */
	bool finished;
};

/* --- The end ------------------------------------------------------------- */

static void
attempt_stop(struct attempt *attempt)
{
	if (attempt->fd == -1)
		return;
	dial_watch_clear(&attempt->watch);
	close(attempt->fd);
	attempt->fd = -1;
}

static void
stop_all(struct dial_connect *job)
{
	dial_timer_clear(&job->timer);
	dial_resolve_free(job->resolve);
	job->resolve = NULL;
	for (size_t i = 0; i < job->race.next; i++)
		attempt_stop(&job->attempts[i]);
	job->finished = true;
}

static void
tell_tried(const struct dial_connect *job, size_t index, int failure)
{
	const struct dial_connect_observer *observer = &job->observer;

	if (observer->tried != NULL)
		observer->tried(observer->arg,
		    &job->race.entries[index].address, failure,
		    job->attempts[index].began);
}

/* The caller may free the job from within: nothing is touched after it. */
static void
fail(struct dial_connect *job, const struct dial_error *err)
{
	stop_all(job);
	job->done(job->arg, NULL, err);
}

static void
win(struct dial_connect *job, size_t index)
{
	struct dial_connect_result result = {
	    .fd = job->attempts[index].fd,
	    .peer = job->race.entries[index].address,
	    .resolved_at = job->resolved_at,
	    .connected_at = dial_loop_now(job->loop),
	};

	job->race.entries[index].state = DIAL_RACE_WON;
	tell_tried(job, index, 0);
	dial_watch_clear(&job->attempts[index].watch);
	job->attempts[index].fd = -1;
	stop_all(job);
	job->done(job->arg, &result, NULL);
}

/* --- The race ------------------------------------------------------------ */

/* No address was even tried: it is the place to call from that is no good. */
static void
unable_to_call(const struct dial_connect *job, struct dial_error *err)
{
	const struct dial_outgoing *from = &job->outgoing;
	char shown[64], ports[32] = "";

	if (from->port != 0)
		snprintf(ports, sizeof ports, ", ports %u to %u", from->port,
		    from->port + (from->ports > 0 ? from->ports - 1U : 0U));
	dial_text_escape(shown, sizeof shown,
	    dial_span_of(from->host != NULL	     ? from->host
			 : from->interface != NULL ? from->interface
						   : "this machine"),
	    DIAL_ESCAPE_ALL);
	dial_error_set_errno(err, DIAL_SYSTEM, DIAL_SYSTEM_INTERFACE,
	    job->race.entries[0].failure, "cannot call %s from %s%s",
	    job->party, shown, ports);
}

static void
lose(struct dial_connect *job)
{
	struct dial_error err = {0};

	if (job->race.count > 0 && job->unbound == job->race.count)
		unable_to_call(job, &err);
	else if (job->race.count > 0)
		dial_unreached_tried(&err, job->party, &job->race);
	else
		dial_unreached_name(&err, job->party, job->endpoint.host,
		    job->is_proxy, job->look_up_failed, job->why);
	fail(job, &err);
}

static int
prepare(struct dial_connect *job, int fd, int family)
{
	int failure;

	if (family == AF_UNIX || job->network != DIAL_NETWORK_TCP)
		return 0;
	failure = dial_outgoing_prepare(fd, family, &job->outgoing, &job->ours);
	job->unbound += failure != 0 && failure != EAFNOSUPPORT;
	return failure;
}

/* Begins a connection: 0 with a descriptor that is connected, EINPROGRESS with
 * one that will tell, or the errno of the failure. */
static int
begin_attempt(struct dial_connect *job, size_t index)
{
	const struct dial_address *address = &job->race.entries[index].address;
	struct attempt *attempt = &job->attempts[index];
	int family = dial_address_family(address);
	int failure;

	attempt->fd = dial_socket_open(family,
	    job->network == DIAL_NETWORK_UDP ? SOCK_DGRAM : SOCK_STREAM);
	if (attempt->fd == -1)
		return errno;
	failure = prepare(job, attempt->fd, family);
	if (failure != 0) {
		attempt_stop(attempt);
		return failure;
	}
	if (connect(attempt->fd, (const struct sockaddr *)&address->storage,
		address->len) == 0)
		return 0;
	/* A call that a signal interrupted goes on by itself. */
	failure = errno == EINTR ? EINPROGRESS : errno;
	if (failure == EINPROGRESS &&
	    dial_watch_set(job->loop, &attempt->watch, attempt->fd,
		DIAL_READY_OUT, NULL) != 0)
		failure = ENOMEM;
	if (failure != EINPROGRESS)
		attempt_stop(attempt);
	return failure;
}

static void
attempt_failed(struct dial_connect *job, size_t index, int failure)
{
	tell_tried(job, index, failure);
	dial_race_fail(&job->race, index, failure, dial_loop_now(job->loop));
}

/* Starts an attempt; true if it won and the job is over. */
static bool
start_attempt(struct dial_connect *job, size_t index)
{
	int64_t now = dial_loop_now(job->loop);
	int failure;

	job->attempts[index].began = now;
	failure = begin_attempt(job, index);

	if (failure == 0) {
		win(job, index);
		return true;
	}
	if (failure == EAGAIN && job->endpoint.path != NULL)
		dial_race_postpone(
		    &job->race, dial_clock_after(now, BACKLOG_DELAY));
	else if (failure != EINPROGRESS)
		attempt_failed(job, index, failure);
	return false;
}

static void
go_on(struct dial_connect *job)
{
	struct dial_error err = {0};
	size_t index;

	for (;;) {
		switch (dial_race_next(
		    &job->race, dial_loop_now(job->loop), &index)) {
		case DIAL_RACE_START:
			if (start_attempt(job, index))
				return;
			break;
		case DIAL_RACE_LOST:
			lose(job);
			return;
		case DIAL_RACE_WAIT:
			if (dial_timer_set(job->loop, &job->timer,
				job->race.wake, &err) != 0)
				fail(job, &err);
			return;
		}
	}
}

static void
timer_expired(void *arg)
{
	go_on(arg);
}

static void
attempt_ready(void *arg, unsigned ready)
{
	struct attempt *attempt = arg;
	struct dial_connect *job = attempt->job;
	size_t index = (size_t)(attempt - job->attempts);
	int failure = 0;
	socklen_t len = sizeof failure;

	(void)ready;
	if (getsockopt(attempt->fd, SOL_SOCKET, SO_ERROR, &failure, &len) != 0)
		failure = errno;
	if (failure == 0) {
		win(job, index);
		return;
	}
	attempt_stop(attempt);
	attempt_failed(job, index, failure);
	go_on(job);
}

static void
tell_looked_up(
    const struct dial_connect *job, const struct dial_resolution *resolution)
{
	const struct dial_connect_observer *observer = &job->observer;

	if (observer->looked_up != NULL &&
	    (resolution->count > 0 || resolution->why != NULL))
		observer->looked_up(observer->arg, job->endpoint.host,
		    resolution->addresses, resolution->count, resolution->why);
}

static void
resolved(void *arg, const struct dial_resolution *resolution)
{
	struct dial_connect *job = arg;
	int64_t now = dial_loop_now(job->loop);

	if (resolution->count > 0 && job->race.count == 0)
		job->resolved_at = now;
	if (resolution->why != NULL) {
		job->look_up_failed = resolution->failed;
		snprintf(job->why, sizeof job->why, "%s", resolution->why);
	}
	tell_looked_up(job, resolution);
	dial_race_add(&job->race, resolution->addresses, resolution->count,
	    resolution->last, now);
	go_on(job);
}

/* --- The job ------------------------------------------------------------- */

static int
copy_endpoint(struct dial_connect *job, const struct dial_endpoint *endpoint,
    const char *party)
{
	char text[DIAL_ENDPOINT_TEXT];

	job->endpoint.port = endpoint->port;
	if (party == NULL)
		party = dial_endpoint_text(endpoint, text, sizeof text);
	if (dial_text_replace(&job->endpoint.host, endpoint->host) != 0 ||
	    dial_text_replace(&job->endpoint.path, endpoint->path) != 0 ||
	    dial_text_replace(&job->party, party) != 0)
		return -1;
	return 0;
}

static int
begin_resolving(struct dial_connect *job, struct dial_error *err)
{
	int64_t now = dial_loop_now(job->loop);
	struct dial_address address;

	if (job->endpoint.path == NULL) {
		job->resolve =
		    dial_resolve_start(job->resolver, job->endpoint.host,
			job->endpoint.port, job->family, resolved, job, err);
		return job->resolve == NULL ? -1 : 0;
	}
	if (!dial_address_from_path(&address, job->endpoint.path))
		return dial_error_set(err, DIAL_URL, DIAL_URL_MALFORMED,
		    "the path of %s is too long for a unix socket", job->party);
	job->resolved_at = now;
	dial_race_add(&job->race, &address, 1, true, now);
	return dial_timer_set(job->loop, &job->timer, now, err);
}

/* Our own name was looked up. */
static void
found_us(void *arg, const struct dial_resolution *resolution)
{
	struct dial_connect *job = arg;
	struct dial_error err = {0};

	for (size_t i = 0; i < resolution->count; i++)
		dial_outgoing_add(&job->ours, &resolution->addresses[i]);
	if (!resolution->last)
		return;
	dial_resolve_free(job->resolve);
	job->resolve = NULL;
	if (!job->ours.given)
		dial_error_set(&err, DIAL_SYSTEM, DIAL_SYSTEM_INTERFACE,
		    "cannot call from '%s', which is no interface, no address "
		    "and no name of this machine: %s",
		    dial_outgoing_name(&job->outgoing),
		    resolution->why != NULL ? resolution->why : "no address");
	if (dial_error_is_set(&err) || begin_resolving(job, &err) != 0)
		fail(job, &err);
}

static int
begin(struct dial_connect *job, struct dial_error *err)
{
	const char *name = dial_outgoing_name(&job->outgoing);

	if (dial_outgoing_find(&job->ours, &job->outgoing, err) != 0)
		return -1;
	if (name == NULL || job->endpoint.path != NULL)
		return begin_resolving(job, err);
	job->resolve = dial_resolve_start(
	    job->resolver, name, 0, DIAL_FAMILY_ANY, found_us, job, err);
	return job->resolve == NULL ? -1 : 0;
}

static void
init(struct dial_connect *job, struct dial_loop *loop,
    const struct dial_connect_options *options)
{
	job->loop = loop;
	job->network = options->network;
	job->is_proxy = options->is_proxy;
	job->family = options->family;
	job->observer = options->observer;
	job->timer.expire = timer_expired;
	job->timer.arg = job;
	dial_race_init(&job->race);
	if (options->outgoing != NULL && options->outgoing->attempt_delay > 0)
		job->race.delay = options->outgoing->attempt_delay;
	for (size_t i = 0; i < DIAL_RACE_MAX; i++) {
		job->attempts[i].job = job;
		job->attempts[i].fd = -1;
		job->attempts[i].watch.ready = attempt_ready;
		job->attempts[i].watch.arg = &job->attempts[i];
	}
}

struct dial_connect *
dial_connect_start(struct dial_loop *loop, struct dial_resolver *resolver,
    const struct dial_endpoint *endpoint,
    const struct dial_connect_options *options,
    void (*done)(void *arg, const struct dial_connect_result *,
	const struct dial_error *),
    void *arg, struct dial_error *err)
{
	struct dial_connect *job;

	if (dial_endpoint_check_callable(endpoint, options->network, err) != 0)
		return NULL;
	job = calloc(1, sizeof *job);
	if (job == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	init(job, loop, options);
	job->done = done;
	job->arg = arg;
	job->resolver = resolver;
	if (copy_endpoint(job, endpoint, options->party) != 0 ||
	    (options->outgoing != NULL &&
		dial_outgoing_copy(&job->outgoing, options->outgoing) != 0)) {
		dial_error_set_memory(err);
		goto fail;
	}
	if (begin(job, err) != 0)
		goto fail;
	return job;
fail:
	dial_connect_free(job);
	return NULL;
}

void
dial_connect_free(struct dial_connect *job)
{
	if (job == NULL)
		return;
	stop_all(job);
	dial_endpoint_clear(&job->endpoint);
	dial_outgoing_clear(&job->outgoing);
	free(job->party);
	free(job);
}

char *
dial_connect_step(const struct dial_connect *job, char *out, size_t size)
{
	char tried[DIAL_ERROR_TEXT / 2];
	char text[DIAL_ENDPOINT_TEXT];

	if (dial_connect_is_resolving(job)) {
		snprintf(out, size, "looking up %s", job->endpoint.host);
		return out;
	}
	dial_endpoint_text(&job->endpoint, text, sizeof text);
	dial_unreached_list(&job->race, false, tried, sizeof tried);
	if (tried[0] == '\0' || job->endpoint.path != NULL)
		snprintf(out, size, "connecting to %s", text);
	else
		snprintf(out, size, "connecting to %s (%s)", text, tried);
	return out;
}

bool
dial_connect_is_resolving(const struct dial_connect *job)
{
	return job->race.count == 0 && !job->finished;
}
