/* URLs: parts, refusals and the place they show, references, forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "http/url.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
parse(struct dial_url *url, const char *text, unsigned flags)
{
	struct dial_error err = {0};

	if (dial_url_parse(url, dial_span_of(text), flags, &err) == -1)
		fail_msg("%s: %s", text, err.text);
	assert_false(dial_error_is_set(&err));
}

static char *
written(const struct dial_url *url, enum dial_url_form form)
{
	struct dial_buf buf = {0};

	assert_int_equal(dial_url_write(&buf, url, form), 0);
	assert_non_null(dial_buf_terminate(&buf));
	return (char *)buf.data;
}

static void
assert_written(
    const struct dial_url *url, enum dial_url_form form, const char *want)
{
	char *got = written(url, form);

	assert_string_equal(got, want);
	free(got);
}

static void
assert_part(const char *text, const char *got, const char *want)
{
	if ((got == NULL) != (want == NULL) ||
	    (got != NULL && strcmp(got, want) != 0))
		fail_msg("%s: got %s, want %s", text,
		    got == NULL ? "nothing" : got,
		    want == NULL ? "nothing" : want);
}

/* What curl 7.88 makes of the same text, but where a row says otherwise. */
static const struct {
	const char *text;
	unsigned flags;
	struct dial_url want;
} parts[] = {
    {"http://a.test", 0,
	{.scheme = "http", .host = "a.test", .port = 80, .path = "/"}},
    {"HTTPS://A.Test:8443/X/y?Z#f", 0,
	{.scheme = "https",
	    .host = "a.test",
	    .port = 8443,
	    .has_port = true,
	    .path = "/X/y",
	    .query = "Z",
	    .fragment = "f"}},
    {"daytime://a.test", 0,
	{.scheme = "daytime", .host = "a.test", .port = 13, .path = "/"}},
    /* URL-14: no scheme means http, whatever the host is called. */
    {"a.test", DIAL_URL_GUESS,
	{.scheme = "http", .host = "a.test", .port = 80, .path = "/"}},
    {"ftp.a.test/x", DIAL_URL_GUESS,
	{.scheme = "http", .host = "ftp.a.test", .port = 80, .path = "/x"}},
    {"a.test:81/x", DIAL_URL_GUESS,
	{.scheme = "http",
	    .host = "a.test",
	    .port = 81,
	    .has_port = true,
	    .path = "/x"}},
    {"http:8080", DIAL_URL_GUESS,
	{.scheme = "http",
	    .host = "http",
	    .port = 8080,
	    .has_port = true,
	    .path = "/"}},
    {"u:p@a.test", DIAL_URL_GUESS,
	{.scheme = "http",
	    .user = "u",
	    .password = "p",
	    .host = "a.test",
	    .port = 80,
	    .path = "/"}},
    /* Userinfo. */
    {"http://u@a.test/", 0,
	{.scheme = "http",
	    .user = "u",
	    .host = "a.test",
	    .port = 80,
	    .path = "/"}},
    {"http://u:@a.test/", 0,
	{.scheme = "http",
	    .user = "u",
	    .password = "",
	    .host = "a.test",
	    .port = 80,
	    .path = "/"}},
    {"http://:p@a.test/", 0,
	{.scheme = "http",
	    .user = "",
	    .password = "p",
	    .host = "a.test",
	    .port = 80,
	    .path = "/"}},
    {"http://@a.test/", 0,
	{.scheme = "http",
	    .user = "",
	    .host = "a.test",
	    .port = 80,
	    .path = "/"}},
    {"http://u%40x:p%3a%23%2f%3F%40%25@a.test/", 0,
	{.scheme = "http",
	    .user = "u@x",
	    .password = "p:#/?@%",
	    .host = "a.test",
	    .port = 80,
	    .path = "/"}},
    {"http://u;o=1:p!$&'()*+,^{|}~@a.test/", 0,
	{.scheme = "http",
	    .user = "u;o=1",
	    .password = "p!$&'()*+,^{|}~",
	    .host = "a.test",
	    .port = 80,
	    .path = "/"}},
    /* An '@' further on is no userinfo. */
    {"http://a.test/@u:p/x@y?z@", 0,
	{.scheme = "http",
	    .host = "a.test",
	    .port = 80,
	    .path = "/@u:p/x@y",
	    .query = "z@"}},
    {"http://u:p@a.test/@scope/x?y@z", 0,
	{.scheme = "http",
	    .user = "u",
	    .password = "p",
	    .host = "a.test",
	    .port = 80,
	    .path = "/@scope/x",
	    .query = "y@z"}},
    {"http://a.test:80/@u", 0,
	{.scheme = "http",
	    .host = "a.test",
	    .port = 80,
	    .has_port = true,
	    .path = "/@u"}},
    /* URL-01 */
    {"http://a.test#@b.test/x", 0,
	{.scheme = "http",
	    .host = "a.test",
	    .port = 80,
	    .path = "/",
	    .fragment = "@b.test/x"}},
    /* URL-07 */
    {"http://0x7f.1/", 0,
	{.scheme = "http", .host = "127.0.0.1", .port = 80, .path = "/"}},
    {"http://0177.0.0.1/", 0,
	{.scheme = "http", .host = "127.0.0.1", .port = 80, .path = "/"}},
    {"http://2130706433/", 0,
	{.scheme = "http", .host = "127.0.0.1", .port = 80, .path = "/"}},
    {"http://127.1/", 0,
	{.scheme = "http", .host = "127.0.0.1", .port = 80, .path = "/"}},
    {"http://1.2.3/", 0,
	{.scheme = "http", .host = "1.2.0.3", .port = 80, .path = "/"}},
    {"http://a%2etest/", 0,
	{.scheme = "http", .host = "a.test", .port = 80, .path = "/"}},
    {"http://a_b.test./", 0,
	{.scheme = "http", .host = "a_b.test.", .port = 80, .path = "/"}},
    {"http://xn--strae-oqa.test/", 0,
	{.scheme = "http",
	    .host = "xn--strae-oqa.test",
	    .port = 80,
	    .path = "/"}},
    /* PROTOCOL 69 */
    {"http://[0:0:0:0:0:0:0:1]:81/", 0,
	{.scheme = "http",
	    .host = "::1",
	    .port = 81,
	    .has_port = true,
	    .path = "/"}},
    {"http://[fe80::1%257]/", 0,
	{.scheme = "http", .host = "fe80::1%7", .port = 80, .path = "/"}},
    {"http://[fe80::1%7]/", 0,
	{.scheme = "http", .host = "fe80::1%7", .port = 80, .path = "/"}},
    /* URL-08 */
    {"http://a.test:/", 0,
	{.scheme = "http", .host = "a.test", .port = 80, .path = "/"}},
    {"http://a.test:00080/", 0,
	{.scheme = "http",
	    .host = "a.test",
	    .port = 80,
	    .has_port = true,
	    .path = "/"}},
    {"http://a.test:65535/", 0,
	{.scheme = "http",
	    .host = "a.test",
	    .port = 65535,
	    .has_port = true,
	    .path = "/"}},
    /* PROTOCOL 68: encoded as curl encodes, and nothing twice. */
    {"http://a.test/\303\251?\303\251#\303\251", 0,
	{.scheme = "http",
	    .host = "a.test",
	    .port = 80,
	    .path = "/%C3%A9",
	    .query = "%C3%A9",
	    .fragment = "%C3%A9"}},
    {"http://a.test/%zz%4?%#%", 0,
	{.scheme = "http",
	    .host = "a.test",
	    .port = 80,
	    .path = "/%zz%4",
	    .query = "%",
	    .fragment = "%"}},
    {"http://a.test/\"<>^`{|}[x]'\\", 0,
	{.scheme = "http",
	    .host = "a.test",
	    .port = 80,
	    .path = "/\"<>^`{|}[x]'\\"}},
    {"http://a.test/a b?c d#e f", DIAL_URL_ENCODE_SPACE,
	{.scheme = "http",
	    .host = "a.test",
	    .port = 80,
	    .path = "/a%20b",
	    .query = "c+d",
	    .fragment = "e%20f"}},
    {"http://a.test?x/../y", 0,
	{.scheme = "http",
	    .host = "a.test",
	    .port = 80,
	    .path = "/",
	    .query = "x/../y"}},
    {"http://a.test/?#", 0,
	{.scheme = "http",
	    .host = "a.test",
	    .port = 80,
	    .path = "/",
	    .query = "",
	    .fragment = ""}},
    {"http://a.test/x#y#z?", 0,
	{.scheme = "http",
	    .host = "a.test",
	    .port = 80,
	    .path = "/x",
	    .fragment = "y#z?"}},
    {"http://a.test/a/./b/../c", 0,
	{.scheme = "http", .host = "a.test", .port = 80, .path = "/a/c"}},
    {"http://a.test/a/./b/../c", DIAL_URL_PATH_AS_IS,
	{.scheme = "http",
	    .host = "a.test",
	    .port = 80,
	    .path = "/a/./b/../c"}},
    {"http://a.test/../../x", 0,
	{.scheme = "http", .host = "a.test", .port = 80, .path = "/x"}},
    {"http://a.test/a/%2e%2e/c", 0,
	{.scheme = "http",
	    .host = "a.test",
	    .port = 80,
	    .path = "/a/%2e%2e/c"}},
    {"http://a.test//x//../y", 0,
	{.scheme = "http", .host = "a.test", .port = 80, .path = "//x/y"}},
    /* Proxies: curl's default ports. */
    {"p.test", DIAL_URL_PROXY | DIAL_URL_GUESS,
	{.scheme = "http", .host = "p.test", .port = 1080, .path = "/"}},
    {"https://p.test", DIAL_URL_PROXY,
	{.scheme = "https", .host = "p.test", .port = 443, .path = "/"}},
    {"socks5h://p.test", DIAL_URL_PROXY,
	{.scheme = "socks5h", .host = "p.test", .port = 1080, .path = "/"}},
    {"socks://p.test:9050", DIAL_URL_PROXY,
	{.scheme = "socks4",
	    .host = "p.test",
	    .port = 9050,
	    .has_port = true,
	    .path = "/"}},
};

