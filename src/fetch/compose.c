/* What a request says is decided here; how it is written, in http/. */
#include "fetch/compose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/coding.h"
#include "http/date.h"
#include "http/request_head.h"

/* The texts that a head points to while it is written. */
struct texts {
	struct dial_buf target;
	struct dial_buf host;
	struct dial_buf referer;
	struct dial_fields fields;
	struct dial_buf cookies;
	char *range;
	char *form_type;
	char *connection;
	char content_range[96];
	char date[DIAL_DATE_TEXT];
};

const char *
dial_compose_user_agent(const struct dial_request *request)
{
	if (request->user_agent == NULL)
		return "dial/" PACKAGE_VERSION;
	return request->user_agent[0] == '\0' ? NULL : request->user_agent;
}

/* What the proxy is to know of an absolute-form request. */
static int
speak_to_proxy(struct dial_request_head *head, struct texts *t,
    const struct dial_composition *c, struct dial_error *err)
{
	const struct dial_fields *fields =
	    dial_way_proxy_fields(c->way, c->request);

	if (!c->way->absolute_form) {
		dial_fields_remove(&t->fields, "Proxy-Authorization");
		return 0;
	}
	head->proxy_connection = "Keep-Alive";
	for (size_t i = 0; i < fields->count; i++)
		if (dial_fields_add_entry(&t->fields, &fields->entries[i]) ==
		    -1)
			return dial_error_set_memory(err);
	head->proxy_authorization = c->proxy_authorization;
	return 0;
}

/* Of what is sent, as curl has it: the part that the body is. */
static char *
name_part(const char *range, const struct dial_composition *c)
{
	if (c->body_length < 0)
		return dial_text_format("bytes %s/*", range);
	return dial_text_format(
	    "bytes %s/%lld", range, (long long)c->body_length);
}

static int
ask_for_part(struct dial_request_head *head, struct texts *t,
    const struct dial_composition *c)
{
	const struct dial_request *r = c->request;

	if (r->range != NULL && c->has_body) {
		head->content_range = t->range = name_part(r->range, c);
		return t->range == NULL ? -1 : 0;
	}
	if (r->range != NULL) {
		t->range = dial_text_format("bytes=%s", r->range);
	} else if (r->resume_from > 0 && !c->has_body) {
		t->range = dial_text_format(
		    "bytes=%llu-", (unsigned long long)r->resume_from);
		head->if_range = r->resume_validator;
	} else {
		return 0;
	}
	head->range = t->range;
	return t->range == NULL ? -1 : 0;
}

static void
set_conditions(struct dial_request_head *head, struct texts *t,
    const struct dial_composition *c)
{
	const struct dial_request *r = c->request;

	if (r->time_condition == DIAL_TIME_NONE)
		return;
	dial_date_format(r->time_value, t->date);
	if (r->time_condition == DIAL_TIME_MODIFIED_SINCE)
		head->if_modified_since = t->date;
	else if (r->time_condition == DIAL_TIME_UNMODIFIED_SINCE)
		head->if_unmodified_since = t->date;
	else
		head->last_modified = t->date;
}

/* Its boundary is known here alone, so that no other Content-Type will do. */
static int
describe_form(struct dial_request_head *head, struct texts *t,
    const struct dial_composition *c)
{
	const struct dial_form *form = c->request->body.form;

	if (form == NULL || !c->has_body)
		return 0;
	dial_fields_remove(&t->fields, "Content-Type");
	head->content_type = NULL;
	if (c->withheld)
		return 0;
	head->content_type = t->form_type = dial_form_content_type(form);
	return t->form_type == NULL ? -1 : 0;
}

static void
describe_body(struct dial_request_head *head, struct texts *t,
    const struct dial_composition *c)
{
	const struct dial_body_spec *body = &c->request->body;

	if (!c->has_body)
		return;
	if (!body->put)
		head->content_type = "application/x-www-form-urlencoded";
	if (c->expect)
		head->expect = "100-continue";
	head->chunked = c->body_length < 0;
	if (c->body_length < 0)
		return;
	head->has_length = true;
	head->length = (uint64_t)c->body_length;
	if (c->body_skipped == 0)
		return;
	snprintf(t->content_range, sizeof t->content_range,
	    "bytes %llu-%llu/%llu", (unsigned long long)c->body_skipped,
	    (unsigned long long)(c->body_skipped + head->length - 1),
	    (unsigned long long)(c->body_skipped + head->length));
	head->content_range = t->content_range;
}

/* RFC 9110 10.1.3: neither fragment nor userinfo, and nothing of https to
 * http. */
static int
refer(struct dial_request_head *head, struct texts *t,
    const struct dial_composition *c)
{
	const struct dial_url *by = c->referred_by;

	if (c->scope.downgraded)
		return 0;
	if (by == NULL || !c->request->auto_referer) {
		head->referer = c->request->referer;
		return 0;
	}
	if (dial_url_write(&t->referer, by, DIAL_URL_ABSOLUTE_FORM) == -1)
		return -1;
	head->referer = dial_buf_terminate(&t->referer);
	return head->referer == NULL ? -1 : 0;
}

