/* The engine against servers that do as they like: redirects, repeats, and
 * what is told of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent_case.h"

#define OK "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\npage"

static const struct small_server_row rows[] = {
    {"GET /page ", 0, OK, THEN_CLOSE},
    {"POST /page ", 0, OK, THEN_CLOSE},
    {"PUT /page ", 0, OK, THEN_CLOSE},
    {"GET /moved ", 0,
	"HTTP/1.0 302 Found\r\nContent-Type: x/y\r\nLocation: /page\r\n"
	"Content-Length: 3\r\n\r\nold",
	THEN_CLOSE},
    /* Bodies of redirects that never end, or end too early. */
    {"GET /hangs ", 0, "HTTP/1.0 302 Found\r\nLocation: /page\r\n\r\nold",
	THEN_HANG},
    {"GET /stops ", 0,
	"HTTP/1.1 302 Found\r\nConnection: keep-alive\r\nLocation: /page\r\n"
	"Content-Length: 30\r\n\r\nold",
	THEN_CLOSE},
    {"GET /resets ", 0,
	"HTTP/1.1 302 Found\r\nConnection: keep-alive\r\nLocation: /page\r\n"
	"Transfer-Encoding: chunked\r\n\r\n3\r\nold\r\n",
	THEN_RESET},
    {"GET /huge ", 0,
	"HTTP/1.1 302 Found\r\nConnection: keep-alive\r\nLocation: /page\r\n"
	"Content-Length: 1048577\r\n\r\n",
	THEN_HANG},
    {"POST /303 ", 0,
	"HTTP/1.0 303 See Other\r\nLocation: /page\r\n"
	"Content-Length: 0\r\n\r\n",
	THEN_CLOSE},
    {"POST /307 ", 0,
	"HTTP/1.0 307 Temporary Redirect\r\nLocation: /page\r\n"
	"Content-Length: 0\r\n\r\n",
	THEN_CLOSE},
    {"POST /426 HTTP/1.0", 0,
	"HTTP/1.1 426 Upgrade Required\r\nUpgrade: HTTP/1.1\r\n"
	"Content-Length: 3\r\n\r\nold",
	THEN_CLOSE},
    {"POST /426 HTTP/1.1", 0, OK, THEN_CLOSE},
    {"PUT /426 HTTP/1.0", 0, "HTTP/1.1 505 Version Not Supported\r\n\r\nold",
	THEN_CLOSE},
    {"PUT /426 HTTP/1.1", 0, OK, THEN_CLOSE},
    {"GET /newer ", 0,
	"HTTP/1.0 200 OK\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
	"\r\npage",
	THEN_HANG},
    {"GET /304 ", 0, "HTTP/1.1 304 Not Modified\r\n\r\n", THEN_CLOSE},
    {"GET /cut ", 0, "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\npage",
	THEN_CLOSE},
    {"", 0, "HTTP/1.0 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
	THEN_CLOSE},
    {NULL, 0, NULL, THEN_CLOSE},
};

static struct agent_case c;

static int
set_up(void **state)
{
	(void)state;
	memset(&c, 0, sizeof c);
	agent_case_open(&c, rows);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	agent_case_close(&c);
	return 0;
}

/* CRED-12: a referer that was taken back. */
static void
a_referer_taken_back(void **state)
{
	(void)state;
	assert_int_equal(
	    dial_request_set_referer(c.request, "http://r.test/", NULL), 0);
	agent_case_gets(&c, "/page", 200, "page");
	assert_int_equal(
	    small_server_heard(&c.server, "\r\nReferer: http://r.test/\r\n"),
	    1);
	assert_string_equal(c.info.referer, "http://r.test/");
	small_server_forget(&c.server);
	assert_int_equal(dial_request_set_referer(c.request, NULL, NULL), 0);
	agent_case_gets(&c, "/page", 200, "page");
	assert_int_equal(small_server_heard(&c.server, "Referer"), 0);
	assert_null(c.info.referer);
}

static void
a_redirect(void **state)
{
	(void)state;
	agent_case_gets(&c, "/moved", 302, "old");
	assert_int_equal(c.info.redirects, 0);
	assert_non_null(strstr(c.info.redirect_url, "/page"));
	assert_string_equal(c.info.content_type, "x/y");
	dial_request_set_follow(c.request, true);
	agent_case_gets(&c, "/moved", 200, "page");
	assert_int_equal(c.info.redirects, 1);
	assert_int_equal(c.info.connects, 2);
	assert_int_equal(c.info.download_size, 4);
	assert_int_equal(c.info.headers, 1);
	assert_null(c.info.redirect_url);
	assert_null(c.info.content_type);
	assert_non_null(strstr(c.info.url, "/page"));
	assert_true(c.info.time_redirect > 0);
	assert_true(c.info.time_redirect <= c.info.time_connect);
	assert_true(c.info.time_connect <= c.info.time_pretransfer);
	assert_true(c.info.time_pretransfer <= c.info.time_starttransfer);
	assert_true(c.info.time_starttransfer <= c.info.time_total);
}

