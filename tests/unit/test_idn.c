/* URL-10: host names that are not ASCII, from the library to the URL; and what
 * becomes of them where there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "http/url.h"
#include "transport/endpoint.h"
#include "transport/given.h"
#include "transport/idn.h"

#define STRASSE "stra\303\237e.test"
#define A_LABEL "xn--strae-oqa.test"
#define E_ACUTE "\303\251"
#define EIGHT	E_ACUTE E_ACUTE E_ACUTE E_ACUTE E_ACUTE E_ACUTE E_ACUTE E_ACUTE

static void
need_library(void)
{
	char library[64];

#ifndef HAVE_LIBIDN2
	print_message("built without libidn2\n");
	skip();
#endif
	assert_true(dial_idn_library(library, sizeof library));
	assert_true(strncmp(library, "libidn2 ", 8) == 0);
}

/* What curl makes of them, too. */
static const struct {
	const char *name, *host;
} good[] = {
    {STRASSE, A_LABEL},
    {"STRA\303\237E.Test", A_LABEL},
    {"e\314\201.test", "xn--9ca.test"},			  /* composed first */
    {"a\343\200\202b.\303\237.test", "a.b.xn--zca.test"}, /* U+3002 */
    {"a\357\274\216test", "a.test"},			  /* U+FF0E */
    {"\303\237.test\343\200\202", "xn--zca.test."},
    {"\342\230\203.test", "xn--n3h.test"}, /* IDNA2003 alone has it */
    {"a\342\200\215.test", "a.test"},	   /* ZWJ */
    {"a\302\255b.test", "ab.test"},	   /* soft hyphen */
    {"\327\220a.test", "xn--a-zhc.test"},
    {"a_\303\237.test", "xn--a_-hia.test"},
    {A_LABEL ".\303\237", A_LABEL ".xn--zca"},
    {"\346\227\245\346\234\254.test", "xn--wgv71a.test"},
    /* A literal is one in whatever digits. */
    {"\357\274\221\357\274\222\357\274\227.0.0.1", "127.0.0.1"},
    {EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT E_ACUTE ".test",
	"xn--9c"
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	".test"},
};

static const struct {
	const char *name, *why;
} bad[] = {
    {"a\377.test", "neither"},
    {"\303", "neither"},
    {"\355\240\200.test", "neither"}, /* a surrogate */
    {"\300\257.test", "neither"},     /* "/" in two bytes */
    {"-\303\237.test", "hyphen"},
    {"ab--\303\237.test", "two hyphens"},
    {"xn--\303\251.test", "A-label"},
    {"xn--example-.\303\237.test", "A-label"},
    {"a\302\200b.test", "no international"},	 /* a control */
    {"a\342\200\256b.test", "no international"}, /* turns the text */
    {EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT E_ACUTE E_ACUTE ".test",
	"63 bytes"},
    {"\303\237..test", "empty label"},
    {"\343\200\202test", "empty label"},
    {"\302\255.test", "empty label"},
    {"\302\255", "missing"},
    /* What maps to a byte that is none of a name. */
    {"a\357\274\217b.test", "stands for"},		    /* U+FF0F: / */
    {"a\342\204\200b.test", "stands for"},		    /* U+2100: a/c */
    {"a\342\204\205b.test", "stands for"},		    /* U+2105: c/o */
    {"a\357\274\240b.test", "stands for"},		    /* U+FF20: @ */
    {"a\357\274\232b.test", "stands for"},		    /* U+FF1A: : */
    {"\357\274\232\357\274\232\357\274\221", "stands for"}, /* ::1 */
    {"a\357\274\205b.test", "stands for"},		    /* U+FF05: % */
    {"a\357\274\237b.test", "stands for"},		    /* U+FF1F: ? */
    {"a\357\274\203b.test", "stands for"},		    /* U+FF03: # */
    {"a\357\274\274b.test", "stands for"},		    /* U+FF3C: \ */
    {"a\357\274\273b.test", "stands for"},		    /* U+FF3B: [ */
    {"a\343\200\200b.test", "stands for"},		    /* U+3000: space */
    {"a\302\240b.test", "stands for"},			    /* U+00A0: space */
    {"a\303\237 b.test", "stands for"},
    {"a\303\237/b.test", "stands for"},
    {"a\303\237\nb.test", "stands for"},
    {"1.2.3.4\357\274\225\357\274\226", "IP address"},
    {"[\303\237]", "no IPv6 address"},
};

static void
test_names(void **state)
{
	struct dial_error err = {0};

	(void)state;
	need_library();
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		char *host =
		    dial_host_canonical(dial_span_of(good[i].name), &err);

		if (host == NULL)
			fail_msg("%s: %s", good[i].name, err.text);
		assert_string_equal(host, good[i].host);
		free(host);
	}
}

static void
test_refused_names(void **state)
{
	(void)state;
	need_library();
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct dial_error err = {0};
		char *host =
		    dial_host_canonical(dial_span_of(bad[i].name), &err);

		if (host != NULL)
			fail_msg("%s became %s", bad[i].name, host);
		assert_int_equal(err.domain, DIAL_URL);
		assert_int_equal(err.number, DIAL_URL_MALFORMED);
		if (strstr(err.text, bad[i].why) == NULL)
			fail_msg("%s: %s", bad[i].name, err.text);
	}
}

