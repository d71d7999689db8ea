/* What curl, wget, Go and Python make of no_proxy, one letter each: d goes
 * directly, p by the proxy, - asks nobody.  tests/interop/test_noproxy.py holds
 * the rows beside the programs that are installed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/noproxy_rules.h"

#include "environment.h"

static char
letter(enum dial_noproxy_program program, const struct dial_noproxy_question *q)
{
	struct dial_noproxy_verdict verdict;

	dial_noproxy_ask(&verdict, program, q);
	switch (verdict.kind) {
	case DIAL_NOPROXY_DIRECT:
		return 'd';
	case DIAL_NOPROXY_PROXY:
		return 'p';
	case DIAL_NOPROXY_FAILS:
		break;
	}
	return '-';
}

static void
expect(const struct dial_noproxy_question *q, const char *expected,
    const char *what)
{
	for (int i = 0; i < DIAL_NOPROXY_PROGRAMS; i++)
		if (letter((enum dial_noproxy_program)i, q) != expected[i])
			fail_msg("%s and %s: program %d does not say %c", what,
			    q->written, i, expected[i]);
}

/* The host as it is written; with ports, 81 where the URL names it. */
static const struct {
	const char *list, *host;
	uint16_t port; /* 0: not named */
	const char *expected;
} lists[] = {
#include "noproxy_rules.inc"
};

static void
test_lists(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		char host[128];
		struct dial_noproxy_question q = {
		    .scheme = "http",
		    .host = host,
		    .written = lists[i].host,
		    .port = lists[i].port == 0 ? 80 : lists[i].port,
		    .has_port = lists[i].port != 0,
		    .proxy = "p.test",
		    .no_proxy = lists[i].list,
		};
		size_t len = strlen(lists[i].host);
		bool v6 = lists[i].host[0] == '[';

		snprintf(host, sizeof host, "%.*s", (int)len - (v6 ? 2 : 0),
		    lists[i].host + (v6 ? 1 : 0));
		expect(&q, lists[i].expected, lists[i].list);
	}
}

#define VARIABLES_MAX 5

static const struct {
	const char *scheme;
	const char *variables[VARIABLES_MAX];
	const char *expected;
} environments[] = {
    {"http", {NULL}, "dddd"},
    {"http", {"http_proxy=p"}, "pppp"},
    {"http", {"http_proxy="}, "dddd"},
    {"http", {"HTTP_PROXY=p"}, "ddpp"},
    {"http", {"HTTP_PROXY=p", "http_proxy="}, "ddpd"},
    {"http", {"HTTP_PROXY=p", "REQUEST_METHOD=GET"}, "dd-d"},
    {"http", {"http_proxy=p", "REQUEST_METHOD=GET"}, "pp-p"},
    {"http", {"https_proxy=p"}, "dddd"},
    {"http", {"all_proxy=p"}, "pddd"},
    {"http", {"ALL_PROXY=p"}, "pddd"},
    {"https", {"https_proxy=p"}, "pppp"},
    {"https", {"HTTPS_PROXY=p"}, "pdpp"},
    {"https", {"http_proxy=p"}, "dddd"},
    {"https", {"HTTPS_PROXY=p", "REQUEST_METHOD=GET"}, "pdpp"},
    {"http", {"http_proxy=p", "no_proxy=a.test"}, "dddd"},
    {"http", {"http_proxy=p", "NO_PROXY=a.test"}, "dpdd"},
    {"http", {"http_proxy=p", "NO_PROXY=a.test", "no_proxy="}, "dpdp"},
    {"http", {"http_proxy=p", "NO_PROXY=x", "no_proxy=a.test"}, "ddpd"},
    {"daytime", {"all_proxy=p"}, "----"},
};

static void
test_environments(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof environments / sizeof environments[0];
	     i++) {
		struct dial_noproxy_question q = {
		    .scheme = environments[i].scheme,
		    .host = "a.test",
		    .written = "a.test",
		    .port = 80,
		    .getenv = environment_look_up,
		    .arg = (void *)(uintptr_t)environments[i].variables,
		};

		expect(
		    &q, environments[i].expected, environments[i].variables[0]);
	}
}

static void
test_who_decided(void **state)
{
	static const char *const variables[] = {
	    "http_proxy=u:SECRET@p", "no_proxy=x, .a.test", NULL};
	struct dial_noproxy_question q = {.scheme = "http",
	    .host = "b.a.test",
	    .written = "b.a.test",
	    .port = 80,
	    .getenv = environment_look_up,
	    .arg = (void *)(uintptr_t)variables};
	struct dial_noproxy_verdict verdict;

	(void)state;
	for (int i = 0; i < DIAL_NOPROXY_PROGRAMS; i++) {
		dial_noproxy_ask(&verdict, (enum dial_noproxy_program)i, &q);
		assert_int_equal(verdict.kind, DIAL_NOPROXY_DIRECT);
		assert_string_equal(verdict.from, "no_proxy");
		assert_true(dial_span_equal(verdict.entry, ".a.test"));
	}
	q.host = q.written = "c.test";
	dial_noproxy_ask(&verdict, DIAL_NOPROXY_CURL, &q);
	assert_int_equal(verdict.kind, DIAL_NOPROXY_PROXY);
	assert_string_equal(verdict.from, "http_proxy");
	q.proxy = "";
	dial_noproxy_ask(&verdict, DIAL_NOPROXY_WGET, &q);
	assert_string_equal(verdict.why, "the proxy given is empty");
	q.arg = (void *)(uintptr_t)(variables + 2);
	q.proxy = NULL;
	q.preproxy = "socks5://s";
	dial_noproxy_ask(&verdict, DIAL_NOPROXY_CURL, &q);
	assert_string_equal(verdict.from, "--preproxy");
	dial_noproxy_ask(&verdict, DIAL_NOPROXY_GO, &q);
	assert_int_equal(verdict.kind, DIAL_NOPROXY_DIRECT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lists),
	    cmocka_unit_test(test_environments),
	    cmocka_unit_test(test_who_decided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
