/*
 * What a forward proxy makes of heads (RFC 9110 7.6, RFC 9112 3.2.2), of
 * credentials (PROXY-01: they stay here) and of failures (RFC 9209).
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "serve/proxy_head.h"
#include "serve/proxy_status.h"

#define ME "dialtone-0123456789abcdef"

static void
read_request(struct dial_request_parser *parser, const char *text)
{
	struct dial_span in = dial_span_of(text);
	struct dial_span body;

	memset(parser, 0, sizeof *parser);
	assert_int_equal(
	    dial_request_parser_feed(parser, &in, &body), DIAL_REQUEST_HEAD);
}

/* --- Requests --------------------------------------------------------------
 */

static const struct {
	const char *came;
	const char *went;
} requests[] = {
    {"GET http://a.test/x?y HTTP/1.0\r\nHost: other.test\r\nA: b\r\n\r\n",
	"GET /x?y HTTP/1.1\r\nHost: a.test\r\nA: b\r\nVia: 1.0 " ME
	"\r\nConnection: close\r\n\r\n"},
    {"GET http://a.test:8080 HTTP/1.1\r\nHost: a.test:8080\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a.test:8080\r\nVia: 1.1 " ME
	"\r\nConnection: close\r\n\r\n"},
    /* Hop-by-hop, and what Connection names besides. */
    {"GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n"
     "Connection: X-Hop, keep-alive\r\nX-Hop: 1\r\nx-hop: 2\r\n"
     "Keep-Alive: 5\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\n"
     "Trailer: X\r\nUpgrade: h2c\r\nProxy-Authorization: Basic dTpw\r\n"
     "Authorization: Basic b3JpZ2lu\r\nX-Stay: 3\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a.test\r\nAuthorization: Basic b3JpZ2lu\r\n"
	"X-Stay: 3\r\nVia: 1.1 " ME "\r\nConnection: close\r\n\r\n"},
    /* Host and framing are ours to write whatever Connection says. */
    {"POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\n"
     "Connection: Host, Content-Length\r\nContent-Length: 5\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n"
	"Via: 1.1 " ME "\r\nConnection: close\r\n\r\n"},
    {"POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\n"
     "Content-Length: 0\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n"
	"Via: 1.1 " ME "\r\nConnection: close\r\n\r\n"},
    {"POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\n"
     "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\n"
	"Transfer-Encoding: chunked\r\nVia: 1.1 " ME
	"\r\nConnection: close\r\n\r\n"},
    /* Who cannot wait for 100 does not ask for it. */
    {"POST http://a.test/ HTTP/1.0\r\nContent-Length: 5\r\n"
     "Expect: 100-continue\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n"
	"Via: 1.0 " ME "\r\nConnection: close\r\n\r\n"},
    /* RFC 9112 3.2.4 and RFC 9110 7.6.2. */
    {"OPTIONS http://a.test HTTP/1.0\r\nMax-Forwards: 10\r\n\r\n",
	"OPTIONS * HTTP/1.1\r\nHost: a.test\r\nMax-Forwards: 9\r\nVia: 1.0 " ME
	"\r\nConnection: close\r\n\r\n"},
    {"OPTIONS http://a.test:81 HTTP/1.0\r\nMax-Forwards: x\r\n\r\n",
	"OPTIONS * HTTP/1.1\r\nHost: a.test:81\r\nMax-Forwards: x\r\nVia: 1.0 " ME
	"\r\nConnection: close\r\n\r\n"},
    {"OPTIONS http://a.test/ HTTP/1.0\r\n\r\n",
	"OPTIONS / HTTP/1.1\r\nHost: a.test\r\nVia: 1.0 " ME
	"\r\nConnection: close\r\n\r\n"},
    {"OPTIONS http://a.test?x HTTP/1.0\r\n\r\n",
	"OPTIONS /?x HTTP/1.1\r\nHost: a.test\r\nVia: 1.0 " ME
	"\r\nConnection: close\r\n\r\n"},
    {"GET http://a.test HTTP/1.0\r\nMax-Forwards: 10\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a.test\r\nMax-Forwards: 10\r\nVia: 1.0 " ME
	"\r\nConnection: close\r\n\r\n"},
    /* Earlier proxies stay in Via. */
    {"GET http://[::1]:81/ HTTP/1.0\r\nVia: 1.1 first\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: [::1]:81\r\nVia: 1.1 first\r\nVia: 1.0 " ME
	"\r\nConnection: close\r\n\r\n"},
};

