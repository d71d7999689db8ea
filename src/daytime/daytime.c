/*
 * Only this file reads a daytime answer: to its end, to the cap, or to the
 * deadline, and what was not brought to an end is no answer.
 *
 *   READING --end or cap--> DONE      done() is called from the loop, once
 *      |---error, deadline--> DONE
 */
#include "daytime/daytime.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct dial_daytime_job {
	struct dial_loop *loop;
	struct dial_stream *stream;	/* by TCP, or */
	struct dial_exchange *exchange; /* by UDP */
	struct dial_daytime_trip trip;	/* of its answer */
	struct dial_watch watch;
	struct dial_timer timer;
	char *party;
	int64_t started;
	int64_t opened_at;
	int64_t first_at; /* when the first byte came; 0: not yet */
	int64_t first_unix_ns;
	void (*done)(
	    void *, const struct dial_daytime *, const struct dial_error *);
	void *arg;
	size_t len;
	char bytes[DIAL_DAYTIME_MAX + 1]; /* one more tells that it went on */
};

/* Stops waiting and tells; err NULL for an answer.  The job may be gone. */
static void
finish(struct dial_daytime_job *job, const struct dial_error *err)
{
	struct dial_daytime daytime;
	int64_t now = job->first_unix_ns;
	int64_t trip = job->first_at - job->opened_at;

	dial_watch_clear(&job->watch);
	dial_timer_clear(&job->timer);
	if (err != NULL) {
		job->done(job->arg, NULL, err);
		return;
	}
	dial_daytime_parse(&daytime, job->bytes, job->len, now / DIAL_SECOND);
	if (daytime.has_utc)
		daytime.offset = (double)daytime.utc + (double)trip / 2e9 -
				 (double)now / 1e9;
	job->done(job->arg, &daytime, NULL);
}

static void
expired(void *arg)
{
	struct dial_daytime_job *job = arg;
	char step[DIAL_ERROR_TEXT / 2];
	struct dial_error err = {0};
	long long waited = (job->timer.due - job->started) / DIAL_MILLISECOND;

	if (job->exchange != NULL)
		dial_error_set(&err, DIAL_TIMEOUT, DIAL_TIMEOUT_TOTAL,
		    "%s did not tell the time within %lld ms (--max-time "
		    "allows more): still %s",
		    job->party, waited,
		    dial_exchange_step(job->exchange, step, sizeof step));
	else if (job->len == 0)
		dial_error_set(&err, DIAL_TIMEOUT, DIAL_TIMEOUT_TOTAL,
		    "%s did not tell the time within %lld ms (--max-time "
		    "allows more)",
		    job->party, waited);
	else
		dial_error_set(&err, DIAL_TIMEOUT, DIAL_TIMEOUT_TOTAL,
		    "%s sent %zu bytes of its answer but did not end it within "
		    "%lld ms (--max-time allows more)",
		    job->party, job->len, waited);
	finish(job, &err);
}

/* The peer hung up: an answer, if it said anything. */
static void
ended(struct dial_daytime_job *job)
{
	struct dial_error err = {0};

	if (job->len > 0) {
		finish(job, NULL);
		return;
	}
	dial_error_set(&err, DIAL_HTTP, DIAL_HTTP_EMPTY,
	    "%s answered without telling the time", job->party);
	finish(job, &err);
}

static void
took(struct dial_daytime_job *job, size_t len)
{
	if (job->len == 0) {
		job->first_at = dial_loop_now(job->loop);
		job->first_unix_ns = dial_clock_unix_ns();
	}
	job->len += len;
}

static void
ready(void *arg, unsigned events)
{
	struct dial_daytime_job *job = arg;
	struct dial_error err = {0};
	ssize_t n;

	(void)events;
	for (;;) {
		n = dial_stream_read(job->stream, job->bytes + job->len,
		    sizeof job->bytes - job->len, &err);
		if (n <= 0)
			break;
		took(job, (size_t)n);
		if (job->len == sizeof job->bytes) {
			finish(job, NULL);
			return;
		}
	}
	if (n == 0) {
		ended(job);
		return;
	}
	if (n == DIAL_STREAM_CUT)
		dial_error_set(&err, DIAL_TLS, DIAL_TLS_CUT,
		    "%s was cut off in its answer", job->party);
	if (n == DIAL_STREAM_ERR || n == DIAL_STREAM_CUT ||
	    dial_watch_set(job->loop, &job->watch, dial_stream_fd(job->stream),
		dial_stream_interest(n, 0), &err) != 0)
		finish(job, &err);
}

