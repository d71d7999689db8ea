/* A request is a plain value: made, copied and freed here. */
#include "fetch/request.h"

#include <stdlib.h>
#include <string.h>

struct dial_request *
dial_request_new(const char *url, struct dial_error *err)
{
	struct dial_request *request;

	request = calloc(1, sizeof *request);
	if (request == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	request->max_redirects = DIAL_REDIRECTS_DEFAULT;
	request->schemes = request->redirect_schemes = DIAL_SCHEMES_ALL;
	request->outgoing.keepalive_seconds = DIAL_KEEPALIVE_DEFAULT;
	request->body.fd = -1;
	request->proxy_tls.of_proxy = true;
	if (dial_request_set_url(request, url, err) == -1) {
		dial_request_free(request);
		return NULL;
	}
	return request;
}

#define STRINGS_MAX 64

/* Every string that a request owns, so that copying and freeing agree. */
static size_t
strings(struct dial_request *r, char **out[])
{
	char **all[] = {&r->method, &r->target, &r->user_agent, &r->referer,
	    &r->cookie, &r->body.path, &r->range, &r->resume_validator,
	    &r->user, &r->password, &r->bearer, &r->netrc, &r->service_name,
	    &r->proxy_service_name, &r->proxy, &r->proxy_user,
	    &r->proxy_password, &r->proxy_password_file,
	    &r->proxy_password_command, &r->proxy_scope, &r->no_proxy,
	    &r->unix_socket, &r->preproxy, &r->haproxy_client};
	size_t count = sizeof all / sizeof all[0];

	_Static_assert(
	    sizeof all / sizeof all[0] + 2 * DIAL_TLS_SETTINGS_TEXTS <=
		STRINGS_MAX,
	    "room");

	memcpy(out, all, sizeof all);
	count += dial_tls_settings_texts(&r->tls, out + count);
	return count + dial_tls_settings_texts(&r->proxy_tls, out + count);
}

static int
copy_strings(struct dial_request *copy)
{
	char **slots[STRINGS_MAX], *borrowed[STRINGS_MAX];
	size_t n, i;
	int result = 0;

	n = strings(copy, slots);
	for (i = 0; i < n; i++) {
		borrowed[i] = *slots[i];
		*slots[i] = NULL;
	}
	for (i = 0; i < n; i++)
		if (dial_text_replace(slots[i], borrowed[i]) == -1)
			result = -1;
	return result;
}

static int
copy_connect_to(struct dial_request *copy, const struct dial_request *from)
{
	size_t i;

	copy->connect_to = NULL;
	copy->connect_to_count = 0;
	for (i = 0; i < from->connect_to_count; i++)
		if (dial_request_add_connect_to(
			copy, from->connect_to[i], NULL) == -1)
			return -1;
	return 0;
}

static int
copy_body(struct dial_request *copy, const struct dial_request *from)
{
	if (from->body.form != NULL) {
		copy->body.form = dial_form_copy(from->body.form, NULL);
		return copy->body.form == NULL ? -1 : 0;
	}
	if (from->body.bytes == NULL)
		return 0;
	copy->body.bytes = malloc(from->body.len + 1);
	if (copy->body.bytes == NULL)
		return -1;
	memcpy(copy->body.bytes, from->body.bytes, from->body.len);
	return 0;
}

struct dial_request *
dial_request_copy(const struct dial_request *from, struct dial_error *err)
{
	struct dial_request *copy;
	bool ok;

	copy = malloc(sizeof *copy);
	if (copy == NULL) {
		dial_error_set_memory(err);
		return NULL;
	}
	*copy = *from;
	memset(&copy->url, 0, sizeof copy->url);
	memset(&copy->fields, 0, sizeof copy->fields);
	memset(&copy->proxy_fields, 0, sizeof copy->proxy_fields);
	copy->body.bytes = NULL;
	copy->body.form = NULL;
	memset(&copy->outgoing, 0, sizeof copy->outgoing);
	ok = copy_strings(copy) == 0;
	ok = dial_outgoing_copy(&copy->outgoing, &from->outgoing) == 0 && ok;
	ok = copy_connect_to(copy, from) == 0 && ok;
	ok = copy_body(copy, from) == 0 && ok;
	ok = dial_url_copy(&copy->url, &from->url, err) == 0 && ok;
	ok = dial_fields_copy(&copy->fields, &from->fields) == 0 && ok;
	ok = dial_fields_copy(&copy->proxy_fields, &from->proxy_fields) == 0 &&
	     ok;
	if (!ok) {
		dial_error_set_memory(err);
		dial_request_free(copy);
		return NULL;
	}
	return copy;
}

void
dial_request_free(struct dial_request *r)
{
	char **slots[STRINGS_MAX];
	size_t n, i;

	if (r == NULL)
		return;
	n = strings(r, slots);
	for (i = 0; i < n; i++)
		dial_text_free_secret(*slots[i]);
	for (i = 0; i < r->connect_to_count; i++)
		free(r->connect_to[i]);
	free(r->connect_to);
	free(r->body.bytes);
	dial_form_free(r->body.form);
	dial_outgoing_clear(&r->outgoing);
	dial_url_clear(&r->url);
	dial_fields_clear(&r->fields);
	dial_fields_clear(&r->proxy_fields);
	free(r);
}

const char *
dial_request_method(const struct dial_request *r)
{
	if (r->method != NULL)
		return r->method;
	if (r->head_only)
		return "HEAD";
	if (r->body.kind == DIAL_BODY_NONE)
		return "GET";
	return r->body.put ? "PUT" : "POST";
}
