/*
 * The request parser, each case whole, byte by byte and cut at every place:
 * RFC 9112, and RESP-01, -05, -06, -07, -10, -13 and -19 as a server sees them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "serve/request_parser.h"

#define HOST	"Host: a.test\r\n"
#define POST	"POST / HTTP/1.1\r\n" HOST
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

struct row {
	const char *text;
	const char *told; /* what the parser makes of it, as below */
};

/* "METHOD TARGET MINOR [keep] [expects]|body|" and "end" or "more", or the
 * status of what is bad. */
static const struct row rows[] = {
    {"GET / HTTP/1.1\r\n" HOST "\r\n", "GET / 1 keep||end"},
    {"GET / HTTP/1.0\r\n\r\n", "GET / 0||end"},
    {"GET / HTTP/1.0\n\n", "GET / 0||end"},
    {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "GET / 0 keep||end"},
    {"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", "GET / 0||end"},
    {"GET / HTTP/1.1\r\n" HOST "Connection: x, Close\r\n\r\n", "GET / 1||end"},
    {"GET / HTTP/1.9\r\n" HOST "\r\n", "GET / 1 keep||end"},
    {"\r\n\r\n\r\n\r\nGET / HTTP/1.0\r\n\r\n", "GET / 0||end"},
    {"\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.0\r\n\r\n", "400"},
    {"HEAD http://a.test/x?y HTTP/1.1\r\n" HOST "\r\n",
	"HEAD http://a.test/x?y 1 keep||end"},
    {"CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n",
	"CONNECT a.test:443 1 keep||end"},
    {"GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / 1 keep||end"},
    {"GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET / 1 keep||end"},
    {"", "more"},
    {"\r\n", "more"},
    {"GET / HTTP/1.1\r\n" HOST "\r", "more"},
    /* Bodies. */
    {POST "Content-Length: 5\r\n\r\nhello", "POST / 1 keep|hello|end"},
    {POST "Content-Length: 5\r\n\r\nhell", "POST / 1 keep|hell|more"},
    {POST "Content-Length: 0\r\n\r\n", "POST / 1 keep||end"},
    {POST "Content-Length: 2\r\nExpect: 100-Continue\r\n\r\nhi",
	"POST / 1 keep expects|hi|end"},
    {"POST / HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nhi",
	"POST / 0|hi|end"},
    {CHUNKED "5\r\nhello\r\n0\r\n\r\n", "POST / 1 keep|hello|end"},
    {CHUNKED "2;a=b\r\nhe\r\n03\r\nllo\r\n0\r\nX: y\r\n\r\n",
	"POST / 1 keep|hello|end"},
    {CHUNKED "A\r\n0123456789\r\n0\r\n\r\n", "POST / 1 keep|0123456789|end"},
    {CHUNKED "5\r\nhello\r\n0\r\n", "POST / 1 keep|hello|more"},
    {POST "transfer-encoding:CHUNKED\r\n\r\n0\r\n\r\n", "POST / 1 keep||end"},
    /* What two readers could read in two ways (RESP-07: both). */
    {POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "400"},
    {POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", "400"},
    {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "400"},
    {POST "Transfer-Encoding: xchunked\r\n\r\n", "400"},
    {POST "Transfer-Encoding: chunked, identity\r\n\r\n", "400"},
    {POST "Transfer-Encoding: identity\r\n\r\n", "400"},
    {POST "Transfer-Encoding:\r\n\r\n", "400"},
    {POST "Transfer-Encoding: gzip, chunked\r\n\r\n", "501"},
    {POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n", "400"},
    {POST "Transfer-Encoding : chunked\r\n\r\n", "400"},
    {POST "Transfer-Encoding\r\n : chunked\r\n\r\n", "400"},
    /* RESP-05: two lengths. */
    {POST "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", "400"},
    {POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", "400"},
    {POST "Content-Length: 5, 5\r\n\r\n", "400"},
    /* RESP-06: no lengths at all. */
    {POST "Content-Length: -1\r\n\r\n", "400"},
    {POST "Content-Length: +5\r\n\r\n", "400"},
    {POST "Content-Length: 5x\r\n\r\n", "400"},
    {POST "Content-Length: 0x5\r\n\r\n", "400"},
    {POST "Content-Length: 5 5\r\n\r\n", "400"},
    {POST "Content-Length:\r\n\r\n", "400"},
    {POST "Content-Length: 9223372036854775808\r\n\r\n", "400"},
    {POST "Content-Length: 18446744073709551621\r\n\r\n", "400"},
    {POST "Content-Length: 9223372036854775807\r\n\r\n", "POST / 1 keep||more"},
    /* RESP-10: no chunk sizes. */
    {CHUNKED "-5\r\n", "POST / 1 keep||400"},
    {CHUNKED "0x5\r\n", "POST / 1 keep||400"},
    {CHUNKED "\r\n", "POST / 1 keep||400"},
    {CHUNKED " 5\r\n", "POST / 1 keep||400"},
    {CHUNKED "5 ;\r\n", "POST / 1 keep||400"},
    {CHUNKED ";a\r\n", "POST / 1 keep||400"},
    {CHUNKED "5\nhello", "POST / 1 keep||400"},
    {CHUNKED "5\rhello", "POST / 1 keep||400"},
    {CHUNKED "5;\x01\r\n", "POST / 1 keep||400"},
    {CHUNKED "8000000000000000\r\n", "POST / 1 keep||400"},
    {CHUNKED "7fffffffffffffff\r\n", "POST / 1 keep||more"},
    {CHUNKED "00000000000000000005\r\nhello\r\n0\r\n\r\n",
	"POST / 1 keep|hello|end"},
    /* RESP-13: chunks that do not end. */
    {CHUNKED "5\r\nhelloX", "POST / 1 keep|hello|400"},
    {CHUNKED "5\r\nhello\n0\r\n\r\n", "POST / 1 keep|hello|400"},
    {CHUNKED "0\r\nX: y\n\r\n", "POST / 1 keep||400"},
    {CHUNKED "0\r\nX: \ry\r\n\r\n", "POST / 1 keep||400"},
    /* RESP-19 and folding. */
    {"GET / HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n", "400"},
    {"GET / HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n", "400"},
    {"GET / HTTP/1.1\r\n" HOST "X: a\r\r\n\r\n", "400"},
    {"GET / HTTP/1.1\r\n" HOST "X: \x01\r\n\r\n", "400"},
    {"GET / HTTP/1.1\r\n" HOST "X: \x7f\r\n\r\n", "400"},
    {"GET / HTTP/1.1\r\n " HOST "\r\n", "400"},
    {"\rGET / HTTP/1.0\r\n\r\n", "400"},
    {"\r\r", "400"},
    {"\r\n\r\r\nGET / HTTP/1.0\r\n\r\n", "400"},
    {"GET / HTTP/1.1\r\n" HOST "X\r\n\r\n", "400"},
    {"GET / HTTP/1.1\r\n" HOST ": x\r\n\r\n", "400"},
    {"GET / HTTP/1.1\r\n" HOST "X : x\r\n\r\n", "400"},
    {"GET / HTTP/1.1\r\n" HOST "\x80: x\r\n\r\n", "400"},
    /* The request line. */
    {"\x16\x03\x01", "400"},
    {" GET / HTTP/1.0\r\n\r\n", "400"},
    {"GET /\r\n\r\n", "400"},
    {"GET\r\n\r\n", "400"},
    {"GET  / HTTP/1.0\r\n\r\n", "400"},
    {"GET / HTTP/1.0 \r\n\r\n", "400"},
    {"GET /a b HTTP/1.0\r\n\r\n", "400"},
    {"GET /\xc3\xa4 HTTP/1.0\r\n\r\n", "400"},
    {"GET /\t HTTP/1.0\r\n\r\n", "400"},
    {"GET / http/1.0\r\n\r\n", "400"},
    {"GET / HTTP/1.10\r\n\r\n", "400"},
    {"GET / HTTP/2.0\r\n\r\n", "505"},
    {"GET / HTTP/0.9\r\n\r\n", "505"},
    {"G@T / HTTP/1.0\r\n\r\n", "400"},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"},
    /* Host. */
    {"GET / HTTP/1.1\r\n\r\n", "400"},
    {"GET / HTTP/1.1\r\n" HOST HOST "\r\n", "400"},
    {"GET / HTTP/1.0\r\n" HOST HOST "\r\n", "400"},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "400"},
    {"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", "400"},
    {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400"},
};

struct telling {
	char text[2 * DIAL_REQUEST_LINE_MAX];
	size_t len;
	bool in_body;
	enum dial_request_event last;
};

static void
tell(struct telling *told, const char *bytes, size_t len)
{
	assert_true(told->len + len < sizeof told->text);
	memcpy(told->text + told->len, bytes, len);
	told->len += len;
	told->text[told->len] = '\0';
}

static void
tell_text(struct telling *told, const char *text)
{
	tell(told, text, strlen(text));
}

static void
tell_head(struct telling *told, const struct dial_request_parser *parser)
{
	tell(told, parser->method.ptr, parser->method.len);
	tell_text(told, " ");
	tell(told, parser->target.ptr, parser->target.len);
	tell_text(told, parser->minor == 0 ? " 0" : " 1");
	tell_text(told, parser->keep_alive ? " keep" : "");
	tell_text(told, parser->expects ? " expects" : "");
	tell_text(told, "|");
	told->in_body = true;
}

/* Feeds bytes that end against memory which is not theirs. */
static void
feed(struct dial_request_parser *parser, struct telling *told,
    const char *bytes, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);
	struct dial_span in = {copy, len};
	struct dial_span body;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	do {
		told->last = dial_request_parser_feed(parser, &in, &body);
		if (told->last == DIAL_REQUEST_HEAD)
			tell_head(told, parser);
		if (told->last == DIAL_REQUEST_BODY)
			tell(told, body.ptr, body.len);
	} while (
	    told->last == DIAL_REQUEST_HEAD || told->last == DIAL_REQUEST_BODY);
	free(copy);
}

static void
tell_last(struct telling *told, const struct dial_request_parser *parser)
{
	char status[16];

	snprintf(status, sizeof status, "%d", parser->status);
	tell_text(told, told->in_body ? "|" : "");
	if (told->last == DIAL_REQUEST_BAD)
		assert_non_null(parser->why);
	tell_text(told, told->last == DIAL_REQUEST_END	  ? "end"
			: told->last == DIAL_REQUEST_MORE ? "more"
							  : status);
}

/* piece: how much is fed first; step: how much each time afterwards. */
static void
check(const char *text, size_t len, const char *expected, size_t piece,
    size_t step)
{
	struct dial_request_parser parser = {0};
	struct telling told = {.last = DIAL_REQUEST_MORE};

	feed(&parser, &told, text, piece);
	while (piece < len && told.last == DIAL_REQUEST_MORE) {
		size_t n = step < len - piece ? step : len - piece;

		feed(&parser, &told, text + piece, n);
		piece += n;
	}
	tell_last(&told, &parser);
	assert_string_equal(told.text, expected);
	dial_request_parser_clear(&parser);
}

static void
reads_at_every_split(void **state)
{
	size_t i;
	size_t at;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *text = rows[i].text;
		size_t len = strlen(text);

		print_message("%s\n", text);
		for (at = 0; at <= len; at++)
			check(text, len, rows[i].told, at, len);
		check(text, len, rows[i].told, 0, 1);
	}
}

static void
refuses_nul(void **state)
{
	static const char head[] = "GET / HTTP/1.0\r\nX: a\0b\r\n\r\n";
	static const char line[] = "GET /\0 HTTP/1.0\r\n\r\n";
	static const char trailer[] = CHUNKED "0\r\nX: \0\r\n\r\n";

	(void)state;
	check(head, sizeof head - 1, "400", sizeof head - 1, 1);
	check(line, sizeof line - 1, "400", sizeof line - 1, 1);
	check(trailer, sizeof trailer - 1, "POST / 1 keep||400",
	    sizeof trailer - 1, 1);
}

/* One after the other on one connection, and nothing of one in the next. */
static void
reads_pipelined_requests(void **state)
{
	static const char text[] =
	    POST "Content-Length: 2\r\nX: y\r\n\r\nhiGET /2 HTTP/1.0\r\n\r\n";
	struct dial_request_parser parser = {0};
	struct dial_span in = dial_span_of(text);
	struct dial_span body;

	(void)state;
	assert_false(dial_request_parser_begun(&parser));
	assert_int_equal(
	    dial_request_parser_feed(&parser, &in, &body), DIAL_REQUEST_HEAD);
	assert_true(dial_request_parser_begun(&parser));
	assert_int_equal(
	    dial_request_parser_feed(&parser, &in, &body), DIAL_REQUEST_BODY);
	assert_int_equal(
	    dial_request_parser_feed(&parser, &in, &body), DIAL_REQUEST_END);
	dial_request_parser_reset(&parser);
	assert_false(dial_request_parser_begun(&parser));
	assert_int_equal(
	    dial_request_parser_feed(&parser, &in, &body), DIAL_REQUEST_HEAD);
	assert_true(dial_span_equal(parser.target, "/2"));
	assert_int_equal(parser.head.count, 0);
	assert_int_equal(parser.body_length, 0);
	assert_int_equal(
	    dial_request_parser_feed(&parser, &in, &body), DIAL_REQUEST_END);
	assert_int_equal(in.len, 0);
	dial_request_parser_clear(&parser);
}

/* Feeds before, then n times c, then after; the status, or 0 if it is fine. */
static int
filled(const char *before, size_t n, const char *after)
{
	struct dial_request_parser parser = {0};
	struct telling told = {0};
	char block[1024];
	int status;

	memset(block, 'x', sizeof block);
	feed(&parser, &told, before, strlen(before));
	while (n > 0 && told.last == DIAL_REQUEST_MORE) {
		size_t len = n < sizeof block ? n : sizeof block;

		feed(&parser, &told, block, len);
		n -= len;
	}
	if (told.last == DIAL_REQUEST_MORE)
		feed(&parser, &told, after, strlen(after));
	status = told.last == DIAL_REQUEST_BAD ? parser.status : 0;
	dial_request_parser_clear(&parser);
	return status;
}

/* RESP-01, mirrored: each cap, at it and one past it. */
static void
caps_the_head(void **state)
{
	size_t line = DIAL_REQUEST_LINE_MAX - strlen("GET  HTTP/1.0\r\n");
	size_t head =
	    DIAL_REQUEST_HEAD_MAX - strlen("GET / HTTP/1.0\r\nX: \r\n\r\n");
	size_t method = DIAL_REQUEST_METHOD_MAX;

	(void)state;
	assert_int_equal(filled("GET ", line, " HTTP/1.0\r\n\r\n"), 0);
	assert_int_equal(filled("GET ", line + 1, " HTTP/1.0\r\n\r\n"), 414);
	assert_int_equal(filled("GET ", 100000, ""), 414);
	assert_int_equal(filled("GET / HTTP/1.0\r\nX: ", head, "\r\n\r\n"), 0);
	assert_int_equal(
	    filled("GET / HTTP/1.0\r\nX: ", head + 1, "\r\n\r\n"), 431);
	assert_int_equal(filled("", method, " / HTTP/1.0\r\n\r\n"), 0);
	assert_int_equal(filled("", method + 1, " / HTTP/1.0\r\n\r\n"), 501);
}

static int
with_fields(size_t n)
{
	struct dial_request_parser parser = {0};
	struct telling told = {0};
	int status;

	feed(&parser, &told, "GET / HTTP/1.0\r\n", 16);
	while (n-- > 0 && told.last == DIAL_REQUEST_MORE)
		feed(&parser, &told, "X: y\r\n", 6);
	if (told.last == DIAL_REQUEST_MORE)
		feed(&parser, &told, "\r\n", 2);
	status = told.last == DIAL_REQUEST_BAD ? parser.status : 0;
	dial_request_parser_clear(&parser);
	return status;
}

static void
caps_the_fields(void **state)
{
	(void)state;
	assert_int_equal(with_fields(DIAL_REQUEST_FIELDS_MAX), 0);
	assert_int_equal(with_fields(DIAL_REQUEST_FIELDS_MAX + 1), 431);
	assert_int_equal(with_fields(100000), 431);
}

static void
caps_chunk_lines_and_trailers(void **state)
{
	size_t line = DIAL_REQUEST_CHUNK_LINE_MAX - strlen("0;\r\n");
	size_t trailers = DIAL_REQUEST_TRAILERS_MAX - strlen("X: \r\n\r\n");

	(void)state;
	assert_int_equal(filled(CHUNKED "0;", line, "\r\n\r\n"), 0);
	assert_int_equal(filled(CHUNKED "0;", line + 1, "\r\n\r\n"), 400);
	assert_int_equal(filled(CHUNKED "0\r\nX: ", trailers, "\r\n\r\n"), 0);
	assert_int_equal(
	    filled(CHUNKED "0\r\nX: ", trailers + 1, "\r\n\r\n"), 431);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_at_every_split),
	    cmocka_unit_test(refuses_nul),
	    cmocka_unit_test(reads_pipelined_requests),
	    cmocka_unit_test(caps_the_head),
	    cmocka_unit_test(caps_the_fields),
	    cmocka_unit_test(caps_chunk_lines_and_trailers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
