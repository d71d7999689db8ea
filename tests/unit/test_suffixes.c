/* COOK-02, COOK-03, PROTOCOL 65: which domains cookies may be set for, with a
 * list of public suffixes and without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "http/jar.h"

struct row {
	const char *host, *domain;
	enum dial_suffix answer;
};

static void
check(struct dial_suffixes *suffixes, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (dial_suffixes_ask(suffixes, rows[i].host,
			strlen(rows[i].domain)) != rows[i].answer)
			fail_msg("%s above %s", rows[i].domain, rows[i].host);
}

#define CHECK(suffixes, rows) \
	check(suffixes, rows, sizeof(rows) / sizeof(rows)[0])

static void
test_without_a_list(void **state)
{
	static const struct row rows[] = {
	    {"a.test", "a.test", DIAL_SUFFIX_NOT},
	    {"x.a.test", "a.test", DIAL_SUFFIX_NOT},
	    {"y.x.a.test", "x.a.test", DIAL_SUFFIX_NOT},
	    {"y.x.a.test", "a.test", DIAL_SUFFIX_UNKNOWN},
	    {"a.test", "test", DIAL_SUFFIX_PUBLIC},
	    {"y.x.a.test", "test", DIAL_SUFFIX_PUBLIC},
	    {"test", "test", DIAL_SUFFIX_PUBLIC},
	    {"www.a.co.uk", "co.uk", DIAL_SUFFIX_UNKNOWN},
	    {"a.co.uk", "co.uk", DIAL_SUFFIX_NOT}, /* the gap */
	};
	struct dial_suffixes suffixes = {.asked = true};

	(void)state;
	CHECK(&suffixes, rows);
	dial_suffixes_clear(&suffixes);
}

static void
test_with_a_list(void **state)
{
	static const struct row rows[] = {
	    {"a.test", "a.test", DIAL_SUFFIX_NOT},
	    {"y.x.a.test", "a.test", DIAL_SUFFIX_NOT},
	    {"y.x.a.test", "test", DIAL_SUFFIX_PUBLIC},
	    {"test", "test", DIAL_SUFFIX_PUBLIC},
	    {"a.com", "com", DIAL_SUFFIX_PUBLIC},
	    {"www.a.co.uk", "a.co.uk", DIAL_SUFFIX_NOT},
	    {"www.a.co.uk", "co.uk", DIAL_SUFFIX_PUBLIC},
	    {"a.co.uk", "co.uk", DIAL_SUFFIX_PUBLIC},
	    {"co.uk", "co.uk", DIAL_SUFFIX_PUBLIC},
	    {"u.github.io", "github.io", DIAL_SUFFIX_PUBLIC},
	    {"x.u.github.io", "u.github.io", DIAL_SUFFIX_NOT},
	    {"github.io", "github.io", DIAL_SUFFIX_PUBLIC},
	    {"a.www.ck", "www.ck", DIAL_SUFFIX_NOT},
	    {"a.b.ck", "b.ck", DIAL_SUFFIX_PUBLIC},
	    /* Above a suffix, though none itself. */
	    {"b.s3.amazonaws.com", "amazonaws.com", DIAL_SUFFIX_PUBLIC},
	};
	struct dial_suffixes suffixes = {0};
	char library[64];

	(void)state;
#ifndef HAVE_LIBPSL
	skip();
#endif
	assert_true(dial_suffix_list_library(library, sizeof library));
	assert_true(strncmp(library, "libpsl ", 7) == 0);
	CHECK(&suffixes, rows);
	CHECK(&suffixes, rows);
	dial_suffixes_clear(&suffixes);
}

/* COOK-03: in any mix of letters, with a list or without. */
static void
test_a_jar_asks(void **state)
{
	static const char *const texts[] = {"a=b; domain=co.uk",
	    "a=b; domain=co.UK", "a=b; domain=.Co.Uk", "a=b; domain=UK",
	    "a=b; domain=co.uk."};
	struct dial_jar jar = {0};
	struct dial_url url;
	const char *why;

	(void)state;
	assert_int_equal(
	    dial_url_parse(
		&url, dial_span_of("http://www.Example.CO.UK/"), 0, NULL),
	    0);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_int_equal(
		    dial_jar_take(&jar, &url, dial_span_of(texts[i]), 1, &why),
		    0);
	assert_int_equal(
	    dial_jar_take(
		&jar, &url, dial_span_of("a=b; domain=EXAMPLE.co.uk"), 1, &why),
	    1);
	dial_url_clear(&url);
	dial_jar_clear(&jar);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_without_a_list),
	    cmocka_unit_test(test_with_a_list),
	    cmocka_unit_test(test_a_jar_asks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
