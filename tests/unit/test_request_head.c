/*
 * A request's bytes (PROTOCOL 1 to 18, INJ-01 to INJ-03).  The orders were
 * taken down from curl 7.88 with the options named beside them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "http/request_head.h"

#define HEAD .method = "GET", .target = "/p?q", .host = "h:81"
#define SELF .user_agent = "dial/1", .accept = "*/*"

/* Fields as -H lines, up to the NULL. */
struct head_case {
	struct dial_request_head head;
	const char *lines[12];
	const char *bytes;
};

static int
write_head(
    const struct head_case *c, struct dial_buf *out, struct dial_error *err)
{
	struct dial_request_head head = c->head;
	struct dial_fields fields = {0};
	int result;

	for (size_t i = 0; c->lines[i] != NULL; i++)
		assert_int_equal(
		    dial_fields_add_line(&fields, c->lines[i], err), 0);
	head.fields = c->lines[0] == NULL ? NULL : &fields;
	result = dial_request_head_write(out, &head, err);
	dial_fields_clear(&fields);
	return result;
}

static void
assert_writes(const struct head_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct dial_buf out = {0};
		struct dial_error err = {0};

		if (write_head(&cases[i], &out, &err) != 0)
			fail_msg("case %zu: %s", i, err.text);
		assert_string_equal(dial_buf_terminate(&out), cases[i].bytes);
		dial_buf_clear(&out);
	}
}

static const struct head_case orders[] = {
    /* -0, then --http1.1 */
    {{HEAD, SELF}, {NULL},
	"GET /p?q HTTP/1.0\r\nHost: h:81\r\nUser-Agent: dial/1\r\n"
	"Accept: */*\r\n\r\n"},
    {{HEAD, SELF, .minor = 1}, {NULL},
	"GET /p?q HTTP/1.1\r\nHost: h:81\r\nUser-Agent: dial/1\r\n"
	"Accept: */*\r\n\r\n"},
    /* -d a=b */
    {{SELF, .method = "POST", .target = "/p", .host = "h", .has_length = true,
	 .length = 3, .content_type = "application/x-www-form-urlencoded"},
	{NULL},
	"POST /p HTTP/1.0\r\nHost: h\r\nUser-Agent: dial/1\r\nAccept: */*\r\n"
	"Content-Length: 3\r\n"
	"Content-Type: application/x-www-form-urlencoded\r\n\r\n"},
    /* -T FILE -C 2 --http1.1 */
    {{SELF, .method = "PUT", .target = "/p", .host = "h", .minor = 1,
	 .has_length = true, .length = 3, .content_range = "bytes 2-4/5",
	 .expect = "100-continue"},
	{"X-A: 1", NULL},
	"PUT /p HTTP/1.1\r\nHost: h\r\nContent-Range: bytes 2-4/5\r\n"
	"User-Agent: dial/1\r\nAccept: */*\r\nX-A: 1\r\nContent-Length: 3\r\n"
	"Expect: 100-continue\r\n\r\n"},
    /* -T - --http1.1 */
    {{SELF, .method = "PUT", .target = "/p", .host = "h", .minor = 1,
	 .chunked = true, .expect = "100-continue"},
	{"X-A: 1", NULL},
	"PUT /p HTTP/1.1\r\nHost: h\r\nUser-Agent: dial/1\r\nAccept: */*\r\n"
	"Transfer-Encoding: chunked\r\nX-A: 1\r\n"
	"Expect: 100-continue\r\n\r\n"},
    /* -x -U -u -A -e -b -r --compressed -z */
    {{.method = "GET",
	 .target = "http://a.test/p?q",
	 .host = "a.test",
	 .proxy_authorization = "Basic cHU6cHA=",
	 .authorization = "Basic dTpw",
	 .range = "bytes=1-5",
	 .user_agent = "ag",
	 .accept = "*/*",
	 .accept_encoding = "deflate, gzip",
	 .referer = "http://ref/",
	 .proxy_connection = "Keep-Alive",
	 .cookie = "k=v",
	 .if_modified_since = "Wed, 01 Jan 2020 00:00:00 GMT"},
	{NULL},
	"GET http://a.test/p?q HTTP/1.0\r\nHost: a.test\r\n"
	"Proxy-Authorization: Basic cHU6cHA=\r\n"
	"Authorization: Basic dTpw\r\nRange: bytes=1-5\r\nUser-Agent: ag\r\n"
	"Accept: */*\r\nAccept-Encoding: deflate, gzip\r\n"
	"Referer: http://ref/\r\nProxy-Connection: Keep-Alive\r\n"
	"Cookie: k=v\r\n"
	"If-Modified-Since: Wed, 01 Jan 2020 00:00:00 GMT\r\n\r\n"},
    /* CONNECT with -U, -A and --proxy-header */
    {{.method = "CONNECT",
	 .target = "a.test:443",
	 .host = "a.test:443",
	 .minor = 1,
	 .proxy_authorization = "Basic cHU6cHA=",
	 .user_agent = "dial/1",
	 .proxy_connection = "Keep-Alive"},
	{"X-P: 1", NULL},
	"CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n"
	"Proxy-Authorization: Basic cHU6cHA=\r\nUser-Agent: dial/1\r\n"
	"Proxy-Connection: Keep-Alive\r\nX-P: 1\r\n\r\n"},
    /* -z -DATE, and what curl has no option for */
    {{HEAD, .range = "bytes=5-", .if_range = "\"e\"",
	 .connection = "keep-alive",
	 .if_unmodified_since = "Wed, 01 Jan 2020 00:00:00 GMT"},
	{NULL},
	"GET /p?q HTTP/1.0\r\nHost: h:81\r\nRange: bytes=5-\r\n"
	"If-Range: \"e\"\r\nConnection: keep-alive\r\n"
	"If-Unmodified-Since: Wed, 01 Jan 2020 00:00:00 GMT\r\n\r\n"},
};

