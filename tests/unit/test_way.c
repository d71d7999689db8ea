/* From a request and a URL to what is connected to and stacked (DESIGN 1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fetch/way.h"

struct way_case {
	const char *url;
	const char *proxy;
	bool tunnel;
	const char *connect_to;
	const char *unix_socket;
	/* The foot, then each layer upwards. */
	const char *stack;
	const char *preproxy;
	bool haproxy;
};

static const struct way_case cases[] = {
    {.url = "http://h/", .proxy = "", .stack = "tcp h:80"},
    {.url = "daytime://h", .proxy = "", .stack = "tcp h:13"},
    {.url = "https://h", .proxy = "", .stack = "tcp h:443 > tls h"},
    {.url = "https://[::1]:8443/",
	.proxy = "",
	.stack = "tcp [::1]:8443 > tls ::1"},
    {.url = "https://h",
	.proxy = "http://p:3128",
	.stack = "tcp p:3128 > tunnel h:443 > tls h"},
    {.url = "https://h",
	.proxy = "https://p:3128",
	.stack = "tcp p:3128 > tls p > tunnel h:443 > tls h"},
    {.url = "https://h",
	.proxy = "https://p",
	.stack = "tcp p:443 > tls p > tunnel h:443 > tls h"},
    {.url = "http://h/", .proxy = "http://p", .stack = "tcp p:1080 absolute"},
    {.url = "http://h/",
	.proxy = "https://p",
	.stack = "tcp p:443 > tls p absolute"},
    {.url = "http://h/",
	.proxy = "http://p",
	.tunnel = true,
	.stack = "tcp p:1080 > tunnel h:80"},
    {.url = "daytime://h",
	.proxy = "http://p",
	.stack = "tcp p:1080 > tunnel h:13"},
    {.url = "https://h",
	.proxy = "socks5h://p",
	.stack = "tcp p:1080 > socks h:443 > tls h"},
    {.url = "http://h",
	.proxy = "socks4a://p:9",
	.stack = "tcp p:9 > socks h:80"},
    /* --connect-to changes where, never who. */
    {.url = "https://h",
	.proxy = "",
	.connect_to = "h:443:there:8443",
	.stack = "tcp there:8443 > tls h"},
    {.url = "https://h",
	.proxy = "",
	.connect_to = ":::8443",
	.stack = "tcp h:8443 > tls h"},
    {.url = "https://h",
	.proxy = "",
	.connect_to = "H:443:[::1]:",
	.stack = "tcp [::1]:443 > tls h"},
    {.url = "https://h",
	.proxy = "",
	.connect_to = "::there",
	.stack = "tcp there:443 > tls h"},
    {.url = "https://h",
	.proxy = "",
	.connect_to = "other:443:there:1",
	.stack = "tcp h:443 > tls h"},
    {.url = "https://h",
	.proxy = "http://p:1",
	.connect_to = "h::there:2",
	.stack = "tcp p:1 > tunnel there:2 > tls h"},
    /* A unix socket leaves no room for a proxy. */
    {.url = "https://h",
	.proxy = "http://p:1",
	.unix_socket = "/run/x.sock",
	.stack = "tcp /run/x.sock > tls h"},
    {.url = "http://h",
	.proxy = "http://p:1",
	.unix_socket = "@x",
	.stack = "tcp ./@x"},
    /* --preproxy leads to the proxy; without one it is the proxy. */
    {.url = "https://h",
	.proxy = "https://p:1",
	.stack = "tcp s:1080 > socks p:1 > tls p > tunnel h:443 > tls h",
	.preproxy = "socks5://s"},
    {.url = "http://h",
	.proxy = "http://p:1",
	.stack = "tcp s:9 > socks p:1 absolute",
	.preproxy = "socks4a://s:9"},
    {.url = "https://h",
	.proxy = "",
	.stack = "tcp s:1080 > socks h:443 > tls h",
	.preproxy = "socks5h://s"},
    {.url = "http://h",
	.proxy = "http://p:1",
	.stack = "tcp p:1 absolute",
	.preproxy = ""},
    /* The PROXY line goes ahead of what is said to the origin. */
    {.url = "https://h",
	.proxy = "",
	.stack = "tcp h:443 > haproxy > tls h",
	.haproxy = true},
    {.url = "https://h",
	.proxy = "http://p:1",
	.stack = "tcp p:1 > tunnel h:443 > haproxy > tls h",
	.haproxy = true},
};

