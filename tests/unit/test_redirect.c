/* PROTOCOL 47 to 50, CASES A1 (CRED): what a redirect changes and takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fetch/redirect.h"

static void
parse(struct dial_url *url, const char *text)
{
	assert_int_equal(dial_url_parse(url, dial_span_of(text), 0, NULL), 0);
}

/* The URL as text, in dial_url_write's whole form. */
static void
assert_url(const struct dial_url *url, const char *text)
{
	struct dial_buf out = {0};

	assert_int_equal(dial_url_write(&out, url, DIAL_URL_WHOLE), 0);
	assert_string_equal(dial_buf_terminate(&out), text);
	dial_buf_clear(&out);
}

/* --- Method and body -------------------------------------------------------
 */

static const struct {
	int status;
	const char *method;
	bool forced, put, head_only;
	const char *then;
	bool drop_body;
} methods[] = {
    {300, "POST", false, false, false, "POST", false},
    {301, "POST", false, false, false, "GET", true},
    {302, "POST", false, false, false, "GET", true},
    {303, "POST", false, false, false, "GET", true},
    {307, "POST", false, false, false, "POST", false},
    {308, "POST", false, false, false, "POST", false},
    {399, "POST", false, false, false, "POST", false},
    {301, "PUT", false, true, false, "PUT", false},
    {302, "PUT", false, true, false, "PUT", false},
    {303, "PUT", false, true, false, "GET", true},
    {307, "PUT", false, true, false, "PUT", false},
    {301, "GET", false, false, false, "GET", false},
    {303, "GET", false, false, false, "GET", true},
    {301, "HEAD", false, false, true, "HEAD", false},
    {303, "HEAD", false, false, true, "HEAD", true},
    {308, "HEAD", false, false, true, "HEAD", false},
    /* -X keeps its word; the body goes as without it, as in curl */
    {302, "POST", true, false, false, "POST", true},
    {303, "DELETE", true, false, false, "DELETE", true},
    {301, "FOO", true, true, false, "FOO", false},
    {303, "FOO", true, true, false, "FOO", true},
    {307, "FOO", true, false, false, "FOO", false},
};

static void
test_method_and_body_by_status(void **state)
{
	struct dial_redirect out;
	struct dial_url url;

	(void)state;
	parse(&url, "http://a.test/");
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
		const struct dial_redirect_input input = {
		    .status = methods[i].status,
		    .location = dial_span_of("/b"),
		    .url = &url,
		    .method = methods[i].method,
		    .method_forced = methods[i].forced,
		    .put = methods[i].put,
		    .head_only = methods[i].head_only,
		    .schemes = DIAL_SCHEMES_ALL,
		    .max = -1,
		};

		assert_int_equal(dial_redirect_decide(&out, &input, NULL), 0);
		assert_int_equal(out.action, DIAL_REDIRECT_FOLLOW);
		if (strcmp(out.method, methods[i].then) != 0 ||
		    out.drop_body != methods[i].drop_body)
			fail_msg("case %zu: %s", i, out.method);
		dial_url_clear(&out.url);
	}
	dial_url_clear(&url);
}

#define KEPT_301 DIAL_KEPT_POST_301
#define KEPT_302 DIAL_KEPT_POST_302
#define KEPT_303 DIAL_KEPT_POST_303

