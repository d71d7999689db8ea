/* From a URL to a request on its way: the way, the connection, the bytes. */
#include "fetch/transfer_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch/compose.h"
#include "fetch/leg_explain.h"
#include "fetch/schemes.h"
#include "http/refusal.h"

static void
on_first_byte(void *arg)
{
	struct dial_transfer *t = arg;

	t->response->info.time_starttransfer =
	    dial_transfer_elapsed(t, dial_loop_now(t->agent->loop));
}

static void
on_sent(void *arg)
{
	struct dial_transfer *t = arg;

	t->response->info.time_posttransfer =
	    dial_transfer_elapsed(t, dial_loop_now(t->agent->loop));
	dial_explain_request(t);
}

static void
on_uploaded(void *arg, const void *bytes, size_t len)
{
	struct dial_transfer *t = arg;

	t->response->info.upload_size += len;
	dial_transfer_note_bytes(
	    t, DIAL_NOTE_BODY_OUT, dial_span_make(bytes, len));
}

static int
on_paused(void *arg)
{
	return dial_transfer_arm(arg);
}

static void
on_over(void *arg, bool whole)
{
	dial_transfer_leg_over(arg, whole);
}

/* A proxy's answers may come in any version; an origin's rules are known. */
static struct dial_parser_rules
parser_rules(const struct dial_transfer *t)
{
	struct dial_parser_rules rules = {0};

	rules.head_request = strcmp(t->method, "HEAD") == 0;
	rules.http10_request = t->minor == 0;
	rules.http09 = t->request->http09;
	rules.ignore_length = t->request->ignore_length;
	rules.te = t->request->transfer_coding;
	rules.raw = t->request->raw;
	rules.gather = true;
	rules.party =
	    t->way.absolute_form ? t->way.foot_party : t->way.origin_party;
	return rules;
}

static int
compose(struct dial_transfer *t, struct dial_buf *head, bool expect)
{
	struct dial_composition c = {0};
	struct dial_buf target = {0}, cookies = {0};
	char *referer = NULL;
	int result;

	c.request = t->request;
	c.url = &t->url;
	c.way = &t->way;
	c.method = t->method;
	c.minor = t->minor;
	c.scope = t->scope;
	c.dropped_body = t->dropped_body;
	c.has_body = dial_leg_has_body(t);
	c.withheld = t->withheld;
	c.body_length = dial_leg_goes_in_chunks(t) ? -1
			: t->withheld		   ? 0
						   : t->body.length;
	c.body_skipped =
	    dial_leg_has_body(t) && !t->withheld ? t->request->resume_from : 0;
	c.expect = expect;
	c.close = t->close_after;
	c.referred_by = t->was_referred ? &t->referred_by : NULL;
	result = dial_compose_target(&target, &c, t->err);
	if (result == 0)
		result = dial_leg_login_prepare(t, (char *)target.data,
		    dial_leg_has_body(t) && !t->withheld);
	c.authorization = t->origin_hop.value;
	c.proxy_authorization = t->proxy_hop.value;
	if (result == 0 && t->request->cookie_jar)
		result = dial_agent_select_cookies(
		    t->agent, &t->url, &cookies, t->err);
	c.cookies = (char *)cookies.data;
	if (result == 0)
		result = dial_compose(head, &c, &referer, t->err);
	dial_buf_clear(&target);
	dial_buf_clear_secret(&cookies);
	free(t->response->referer);
	t->response->referer = referer;
	return result;
}

static int
send_request(struct dial_transfer *t, struct dial_span head, bool expect)
{
	struct dial_roundtrip_setup setup = {0};

	t->handler = (struct dial_roundtrip_handler){
	    .interim = dial_reply_interim,
	    .head = dial_reply_head,
	    .body = dial_reply_body,
	    .trailers = dial_reply_trailers,
	    .first_byte = on_first_byte,
	    .sent = on_sent,
	    .uploaded = on_uploaded,
	    .paused = on_paused,
	    .over = on_over,
	    .arg = t,
	};
	setup.loop = t->agent->loop;
	setup.stream = t->connection->stream;
	setup.read_buffer = dial_agent_read_buffer(t->agent, t->err);
	if (setup.read_buffer == NULL)
		return -1;
	setup.body = dial_leg_has_body(t) && !t->withheld ? &t->body : NULL;
	setup.chunked = dial_leg_goes_in_chunks(t);
	setup.await_continue = expect;
	setup.in_pace = &t->in_pace;
	setup.out_pace = &t->out_pace;
	setup.rules = parser_rules(t);
	setup.handler = &t->handler;
	setup.err = t->err;
	t->response->info.request_size += head.len;
	t->response->info.time_pretransfer =
	    dial_transfer_elapsed(t, dial_loop_now(t->agent->loop));
	dial_transfer_note_head(t, DIAL_NOTE_HEAD_OUT, head);
	dial_low_speed_start(&t->low_speed, t->request->min_speed,
	    t->request->min_speed_span, dial_loop_now(t->agent->loop), 0);
	return dial_roundtrip_start(&t->roundtrip, &setup, head);
}