int
dial_compose_target(struct dial_buf *out, const struct dial_composition *c,
    struct dial_error *err)
{
	if (c->request->target != NULL) {
		if (dial_buf_append_text(out, c->request->target) == -1 ||
		    dial_buf_terminate(out) == NULL)
			return dial_error_set_memory(err);
		return 0;
	}
	if (dial_url_write(out, c->url,
		c->way->absolute_form ? DIAL_URL_ABSOLUTE_FORM
				      : DIAL_URL_ORIGIN_FORM) == -1 ||
	    dial_buf_terminate(out) == NULL)
		return dial_error_set_memory(err);
	return 0;
}

static int
address(struct dial_request_head *head, struct texts *t,
    const struct dial_composition *c)
{
	if (dial_compose_target(&t->target, c, NULL) == -1 ||
	    dial_url_write(&t->host, c->url, DIAL_URL_HOST_FIELD) == -1)
		return -1;
	head->target = (char *)t->target.data;
	head->host = dial_buf_terminate(&t->host);
	return head->target == NULL || head->host == NULL ? -1 : 0;
}

static const char *
accepted_codings(const struct dial_request *request)
{
	/* A decoded file cannot be gone on with (RFC 9110 8.4). */
	if (request->resume_from > 0 && request->body.kind == DIAL_BODY_NONE)
		return "identity";
	return request->compressed ? DIAL_CODING_ACCEPT : NULL;
}

/* Whatever else the user's Connection says, it must say TE, too. */
static int
ask_for_coding(struct dial_request_head *head, struct texts *t,
    const struct dial_composition *c)
{
	const char *own = dial_fields_find(&t->fields, "Connection");

	if (!c->request->transfer_coding ||
	    dial_fields_mentions(&t->fields, "TE"))
		return 0;
	head->te = DIAL_CODING_TE;
	if (!dial_fields_mentions(&t->fields, "Connection"))
		return 0;
	head->connection = NULL;
	if (own != NULL) {
		t->connection = dial_text_copy(dial_span_of(own));
		if (t->connection == NULL)
			return -1;
		head->connection = t->connection;
	}
	dial_fields_remove(&t->fields, "Connection");
	return 0;
}

static int
add_cookie(struct dial_buf *out, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return 0;
	return dial_buf_append_format(out, "; %s", text);
}

/* The jar's cookies do not depend on whether the user's own may go; there is
 * one field for all (RFC 6265 5.4). */
static int
add_cookies(struct dial_request_head *head, struct texts *t,
    const struct dial_composition *c)
{
	head->cookie = c->scope.dropped ? NULL : c->request->cookie;
	if (c->cookies == NULL || c->cookies[0] == '\0')
		return 0;
	if (dial_buf_append_text(&t->cookies, c->cookies) == -1)
		return -1;
	if (!dial_fields_mentions(&t->fields, "Cookie") &&
	    add_cookie(&t->cookies, head->cookie) == -1)
		return -1;
	for (size_t i = 0; i < t->fields.count; i++)
		if (dial_text_equal_nocase(
			t->fields.entries[i].name, "Cookie") &&
		    add_cookie(&t->cookies, t->fields.entries[i].value) == -1)
			return -1;
	dial_fields_remove(&t->fields, "Cookie");
	head->cookie = dial_buf_terminate(&t->cookies);
	return head->cookie == NULL ? -1 : 0;
}

static const char *
connection_wish(const struct dial_composition *c)
{
	if (c->close)
		return "close";
	if (c->minor == 0 && c->request->keep && !c->way->absolute_form)
		return "keep-alive";
	return NULL;
}

static int
compose(struct dial_buf *out, struct texts *t, const struct dial_composition *c,
    char **referer, struct dial_error *err)
{
	struct dial_request_head head = {0};

	if (dial_scope_fields(&t->fields, &c->request->fields, &c->scope,
		c->dropped_body) == -1 ||
	    address(&head, t, c) == -1 || refer(&head, t, c) == -1 ||
	    ask_for_part(&head, t, c) == -1)
		return dial_error_set_memory(err);
	head.authorization = c->authorization;
	if (speak_to_proxy(&head, t, c, err) == -1)
		return -1;
	describe_body(&head, t, c);
	if (describe_form(&head, t, c) == -1)
		return dial_error_set_memory(err);
	set_conditions(&head, t, c);
	head.method = c->method;
	head.minor = c->minor;
	head.user_agent = dial_compose_user_agent(c->request);
	head.accept = "*/*";
	head.accept_encoding = accepted_codings(c->request);
	head.connection = connection_wish(c);
	if (ask_for_coding(&head, t, c) == -1 || add_cookies(&head, t, c) == -1)
		return dial_error_set_memory(err);
	head.fields = &t->fields;
	if (dial_text_replace(referer, head.referer) == -1)
		return dial_error_set_memory(err);
	return dial_request_head_write(out, &head, err);
}

int
dial_compose(struct dial_buf *out, const struct dial_composition *c,
    char **referer, struct dial_error *err)
{
	struct texts t;
	int result;

	memset(&t, 0, sizeof t);
	*referer = NULL;
	result = compose(out, &t, c, referer, err);
	dial_buf_clear(&t.referer);
	dial_buf_clear(&t.target);
	dial_buf_clear(&t.host);
	dial_buf_clear_secret(&t.cookies);
	dial_fields_clear(&t.fields);
	free(t.range);
	free(t.form_type);
	free(t.connection);
	return result;
}