static void
test_the_order_is_curls(void **state)
{
	(void)state;
	assert_writes(orders, sizeof orders / sizeof orders[0]);
}

static const struct head_case replacements[] = {
    /* Every default that a user's field replaces goes to the end, but Host. */
    {{HEAD, SELF, .authorization = "Basic dTpw", .range = "bytes=3-4",
	 .accept_encoding = "gzip", .referer = "rr", .cookie = "d=2",
	 .if_modified_since = "then"},
	{"Host: x.test", "user-agent: zz", "Accept: foo", "X-A: 1",
	    "Accept-Encoding: br", "Range: bytes=1-2", "Referer: r",
	    "Cookie: c=1", "Authorization: x", "X-Empty;",
	    "If-Modified-Since: foo", NULL},
	"GET /p?q HTTP/1.0\r\nHost: x.test\r\nuser-agent: zz\r\n"
	"Accept: foo\r\nX-A: 1\r\nAccept-Encoding: br\r\n"
	"Range: bytes=1-2\r\nReferer: r\r\nCookie: c=1\r\n"
	"Authorization: x\r\nX-Empty:\r\nIf-Modified-Since: foo\r\n\r\n"},
    {{HEAD, SELF}, {"Host:", "User-Agent:", "Accept:", "X-None:", NULL},
	"GET /p?q HTTP/1.0\r\n\r\n"},
    /* One Host (PROTOCOL 5), and the first; others may repeat. */
    {{HEAD, SELF}, {"x-a: 1", "host: 1", "X-A: 2", "Host: 2", NULL},
	"GET /p?q HTTP/1.0\r\nHost: 1\r\nUser-Agent: dial/1\r\n"
	"Accept: */*\r\nx-a: 1\r\nX-A: 2\r\n\r\n"},
    {{.method = "POST",
	 .target = "/",
	 .host = "h",
	 .has_length = true,
	 .length = 1,
	 .content_type = "a/b"},
	{"Content-Type: foo/bar", "Content-Length: 1", "X-A: 1", NULL},
	"POST / HTTP/1.0\r\nHost: h\r\nContent-Type: foo/bar\r\n"
	"Content-Length: 1\r\nX-A: 1\r\n\r\n"},
    {{.method = "POST",
	 .target = "/",
	 .host = "h",
	 .minor = 1,
	 .chunked = true,
	 .expect = "100-continue"},
	{"Transfer-Encoding: Chunked", "Expect:", NULL},
	"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"},
    {{HEAD, .connection = "keep-alive", .proxy_connection = "Keep-Alive"},
	{"Connection: foo", "Proxy-Connection: bar", NULL},
	"GET /p?q HTTP/1.0\r\nHost: h:81\r\nConnection: foo\r\n"
	"Proxy-Connection: bar\r\n\r\n"},
    /* An empty default is none: -A "" */
    {{HEAD, .user_agent = ""}, {NULL},
	"GET /p?q HTTP/1.0\r\nHost: h:81\r\n\r\n"},
    /* PROTOCOL 15, 8.6: a body of no bytes has a length, no body has none */
    {{.method = "POST", .target = "/", .has_length = true}, {NULL},
	"POST / HTTP/1.0\r\nContent-Length: 0\r\n\r\n"},
    {{.method = "POST", .target = "/"}, {"Content-Length: 0", NULL},
	"POST / HTTP/1.0\r\nContent-Length: 0\r\n\r\n"},
    {{.method = "OPTIONS", .target = "*", .host = "h"}, {NULL},
	"OPTIONS * HTTP/1.0\r\nHost: h\r\n\r\n"},
    /* PROTOCOL 18 */
    {{HEAD, .minor = 1}, {"TE: trailers", NULL},
	"GET /p?q HTTP/1.1\r\nHost: h:81\r\nConnection: TE\r\n"
	"TE: trailers\r\n\r\n"},
    {{HEAD, .minor = 1, .connection = "close"}, {"TE: trailers", NULL},
	"GET /p?q HTTP/1.1\r\nHost: h:81\r\nConnection: close, TE\r\n"
	"TE: trailers\r\n\r\n"},
};