static void
add(char *out, size_t size, const char *layer, const char *what)
{
	size_t len = strlen(out);

	snprintf(out + len, size - len, " > %s%s%s", layer,
	    *what == '\0' ? "" : " ", what);
}

static void
describe(const struct dial_way *way, char *out, size_t size)
{
	char foot[DIAL_HOST_MAX + 128], target[DIAL_HOST_MAX + 128];
	char first[DIAL_HOST_MAX + 128];

	snprintf(out, size, "tcp %s",
	    dial_endpoint_text(&way->foot, foot, sizeof foot));
	if (way->first.name != NULL)
		add(out, size, "socks",
		    dial_endpoint_text(
			&way->first.target, first, sizeof first));
	if (way->proxy_tls)
		add(out, size, "tls", way->proxy_host);
	if (way->middle != DIAL_WAY_PLAIN)
		add(out, size,
		    way->middle == DIAL_WAY_TUNNEL ? "tunnel" : "socks",
		    dial_endpoint_text(&way->target, target, sizeof target));
	if (way->haproxy)
		add(out, size, "haproxy", "");
	if (way->origin_tls)
		add(out, size, "tls", way->origin_host);
	if (way->absolute_form)
		snprintf(out + strlen(out), size - strlen(out), " absolute");
}

static struct dial_request *
request_of(const struct way_case *c)
{
	struct dial_request *r = dial_request_new(c->url, NULL);

	assert_non_null(r);
	assert_int_equal(dial_request_set_proxy(r, c->proxy, NULL), 0);
	dial_request_set_proxy_tunnel(r, c->tunnel);
	if (c->connect_to != NULL)
		assert_int_equal(
		    dial_request_add_connect_to(r, c->connect_to, NULL), 0);
	assert_int_equal(
	    dial_request_set_unix_socket(r, c->unix_socket, NULL), 0);
	assert_int_equal(dial_request_set_preproxy(r, c->preproxy, NULL), 0);
	assert_int_equal(
	    dial_request_set_haproxy(r, c->haproxy, NULL, NULL), 0);
	return r;
}

static void
every_stack(void **state)
{
	char stack[1024];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dial_request *r = request_of(&cases[i]);
		struct dial_error err = {0};
		struct dial_way way;

		if (dial_way_find(&way, r, &r->url, NULL, &err) == -1)
			fail_msg("%s: %s", cases[i].url, err.text);
		describe(&way, stack, sizeof stack);
		assert_string_equal(stack, cases[i].stack);
		assert_non_null(way.key);
		dial_way_clear(&way);
		dial_request_free(r);
	}
}

static void
a_connect_to_that_is_none(void **state)
{
	static const char *const bad[] = {"a", "h:443", "h:443:b:99999",
	    "h:x:b:1", "h:443:b:1:2", "h:443:b:0", "[::1:443:b:1",
	    "[::1]443:b:1"};
	struct dial_request *r = dial_request_new("http://h", NULL);
	struct dial_error err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		dial_error_clear(&err);
		assert_int_equal(
		    dial_request_add_connect_to(r, bad[i], &err), -1);
		assert_int_equal(dial_error_exit_code(&err), 2);
		assert_non_null(strstr(err.text, bad[i]));
	}
	dial_request_free(r);
}

