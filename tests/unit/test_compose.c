/* What a request says: whose secrets go along, and what is asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fetch/compose.h"
#include "fetch/login.h"

struct desk {
	struct dial_request *request;
	struct dial_url url;
	struct dial_way way;
	struct dial_composition c;
	struct dial_buf out;
};

static int
set_up(void **state)
{
	struct desk *d = calloc(1, sizeof *d);

	assert_non_null(d);
	d->request = dial_request_new("http://a.test/x?y", NULL);
	assert_non_null(d->request);
	assert_int_equal(dial_request_set_user_agent(d->request, "", NULL), 0);
	assert_int_equal(dial_url_copy(&d->url, &d->request->url, NULL), 0);
	d->c.request = d->request;
	d->c.url = &d->url;
	d->c.way = &d->way;
	d->c.method = "GET";
	*state = d;
	return 0;
}

static int
tear_down(void **state)
{
	struct desk *d = *state;

	dial_request_free(d->request);
	dial_url_clear(&d->url);
	dial_buf_clear(&d->out);
	free(d);
	return 0;
}

static void
go_to(struct desk *d, const char *url)
{
	dial_url_clear(&d->url);
	assert_int_equal(
	    dial_url_parse(&d->url, dial_span_of(url), 0, NULL), 0);
}

static const char *
written(struct desk *d)
{
	struct dial_credentials c, proxy = {d->way.user, d->way.password, NULL};
	struct dial_error err = {0};
	char *referer = NULL, *own = NULL, *to_proxy = NULL;

	assert_int_equal(dial_credentials_find(&c, d->request, d->c.url,
			     &d->c.scope, dial_span_of(NULL), &err),
	    0);
	if (dial_login_first(DIAL_AUTH_BASIC, &c, false) != 0)
		own = dial_login_value(DIAL_AUTH_BASIC, &c, NULL, NULL, &err);
	if (dial_login_first(DIAL_AUTH_BASIC, &proxy, false) != 0)
		to_proxy =
		    dial_login_value(DIAL_AUTH_BASIC, &proxy, NULL, NULL, &err);
	d->c.authorization = own;
	d->c.proxy_authorization = to_proxy;
	dial_buf_reset(&d->out);
	if (dial_compose(&d->out, &d->c, &referer, &err) == -1)
		fail_msg("%s", err.text);
	free(referer);
	free(own);
	free(to_proxy);
	dial_credentials_clear(&c);
	return dial_buf_terminate(&d->out);
}

static void
assert_has(struct desk *d, const char *line)
{
	const char *head = written(d);

	if (strstr(head, line) == NULL)
		fail_msg("no '%s' in:\n%s", line, head);
}

static void
assert_lacks(struct desk *d, const char *text)
{
	const char *head = written(d);

	if (strstr(head, text) != NULL)
		fail_msg("'%s' in:\n%s", text, head);
}

static void
plain(void **state)
{
	assert_string_equal(written(*state),
	    "GET /x?y HTTP/1.0\r\nHost: a.test\r\nAccept: */*\r\n\r\n");
}

/* CRED-01, CRED-02, CRED-07: nothing secret beyond a dropped scope. */
static void
secrets_stay(void **state)
{
	static const char *const lines[] = {"Authorization: Bearer SECRET",
	    "authorization: SECRET", "Cookie: s=SECRET", "cookie: s=SECRET",
	    "Proxy-Authorization: SECRET"};
	struct desk *d = *state;
	size_t i;

	for (i = 0; i < sizeof lines / sizeof lines[0]; i++)
		assert_int_equal(
		    dial_request_add_header(d->request, lines[i], NULL), 0);
	assert_int_equal(
	    dial_request_set_cookie(d->request, "t=SECRET", NULL), 0);
	assert_int_equal(
	    dial_request_set_user(d->request, "u", "SECRET", NULL), 0);
	assert_has(d, "SECRET");
	/* CRED-08: not even at home does an origin see the proxy's. */
	assert_lacks(d, "Proxy-Authorization");
	d->c.scope.dropped = true;
	go_to(d, "http://b.test/");
	assert_lacks(d, "SECRET");
	assert_lacks(d, "Basic");
}

/* PROTOCOL 66: one field for the jar's and the user's own; the jar's do not
 * stay behind with them. */
