/* A setter and its way back for every option; what a user gives is checked
 * here, before anything is looked up or sent. */
#include "fetch/request.h"

#include <stdlib.h>
#include <string.h>

#include "fetch/connect_to.h"

static int
replace(char **slot, const char *text, struct dial_error *err)
{
	if (dial_text_replace(slot, text) == -1)
		return dial_error_set_memory(err);
	return 0;
}

/* A value that will stand in a field of the request. */
static int
replace_value(
    char **slot, const char *text, const char *what, struct dial_error *err)
{
	if (text != NULL && !dial_text_is_field_value(dial_span_of(text)))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "the %s holds a line end or another control byte, which "
		    "must not be sent",
		    what);
	return replace(slot, text, err);
}

int
dial_request_set_url(
    struct dial_request *r, const char *text, struct dial_error *err)
{
	struct dial_url url;

	if (dial_url_parse(&url, dial_span_of(text), DIAL_URL_GUESS, err) ==
	    -1) {
		dial_url_clear(&url);
		return -1;
	}
	dial_url_clear(&r->url);
	r->url = url;
	return 0;
}

int
dial_request_set_url_as_is(
    struct dial_request *r, const char *text, struct dial_error *err)
{
	struct dial_url url;

	if (dial_url_parse(&url, dial_span_of(text),
		DIAL_URL_GUESS | DIAL_URL_PATH_AS_IS, err) == -1) {
		dial_url_clear(&url);
		return -1;
	}
	dial_url_clear(&r->url);
	r->url = url;
	r->path_as_is = true;
	return 0;
}

/* RFC 9112 3.2: no white space and no control byte. */
int
dial_request_set_target(
    struct dial_request *r, const char *target, struct dial_error *err)
{
	const char *at = target;
	char shown[128];

	while (at != NULL && *at > 0x20 && *at < 0x7f)
		at++;
	if (target != NULL && (*at != '\0' || at == target))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "'%s' cannot stand in a request line: percent-encode what "
		    "is no visible ASCII",
		    dial_text_escape(shown, sizeof shown, dial_span_of(target),
			DIAL_ESCAPE_ALL));
	return replace(&r->target, target, err);
}

void
dial_request_set_expect_timeout(struct dial_request *r, double seconds)
{
	r->expect_timeout = seconds;
}

int
dial_request_set_method(
    struct dial_request *r, const char *method, struct dial_error *err)
{
	char shown[64];

	if (method != NULL && !dial_text_is_token(dial_span_of(method)))
		return dial_error_set(err, DIAL_USAGE, DIAL_USAGE_OPTION,
		    "the method '%s' is not a token (RFC 9110 5.6.2): use "
		    "letters, digits and -",
		    dial_text_escape(
			shown, sizeof shown, dial_span_of(method), 0));
	return replace(&r->method, method, err);
}

void
dial_request_set_head_only(struct dial_request *r, bool on)
{
	r->head_only = on;
}

void
dial_request_set_heads_alone(struct dial_request *r, bool on)
{
	r->heads_alone = on;
}

void
dial_request_set_version(struct dial_request *r, enum dial_http_version version)
{
	r->version = version;
}

void
dial_request_set_http09(struct dial_request *r, bool on)
{
	r->http09 = on;
}

int
dial_request_add_header(
    struct dial_request *r, const char *line, struct dial_error *err)
{
	if (line == NULL) {
		dial_fields_clear(&r->fields);
		return 0;
	}
	return dial_fields_add_line(&r->fields, line, err);
}

int
dial_request_set_user_agent(
    struct dial_request *r, const char *text, struct dial_error *err)
{
	return replace_value(&r->user_agent, text, "user agent", err);
}

int
dial_request_set_referer(
    struct dial_request *r, const char *text, struct dial_error *err)
{
	return replace_value(&r->referer, text, "referer", err);
}

void
dial_request_set_auto_referer(struct dial_request *r, bool on)
{
	r->auto_referer = on;
}

int
dial_request_set_cookie(
    struct dial_request *r, const char *text, struct dial_error *err)
{
	return replace_value(&r->cookie, text, "cookie", err);
}

void
dial_request_set_cookie_jar(struct dial_request *r, bool on)
{
	r->cookie_jar = on;
}

void
dial_request_set_compressed(struct dial_request *r, bool on)
{
	r->compressed = on;
}

static void
body_forget(struct dial_request *r)
{
	free(r->body.bytes);
	free(r->body.path);
	dial_form_free(r->body.form);
	memset(&r->body, 0, sizeof r->body);
	r->body.fd = -1;
}

int
dial_request_set_body(struct dial_request *r, const void *bytes, size_t len,
    struct dial_error *err)
{
	unsigned char *copy = NULL;

	if (bytes != NULL) {
		copy = malloc(len + 1);
		if (copy == NULL)
			return dial_error_set_memory(err);
		memcpy(copy, bytes, len);
	}
	body_forget(r);
	if (copy == NULL)
		return 0;
	r->body.kind = DIAL_BODY_BYTES;
	r->body.bytes = copy;
	r->body.len = len;
	return 0;
}

int
dial_request_set_body_file(
    struct dial_request *r, const char *path, bool put, struct dial_error *err)
{
	char *copy = NULL;

	if (replace(&copy, path, err) == -1)
		return -1;
	body_forget(r);
	if (copy == NULL)
		return 0;
	r->body.kind = DIAL_BODY_FILE;
	r->body.path = copy;
	r->body.put = put;
	return 0;
}

