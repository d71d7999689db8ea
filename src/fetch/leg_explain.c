/*
 * Facts become stages here: what the layers below report as values is made
 * into lines for people, each with the particulars that it rests on.
 */
#include "fetch/leg_explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch/login_review.h"
#include "fetch/mask.h"
#include "fetch/route_review.h"
#include "http/refusal.h"
#include "transport/tls.h"

/* Particulars of one stage; more are left out. */
#define DETAILS_MAX 64
/* A value of one, in bytes; a longer one is cut. */
#define DETAIL_TEXT 512
#define LINE_TEXT   1024
/* Lines of a refusing proxy's page. */
#define PAGE_LINES 20

struct draft {
	struct dial_transfer *t;
	struct dial_stage stage;
	struct dial_stage_detail details[DETAILS_MAX];
};

bool
dial_explain_is_wanted(const struct dial_transfer *t)
{
	return t->request->receiver.stage != NULL;
}

static double
elapsed(const struct dial_transfer *t, int64_t at)
{
	return dial_transfer_elapsed(t, at);
}

static void
begin(struct draft *draft, struct dial_transfer *t, enum dial_stage_kind kind,
    enum dial_party party)
{
	*draft = (struct draft){.t = t};
	draft->stage.kind = kind;
	draft->stage.party = party;
	draft->stage.began = elapsed(t, t->told_until);
}

/* A particular that there is no memory for is left out. */
static void
add_span(struct draft *draft, struct dial_span name, struct dial_span value)
{
	char shown_name[DETAIL_TEXT / 4], shown[DETAIL_TEXT];
	struct dial_stage_detail *detail;
	char *copy, *name_copy;

	if (draft->stage.detail_count == DETAILS_MAX)
		return;
	dial_text_escape(shown_name, sizeof shown_name, name, DIAL_ESCAPE_ALL);
	dial_text_escape(shown, sizeof shown, value, DIAL_ESCAPE_ALL);
	name_copy = dial_text_copy(dial_span_of(shown_name));
	copy = dial_text_copy(dial_span_of(shown));
	if (name_copy == NULL || copy == NULL) {
		free(name_copy);
		free(copy);
		return;
	}
	detail = &draft->details[draft->stage.detail_count++];
	detail->name = name_copy;
	detail->value = copy;
}

static void
add(struct draft *draft, const char *name, const char *value)
{
	add_span(draft, dial_span_of(name), dial_span_of(value));
}

/* What a literal or malloc'd field holds is this file's own to free. */
static void
free_details(struct draft *draft)
{
	for (size_t i = 0; i < draft->stage.detail_count; i++) {
		free((char *)(uintptr_t)draft->details[i].name);
		free((char *)(uintptr_t)draft->details[i].value);
	}
}

static void
tell(struct draft *draft, const char *text)
{
	struct dial_transfer *t = draft->t;
	const struct dial_receiver *r = &t->request->receiver;
	int64_t now = dial_loop_now(t->agent->loop);

	draft->stage.text = text;
	draft->stage.details = draft->details;
	draft->stage.ended = elapsed(t, now);
	t->told_until = now;
	t->told_failure = draft->stage.failed;
	r->stage(r->arg, t->response, &draft->stage);
	free_details(draft);
}

void
dial_explain_line(struct dial_transfer *t, enum dial_stage_kind kind,
    enum dial_party party, bool failed, const char *format, ...)
{
	struct draft draft;
	char line[LINE_TEXT];
	va_list ap;

	if (!dial_explain_is_wanted(t))
		return;
	va_start(ap, format);
	vsnprintf(line, sizeof line, format, ap);
	va_end(ap);
	begin(&draft, t, kind, party);
	draft.stage.failed = failed;
	tell(&draft, line);
}

/* --- The way ---------------------------------------------------------------
 */

static void
add_setting(void *arg, const struct dial_route_setting *setting)
{
	char value[DETAIL_TEXT];

	snprintf(value, sizeof value, "%s: %s%s%s%s", setting->value,
	    setting->used ? "counts" : "ignored",
	    setting->why == NULL ? "" : " (",
	    setting->why == NULL ? "" : setting->why,
	    setting->why == NULL ? "" : ")");
	add(arg, setting->name, value);
}

