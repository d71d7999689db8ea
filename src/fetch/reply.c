/* What a response means: kept, followed, asked for again, or refused. */
#include "fetch/transfer_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch/leg_explain.h"
#include "fetch/resume.h"
#include "fetch/retry.h"
#include "http/date.h"
#include "http/proxy_status.h"

/* Whatever becomes of the answer (RFC 6265 3); but a proxy's own is nothing of
 * the origin's. */
static int
take_cookies(struct dial_transfer *t, const struct dial_head *head)
{
	if (!t->request->cookie_jar ||
	    (t->way.absolute_form && dial_head_status(head) == 407))
		return 0;
	return dial_transfer_take_cookies(t, head);
}

int
dial_reply_interim(void *arg, struct dial_parser *parser)
{
	struct dial_transfer *t = arg;
	int status = dial_head_status(&parser->head);

	if (take_cookies(t, &parser->head) == -1 ||
	    dial_transfer_tell_head(
		t, &parser->head, DIAL_SPEAKER_ORIGIN, t->err) == -1)
		return -1;
	if (status == 100) {
		t->continue_deadline = DIAL_NEVER;
		dial_roundtrip_continue(&t->roundtrip);
		return dial_transfer_arm(t);
	}
	return 0;
}

/* 426 or 505: once more in HTTP/1.1, and this answer is not shown. */
static bool
insists_on_11(struct dial_transfer *t, const struct dial_head *head)
{
	if (!dial_retry_as_11(
		head, t->minor, t->request->version != DIAL_HTTP_DEFAULT))
		return false;
	dial_transfer_note(t, DIAL_NOTE_TEXT,
	    "%s answered HTTP/1.0 with %d: asking again in HTTP/1.1",
	    t->way.foot_party, dial_head_status(head));
	t->next = DIAL_LEG_IN_11;
	t->discard = true;
	return true;
}

/* 417: once more, and without asking whether the body may come; but not from
 * who has let it come. */
static bool
expects_nothing(struct dial_transfer *t, const struct dial_head *head)
{
	if (dial_head_status(head) != 417 || !t->expected || t->unexpecting ||
	    t->roundtrip.parser.interims > 0 ||
	    !(t->body.rewindable || t->body.sent == 0))
		return false;
	dial_transfer_note(t, DIAL_NOTE_TEXT,
	    "%s takes no Expect: sending the body without asking",
	    t->way.foot_party);
	t->unexpecting = true;
	t->next = DIAL_LEG_AGAIN;
	t->discard = true;
	return true;
}

static void
save_redirect_url(struct dial_transfer *t)
{
	struct dial_buf text = {0};

	if (dial_url_write(&text, &t->redirect.url, DIAL_URL_WITH_FRAGMENT) ==
		-1 ||
	    dial_buf_terminate(&text) == NULL) {
		dial_buf_clear(&text);
		return;
	}
	free(t->response->redirect_url);
	t->response->redirect_url = (char *)text.data;
}

/* Where it leads is told even if it was one redirect too many. */
static void
tell_of_refused(struct dial_transfer *t, struct dial_redirect_input input)
{
	struct dial_error unused = {0};

	input.max = -1;
	if (dial_redirect_decide(&t->redirect, &input, &unused) == 0)
		save_redirect_url(t);
}

static int
consider_redirect(struct dial_transfer *t, const struct dial_head *head)
{
	struct dial_redirect_input input = {0};
	struct dial_error unused = {0};

	input.status = dial_head_status(head);
	input.location = dial_head_field(head, "Location", 0);
	input.url = &t->url;
	input.method = t->method;
	input.method_forced = t->request->method != NULL;
	input.head_only = t->request->head_only;
	input.put = t->request->body.put;
	input.path_as_is = t->request->path_as_is;
	input.method_yields = t->request->method_yields;
	input.kept_posts = t->request->kept_posts;
	input.schemes = t->request->schemes & t->request->redirect_schemes;
	input.followed = t->response->info.redirects;
	input.max = t->request->follow ? t->request->max_redirects : -1;
	dial_url_clear(&t->redirect.url);
	if (dial_redirect_decide(&t->redirect, &input,
		t->request->follow ? t->err : &unused) == -1) {
		tell_of_refused(t, input);
		return t->request->follow ? -1 : 0;
	}
	if (t->redirect.action != DIAL_REDIRECT_FOLLOW)
		return 0;
	save_redirect_url(t);
	if (!t->request->follow)
		return 0;
	t->next = DIAL_LEG_REDIRECT;
	t->discard = true;
	return 0;
}