static void
writes_requests_anew(void **state)
{
	struct dial_request_parser parser;
	struct dial_error err = {0};
	struct dial_buf buf = {0};
	struct dial_url url;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof requests / sizeof requests[0]; i++) {
		read_request(&parser, requests[i].came);
		assert_int_equal(
		    dial_proxy_read_url(&url, parser.target, &err), 0);
		dial_buf_reset(&buf);
		assert_int_equal(
		    dial_proxy_write_request(&buf, &parser, &url, ME), 0);
		assert_string_equal(dial_buf_terminate(&buf), requests[i].went);
		dial_url_clear(&url);
		dial_request_parser_clear(&parser);
	}
	dial_buf_clear(&buf);
}

static void
takes_http_urls_alone(void **state)
{
	static const char *const bad[] = {"/", "*", "a.test:80",
	    "https://a.test/", "ftp://a.test/", "http://", "http://u:p@a.test/",
	    "http://u@a.test/", "http://a.test:0/", "http://a.test:99999/",
	    "http://a b/", "http://stra%C3%9Fe.test/"}; /* URL-10 */
	struct dial_error err = {0};
	struct dial_url url;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		dial_error_clear(&err);
		assert_int_equal(
		    dial_proxy_read_url(&url, dial_span_of(bad[i]), &err), -1);
		assert_int_equal(dial_proxy_judge(&err).status, 400);
		dial_url_clear(&url);
	}
}

static void
takes_authorities_alone(void **state)
{
	static const struct {
		const char *target;
		const char *host; /* NULL: refused */
	} rows[] = {
	    {"a.test:443", "a.test"},
	    {"A.Test:1", "a.test"},
	    {"127.0.0.1:65535", "127.0.0.1"},
	    {"[::1]:443", "::1"},
	    {"a.test", NULL},
	    {"a.test:", NULL},
	    {"a.test:0", NULL},
	    {"a.test:65536", NULL},
	    {"a.test:https", NULL},
	    {":443", NULL},
	    {"::1", NULL},
	    {"/tmp/x:443", NULL},
	    {"unix:/tmp/x:443", NULL},
	    {"@abstract:443", NULL},
	    {"http://a.test:443", NULL},
	    {"u@a.test:443", NULL},
	    {"", NULL},
	};
	struct dial_endpoint endpoint;
	struct dial_error err = {0};
	char longer[DIAL_HOST_MAX + 32];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int result = dial_proxy_read_authority(
		    &endpoint, dial_span_of(rows[i].target), NULL);

		print_message("%s\n", rows[i].target);
		assert_int_equal(result, rows[i].host == NULL ? -1 : 0);
		if (rows[i].host != NULL)
			assert_string_equal(endpoint.host, rows[i].host);
		dial_endpoint_clear(&endpoint);
	}
	memset(longer, 'a', sizeof longer);
	assert_int_equal(dial_proxy_read_authority(&endpoint,
			     dial_span_make(longer, sizeof longer), &err),
	    -1);
	dial_endpoint_clear(&endpoint);
}

/* --- Who, and whether before -----------------------------------------------
 */

static const struct {
	const char *fields;
	bool authorized;
} given[] = {
    {"", false},
    {"Proxy-Authorization: Basic dTpw\r\n", true},
    {"proxy-authorization: bASIC  dTpw \r\n", true},
    {"Authorization: Basic dTpw\r\n", false},
    {"Proxy-Authorization: dTpw\r\n", false},
    {"Proxy-Authorization: Basic\r\n", false},
    {"Proxy-Authorization: Basic dTp\r\n", false},
    {"Proxy-Authorization: Basic dTpwd\r\n", false},
    {"Proxy-Authorization: Basic DTPW\r\n", false},
    {"Proxy-Authorization: Bearer dTpw\r\n", false},
};

static void
knows_who_may(void **state)
{
	struct dial_request_parser parser;
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof given / sizeof given[0]; i++) {
		snprintf(text, sizeof text, "GET / HTTP/1.0\r\n%s\r\n",
		    given[i].fields);
		read_request(&parser, text);
		assert_int_equal(
		    dial_proxy_is_authorized(&parser.head, "Basic dTpw"),
		    given[i].authorized);
		dial_request_parser_clear(&parser);
	}
}

static void
sees_itself_in_via(void **state)
{
	struct dial_request_parser parser;

	(void)state;
	read_request(&parser,
	    "GET / HTTP/1.0\r\nVia: 1.1 a, 1.1 b\r\nVia: 1.0 " ME
	    " (x)\r\n\r\n");
	assert_true(dial_proxy_is_loop(&parser.head, ME));
	assert_false(
	    dial_proxy_is_loop(&parser.head, "dialtone-1111111111111111"));
	dial_request_parser_clear(&parser);
}