/* PROTOCOL 50: one more than allowed, which is told. */
static void
one_redirect_too_many(void **state)
{
	(void)state;
	dial_request_set_follow(c.request, true);
	dial_request_set_max_redirects(c.request, 1);
	agent_case_gets(&c, "/moved", 200, "page");
	dial_request_set_max_redirects(c.request, 0);
	assert_int_equal(agent_case_fetch(&c, "/moved"), -1);
	agent_case_failed(&c, DIAL_HTTP, DIAL_HTTP_REDIRECTS, 47);
	assert_non_null(strstr(c.info.redirect_url, "/page"));
}

/* What nobody wants is neither waited for nor missed. */
static void
unwanted_bodies(void **state)
{
	static const char *const paths[] = {
	    "/hangs", "/stops", "/resets", "/huge"};

	(void)state;
	dial_request_set_follow(c.request, true);
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		agent_case_gets(&c, paths[i], 200, "page");
		assert_int_equal(c.info.redirects, 1);
	}
	/* Unless it is the page itself. */
	dial_request_set_follow(c.request, false);
	assert_int_equal(agent_case_fetch(&c, "/stops"), -1);
	agent_case_failed(&c, DIAL_HTTP, DIAL_HTTP_SHORT, 18);
}

/* PROTOCOL 47: what becomes of the body, and what is told of it. */
static void
bodies_on_redirects(void **state)
{
	(void)state;
	dial_request_set_follow(c.request, true);
	assert_int_equal(dial_request_set_body(c.request, "a=b", 3, NULL), 0);
	agent_case_gets(&c, "/303", 200, "page");
	assert_string_equal(c.info.method, "GET");
	assert_int_equal(c.info.upload_size, 0);
	assert_int_equal(c.info.upload_expected, -1);
	assert_int_equal(small_server_heard(&c.server, "\r\n\r\na=b"), 1);
	agent_case_gets(&c, "/307", 200, "page");
	assert_string_equal(c.info.method, "POST");
	assert_int_equal(c.info.upload_size, 3);
	assert_int_equal(c.info.upload_expected, 3);
	assert_int_equal(small_server_heard(&c.server, "\r\n\r\na=b"), 3);
}

/* PROTOCOL 1: 426 and 505, with a body that can be sent again, and the origin
 * remembered. */
static void
in_11_after_426(void **state)
{
	(void)state;
	assert_int_equal(dial_request_set_body(c.request, "a=b", 3, NULL), 0);
	agent_case_gets(&c, "/426", 200, "page");
	assert_int_equal(c.info.upload_size, 3);
	assert_int_equal(c.info.redirects, 0);
	assert_int_equal(
	    small_server_heard(&c.server, "POST /426 HTTP/1.0\r\n"), 1);
	assert_int_equal(
	    small_server_heard(&c.server, "\r\nConnection: close\r\n"), 1);
	agent_case_gets(&c, "/426", 200, "page");
	assert_int_equal(
	    small_server_heard(&c.server, "POST /426 HTTP/1.0\r\n"), 1);
	assert_int_equal(small_server_heard(&c.server, "\r\n\r\na=b"), 3);
}

/* PROTOCOL 16: 100 Continue is for large bodies; nor is a small one held back
 * because it goes out in chunks. */
static void
a_small_body_in_chunks(void **state)
{
	(void)state;
	dial_request_set_version(c.request, DIAL_HTTP_1_1);
	assert_int_equal(dial_request_set_body(c.request, "a=b", 3, NULL), 0);
	assert_int_equal(dial_request_add_header(
			     c.request, "Transfer-Encoding: chunked", NULL),
	    0);
	agent_case_gets(&c, "/page", 200, "page");
	assert_int_equal(small_server_heard(&c.server, "Expect"), 0);
	assert_int_equal(small_server_heard(&c.server, "Content-Length"), 0);
	assert_int_equal(c.info.upload_size, 3);
	assert_int_equal(c.info.upload_expected, 3);
}

/* PROTOCOL 1: a body out of a pipe, which HTTP/1.0 had spooled. */
static void
a_pipe_in_11_after_505(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "piped", 5), 5);
	close(ends[1]);
	assert_int_equal(
	    dial_request_set_body_fd(c.request, ends[0], true, NULL), 0);
	agent_case_gets(&c, "/426", 200, "page");
	assert_int_equal(small_server_heard(&c.server, "\r\n\r\npiped"), 2);
	close(ends[0]);
}

/* A page that is not newer is not waited for, and -C knows of 304. */
static void
time_conditions(void **state)
{
	(void)state;
	dial_request_set_modified_since(c.request, 800000000);
	agent_case_gets(&c, "/newer", 304, "");
	assert_true(c.info.not_newer);
	assert_int_equal(
	    dial_request_set_resume(c.request, 4, 0, NULL, NULL), 0);
	agent_case_gets(&c, "/304", 304, "");
	dial_request_clear_time_condition(c.request);
	assert_int_equal(agent_case_fetch(&c, "/304"), -1);
	agent_case_failed(&c, DIAL_HTTP, DIAL_HTTP_RANGE, 33);
}