int
dial_request_set_body_fd(
    struct dial_request *r, int fd, bool put, struct dial_error *err)
{
	(void)err;
	body_forget(r);
	if (fd == -1)
		return 0;
	r->body.kind = DIAL_BODY_FD;
	r->body.fd = fd;
	r->body.put = put;
	return 0;
}

int
dial_request_set_body_shared(
    struct dial_request *r, int fd, bool put, struct dial_error *err)
{
	if (dial_request_set_body_fd(r, fd, put, err) == -1)
		return -1;
	r->body.shared = fd != -1;
	return 0;
}

int
dial_request_set_form(struct dial_request *r, const struct dial_form *form,
    struct dial_error *err)
{
	struct dial_form *copy = NULL;

	if (form != NULL) {
		copy = dial_form_copy(form, err);
		if (copy == NULL)
			return -1;
	}
	body_forget(r);
	if (copy == NULL)
		return 0;
	r->body.kind = DIAL_BODY_FORM;
	r->body.form = copy;
	return 0;
}

int
dial_request_set_range(
    struct dial_request *r, const char *text, struct dial_error *err)
{
	return replace_value(&r->range, text, "range", err);
}

int
dial_request_set_resume(struct dial_request *r, uint64_t from, uint64_t total,
    const char *validator, struct dial_error *err)
{
	if (replace_value(&r->resume_validator, validator,
		"validator of the file to resume", err) == -1)
		return -1;
	r->resume_from = from;
	r->resume_total = total;
	return 0;
}

void
dial_request_set_modified_since(struct dial_request *r, int64_t unix_seconds)
{
	r->time_condition = DIAL_TIME_MODIFIED_SINCE;
	r->time_value = unix_seconds;
}

void
dial_request_set_unmodified_since(struct dial_request *r, int64_t unix_seconds)
{
	r->time_condition = DIAL_TIME_UNMODIFIED_SINCE;
	r->time_value = unix_seconds;
}

void
dial_request_clear_time_condition(struct dial_request *r)
{
	r->time_condition = DIAL_TIME_NONE;
}

void
dial_request_set_max_size(struct dial_request *r, uint64_t max)
{
	r->max_size = max;
}

void
dial_request_set_fail(struct dial_request *r, bool on)
{
	r->fail = on;
}

void
dial_request_set_fail_with_body(struct dial_request *r, bool on)
{
	r->fail_with_body = on;
}

int
dial_request_set_proxy(
    struct dial_request *r, const char *proxy, struct dial_error *err)
{
	return replace(&r->proxy, proxy, err);
}

int
dial_request_set_no_proxy(
    struct dial_request *r, const char *list, struct dial_error *err)
{
	return replace(&r->no_proxy, list, err);
}

int
dial_request_add_proxy_header(
    struct dial_request *r, const char *line, struct dial_error *err)
{
	if (line == NULL) {
		dial_fields_clear(&r->proxy_fields);
		return 0;
	}
	return dial_fields_add_line(&r->proxy_fields, line, err);
}

void
dial_request_set_proxy_tunnel(struct dial_request *r, bool on)
{
	r->proxy_tunnel = on;
}

void
dial_request_set_proxy_http10(struct dial_request *r, bool on)
{
	r->proxy_http10 = on;
}

static void
connect_to_forget(struct dial_request *r)
{
	while (r->connect_to_count > 0)
		free(r->connect_to[--r->connect_to_count]);
	free(r->connect_to);
	r->connect_to = NULL;
}

int
dial_request_add_connect_to(
    struct dial_request *r, const char *entry, struct dial_error *err)
{
	char **grown, *copy = NULL;
	struct dial_connect_to checked;

	if (entry == NULL) {
		connect_to_forget(r);
		return 0;
	}
	if (dial_connect_to_parse(&checked, entry, err) == -1 ||
	    replace(&copy, entry, err) == -1)
		return -1;
	grown =
	    realloc(r->connect_to, (r->connect_to_count + 1) * sizeof *grown);
	if (grown == NULL) {
		free(copy);
		return dial_error_set_memory(err);
	}
	r->connect_to = grown;
	r->connect_to[r->connect_to_count++] = copy;
	return 0;
}

struct dial_tls_settings *
dial_request_tls(struct dial_request *r)
{
	return &r->tls;
}

struct dial_tls_settings *
dial_request_proxy_tls(struct dial_request *r)
{
	return &r->proxy_tls;
}

void
dial_request_set_timeout(struct dial_request *r, double seconds)
{
	r->timeout = seconds;
}

void
dial_request_set_connect_timeout(struct dial_request *r, double seconds)
{
	r->connect_timeout = seconds;
}

void
dial_request_set_keep(struct dial_request *r, bool on)
{
	r->keep = on;
}

void
dial_request_set_udp(struct dial_request *r, bool on)
{
	r->udp = on;
}

void
dial_request_set_tell_certificates(struct dial_request *r, bool on)
{
	r->tell_certificates = on;
}

void
dial_request_set_show_secrets(struct dial_request *r, bool on)
{
	r->show_secrets = on;
}

void
dial_request_set_receiver(
    struct dial_request *r, const struct dial_receiver *receiver)
{
	if (receiver == NULL)
		memset(&r->receiver, 0, sizeof r->receiver);
	else
		r->receiver = *receiver;
}
