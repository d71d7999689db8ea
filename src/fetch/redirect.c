/*
 * Secrets stay with the origin that they were given for.  The one line that
 * takes them away on a redirect is in dial_scope_follow().
 */
#include "fetch/redirect.h"

#include <string.h>

#include "fetch/schemes.h"

/* --- What may still be sent ------------------------------------------------
 */

void
dial_scope_follow(
    struct dial_scope *scope, const struct dial_redirect *redirect)
{
	scope->left = scope->left || redirect->cross_origin;
	if (redirect->cross_origin && !scope->trusted)
		scope->dropped = true; /* and nothing ever makes it false */
	if (redirect->downgrade)
		scope->downgraded = true;
}

static bool
is_one_of(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (dial_text_equal_nocase(name, *names))
			return true;
	return false;
}

/* Secrets, and what names the origin that was left (RFC 9110 15.4). */
static bool
belongs_to_origin(const char *name)
{
	static const char *const names[] = {"Authorization",
	    "Proxy-Authorization", "Cookie", "Cookie2", "Origin", NULL};

	return is_one_of(name, names);
}

/* What speaks of a body that is not sent any more (RFC 9110 15.4). */
static bool
describes_body(const char *name)
{
	static const char *const names[] = {"Digest", "Repr-Digest", "Expect",
	    "Last-Modified", "Trailer", "Transfer-Encoding", NULL};

	return dial_text_has_prefix_nocase(name, "Content-") ||
	       is_one_of(name, names);
}

static bool
may_go(const char *name, const struct dial_scope *scope, bool dropped_body)
{
	if (scope->dropped && belongs_to_origin(name))
		return false;
	if (scope->left && dial_text_equal_nocase(name, "Host"))
		return false;
	if (scope->downgraded && dial_text_equal_nocase(name, "Referer"))
		return false;
	return !dropped_body || !describes_body(name);
}

int
dial_scope_fields(struct dial_fields *out, const struct dial_fields *user,
    const struct dial_scope *scope, bool dropped_body)
{
	dial_fields_clear(out);
	for (size_t i = 0; i < user->count; i++) {
		const struct dial_fields_entry *entry = &user->entries[i];

		if (!may_go(entry->name, scope, dropped_body))
			continue;
		if (dial_fields_add_entry(out, entry) != 0) {
			dial_fields_clear(out);
			return -1;
		}
	}
	return 0;
}

/* --- Whether and where to --------------------------------------------------
 */

/* 304 is no redirect, 305 would let an origin choose the proxy, and 306 is
 * not used (RFC 9110 15.4.5 to 15.4.7). */
static bool
is_redirect(const struct dial_redirect_input *input)
{
	return input->status >= 300 && input->status < 400 &&
	       (input->status < 304 || input->status > 306) &&
	       input->location.ptr != NULL && input->location.len > 0;
}

unsigned
dial_redirect_kept_post(int status)
{
	static const unsigned kept[] = {
	    DIAL_KEPT_POST_301, DIAL_KEPT_POST_302, DIAL_KEPT_POST_303};

	return status < 301 || status > 303 ? 0 : kept[status - 301];
}

/* Whether the body stays behind: RFC 9110 15.4.2 to 15.4.9, as curl does it. */
static bool
drops_body(const struct dial_redirect_input *input)
{
	bool post = input->method_forced ? !input->put
					 : strcmp(input->method, "POST") == 0;
	unsigned status = dial_redirect_kept_post(input->status);

	if (post && (input->kept_posts & status) != 0)
		return false;
	return status == DIAL_KEPT_POST_303 || (status != 0 && post);
}

/*
 * 301 and 302 make a GET of a POST, 303 of everything but HEAD; others keep
 * method and body.  A method given with -X stays, unless it yields, and its
 * body goes as if there had been no -X.
 */
static void
decide_method(
    struct dial_redirect *out, const struct dial_redirect_input *input)
{
	out->method = input->method;
	out->drop_body = drops_body(input);
	if (!out->drop_body || strcmp(input->method, "HEAD") == 0)
		return;
	if (!input->method_forced || input->method_yields)
		out->method = input->head_only ? "HEAD" : "GET";
}

/* The host and its port, if not the usual one, for a sentence. */
static const char *
who(struct dial_buf *out, const struct dial_url *url)
{
	const char *text = NULL;

	if (dial_url_write(out, url, DIAL_URL_HOST_FIELD) == 0)
		text = dial_buf_terminate(out);
	return text == NULL ? url->host : text;
}

static int
decide_url(struct dial_redirect *out, const struct dial_redirect_input *input,
    struct dial_error *err)
{
	struct dial_error cause = {0};
	struct dial_buf from = {0};

	if (dial_url_resolve(&out->url, input->url, input->location,
		DIAL_URL_HTTP_ONLY | DIAL_URL_ENCODE_SPACE |
		    (input->path_as_is ? DIAL_URL_PATH_AS_IS : 0U),
		&cause) == 0 &&
	    dial_scheme_check(&out->url, input->schemes, &cause) == 0)
		return 0;
	dial_error_prefix(&cause,
	    "%s answered %d, but its Location cannot be "
	    "followed: ",
	    who(&from, input->url), input->status);
	dial_buf_clear(&from);
	if (err != NULL && !dial_error_is_set(err))
		*err = cause;
	return -1;
}

static int
refuse_more(const struct dial_redirect *redirect,
    const struct dial_redirect_input *input, struct dial_error *err)
{
	struct dial_buf to = {0}, from = {0};
	const char *text = NULL;

	if (dial_url_write(&to, &redirect->url, DIAL_URL_ABSOLUTE_FORM) == 0)
		text = dial_buf_terminate(&to);
	if (text == NULL)
		dial_error_set_memory(err);
	else
		dial_error_set(err, DIAL_HTTP, DIAL_HTTP_REDIRECTS,
		    "%s redirects once more, to %s, after %d redirect%s, "
		    "the most allowed; --max-redirs allows more",
		    who(&from, input->url), text, input->followed,
		    input->followed == 1 ? "" : "s");
	dial_buf_clear(&to);
	dial_buf_clear(&from);
	return -1;
}

int
dial_redirect_decide(struct dial_redirect *out,
    const struct dial_redirect_input *input, struct dial_error *err)
{
	*out = (struct dial_redirect){.action = DIAL_REDIRECT_NONE};
	if (!is_redirect(input))
		return 0;
	if (decide_url(out, input, err) != 0)
		goto fail;
	if (input->max >= 0 && input->followed >= input->max) {
		refuse_more(out, input, err);
		goto fail;
	}
	decide_method(out, input);
	out->cross_origin = !dial_url_same_origin(input->url, &out->url);
	out->downgrade = strcmp(input->url->scheme, "https") == 0 &&
			 strcmp(out->url.scheme, "http") == 0;
	out->action = DIAL_REDIRECT_FOLLOW;
	return 0;
fail:
	dial_url_clear(&out->url);
	return -1;
}
