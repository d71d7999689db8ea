/* Endpoints as people write them (CASES A8: URL-02, URL-05 to URL-08). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include <cmocka.h>

#include "transport/endpoint.h"

static const struct {
	const char *text;
	const char *service;
	const char *host;
	int port;
	const char *path;
	const char *again; /* what dial_endpoint_text() says of it */
} good[] = {
    {"a.test:80", NULL, "a.test", 80, NULL, "a.test:80"},
    {"A.Test:80", NULL, "a.test", 80, NULL, "a.test:80"},
    {"a.test", "8080", "a.test", 8080, NULL, "a.test:8080"},
    {"a.test:", "8080", "a.test", 8080, NULL, "a.test:8080"}, /* URL-08 */
    {"a.test.:1", NULL, "a.test.", 1, NULL, "a.test.:1"},
    {"under_score.test:1", NULL, "under_score.test", 1, NULL,
	"under_score.test:1"},
    {"localhost:daytime", NULL, "localhost", 13, NULL, "localhost:13"},
    {"localhost", "https", "localhost", 443, NULL, "localhost:443"},
    {"localhost:HTTP", NULL, "localhost", 80, NULL, "localhost:80"},
    {"a.test:0", NULL, "a.test", 0, NULL, "a.test:0"},
    {"a.test:65535", NULL, "a.test", 65535, NULL, "a.test:65535"},
    {"a.test:00080", NULL, "a.test", 80, NULL, "a.test:80"},
    {"*:0", NULL, "*", 0, NULL, "*:0"},
    {"*", "13", "*", 13, NULL, "*:13"},
    {"[::1]:80", NULL, "::1", 80, NULL, "[::1]:80"},
    {"[::1]", "80", "::1", 80, NULL, "[::1]:80"},
    {"[0:0::0:1]:80", NULL, "::1", 80, NULL, "[::1]:80"},
    {"[FD00::A]:80", NULL, "fd00::a", 80, NULL, "[fd00::a]:80"},
    {"[::ffff:1.2.3.4]:1", NULL, "::ffff:1.2.3.4", 1, NULL,
	"[::ffff:1.2.3.4]:1"},
    /* URL-07: one canonical form. */
    {"127.0.0.1:80", NULL, "127.0.0.1", 80, NULL, "127.0.0.1:80"},
    {"127.1:80", NULL, "127.0.0.1", 80, NULL, "127.0.0.1:80"},
    {"0x7f.1:80", NULL, "127.0.0.1", 80, NULL, "127.0.0.1:80"},
    {"0177.0.0.1:80", NULL, "127.0.0.1", 80, NULL, "127.0.0.1:80"},
    {"2130706433:80", NULL, "127.0.0.1", 80, NULL, "127.0.0.1:80"},
    {"/run/x.sock", NULL, NULL, 0, "/run/x.sock", "/run/x.sock"},
    {"unix:/run/x.sock", "80", NULL, 0, "/run/x.sock", "/run/x.sock"},
    {"unix:x.sock", NULL, NULL, 0, "x.sock", "x.sock"},
    {"@name", NULL, NULL, 0, "@name", "@name"},
    {"unix:@name", NULL, NULL, 0, "@name", "@name"},
};