/* --max-filesize at the cap and one past it. */
static void
a_cap(void **state)
{
	(void)state;
	dial_request_set_max_size(c.request, 4);
	agent_case_gets(&c, "/page", 200, "page");
	dial_request_set_max_size(c.request, 3);
	assert_int_equal(agent_case_fetch(&c, "/page"), -1);
	agent_case_failed(&c, DIAL_HTTP, DIAL_HTTP_SIZE, 63);
	assert_int_equal(c.info.delivered_size, 0);
}

/* What there was is told when it failed. */
static void
a_response_after_a_failure(void **state)
{
	(void)state;
	assert_int_equal(agent_case_fetch(&c, "/cut"), -1);
	agent_case_failed(&c, DIAL_HTTP, DIAL_HTTP_SHORT, 18);
	assert_int_equal(dial_response_status(c.response), 200);
	assert_non_null(dial_response_head(c.response));
	assert_string_equal(
	    dial_response_header(c.response, "content-length"), "9");
	assert_null(dial_response_header(c.response, "X"));
	assert_string_equal(dial_response_body(c.response, NULL), "page");
	assert_int_equal(c.info.download_expected, 9);
	assert_int_equal(c.info.download_size, 4);
	assert_true(c.info.time_total >= c.info.time_starttransfer);
	/* And nothing where nothing was. */
	assert_int_equal(agent_case_fetch(&c, "http://127.0.0.1:1/"), -1);
	agent_case_failed(&c, DIAL_SYSTEM, DIAL_SYSTEM_CONNECT, 7);
	assert_int_equal(dial_response_status(c.response), 0);
	assert_null(dial_response_head(c.response));
	assert_null(dial_response_header(c.response, "X"));
	assert_string_equal(dial_response_body(c.response, NULL), "");
	assert_int_equal(c.info.connects, 0);
	assert_string_equal(c.info.remote_address, "");
	assert_string_equal(c.info.method, "GET");
}

/* --- A copy ----------------------------------------------------------------
 */

static void
set_much(struct dial_request *r)
{
	assert_int_equal(dial_request_set_method(r, "PUT", NULL), 0);
	dial_request_set_version(r, DIAL_HTTP_1_1);
	assert_int_equal(dial_request_add_header(r, "X-A: 1", NULL), 0);
	assert_int_equal(dial_request_add_header(r, "Accept:", NULL), 0);
	assert_int_equal(dial_request_set_user_agent(r, "me/1", NULL), 0);
	assert_int_equal(dial_request_set_referer(r, "http://r/", NULL), 0);
	assert_int_equal(dial_request_set_cookie(r, "c=d", NULL), 0);
	dial_request_set_compressed(r, true);
	assert_int_equal(dial_request_set_body(r, "a\0b", 3, NULL), 0);
	assert_int_equal(dial_request_set_range(r, "0-4", NULL), 0);
	dial_request_set_modified_since(r, 784111777);
	assert_int_equal(dial_request_set_user(r, "u", "p", NULL), 0);
	assert_int_equal(dial_request_set_proxy_user(r, "q", "w", NULL), 0);
	assert_int_equal(
	    dial_request_add_proxy_header(r, "X-Proxy: 1", NULL), 0);
}

/* The wire is the judge: absolute form to the server as a proxy, so that the
 * proxy's options count too. */
static void
send_by_proxy(struct dial_buf *wire)
{
	agent_case_use_proxy(&c);
	small_server_forget(&c.server);
	assert_int_equal(agent_case_fetch(&c, "http://other.test/x"), 404);
	pthread_mutex_lock(&c.server.lock);
	assert_int_equal(
	    dial_buf_append(wire, c.server.log.data, c.server.log.len), 0);
	pthread_mutex_unlock(&c.server.lock);
}

static void
a_copy(void **state)
{
	struct dial_buf first = {0}, second = {0};
	struct dial_request *copy;

	(void)state;
	set_much(c.request);
	assert_int_equal(dial_request_add_connect_to(
			     c.request, "other.test:80:there.test:81", NULL),
	    0);
	send_by_proxy(&first);
	copy = dial_request_copy(c.request, &c.err);
	assert_non_null(copy);
	/* It stands alone. */
	assert_int_equal(dial_request_set_cookie(c.request, "x=y", NULL), 0);
	assert_int_equal(dial_request_add_connect_to(c.request, NULL, NULL), 0);
	dial_request_free(c.request);
	c.request = copy;
	send_by_proxy(&second);
	assert_non_null(strstr(dial_buf_terminate(&first),
	    "\r\nProxy-Authorization: Basic cTp3\r\n"));
	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.data, second.data, first.len);
	dial_buf_clear(&first);
	dial_buf_clear(&second);
}

int
main(void)
{
#define AGENT(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    AGENT(a_referer_taken_back),
	    AGENT(a_redirect),
	    AGENT(one_redirect_too_many),
	    AGENT(unwanted_bodies),
	    AGENT(bodies_on_redirects),
	    AGENT(in_11_after_426),
	    AGENT(a_small_body_in_chunks),
	    AGENT(a_pipe_in_11_after_505),
	    AGENT(time_conditions),
	    AGENT(a_cap),
	    AGENT(a_response_after_a_failure),
	    AGENT(a_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