/* It answered itself, and not the origin. */
static int
refuse_status_of_proxy(struct dial_transfer *t, int status, const char *told)
{
	const char *why = dial_hop_why_refused(&t->proxy_hop);

	if (status == 407)
		told = t->way.user != NULL && t->proxy_hop.sent == 0
			   ? "offers no scheme that is allowed: "
			     "--proxy-anyauth allows every one that dial speaks"
		       : t->way.user == NULL
			   ? "wants a user and password: give them with -U "
			     "user:password"
			   : "did not accept the user and password that were "
			     "given with -U or in its URL";
	if (status != 407 || why == NULL)
		return dial_error_set(t->err, DIAL_HTTP, DIAL_HTTP_STATUS,
		    "%s answered with status %d for %s; it %s",
		    t->way.foot_party, status, t->way.origin_party, told);
	return dial_error_set(t->err, DIAL_HTTP, DIAL_HTTP_STATUS,
	    "%s answered with status %d for %s; %s", t->way.foot_party, status,
	    t->way.origin_party, why);
}

static int
refuse_status(struct dial_transfer *t, int status)
{
	const char *told = dial_proxy_status_words(&t->response->head);
	const char *why = dial_hop_why_refused(&t->origin_hop);

	if (t->way.absolute_form && (status == 407 || told != NULL))
		return refuse_status_of_proxy(t, status, told);
	if (status == 401 && why != NULL)
		return dial_error_set(t->err, DIAL_HTTP, DIAL_HTTP_STATUS,
		    "%s answered with status %d; %s", t->way.origin_party,
		    status, why);
	return dial_error_set(t->err, DIAL_HTTP, DIAL_HTTP_STATUS,
	    "%s answered with status %d%s%s", t->way.origin_party, status,
	    told == NULL ? "" : "; a proxy before it, by its Proxy-Status, ",
	    told == NULL ? "" : told);
}

/* 416 to a resume is no failure where nothing was missing. */
static int
consider_failure(struct dial_transfer *t, int status)
{
	if (!t->request->fail || status < 400 || t->discard ||
	    (status == 416 && t->request->resume_from > 0))
		return 0;
	return refuse_status(t, status);
}

/* The body is handed out: now it may be told that it was an error's. */
void
dial_reply_conclude(struct dial_transfer *t)
{
	int status = t->response->info.status;

	if (t->request->fail_with_body && status >= 400 &&
	    !t->response->info.complete)
		refuse_status(t, status);
}

/* A part, or the rest of a file, was asked for: is this it? */
static int
consider_part(struct dial_transfer *t, const struct dial_head *head)
{
	enum dial_resume_action action;
	struct dial_resume_input input = {0};
	struct dial_response_info *info = &t->response->info;

	info->resumed = info->complete = false;
	if (!t->discard && t->request->resume_from == 0 &&
	    !dial_fields_mentions(&t->request->fields, "Range") &&
	    dial_range_check(t->request->range, head, t->err) == -1)
		return dial_reply_name_origin(t);
	/* Nothing newer is there, so nothing is to be gone on with. */
	if (t->request->time_condition != DIAL_TIME_NONE &&
	    dial_head_status(head) == 304)
		return 0;
	if (t->request->resume_from == 0 || t->discard ||
	    t->request->body.kind != DIAL_BODY_NONE || t->request->head_only)
		return 0;
	input.start = t->request->resume_from;
	input.total = t->request->resume_total;
	input.validator = t->request->resume_validator;
	input.head = head;
	if (dial_resume_decide(&action, &input, t->err) == -1)
		return dial_reply_name_origin(t);
	info->resumed = action == DIAL_RESUME_APPEND;
	info->complete = action == DIAL_RESUME_COMPLETE;
	if (info->complete) {
		t->discard = true;
		dial_transfer_note(
		    t, DIAL_NOTE_TEXT, "nothing is missing of the file");
	}
	return 0;
}

/* Servers may send all of a page that is not newer; curl's -z then takes it
 * for a 304. */
