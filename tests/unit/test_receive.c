/* How a body is asked to come, by the library alone: raw, until the close, in a
 * pace, at least so fast, and with the error that it is the page of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agent_case.h"
#include "base/clock.h"

static const struct small_server_row rows[] = {
    {"GET /chunks ", 0,
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	"2;x=y\r\npa\r\n2\r\nge\r\n0\r\nSum: 4\r\n\r\n",
	THEN_READ},
    {"GET /coded ", 0,
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
	"4\r\npage\r\n0\r\n\r\n",
	THEN_READ},
    {"GET /longer ", 0, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npages",
	THEN_CLOSE},
    {"GET /error ", 0,
	"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone", THEN_READ},
    {"GET /page ", 0, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage",
	THEN_READ},
    {"GET /older ", 0,
	"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n"
	"Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT\r\n\r\npage",
	THEN_READ},
    {"GET /hang ", 0, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npa",
	THEN_HANG},
    {"POST /taken ", 0, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntaken",
	THEN_READ},
    {NULL, 0, NULL, THEN_CLOSE},
};

static struct agent_case c;

static int
set_up(void **state)
{
	(void)state;
	agent_case_open(&c, rows);
	dial_request_set_version(c.request, DIAL_HTTP_1_1);
	dial_request_set_keep(c.request, true);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	agent_case_close(&c);
	return 0;
}

/* The connection is kept: the parser knew where the chunks ended. */
static void
raw_chunks(void **state)
{
	(void)state;
	agent_case_gets(&c, "/chunks", 200, "page");
	dial_request_set_raw(c.request, true);
	agent_case_gets(&c, "/chunks", 200,
	    "2;x=y\r\npa\r\n2\r\nge\r\n0\r\nSum: 4\r\n\r\n");
	agent_case_gets(&c, "/coded", 200, "4\r\npage\r\n0\r\n\r\n");
	agent_case_gets(&c, "/page", 200, "page");
	assert_int_equal(small_server_connections(&c.server), 1);
}

/* PROTOCOL 34 */
static void
a_transfer_coding(void **state)
{
	(void)state;
	assert_int_equal(agent_case_fetch(&c, "/coded"), -1);
	agent_case_failed(&c, DIAL_CODING, DIAL_CODING_UNKNOWN, 61);
	assert_int_equal(small_server_heard(&c.server, "TE: "), 0);
	dial_request_set_transfer_coding(c.request, true);
	assert_int_equal(agent_case_fetch(&c, "/coded"), -1);
	agent_case_failed(&c, DIAL_CODING, DIAL_CODING_BAD, 61);
	assert_non_null(strstr(c.err.text, "gzip-coded body is damaged"));
	assert_int_equal(
	    small_server_heard(&c.server, "\r\nConnection: TE\r\nTE: gzip\r\n"),
	    1);
	agent_case_gets(&c, "/chunks", 200, "page");
}

static void
a_length_that_is_ignored(void **state)
{
	(void)state;
	agent_case_gets(&c, "/longer", 200, "page");
	dial_request_set_ignore_length(c.request, true);
	agent_case_gets(&c, "/longer", 200, "pages");
}

static void
an_errors_page(void **state)
{
	size_t len;

	(void)state;
	dial_request_set_fail_with_body(c.request, true);
	assert_int_equal(agent_case_fetch(&c, "/error"), -1);
	agent_case_failed(&c, DIAL_HTTP, DIAL_HTTP_STATUS, 22);
	assert_string_equal(dial_response_body(c.response, &len), "none");
	/* The failure is the page's, not the connection's. */
	agent_case_gets(&c, "/page", 200, "page");
	assert_int_equal(small_server_connections(&c.server), 1);
	dial_request_set_fail_with_body(c.request, false);
	agent_case_gets(&c, "/error", 404, "none");
}

static void
what_is_not_newer(void **state)
{
	static const struct {
		int64_t given;
		bool newer, older;
	} cases[] = {
	    {1445412479, true, false},
	    {1445412480, false, false},
	    {1445412481, false, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		dial_request_set_last_modified(c.request, cases[i].given);
		agent_case_gets(&c, "/older", cases[i].newer ? 200 : 304,
		    cases[i].newer ? "page" : "");
		dial_request_set_unmodified_since(c.request, cases[i].given);
		agent_case_gets(&c, "/older", cases[i].older ? 200 : 304,
		    cases[i].older ? "page" : "");
	}
}

/* RESP-26 */
static void
too_slow(void **state)
{
	(void)state;
	dial_request_set_min_speed(c.request, 1000000, 0.05);
	assert_int_equal(agent_case_fetch(&c, "/hang"), -1);
	agent_case_failed(&c, DIAL_TIMEOUT, DIAL_TIMEOUT_SLOW, 28);
	assert_non_null(strstr(c.err.text, "slower than 1000000 bytes"));
	agent_case_gets(&c, "/page", 200, "page");
	/* No speed, or no time, is no limit. */
	dial_request_set_timeout(c.request, 0.2);
	dial_request_set_min_speed(c.request, 0, 0.05);
	assert_int_equal(agent_case_fetch(&c, "/hang"), -1);
	agent_case_failed(&c, DIAL_TIMEOUT, DIAL_TIMEOUT_TOTAL, 28);
	dial_request_set_min_speed(c.request, 1000000, 0);
	assert_int_equal(agent_case_fetch(&c, "/hang"), -1);
	agent_case_failed(&c, DIAL_TIMEOUT, DIAL_TIMEOUT_TOTAL, 28);
}

/* 40 bytes at 100 a second: an eighth of a second's worth goes at once. */
static void
a_pace_out(void **state)
{
	static const char body[] = "0123456789012345678901234567890123456789";
	int64_t before = dial_clock_now(&dial_clock_monotonic);

	(void)state;
	dial_request_set_max_speed(c.request, 0, 100);
	assert_int_equal(
	    dial_request_set_body(c.request, body, sizeof body - 1, NULL), 0);
	agent_case_gets(&c, "/taken", 200, "taken");
	assert_true(
	    dial_clock_now(&dial_clock_monotonic) - before >= DIAL_SECOND / 4);
	assert_int_equal(small_server_heard(&c.server, body), 1);
}

/* A copy asks for the same. */
static void
a_copy(void **state)
{
	struct dial_request *copy;

	(void)state;
	dial_request_set_raw(c.request, true);
	copy = dial_request_copy(c.request, NULL);
	assert_non_null(copy);
	dial_request_free(c.request);
	c.request = copy;
	agent_case_gets(&c, "/coded", 200, "4\r\npage\r\n0\r\n\r\n");
}

int
main(void)
{
#define RECEIVE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    RECEIVE(raw_chunks),
	    RECEIVE(a_transfer_coding),
	    RECEIVE(a_length_that_is_ignored),
	    RECEIVE(an_errors_page),
	    RECEIVE(what_is_not_newer),
	    RECEIVE(too_slow),
	    RECEIVE(a_pace_out),
	    RECEIVE(a_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
