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
};

static const struct way_case cases[] = {
    {"http://h/", "", false, NULL, NULL, "tcp h:80"},
    {"daytime://h", "", false, NULL, NULL, "tcp h:13"},
    {"https://h", "", false, NULL, NULL, "tcp h:443 > tls h"},
    {"https://[::1]:8443/", "", false, NULL, NULL, "tcp [::1]:8443 > tls ::1"},
    {"https://h", "http://p:3128", false, NULL, NULL,
	"tcp p:3128 > tunnel h:443 > tls h"},
    {"https://h", "https://p:3128", false, NULL, NULL,
	"tcp p:3128 > tls p > tunnel h:443 > tls h"},
    {"https://h", "https://p", false, NULL, NULL,
	"tcp p:443 > tls p > tunnel h:443 > tls h"},
    {"http://h/", "http://p", false, NULL, NULL, "tcp p:1080 absolute"},
    {"http://h/", "https://p", false, NULL, NULL, "tcp p:443 > tls p absolute"},
    {"http://h/", "http://p", true, NULL, NULL, "tcp p:1080 > tunnel h:80"},
    {"daytime://h", "http://p", false, NULL, NULL, "tcp p:1080 > tunnel h:13"},
    {"https://h", "socks5h://p", false, NULL, NULL,
	"tcp p:1080 > socks h:443 > tls h"},
    {"http://h", "socks4a://p:9", false, NULL, NULL, "tcp p:9 > socks h:80"},
    /* --connect-to changes where, never who. */
    {"https://h", "", false, "h:443:there:8443", NULL,
	"tcp there:8443 > tls h"},
    {"https://h", "", false, ":::8443", NULL, "tcp h:8443 > tls h"},
    {"https://h", "", false, "H:443:[::1]:", NULL, "tcp [::1]:443 > tls h"},
    {"https://h", "", false, "other:443:there:1", NULL, "tcp h:443 > tls h"},
    {"https://h", "http://p:1", false, "h::there:2", NULL,
	"tcp p:1 > tunnel there:2 > tls h"},
    /* A unix socket leaves no room for a proxy. */
    {"https://h", "http://p:1", false, NULL, "/run/x.sock",
	"tcp /run/x.sock > tls h"},
};

static void
describe(const struct dial_way *way, char *out, size_t size)
{
	char foot[DIAL_HOST_MAX + 128], target[DIAL_HOST_MAX + 128];
	bool plain = way->middle == DIAL_WAY_PLAIN;

	dial_endpoint_text(&way->foot, foot, sizeof foot);
	dial_endpoint_text(&way->target, target, sizeof target);
	snprintf(out, size, "tcp %s%s%s%s%s%s%s%s", foot,
	    way->proxy_tls ? " > tls " : "",
	    way->proxy_tls ? way->proxy_host : "",
	    plain			     ? ""
	    : way->middle == DIAL_WAY_TUNNEL ? " > tunnel "
					     : " > socks ",
	    plain ? "" : target, way->origin_tls ? " > tls " : "",
	    way->origin_tls ? way->origin_host : "",
	    way->absolute_form ? " absolute" : "");
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

		if (dial_way_find(&way, r, &r->url, &err) == -1)
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
	static const char *const bad[] = {"a", "h:443", "h:443:b",
	    "h:443:b:99999", "h:x:b:1", "h:443:b:1:2", "h:443:b:0",
	    "[::1:443:b:1", "[::1]443:b:1"};
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
	struct way_case c = {
	    "http://h", "http://a:b@p", false, NULL, NULL, NULL};
	struct dial_request *r = request_of(&c);
	struct dial_way way;

	(void)state;
	assert_int_equal(dial_request_set_proxy_user(r, "c", "d", NULL), 0);
	assert_int_equal(dial_way_find(&way, r, &r->url, NULL), 0);
	assert_string_equal(way.user, "a");
	assert_string_equal(way.password, "b");
	dial_way_clear(&way);
	assert_int_equal(dial_request_set_proxy(r, "http://p", NULL), 0);
	assert_int_equal(dial_way_find(&way, r, &r->url, NULL), 0);
	assert_string_equal(way.user, "c");
	dial_way_clear(&way);
	/* PROXY-05: clearing them has an effect. */
	assert_int_equal(dial_request_set_proxy_user(r, NULL, NULL, NULL), 0);
	assert_int_equal(dial_way_find(&way, r, &r->url, NULL), 0);
	assert_null(way.user);
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