static void
cookies_are_one_field(void **state)
{
	struct desk *d = *state;

	d->c.cookies = "";
	assert_lacks(d, "Cookie");
	d->c.cookies = "jar=1";
	assert_has(d, "\r\nCookie: jar=1\r\n");
	assert_int_equal(dial_request_set_cookie(d->request, "own=2", NULL), 0);
	assert_has(d, "\r\nCookie: jar=1; own=2\r\n");
	d->c.scope.dropped = true;
	assert_has(d, "\r\nCookie: jar=1\r\n");
	d->c.scope.dropped = false;
	assert_int_equal(
	    dial_request_add_header(d->request, "cookie: h=3", NULL), 0);
	assert_int_equal(
	    dial_request_add_header(d->request, "Cookie: i=4", NULL), 0);
	assert_has(d, "\r\nCookie: jar=1; h=3; i=4\r\n");
	assert_lacks(d, "own");
	d->c.scope.dropped = true;
	assert_has(d, "\r\nCookie: jar=1\r\n");
	d->c.cookies = NULL;
	assert_lacks(d, "ookie");
}

static void
cookies_left_out(void **state)
{
	struct desk *d = *state;

	d->c.cookies = "jar=1";
	assert_int_equal(dial_request_set_cookie(d->request, "own=2", NULL), 0);
	assert_int_equal(
	    dial_request_add_header(d->request, "Cookie:", NULL), 0);
	assert_has(d, "\r\nCookie: jar=1\r\n");
}

/* PROTOCOL 18, 45, and a part that is sent (curl's -r with a body). */
static void
what_is_to_come(void **state)
{
	struct desk *d = *state;

	dial_request_set_transfer_coding(d->request, true);
	assert_has(d, "Accept: */*\r\nConnection: TE\r\nTE: gzip\r\n");
	assert_int_equal(
	    dial_request_add_header(d->request, "Connection: x", NULL), 0);
	assert_has(d, "\r\nConnection: x, TE\r\nTE: gzip\r\n");
	assert_lacks(d, "\r\nConnection: x\r\n");
	dial_request_add_header(d->request, NULL, NULL);
	dial_request_set_last_modified(d->request, 1445412480);
	assert_has(d, "\r\nLast-Modified: Wed, 21 Oct 2015 07:28:00 GMT\r\n");
	assert_lacks(d, "If-");
	assert_int_equal(dial_request_set_range(d->request, "0-4", NULL), 0);
	assert_has(d, "\r\nRange: bytes=0-4\r\n");
	d->c.has_body = true;
	d->c.body_length = 9;
	assert_has(d, "\r\nContent-Range: bytes 0-4/9\r\n");
	assert_lacks(d, "\r\nRange:");
	d->c.minor = 1;
	d->c.body_length = -1;
	assert_has(d, "\r\nContent-Range: bytes 0-4/*\r\n");
}

/* Credentials that a Location brings along. */
static void
the_urls_own(void **state)
{
	struct desk *d = *state;

	assert_int_equal(
	    dial_request_set_user(d->request, "u", "SECRET", NULL), 0);
	go_to(d, "http://c:d@b.test/");
	/* curl: -u wins while it may be sent at all. */
	assert_has(d, "Authorization: Basic dTpTRUNSRVQ=\r\n");
	/* Elsewhere curl sends not even what the Location brought along. */
	d->c.scope.dropped = true;
	assert_lacks(d, "Authorization");
	/* PROTOCOL 6: no userinfo anywhere. */
	assert_lacks(d, "c:d@");
}

/* CRED-03: those of the first URL go along at home, and nowhere else. */
static void
the_first_urls(void **state)
{
	struct desk *d = *state;

	assert_int_equal(
	    dial_request_set_url(d->request, "http://u:SECRET@a.test/", NULL),
	    0);
	go_to(d, "http://a.test/y");
	assert_has(d, "Authorization: Basic dTpTRUNSRVQ=\r\n");
	go_to(d, "http://c:d@a.test/y");
	assert_has(d, "Authorization: Basic Yzpk\r\n");
	d->c.scope.dropped = true;
	go_to(d, "http://a.test/y");
	assert_lacks(d, "Authorization");
}