/* How long the body waits for 100 Continue. */
static int64_t
patience(const struct dial_transfer *t)
{
	if (!(t->request->expect_timeout > 0))
		return DIAL_ROUNDTRIP_CONTINUE;
	return (int64_t)(t->request->expect_timeout * (double)DIAL_SECOND);
}

/* The connection is there: the request goes out. */
static int
speak(struct dial_transfer *t)
{
	struct dial_buf head = {0};
	bool expect;
	int result = -1;

	if (dial_leg_is_daytime(t))
		return dial_leg_daytime(t);
	t->connect_deadline = DIAL_NEVER;
	dial_transfer_report_connection(t, t->connection);
	t->withheld = dial_leg_login_probes(t, dial_leg_has_body(t));
	if (dial_leg_has_body(t) && !t->withheld)
		t->response->info.upload_expected = t->body.length;
	expect = dial_leg_expects_continue(t);
	if (compose(t, &head, expect) == -1)
		goto out;
	t->continue_deadline = DIAL_NEVER;
	t->expected = expect;
	if (expect)
		t->continue_deadline = dial_clock_after(
		    dial_loop_now(t->agent->loop), patience(t));
	result = send_request(t, dial_span_make(head.data, head.len), expect);
	if (result == 0)
		result = dial_transfer_arm(t);
out:
	dial_buf_clear(&head);
	return result;
}

static void
on_note(void *arg, const char *line)
{
	dial_transfer_note(arg, DIAL_NOTE_TEXT, "%s", line);
}

/* Somebody answered the call: the next one in a PAC file's list need not be
 * hurried to. */
static void
on_connected(void *arg)
{
	struct dial_transfer *t = arg;

	t->connect_deadline =
	    dial_transfer_deadline(t->leg_started, t->request->connect_timeout);
	if (dial_transfer_arm(t) == -1)
		t->connect_deadline = DIAL_NEVER;
}

static void
on_tunnel_asked(void *arg, const struct dial_stream *tunnel)
{
	struct dial_transfer *t = arg;
	struct dial_span request = dial_tunnel_request(tunnel);

	t->response->info.request_size += request.len;
	dial_transfer_note_head(t, DIAL_NOTE_HEAD_OUT, request);
}

static int
on_tunnel_answered(
    void *arg, const struct dial_stream *tunnel, struct dial_error *err)
{
	struct dial_transfer *t = arg;
	const struct dial_head *head = dial_tunnel_head(tunnel);

	t->response->info.proxy_status = dial_head_status(head);
	if (dial_head_status(head) / 100 == 2 &&
	    dial_leg_prove_check(t, true, head) == -1) {
		*err = *t->err;
		return -1;
	}
	return dial_transfer_tell_head(t, head, DIAL_SPEAKER_PROXY, err);
}

/* The proxy's own words go to the person, never into the output. */
static void
show_refusal(struct dial_transfer *t, const struct dial_tunnel_refusal *refusal)
{
	struct dial_buf words = {0};

	if (dial_refusal_words(&words, &refusal->head,
		dial_span_make(refusal->body.data, refusal->body.len)) == 0 &&
	    words.len > 0)
		dial_transfer_note_bytes(t, DIAL_NOTE_PROXY_BODY,
		    dial_span_make(words.data, words.len));
	dial_buf_clear(&words);
}

static void
drop_opening(struct dial_transfer *t)
{
	dial_opening_free(t->opening);
	t->opening = NULL;
}

/* Once more, if it helps: on the connection that CONNECT was refused on, where
 * that still serves. */
static void
not_opened(struct dial_transfer *t, const struct dial_tunnel_refusal *refusal,
    const struct dial_error *err)
{
	int again;

	dial_explain_refusal(t, refusal);
	again = dial_leg_login_refused(t, refusal);

	if (again == 0 && dial_opening_died_idle(t->opening)) {
		dial_transfer_note(t, DIAL_NOTE_TEXT,
		    "the connection to %s was closed: connecting anew",
		    t->way.foot_party);
		again = 1;
	}
	if (again == 0 && refusal == NULL && dial_leg_pac_moves_on(t, err))
		again = 1;
	if (again == 1) {
		if (!dial_opening_can_repeat(t->opening, t->way.key)) {
			if (dial_opening_connection(t->opening) != NULL)
				dial_transfer_report_connection(
				    t, dial_opening_connection(t->opening));
			drop_opening(t);
		}
		dial_transfer_again(t);
		return;
	}
	if (again == 0) {
		*t->err = *err;
		dial_leg_blame_proxy_login(t, refusal);
		if (refusal != NULL && t->proxy_hop.sent != 0 &&
		    t->proxy_hop.unable_why[0] != '\0')
			dial_error_append(
			    t->err, "; %s", t->proxy_hop.unable_why);
	}
	if (again == 0 && t->way.proxy_ignored)
		dial_error_append(t->err,
		    " (HTTP_PROXY is set, which is ignored: in lower case, "
		    "http_proxy, it would be the proxy)");
	if (refusal != NULL)
		show_refusal(t, refusal);
	dial_transfer_finish(t);
}

