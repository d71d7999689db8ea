/* Every setting becomes one call of libdial's; nothing is decided here that a
 * request can decide itself. */
#include "cli/build_private.h"

#include "cli/names.h"
#include "http/url.h"

/* The URL with one more piece of query; the old one is freed. */
static char *
add_query(char *url, struct dial_span data, struct dial_error *err)
{
	char *longer;

	if (url == NULL)
		return NULL;
	longer = dial_name_query_url(url, data, err);
	dial_text_free_secret(url);
	return longer;
}

static char *
uploaded_to(const struct dial_task *task, struct dial_error *err)
{
	char *url;

	if (task->upload != NULL && !dial_build_is_stdin(task->upload))
		return dial_name_upload_url(task->url, task->upload, err);
	url = dial_text_copy(dial_span_of(task->url));
	if (url == NULL)
		dial_error_set_memory(err);
	return url;
}

/* -G's data takes the place of --url-query's, as in curl. */
char *
dial_build_url(const struct dial_task *task, struct dial_error *err)
{
	const struct dial_config *config = task->config;
	char *url = uploaded_to(task, err);

	if (config->get && config->has_data)
		return add_query(url,
		    dial_span_make(
			config->data.memory.data, config->data.memory.len),
		    err);
	for (size_t i = 0; i < config->url_query.count; i++)
		url = add_query(
		    url, dial_span_of(config->url_query.items[i]), err);
	return url;
}

/* --json says what it sends and wants, unless the user does. */
static int
set_json(struct dial_request *request, const struct dial_config *config,
    struct dial_error *err)
{
	static const char *const lines[] = {
	    "Content-Type: application/json", "Accept: application/json"};

	for (size_t i = 0; i < 2 && config->json; i++) {
		bool given = false;

		for (size_t n = 0; n < config->headers.count; n++)
			given |= dial_text_has_prefix_nocase(
			    config->headers.items[n],
			    i == 0 ? "Content-Type" : "Accept:");
		if (!given &&
		    dial_request_add_header(request, lines[i], err) == -1)
			return -1;
	}
	return 0;
}

int
dial_build_each(struct dial_request *request, const struct dial_strings *list,
    int (*add)(struct dial_request *, const char *, struct dial_error *),
    struct dial_error *err)
{
	for (size_t i = 0; i < list->count; i++)
		if (add(request, list->items[i], err) == -1)
			return -1;
	return 0;
}

int
dial_build_text(struct dial_request *request, const char *text,
    int (*set)(struct dial_request *, const char *, struct dial_error *),
    struct dial_error *err)
{
	return text == NULL ? 0 : set(request, text, err);
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
	    {dial_request_set_target, config->request_target},
	};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (dial_build_text(
			request, texts[i].text, texts[i].set, err) == -1)
			return -1;
	return 0;
}

static void
set_values(struct dial_request *request, const struct dial_config *config)
{
	dial_request_set_head_only(request, config->head_only);
	dial_request_set_version(
	    request, (enum dial_http_version)config->version);
	dial_request_set_auto_referer(request, config->auto_referer);
	dial_request_set_cookie_jar(
	    request, config->cookie_engine || config->cookie_jar != NULL);
	dial_build_follow(request, config);
	dial_request_set_timeout(request, config->timeout);
	dial_request_set_expect_timeout(request, config->expect_timeout);
	dial_request_set_connect_timeout(request, config->connect_timeout);
	dial_request_set_udp(request, config->udp);
}

static int
set_all(struct dial_request *request, const struct dial_task *task,
    struct dial_error *err)
{
	const struct dial_config *config = task->config;

	set_values(request, config);
	if (set_texts(request, config, err) == -1 ||
	    dial_build_each(request, &config->headers, dial_request_add_header,
		err) == -1 ||
	    dial_build_receive(request, config, err) == -1 ||
	    set_json(request, config, err) == -1 ||
	    dial_build_body(request, task, err) == -1 ||
	    dial_build_auth(request, config, err) == -1 ||
	    dial_build_way(request, config, err) == -1)
		return -1;
	return dial_build_tls(request, config, err);
}

/* --disallow-username-in-url */
static int
check_user(
    const struct dial_config *config, const char *text, struct dial_error *err)
{
	struct dial_url url = {0};
	bool named;

	if (!config->disallow_username)
		return 0;
	named = dial_url_parse(
		    &url, dial_span_of(text), DIAL_URL_GUESS, NULL) == 0 &&
		(url.user != NULL || url.password != NULL);
	dial_url_clear(&url);
	if (!named)
		return 0;
	return dial_error_set(err, DIAL_HTTP, DIAL_HTTP_LOGIN,
	    "the URL has a user in it, which --disallow-username-in-url "
	    "forbids; use -u");
}

struct dial_request *
dial_build_request(const struct dial_task *task, struct dial_error *err)
{
	struct dial_request *request = NULL;
	char *url;

	url = dial_build_with_scheme(
	    task->config, dial_build_url(task, err), err);
	if (url == NULL)
		return NULL;
	if (check_user(task->config, url, err) == 0)
		request = dial_request_new(url, err);
	if (request != NULL && task->config->path_as_is &&
	    dial_request_set_url_as_is(request, url, err) == -1) {
		dial_request_free(request);
		request = NULL;
	}
	dial_text_free_secret(url);
	if (request != NULL && set_all(request, task, err) == -1) {
		dial_request_free(request);
		return NULL;
	}
	return request;
}

int
dial_build_append_url(
    struct dial_buf *out, const struct dial_url *url, struct dial_error *err)
{
	struct dial_buf text = {0};
	int result = dial_url_write(&text, url, DIAL_URL_WHOLE);

	if (result == 0)
		result = dial_text_escape_append(
		    out, dial_span_make(text.data, text.len), DIAL_ESCAPE_ALL);
	if (result == 0)
		result = dial_buf_append(out, "\n", 1);
	dial_buf_clear(&text);
	return result == -1 ? dial_error_set_memory(err) : 0;
}
