/*
 * Only this file asks by datagram and asks again.  The order of the addresses
 * is the race's, its attempt delay is not: a question waits for its answer.
 *
 *	round 0     each address as the race offers it
 *	rounds 1,2  each address again that has not refused
 */
#include "transport/exchange.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "transport/datagram.h"
#include "transport/race.h"
#include "transport/socket.h"
#include "transport/unreached.h"

struct question {
	struct dial_exchange *job;
	struct dial_watch watch;
	int fd; /* -1: none */
	int64_t sent_at;
};

struct dial_exchange {
	struct dial_loop *loop;
	struct dial_endpoint endpoint;
	char *party;
	struct dial_buf request;
	void (*done)(void *arg, const struct dial_exchange_result *,
	    const struct dial_error *);
	void *arg;

	struct dial_resolve *resolve;
	bool look_up_failed;
	char why[DIAL_LOOKUP_WHY];
	int64_t resolved_at;
	struct dial_race race;
	struct question questions[DIAL_RACE_MAX];
	size_t latest; /* the last one asked */
	bool waiting;  /* for an answer to it, until the timer expires */
	struct dial_timer timer;
	unsigned round;
	size_t cursor; /* in the rounds after the first */
	unsigned char *reply;
	bool finished;
};

/* --- The end ------------------------------------------------------------- */

static void
question_stop(struct question *question)
{
	if (question->fd == -1)
		return;
	dial_watch_clear(&question->watch);
	close(question->fd);
	question->fd = -1;
}

static void
stop_all(struct dial_exchange *job)
{
	dial_timer_clear(&job->timer);
	dial_resolve_free(job->resolve);
	job->resolve = NULL;
	for (size_t i = 0; i < job->race.next; i++)
		question_stop(&job->questions[i]);
	job->finished = true;
}

/* The caller may free the job from within: nothing is touched after it. */
static void
fail(struct dial_exchange *job, const struct dial_error *err)
{
	stop_all(job);
	job->done(job->arg, NULL, err);
}

static void
win(struct dial_exchange *job, const struct question *question, size_t len)
{
	size_t index = (size_t)(question - job->questions);
	struct dial_exchange_result result = {
	    .bytes = job->reply,
	    .len = len,
	    .peer = job->race.entries[index].address,
	    .local = {.len = sizeof result.local.storage},
	    .resolved_at = job->resolved_at,
	    .sent_at = question->sent_at,
	    .received_at = dial_loop_now(job->loop),
	};

	getsockname(question->fd, (struct sockaddr *)&result.local.storage,
	    &result.local.len);
	stop_all(job);
	job->done(job->arg, &result, NULL);
}

static bool
somebody_is_silent(const struct dial_race *race)
{
	for (size_t i = 0; i < race->next; i++)
		if (race->entries[i].state == DIAL_RACE_TRYING)
			return true;
	return false;
}

static void
lose(struct dial_exchange *job)
{
	struct dial_error err = {0};
	char asked[DIAL_UNREACHED_TEXT];

	if (job->race.count == 0)
		dial_unreached_name(&err, job->party, job->endpoint.host, false,
		    job->look_up_failed, job->why);
	else if (!somebody_is_silent(&job->race))
		dial_unreached_tried(&err, job->party, &job->race);
	else
		dial_error_set(&err, DIAL_TIMEOUT, DIAL_TIMEOUT_CONNECT,
		    "no answer from %s over UDP to %d questions (asked %s); it "
		    "may answer over TCP",
		    job->party, DIAL_EXCHANGE_ROUNDS,
		    dial_unreached_list(&job->race, true, asked, sizeof asked));
	fail(job, &err);
}

/* --- Asking -------------------------------------------------------------- */

/* A connected socket hears of refusals, and of nobody else.  0 or errno. */
static int
open_question(struct dial_exchange *job, size_t index)
{
	const struct dial_address *address = &job->race.entries[index].address;
	struct question *question = &job->questions[index];

	question->fd =
	    dial_socket_open(dial_address_family(address), SOCK_DGRAM);
	if (question->fd == -1)
		return errno;
	if (connect(question->fd, (const struct sockaddr *)&address->storage,
		address->len) != 0)
		return errno;
	return dial_watch_set(job->loop, &question->watch, question->fd,
		   DIAL_READY_IN, NULL) == 0
		   ? 0
		   : ENOMEM;
}

/* False if this address has failed, which its entry then says. */
static bool
ask(struct dial_exchange *job, size_t index)
{
	struct question *question = &job->questions[index];
	int64_t now = dial_loop_now(job->loop);
	int failure = question->fd == -1 ? open_question(job, index) : 0;

	/* A full buffer loses the datagram, as the way there may. */
	if (failure == 0 &&
	    send(question->fd, job->request.data, job->request.len,
		MSG_NOSIGNAL) == -1 &&
	    errno != EAGAIN && errno != ENOBUFS)
		failure = errno;
	if (failure != 0) {
		question_stop(question);
		dial_race_fail(&job->race, index, failure, now);
		return false;
	}
	question->sent_at = now;
	job->latest = index;
	return true;
}

/* The next of this round, or none: *over says whether none will come. */
static bool
next_address(struct dial_exchange *job, size_t *index, bool *over)
{
	*over = false;
	if (job->round == 0) {
		switch (dial_race_next(
		    &job->race, dial_loop_now(job->loop), index)) {
		case DIAL_RACE_START:
			return true;
		case DIAL_RACE_LOST:
			*over = true;
			return false;
		case DIAL_RACE_WAIT:
			*over = job->race.complete &&
				job->race.next == job->race.count;
			return false;
		}
	}
	while (job->cursor < job->race.next) {
		*index = job->cursor++;
		if (job->race.entries[*index].state == DIAL_RACE_TRYING)
			return true;
	}
	*over = true;
	return false;
}