void
dial_explain_way(struct dial_transfer *t)
{
	const struct dial_way *way = &t->way;
	struct dial_route_input input;
	struct draft draft;
	char line[LINE_TEXT];

	if (!dial_explain_is_wanted(t))
		return;
	begin(&draft, t, DIAL_STAGE_ROUTE, DIAL_PARTY_US);
	dial_way_route_input(&input, t->request, &t->url);
	if (t->request->unix_socket == NULL)
		(void)dial_route_review(&input, add_setting, &draft);
	snprintf(line, sizeof line, "%s%s%s%s%s%s%s",
	    way->foot_is_proxy ? "by the " : "directly",
	    !way->foot_is_proxy		    ? ""
	    : way->middle == DIAL_WAY_SOCKS ? "SOCKS proxy "
	    : way->proxy_tls		    ? "https proxy "
					    : "proxy ",
	    way->foot_is_proxy ? way->proxy_name : "",
	    way->first.name != NULL ? ", through " : "",
	    way->first.name != NULL ? way->first.name : "",
	    way->why != NULL ? ": " : "", way->why != NULL ? way->why : "");
	tell(&draft, line);
}

/* --- The call --------------------------------------------------------------
 */

static enum dial_party
foot_party(const struct dial_transfer *t)
{
	return t->way.foot_is_proxy ? DIAL_PARTY_PROXY : DIAL_PARTY_ORIGIN;
}

static void
looked_up(void *arg, const char *host, const struct dial_address *addresses,
    size_t count, const char *why)
{
	struct dial_transfer *t = arg;
	char text[DIAL_ADDRESS_TEXT], shown[DETAIL_TEXT];
	struct dial_buf line = {0};
	struct draft draft;

	if (count > 0)
		dial_address_host_text(&addresses[0], text, sizeof text);
	if (count == 1 && strcmp(text, host) == 0)
		return; /* a literal */
	dial_text_escape(
	    shown, sizeof shown, dial_span_of(host), DIAL_ESCAPE_ALL);
	begin(&draft, t, DIAL_STAGE_LOOKUP, DIAL_PARTY_US);
	draft.stage.failed = count == 0;
	(void)dial_buf_append_format(
	    &line, "%s%s", shown, count == 0 ? ": " : " is ");
	if (count == 0)
		(void)dial_buf_append_text(&line, why == NULL ? "" : why);
	for (size_t i = 0; i < count; i++) {
		dial_address_host_text(&addresses[i], text, sizeof text);
		(void)dial_buf_append_format(
		    &line, "%s%s", i == 0 ? "" : ", ", text);
	}
	tell(&draft,
	    dial_buf_terminate(&line) == NULL ? shown : (char *)line.data);
	dial_buf_clear(&line);
}

static void
tried(void *arg, const struct dial_address *address, int failure, int64_t began)
{
	struct dial_transfer *t = arg;
	char text[DIAL_ADDRESS_TEXT], line[LINE_TEXT];
	struct draft draft;

	dial_address_text(address, text, sizeof text);
	begin(&draft, t, DIAL_STAGE_CONNECT, foot_party(t));
	draft.stage.began = elapsed(t, began);
	draft.stage.failed = failure != 0;
	snprintf(line, sizeof line, "%s: %s", text,
	    failure == 0 ? "connected" : strerror(failure));
	tell(&draft, line);
}

static void
add_link(void *arg, const struct dial_tls_link *link)
{
	char value[DETAIL_TEXT];

	snprintf(value, sizeof value, "%s; issued by %s; until %s",
	    link->subject, link->issuer, link->not_after);
	add(arg, "certificate", value);
}

static void
tls_opened(struct dial_transfer *t, bool of_proxy, int64_t began,
    struct dial_stream *layer)
{
	struct dial_tls_info info;
	struct draft draft;
	char line[LINE_TEXT], anchor[DETAIL_TEXT];

	dial_tls_info(layer, &info);
	begin(&draft, t,
	    of_proxy ? DIAL_STAGE_PROXY_TLS : DIAL_STAGE_ORIGIN_TLS,
	    of_proxy ? DIAL_PARTY_PROXY : DIAL_PARTY_ORIGIN);
	draft.stage.began = elapsed(t, began);
	dial_tls_chain_walk(layer, add_link, &draft);
	dial_tls_anchor_text(layer, anchor, sizeof anchor);
	if (anchor[0] != '\0')
		add(&draft, "authority", anchor);
	snprintf(line, sizeof line, "%s with %s, %s%s, %s", info.version,
	    of_proxy ? t->way.proxy_name : t->way.origin_party, info.cipher,
	    info.resumed ? ", session resumed" : "",
	    info.verify_result == 0 ? "certificate verified"
				    : info.verify_text);
	tell(&draft, line);
}

/* "HTTP/1.1 403 Forbidden", escaped. */
static void
status_text(const struct dial_head *head, char *out, size_t size)
{
	struct dial_span line;

	line.ptr = dial_head_raw(head, &line.len);
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] == '\r' || line.ptr[i] == '\n')
			line.len = i;
	dial_text_escape(out, size, line, DIAL_ESCAPE_ALL);
}