/* --post301 and its like, and --follow. */
static const struct {
	int status;
	const char *method;
	bool forced, yields, put;
	unsigned kept;
	const char *then;
	bool drop_body;
} wishes[] = {
    {301, "POST", false, false, false, KEPT_301, "POST", false},
    {302, "POST", false, false, false, KEPT_302, "POST", false},
    {303, "POST", false, false, false, KEPT_303, "POST", false},
    {301, "POST", false, false, false, KEPT_302 | KEPT_303, "GET", true},
    {302, "POST", false, false, false, KEPT_301 | KEPT_303, "GET", true},
    {303, "POST", false, false, false, KEPT_301 | KEPT_302, "GET", true},
    {303, "PUT", false, false, true, KEPT_303, "GET", true},
    {301, "FOO", true, false, false, KEPT_301, "FOO", false},
    {303, "FOO", true, false, true, KEPT_303, "FOO", true},
    {301, "FOO", true, true, false, 0, "GET", true},
    {302, "FOO", true, true, false, 0, "GET", true},
    {303, "FOO", true, true, false, 0, "GET", true},
    {307, "FOO", true, true, false, 0, "FOO", false},
    {308, "FOO", true, true, false, 0, "FOO", false},
    {301, "FOO", true, true, true, 0, "FOO", false},
    {303, "FOO", true, true, true, 0, "GET", true},
    {303, "HEAD", true, true, false, 0, "HEAD", true},
    {302, "FOO", true, true, false, KEPT_302, "FOO", false},
    {302, "POST", false, true, false, 0, "GET", true},
};

static void
test_what_the_user_says_of_methods(void **state)
{
	struct dial_redirect out;
	struct dial_url url;

	(void)state;
	parse(&url, "http://a.test/");
	for (size_t i = 0; i < sizeof wishes / sizeof wishes[0]; i++) {
		const struct dial_redirect_input input = {
		    .status = wishes[i].status,
		    .location = dial_span_of("/b"),
		    .url = &url,
		    .method = wishes[i].method,
		    .method_forced = wishes[i].forced,
		    .method_yields = wishes[i].yields,
		    .put = wishes[i].put,
		    .kept_posts = wishes[i].kept,
		    .schemes = DIAL_SCHEMES_ALL,
		    .max = -1,
		};

		assert_int_equal(dial_redirect_decide(&out, &input, NULL), 0);
		if (strcmp(out.method, wishes[i].then) != 0 ||
		    out.drop_body != wishes[i].drop_body)
			fail_msg("case %zu: %s", i, out.method);
		dial_url_clear(&out.url);
	}
	dial_url_clear(&url);
}

static void
test_which_statuses_can_keep_a_post(void **state)
{
	static const int others[] = {0, 200, 300, 304, 307, 308, 399};

	(void)state;
	assert_int_equal(dial_redirect_kept_post(301), KEPT_301);
	assert_int_equal(dial_redirect_kept_post(302), KEPT_302);
	assert_int_equal(dial_redirect_kept_post(303), KEPT_303);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		assert_int_equal(dial_redirect_kept_post(others[i]), 0);
}

/* --- Where to --------------------------------------------------------------
 */

static const struct {
	const char *from, *location, *to;
	bool cross_origin, downgrade;
} places[] = {
    {"http://a.test/x/y?q#f", "z", "http://a.test/x/z#f", false, false},
    {"http://a.test/x#f", "z#g", "http://a.test/z#g", false, false},
    {"http://a.test/", "/a b", "http://a.test/a%20b", false, false},
    {"http://a.test/", "http://a.test:80/x", "http://a.test:80/x", false,
	false},
    {"http://a.test/", "HTTP://A.TEST/x", "http://a.test/x", false, false},
    /* CRED-03: another host, port or scheme is another origin */
    {"http://a.test/", "http://b.test/", "http://b.test/", true, false},
    {"http://a.test/", "//b.test/", "http://b.test/", true, false},
    {"http://a.test/", "http://sub.a.test/", "http://sub.a.test/", true, false},
    {"http://a.test:8001/", "http://a.test:8002/", "http://a.test:8002/", true,
	false},
    {"http://a.test/", "https://a.test/", "https://a.test/", true, false},
    /* CRED-04 */
    {"https://a.test/", "http://a.test/", "http://a.test/", true, true},
    {"https://a.test/", "http://b.test/", "http://b.test/", true, true},
    {"https://a.test/", "https://b.test/", "https://b.test/", true, false},
};

