/* What a request says of redirects, heard by the servers that they lead to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "agent_case.h"

#define OK "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\npage"
#define MOVED(status, to) \
	"HTTP/1.0 " status "\r\nLocation: " to "\r\nContent-Length: 0\r\n\r\n"

/* a.test sends its guests to b.test; both are the same server. */
static const struct small_server_row rows[] = {
    {"POST /301 ", 0, MOVED("301 Moved", "/page"), THEN_CLOSE},
    {"POST /302 ", 0, MOVED("302 Found", "/page"), THEN_CLOSE},
    {"POST /303 ", 0, MOVED("303 See Other", "/page"), THEN_CLOSE},
    {"FOO /303 ", 0, MOVED("303 See Other", "/page"), THEN_CLOSE},
    {"FOO /307 ", 0, MOVED("307 Same", "/page"), THEN_CLOSE},
    {"GET /away ", 0, MOVED("302 Found", "http://b.test/page"), THEN_CLOSE},
    {"GET /safe ", 0, MOVED("302 Found", "https://b.test/page"), THEN_CLOSE},
    {"", 0, OK, THEN_CLOSE},
    {NULL, 0, NULL, THEN_CLOSE},
};

static struct agent_case c;

static int
set_up(void **state)
{
	char way[64];

	(void)state;
	memset(&c, 0, sizeof c);
	agent_case_open(&c, rows);
	snprintf(way, sizeof way, "::127.0.0.1:%u", (unsigned)c.server.port);
	assert_int_equal(dial_request_add_connect_to(c.request, way, NULL), 0);
	dial_request_set_follow(c.request, true);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	agent_case_close(&c);
	return 0;
}

static void
give_secrets(void)
{
	assert_int_equal(
	    dial_request_set_user(c.request, "me", "secret", NULL), 0);
	assert_int_equal(dial_request_set_cookie(c.request, "a=b", NULL), 0);
	assert_int_equal(
	    dial_request_add_header(c.request, "Host: own.test", NULL), 0);
}

/* CRED-01, CRED-07: what is given is given to one origin, unless every one is
 * trusted; and the Host is nobody else's even then. */
static void
trust(void **state)
{
	(void)state;
	give_secrets();
	assert_int_equal(agent_case_fetch(&c, "http://a.test/away"), 200);
	assert_int_equal(small_server_heard(&c.server, "Basic "), 1);
	assert_int_equal(small_server_heard(&c.server, "Cookie: a=b"), 1);
	assert_int_equal(small_server_heard(&c.server, "Host: own.test"), 1);
	small_server_forget(&c.server);
	dial_request_set_trust_redirects(c.request, true);
	assert_int_equal(agent_case_fetch(&c, "http://a.test/away"), 200);
	assert_int_equal(small_server_heard(&c.server, "Basic "), 2);
	assert_int_equal(small_server_heard(&c.server, "Cookie: a=b"), 2);
	assert_int_equal(small_server_heard(&c.server, "Host: own.test"), 1);
	assert_int_equal(small_server_heard(&c.server, "Host: b.test"), 1);
	small_server_forget(&c.server);
	dial_request_set_trust_redirects(c.request, false);
	assert_int_equal(agent_case_fetch(&c, "http://a.test/away"), 200);
	assert_int_equal(small_server_heard(&c.server, "Basic "), 1);
}

/* PROTOCOL 47 */
static void
kept_posts(void **state)
{
	static const struct {
		int status;
		const char *url;
	} cases[] = {{301, "http://a.test/301"}, {302, "http://a.test/302"},
	    {303, "http://a.test/303"}};

	(void)state;
	assert_int_equal(dial_request_set_body(c.request, "x=y", 3, NULL), 0);
	for (size_t i = 0; i < 3; i++) {
		agent_case_gets(&c, cases[i].url, 200, "page");
		assert_string_equal(c.info.method, "GET");
		dial_request_set_keep_post(c.request, cases[i].status, true);
		agent_case_gets(&c, cases[i].url, 200, "page");
		assert_string_equal(c.info.method, "POST");
		assert_int_equal(c.info.upload_size, 3);
		dial_request_set_keep_post(c.request, cases[i].status, false);
		agent_case_gets(&c, cases[i].url, 200, "page");
		assert_string_equal(c.info.method, "GET");
	}
	/* No other status is one of the three. */
	dial_request_set_keep_post(c.request, 300, true);
	dial_request_set_keep_post(c.request, 304, true);
	agent_case_gets(&c, "http://a.test/303", 200, "page");
	assert_string_equal(c.info.method, "GET");
}

static void
a_method_that_yields(void **state)
{
	(void)state;
	assert_int_equal(dial_request_set_method(c.request, "FOO", NULL), 0);
	agent_case_gets(&c, "http://a.test/303", 200, "page");
	assert_string_equal(c.info.method, "FOO");
	dial_request_set_method_yields(c.request, true);
	agent_case_gets(&c, "http://a.test/303", 200, "page");
	assert_string_equal(c.info.method, "GET");
	agent_case_gets(&c, "http://a.test/307", 200, "page");
	assert_string_equal(c.info.method, "FOO");
}

/* URL-12: what is not allowed is not called. */
static void
schemes(void **state)
{
	(void)state;
	dial_request_set_schemes(
	    c.request, DIAL_SCHEME_HTTPS, DIAL_SCHEMES_ALL);
	assert_int_equal(agent_case_fetch(&c, "http://a.test/away"), -1);
	agent_case_failed(&c, DIAL_URL, DIAL_URL_SCHEME, 1);
	assert_int_equal(small_server_connections(&c.server), 0);
	assert_string_equal(c.info.url, "http://a.test/away");

	dial_request_set_schemes(c.request, DIAL_SCHEMES_ALL, 0);
	assert_int_equal(agent_case_fetch(&c, "http://a.test/away"), -1);
	agent_case_failed(&c, DIAL_URL, DIAL_URL_SCHEME, 1);
	assert_int_equal(small_server_connections(&c.server), 1);

	/* A redirect may go nowhere that a request may not. */
	dial_request_set_schemes(c.request, DIAL_SCHEME_HTTP, DIAL_SCHEMES_ALL);
	agent_case_gets(&c, "http://a.test/away", 200, "page");
	assert_int_equal(agent_case_fetch(&c, "http://a.test/safe"), -1);
	agent_case_failed(&c, DIAL_URL, DIAL_URL_SCHEME, 1);
	assert_int_equal(small_server_connections(&c.server), 4);
}

/* A copy says the same. */
static void
copies(void **state)
{
	struct dial_request *copy;

	(void)state;
	assert_int_equal(dial_request_set_body(c.request, "x=y", 3, NULL), 0);
	dial_request_set_keep_post(c.request, 302, true);
	copy = dial_request_copy(c.request, NULL);
	assert_non_null(copy);
	dial_request_free(c.request);
	c.request = copy;
	agent_case_gets(&c, "http://a.test/302", 200, "page");
	assert_string_equal(c.info.method, "POST");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(trust, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(kept_posts, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		a_method_that_yields, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(schemes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(copies, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
