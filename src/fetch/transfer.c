/* A transfer moves from leg to leg and has one timer for all its deadlines. */
#include "fetch/transfer_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch/leg_explain.h"
#include "fetch/retry.h"

/* More than that, in seconds, is for ever: a clock counts no further. */
#define LONGEST 9e9

int64_t
dial_transfer_deadline(int64_t from, double seconds)
{
	if (!(seconds > 0 && seconds < LONGEST))
		return DIAL_NEVER;
	return dial_clock_after(from, (int64_t)(seconds * (double)DIAL_SECOND));
}

static int64_t
total_deadline(const struct dial_transfer *t)
{
	return dial_transfer_deadline(t->started, t->request->timeout);
}

static int64_t
soonest(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int
dial_transfer_arm(struct dial_transfer *t)
{
	int64_t due;

	due = soonest(total_deadline(t), t->connect_deadline);
	due = soonest(due, t->continue_deadline);
	due = soonest(due, t->progress_due);
	due = soonest(due, t->low_speed.due);
	due = soonest(due, dial_roundtrip_pause(&t->roundtrip));
	return dial_timer_set(t->agent->loop, &t->timer, due, t->err);
}

static void
drop_leg(struct dial_transfer *t)
{
	const struct dial_connection *begun = NULL;

	dial_roundtrip_stop(&t->roundtrip);
	dial_low_speed_stop(&t->low_speed);
	if (t->opening != NULL)
		begun = dial_opening_connection(t->opening);
	if (begun != NULL)
		dial_transfer_report_connection(t, begun);
	dial_opening_free(t->opening);
	t->opening = NULL;
	dial_leg_stop_waiting(t);
	dial_daytime_job_free(t->daytime);
	t->daytime = NULL;
	dial_connection_close(t->connection);
	t->connection = NULL;
}

void
dial_transfer_finish(struct dial_transfer *t)
{
	struct dial_error unused = {0};

	dial_explain_end(t);
	dial_timer_clear(&t->timer);
	dial_timer_clear(&t->step);
	drop_leg(t);
	t->response->info.time_total =
	    dial_transfer_elapsed(t, dial_loop_now(t->agent->loop));
	if (t->request->receiver.progress != NULL)
		(void)t->request->receiver.progress(
		    t->request->receiver.arg, t->response, &unused);
	t->done = true;
	t->agent->bell = true;
	if (t->over != NULL)
		t->over(t->over_arg);
}

static void
time_out(struct dial_transfer *t, int64_t deadline)
{
	char step[512];
	bool resolving;

	resolving = t->opening != NULL && dial_opening_is_resolving(t->opening);
	dial_leg_step(t, step, sizeof step);
	dial_error_set(t->err, DIAL_TIMEOUT,
	    resolving			      ? DIAL_TIMEOUT_RESOLVE
	    : deadline == t->connect_deadline ? DIAL_TIMEOUT_CONNECT
					      : DIAL_TIMEOUT_TOTAL,
	    "timed out after %lld ms while %s (%s)",
	    (long long)((deadline - (deadline == t->connect_deadline
					    ? t->leg_started
					    : t->started)) /
			DIAL_MILLISECOND),
	    step,
	    deadline == t->connect_deadline ? "--connect-timeout"
					    : "--max-time");
	if (deadline == t->connect_deadline &&
	    dial_leg_pac_moves_on(t, t->err)) {
		dial_error_clear(t->err);
		drop_leg(t);
		dial_transfer_again(t);
		return;
	}
	dial_transfer_finish(t);
}

static bool
is_too_slow(struct dial_transfer *t, int64_t now)
{
	const struct dial_response_info *info = &t->response->info;

	if (now < t->low_speed.due ||
	    !dial_low_speed_look(
		&t->low_speed, now, info->download_size + info->upload_size))
		return false;
	dial_error_set(t->err, DIAL_TIMEOUT, DIAL_TIMEOUT_SLOW,
	    "%s was slower than %llu bytes a second for %.3g s "
	    "(--speed-limit, --speed-time)",
	    t->way.origin_party, (unsigned long long)t->request->min_speed,
	    t->request->min_speed_span);
	return true;
}

/* What only some transfers wait for. 0, or -1 to end it. */
static int
look_at_speed(struct dial_transfer *t, int64_t now)
{
	if (is_too_slow(t, now))
		return -1;
	if (now >= dial_roundtrip_pause(&t->roundtrip))
		dial_roundtrip_go_on(&t->roundtrip);
	return 0;
}

static void
on_timer(void *arg)
{
	struct dial_transfer *t = arg;
	int64_t now = dial_loop_now(t->agent->loop);
	int64_t total = total_deadline(t);

	if (now >= total) {
		time_out(t, total);
		return;
	}
	if (now >= t->connect_deadline) {
		time_out(t, t->connect_deadline);
		return;
	}
	if (now >= t->continue_deadline) {
		t->continue_deadline = DIAL_NEVER;
		dial_roundtrip_continue(&t->roundtrip);
	}
	if (now >= t->progress_due) {
		t->progress_due = dial_clock_after(now, DIAL_PROGRESS_EVERY);
		if (dial_transfer_report_progress(t) == -1) {
			dial_transfer_finish(t);
			return;
		}
	}
	if (look_at_speed(t, now) == -1 || dial_transfer_arm(t) == -1)
		dial_transfer_finish(t);
}

static bool
can_keep(const struct dial_transfer *t)
{
	if (t->next == DIAL_LEG_LOGIN && t->body.sent > DIAL_REFUSED_BODY_MAX)
		return false;
	return dial_roundtrip_reusable(&t->roundtrip) && !t->says_close;
}

static void
keep_or_close(struct dial_transfer *t)
{
	if (can_keep(t)) {
		t->connection->served++;
		if (t->request->keep)
			dial_transfer_note(t, DIAL_NOTE_TEXT,
			    "the connection to %s is kept", t->way.foot_party);
		/* Several rounds of one login are of one connection. */
		if (t->next == DIAL_LEG_LOGIN &&
		    (t->origin_hop.challenge != NULL ||
			t->proxy_hop.challenge != NULL))
			t->connection->owner = t;
		dial_pool_keep(&t->agent->pool, t->connection);
	} else {
		dial_connection_close(t->connection);
	}
	t->connection = NULL;
}

/* Not from within the last call of the leg before. */
void
dial_transfer_again(struct dial_transfer *t)
{
	if (dial_timer_set(t->agent->loop, &t->step,
		dial_loop_now(t->agent->loop), t->err) == -1)
		dial_transfer_finish(t);
}

static void
follow(struct dial_transfer *t)
{
	struct dial_response_info *info = &t->response->info;

	info->redirects++;
	info->time_redirect =
	    dial_transfer_elapsed(t, dial_loop_now(t->agent->loop));
	dial_scope_follow(&t->scope, &t->redirect);
	dial_leg_login_follow(t, t->redirect.cross_origin);
	dial_leg_pac_clear(t);
	if (t->redirect.downgrade)
		dial_transfer_note(t, DIAL_NOTE_WARNING,
		    "%s redirects from https to http: the rest is not "
		    "encrypted",
		    t->way.origin_party);
	dial_url_clear(&t->referred_by);
	t->referred_by = t->url;
	t->was_referred = true;
	t->url = t->redirect.url;
	memset(&t->redirect.url, 0, sizeof t->redirect.url);
	t->method = t->redirect.method;
	t->dropped_body = t->dropped_body || t->redirect.drop_body;
	t->repeated = false;
}

static int
version_for(const struct dial_transfer *t)
{
	if (t->request->version != DIAL_HTTP_DEFAULT)
		return t->request->version == DIAL_HTTP_1_1;
	return dial_agent_knows_11(t->agent, &t->url);
}

static int
prepare_next(struct dial_transfer *t)
{
	switch (t->next) {
	case DIAL_LEG_REDIRECT:
		follow(t);
		break;
	case DIAL_LEG_IN_11:
		if (dial_agent_learn_11(t->agent, &t->url, t->err) == -1)
			return -1;
		break;
	case DIAL_LEG_AGAIN:
	case DIAL_LEG_LOGIN:
	case DIAL_LEG_NONE:
		break;
	}
	t->minor = version_for(t);
	t->close_after = t->minor == 1 && !t->request->keep &&
			 t->request->version == DIAL_HTTP_DEFAULT;
	/* RFC 9112 9.6: after "close", whoever said it, nothing follows. */
	t->says_close = dial_fields_mentions(&t->request->fields, "Connection")
			    ? dial_fields_list_has(
				  &t->request->fields, "Connection", "close")
			    : t->close_after;
	return 0;
}

/* A kept connection may have died while it was idle: that is nobody's
 * failure. */
static bool
died_idle(struct dial_transfer *t)
{
	if (t->repeated ||
	    !dial_retry_dead_connection(t->method, t->reused,
		t->roundtrip.heard,
		!t->body_open || t->body.rewindable || t->body.sent == 0))
		return false;
	dial_transfer_note(t, DIAL_NOTE_TEXT,
	    "the kept connection to %s was closed: connecting anew",
	    t->way.foot_party);
	dial_error_clear(t->err);
	t->repeated = true;
	t->next = DIAL_LEG_AGAIN;
	return true;
}

/* Of an answer whose body nobody wants the head is enough: what breaks off
 * behind it is no loss, as in curl. */
static bool
was_enough(struct dial_transfer *t)
{
	bool broke_off = t->err->domain == DIAL_HTTP ||
			 t->err->domain == DIAL_SYSTEM ||
			 t->err->domain == DIAL_TLS;

	if (!t->discard || (dial_error_is_set(t->err) && !broke_off))
		return false;
	dial_error_clear(t->err);
	return true;
}

void
dial_transfer_leg_over(struct dial_transfer *t, bool whole)
{
	bool ok = whole && dial_reply_finish(t) == 0;

	t->continue_deadline = DIAL_NEVER;
	dial_low_speed_stop(&t->low_speed);
	if (ok) {
		keep_or_close(t);
	} else {
		dial_connection_close(t->connection);
		t->connection = NULL;
		ok = was_enough(t) || died_idle(t);
	}
	if (ok && t->next == DIAL_LEG_NONE)
		dial_reply_conclude(t);
	if (!ok || t->next == DIAL_LEG_NONE || prepare_next(t) == -1) {
		dial_transfer_finish(t);
		return;
	}
	dial_transfer_again(t);
}

static void
on_step(void *arg)
{
	dial_leg_begin(arg);
}

/* Its time has come: all that it takes is counted from here. */
static void
on_first_step(void *arg)
{
	struct dial_transfer *t = arg;

	t->step.expire = on_step;
	t->started = dial_loop_now(t->agent->loop);
	if (t->request->receiver.progress != NULL)
		t->progress_due =
		    dial_clock_after(t->started, DIAL_PROGRESS_EVERY);
	dial_leg_begin(t);
}

struct dial_transfer *
dial_transfer_start(struct dial_agent *agent,
    const struct dial_request *request, struct dial_response *response,
    int64_t begin_at, struct dial_error *err)
{
	struct dial_transfer *t;

	t = calloc(1, sizeof *t);
	if (t == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	t->agent = agent;
	t->request = request;
	t->response = response;
	t->err = err;
	t->started = dial_loop_now(agent->loop);
	t->connect_deadline = t->continue_deadline = DIAL_NEVER;
	t->low_speed.due = DIAL_NEVER;
	dial_pace_start(&t->in_pace, request->receive_speed, t->started);
	dial_pace_start(&t->out_pace, request->send_speed, t->started);
	t->progress_due = DIAL_NEVER;
	response->info.transfer_id = agent->transfers++;
	t->method = dial_request_method(request);
	t->scope.trusted = request->trust_redirects;
	t->timer.expire = on_timer;
	t->timer.arg = t;
	t->step.expire = on_first_step;
	t->step.arg = t;
	if (dial_url_copy(&t->url, &request->url, err) == -1 ||
	    prepare_next(t) == -1 ||
	    dial_timer_set(agent->loop, &t->step, begin_at, err) == -1) {
		dial_transfer_free(t);
		return NULL;
	}
	return t;
}

void
dial_transfer_tell(struct dial_transfer *t, void (*over)(void *arg), void *arg)
{
	t->over = over;
	t->over_arg = arg;
}

const bool *
dial_transfer_done(const struct dial_transfer *t)
{
	return &t->done;
}

void
dial_transfer_free(struct dial_transfer *t)
{
	if (t == NULL)
		return;
	if (!t->done)
		dial_transfer_finish(t);
	dial_roundtrip_clear(&t->roundtrip);
	dial_body_close(&t->body);
	dial_decoder_free(t->decoder);
	free(t->decoded);
	dial_leg_login_clear(t);
	dial_leg_pac_clear(t);
	dial_url_clear(&t->url);
	dial_url_clear(&t->referred_by);
	dial_url_clear(&t->redirect.url);
	dial_way_clear(&t->way);
	free(t);
}
