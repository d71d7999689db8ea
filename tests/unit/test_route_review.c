/* Which setting decided on a proxy, and why the others did not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fetch/route_review.h"

#include "environment.h"

#define ENVIRONMENT_MAX 8

struct review_case {
	const char *url, *proxy, *first, *no_proxy;
	const char *environment[ENVIRONMENT_MAX];
	const char *told; /* a line a setting */
};

#define HTTP  "http://a.test/"
#define HTTPS "https://a.test/"

static const struct review_case cases[] = {
    {HTTP, NULL, NULL, NULL, {NULL}, ""},
    {HTTPS, "p.test:1", NULL, NULL, {"https_proxy=q.test:2", NULL},
	"+-x=http://p.test:1/\n"
	"-https_proxy=http://q.test:2/ (-x comes first)\n"},
    {HTTPS, "", NULL, NULL, {"HTTPS_PROXY=q.test:2", NULL},
	"+-x=\"\" (no proxy, whatever the environment says)\n"
	"-HTTPS_PROXY=http://q.test:2/ (-x comes first)\n"},
    {HTTPS, NULL, NULL, NULL,
	{"HTTPS_PROXY=q.test:2", "https_proxy=r.test:3", "all_proxy=s.test:4",
	    "ALL_PROXY=t.test:5", "http_proxy=u.test:6", NULL},
	"+https_proxy=http://r.test:3/\n"
	"-HTTPS_PROXY=http://q.test:2/ (https_proxy comes first)\n"
	"-all_proxy=http://s.test:4/ (https_proxy comes first)\n"
	"-ALL_PROXY=http://t.test:5/ (https_proxy comes first)\n"
	"-http_proxy=http://u.test:6/ (it is for http:// URLs)\n"},
    {HTTP, NULL, NULL, NULL,
	{"HTTP_PROXY=q.test:2", "https_proxy=r.test:3", NULL},
	"-HTTP_PROXY=http://q.test:2/ (a web server sets it from a request's "
	"Proxy field; http_proxy would count)\n"
	"-https_proxy=http://r.test:3/ (it is for https:// URLs)\n"},
    {HTTP, NULL, NULL, NULL, {"http_proxy=q.test:2", "no_proxy=.test", NULL},
	"+no_proxy=.test (its entry '.test' matches)\n"
	"-http_proxy=http://q.test:2/ (no_proxy leaves the proxy out)\n"},
    {HTTP, NULL, NULL, "b.test",
	{"http_proxy=q.test:2", "no_proxy=a.test", "NO_PROXY=*", NULL},
	"---noproxy=b.test (no entry of it matches a.test:80)\n"
	"-no_proxy=a.test (--noproxy comes first)\n"
	"-NO_PROXY=* (--noproxy comes first)\n"
	"+http_proxy=http://q.test:2/\n"},
    {HTTP, "pac+file:/etc/proxy.pac", NULL, NULL, {"auto_proxy=/x.pac", NULL},
	"+--pac=pac+/etc/proxy.pac\n"
	"-auto_proxy=pac+/x.pac (--pac comes first)\n"},
    {HTTP, NULL, NULL, NULL, {"AUTO_PROXY=http://u:secret@p.test/x", NULL},
	"+AUTO_PROXY=pac+http://u:***@p.test/x\n"},
    /* A password is no setting to be read aloud. */
    {HTTP, "http://me:secret@p.test:1", NULL, NULL, {NULL},
	"+-x=http://me:***@p.test:1/\n"},
    {HTTP, "ht!tp://me:secret@p.test:1", NULL, NULL, {NULL},
	"+-x=(not a proxy's URL)\n"},
    {HTTP, "p.test:1", "socks5://s.test", NULL, {NULL},
	"+-x=http://p.test:1/\n"
	"+--preproxy=socks5://s.test:1080/ (it leads to the proxy)\n"},
    {HTTP, "p.test:1", "socks5://s.test", "*", {NULL},
	"+--noproxy=* (its entry '*' matches)\n"
	"--x=http://p.test:1/ (--noproxy leaves the proxy out)\n"
	"---preproxy=socks5://s.test:1080/ (no proxy is used)\n"},
};

static void
note(void *arg, const struct dial_route_setting *setting)
{
	struct dial_buf *told = arg;
	const char *why = setting->why;

	assert_int_equal(dial_buf_append_format(told, "%c%s=%s%s%s%s\n",
			     setting->used ? '+' : '-', setting->name,
			     setting->value, why == NULL ? "" : " (",
			     why == NULL ? "" : why, why == NULL ? "" : ")"),
	    0);
}

static void
test_every_setting_has_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct review_case *c = &cases[i];
		struct dial_url url;
		struct dial_buf told = {0};
		struct dial_route_input input = {.url = &url,
		    .proxy = c->proxy,
		    .first = c->first,
		    .no_proxy = c->no_proxy,
		    .getenv = environment_look_up,
		    .arg = (void *)(uintptr_t)c->environment};

		assert_int_equal(
		    dial_url_parse(&url, dial_span_of(c->url), 0, NULL), 0);
		assert_int_equal(dial_route_review(&input, note, &told), 0);
		assert_non_null(dial_buf_terminate(&told));
		assert_string_equal((char *)told.data, c->told);
		dial_buf_clear(&told);
		dial_url_clear(&url);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_setting_has_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