static void
test_parts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(parts); i++) {
		const char *text = parts[i].text;
		const struct dial_url *want = &parts[i].want;
		struct dial_url got;

		parse(&got, text, parts[i].flags);
		assert_part(text, got.scheme, want->scheme);
		assert_part(text, got.user, want->user);
		assert_part(text, got.password, want->password);
		assert_part(text, got.host, want->host);
		assert_part(text, got.path, want->path);
		assert_part(text, got.query, want->query);
		assert_part(text, got.fragment, want->fragment);
		if (got.port != want->port || got.has_port != want->has_port)
			fail_msg("%s: port %u", text, (unsigned)got.port);
		dial_url_clear(&got);
	}
}

/* What is refused; at is where ">>>" must stand, or NULL. */
static const struct {
	const char *text;
	unsigned flags;
	const char *at;
	const char *why;
} refused[] = {
    {"", DIAL_URL_GUESS, NULL, "empty"},
    {"a.test", 0, ">>>a.test", "no scheme"},
    {"http:a.test", DIAL_URL_GUESS, "http:>>>a.test", "\"//\""},
    {"http:/a.test/x", DIAL_URL_GUESS, "http:>>>/a.test/x", "\"//\""},
    {"https:", DIAL_URL_GUESS, "https:>>>", "\"//\""},
    {"://a", DIAL_URL_GUESS, ">>>://a", "scheme"},
    {"1http://a", DIAL_URL_GUESS, ">>>1http://a", "scheme"},
    {"javascript:x", DIAL_URL_GUESS, "javascript:>>>x", "port"},
    {" http://a.test/", DIAL_URL_GUESS, ">>> http", "scheme"},
    /* URL-06, PROTOCOL 7 */
    {"http://:80/", 0, "http://>>>:80/", "no host"},
    {"http:///", 0, "http://>>>/", "no host"},
    {"http:///x", 0, "http://>>>/x", "no host"},
    {"http://", 0, "http://>>>", "no host"},
    {"http://u:p@/", 0, "http://***@>>>/", "no host"},
    {"//a.test/x", DIAL_URL_GUESS, ">>>//a.test/x", "no host"},
    {"/x", DIAL_URL_GUESS, ">>>/x", "no host"},
    {"?", DIAL_URL_GUESS, ">>>?", "no host"},
    {"http://./", 0, "http://>>>./", "empty label"},
    {"http://a..test/", 0, "http://>>>a..test/", "empty label"},
    /* URL-02 */
    {"http://a.test%2fb.test/", 0, "http://>>>a.test%2f", "letters"},
    {"http://a%00.test/", 0, "http://a>>>%00", "letters"},
    {"http://a%23.test/", 0, "http://>>>a%23", "letters"},
    {"http://a%40b/", 0, "http://>>>a%40b", "letters"},
    {"http://a%0d/", 0, "http://a>>>%0d", "letters"},
    {"http://a%zz/", 0, "http://a>>>%zz", "letters"},
    {"http://a%/", 0, "http://a>>>%/", "letters"},
    {"http://a b.test/", 0, "http://a>>> b", "letters"},
    {"http://a\\b/", 0, "http://a>>>\\b/", "letters"},
    {"\\\\a.test\\x", DIAL_URL_GUESS, ">>>\\\\a", "letters"},
    {"http://a|b/", 0, "http://a>>>|b/", "letters"},
    {"http://a!b/", 0, "http://a>>>!b/", "letters"},
    /* URL-10 */
    {"http://stra\303\237e.test/", DIAL_URL_ASCII_HOST, "http://stra>>>",
	"A-label"},
    {"http://stra%C3%9Fe.test/", DIAL_URL_ASCII_HOST, "http://>>>stra",
	"A-label"},
    {"http://%C3%9F.test/", DIAL_URL_ASCII_HOST, "http://>>>%C3%9F", "A-label"},
    /* URL-05 */
    {"http://[::1]x/", 0, "http://[::1]>>>x/", "port"},
    {"http://[::1]:80x/", 0, "http://[::1]:80>>>x/", "65535"},
    {"http://[a.test]/", 0, "http://>>>[a.test]", "IPv6"},
    {"http://[1.2.3.4]/", 0, "http://>>>[1.2.3.4]", "IPv6"},
    {"http://[::1%25]/", 0, "http://[::1%25>>>]/", "zone"},
    {"http://[::1%]/", 0, "http://[::1%>>>]", "zone"},
    {"http://[]/", 0, "http://>>>[]", "IPv6"},
    {"http://[v1.a]/", 0, "http://>>>[v1.a]", "IPv6"},
    {"http://[::1/", 0, "http://>>>[::1/", "never closed"},
    {"http://::1]/", 0, "http://>>>::1]/", "brackets"},
    {"http://::1/", 0, "http://>>>::1/", "brackets"},
    {"http://[::1]@b.test/", 0, "http://>>>***@b.test/", "%3A"},
    /* URL-07: what looks like a number must be one. */
    {"http://256.1/", 0, "http://>>>256.1/", "none"},
    {"http://1.2.3.4.5/", 0, "http://>>>1.2.3.4.5/", "none"},
    {"http://08.1.1.1/", 0, "http://>>>08.1.1.1/", "none"},
    /* URL-08 */
    {"http://a.test:0/", 0, "http://a.test:>>>0/", "65535"},
    {"http://a.test:65536/", 0, "http://a.test:>>>65536/", "65535"},
    {"http://a.test:-1/", 0, "http://a.test:>>>-1/", "65535"},
    {"http://a.test: 80/", 0, "http://a.test:>>> 80/", "65535"},
    {"http://a.test:80:80/", 0, "http://>>>a.test:80:80/", "brackets"},
    {"http://a.test:0000000080/", 0, "http://a.test:>>>00", "65535"},
    {"http://a.test:80x/", 0, "http://a.test:80>>>x/", "65535"},
    {"a.test:x", DIAL_URL_GUESS, "a.test:>>>x", "65535"},
    /* INJ-01 */
    {"http://a.test/a b", 0, "http://a.test/a>>> b", "%20"},
    {"http://a.test/x\r\nX: y", 0, "/x>>>\\x0d\\x0aX: y", "%0D"},
    {"http://a.test/?\n", 0, "/?>>>\\x0a", "%0A"},
    {"http://a.test/\t", DIAL_URL_ENCODE_SPACE, "/>>>\\x09", "%09"},
    {"http://a.test/\177", 0, "/>>>\\x7f", "%7F"},
    {"http://a.test/#\001", 0, "/#>>>\\x01", "%01"},
    {"http://a.test\r/", 0, "a.test>>>\\x0d/", "letters"},
    {"http://u\r:SECRET@a.test/", 0, "//>>>***@a.test/", "%0D"},
    {"http://u:SECRET\303\251@a.test/", 0, "//>>>***@a.test/", "%C3"},
    {"http://u:SECRET%0a@a.test/", 0, "//>>>***@a.test/", "%25"},
    {"http://u:SECRET%00@a.test/", 0, "//>>>***@a.test/", "%25"},
    {"http://u:SECRET%zz@a.test/", 0, "//>>>***@a.test/", "%25"},
    {"http://u:SECRET%4@a.test/", 0, "//>>>***@a.test/", "%25"},
    {"http://a.test\\@b.test/", 0, "//>>>***@b.test/", "%5C"},
    /* CRED-14: no byte of a password is taken for a host, nor shown. */
    {"http://u:SEC@RET@a.test/", 0, "//>>>***@a.test/", "%40"},
    {"http://u:SEC#RET@a.test/", 0, "//>>>***@a.test/", "%23"},
    {"http://u:SEC/RET@a.test/", 0, "//>>>***@a.test/", "%2F"},
    {"http://u:SEC?RET@a.test/", 0, "//>>>***@a.test/", "%3F"},
    {"http://u:SEC:RET@a.test/", 0, "//>>>***@a.test/", "%3A"},
    {"http://u:#SECRET@a.test/", 0, "//>>>***@a.test/", "%23"},
    {"http://u:99999/SECRET@a.test/", 0, "//>>>***@a.test/", "%2F"},
    {"http://user:p@ss#SECRET@host", 0, "//>>>***@host", "%23"},
    {"http://user:p@ss?SECRET@host", 0, "//>>>***@host", "%3F"},
    {"http://user:p@ss/SECRET@host", 0, "//>>>***@host", "%2F"},
    {"http://user:p@SEC@RET#x@host", 0, "//>>>***", "%40"},
    {"user:p@ss#SECRET@host", DIAL_URL_PROXY | DIAL_URL_GUESS, ">>>***@host",
	"%23"},
    {"http://u:SECRET@a.test:x/", 0, "//***@a.test:>>>x/", "65535"},
    {"http://u:SECRET@a.test/x y", 0, "//***@a.test/x>>> y", "%20"},
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		const char *text = refused[i].text;
		struct dial_error err = {0};
		struct dial_url url;

		if (dial_url_parse(
			&url, dial_span_of(text), refused[i].flags, &err) == 0)
			fail_msg("%s was accepted", text);
		dial_url_clear(&url);
		assert_int_equal(dial_error_exit_code(&err), 3);
		if (strstr(err.text, refused[i].why) == NULL ||
		    (refused[i].at != NULL &&
			strstr(err.text, refused[i].at) == NULL))
			fail_msg("%s: got %s\nwant %s and %s", text, err.text,
			    refused[i].why, refused[i].at);
		assert_null(strstr(err.text, "SEC"));
		assert_null(strstr(err.text, "RET"));
	}
}

