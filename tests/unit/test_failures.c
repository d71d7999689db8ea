/* However a transfer ends, it ends with its own error, and the agent, which
 * outlives it, is none the worse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent_case.h"
#include "loopback.h"

#define OK "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\npage"

static const struct small_server_row rows[] = {
    {"GET /page ", 0, OK, THEN_CLOSE},
    {"GET /empty ", 0, "", THEN_CLOSE},
    {"GET /reset ", 0, "", THEN_RESET},
    {"GET /cut-head ", 0, "HTTP/1.0 200 OK\r\nContent-Le", THEN_CLOSE},
    {"GET /no-http ", 0, "220 mail.test ESMTP\r\n", THEN_HANG},
    {"GET /bad-head ", 0, "HTTP/1.0 200 OK\r\nContent-Length: 5x\r\n\r\n",
	THEN_HANG},
    {"GET /bad-chunk ", 0,
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npage\r\nx",
	THEN_HANG},
    {"GET /cut-body ", 0, "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\npage",
	THEN_CLOSE},
    {"GET /bad-gzip ", 0,
	"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\nno gzip at all",
	THEN_HANG},
    {"GET /bad-coding ", 0,
	"HTTP/1.0 200 OK\r\nContent-Encoding: own\r\n\r\npage", THEN_HANG},
    {"GET /part ", 0,
	"HTTP/1.0 206 Partial\r\nContent-Range: bytes 0-3/9\r\n"
	"Content-Length: 4\r\n\r\npage",
	THEN_HANG},
    {"GET /loop ", 0, "HTTP/1.0 302 Found\r\nLocation: /loop\r\n\r\n",
	THEN_HANG},
    {"GET /ftp ", 0, "HTTP/1.0 302 Found\r\nLocation: ftp://a/\r\n\r\n",
	THEN_HANG},
    {"GET /404 ", 0, "HTTP/1.0 404 Not Found\r\n\r\nno", THEN_HANG},
    {"GET /hang ", 0, "", THEN_HANG},
    {"GET /half ", 0, "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\npage",
	THEN_HANG},
    {"GET /flood ", 0, "HTTP/1.0 200 OK\r\n\r\n", THEN_FLOOD},
    {"GET /wake ", 0, "", THEN_WAKE},
    {"GET /wake-head ", 0, "HTTP/1.0 200 OK\r\nConte", THEN_WAKE},
    {"GET /wake-body ", 0, "HTTP/1.0 200 OK\r\n\r\npage", THEN_WAKE},
    /* As a proxy, and what is behind its tunnel. */
    {"CONNECT open.test:", 0, "HTTP/1.0 200 Connected\r\n\r\n", THEN_READ},
    {"CONNECT refused.test:", 0,
	"HTTP/1.0 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", THEN_HANG},
    {"CONNECT cut.test:", 0, "HTTP/1.0 200 Conn", THEN_CLOSE},
    {"CONNECT silent.test:", 0, "HTTP/1.0 200 Connected\r\n\r\n", THEN_HANG},
    {"CONNECT glued.test:", 0, "HTTP/1.0 200 Connected\r\n\r\nEVIL!",
	THEN_HANG},
    {"CONNECT hang.test:", 0, "", THEN_HANG},
    {"CONNECT wake.test:", 0, "", THEN_WAKE},
    {"CONNECT wake-tls.test:", 0, "HTTP/1.0 200 Connected\r\n\r\n", THEN_WAKE},
    {"GET /start ", 0,
	"HTTP/1.1 103 Early\r\n\r\n"
	"HTTP/1.0 302 Found\r\nLocation: /end\r\n\r\n",
	THEN_CLOSE},
    {"GET /end ", 0,
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	"2\r\npa\r\n2;apart\r\nge\r\n0\r\n\r\n",
	THEN_CLOSE},
    {NULL, 0, NULL, THEN_CLOSE},
};

static struct agent_case c;
static int wake[2];

static int
set_up(void **state)
{
	(void)state;
	memset(&c, 0, sizeof c);
	if (pipe(wake) == -1 || fcntl(wake[0], F_SETFL, O_NONBLOCK) == -1)
		return -1;
	c.server.wake = wake[1];
	agent_case_open(&c, rows);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	agent_case_close(&c);
	close(wake[0]);
	close(wake[1]);
	return 0;
}

