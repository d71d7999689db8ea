/*
 * COOK-01, COOK-02, COOK-03, COOK-05, COOK-06, COOK-09, COOK-11, COOK-14,
 * COOK-16, COOK-17, PROTOCOL 65, PROTOCOL 66, PROTOCOL 67: what a jar takes,
 * keeps, sends, reads and writes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "http/jar.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])
#define NOW	    INT64_C(1800000000)

/* 1: taken. */
static int
take(struct dial_jar *jar, const char *url_text, const char *text, int64_t now)
{
	struct dial_url url;
	const char *why = NULL;
	int result;

	assert_int_equal(
	    dial_url_parse(&url, dial_span_of(url_text), 0, NULL), 0);
	result = dial_jar_take(jar, &url, dial_span_of(text), now, &why);
	assert_int_equal(result == 0, why != NULL);
	dial_url_clear(&url);
	return result;
}

/* What goes to the URL; the caller frees. */
static char *
sent(const struct dial_jar *jar, const char *url_text, int64_t now)
{
	struct dial_buf out = {0};
	struct dial_url url;

	assert_int_equal(
	    dial_url_parse(&url, dial_span_of(url_text), 0, NULL), 0);
	assert_int_equal(dial_jar_select(jar, &url, now, &out), 0);
	dial_url_clear(&url);
	assert_non_null(dial_buf_terminate(&out));
	return (char *)out.data;
}

static void
check_sent(const struct dial_jar *jar, const char *url, const char *expected)
{
	char *text = sent(jar, url, NOW);

	if (strcmp(text, expected) != 0)
		fail_msg("to %s goes '%s', not '%s'", url, text, expected);
	free(text);
}

/* The jar's lines without what stands above them. */
static char *
written(const struct dial_jar *jar, int64_t now)
{
	struct dial_buf out = {0};
	char *body;

	assert_int_equal(dial_jar_write(jar, now, &out), 0);
	assert_non_null(dial_buf_terminate(&out));
	body = strstr((char *)out.data, "\n\n");
	assert_non_null(body);
	body = dial_text_copy(dial_span_of(body + 2));
	assert_non_null(body);
	dial_buf_clear(&out);
	return body;
}

static void
check_written(const struct dial_jar *jar, const char *what, const char *lines)
{
	char *text = written(jar, NOW);

	if (strcmp(text, lines) != 0)
		fail_msg("%s gives\n%s, not\n%s", what, text, lines);
	free(text);
}