static void
test_the_users_fields_win_by_name(void **state)
{
	(void)state;
	assert_writes(
	    replacements, sizeof replacements / sizeof replacements[0]);
}

static const struct head_case refused[] = {
    /* INJ-02 */
    {{.method = "GET / HTTP/1.1\r\nX:", .target = "/"}, {NULL}, NULL},
    {{.method = "", .target = "/"}, {NULL}, NULL},
    {{.method = "G T", .target = "/"}, {NULL}, NULL},
    {{.method = "G\xc3\xa9T", .target = "/"}, {NULL}, NULL},
    /* INJ-01 */
    {{.method = "GET", .target = ""}, {NULL}, NULL},
    {{.method = "GET", .target = "/a b"}, {NULL}, NULL},
    {{.method = "GET", .target = "/\t"}, {NULL}, NULL},
    {{.method = "GET", .target = "/a\r\nX: y"}, {NULL}, NULL},
    {{.method = "GET", .target = "/\x7f"}, {NULL}, NULL},
    {{.method = "GET", .target = "/\xc3\xa9"}, {NULL}, NULL},
    /* INJ-03: -A, -e, -b and the rest */
    {{.method = "GET", .target = "/", .host = "h\r\nX: y"}, {NULL}, NULL},
    {{HEAD, .user_agent = "a\r\nX: y"}, {NULL}, NULL},
    {{HEAD, .referer = "a\nX: y"}, {NULL}, NULL},
    {{HEAD, .cookie = "a\rb"}, {NULL}, NULL},
    {{HEAD, .range = "bytes=1-2\r\n"}, {NULL}, NULL},
    {{HEAD, .content_type = "a\x01"}, {NULL}, NULL},
    /* PROTOCOL 14: framing that is true, one way, and known to 1.0 */
    {{HEAD, .chunked = true}, {NULL}, NULL},
    {{HEAD}, {"Transfer-Encoding: chunked", NULL}, NULL},
    {{HEAD, .minor = 1}, {"Transfer-Encoding: chunked", NULL}, NULL},
    {{HEAD, .minor = 1, .chunked = true},
	{"Transfer-Encoding: gzip, chunked", NULL}, NULL},
    {{HEAD, .minor = 1, .chunked = true},
	{"Transfer-Encoding: chunked", "Transfer-Encoding: chunked", NULL},
	NULL},
    {{HEAD, .minor = 1, .chunked = true, .has_length = true}, {NULL}, NULL},
    {{HEAD, .minor = 1, .chunked = true}, {"Content-Length: 3", NULL}, NULL},
    {{HEAD, .has_length = true, .length = 3}, {"Content-Length: 4", NULL},
	NULL},
    {{HEAD, .has_length = true, .length = 3}, {"Content-Length: 3x", NULL},
	NULL},
    {{HEAD, .has_length = true, .length = 3},
	{"Content-Length: 3", "Content-Length: 3", NULL}, NULL},
    {{HEAD, .has_length = true, .length = 3}, {"Content-Length:", NULL}, NULL},
    {{HEAD}, {"Content-Length: 3", NULL}, NULL},
    {{HEAD, .expect = "100-continue"}, {NULL}, NULL},
    /* PROTOCOL 17 */
    {{.method = "TRACE", .target = "/", .authorization = "x"}, {NULL}, NULL},
    {{.method = "TRACE", .target = "/", .cookie = "x"}, {NULL}, NULL},
    {{.method = "TRACE", .target = "/"}, {"authorization: x", NULL}, NULL},
    {{.method = "TRACE", .target = "/", .has_length = true}, {NULL}, NULL},
    /* PROTOCOL 18 */
    {{HEAD, .minor = 1}, {"TE: trailers, Chunked", NULL}, NULL},
};

static void
test_what_would_break_out_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		struct dial_buf out = {0};
		struct dial_error err = {0};

		assert_int_equal(dial_buf_append_text(&out, "kept"), 0);
		if (write_head(&refused[i], &out, &err) == 0)
			fail_msg("case %zu was written", i);
		assert_true(err.domain == DIAL_USAGE || err.domain == DIAL_URL);
		assert_null(strpbrk(err.text, "\r\n\t\x01\x7f"));
		assert_string_equal(dial_buf_terminate(&out), "kept");
		dial_buf_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_order_is_curls),
	    cmocka_unit_test(test_the_users_fields_win_by_name),
	    cmocka_unit_test(test_what_would_break_out_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