/* At the cap of 1012 bytes, which no name reaches, and one past it. */
static void
test_long_names(void **state)
{
	char name[1013];

	(void)state;
	need_library();
	memset(name, 'a', sizeof name);
	memcpy(name, E_ACUTE, 2);
	for (size_t len = sizeof name - 1; len <= sizeof name; len++) {
		struct dial_error err = {0};

		assert_null(
		    dial_host_canonical(dial_span_make(name, len), &err));
		assert_int_equal(strstr(err.text, "at most 1012 bytes") != NULL,
		    len == sizeof name);
	}
	assert_null(
	    dial_host_canonical(dial_span_make(E_ACUTE "\0b", 4), NULL));
}

static void
assert_written(
    const struct dial_url *url, enum dial_url_form form, const char *expected)
{
	struct dial_buf buf = {0};

	assert_int_equal(dial_url_write(&buf, url, form), 0);
	assert_string_equal(dial_buf_terminate(&buf), expected);
	dial_buf_clear(&buf);
}

/* People see what they wrote, and the network what it knows. */
static void
test_urls(void **state)
{
	static const char *const texts[] = {"http://" STRASSE ":81/x#y",
	    "http://stra%c3%9Fe.test:81/x#y", "//" STRASSE ":81/x#y"};
	struct dial_url base, url, copy;

	(void)state;
	need_library();
	assert_int_equal(
	    dial_url_parse(&base, dial_span_of("http://a.test/"), 0, NULL), 0);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		assert_int_equal(dial_url_resolve(&url, &base,
				     dial_span_of(texts[i]), 0, NULL),
		    0);
		assert_int_equal(dial_url_copy(&copy, &url, NULL), 0);
		dial_url_clear(&url);
		assert_string_equal(copy.host, A_LABEL);
		assert_int_equal(
		    dial_url_resolve(&url, &copy, dial_span_of("x#y"), 0, NULL),
		    0);
		assert_true(dial_url_same_origin(&url, &copy));
		assert_written(&url, DIAL_URL_HOST_FIELD, A_LABEL ":81");
		assert_written(&url, DIAL_URL_AUTHORITY_FORM, A_LABEL ":81");
		assert_written(
		    &url, DIAL_URL_ABSOLUTE_FORM, "http://" A_LABEL ":81/x");
		assert_written(
		    &url, DIAL_URL_WITH_FRAGMENT, "http://" STRASSE ":81/x#y");
		assert_written(
		    &url, DIAL_URL_WHOLE, "http://" STRASSE ":81/x#y");
		dial_url_clear(&copy);
		dial_url_clear(&url);
	}
	dial_url_clear(&base);
}

static void
test_one_host_in_two_spellings(void **state)
{
	struct dial_url a, b;

	(void)state;
	need_library();
	assert_int_equal(
	    dial_url_parse(&a, dial_span_of("http://" STRASSE), 0, NULL), 0);
	assert_int_equal(
	    dial_url_parse(
		&b, dial_span_of("http://XN--Strae-oqa.test"), 0, NULL),
	    0);
	assert_true(dial_url_same_origin(&a, &b));
	assert_null(b.host_given);
	dial_url_clear(&a);
	dial_url_clear(&b);
}

static void
test_urls_show_the_place(void **state)
{
	struct dial_error err = {0};
	struct dial_url url;

	(void)state;
	need_library();
	assert_int_equal(
	    dial_url_parse(
		&url, dial_span_of("http://u:SECRET@a\357\274\217b/"), 0, &err),
	    -1);
	assert_non_null(strstr(err.text, "http://***@>>>a\357\274\217b/"));
	assert_null(strstr(err.text, "SECRET"));
}

static void
test_endpoints(void **state)
{
	struct dial_endpoint endpoint;
	struct dial_error err = {0};
	struct dial_given given;

	(void)state;
	need_library();
	assert_int_equal(dial_endpoint_parse(&endpoint, STRASSE ":80", NULL,
			     DIAL_NETWORK_TCP, &err),
	    0);
	assert_string_equal(endpoint.host, A_LABEL);
	dial_endpoint_clear(&endpoint);
	assert_int_equal(
	    dial_given_parse(&given, STRASSE ":80:127.0.0.1", &err), 0);
	assert_string_equal(given.host, A_LABEL);
	dial_given_clear(&given);
}

/* They are told what they can do. */
static void
test_without_a_library(void **state)
{
	struct dial_error err = {0};
	char *host;

	(void)state;
#ifdef HAVE_LIBIDN2
	skip();
#endif
	assert_null(dial_host_canonical(dial_span_of(STRASSE), &err));
	assert_int_equal(err.number, DIAL_URL_MALFORMED);
	assert_non_null(strstr(err.text, "libidn2"));
	assert_non_null(strstr(err.text, A_LABEL));
	host = dial_host_canonical(dial_span_of(A_LABEL), NULL);
	assert_string_equal(host, A_LABEL);
	free(host);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_refused_names),
	    cmocka_unit_test(test_long_names),
	    cmocka_unit_test(test_urls),
	    cmocka_unit_test(test_one_host_in_two_spellings),
	    cmocka_unit_test(test_urls_show_the_place),
	    cmocka_unit_test(test_endpoints),
	    cmocka_unit_test(test_without_a_library),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
