/* Every setting becomes one call of libdial's; nothing is decided here that a
 * request can decide itself. */
#include "cli/build.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/names.h"

static bool
has_upload(const struct dial_target *target)
{
	return target->upload != NULL && target->upload[0] != '\0';
}

static bool
is_stdin(const char *path)
{
	return strcmp(path, "-") == 0 || strcmp(path, ".") == 0;
}

char *
dial_build_url(const struct dial_config *config,
    const struct dial_target *target, struct dial_error *err)
{
	char *url;

	if (has_upload(target) && !is_stdin(target->upload))
		return dial_name_upload_url(target->url, target->upload, err);
	if (config->get && config->data.len > 0)
		return dial_name_query_url(target->url,
		    dial_span_make(config->data.data, config->data.len), err);
	url = dial_text_copy(dial_span_of(target->url));
	if (url == NULL)
		dial_error_set_memory(err);
	return url;
}

/* USER:PASSWORD; without a colon the password is empty. */
static int
set_credentials(struct dial_request *request, const char *text,
    int (*set)(
	struct dial_request *, const char *, const char *, struct dial_error *),
    struct dial_error *err)
{
	const char *colon;
	char *user;
	int result = -1;

	if (text == NULL)
		return 0;
	colon = strchr(text, ':');
	user = dial_text_copy(dial_span_make(
	    text, colon == NULL ? strlen(text) : (size_t)(colon - text)));
	if (user == NULL)
		return dial_error_set_memory(err);
	result = set(request, user, colon == NULL ? "" : colon + 1, err);
	dial_text_free_secret(user);
	return result;
}

static int
set_body(struct dial_request *request, const struct dial_config *config,
    const struct dial_target *target, struct dial_error *err)
{
	const void *bytes = config->data.data;

	if (has_upload(target) && is_stdin(target->upload))
		return dial_request_set_body_fd(
		    request, STDIN_FILENO, true, err);
	if (has_upload(target))
		return dial_request_set_body_file(
		    request, target->upload, true, err);
	if (!config->has_data || config->get)
		return 0;
	if (config->data_file != NULL)
		return dial_request_set_body_file(
		    request, config->data_file, false, err);
	return dial_request_set_body(
	    request, bytes == NULL ? "" : bytes, config->data.len, err);
}

static int
add_each(struct dial_request *request, const struct dial_strings *list,
    int (*add)(struct dial_request *, const char *, struct dial_error *),
    struct dial_error *err)
{
	for (size_t i = 0; i < list->count; i++)
		if (add(request, list->items[i], err) == -1)
			return -1;
	return 0;
}

static int
set_texts(struct dial_request *request, const struct dial_config *config,
    struct dial_error *err)
{
	const struct {
		int (*set)(
		    struct dial_request *, const char *, struct dial_error *);
		const char *text;
	} texts[] = {
	    {dial_request_set_method, config->method},
	    {dial_request_set_user_agent, config->user_agent},
	    {dial_request_set_referer, config->referer},
	    {dial_request_set_cookie, config->cookie},
	    {dial_request_set_range, config->range},
	    {dial_request_set_proxy, config->proxy},
	    {dial_request_set_no_proxy, config->no_proxy},
	    {dial_request_set_unix_socket, config->unix_socket},
	};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (texts[i].text != NULL &&
		    texts[i].set(request, texts[i].text, err) == -1)
			return -1;
	return 0;
}

static int
set_tls(struct dial_tls_settings *settings, const struct dial_tls_config *tls,
    struct dial_error *err)
{
	dial_tls_set_insecure_unverified(settings, tls->insecure);
	if (dial_tls_set_ca_file(settings, tls->ca_file) == -1 ||
	    dial_tls_set_ca_path(settings, tls->ca_path) == -1 ||
	    dial_tls_set_certificate(settings, tls->certificate) == -1 ||
	    dial_tls_set_key(settings, tls->key) == -1 ||
	    dial_tls_set_passphrase(settings, tls->passphrase) == -1)
		return dial_error_set_memory(err);
	return 0;
}

static void
set_values(struct dial_request *request, const struct dial_config *config)
{
	dial_request_set_head_only(request, config->head_only);
	dial_request_set_version(
	    request, (enum dial_http_version)config->version);
	dial_request_set_http09(request, config->http09);
	dial_request_set_auto_referer(request, config->auto_referer);
	dial_request_set_compressed(request, config->compressed);
	dial_request_set_max_size(request, config->max_size);
	dial_request_set_follow(request, config->follow);
	dial_request_set_max_redirects(request, config->max_redirects);
	dial_request_set_fail(request, config->fail);
	dial_request_set_proxy_tunnel(request, config->proxy_tunnel);
	dial_request_set_proxy_http10(request, config->proxy_http10);
	dial_request_set_family(request, config->family);
	dial_request_set_timeout(request, config->timeout);
	dial_request_set_connect_timeout(request, config->connect_timeout);
	dial_request_set_udp(request, config->udp);
	if (config->time_test == DIAL_TIME_TEST_SINCE)
		dial_request_set_modified_since(request, config->time_value);
	if (config->time_test == DIAL_TIME_TEST_NOT_SINCE)
		dial_request_set_unmodified_since(request, config->time_value);
}

static int
set_all(struct dial_request *request, const struct dial_config *config,
    const struct dial_target *target, struct dial_error *err)
{
	set_values(request, config);
	if (set_texts(request, config, err) == -1 ||
	    set_body(request, config, target, err) == -1 ||
	    set_credentials(
		request, config->user, dial_request_set_user, err) == -1 ||
	    set_credentials(request, config->proxy_user,
		dial_request_set_proxy_user, err) == -1 ||
	    add_each(request, &config->headers, dial_request_add_header, err) ==
		-1 ||
	    add_each(request, &config->proxy_headers,
		dial_request_add_proxy_header, err) == -1 ||
	    add_each(request, &config->connect_to, dial_request_add_connect_to,
		err) == -1 ||
	    set_tls(dial_request_tls(request), &config->tls, err) == -1)
		return -1;
	return set_tls(
	    dial_request_proxy_tls(request), &config->proxy_tls, err);
}

struct dial_request *
dial_build_request(const struct dial_config *config,
    const struct dial_target *target, struct dial_error *err)
{
	struct dial_request *request = NULL;
	char *url;

	url = dial_build_url(config, target, err);
	if (url == NULL)
		return NULL;
	request = dial_request_new(url, err);
	dial_text_free_secret(url);
	if (request != NULL && set_all(request, config, target, err) == -1) {
		dial_request_free(request);
		return NULL;
	}
	return request;
}