/* curl: credentials in the proxy's URL win over -U. */
static void
whose_credentials(void **state)
{
	struct way_case c = {.url = "http://h", .proxy = "http://a:b@p"};
	struct dial_request *r = request_of(&c);
	struct dial_way way;

	(void)state;
	assert_int_equal(dial_request_set_proxy_user(r, "c", "d", NULL), 0);
	assert_int_equal(dial_way_find(&way, r, &r->url, NULL, NULL), 0);
	assert_string_equal(way.user, "a");
	assert_string_equal(way.password, "b");
	dial_way_clear(&way);
	assert_int_equal(dial_request_set_proxy(r, "http://p", NULL), 0);
	assert_int_equal(dial_way_find(&way, r, &r->url, NULL, NULL), 0);
	assert_string_equal(way.user, "c");
	dial_way_clear(&way);
	/* PROXY-05: clearing them has an effect. */
	assert_int_equal(dial_request_set_proxy_user(r, NULL, NULL, NULL), 0);
	assert_int_equal(dial_way_find(&way, r, &r->url, NULL, NULL), 0);
	assert_null(way.user);
	dial_way_clear(&way);
	dial_request_free(r);
}

/* What is had from elsewhere makes another connection. */
static void
a_login_that_comes_later(void **state)
{
	struct way_case c = {.url = "http://h", .proxy = "http://a@p"};
	struct dial_request *r = request_of(&c);
	struct dial_way way;
	char *before;

	(void)state;
	assert_int_equal(
	    dial_request_set_proxy_password_command(r, "x", NULL), 0);
	assert_int_equal(dial_way_find(&way, r, &r->url, NULL, NULL), 0);
	assert_int_equal(way.login, DIAL_LOGIN_COMMAND);
	assert_string_equal(way.user, "a");
	assert_null(way.password);
	before = dial_text_copy(dial_span_of(way.key));
	assert_int_equal(
	    dial_way_set_login(&way, r, &r->url, "a", "pw", NULL), 0);
	assert_string_equal(way.user, "a");
	assert_string_equal(way.password, "pw");
	assert_string_not_equal(way.key, before);
	free(before);
	dial_way_clear(&way);
	dial_request_free(r);
}

static void
a_preproxy_that_is_none(void **state)
{
	static const struct way_case bad[] = {
	    {.url = "http://h", .proxy = "http://p", .preproxy = "http://s"},
	    {.url = "http://h",
		.proxy = "socks5://p",
		.preproxy = "socks5://s"},
	    {.url = "http://h", .proxy = "http://p", .preproxy = "ftp://s"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct dial_request *r = request_of(&bad[i]);
		struct dial_error err = {0};
		struct dial_way way;

		assert_int_equal(
		    dial_way_find(&way, r, &r->url, NULL, &err), -1);
		assert_int_equal(err.domain, DIAL_PROXY);
		assert_non_null(strstr(err.text, "--preproxy"));
		dial_request_free(r);
	}
}

/* Its credentials are its own, and a proxy that is not used needs none. */
static void
a_preproxy_has_its_own_user(void **state)
{
	struct way_case c = {.url = "http://h",
	    .proxy = "http://a:b@p",
	    .preproxy = "socks5h://c:d@s"};
	struct dial_request *r = request_of(&c);
	struct dial_way way;

	(void)state;
	assert_int_equal(dial_way_find(&way, r, &r->url, NULL, NULL), 0);
	assert_string_equal(way.first.user, "c");
	assert_string_equal(way.first.password, "d");
	assert_string_equal(way.user, "a");
	assert_non_null(strstr(way.foot_party, "p:1080"));
	assert_non_null(strstr(way.foot_party, "s:1080"));
	dial_way_clear(&way);
	assert_int_equal(dial_request_set_no_proxy(r, "h", NULL), 0);
	assert_int_equal(dial_way_find(&way, r, &r->url, NULL, NULL), 0);
	assert_null(way.first.name);
	assert_false(way.foot_is_proxy);
	dial_way_clear(&way);
	dial_request_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_stack),
	    cmocka_unit_test(a_connect_to_that_is_none),
	    cmocka_unit_test(whose_credentials),
	    cmocka_unit_test(a_login_that_comes_later),
	    cmocka_unit_test(a_preproxy_that_is_none),
	    cmocka_unit_test(a_preproxy_has_its_own_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