static void
test_where_it_leads(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		struct dial_redirect out;
		struct dial_url url;
		struct dial_redirect_input input = {.status = 302,
		    .location = dial_span_of(places[i].location),
		    .url = &url,
		    .method = "GET",
		    .schemes = DIAL_SCHEMES_ALL,
		    .max = 50};

		parse(&url, places[i].from);
		assert_int_equal(dial_redirect_decide(&out, &input, NULL), 0);
		assert_int_equal(out.action, DIAL_REDIRECT_FOLLOW);
		assert_url(&out.url, places[i].to);
		if (out.cross_origin != places[i].cross_origin ||
		    out.downgrade != places[i].downgrade)
			fail_msg("case %zu", i);
		dial_url_clear(&out.url);
		dial_url_clear(&url);
	}
}

/* What no redirect is: the response stands. */
static void
test_responses_that_stand(void **state)
{
	static const struct {
		int status;
		const char *location;
	} cases[] = {
	    {200, "/x"},
	    {201, "/x"},
	    {301, NULL},
	    {302, ""},
	    {304, "/x"},
	    {305, "http://proxy.test/"},
	    {306, "/x"},
	    {404, "/x"},
	};
	struct dial_url url;

	(void)state;
	parse(&url, "http://a.test/");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dial_redirect out;
		const struct dial_redirect_input input = {
		    .status = cases[i].status,
		    .location = dial_span_of(cases[i].location),
		    .url = &url,
		    .method = "GET"};

		assert_int_equal(dial_redirect_decide(&out, &input, NULL), 0);
		assert_int_equal(out.action, DIAL_REDIRECT_NONE);
		assert_null(out.url.host);
	}
	dial_url_clear(&url);
}

/* PROTOCOL 50: the cap, at it and one past it. */
static void
test_the_number_of_redirects_is_capped(void **state)
{
	static const struct {
		int followed, max, result;
	} cases[] = {
	    {49, 50, 0},
	    {50, 50, -1},
	    {0, 0, -1},
	    {1000, -1, 0},
	};
	struct dial_url url;

	(void)state;
	parse(&url, "http://a.test/");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dial_redirect out;
		struct dial_error err = {0};
		const struct dial_redirect_input input = {.status = 302,
		    .location = dial_span_of("http://u:SECRET@b.test/"),
		    .url = &url,
		    .method = "GET",
		    .schemes = DIAL_SCHEMES_ALL,
		    .followed = cases[i].followed,
		    .max = cases[i].max};

		assert_int_equal(
		    dial_redirect_decide(&out, &input, &err), cases[i].result);
		if (cases[i].result == 0) {
			dial_url_clear(&out.url);
			continue;
		}
		assert_int_equal(err.domain, DIAL_HTTP);
		assert_int_equal(err.number, DIAL_HTTP_REDIRECTS);
		assert_non_null(strstr(err.text, "b.test"));
		assert_null(strstr(err.text, "SECRET"));
		assert_null(out.url.host);
	}
	dial_url_clear(&url);
}

/* URL-12, INJ-01 */
static void
test_places_that_are_not_gone_to(void **state)
{
	static const char *const locations[] = {"file:///etc/passwd",
	    "ftp://b.test/", "gopher://b.test/", "dict://b.test/", "data:,x",
	    "javascript:x", "daytime://b.test/", "http://:80/",
	    "http://b.test:99999/", "http://b.test/\r\nX: y"};
	struct dial_url url;

	(void)state;
	parse(&url, "http://a.test/");
	for (size_t i = 0; i < sizeof locations / sizeof locations[0]; i++) {
		struct dial_redirect out;
		struct dial_error err = {0};
		const struct dial_redirect_input input = {.status = 302,
		    .location = dial_span_of(locations[i]),
		    .url = &url,
		    .method = "GET",
		    .schemes = DIAL_SCHEMES_ALL,
		    .max = -1};

		if (dial_redirect_decide(&out, &input, &err) == 0)
			fail_msg("%s was followed", locations[i]);
		assert_int_equal(err.domain, DIAL_URL);
		assert_non_null(strstr(err.text, "a.test answered 302"));
		assert_null(strpbrk(err.text, "\r\n"));
		assert_int_equal(out.action, DIAL_REDIRECT_NONE);
	}
	dial_url_clear(&url);
}