/* The same agent, and a request as new. */
static void
assert_unharmed(void)
{
	agent_case_renew(&c);
	agent_case_gets(&c, "/page", 200, "page");
	assert_int_equal(c.info.connects, 1);
}

static void
use_proxy(void)
{
	agent_case_use_proxy(&c);
	dial_request_set_proxy_tunnel(c.request, true);
}

/* DESIGN 6: each failure by its number, and the agent used again after it. */
static void
every_failure(void **state)
{
	static const struct {
		const char *path;
		enum dial_domain domain;
		int number;
		int exit_code;
	} cases[] = {
	    {"/empty", DIAL_HTTP, DIAL_HTTP_EMPTY, 52},
	    {"/reset", DIAL_SYSTEM, DIAL_SYSTEM_RECEIVE, 56},
	    {"/cut-head", DIAL_HTTP, DIAL_HTTP_CUT_HEAD, 56},
	    {"/no-http", DIAL_HTTP, DIAL_HTTP_NOT_HTTP, 1},
	    {"/bad-head", DIAL_HTTP, DIAL_HTTP_BAD_HEAD, 8},
	    {"/bad-chunk", DIAL_HTTP, DIAL_HTTP_CHUNK, 56},
	    {"/cut-body", DIAL_HTTP, DIAL_HTTP_SHORT, 18},
	    {"/bad-gzip", DIAL_CODING, DIAL_CODING_BAD, 61},
	    {"/bad-coding", DIAL_CODING, DIAL_CODING_UNKNOWN, 61},
	    {"/part", DIAL_HTTP, DIAL_HTTP_RANGE, 33},
	    {"/loop", DIAL_HTTP, DIAL_HTTP_REDIRECTS, 47},
	    {"/ftp", DIAL_URL, DIAL_URL_SCHEME, 1},
	    {"/404", DIAL_HTTP, DIAL_HTTP_STATUS, 22},
	    {"http://127.0.0.1:1/", DIAL_SYSTEM, DIAL_SYSTEM_CONNECT, 7},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		dial_request_set_follow(c.request, true);
		dial_request_set_max_redirects(c.request, 3);
		dial_request_set_compressed(c.request, true);
		dial_request_set_fail(c.request, true);
		assert_int_equal(agent_case_fetch(&c, cases[i].path), -1);
		agent_case_failed(
		    &c, cases[i].domain, cases[i].number, cases[i].exit_code);
		/* One of several URLs: the sentence says whose it is. */
		if (cases[i].domain != DIAL_URL)
			assert_non_null(strstr(c.err.text, "127.0.0.1:"));
		assert_unharmed();
	}
}

/* PROXY-07, PROXY-09: the proxy's failures are the proxy's. */
static void
every_failure_of_a_proxy(void **state)
{
	static const struct {
		const char *url;
		int number;
		int exit_code;
		int status;
	} cases[] = {
	    {"https://refused.test/", DIAL_PROXY_REFUSED, 7, 403},
	    {"https://cut.test/", DIAL_PROXY_REPLY, 56, 0},
	    {"https://glued.test/", DIAL_PROXY_GLUED, 56, 200},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		use_proxy();
		assert_int_equal(agent_case_fetch(&c, cases[i].url), -1);
		agent_case_failed(
		    &c, DIAL_PROXY, cases[i].number, cases[i].exit_code);
		assert_int_equal(c.info.proxy_status, cases[i].status);
		assert_int_equal(c.info.status, 0);
		/* What was reached of the way is told. */
		assert_int_equal(c.info.connects, 1);
		assert_int_equal(c.info.remote_port, c.server.port);
		assert_true(c.info.request_size > 0);
		assert_string_equal(dial_response_body(c.response, NULL), "");
		assert_unharmed();
	}
}

/* --- Receivers that give up ------------------------------------------------
 */

static struct {
	int left;  /* calls until one fails */
	int calls; /* so far */
	bool says_why;
} patience;

static int
run_out(struct dial_error *err)
{
	patience.calls++;
	if (patience.left-- != 0)
		return 0;
	if (patience.says_why)
		dial_error_set(err, DIAL_FILE, DIAL_FILE_WRITE, "disk full");
	return 1;
}