static void
consider_time(struct dial_transfer *t, const struct dial_head *head)
{
	struct dial_response_info *info = &t->response->info;
	const struct dial_request *r = t->request;
	struct dial_span modified;
	int64_t time;
	bool met;

	info->not_newer = false;
	if (r->time_condition == DIAL_TIME_NONE || t->discard ||
	    r->range != NULL || info->status != 200)
		return;
	modified = dial_head_field(head, "Last-Modified", 0);
	if (modified.ptr == NULL ||
	    !dial_date_parse(
		modified, dial_clock_unix_ns() / DIAL_SECOND, &time))
		return;
	met = r->time_condition == DIAL_TIME_UNMODIFIED_SINCE
		  ? time < r->time_value
		  : time > r->time_value;
	if (met)
		return;
	info->not_newer = true;
	info->status = 304;
	t->discard = true;
	dial_transfer_note(t, DIAL_NOTE_TEXT,
	    "the page is not %s than the time given: left out",
	    r->time_condition == DIAL_TIME_UNMODIFIED_SINCE ? "older"
							    : "newer");
}

/* How long the head says that the body is, or would be (HEAD); 0: nothing. */
static uint64_t
announced(const struct dial_transfer *t)
{
	const struct dial_parser *parser = &t->roundtrip.parser;
	uint64_t length;

	if (parser->framing == DIAL_FRAMING_LENGTH)
		return parser->body_length;
	if (strcmp(t->method, "HEAD") != 0 ||
	    !dial_text_decimal(
		dial_head_field(&parser->head, "Content-Length", 0), UINT64_MAX,
		&length))
		return 0;
	return length;
}

static int
begin(struct dial_transfer *t)
{
	const struct dial_receiver *r = &t->request->receiver;

	if (t->next != DIAL_LEG_NONE)
		return 0;
	if (t->request->max_size > 0 &&
	    (!t->discard || t->request->head_only) &&
	    announced(t) > t->request->max_size)
		return dial_reply_refuse_size(t);
	if (r->begin == NULL)
		return 0;
	return dial_transfer_check(
	    r->begin(r->arg, t->response, t->err), t->err);
}

/* What the head means for this leg and the next. */
static int
judge(struct dial_transfer *t, const struct dial_head *head)
{
	if (take_cookies(t, head) == -1)
		return -1;
	if (insists_on_11(t, head) || expects_nothing(t, head))
		return 0;
	if (dial_transfer_tell_head(t, head, DIAL_SPEAKER_ORIGIN, t->err) ==
		-1 ||
	    dial_leg_login_consider(t, head) == -1)
		return -1;
	if (t->next == DIAL_LEG_LOGIN)
		return 0;
	if (consider_redirect(t, head) == -1 ||
	    consider_failure(t, dial_head_status(head)) == -1 ||
	    consider_part(t, head) == -1)
		return -1;
	consider_time(t, head);
	/* -I with another method: the body comes, and nobody asked for it. */
	t->discard =
	    t->discard || t->request->head_only || t->request->heads_alone;
	if (dial_reply_prepare_decoder(t, head) == -1)
		return -1;
	return begin(t);
}

/* An unwanted body is read where that saves the next request a connection. */
static bool
is_worth_reading(
    const struct dial_transfer *t, const struct dial_parser *parser)
{
	if (!t->discard || parser->framing == DIAL_FRAMING_NONE)
		return true;
	if (t->request->heads_alone && t->next == DIAL_LEG_NONE)
		return false;
	if (parser->framing == DIAL_FRAMING_LENGTH &&
	    parser->body_length > DIAL_DISCARD_MAX)
		return false;
	return parser->keep_alive && !t->says_close;
}

int
dial_reply_head(void *arg, struct dial_parser *parser)
{
	struct dial_transfer *t = arg;

	/* The server has decided without the body that it did not ask for. */
	t->continue_deadline = DIAL_NEVER;
	if (dial_transfer_arm(t) == -1 || dial_transfer_report_head(t) == -1)
		return -1;
	if (parser->warning != NULL)
		dial_transfer_note(t, DIAL_NOTE_WARNING, "%s: %s",
		    t->way.foot_party, parser->warning);
	dial_explain_response(t, &parser->head);
	if (judge(t, &parser->head) == -1) {
		t->discard = false;
		return -1;
	}
	return is_worth_reading(t, parser) ? 0 : -1;
}