static const struct {
	const char *text;
	const char *words; /* a part of the sentence */
	size_t byte;	   /* the place that it shows, from 1 */
} bad[] = {
    {"", "host is missing", 1},
    {":80", "host is missing", 1}, /* URL-06 */
    {".:80", "no empty label", 1}, /* URL-06 */
    {"a..test:80", "no empty label", 3},
    {"a.test", "port or service is missing", 7},
    {"a.test:65536", "from 0 to 65535", 8}, /* URL-08 */
    {"a.test:-1", "from 0 to 65535", 8},
    {"a.test:+1", "from 0 to 65535", 8},
    {"a.test: 80", "from 0 to 65535", 8},
    {"a.test:80 ", "from 0 to 65535", 8},
    {"a.test:0000000080", "from 0 to 65535", 8},
    {"a.test:1234567890", "from 0 to 65535", 8},
    {"a.test:99999999999999999999", "from 0 to 65535", 8},
    {"a.test:80:80", "in brackets", 1},
    {"::1", "in brackets", 1},
    {"fd00::1:80", "in brackets", 1},
    {"a.test:80x", "no such service", 8},
    {"a.test:nosuchservice", "no such service", 8},
    {"[::1]x", "only a colon", 6}, /* URL-05 */
    {"[::1]:80x", "no such service", 7},
    {"[a.test]:80", "no IPv6 address", 2},
    {"[1.2.3.4]:80", "no IPv6 address", 2},
    {"[::1%]:80", "no IPv6 address", 2},
    {"[]:80", "no IPv6 address", 2},
    {"[:80", "never closed", 1},
    {"[::1:80", "never closed", 1},
    {"::1]:80", "in brackets", 1},
    {"a.test]:80", "cannot be part", 7},
    {"a%2fb.test:80", "cannot be part", 2}, /* URL-02 */
    {"a b.test:80", "cannot be part", 2},
    {"a\nb:80", "cannot be part", 2},
    {"u@a.test:80", "cannot be part", 2},
    {"a/b:80", "cannot be part", 2},
    {"*.test:80", "cannot be part", 1},
    {"a\xff.test:80", "", 1}, /* test_idn.c knows why */
    {"256.1.1.1:80", "looks like an IP address", 1},
    {"1.2.3.4.5:80", "looks like an IP address", 1},
    {"0x1ffffffff:80", "looks like an IP address", 1},
    {"unix:", "path is missing", 6},
    {"@", "path is missing", 1},
};

static void
test_good(void **state)
{
	struct dial_endpoint endpoint;
	struct dial_error err;
	char text[300];

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		memset(&err, 0, sizeof err);
		if (dial_endpoint_parse(&endpoint, good[i].text,
			good[i].service, DIAL_NETWORK_TCP, &err) != 0)
			fail_msg("%s: %s", good[i].text, err.text);
		if (good[i].host == NULL)
			assert_null(endpoint.host);
		else
			assert_string_equal(endpoint.host, good[i].host);
		if (good[i].path == NULL)
			assert_null(endpoint.path);
		else
			assert_string_equal(endpoint.path, good[i].path);
		assert_int_equal(endpoint.port, good[i].port);
		assert_string_equal(
		    dial_endpoint_text(&endpoint, text, sizeof text),
		    good[i].again);
		dial_endpoint_clear(&endpoint);
		assert_null(endpoint.host);
	}
}

static void
test_bad(void **state)
{
	struct dial_endpoint endpoint;
	char place[32];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct dial_error err = {0};

		assert_int_equal(dial_endpoint_parse(&endpoint, bad[i].text,
				     NULL, DIAL_NETWORK_TCP, &err),
		    -1);
		assert_null(endpoint.host);
		assert_null(endpoint.path);
		assert_int_equal(dial_error_exit_code(&err), 3);
		snprintf(place, sizeof place, "at byte %zu: ", bad[i].byte);
		if (strstr(err.text, bad[i].words) == NULL ||
		    strstr(err.text, place) == NULL)
			fail_msg("%s: %s", bad[i].text, err.text);
		assert_null(strchr(err.text, '\n'));
	}
}

static int
parse(const char *text, struct dial_error *err)
{
	struct dial_endpoint endpoint;
	int result =
	    dial_endpoint_parse(&endpoint, text, "80", DIAL_NETWORK_TCP, err);

	dial_endpoint_clear(&endpoint);
	return result;
}

/* n bytes of labels of 63, the last one shorter. */
static char *
name_of(size_t n)
{
	char *text = malloc(n + 2);

	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		text[i] = i % 64 == 63 ? '.' : 'a';
	text[n] = '\0';
	return text;
}