/* CRED-12: what was taken back is not sent. */
static void
taken_back(void **state)
{
	struct desk *d = *state;

	assert_int_equal(
	    dial_request_set_referer(d->request, "http://r/", NULL), 0);
	assert_int_equal(dial_request_add_header(d->request, "X: y", NULL), 0);
	assert_has(d, "Referer: http://r/\r\n");
	assert_has(d, "X: y\r\n");
	assert_int_equal(dial_request_set_referer(d->request, NULL, NULL), 0);
	assert_int_equal(dial_request_add_header(d->request, NULL, NULL), 0);
	assert_lacks(d, "Referer");
	assert_lacks(d, "X: y");
}

/* PROTOCOL 2, 62: absolute-form, and the proxy's credentials to it alone. */
static void
to_a_proxy(void **state)
{
	struct desk *d = *state;
	char user[] = "me", password[] = "pw";

	d->way.user = user;
	d->way.password = password;
	assert_lacks(d, "Proxy-");
	d->way.absolute_form = true;
	assert_int_equal(
	    dial_request_add_proxy_header(d->request, "X-P: 1", NULL), 0);
	assert_has(d, "GET http://a.test/x?y HTTP/1.0\r\n");
	assert_has(d, "Proxy-Authorization: Basic bWU6cHc=\r\n");
	assert_has(d, "Proxy-Connection: Keep-Alive\r\n");
	assert_has(d, "X-P: 1\r\n");
	/* PROTOCOL 1: HTTP/1.0 keep-alive is never asked of a proxy. */
	dial_request_set_keep(d->request, true);
	assert_lacks(d, "\r\nConnection:");
	d->way.absolute_form = false;
	assert_has(d, "\r\nConnection: keep-alive\r\n");
	d->c.minor = 1;
	assert_lacks(d, "\r\nConnection:");
}

/* GZ-10: what goes on from a byte is not encoded. */
static void
the_rest_of_a_file(void **state)
{
	struct desk *d = *state;

	dial_request_set_compressed(d->request, true);
	assert_has(d, "Accept-Encoding: deflate, gzip\r\n");
	assert_int_equal(
	    dial_request_set_resume(d->request, 7, 0, "\"e\"", NULL), 0);
	assert_has(d, "Accept-Encoding: identity\r\n");
	assert_has(d, "Range: bytes=7-\r\n");
	assert_has(d, "If-Range: \"e\"\r\n");
}

/* PROTOCOL 11: no Referer from https to http, no fragment, no userinfo. */
static void
referer_of_a_redirect(void **state)
{
	struct desk *d = *state;
	struct dial_url by;

	assert_int_equal(
	    dial_url_parse(
		&by, dial_span_of("https://u:SECRET@b.test/p#f"), 0, NULL),
	    0);
	dial_request_set_auto_referer(d->request, true);
	d->c.referred_by = &by;
	assert_has(d, "Referer: https://b.test/p\r\n");
	d->c.scope.downgraded = true;
	assert_lacks(d, "Referer");
	dial_url_clear(&by);
}

/* CRED-10: a method that became GET has nothing of the body's left. */
static void
a_body_left_behind(void **state)
{
	struct desk *d = *state;

	assert_int_equal(
	    dial_request_add_header(d->request, "Content-Type: text/x", NULL),
	    0);
	assert_int_equal(
	    dial_request_set_body(d->request, "SECRET", 6, NULL), 0);
	d->c.method = "POST";
	d->c.has_body = true;
	d->c.body_length = 6;
	assert_has(d, "Content-Length: 6\r\n");
	assert_has(d, "Content-Type: text/x\r\n");
	d->c.method = "GET";
	d->c.has_body = false;
	d->c.dropped_body = true;
	assert_lacks(d, "Content-");
}

int
main(void)
{
#define DESK(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    DESK(plain),
	    DESK(secrets_stay),
	    DESK(cookies_are_one_field),
	    DESK(cookies_left_out),
	    DESK(what_is_to_come),
	    DESK(the_urls_own),
	    DESK(the_first_urls),
	    DESK(taken_back),
	    DESK(to_a_proxy),
	    DESK(the_rest_of_a_file),
	    DESK(referer_of_a_redirect),
	    DESK(a_body_left_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