static void
on_opened(void *arg, struct dial_connection *connection,
    const struct dial_tunnel_refusal *refusal, const struct dial_error *err)
{
	struct dial_transfer *t = arg;

	if (connection == NULL) {
		not_opened(t, refusal, err);
		return;
	}
	t->connection = connection;
	drop_opening(t);
	dial_leg_go_on(t);
}

static int
fill_tunnel(struct dial_transfer *t, struct dial_tunnel_options *options)
{
	const struct dial_request *request = t->request;
	char target[DIAL_ENDPOINT_TEXT];

	options->fields = dial_way_proxy_fields(&t->way, request);
	options->minor = request->proxy_http10 ? 0 : 1;
	/* Emptied for the origin is emptied for the proxy too, as in curl. */
	if (!dial_fields_mentions(&request->fields, "User-Agent") ||
	    dial_fields_find(&request->fields, "User-Agent") != NULL)
		options->user_agent = dial_compose_user_agent(request);
	if (t->way.middle != DIAL_WAY_TUNNEL)
		return 0;
	dial_endpoint_text(&t->way.target, target, sizeof target);
	if (dial_leg_login_connect(t, target) == -1)
		return -1;
	options->proxy_authorization = t->proxy_hop.value;
	if (t->proxy_hop.unable_why[0] != '\0')
		options->no_login = t->proxy_hop.unable_why;
	else if (t->way.user != NULL)
		options->no_login = DIAL_LOGIN_NONE_ALLOWED;
	return 0;
}

/* A new connection, where there is none yet. */
static int
open_connection(struct dial_transfer *t)
{
	struct dial_opening_setup setup = {0};

	if (t->connection != NULL)
		return 1;

	setup.loop = t->agent->loop;
	setup.resolver = t->agent->resolver;
	setup.way = &t->way;
	setup.outgoing = &t->request->outgoing;
	setup.note = on_note;
	setup.connected = on_connected;
	setup.tunnel_asked = on_tunnel_asked;
	setup.tunnel_answered = on_tunnel_answered;
	setup.done = on_opened;
	setup.arg = t;
	dial_explain_watch(t, &setup);
	if (t->way.proxy_tls) {
		setup.proxy_tls =
		    dial_agent_tls(t->agent, &t->request->proxy_tls, t->err);
		if (setup.proxy_tls == NULL)
			return -1;
	}
	if (t->way.origin_tls) {
		setup.origin_tls =
		    dial_agent_tls(t->agent, &t->request->tls, t->err);
		if (setup.origin_tls == NULL)
			return -1;
	}
	if (fill_tunnel(t, &setup.tunnel) == -1)
		return -1;
	t->connect_deadline = dial_transfer_deadline(t->leg_started,
	    dial_leg_pac_hurries(t) ? DIAL_LEG_PAC_CONNECT
				    : t->request->connect_timeout);
	if (t->opening != NULL)
		return dial_opening_repeat(t->opening, &setup, t->err) == -1
			   ? -1
			   : dial_transfer_arm(t);
	t->response->info.connection_id = setup.id = t->agent->connections++;
	t->opening = dial_opening_start(&setup, t->err);
	return t->opening == NULL ? -1 : dial_transfer_arm(t);
}

int
dial_leg_tell_way(struct dial_transfer *t)
{
	if (dial_text_replace(&t->response->proxy, t->way.why) == -1)
		return dial_error_set_memory(t->err);
	if (t->way.why != NULL)
		dial_transfer_note(t, DIAL_NOTE_TEXT, "going %s%s (%s)",
		    t->way.foot_is_proxy ? "by the proxy " : "directly",
		    t->way.foot_is_proxy ? t->way.proxy_name : "", t->way.why);
	dial_explain_way(t);
	return 1;
}

static int
find_way(struct dial_transfer *t)
{
	dial_way_clear(&t->way);
	if (dial_way_find(&t->way, t->request, &t->url, NULL, t->err) == -1)
		return -1;
	return t->way.pac != NULL ? 1 : dial_leg_tell_way(t);
}