static void
add_fields(struct draft *draft, const struct dial_head *head)
{
	for (size_t i = 0; i < dial_head_count(head); i++) {
		struct dial_span name, value;

		name.ptr = dial_head_name(head, i, &name.len);
		value.ptr = dial_head_value(head, i, &value.len);
		if (dial_mask_is_secret(name) &&
		    !draft->t->request->show_secrets)
			value = dial_span_of("***");
		add_span(draft, name, value);
	}
}

static void
tunnel_opened(
    struct dial_transfer *t, int64_t began, const struct dial_stream *tunnel)
{
	const struct dial_head *head = dial_tunnel_head(tunnel);
	char status[DETAIL_TEXT / 2], line[LINE_TEXT];
	struct draft draft;

	begin(&draft, t, DIAL_STAGE_TUNNEL, DIAL_PARTY_PROXY);
	draft.stage.began = elapsed(t, began);
	status_text(head, status, sizeof status);
	add_fields(&draft, head);
	snprintf(
	    line, sizeof line, "CONNECT %s: %s", t->way.origin_party, status);
	tell(&draft, line);
}

static void
opened(void *arg, enum dial_opening_layer layer, int64_t began,
    struct dial_stream *stream)
{
	struct dial_transfer *t = arg;
	const struct dial_way *way = &t->way;

	if (layer == DIAL_OPENING_PROXY_TLS)
		tls_opened(t, true, began, stream);
	else if (layer == DIAL_OPENING_MIDDLE && way->middle == DIAL_WAY_TUNNEL)
		tunnel_opened(t, began, stream);
	else if (layer == DIAL_OPENING_MIDDLE)
		dial_explain_line(t, DIAL_STAGE_SOCKS, DIAL_PARTY_PROXY, false,
		    "%s opened the way to %s", way->proxy_name,
		    way->origin_party);
	else if (layer == DIAL_OPENING_TOP && way->origin_tls)
		tls_opened(t, false, began, stream);
}

void
dial_explain_watch(struct dial_transfer *t, struct dial_opening_setup *setup)
{
	if (!dial_explain_is_wanted(t))
		return;
	setup->observer.looked_up = looked_up;
	setup->observer.tried = tried;
	setup->observer.arg = t;
	setup->opened = opened;
}

/* The lines of a refusing proxy's page that can be read. */
static void
add_page(struct draft *draft, const struct dial_tunnel_refusal *refusal)
{
	struct dial_buf words = {0};
	struct dial_span rest, line;
	int lines = 0;

	if (dial_refusal_words(&words, &refusal->head,
		dial_span_make(refusal->body.data, refusal->body.len)) == 0) {
		rest = dial_span_make(words.data, words.len);
		while (rest.len > 0 && lines < PAGE_LINES) {
			if (!dial_span_cut(&rest, '\n', &line)) {
				line = rest;
				rest.len = 0;
			}
			line =
			    dial_span_trim(dial_span_without_last(line, '\r'));
			if (line.len == 0)
				continue;
			add_span(draft, dial_span_of("page"), line);
			lines++;
		}
	}
	dial_buf_clear(&words);
}

void
dial_explain_refusal(
    struct dial_transfer *t, const struct dial_tunnel_refusal *refusal)
{
	char status[DETAIL_TEXT / 2], line[LINE_TEXT];
	struct draft draft;

	if (!dial_explain_is_wanted(t) || refusal == NULL)
		return;
	begin(&draft, t, DIAL_STAGE_TUNNEL, DIAL_PARTY_PROXY);
	draft.stage.failed = true;
	status_text(&refusal->head, status, sizeof status);
	add_fields(&draft, &refusal->head);
	add_page(&draft, refusal);
	snprintf(
	    line, sizeof line, "CONNECT %s: %s", t->way.origin_party, status);
	tell(&draft, line);
}

/* --- Who we are ------------------------------------------------------------
 */

static void
add_scheme(void *arg, const char *scheme, const char *why)
{
	add(arg, scheme, why);
}

void
dial_explain_login(struct dial_transfer *t, bool of_proxy,
    const struct dial_login_question *question, unsigned chosen)
{
	const char *party = of_proxy ? t->way.foot_party : t->way.origin_party;
	struct draft draft;
	char line[LINE_TEXT];

	if (!dial_explain_is_wanted(t))
		return;
	begin(&draft, t, DIAL_STAGE_LOGIN,
	    of_proxy ? DIAL_PARTY_PROXY : DIAL_PARTY_ORIGIN);
	draft.stage.failed = chosen == 0;
	dial_login_review(question, chosen, add_scheme, &draft);
	if (chosen == 0)
		snprintf(line, sizeof line,
		    "%s asks who we are, and nothing that it offers can be "
		    "answered",
		    party);
	else
		snprintf(line, sizeof line,
		    "%s asks who we are: it is told by %s", party,
		    dial_login_name(chosen));
	tell(&draft, line);
}