/* URL-12 and URL-14: schemes that dial does not speak, or not there. */
static void
test_schemes(void **state)
{
	static const struct {
		const char *text;
		unsigned flags;
	} rows[] = {
	    {"ftp://a.test/", DIAL_URL_GUESS},
	    {"file:///etc/passwd", DIAL_URL_GUESS},
	    {"gopher://a/", 0},
	    {"javascript:x", 0},
	    {"data:x", DIAL_URL_HTTP_ONLY},
	    {"daytime://a.test/", DIAL_URL_HTTP_ONLY},
	    {"daytime://a.test/", DIAL_URL_PROXY},
	    {"socks5://a.test/", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dial_error err = {0};
		struct dial_url url;

		assert_int_equal(
		    dial_url_parse(
			&url, dial_span_of(rows[i].text), rows[i].flags, &err),
		    -1);
		assert_int_equal(err.domain, DIAL_URL);
		assert_int_equal(err.number, DIAL_URL_SCHEME);
		assert_int_equal(dial_error_exit_code(&err), 1);
	}
}

/* URL-09: one byte at the cap is the last that is taken. */
static void
test_longest(void **state)
{
	static char text[DIAL_URL_MAX + 2];
	struct dial_error err = {0};
	struct dial_url url;
	size_t prefix = strlen("http://a.test/");

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "http://a.test/", prefix);
	text[DIAL_URL_MAX] = '\0';
	parse(&url, text, 0);
	assert_int_equal(strlen(url.path), DIAL_URL_MAX - prefix + 1);
	dial_url_clear(&url);

	text[DIAL_URL_MAX] = 'x';
	assert_int_equal(dial_url_parse(&url, dial_span_of(text), 0, &err), -1);
	assert_non_null(strstr(err.text, "65536 bytes"));
	dial_error_clear(&err);
	assert_int_equal(
	    dial_url_resolve(&url, &(struct dial_url){.scheme = "http"},
		dial_span_of(text), 0, &err),
	    -1);
	assert_non_null(strstr(err.text, "65536 bytes"));
}