/* RFC 1035 2.3.4: at the caps and one past them (URL-09: 64 k too). */
static void
test_long_hosts(void **state)
{
	static const struct {
		size_t len;
		bool dot;
		int result;
	} rows[] = {
	    {253, false, 0},
	    {253, true, 0},
	    {254, false, -1},
	    {254, true, -1},
	    {65536, false, -1},
	};
	struct dial_error err = {0};
	char label[64 + 1];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *text = name_of(rows[i].len);

		if (rows[i].dot)
			memcpy(text + rows[i].len, ".", 2);
		dial_error_clear(&err);
		assert_int_equal(parse(text, &err), rows[i].result);
		free(text);
	}
	memset(label, 'a', sizeof label);
	label[63] = '\0';
	assert_int_equal(parse(label, NULL), 0);
	label[63] = 'a';
	label[64] = '\0';
	dial_error_clear(&err);
	assert_int_equal(parse(label, &err), -1);
	assert_non_null(strstr(err.text, "at byte 64: a label"));
}

static void
test_long_paths(void **state)
{
	char path[sizeof((struct sockaddr_un *)NULL)->sun_path + 1];
	struct dial_error err = {0};

	(void)state;
	memset(path, '/', sizeof path);
	path[sizeof path - 1] = '\0';
	assert_int_equal(parse(path, &err), -1);
	assert_non_null(strstr(err.text, "cannot be longer"));
	path[sizeof path - 2] = '\0';
	assert_int_equal(parse(path, NULL), 0);
}

static void
test_services_of_udp(void **state)
{
	struct dial_endpoint endpoint;

	(void)state;
	assert_int_equal(dial_endpoint_parse(&endpoint, "localhost:daytime",
			     NULL, DIAL_NETWORK_UDP, NULL),
	    0);
	assert_int_equal(endpoint.port, 13);
	dial_endpoint_clear(&endpoint);
}

static void
test_host_canonical(void **state)
{
	static const struct {
		const char *host, *canonical;
	} rows[] = {
	    {"EXAMPLE.test", "example.test"},
	    {"[::0001]", "::1"},
	    {"::0001", "::1"},
	    {"0x7f000001", "127.0.0.1"},
	    {"a.test:80", NULL},
	    {"*", NULL},
	    {"", NULL},
	    {"[", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dial_error err = {0};
		char *host =
		    dial_host_canonical(dial_span_of(rows[i].host), &err);

		if (rows[i].canonical == NULL) {
			assert_null(host);
			assert_int_equal(dial_error_exit_code(&err), 3);
		} else {
			assert_non_null(host);
			assert_string_equal(host, rows[i].canonical);
		}
		free(host);
	}
}

/* A NUL inside a span is a byte like any other that has no place there. */
static void
test_host_with_nul(void **state)
{
	struct dial_error err = {0};

	(void)state;
	assert_null(
	    dial_host_canonical(dial_span_make("a.test\0.evil", 12), &err));
	assert_non_null(strstr(err.text, "at byte 7"));
}

static void
test_set(void **state)
{
	struct dial_endpoint endpoint;
	struct dial_error err = {0};
	char text[32];

	(void)state;
	assert_int_equal(dial_endpoint_set(&endpoint, "A.test", 443, &err), 0);
	assert_string_equal(
	    dial_endpoint_text(&endpoint, text, sizeof text), "a.test:443");
	dial_endpoint_clear(&endpoint);
	assert_int_equal(dial_endpoint_set(&endpoint, "a b", 443, &err), -1);
	assert_null(endpoint.host);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_long_hosts),
	    cmocka_unit_test(test_long_paths),
	    cmocka_unit_test(test_services_of_udp),
	    cmocka_unit_test(test_host_canonical),
	    cmocka_unit_test(test_host_with_nul),
	    cmocka_unit_test(test_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