static void
set_timer(struct dial_exchange *job, int64_t due)
{
	struct dial_error err = {0};

	if (dial_timer_set(job->loop, &job->timer, due, &err) != 0)
		fail(job, &err);
}

static void
go_on(struct dial_exchange *job)
{
	int64_t now = dial_loop_now(job->loop);
	size_t index;
	bool over;

	job->waiting = false;
	for (;;) {
		if (next_address(job, &index, &over)) {
			if (!ask(job, index))
				continue;
			job->waiting = true;
			set_timer(
			    job, dial_clock_after(now, DIAL_EXCHANGE_WAIT));
			return;
		}
		if (!over) { /* until the race or another answer says so */
			set_timer(job, job->race.wake);
			return;
		}
		job->cursor = 0;
		if (++job->round == DIAL_EXCHANGE_ROUNDS ||
		    !somebody_is_silent(&job->race)) {
			lose(job);
			return;
		}
	}
}

static void
timer_expired(void *arg)
{
	go_on(arg);
}

/* --- What comes back ----------------------------------------------------- */

static void
question_ready(void *arg, unsigned ready)
{
	struct question *question = arg;
	struct dial_exchange *job = question->job;
	size_t index = (size_t)(question - job->questions);
	ssize_t n;

	(void)ready;
	n = recv(question->fd, job->reply, DIAL_DATAGRAM_MAX, 0);
	if (n >= 0) {
		win(job, question, (size_t)n);
		return;
	}
	if (errno == EAGAIN || errno == EINTR)
		return;
	dial_race_fail(&job->race, index, errno, dial_loop_now(job->loop));
	question_stop(question);
	if (index == job->latest || !somebody_is_silent(&job->race))
		go_on(job);
}

static void
resolved(void *arg, const struct dial_resolution *resolution)
{
	struct dial_exchange *job = arg;
	int64_t now = dial_loop_now(job->loop);

	if (resolution->count > 0 && job->race.count == 0)
		job->resolved_at = now;
	if (resolution->why != NULL) {
		job->look_up_failed = resolution->failed;
		snprintf(job->why, sizeof job->why, "%s", resolution->why);
	}
	dial_race_add(&job->race, resolution->addresses, resolution->count,
	    resolution->last, now);
	if (!job->waiting)
		go_on(job);
}

/* --- The job ------------------------------------------------------------- */

static struct dial_exchange *
exchange_new(struct dial_loop *loop, const struct dial_endpoint *endpoint,
    const char *party, const void *request, size_t len)
{
	struct dial_exchange *job = calloc(1, sizeof *job);

	if (job == NULL)
		return NULL;
	job->loop = loop;
	job->timer.expire = timer_expired;
	job->timer.arg = job;
	dial_race_init(&job->race);
	for (size_t i = 0; i < DIAL_RACE_MAX; i++) {
		job->questions[i].job = job;
		job->questions[i].fd = -1;
		job->questions[i].watch.ready = question_ready;
		job->questions[i].watch.arg = &job->questions[i];
	}
	job->endpoint.port = endpoint->port;
	job->reply = malloc(DIAL_DATAGRAM_MAX);
	if (job->reply == NULL ||
	    dial_text_replace(&job->endpoint.host, endpoint->host) != 0 ||
	    dial_text_replace(&job->party, party) != 0 ||
	    dial_buf_append(&job->request, request, len) != 0) {
		dial_exchange_free(job);
		return NULL;
	}
	return job;
}

struct dial_exchange *
dial_exchange_start(struct dial_loop *loop, struct dial_resolver *resolver,
    const struct dial_endpoint *endpoint,
    const struct dial_exchange_options *options, const void *request,
    size_t len,
    void (*done)(void *arg, const struct dial_exchange_result *,
	const struct dial_error *),
    void *arg, struct dial_error *err)
{
	char text[DIAL_ENDPOINT_TEXT];
	const char *party = options->party;
	struct dial_exchange *job;

	if (dial_endpoint_check_callable(endpoint, DIAL_NETWORK_UDP, err) != 0)
		return NULL;
	if (party == NULL)
		party = dial_endpoint_text(endpoint, text, sizeof text);
	job = exchange_new(loop, endpoint, party, request, len);
	if (job == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	job->done = done;
	job->arg = arg;
	job->resolve = dial_resolve_start(resolver, endpoint->host,
	    endpoint->port, options->family, resolved, job, err);
	if (job->resolve == NULL) {
		dial_exchange_free(job);
		return NULL;
	}
	return job;
}

void
dial_exchange_free(struct dial_exchange *job)
{
	if (job == NULL)
		return;
	stop_all(job);
	dial_endpoint_clear(&job->endpoint);
	dial_buf_clear(&job->request);
	free(job->party);
	free(job->reply);
	free(job);
}

char *
dial_exchange_step(const struct dial_exchange *job, char *out, size_t size)
{
	char asked[DIAL_UNREACHED_TEXT];
	char text[DIAL_ENDPOINT_TEXT];

	if (job->race.count == 0) {
		snprintf(out, size, "looking up %s", job->endpoint.host);
		return out;
	}
	dial_endpoint_text(&job->endpoint, text, sizeof text);
	snprintf(out, size, "waiting for a datagram from %s (%s)", text,
	    dial_unreached_list(&job->race, false, asked, sizeof asked));
	return out;
}
