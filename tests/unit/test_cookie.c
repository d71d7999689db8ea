/*
 * COOK-01, COOK-05, COOK-07, COOK-08, COOK-16, PROTOCOL 63, PROTOCOL 64,
 * PROTOCOL 67: RFC 6265 in tables of our own: dates (5.1.1), domains (5.1.3),
 * paths (5.1.4) and what Set-Cookie says (5.2).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "http/cookie.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])
#define NOW	    INT64_C(1800000000)

static void
test_dates(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds; /* -1: no date */
	} rows[] = {
	    {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
	    {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
	    {"Sun Nov  6 08:49:37 1994", 784111777},
	    {"Sun, 06-Nov-1994 08:49:37 GMT", 784111777},
	    {"06 Nov 1994 08:49:37", 784111777},
	    {"08:49:37 1994 nov 6", 784111777},
	    {"6 NOVEMBER 1994 8:49:37", 784111777},
	    {"6 novella 94 8:49:37", 784111777},
	    {"Sun,06/Nov/1994;08:49:37+0200", 784111777},
	    {"Sun, 06 Nov 1994 08:49:37 GMT+5", 784111777},
	    {"06 Nov 1994 08:49:37x9", 784111777},
	    {"06th Nov 1994 08:49:37", 784111777},
	    {"  06 Nov 1994 08:49:37  ", 784111777},
	    {"06 Nov 1994 08:49:37 07 Dec 1995 01:01:01", 784111777},
	    {"01 Jan 70 00:00:00", 0},
	    {"01 Jan 69 00:00:00", INT64_C(3124224000)},
	    {"01 Jan 99 00:00:00", 915148800},
	    {"01 Jan 00 00:00:00", 946684800},
	    {"01 Jan 1601 00:00:00", INT64_C(-11644473600)},
	    {"29 Feb 2036 00:00:00", INT64_C(2087856000)},
	    {"01 Jan 1600 00:00:00", -1},
	    {"29 Feb 2037 00:00:00", -1},
	    {"00 Jan 2037 00:00:00", -1},
	    {"32 Jan 2037 00:00:00", -1},
	    {"01 Jan 2037 24:00:00", -1},
	    {"01 Jan 2037 00:60:00", -1},
	    {"01 Jan 2037 00:00:60", -1},
	    {"01 Jan 2037 00:00", -1},
	    {"01 Jan 2037 0:0:000", -1},
	    {"01 Jan 2037", -1},
	    {"01 01 2037 00:00:00", -1},
	    {"Jan 2037 00:00:00", -1},
	    {"01 Jan 00:00:00", -1},
	    {"01 Jan 20370 00:00:00", -1},
	    {"2037-01-02 03:04:05", -1},
	    {"tomorrow", -1},
	    {"", -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t seconds = -1;
		bool is =
		    dial_cookie_date(dial_span_of(rows[i].text), &seconds);

		if (is != (rows[i].seconds != -1) ||
		    (is && seconds != rows[i].seconds))
			fail_msg("'%s' is %d, %lld", rows[i].text, is,
			    (long long)seconds);
	}
}

static void
test_domains(void **state)
{
	static const struct {
		const char *host, *domain;
		bool matches;
	} rows[] = {
	    {"a.test", "a.test", true},
	    {"A.TEST", "a.Test", true},
	    {"x.a.test", "a.test", true},
	    {"y.x.a.test", "a.test", true},
	    {"example.test", "ample.test", false},
	    {"a.test", "x.a.test", false},
	    {"a.test", "test", true},
	    {"a.test", "", false},
	    {"", "", true},
	    {"a.test", ".a.test", false},
	    {"a.test.", "a.test", false},
	    {"127.0.0.1", "127.0.0.1", true},
	    {"127.0.0.1", "0.0.1", false},
	    {"127.0.0.1", "1", false},
	    {"::1", "::1", true},
	    {"fe80::1.2.3.4", "2.3.4", false},
	    {"x127.0.0.1.test", "0.0.1.test", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (dial_cookie_domain_matches(dial_span_of(rows[i].host),
			dial_span_of(rows[i].domain)) != rows[i].matches)
			fail_msg("%s in '%s'", rows[i].host, rows[i].domain);
}

static void
test_default_paths(void **state)
{
	static const struct {
		const char *url, *path;
	} rows[] = {
	    {"/", "/"},
	    {"/x", "/"},
	    {"/x/", "/x/"},
	    {"/x/y", "/x/"},
	    {"//", "//"},
	    {"", "/"},
	    {"*", "/"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dial_span path =
		    dial_cookie_default_path(dial_span_of(rows[i].url));

		if (!dial_span_equal(path, rows[i].path))
			fail_msg("%s gives %.*s", rows[i].url, (int)path.len,
			    path.ptr);
	}
}

static void
test_paths(void **state)
{
	static const struct {
		const char *url, *cookie;
		bool matches;
	} rows[] = {
	    {"/", "/", true},
	    {"/x", "/", true},
	    {"/x", "/x", true},
	    {"/x/", "/x", true},
	    {"/x/y", "/x", true},
	    {"/x/y", "/x/", true},
	    {"/x", "/x/", true},
	    {"/xy", "/x", false},
	    {"/xy", "/x/", false},
	    {"/X", "/x", false},
	    {"/", "/x", false},
	    {"/x", "//", false},
	    {"//y", "//", true},
	    {"/x", "", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (dial_cookie_path_matches(dial_span_of(rows[i].url),
			dial_span_of(rows[i].cookie)) != rows[i].matches)
			fail_msg("%s in '%s'", rows[i].url, rows[i].cookie);
}

/* "name|value|domain|path|flags|expires"; NULL: no cookie. */
static char *
told(struct dial_span text)
{
	struct dial_cookie c;
	const char *why;

	if (!dial_cookie_parse(&c, text, NOW, &why)) {
		assert_non_null(why);
		return NULL;
	}
	assert_null(why);
	return dial_text_format("%.*s|%.*s|%.*s|%.*s|%s%s|%lld",
	    (int)c.name.len, c.name.ptr, (int)c.value.len, c.value.ptr,
	    (int)c.domain.len, c.domain.ptr == NULL ? "" : c.domain.ptr,
	    (int)c.path.len, c.path.ptr == NULL ? "" : c.path.ptr,
	    c.secure ? "s" : "", c.http_only ? "h" : "",
	    (long long)(c.expires > NOW ? c.expires - NOW : c.expires));
}

static void
test_set_cookie(void **state)
{
	static const struct {
		const char *text, *told;
	} rows[] = {
	    {"a=b", "a|b||||0"},
	    {" a = b ", "a|b||||0"},
	    {"a=", "a|||||0"},
	    {"a=b=c", "a|b=c||||0"},
	    {"a=\"b\"", "a|\"b\"||||0"},
	    {"a=\"b;c\"", "a|\"b||||0"},
	    {"a=b c,d", "a|b c,d||||0"},
	    {"a=\303\251", "a|\303\251||||0"},
	    {"; a=b", "a|b||||0"},
	    {"a", NULL},
	    {"=b", NULL},
	    {"=", NULL},
	    {"", NULL},
	    {";", NULL},
	    {"a; b=c", NULL},
	    {"a=b;c=d;path=/x", "a|b||/x||0"},
	    {"a=b; SECURE; httponly", "a|b|||sh|0"},
	    {"a=b; secure=no; HttpOnly=1", "a|b|||sh|0"},
	    {"a=b; domain=a.test", "a|b|a.test|||0"},
	    {"a=b; Domain=.A.test", "a|b|A.test|||0"},
	    {"a=b; domain=..a.test", "a|b|.a.test|||0"},
	    {"a=b; domain=", "a|b||||0"},
	    {"a=b; domain=.", "a|b|.|||0"},
	    {"a=b; domain=x; domain=y", "a|b|y|||0"},
	    {"a=b; domain=x; domain=", "a|b|x|||0"},
	    {"a=b; path=/x; path=/y", "a|b||/y||0"},
	    {"a=b; path=/x; path=", "a|b||||0"},
	    {"a=b; path=x", "a|b||||0"},
	    {"a=b; path=\"/x\"", "a|b||/x||0"},
	    {"a=b; path=\"", "a|b||||0"},
	    {"a=b; path=\"\"", "a|b||||0"},
	    {"a=b; path", "a|b||||0"},
	    {"a=b; max-age=10", "a|b||||10"},
	    {"a=b; max-age=\"10\"", "a|b||||10"},
	    {"a=b; max-age=0", "a|b||||1"},
	    {"a=b; max-age=-5", "a|b||||1"},
	    {"a=b; max-age=-", "a|b||||0"},
	    {"a=b; max-age=", "a|b||||0"},
	    {"a=b; max-age=1x", "a|b||||0"},
	    {"a=b; max-age=+1", "a|b||||0"},
	    {"a=b; max-age=10; max-age=0", "a|b||||1"},
	    {"a=b; max-age=9223372036854775807", "a|b||||9223372035054775807"},
	    {"a=b; max-age=99999999999999999999", "a|b||||9223372035054775807"},
	    {"a=b; expires=Fri, 15 Jan 2027 08:01:00 GMT", "a|b||||60"},
	    {"a=b; expires=Fri, 15 Jan 2027 07:59:00 GMT", "a|b||||1799999940"},
	    {"a=b; expires=Thu, 01 Jan 1970 00:00:00 GMT", "a|b||||1"},
	    {"a=b; expires=Thu, 01 Jan 1920 00:00:00 GMT", "a|b||||1"},
	    {"a=b; expires=never", "a|b||||0"},
	    {"a=b; max-age=5; expires=Thu, 01 Jan 1970 00:00:00 GMT",
		"a|b||||5"},
	    {"a=b; expires=Thu, 01 Jan 1970 00:00:00 GMT; max-age=5",
		"a|b||||5"},
	    {"a\tb=c", NULL},
	    {"a=b\tc", NULL},
	    {"a=\tb\t", "a|b||||0"},
	    {"a=b; path=/\tx", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text = told(dial_span_of(rows[i].text));

		if ((text == NULL) != (rows[i].told == NULL) ||
		    (text != NULL && strcmp(text, rows[i].told) != 0))
			fail_msg("'%s' says %s", rows[i].text,
			    text == NULL ? "nothing" : text);
		free(text);
	}
}

static void
test_control_bytes(void **state)
{
	char text[] = "a_b=c_d; path=/e_f";
	static const size_t places[] = {1, 5, 16};

	(void)state;
	for (int c = 0; c < 256; c++)
		for (size_t i = 0; i < COUNT(places); i++) {
			bool control =
			    c < 0x20 || c == 0x7f || (c == ';' && i == 0);
			char *said;

			text[places[i]] = (char)c;
			said = told(dial_span_make(text, sizeof text - 1));
			if ((said == NULL) != control)
				fail_msg("byte %d at %zu", c, places[i]);
			free(said);
			text[places[i]] = '_';
		}
}

/* N is taken, and N + 1 is not. */
static void
test_caps(void **state)
{
	static char text[DIAL_COOKIE_LINE_MAX + 2];
	struct dial_cookie cookie;
	const char *why;

	(void)state;
	memset(text, 'x', sizeof text);
	memcpy(text, "a=", 2);
	assert_true(dial_cookie_parse(&cookie,
	    dial_span_make(text, DIAL_COOKIE_PAIR_MAX + 1), NOW, &why));
	assert_false(dial_cookie_parse(&cookie,
	    dial_span_make(text, DIAL_COOKIE_PAIR_MAX + 2), NOW, &why));

	memcpy(text, "a=b;path=/", 10);
	assert_true(dial_cookie_parse(&cookie,
	    dial_span_make(text, 9 + DIAL_COOKIE_ATTRIBUTE_MAX), NOW, &why));
	assert_int_equal(cookie.path.len, DIAL_COOKIE_ATTRIBUTE_MAX);
	assert_true(dial_cookie_parse(&cookie,
	    dial_span_make(text, 10 + DIAL_COOKIE_ATTRIBUTE_MAX), NOW, &why));
	assert_int_equal(cookie.path.len, 0);

	assert_true(dial_cookie_parse(
	    &cookie, dial_span_make(text, DIAL_COOKIE_LINE_MAX), NOW, &why));
	assert_false(dial_cookie_parse(&cookie,
	    dial_span_make(text, DIAL_COOKIE_LINE_MAX + 1), NOW, &why));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_dates),
	    cmocka_unit_test(test_domains),
	    cmocka_unit_test(test_default_paths),
	    cmocka_unit_test(test_paths),
	    cmocka_unit_test(test_set_cookie),
	    cmocka_unit_test(test_control_bytes),
	    cmocka_unit_test(test_caps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