static void
knows_who_stays(void **state)
{
	static const struct {
		const char *text;
		bool keeps;
	} rows[] = {
	    {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
	    {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
	     "Proxy-Connection: keep-alive\r\n\r\n",
		false},
	    {"GET / HTTP/1.0\r\n\r\n", false},
	    {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
	    {"GET / HTTP/1.0\r\nProxy-Connection: Keep-Alive\r\n\r\n", true},
	    {"GET / HTTP/1.0\r\nConnection: close\r\n"
	     "Proxy-Connection: Keep-Alive\r\n\r\n",
		false},
	};
	struct dial_request_parser parser;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		read_request(&parser, rows[i].text);
		assert_int_equal(dial_proxy_keeps(&parser), rows[i].keeps);
		dial_request_parser_clear(&parser);
	}
}

/* --- Responses -------------------------------------------------------------
 */

static const struct {
	const char *came;
	struct dial_proxy_return back;
	bool head_request;
	const char *went;
} responses[] = {
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer: x\r\n"
     "Connection: X, keep-alive\r\nX: 1\r\nKeep-Alive: 5\r\n\r\n",
	{1, false, true, ME}, false,
	"HTTP/1.1 200 OK\r\nServer: x\r\nVia: 1.1 " ME
	"\r\nContent-Length: 5\r\n\r\n"},
    {"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", {0, false, true, ME},
	false,
	"HTTP/1.1 200 OK\r\nVia: 1.0 " ME
	"\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n"},
    {"HTTP/1.1 404 \r\nTransfer-Encoding: chunked\r\n\r\n", {1, true, true, ME},
	false,
	"HTTP/1.1 404 \r\nVia: 1.1 " ME
	"\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n"
     "Proxy-Authenticate: Basic realm=x\r\n\r\n",
	{0, false, false, ME}, false,
	"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n"
	"Via: 1.1 " ME "\r\nConnection: close\r\n\r\n"},
    /* To HEAD, and with 304, a length only tells of a body. */
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", {1, false, true, ME}, true,
	"HTTP/1.1 200 OK\r\nVia: 1.1 " ME "\r\nContent-Length: 5\r\n\r\n"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n"
     "Content-Length: 5\r\n\r\n",
	{1, false, true, ME}, true,
	"HTTP/1.1 200 OK\r\nVia: 1.1 " ME "\r\nContent-Length: 5\r\n\r\n"},
    {"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
	{1, false, true, ME}, false,
	"HTTP/1.1 304 Not Modified\r\nVia: 1.1 " ME
	"\r\nContent-Length: 5\r\n\r\n"},
    /* One that is not one number tells of nothing (RFC 9110 8.6). */
    {"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n"
     "Content-Length: 6\r\n\r\n",
	{1, false, true, ME}, false,
	"HTTP/1.1 304 Not Modified\r\nVia: 1.1 " ME "\r\n\r\n"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n", {1, false, true, ME},
	true, "HTTP/1.1 200 OK\r\nVia: 1.1 " ME "\r\n\r\n"},
    {"HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n", {1, false, true, ME},
	true, "HTTP/1.1 200 OK\r\nVia: 1.1 " ME "\r\n\r\n"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
     "Transfer-Encoding: chunked\r\n\r\n",
	{1, false, true, ME}, true,
	"HTTP/1.1 200 OK\r\nVia: 1.1 " ME "\r\n\r\n"},
    {"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
	{1, false, true, ME}, false,
	"HTTP/1.1 204 No Content\r\nVia: 1.1 " ME "\r\n\r\n"},
    /* Interim: neither framing nor Connection. */
    {"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n", {1, false, false, ME},
	false,
	"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\nVia: 1.1 " ME "\r\n\r\n"},
};

static void
writes_responses_anew(void **state)
{
	struct dial_buf buf = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof responses / sizeof responses[0]; i++) {
		struct dial_parser_rules rules = {
		    .head_request = responses[i].head_request};
		struct dial_span in = dial_span_of(responses[i].came);
		struct dial_error err = {0};
		struct dial_parser parser;
		struct dial_span body;
		enum dial_event event;

		dial_parser_init(&parser, &rules);
		event = dial_parser_feed(&parser, &in, &body, &err);
		assert_true(
		    event == DIAL_EVENT_HEAD || event == DIAL_EVENT_INTERIM);
		dial_buf_reset(&buf);
		assert_int_equal(dial_proxy_write_response(
				     &buf, &parser, &responses[i].back),
		    0);
		assert_string_equal(
		    dial_buf_terminate(&buf), responses[i].went);
		dial_parser_clear(&parser);
	}
	dial_buf_clear(&buf);
}