/* URL-09: the place is shown, not the whole of a long URL. */
static void
test_long_excerpt(void **state)
{
	static char text[4000];
	struct dial_error err = {0};
	struct dial_url url;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "http://a.test/", strlen("http://a.test/"));
	text[2000] = ' ';
	assert_int_equal(dial_url_parse(&url, dial_span_of(text), 0, &err), -1);
	assert_non_null(strstr(err.text, "at byte 2001 (\" \")"));
	assert_non_null(strstr(err.text, ": ...xxx"));
	assert_non_null(strstr(err.text, "x>>> x"));
	assert_string_equal(err.text + strlen(err.text) - 4, "x...");
	assert_true(strlen(err.text) < 300);
}

/* PROTOCOL 68, URL-15: RFC 3986 5.4, then rows of our own. */
static const struct {
	const char *reference;
	const char *want; /* NULL: refused */
} references[] = {
    {"g:h", NULL},
    {"g", "http://a/b/c/g"},
    {"./g", "http://a/b/c/g"},
    {"g/", "http://a/b/c/g/"},
    {"/g", "http://a/g"},
    {"//g", "http://g/"},
    {"?y", "http://a/b/c/d;p?y"},
    {"g?y", "http://a/b/c/g?y"},
    {"#s", "http://a/b/c/d;p?q#s"},
    {"g#s", "http://a/b/c/g#s"},
    {"g?y#s", "http://a/b/c/g?y#s"},
    {";x", "http://a/b/c/;x"},
    {"g;x", "http://a/b/c/g;x"},
    {"g;x?y#s", "http://a/b/c/g;x?y#s"},
    {"", "http://a/b/c/d;p?q"},
    {".", "http://a/b/c/"},
    {"./", "http://a/b/c/"},
    {"..", "http://a/b/"},
    {"../", "http://a/b/"},
    {"../g", "http://a/b/g"},
    {"../..", "http://a/"},
    {"../../", "http://a/"},
    {"../../g", "http://a/g"},
    {"../../../g", "http://a/g"},
    {"../../../../g", "http://a/g"},
    {"/./g", "http://a/g"},
    {"/../g", "http://a/g"},
    {"g.", "http://a/b/c/g."},
    {".g", "http://a/b/c/.g"},
    {"g..", "http://a/b/c/g.."},
    {"..g", "http://a/b/c/..g"},
    {"./../g", "http://a/b/g"},
    {"./g/.", "http://a/b/c/g/"},
    {"g/./h", "http://a/b/c/g/h"},
    {"g/../h", "http://a/b/c/h"},
    {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
    {"g;x=1/../y", "http://a/b/c/y"},
    {"g?y/./x", "http://a/b/c/g?y/./x"},
    {"g?y/../x", "http://a/b/c/g?y/../x"},
    {"g#s/./x", "http://a/b/c/g#s/./x"},
    {"g#s/../x", "http://a/b/c/g#s/../x"},
    {"http:g", NULL}, /* strict: and http needs a host */
    /* PROTOCOL 4's extra rows, and more. */
    {"//b.test:81/x", "http://b.test:81/x"},
    {"//b.test?x", "http://b.test/?x"},
    {"//b.test#x", "http://b.test/#x"},
    {"//B.TEST/../x", "http://b.test/x"},
    {"http://[::1]/", "http://[::1]/"},
    {"\\\\b.test\\x", "http://a/b/c/\\\\b.test\\x"},
    {"/a b", "http://a/a%20b"},
    {"a b?c d#e f", "http://a/b/c/a%20b?c+d#e%20f"},
    {"? ", "http://a/b/c/d;p?+"},
    {"a? b?c #d?e f", "http://a/b/c/a?+b?c+#d?e%20f"},
    {"/\303\251?\303\251", "http://a/%C3%A9?%C3%A9"},
    {"?", "http://a/b/c/d;p?"},
    {"#", "http://a/b/c/d;p?q#"},
    {"//", NULL},
    {"///x", NULL},
    {"http:///x", NULL},
    {"http:/x", NULL},
    {"javascript:x", NULL},
    {"a:b", NULL},
    {"./a:b", "http://a/b/c/a:b"},
    {"1:b", "http://a/b/c/1:b"},
    {"HTTPS://B.test", "https://b.test/"},
    {"//b .test/", NULL},
    {"/x\ty", NULL},
    {"/x\ny", NULL},
    {"//u:p@ss#word@host", NULL},
    {"g/../../h?z", "http://a/b/h?z"},
    {"..//g", "http://a/b//g"},
};

static void
test_references(void **state)
{
	struct dial_url base;

	(void)state;
	parse(&base, "http://a/b/c/d;p?q", 0);
	for (size_t i = 0; i < COUNT(references); i++) {
		const char *text = references[i].reference;
		struct dial_error err = {0};
		struct dial_url url;
		char *got;
		int result;

		result = dial_url_resolve(&url, &base, dial_span_of(text),
		    DIAL_URL_ENCODE_SPACE | DIAL_URL_HTTP_ONLY, &err);
		if ((result == 0) != (references[i].want != NULL))
			fail_msg("%s: %s", text, err.text);
		if (result == 0) {
			got = written(&url, DIAL_URL_WHOLE);
			assert_string_equal(got, references[i].want);
			free(got);
		}
		dial_url_clear(&url);
	}
	dial_url_clear(&base);
}

/* URL-15, PROTOCOL 48: a fragment is inherited (RFC 9110 10.2.2), userinfo
 * only where the authority is. */
static void
test_inherited(void **state)
{
	static const struct {
		const char *reference;
		const char *want;
	} rows[] = {
	    {"g", "http://u:***@a:81/b/g#f"},
	    {"?y", "http://u:***@a:81/b/c?y#f"},
	    {"", "http://u:***@a:81/b/c?q#f"},
	    {"/g#s", "http://u:***@a:81/g#s"},
	    {"#", "http://u:***@a:81/b/c?q#"},
	    {"//a:81/g", "http://a:81/g#f"},
	    {"http://b.test/", "http://b.test/#f"},
	    {"http://b.test/#s", "http://b.test/#s"},
	};
	struct dial_url base, url;

	(void)state;
	parse(&base, "http://u:p@a:81/b/c?q#f", 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(dial_url_resolve(&url, &base,
				     dial_span_of(rows[i].reference), 0, NULL),
		    0);
		assert_written(&url, DIAL_URL_WHOLE, rows[i].want);
		dial_url_clear(&url);
	}
	dial_url_clear(&base);
}

/* PROTOCOL 1 to 6: none of the wire's forms has userinfo or a zone. */
static void
test_forms(void **state)
{
	static const struct {
		const char *text;
		const char *want[6]; /* by enum dial_url_form */
	} rows[] = {
	    {"http://u%2F:p@a.test/x?y#z",
		{"/x?y", "http://a.test/x?y", "a.test:80", "a.test",
		    "http://u%2F:***@a.test/x?y#z", "http://a.test/x?y#z"}},
	    {"https://u@a.test:444?",
		{"/?", "https://a.test:444/?", "a.test:444", "a.test:444",
		    "https://u@a.test:444/?", "https://a.test:444/?"}},
	    {"http://a.test:80", {"/", "http://a.test/", "a.test:80", "a.test",
				     "http://a.test:80/", "http://a.test/"}},
	    {"https://[FE80::1%257]",
		{"/", "https://[fe80::1]/", "[fe80::1]:443", "[fe80::1]",
		    "https://[fe80::1%257]/", "https://[fe80::1]/"}},
	};
	struct dial_url url;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		parse(&url, rows[i].text, 0);
		for (int form = 0; form < 6; form++)
			assert_written(
			    &url, (enum dial_url_form)form, rows[i].want[form]);
		dial_url_clear(&url);
	}
}