static int
enter(struct dial_transfer *t)
{
	t->leg_started = t->told_until = dial_loop_now(t->agent->loop);
	t->next = DIAL_LEG_NONE;
	t->discard = false;
	t->discarded = 0;
	if (dial_transfer_report_leg(t) == -1 ||
	    dial_scheme_check(&t->url, t->request->schemes, t->err) == -1)
		return -1;
	return 1;
}

/* A token may make a connection known as this user's: it serves nobody else,
 * and no leg that has lost the right to be this user (DESIGN 3). */
static int
bind_key(struct dial_transfer *t)
{
	const struct dial_credentials *c = &t->credentials;
	char *key;

	if ((t->request->auth & DIAL_AUTH_BY_TOKEN) == 0)
		return 1;
	key = dial_text_format("%s\nshown to the origin: %s%zu:%s %s",
	    t->way.key, c->user == NULL ? "nobody" : "",
	    c->user == NULL ? (size_t)0 : strlen(c->user),
	    c->user == NULL ? "" : c->user,
	    c->password == NULL ? "" : c->password);
	if (key == NULL)
		return dial_error_set_memory(t->err);
	dial_text_free_secret(t->way.key);
	t->way.key = key;
	return 1;
}

static int
begin_login(struct dial_transfer *t)
{
	return dial_leg_login_begin(t) == -1 ? -1 : bind_key(t);
}

/* A datagram needs no connection: it is asked at once, and no stage follows. */
static int
ask_by_datagram(struct dial_transfer *t)
{
	if (!t->request->udp || !dial_leg_is_daytime(t))
		return 1;
	return dial_leg_daytime(t);
}

/* A kept connection to the same place, by the same way. */
static int
take_connection(struct dial_transfer *t)
{
	if (!t->repeated) /* else those kept may all be dead */
		t->connection = dial_pool_take(&t->agent->pool, t->way.key, t);
	t->reused = t->connection != NULL;
	if (t->opening != NULL &&
	    (t->reused || !dial_opening_can_repeat(t->opening, t->way.key)))
		drop_opening(t);
	if (t->reused)
		dial_transfer_note(t, DIAL_NOTE_TEXT,
		    "using the connection to %s again", t->way.foot_party);
	return 1;
}

/* From a URL to a request on its way.  A stage returns 1 (go on), 0 (it waits,
 * and calls dial_leg_go_on() from the loop when it need not wait any more; or
 * the rest comes by itself), or -1 with the error. */
static int (*const stages[])(struct dial_transfer *) = {
    enter,
    find_way,
    dial_leg_ask_pac,
    dial_leg_find_proxy_login,
    begin_login,
    ask_by_datagram,
    dial_leg_prepare_body,
    take_connection,
    dial_leg_prove_for_tunnel,
    open_connection,
    dial_leg_prove_to_proxy,
    dial_leg_prove_to_origin,
    speak,
};

void
dial_leg_go_on(struct dial_transfer *t)
{
	int result;

	do {
		result = stages[t->stage++](t);
	} while (result == 1);
	if (result == -1)
		dial_transfer_finish(t);
}

int
dial_leg_wait(struct dial_transfer *t, const struct dial_leg_wait *wait)
{
	t->wait = *wait;
	return dial_transfer_arm(t);
}

void
dial_leg_stop_waiting(struct dial_transfer *t)
{
	if (t->wait.drop != NULL)
		t->wait.drop(t);
	t->wait = (struct dial_leg_wait){0};
}

void
dial_leg_begin(struct dial_transfer *t)
{
	t->stage = 0;
	dial_leg_go_on(t);
}

bool
dial_leg_is_daytime(const struct dial_transfer *t)
{
	return strcmp(t->url.scheme, "daytime") == 0;
}

void
dial_leg_step(const struct dial_transfer *t, char *out, size_t size)
{
	const char *party = t->way.foot_party;

	if (t->wait.step != NULL)
		snprintf(out, size, "%s", t->wait.step);
	else if (t->opening != NULL)
		dial_opening_step(t->opening, out, size);
	else if (t->daytime != NULL)
		snprintf(out, size, "waiting for %s to tell the time", party);
	else if (t->roundtrip.state == DIAL_ROUNDTRIP_SENDING)
		snprintf(out, size, "sending the request to %s", party);
	else if (t->roundtrip.state == DIAL_ROUNDTRIP_WAITING)
		snprintf(
		    out, size, "waiting for %s to let the body come", party);
	else if (!t->response->has_head)
		snprintf(out, size, "waiting for the answer of %s", party);
	else
		snprintf(out, size, "receiving the body from %s", party);
}