static struct dial_daytime_job *
job_new(struct dial_loop *loop, const char *party,
    void (*done)(
	void *, const struct dial_daytime *, const struct dial_error *),
    void *arg)
{
	struct dial_daytime_job *job = calloc(1, sizeof *job);

	if (job == NULL)
		return NULL;
	job->loop = loop;
	job->started = dial_loop_now(loop);
	job->watch.ready = ready;
	job->watch.arg = job;
	job->timer.expire = expired;
	job->timer.arg = job;
	job->done = done;
	job->arg = arg;
	job->party = dial_text_copy(dial_span_of(party));
	if (job->party == NULL) {
		free(job);
		return NULL;
	}
	return job;
}

struct dial_daytime_job *
dial_daytime_start(struct dial_loop *loop, struct dial_stream *stream,
    const char *party, int64_t opened_at, int64_t deadline,
    void (*done)(
	void *arg, const struct dial_daytime *, const struct dial_error *),
    void *arg, struct dial_error *err)
{
	struct dial_daytime_job *job = job_new(loop, party, done, arg);

	if (job == NULL) {
		dial_stream_free(stream);
		dial_error_set_memory(err);
		return NULL;
	}
	job->stream = stream;
	job->opened_at = opened_at;
	if (dial_timer_set(loop, &job->timer, deadline, err) != 0 ||
	    dial_watch_set(loop, &job->watch, dial_stream_fd(stream),
		DIAL_READY_IN, err) != 0) {
		dial_daytime_job_free(job);
		return NULL;
	}
	/* A tunnel or TLS may hold bytes that the kernel cannot report. */
	dial_watch_again(loop, &job->watch);
	return job;
}

/* --- By datagram --------------------------------------------------------- */

static void
exchanged(void *arg, const struct dial_exchange_result *result,
    const struct dial_error *err)
{
	struct dial_daytime_job *job = arg;

	if (result == NULL) {
		finish(job, err);
		return;
	}
	job->trip = (struct dial_daytime_trip){.peer = result->peer,
	    .local = result->local,
	    .resolved_at = result->resolved_at,
	    .sent_at = result->sent_at,
	    .received_at = result->received_at};
	job->opened_at = result->sent_at;
	job->first_at = result->received_at;
	job->first_unix_ns = dial_clock_unix_ns();
	job->len =
	    result->len < sizeof job->bytes ? result->len : sizeof job->bytes;
	memcpy(job->bytes, result->bytes, job->len);
	ended(job);
}

struct dial_daytime_job *
dial_daytime_start_udp(struct dial_loop *loop, struct dial_resolver *resolver,
    const struct dial_endpoint *endpoint,
    const struct dial_exchange_options *options, int64_t deadline,
    void (*done)(
	void *arg, const struct dial_daytime *, const struct dial_error *),
    void *arg, struct dial_error *err)
{
	struct dial_daytime_job *job = job_new(loop, options->party, done, arg);

	if (job == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	/* RFC 867: whatever the datagram holds is not looked at. */
	job->exchange = dial_exchange_start(
	    loop, resolver, endpoint, options, "", 0, exchanged, job, err);
	if (job->exchange == NULL ||
	    dial_timer_set(loop, &job->timer, deadline, err) != 0) {
		dial_daytime_job_free(job);
		return NULL;
	}
	return job;
}

const struct dial_daytime_trip *
dial_daytime_job_trip(const struct dial_daytime_job *job)
{
	return job->trip.received_at == 0 ? NULL : &job->trip;
}

void
dial_daytime_job_free(struct dial_daytime_job *job)
{
	if (job == NULL)
		return;
	dial_watch_clear(&job->watch);
	dial_timer_clear(&job->timer);
	dial_exchange_free(job->exchange);
	if (job->stream != NULL)
		dial_stream_free(job->stream);
	free(job->party);
	free(job);
}