/* One cookie from one URL; lines of the jar, "" if it is not taken. */
static void
test_one(void **state)
{
	static const struct {
		const char *url, *text, *lines;
	} rows[] = {
	    {"http://a.test/", "a=b", "a.test\tFALSE\t/\tFALSE\t0\ta\tb\n"},
	    {"http://a.test/x/y?z=/w", "a=b",
		"a.test\tFALSE\t/x/\tFALSE\t0\ta\tb\n"},
	    {"http://A.TEST/", "a=b", "a.test\tFALSE\t/\tFALSE\t0\ta\tb\n"},
	    {"http://a.test/", "a=b; HttpOnly",
		"#HttpOnly_a.test\tFALSE\t/\tFALSE\t0\ta\tb\n"},
	    {"http://a.test/", "a=b; max-age=5",
		"a.test\tFALSE\t/\tFALSE\t1800000005\ta\tb\n"},
	    {"http://a.test/", "a=b; max-age=0", ""},
	    {"http://a.test/", "a=", "a.test\tFALSE\t/\tFALSE\t0\ta\t\n"},
	    /* Domains: COOK-01, COOK-02, COOK-03, COOK-05 */
	    {"http://a.test/", "a=b; domain=a.test",
		".a.test\tTRUE\t/\tFALSE\t0\ta\tb\n"},
	    {"http://a.test/", "a=b; domain=.A.Test",
		".A.Test\tTRUE\t/\tFALSE\t0\ta\tb\n"},
	    {"http://x.a.test/", "a=b; domain=a.test",
		".a.test\tTRUE\t/\tFALSE\t0\ta\tb\n"},
	    {"http://example.test/", "a=b; domain=ample.test", ""},
	    {"http://a.test/", "a=b; domain=x.a.test", ""},
	    {"http://a.test/", "a=b; domain=b.test", ""},
	    {"http://a.test/", "a=b; domain=test", ""},
	    {"http://a.com/", "a=b; domain=com", ""},
	    {"http://a.com/", "a=b; domain=COM", ""},
	    {"http://a.com/", "a=b; domain=com.", ""},
	    {"http://a.com/", "a=b; domain=a.com.", ""},
	    {"http://a.com./", "a=b; domain=com", ""},
	    {"http://a.com./", "a=b; domain=com.", ""},
	    {"http://a.com./", "a=b; domain=a.com", ""},
	    {"http://a.com./", "a=b; domain=a.com.", ""},
	    {"http://a.com./", "a=b", "a.com.\tFALSE\t/\tFALSE\t0\ta\tb\n"},
	    {"http://a.test/", "a=b; domain=.", ""},
	    {"http://a.test/", "a=b; domain=..a.test", ""},
	    {"http://test/", "a=b; domain=test",
		"test\tFALSE\t/\tFALSE\t0\ta\tb\n"},
	    {"http://127.0.0.1/", "a=b; domain=127.0.0.1",
		"127.0.0.1\tFALSE\t/\tFALSE\t0\ta\tb\n"},
	    {"http://0x7f.1/", "a=b; domain=.127.0.0.1",
		"127.0.0.1\tFALSE\t/\tFALSE\t0\ta\tb\n"},
	    {"http://127.0.0.1/", "a=b; domain=0.0.1", ""},
	    {"http://127.0.0.1/", "a=b; domain=1", ""},
	    {"http://[::1]/", "a=b; domain=::1",
		"::1\tFALSE\t/\tFALSE\t0\ta\tb\n"},
	    {"http://[::1]/", "a=b; domain=:1", ""},
	    /* Secure, and what names' prefixes say: PROTOCOL 67 */
	    {"http://a.test/", "a=b; secure", ""},
	    {"https://a.test/", "a=b; secure",
		"a.test\tFALSE\t/\tTRUE\t0\ta\tb\n"},
	    {"http://localhost/", "a=b; secure",
		"localhost\tFALSE\t/\tTRUE\t0\ta\tb\n"},
	    {"http://127.0.0.1/", "a=b; secure",
		"127.0.0.1\tFALSE\t/\tTRUE\t0\ta\tb\n"},
	    {"http://[::1]/", "a=b; secure", "::1\tFALSE\t/\tTRUE\t0\ta\tb\n"},
	    {"http://127.0.0.2/", "a=b; secure", ""},
	    {"http://localhost.test/", "a=b; secure", ""},
	    {"https://a.test/", "__Secure-a=b", ""},
	    {"https://a.test/", "__secure-a=b", ""},
	    {"http://a.test/", "__Secure-a=b; secure", ""},
	    {"https://a.test/", "__Secure-a=b; secure; domain=a.test",
		".a.test\tTRUE\t/\tTRUE\t0\t__Secure-a\tb\n"},
	    {"https://a.test/", "__Host-a=b; secure; path=/",
		"a.test\tFALSE\t/\tTRUE\t0\t__Host-a\tb\n"},
	    {"https://a.test/", "__HOST-a=b; secure; path=/",
		"a.test\tFALSE\t/\tTRUE\t0\t__HOST-a\tb\n"},
	    {"https://a.test/", "__Host-a=b; secure", ""},
	    {"https://a.test/", "__Host-a=b; path=/", ""},
	    {"https://a.test/", "__Host-a=b; secure; path=/x", ""},
	    {"https://a.test/", "__Host-a=b; secure; path=/; domain=a.test",
		""},
	    {"http://a.test/", "__Secure=b",
		"a.test\tFALSE\t/\tFALSE\t0\t__Secure\tb\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dial_jar jar = {0};

		take(&jar, rows[i].url, rows[i].text, NOW);
		check_written(&jar, rows[i].text, rows[i].lines);
		dial_jar_clear(&jar);
	}
}

/* RFC 6265 5.3: the same name, domain and path. */
static void
test_replacing(void **state)
{
	struct dial_jar jar = {0};

	(void)state;
	take(&jar, "http://a.test/", "a=1", NOW);
	take(&jar, "http://a.test/", "b=1", NOW);
	take(&jar, "http://a.test/", "a=2", NOW);
	take(&jar, "http://a.test/", "A=3", NOW);
	take(&jar, "http://a.test/", "a=4; path=/x", NOW);
	take(&jar, "http://a.test/", "a=5; domain=a.test", NOW);
	take(&jar, "http://a.test/", "gone=6; max-age=0", NOW);
	check_sent(&jar, "http://a.test/x", "a=4; a=2; b=1; A=3; a=5");
	take(&jar, "http://a.test/", "b=; max-age=-1", NOW);
	take(&jar, "http://a.test/",
	    "a=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/x", NOW);
	check_sent(&jar, "http://a.test/x", "a=2; A=3; a=5");
	check_written(&jar, "what is left",
	    ".a.test\tTRUE\t/\tFALSE\t0\ta\t5\n"
	    "a.test\tFALSE\t/\tFALSE\t0\tA\t3\n"
	    "a.test\tFALSE\t/\tFALSE\t0\ta\t2\n");
	dial_jar_clear(&jar);
}

/* The URL's folder and the same path with or without a slash are one. */
static void
test_one_path(void **state)
{
	struct dial_jar jar = {0};

	(void)state;
	take(&jar, "http://a.test/d/e", "a=1", NOW);
	take(&jar, "http://a.test/", "a=2; path=/d", NOW);
	take(&jar, "http://a.test/", "a=3; path=/d/", NOW);
	take(&jar, "http://a.test/", "a=4; path=/", NOW);
	take(&jar, "http://a.test/", "a=5; path=/de", NOW);
	check_sent(&jar, "http://a.test/d", "a=3; a=4");
	take(&jar, "http://a.test/d/e", "a=; max-age=0", NOW);
	check_sent(&jar, "http://a.test/d", "a=4");
	dial_jar_clear(&jar);
}

static void
test_end_of_time(void **state)
{
	struct dial_jar jar = {0};
	char *text;

	(void)state;
	take(&jar, "http://a.test/", "a=1; max-age=10", NOW);
	text = sent(&jar, "http://a.test/", NOW + 9);
	assert_string_equal(text, "a=1");
	free(text);
	text = sent(&jar, "http://a.test/", NOW + 10);
	assert_string_equal(text, "");
	free(text);
	text = written(&jar, NOW + 10);
	assert_string_equal(text, "");
	free(text);
	dial_jar_clear(&jar);
}

/* RFC 6265 5.4; COOK-01, COOK-14, COOK-17. */
static void
test_sending(void **state)
{
	struct dial_jar jar = {0};

	(void)state;
	take(&jar, "http://x.a.test/", "host=1", NOW);
	take(&jar, "http://x.a.test/", "domain=2; domain=a.test", NOW);
	take(&jar, "http://x.a.test/", "path=3; path=/p", NOW);
	take(&jar, "https://x.a.test/", "secure=4; secure", NOW);
	take(&jar, "http://x.a.test/", "longer=5; path=/p/q/", NOW);
	check_sent(&jar, "http://x.a.test/", "host=1; domain=2");
	check_sent(&jar, "http://X.A.TEST:81/", "host=1; domain=2");
	check_sent(&jar, "https://x.a.test/", "host=1; domain=2; secure=4");
	check_sent(&jar, "http://x.a.test/p", "path=3; host=1; domain=2");
	check_sent(&jar, "http://x.a.test/p/q?r",
	    "longer=5; path=3; host=1; domain=2");
	check_sent(&jar, "http://x.a.test/pq", "host=1; domain=2");
	check_sent(&jar, "http://a.test/", "domain=2");
	check_sent(&jar, "http://y.x.a.test/", "domain=2");
	check_sent(&jar, "http://xa.test/", "");
	check_sent(&jar, "http://test/", "");
	check_sent(&jar, "http://x.a.test./", "");
	dial_jar_clear(&jar);
}

/* COOK-06: what comes in the clear leaves secure ones alone. */
static void
test_secure_ones(void **state)
{
	static const struct {
		const char *url, *text;
		int taken;
	} rows[] = {
	    {"http://y.a.test/", "s=2; path=/x", 1},
	    {"http://y.w.test/", "s=2; path=/x", 0},
	    {"http://y.w.test/", "s=2; path=/x; domain=y.w.test", 0},
	    {"http://w.test/", "s=2; path=/x", 0},
	    {"http://y.n.test/", "s=2; path=/x; domain=n.test", 0},
	    {"http://n.test/", "s=2; path=/x", 1},
	    {"http://a.test/", "s=2; path=/x", 0},
	    {"http://a.test/", "s=2; path=/", 0},
	    {"http://a.test/", "s=2; path=/x/y", 0},
	    {"http://a.test/", "s=2; path=/x; max-age=0", 0},
	    {"http://a.test/x/y", "s=2", 0},
	    {"http://a.test/", "s=2; path=/x; domain=a.test", 0},
	    {"http://y.a.test/", "s=2; path=/x; domain=a.test", 0},
	    {"http://a.test/", "S=2; path=/x", 1},
	    {"http://a.test/", "s=2; path=/xy", 1},
	    {"http://a.test/", "s=2; path=/y", 1},
	    {"http://b.test/", "s=2; path=/x", 1},
	    {"https://a.test/", "s=2; path=/", 1},
	    {"https://a.test/", "s=2; path=/x", 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dial_jar jar = {0};

		take(&jar, "https://a.test/", "s=1; secure; path=/x", NOW);
		take(&jar, "https://w.test/",
		    "s=1; secure; path=/x; domain=w.test", NOW);
		take(&jar, "https://x.n.test/", "s=1; secure; path=/x", NOW);
		if (take(&jar, rows[i].url, rows[i].text, NOW) != rows[i].taken)
			fail_msg("%s at %s", rows[i].text, rows[i].url);
		dial_jar_clear(&jar);
	}
}

static void
take_many(struct dial_jar *jar, const char *url, int count)
{
	char text[32];

	for (int i = 0; i < count; i++) {
		snprintf(text, sizeof text, "n%d=v", i);
		assert_int_equal(take(jar, url, text, NOW), 1);
	}
}

/* COOK-09: N, and N + 1. */
static void
test_caps_of_a_domain(void **state)
{
	struct dial_jar jar = {0};

	(void)state;
	take(&jar, "http://b.test/", "other=1", NOW);
	take_many(&jar, "http://a.test/", DIAL_JAR_DOMAIN_MAX);
	assert_int_equal(jar.count, DIAL_JAR_DOMAIN_MAX + 1);
	assert_string_equal(jar.cookies[1].name, "n0");
	take(&jar, "http://a.test/", "n5=again", NOW);
	take(&jar, "http://a.test/", "none=1; max-age=0", NOW);
	assert_string_equal(jar.cookies[1].name, "n0");
	take(&jar, "http://a.test/", "more=1", NOW);
	assert_int_equal(jar.count, DIAL_JAR_DOMAIN_MAX + 1);
	assert_string_equal(jar.cookies[0].name, "other");
	assert_string_equal(jar.cookies[1].name, "n1");
	dial_jar_clear(&jar);
}

static void
test_what_is_over_goes_first(void **state)
{
	struct dial_jar jar = {0};

	(void)state;
	take_many(&jar, "http://a.test/", DIAL_JAR_DOMAIN_MAX - 1);
	take(&jar, "http://a.test/", "short=1; max-age=5", NOW);
	take(&jar, "http://a.test/", "more=1", NOW + 5);
	assert_int_equal(jar.count, DIAL_JAR_DOMAIN_MAX);
	assert_string_equal(jar.cookies[0].name, "n0");
	assert_string_equal(jar.cookies[jar.count - 1].name, "more");
	dial_jar_clear(&jar);
}

static void
test_caps_of_all(void **state)
{
	struct dial_jar jar = {0};
	char url[32];
	int hosts = DIAL_JAR_MAX / 100;

	(void)state;
	for (int i = 0; i < hosts; i++) {
		snprintf(url, sizeof url, "http://h%d.test/", i);
		take_many(&jar, url, 100);
	}
	assert_int_equal(jar.count, DIAL_JAR_MAX);
	take(&jar, "http://a.test/", "more=1", NOW);
	assert_int_equal(jar.count, DIAL_JAR_MAX);
	assert_string_equal(jar.cookies[0].name, "n1");
	assert_string_equal(jar.cookies[DIAL_JAR_MAX - 1].name, "more");
	dial_jar_clear(&jar);
}

static void
test_caps_of_a_path(void **state)
{
	char *url = dial_text_format(
	    "http://a.test/%0*d/", DIAL_COOKIE_PATH_MAX - 2, 0);
	struct dial_jar jar = {0};

	(void)state;
	assert_non_null(url);
	assert_int_equal(take(&jar, url, "a=1", NOW), 1);
	assert_int_equal(strlen(jar.cookies[0].path), DIAL_COOKIE_PATH_MAX);
	free(url);
	url = dial_text_format(
	    "http://a.test/%0*d/", DIAL_COOKIE_PATH_MAX - 1, 0);
	assert_non_null(url);
	assert_int_equal(take(&jar, url, "a=1", NOW), 0);
	assert_int_equal(take(&jar, url, "a=1; path=/", NOW), 1);
	free(url);
	dial_jar_clear(&jar);
}

static size_t
count_of(const char *text, char c)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += *text == c;
	return count;
}

/* A value of that many bytes. */
static void
take_long(struct dial_jar *jar, char name, int len)
{
	char *text = dial_text_format("%c=%0*d", name, len, 0);

	assert_non_null(text);
	assert_int_equal(take(jar, "http://a.test/", text, NOW), 1);
	free(text);
}

static void
test_caps_of_a_request(void **state)
{
	struct dial_jar jar = {0};
	char *text;

	(void)state;
	take_many(&jar, "http://a.test/", DIAL_JAR_SENT_MAX + 1);
	text = sent(&jar, "http://a.test/", NOW);
	assert_int_equal(count_of(text, '='), DIAL_JAR_SENT_MAX);
	free(text);
	dial_jar_clear(&jar);

	/* The line: "Cookie: a=" and 4000 bytes, "; b=" and 4094, "; c=" and
	 * the rest. */
	take_long(&jar, 'a', 4000);
	take_long(&jar, 'b', 4094);
	text = sent(&jar, "http://a.test/", NOW);
	assert_int_equal(count_of(text, '='), 2);
	free(text);
	take_long(&jar, 'c', 78);
	text = sent(&jar, "http://a.test/", NOW);
	assert_int_equal(strlen("Cookie: ") + strlen(text), DIAL_JAR_LINE_MAX);
	free(text);
	take_long(&jar, 'c', 79);
	text = sent(&jar, "http://a.test/", NOW);
	assert_int_equal(count_of(text, '='), 2);
	free(text);
	dial_jar_clear(&jar);
}

/* A file's text, and what is written again. */
static void
test_reading(void **state)
{
	static const struct {
		const char *text, *lines;
	} rows[] = {
	    {"", ""},
	    {"\n\n# x\n#\n", ""},
	    {"a.test\tFALSE\t/\tFALSE\t0\tn\tv\n",
		"a.test\tFALSE\t/\tFALSE\t0\tn\tv\n"},
	    {"a.test\tFALSE\t/\tFALSE\t0\tn\tv",
		"a.test\tFALSE\t/\tFALSE\t0\tn\tv\n"},
	    {"a.test\tFALSE\t/\tFALSE\t0\tn\tv\r\n",
		"a.test\tFALSE\t/\tFALSE\t0\tn\tv\n"},
	    {" \ta.test\tFALSE\t/\tFALSE\t0\tn\tv\n",
		"a.test\tFALSE\t/\tFALSE\t0\tn\tv\n"},
	    {"a.test\tFALSE\t/\tFALSE\t0\tn\n",
		"a.test\tFALSE\t/\tFALSE\t0\tn\t\n"},
	    {"a.test\tFALSE\t/\tFALSE\t0\tn\t v \n",
		"a.test\tFALSE\t/\tFALSE\t0\tn\t v \n"},
	    {"a.test\tFALSE\t/\tFALSE\t0\tn\ta;b\n",
		"a.test\tFALSE\t/\tFALSE\t0\tn\ta;b\n"},
	    {"a.test\tFALSE\t/\tFALSE\t0\n", ""},
	    {"a.test\tFALSE\t/\tFALSE\t0\tn\tv\tw\n", ""},
	    {"a.test FALSE / FALSE 0 n v\n", ""},
	    {".a.test\tFALSE\t/\tFALSE\t0\tn\tv\n",
		"a.test\tFALSE\t/\tFALSE\t0\tn\tv\n"},
	    {"a.test\tTRUE\t/\tFALSE\t0\tn\tv\n",
		".a.test\tTRUE\t/\tFALSE\t0\tn\tv\n"},
	    {"a.test\ttrue\t/\ttrue\t0\tn\tv\n",
		".a.test\tTRUE\t/\tTRUE\t0\tn\tv\n"},
	    {"a.test\tx\t/\ty\t0\tn\tv\n",
		"a.test\tFALSE\t/\tFALSE\t0\tn\tv\n"},
	    {"a.test\tTRUE\tTRUE\t0\tn\tv\n",
		".a.test\tTRUE\t/\tTRUE\t0\tn\tv\n"},
	    {"a.test\tTRUE\tx\tFALSE\t0\tn\tv\n",
		".a.test\tTRUE\t/\tFALSE\t0\tn\tv\n"},
	    {"a.test\tTRUE\t\"/x\"\tFALSE\t0\tn\tv\n",
		".a.test\tTRUE\t/x\tFALSE\t0\tn\tv\n"},
	    {"a.test\tTRUE\t\"\tFALSE\t0\tn\tv\n",
		".a.test\tTRUE\t/\tFALSE\t0\tn\tv\n"},
	    {"#HttpOnly_.a.test\tTRUE\t/\tFALSE\t0\tn\tv\n",
		"#HttpOnly_.a.test\tTRUE\t/\tFALSE\t0\tn\tv\n"},
	    {".\tTRUE\t/\tFALSE\t0\tn\tv\n", ""},
	    {"..a.test\tTRUE\t/\tFALSE\t0\tn\tv\n", ""},
	    {".#a.test\tTRUE\t/\tFALSE\t0\tn\tv\n", ""},
	    {". a.test\tTRUE\t/\tFALSE\t0\tn\tv\n", ""},
	    {".Set-Cookie:x\tTRUE\t/\tFALSE\t0\tn\tv\n", ""},
	    {"a.test\tFALSE\t/\tFALSE\t1800000001\tn\tv\n",
		"a.test\tFALSE\t/\tFALSE\t1800000001\tn\tv\n"},
	    {"a.test\tFALSE\t/\tFALSE\t1800000000\tn\tv\n", ""},
	    {"a.test\tFALSE\t/\tFALSE\t-1\tn\tv\n", ""},
	    {"a.test\tFALSE\t/\tFALSE\tx\tn\tv\n", ""},
	    {"a.test\tFALSE\t/\tFALSE\t99999999999999999999\tn\tv\n", ""},
	    {"a.test\tFALSE\t/\tFALSE\t0\tn\tv\001\n", ""},
	    {"a.test\tFALSE\t/\tFALSE\t0\t__Secure-n\tv\n", ""},
	    {"a.test\tFALSE\t/x\tTRUE\t0\t__Host-n\tv\n", ""},
	    {"a.test\tFALSE\t/\tTRUE\t0\t__Host-n\tv\n",
		"a.test\tFALSE\t/\tTRUE\t0\t__Host-n\tv\n"},
	    {"a.test\tFALSE\t/\tFALSE\t0\tn\tv\n"
	     "b.test\tFALSE\t/\tFALSE\t0\tm\tv\n"
	     "a.test\tFALSE\t/\tFALSE\t0\tn\tw\n",
		"a.test\tFALSE\t/\tFALSE\t0\tn\tw\n"
		"b.test\tFALSE\t/\tFALSE\t0\tm\tv\n"},
	    {"Set-Cookie: a=b\n", ""},
	    {"Set-Cookie: a=b; domain=a.test\n",
		".a.test\tTRUE\t/\tFALSE\t0\ta\tb\n"},
	    {"set-cookie:a=b; domain=127.0.0.1; path=/x; secure; httponly\r\n",
		"#HttpOnly_127.0.0.1\tFALSE\t/x\tTRUE\t0\ta\tb\n"},
	    {"Set-Cookie: a=b; domain=a.test; max-age=7\n",
		".a.test\tTRUE\t/\tFALSE\t1800000007\ta\tb\n"},
	    {"Set-Cookie: __Host-a=b; domain=a.test; secure; path=/\n", ""},
	    {"Set-Cookie2: a=b; domain=a.test\n", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dial_jar jar = {0};

		assert_int_equal(
		    dial_jar_read(&jar, dial_span_of(rows[i].text), false, NOW),
		    0);
		check_written(&jar, rows[i].text, rows[i].lines);
		dial_jar_clear(&jar);
	}
}

static void
test_junk(void **state)
{
	struct dial_jar jar = {0};

	(void)state;
	assert_int_equal(
	    dial_jar_read(&jar,
		dial_span_of("a.test\tFALSE\t/\tFALSE\t0\tn\tv\n"
			     "Set-Cookie: s=1; domain=a.test\n"
			     "a.test\tFALSE\t/\tFALSE\t1800000001\tm\tv\n"),
		true, NOW),
	    0);
	check_sent(&jar, "http://a.test/", "m=v");
	dial_jar_clear(&jar);
}

/* What a server has set, a file does not take back; nor its order. */
static void
test_file_and_server(void **state)
{
	static const char file[] = "a.test\tFALSE\t/\tFALSE\t0\tn\told\n"
				   "a.test\tFALSE\t/\tFALSE\t0\tyoung\t2\n"
				   "a.test\tFALSE\t/\tFALSE\t0\told\t1\n";
	struct dial_jar jar = {0};

	(void)state;
	take(&jar, "http://a.test/", "n=new", NOW);
	assert_int_equal(
	    dial_jar_read(&jar, dial_span_of(file), false, NOW), 0);
	check_sent(&jar, "http://a.test/", "n=new; old=1; young=2");
	check_written(&jar, "the jar",
	    "a.test\tFALSE\t/\tFALSE\t0\tyoung\t2\n"
	    "a.test\tFALSE\t/\tFALSE\t0\told\t1\n"
	    "a.test\tFALSE\t/\tFALSE\t0\tn\tnew\n");
	dial_jar_clear(&jar);
}

/* A domain of one label, as only a file can have it, has nobody below it. */
static void
test_one_label(void **state)
{
	struct dial_jar jar = {0};

	(void)state;
	assert_int_equal(
	    dial_jar_read(&jar,
		dial_span_of(".test\tTRUE\t/\tFALSE\t0\tn\tv\n"
			     ".127.0.0.1\tTRUE\t/\tFALSE\t0\tn\tv\n"
			     ".0.0.1\tTRUE\t/\tFALSE\t0\tm\tv\n"),
		false, NOW),
	    0);
	check_sent(&jar, "http://a.test/", "");
	check_sent(&jar, "http://test/", "n=v");
	check_sent(&jar, "http://127.0.0.1/", "n=v");
	dial_jar_clear(&jar);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one),
	    cmocka_unit_test(test_replacing),
	    cmocka_unit_test(test_one_path),
	    cmocka_unit_test(test_end_of_time),
	    cmocka_unit_test(test_sending),
	    cmocka_unit_test(test_secure_ones),
	    cmocka_unit_test(test_caps_of_a_domain),
	    cmocka_unit_test(test_what_is_over_goes_first),
	    cmocka_unit_test(test_caps_of_all),
	    cmocka_unit_test(test_caps_of_a_path),
	    cmocka_unit_test(test_caps_of_a_request),
	    cmocka_unit_test(test_reading),
	    cmocka_unit_test(test_junk),
	    cmocka_unit_test(test_file_and_server),
	    cmocka_unit_test(test_one_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