static int
on_head(void *arg, const struct dial_response *response,
    const struct dial_head *head, enum dial_speaker speaker,
    struct dial_error *err)
{
	(void)arg;
	(void)response;
	(void)head;
	(void)speaker;
	return run_out(err);
}

static int
on_begin(
    void *arg, const struct dial_response *response, struct dial_error *err)
{
	(void)arg;
	(void)response;
	return run_out(err);
}

static int
on_body(void *arg, const void *bytes, size_t len, struct dial_error *err)
{
	(void)arg;
	(void)bytes;
	(void)len;
	return run_out(err);
}

static const struct dial_receiver impatient = {
    .head = on_head, .begin = on_begin, .body = on_body};

/* A proxy's head, an interim one, a redirect's, again a proxy's, the final
 * one; begin; two pieces of the body. */
#define CALLS 8

static void
give_up_at(int call, bool says_why)
{
	patience.left = call;
	patience.calls = 0;
	patience.says_why = says_why;
	use_proxy();
	dial_request_set_follow(c.request, true);
	dial_request_set_receiver(c.request, &impatient);
	assert_int_equal(agent_case_fetch(&c, "http://open.test/start"),
	    call == CALLS ? 200 : -1);
	assert_int_equal(patience.calls, call == CALLS ? CALLS : call + 1);
	if (call == CALLS)
		return;
	if (says_why)
		agent_case_failed(&c, DIAL_FILE, DIAL_FILE_WRITE, 23);
	else
		agent_case_failed(&c, DIAL_CANCEL, DIAL_CANCEL_CALLER, 42);
}

static void
giving_up_anywhere(void **state)
{
	(void)state;
	for (int call = 0; call <= CALLS; call++) {
		give_up_at(call, call % 2 == 1);
		assert_unharmed();
	}
}

/* At once, and not when the silent origin behind the proxy has spoken. */
static void
giving_up_at_a_proxys_head(void **state)
{
	(void)state;
	patience.left = 0;
	use_proxy();
	dial_request_set_receiver(c.request, &impatient);
	assert_int_equal(agent_case_fetch(&c, "https://silent.test/"), -1);
	agent_case_failed(&c, DIAL_CANCEL, DIAL_CANCEL_CALLER, 42);
	assert_int_equal(c.info.proxy_status, 200);
	/* The first error wins. */
	patience.left = 0;
	assert_int_equal(agent_case_fetch(&c, "https://refused.test/"), -1);
	agent_case_failed(&c, DIAL_PROXY, DIAL_PROXY_REFUSED, 7);
	assert_unharmed();
}

static int
on_progress(
    void *arg, const struct dial_response *response, struct dial_error *err)
{
	(void)arg;
	(void)response;
	return run_out(err);
}

static void
giving_up_while_nothing_happens(void **state)
{
	const struct dial_receiver receiver = {.progress = on_progress};

	(void)state;
	patience.left = 0;
	patience.says_why = false;
	dial_request_set_receiver(c.request, &receiver);
	assert_int_equal(agent_case_fetch(&c, "/hang"), -1);
	agent_case_failed(&c, DIAL_CANCEL, DIAL_CANCEL_CALLER, 42);
	assert_true(c.info.time_total >= 0.1);
	assert_unharmed();
}

/* --- Interruptions ---------------------------------------------------------
 */

static bool
is_woken(void *arg)
{
	char byte;

	(void)arg;
	return read(wake[0], &byte, 1) == 1;
}

static void
interrupted(void **state)
{
	static const char *const urls[] = {"/wake", "/wake-head", "/wake-body",
	    "https://wake.test/", "https://wake-tls.test/"};

	(void)state;
	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
		assert_int_equal(dial_agent_set_interrupted(
				     c.agent, is_woken, NULL, wake[0], NULL),
		    0);
		if (urls[i][0] != '/')
			use_proxy();
		assert_int_equal(agent_case_fetch(&c, urls[i]), -1);
		agent_case_failed(&c, DIAL_CANCEL, DIAL_CANCEL_SIGNAL, 42);
		assert_int_equal(
		    dial_agent_set_interrupted(c.agent, NULL, NULL, -1, NULL),
		    0);
		assert_unharmed();
	}
}