/* --- Request and response -------------------------------------------------
 */

void
dial_explain_request(struct dial_transfer *t)
{
	dial_explain_line(t, DIAL_STAGE_REQUEST, DIAL_PARTY_US, false,
	    "%s %s in HTTP/1.%d", t->method, t->response->url, t->minor);
}

/* In absolute form a proxy may have written the answer itself: these are the
 * signs. */
static bool
is_of_proxy(const struct dial_transfer *t, const struct dial_head *head)
{
	static const char *const signs[] = {
	    "Proxy-Status", "Proxy-Authenticate", "X-Squid-Error"};

	if (!t->way.absolute_form)
		return false;
	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
		if (dial_head_field(head, signs[i], 0).ptr != NULL)
			return true;
	return dial_head_status(head) == 407;
}

void
dial_explain_response(struct dial_transfer *t, const struct dial_head *head)
{
	char status[DETAIL_TEXT / 2], line[LINE_TEXT];
	struct draft draft;

	if (!dial_explain_is_wanted(t))
		return;
	begin(&draft, t, DIAL_STAGE_RESPONSE,
	    is_of_proxy(t, head) ? DIAL_PARTY_PROXY : DIAL_PARTY_ORIGIN);
	draft.stage.failed = dial_head_status(head) >= 400;
	status_text(head, status, sizeof status);
	add_fields(&draft, head);
	snprintf(line, sizeof line, "%s%s", status,
	    t->way.absolute_form && draft.stage.party == DIAL_PARTY_ORIGIN &&
		    dial_head_field(head, "Via", 0).ptr == NULL
		? " (or the proxy's own: it has no Via)"
		: "");
	tell(&draft, line);
}

/* --- The end ---------------------------------------------------------------
 */

/* The stage that the opening was in when it failed. */
static enum dial_stage_kind
opening_stage(const struct dial_transfer *t, enum dial_party *party)
{
	const struct dial_way *way = &t->way;

	*party = foot_party(t);
	switch (dial_opening_layer(t->opening)) {
	case DIAL_OPENING_FOOT:
		if (t->err->domain == DIAL_RESOLVE)
			*party = DIAL_PARTY_US;
		return t->err->domain == DIAL_RESOLVE ? DIAL_STAGE_LOOKUP
						      : DIAL_STAGE_CONNECT;
	case DIAL_OPENING_PROXY_TLS:
		return DIAL_STAGE_PROXY_TLS;
	case DIAL_OPENING_MIDDLE:
		return way->middle == DIAL_WAY_TUNNEL ? DIAL_STAGE_TUNNEL
						      : DIAL_STAGE_SOCKS;
	case DIAL_OPENING_TOP:
		break;
	}
	*party = DIAL_PARTY_ORIGIN;
	return DIAL_STAGE_ORIGIN_TLS;
}

static enum dial_stage_kind
failed_stage(const struct dial_transfer *t, enum dial_party *party)
{
	*party = DIAL_PARTY_US;
	if (t->opening != NULL)
		return opening_stage(t, party);
	if (t->connection == NULL && t->daytime == NULL)
		return DIAL_STAGE_ROUTE;
	*party = t->way.absolute_form ? DIAL_PARTY_PROXY : DIAL_PARTY_ORIGIN;
	return t->roundtrip.state == DIAL_ROUNDTRIP_SENDING ||
		       t->roundtrip.state == DIAL_ROUNDTRIP_WAITING
		   ? DIAL_STAGE_REQUEST
		   : DIAL_STAGE_RESPONSE;
}

/* The certificates that were not accepted. */
static void
add_refused(struct draft *draft)
{
	const struct dial_transfer *t = draft->t;
	struct dial_stream *layer;

	if (t->opening == NULL || t->err->domain != DIAL_CERTIFICATE)
		return;
	layer = dial_opening_tls(t->opening);
	if (layer != NULL)
		dial_tls_chain_walk(layer, add_link, draft);
}

void
dial_explain_end(struct dial_transfer *t)
{
	struct draft draft;
	enum dial_party party;
	enum dial_stage_kind kind;

	if (!dial_explain_is_wanted(t) || !dial_error_is_set(t->err) ||
	    t->told_failure)
		return;
	kind = failed_stage(t, &party);
	begin(&draft, t, kind, party);
	draft.stage.failed = true;
	add_refused(&draft);
	tell(&draft, t->err->text);
}