/* URL-12: --proto and --proto-redir, which are no more than sets here. */
static void
test_schemes_that_are_not_allowed(void **state)
{
	static const struct {
		const char *location;
		unsigned schemes;
		int result;
	} cases[] = {
	    {"/x", DIAL_SCHEME_HTTP, 0},
	    {"/x", DIAL_SCHEME_HTTPS, -1},
	    {"/x", 0, -1},
	    {"https://a.test/", DIAL_SCHEME_HTTPS, 0},
	    {"https://a.test/", DIAL_SCHEME_HTTP, -1},
	    {"HTTPS://a.test/", DIAL_SCHEME_HTTPS, 0},
	    {"daytime://a.test/", DIAL_SCHEME_DAYTIME, -1},
	};
	struct dial_url url;

	(void)state;
	parse(&url, "http://a.test/");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dial_redirect out;
		struct dial_error err = {0};
		const struct dial_redirect_input input = {.status = 302,
		    .location = dial_span_of(cases[i].location),
		    .url = &url,
		    .method = "GET",
		    .schemes = cases[i].schemes,
		    .max = -1};

		if (dial_redirect_decide(&out, &input, &err) != cases[i].result)
			fail_msg("case %zu: %s", i, err.text);
		if (cases[i].result == -1)
			assert_int_equal(err.number, DIAL_URL_SCHEME);
		dial_url_clear(&out.url);
	}
	dial_url_clear(&url);
}

/* --- What may still be sent ------------------------------------------------
 */

static void
assert_fields(const char *const *lines, const struct dial_scope *scope,
    bool dropped_body, const char *names)
{
	struct dial_fields user = {0}, out = {0};
	struct dial_buf left = {0};

	for (; *lines != NULL; lines++)
		assert_int_equal(dial_fields_add_line(&user, *lines, NULL), 0);
	assert_int_equal(dial_fields_add(&out, "Stale", "x", NULL), 0);
	assert_int_equal(
	    dial_scope_fields(&out, &user, scope, dropped_body), 0);
	for (size_t i = 0; i < out.count; i++)
		assert_int_equal(
		    dial_buf_append_format(&left, "%s ", out.entries[i].name),
		    0);
	assert_string_equal(dial_buf_terminate(&left), names);
	dial_buf_clear(&left);
	dial_fields_clear(&user);
	dial_fields_clear(&out);
}

static const char *const secrets[] = {"Authorization: Bearer SECRET",
    "AUTHORIZATION: SECRET", "cookie: s=SECRET", "Proxy-Authorization: SECRET",
    "Host: a.test", "Origin: https://a.test", "Referer: https://a.test/x",
    "X-A: 1", "Accept:", NULL};

/* CRED-01, CRED-02, CRED-07, CRED-08 */
static void
test_secrets_stay_with_their_origin(void **state)
{
	const struct dial_scope at_home = {0};
	const struct dial_scope dropped = {.left = true, .dropped = true};
	const struct dial_scope downgraded = {
	    .left = true, .dropped = true, .downgraded = true};
	const struct dial_scope trusted = {.trusted = true, .left = true};

	(void)state;
	assert_fields(secrets, &at_home, false,
	    "Authorization AUTHORIZATION cookie Proxy-Authorization Host "
	    "Origin Referer X-A Accept ");
	assert_fields(secrets, &dropped, false, "Referer X-A Accept ");
	/* --location-trusted; but the Host is another's (PROTOCOL 49) */
	assert_fields(secrets, &trusted, false,
	    "Authorization AUTHORIZATION cookie Proxy-Authorization Origin "
	    "Referer X-A Accept ");
	/* PROTOCOL 11 */
	assert_fields(secrets, &downgraded, false, "X-A Accept ");
}