static void
refuses_control_bytes(void **state)
{
	static const struct {
		const char *text;
		bool clean;
	} rows[] = {
	    {"HTTP/1.1 200 O\tK \xe4\r\nX: a\tb\xe4\r\n\r\n", true},
	    {"HTTP/1.1 200 O\x01K\r\n\r\n", false},
	    {"HTTP/1.1 200 OK\r\nA: b\r\nX: a\x1b\r\n\r\n", false},
	    {"HTTP/1.1 200 OK\r\nX: \x7f\r\nA: b\r\n\r\n", false},
	};
	struct dial_parser_rules rules = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dial_span in = dial_span_of(rows[i].text);
		struct dial_error err = {0};
		struct dial_parser parser;
		struct dial_span body;

		dial_parser_init(&parser, &rules);
		assert_int_equal(dial_parser_feed(&parser, &in, &body, &err),
		    DIAL_EVENT_HEAD);
		assert_int_equal(
		    dial_proxy_judge_response(&parser.head, "x", &err),
		    rows[i].clean ? 0 : -1);
		if (!rows[i].clean)
			assert_int_equal(dial_proxy_judge(&err).status, 502);
		dial_parser_clear(&parser);
	}
}

/* --- Failures --------------------------------------------------------------
 */

static const struct {
	enum dial_domain domain;
	int number;
	int system_errno;
	int status;
	const char *error;
} failures[] = {
    {DIAL_RESOLVE, DIAL_RESOLVE_HOST, 0, 502, "dns_error"},
    {DIAL_TIMEOUT, DIAL_TIMEOUT_RESOLVE, 0, 504, "dns_timeout"},
    {DIAL_TIMEOUT, DIAL_TIMEOUT_CONNECT, 0, 504, "connection_timeout"},
    {DIAL_TIMEOUT, DIAL_TIMEOUT_TOTAL, 0, 504, "http_response_timeout"},
    {DIAL_TIMEOUT, DIAL_TIMEOUT_SLOW, 0, 408, "http_request_error"},
    {DIAL_SYSTEM, DIAL_SYSTEM_CONNECT, ECONNREFUSED, 502, "connection_refused"},
    {DIAL_SYSTEM, DIAL_SYSTEM_CONNECT, EHOSTUNREACH, 502,
	"destination_ip_unroutable"},
    {DIAL_SYSTEM, DIAL_SYSTEM_CONNECT, EMFILE, 503, "connection_limit_reached"},
    {DIAL_SYSTEM, DIAL_SYSTEM_CONNECT, 0, 502, "destination_unavailable"},
    {DIAL_SYSTEM, DIAL_SYSTEM_RECEIVE, ECONNRESET, 502,
	"connection_terminated"},
    {DIAL_HTTP, DIAL_HTTP_CUT_HEAD, 0, 502, "http_response_incomplete"},
    {DIAL_HTTP, DIAL_HTTP_BAD_HEAD, 0, 502, "http_protocol_error"},
    {DIAL_CODING, DIAL_CODING_UNKNOWN, 0, 502, "http_response_transfer_coding"},
    {DIAL_PROXY, DIAL_PROXY_REFUSED, 0, 502, "proxy_loop_detected"},
    {DIAL_USAGE, DIAL_USAGE_OPTION, 0, 403, "http_request_denied"},
    {DIAL_MEMORY, DIAL_MEMORY_OUT, 0, 500, "proxy_internal_error"},
};

/* PROTOCOL 73, from the other side. */
static void
names_failures(void **state)
{
	struct dial_error err = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof failures / sizeof failures[0]; i++) {
		struct dial_proxy_failure failure;

		err.domain = failures[i].domain;
		err.number = failures[i].number;
		err.system_errno = failures[i].system_errno;
		failure = dial_proxy_judge(&err);
		assert_int_equal(failure.status, failures[i].status);
		assert_string_equal(failure.error, failures[i].error);
	}
}

static void
says_what_failed(void **state)
{
	struct dial_proxy_failure failure = {502, "dns_error"};
	struct dial_error err = {0};
	struct dial_reply reply;

	(void)state;
	dial_error_set(
	    &err, DIAL_RESOLVE, DIAL_RESOLVE_HOST, "no \"b\\c\" at \xc3\xa4");
	dial_reply_init(&reply);
	assert_int_equal(dial_proxy_page(&reply, &failure, ME, &err), 0);
	assert_non_null(strstr(dial_buf_terminate(&reply.fields),
	    "Proxy-Status: " ME
	    "; error=dns_error; details=\"no \\\"b\\\\c\\\" at ??\"\r\n"));
	assert_non_null(strstr(
	    dial_buf_terminate(&reply.body), "no \"b\\c\" at \xc3\xa4\n"));
	dial_reply_clear(&reply);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_requests_anew),
	    cmocka_unit_test(takes_http_urls_alone),
	    cmocka_unit_test(takes_authorities_alone),
	    cmocka_unit_test(knows_who_may),
	    cmocka_unit_test(sees_itself_in_via),
	    cmocka_unit_test(knows_who_stays),
	    cmocka_unit_test(writes_responses_anew),
	    cmocka_unit_test(refuses_control_bytes),
	    cmocka_unit_test(names_failures),
	    cmocka_unit_test(says_what_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