/* Before anything happened: nothing did, and it took no time. */
static void
interrupted_at_once(void **state)
{
	(void)state;
	assert_int_equal(write(wake[1], "", 1), 1);
	assert_int_equal(
	    dial_agent_set_interrupted(c.agent, is_woken, NULL, wake[0], NULL),
	    0);
	assert_int_equal(agent_case_fetch(&c, "/page"), -1);
	agent_case_failed(&c, DIAL_CANCEL, DIAL_CANCEL_SIGNAL, 42);
	assert_true(c.info.time_total < 30);
	assert_int_equal(c.info.connects, 0);
	assert_unharmed();
}

/* --- Deadlines -------------------------------------------------------------
 */

static int
take(void *arg, const void *bytes, size_t len, struct dial_error *err)
{
	(void)arg;
	(void)bytes;
	(void)len;
	(void)err;
	return 0;
}

/* RESP-26: whatever the peer does or does not. */
static void
deadlines(void **state)
{
	static const char *const urls[] = {"/hang", "/half", "/flood",
	    "https://hang.test/", "https://silent.test/"};
	const struct dial_receiver receiver = {.body = take};

	(void)state;
	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
		if (urls[i][0] != '/')
			use_proxy();
		dial_request_set_receiver(c.request, &receiver);
		dial_request_set_timeout(c.request, 0.05);
		assert_int_equal(agent_case_fetch(&c, urls[i]), -1);
		agent_case_failed(&c, DIAL_TIMEOUT, DIAL_TIMEOUT_TOTAL, 28);
		assert_non_null(strstr(c.err.text, "after 50 ms"));
		assert_true(c.info.time_total >= 0.05);
		assert_unharmed();
	}
}

static void
deadlines_of_connecting(void **state)
{
	static const char *const urls[] = {
	    "https://hang.test/", "https://silent.test/"};
	struct loopback_stalled stalled;
	char url[64];

	(void)state;
	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
		use_proxy();
		dial_request_set_connect_timeout(c.request, 0.05);
		assert_int_equal(agent_case_fetch(&c, urls[i]), -1);
		agent_case_failed(&c, DIAL_TIMEOUT, DIAL_TIMEOUT_CONNECT, 28);
		assert_unharmed();
	}
	loopback_stall(&stalled, "127.0.0.1", 0);
	snprintf(
	    url, sizeof url, "http://127.0.0.1:%u/", (unsigned)stalled.port);
	dial_request_set_connect_timeout(c.request, 0.05);
	assert_int_equal(agent_case_fetch(&c, url), -1);
	agent_case_failed(&c, DIAL_TIMEOUT, DIAL_TIMEOUT_CONNECT, 28);
	loopback_stalled_close(&stalled);
	/* It says nothing about what comes after. */
	agent_case_renew(&c);
	dial_request_set_connect_timeout(c.request, 0.2);
	dial_request_set_timeout(c.request, 0.25);
	assert_int_equal(agent_case_fetch(&c, "/hang"), -1);
	agent_case_failed(&c, DIAL_TIMEOUT, DIAL_TIMEOUT_TOTAL, 28);
	assert_unharmed();
}

/* No length of time at all, or one beyond all clocks: for ever. */
static void
odd_deadlines(void **state)
{
	static const double odd[] = {
	    0, -1, -INFINITY, NAN, 8.9e9, 9e9, 1e10, 1e300, INFINITY};

	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		dial_request_set_timeout(c.request, odd[i]);
		dial_request_set_connect_timeout(c.request, odd[i]);
		agent_case_gets(&c, "/page", 200, "page");
	}
}

int
main(void)
{
#define AGENT(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    AGENT(every_failure),
	    AGENT(every_failure_of_a_proxy),
	    AGENT(giving_up_anywhere),
	    AGENT(giving_up_at_a_proxys_head),
	    AGENT(giving_up_while_nothing_happens),
	    AGENT(interrupted),
	    AGENT(interrupted_at_once),
	    AGENT(deadlines),
	    AGENT(deadlines_of_connecting),
	    AGENT(odd_deadlines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