/* CRED-10 */
static void
test_what_describes_a_dropped_body_goes_with_it(void **state)
{
	static const char *const lines[] = {"Content-Type: a/b",
	    "content-length: 5", "Content-Encoding: gzip", "Content-MD5: x",
	    "Digest: x", "Repr-Digest: x", "Transfer-Encoding: chunked",
	    "Expect: 100-continue", "Trailer: x", "Last-Modified: x",
	    "Contents: x", "X-A: 1", NULL};
	const struct dial_scope at_home = {0};

	(void)state;
	assert_fields(lines, &at_home, true, "Contents X-A ");
	assert_fields(lines, &at_home, false,
	    "Content-Type content-length Content-Encoding Content-MD5 Digest "
	    "Repr-Digest Transfer-Encoding Expect Trailer Last-Modified "
	    "Contents X-A ");
}

/* CRED-06: for every redirect there is.  A to B and back: dropped for good. */
static void
test_dropped_is_never_restored(void **state)
{
	static const int statuses[] = {300, 301, 302, 303, 307, 308};
	static const struct {
		const char *to;
		bool dropped;
	} chain[] = {
	    {"http://a.test/2", false},
	    {"http://b.test/3", true},
	    {"http://a.test/4", true},
	    {"http://a.test/5", true},
	};

	(void)state;
	for (size_t s = 0; s < sizeof statuses / sizeof statuses[0]; s++) {
		struct dial_scope scope = {0};
		struct dial_url url;

		parse(&url, "http://a.test/1");
		for (size_t i = 0; i < sizeof chain / sizeof chain[0]; i++) {
			struct dial_redirect out;
			const struct dial_redirect_input input = {
			    .status = statuses[s],
			    .location = dial_span_of(chain[i].to),
			    .url = &url,
			    .method = "GET",
			    .schemes = DIAL_SCHEMES_ALL,
			    .max = -1};

			assert_int_equal(
			    dial_redirect_decide(&out, &input, NULL), 0);
			dial_scope_follow(&scope, &out);
			assert_int_equal(scope.dropped, chain[i].dropped);
			assert_false(scope.downgraded);
			dial_url_clear(&url);
			url = out.url;
		}
		dial_url_clear(&url);
	}
}

static void
test_a_downgrade_is_remembered(void **state)
{
	const struct dial_redirect down = {
	    .cross_origin = true, .downgrade = true};
	const struct dial_redirect up = {.cross_origin = true};
	struct dial_scope scope = {0};

	(void)state;
	dial_scope_follow(&scope, &down);
	assert_true(scope.dropped && scope.downgraded);
	dial_scope_follow(&scope, &up);
	assert_true(scope.dropped && scope.downgraded);
}

static void
test_who_is_trusted_keeps_everything(void **state)
{
	const struct dial_redirect away = {
	    .cross_origin = true, .downgrade = true};
	const struct dial_redirect home = {.cross_origin = false};
	struct dial_scope scope = {.trusted = true};

	(void)state;
	dial_scope_follow(&scope, &home);
	assert_false(scope.left);
	dial_scope_follow(&scope, &away);
	assert_true(scope.left && scope.downgraded && !scope.dropped);
	dial_scope_follow(&scope, &home);
	assert_true(scope.left && !scope.dropped);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_method_and_body_by_status),
	    cmocka_unit_test(test_what_the_user_says_of_methods),
	    cmocka_unit_test(test_which_statuses_can_keep_a_post),
	    cmocka_unit_test(test_where_it_leads),
	    cmocka_unit_test(test_responses_that_stand),
	    cmocka_unit_test(test_the_number_of_redirects_is_capped),
	    cmocka_unit_test(test_places_that_are_not_gone_to),
	    cmocka_unit_test(test_schemes_that_are_not_allowed),
	    cmocka_unit_test(test_secrets_stay_with_their_origin),
	    cmocka_unit_test(test_what_describes_a_dropped_body_goes_with_it),
	    cmocka_unit_test(test_dropped_is_never_restored),
	    cmocka_unit_test(test_a_downgrade_is_remembered),
	    cmocka_unit_test(test_who_is_trusted_keeps_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