static void
test_origins(void **state)
{
	static const struct {
		const char *text;
		bool same;
	} rows[] = {
	    {"http://A.test:80/other", true},
	    {"http://u:p@a.test", true},
	    {"https://a.test", false},
	    {"https://a.test:80", false},
	    {"http://a.test:81", false},
	    {"http://b.test", false},
	    {"http://a.test.", false},
	};
	struct dial_url a, b;

	(void)state;
	parse(&a, "http://a.test/", 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		parse(&b, rows[i].text, 0);
		if (dial_url_same_origin(&a, &b) != rows[i].same)
			fail_msg("%s", rows[i].text);
		dial_url_clear(&b);
	}
	dial_url_clear(&a);
}

static void
test_copy(void **state)
{
	struct dial_url url, copy;

	(void)state;
	parse(&url, "http://u:p@a.test:81/x?y#z", 0);
	assert_int_equal(dial_url_copy(&copy, &url, NULL), 0);
	dial_url_clear(&url);
	assert_string_equal(copy.password, "p");
	assert_written(&copy, DIAL_URL_WHOLE, "http://u:***@a.test:81/x?y#z");
	dial_url_clear(&copy);
	dial_url_clear(&copy);
}

static void
test_default_ports(void **state)
{
	(void)state;
	assert_int_equal(dial_url_default_port("http"), 80);
	assert_int_equal(dial_url_default_port("https"), 443);
	assert_int_equal(dial_url_default_port("daytime"), 13);
	assert_int_equal(dial_url_default_port("ftp"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parts),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_schemes),
	    cmocka_unit_test(test_longest),
	    cmocka_unit_test(test_long_excerpt),
	    cmocka_unit_test(test_references),
	    cmocka_unit_test(test_inherited),
	    cmocka_unit_test(test_forms),
	    cmocka_unit_test(test_origins),
	    cmocka_unit_test(test_copy),
	    cmocka_unit_test(test_default_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
