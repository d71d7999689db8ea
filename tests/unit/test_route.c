/* Which proxy, and why: curl's order of options and variables (PROXY-17). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fetch/route.h"

#include "environment.h"

#define ENVIRONMENT_MAX 8

struct route_case {
	const char *url, *proxy, *no_proxy;
	bool tunnel;
	const char *environment[ENVIRONMENT_MAX];
	enum dial_route_kind kind;
	const char *at; /* scheme://host:port of the proxy; NULL: none */
	uint16_t port;
	const char *why;
};

static int
decide(struct dial_route *route, const struct route_case *c,
    struct dial_error *err)
{
	struct dial_route_input input = {
	    .proxy = c->proxy,
	    .no_proxy = c->no_proxy,
	    .tunnel = c->tunnel,
	    .getenv = environment_look_up,
	    .arg = (void *)(uintptr_t)c->environment,
	};
	struct dial_url url;
	int result;

	assert_int_equal(
	    dial_url_parse(&url, dial_span_of(c->url), 0, NULL), 0);
	input.url = &url;
	result = dial_route_decide(route, &input, err);
	dial_url_clear(&url);
	return result;
}

#define HTTP	"http://a.test/"
#define HTTPS	"https://a.test/"
#define DAYTIME "daytime://a.test/"

static const struct route_case cases[] = {
    {HTTP, NULL, NULL, false, {NULL}, DIAL_ROUTE_DIRECT, NULL, 0,
	"no proxy is set"},
    /* -x: schemes and their ports */
    {HTTP, "p.test", NULL, false, {NULL}, DIAL_ROUTE_ABSOLUTE, "http", 1080,
	"-x"},
    {HTTP, "http://p.test:3128", NULL, false, {NULL}, DIAL_ROUTE_ABSOLUTE,
	"http", 3128, "-x"},
    {HTTP, "https://p.test", NULL, false, {NULL}, DIAL_ROUTE_ABSOLUTE, "https",
	443, "-x"},
    {HTTP, "p.test", NULL, true, {NULL}, DIAL_ROUTE_TUNNEL, "http", 1080, "-x"},
    {HTTPS, "p.test", NULL, false, {NULL}, DIAL_ROUTE_TUNNEL, "http", 1080,
	"-x"},
    {HTTP, "socks4://p.test", NULL, false, {NULL}, DIAL_ROUTE_SOCKS, "socks4",
	1080, "-x"},
    {HTTP, "socks4a://p.test", NULL, true, {NULL}, DIAL_ROUTE_SOCKS, "socks4a",
	1080, "-x"},
    {HTTPS, "socks5://p.test", NULL, false, {NULL}, DIAL_ROUTE_SOCKS, "socks5",
	1080, "-x"},
    {HTTPS, "socks5h://p.test:9", NULL, false, {NULL}, DIAL_ROUTE_SOCKS,
	"socks5h", 9, "-x"},
    {DAYTIME, "p.test", NULL, false, {NULL}, DIAL_ROUTE_TUNNEL, "http", 1080,
	"-x"},
    {DAYTIME, "socks5h://p.test", NULL, false, {NULL}, DIAL_ROUTE_SOCKS,
	"socks5h", 1080, "-x"},
    /* -x wins over the environment; an empty one is none */
    {HTTP, "p.test", NULL, false, {"http_proxy=q.test", NULL},
	DIAL_ROUTE_ABSOLUTE, "http", 1080, "-x"},
    {HTTP, "", NULL, false, {"http_proxy=q.test", NULL}, DIAL_ROUTE_DIRECT,
	NULL, 0, "the proxy given is empty"},
    /* variables, in lower case first */
    {HTTP, NULL, NULL, false, {"http_proxy=p.test:1", "all_proxy=q.test", NULL},
	DIAL_ROUTE_ABSOLUTE, "http", 1, "http_proxy in the environment"},
    {HTTPS, NULL, NULL, false,
	{"HTTPS_PROXY=q.test:2", "https_proxy=p.test:1", NULL},
	DIAL_ROUTE_TUNNEL, "http", 1, "https_proxy in the environment"},
    {HTTPS, NULL, NULL, false,
	{"HTTPS_PROXY=p.test:1", "all_proxy=q.test:2", NULL}, DIAL_ROUTE_TUNNEL,
	"http", 1, "HTTPS_PROXY in the environment"},
    {HTTPS, NULL, NULL, false,
	{"ALL_PROXY=q.test:2", "all_proxy=p.test:1", NULL}, DIAL_ROUTE_TUNNEL,
	"http", 1, "all_proxy in the environment"},
    {HTTP, NULL, NULL, false, {"ALL_PROXY=p.test:1", NULL}, DIAL_ROUTE_ABSOLUTE,
	"http", 1, "ALL_PROXY in the environment"},
    {HTTPS, NULL, NULL, false, {"http_proxy=p.test", NULL}, DIAL_ROUTE_DIRECT,
	NULL, 0, "no proxy is set"},
    {HTTP, NULL, NULL, false, {"https_proxy=p.test", NULL}, DIAL_ROUTE_DIRECT,
	NULL, 0, "no proxy is set"},
    /* empty is not set */
    {HTTP, NULL, NULL, false, {"http_proxy=", "all_proxy=p.test:1", NULL},
	DIAL_ROUTE_ABSOLUTE, "http", 1, "all_proxy in the environment"},
    /* PROXY-17: never HTTP_PROXY */
    {HTTP, NULL, NULL, false, {"HTTP_PROXY=p.test", NULL}, DIAL_ROUTE_DIRECT,
	NULL, 0, "HTTP_PROXY is ignored, http_proxy would count"},
    {HTTP, NULL, NULL, false, {"HTTP_PROXY=p.test", "REQUEST_METHOD=GET", NULL},
	DIAL_ROUTE_DIRECT, NULL, 0,
	"HTTP_PROXY is ignored, http_proxy would count"},
    {HTTP, NULL, NULL, false, {"HTTP_PROXY=q.test", "all_proxy=p.test:1", NULL},
	DIAL_ROUTE_ABSOLUTE, "http", 1, "all_proxy in the environment"},
    /* daytime: never http_proxy, but what is for every scheme or for it */
    {DAYTIME, NULL, NULL, false,
	{"http_proxy=p.test", "https_proxy=p.test", NULL}, DIAL_ROUTE_DIRECT,
	NULL, 0, "no proxy is set"},
    {DAYTIME, NULL, NULL, false, {"all_proxy=socks5://p.test", NULL},
	DIAL_ROUTE_SOCKS, "socks5", 1080, "all_proxy in the environment"},
    {DAYTIME, NULL, NULL, false, {"daytime_proxy=p.test:1", NULL},
	DIAL_ROUTE_TUNNEL, "http", 1, "daytime_proxy in the environment"},
    /* no_proxy, in lower case first; it holds for -x as well */
    {HTTP, NULL, NULL, false, {"http_proxy=p.test", "no_proxy=x,.test", NULL},
	DIAL_ROUTE_DIRECT, NULL, 0, "no_proxy entry '.test' matched"},
    {HTTP, "p.test", NULL, false, {"NO_PROXY=a.test:80", NULL},
	DIAL_ROUTE_DIRECT, NULL, 0, "NO_PROXY entry 'a.test:80' matched"},
    {HTTPS, "p.test", NULL, false, {"NO_PROXY=a.test:80", NULL},
	DIAL_ROUTE_TUNNEL, "http", 1080, "-x"},
    {HTTP, "p.test", NULL, false, {"NO_PROXY=a.test", "no_proxy=x", NULL},
	DIAL_ROUTE_ABSOLUTE, "http", 1080, "-x"},
    {HTTP, "p.test", "*", false, {NULL}, DIAL_ROUTE_DIRECT, NULL, 0,
	"--noproxy entry '*' matched"},
    /* --noproxy takes the place of no_proxy, an empty one too */
    {HTTP, "p.test", "x", false, {"no_proxy=a.test", NULL}, DIAL_ROUTE_ABSOLUTE,
	"http", 1080, "-x"},
    {HTTP, "p.test", "", false, {"no_proxy=*", NULL}, DIAL_ROUTE_ABSOLUTE,
	"http", 1080, "-x"},
};

struct pac_case {
	const char *url, *proxy, *no_proxy;
	const char *environment[ENVIRONMENT_MAX];
	const char *pac; /* NULL: none is asked */
	const char *why;
};

/* -x (told as --pac) and every variable may name a PAC file; auto_proxy does,
 * and counts last. no_proxy has the first word (PAC-08: none is looked for). */
static const struct pac_case pac_cases[] = {
    {HTTP, "pac+file:/p.pac", NULL, {NULL}, "pac+file:/p.pac", "--pac"},
    {HTTPS, "pac+http://w.test/p.pac", NULL, {NULL}, "pac+http://w.test/p.pac",
	"--pac"},
    {HTTPS, "PAC+https://w.test/", NULL, {NULL}, "PAC+https://w.test/",
	"--pac"},
    {DAYTIME, "pac+file:p.pac", NULL, {NULL}, "pac+file:p.pac", "--pac"},
    {HTTP, "pac+file:/p.pac", "a.test", {NULL}, NULL,
	"--noproxy entry 'a.test' matched"},
    {HTTP, "pac+file:/p.pac", NULL, {"no_proxy=*", NULL}, NULL,
	"no_proxy entry '*' matched"},
    {HTTP, "", NULL, {"auto_proxy=/p.pac", NULL}, NULL,
	"the proxy given is empty"},
    {HTTP, NULL, NULL, {"http_proxy=pac+file:/p.pac", NULL}, "pac+file:/p.pac",
	"http_proxy in the environment"},
    {HTTPS, NULL, NULL, {"all_proxy=pac+http://w.test", NULL},
	"pac+http://w.test", "all_proxy in the environment"},
    {HTTP, NULL, NULL, {"auto_proxy=/etc/p.pac", NULL}, "pac+file:/etc/p.pac",
	"auto_proxy in the environment"},
    {HTTP, NULL, NULL, {"auto_proxy=file:///etc/p.pac", NULL},
	"pac+file:///etc/p.pac", "auto_proxy in the environment"},
    {HTTPS, NULL, NULL, {"AUTO_PROXY=http://w.test/p.pac", NULL},
	"pac+http://w.test/p.pac", "AUTO_PROXY in the environment"},
    {HTTPS, NULL, NULL,
	{"AUTO_PROXY=/q", "auto_proxy=pac+https://w.test/p.pac", NULL},
	"pac+https://w.test/p.pac", "auto_proxy in the environment"},
    {HTTP, NULL, NULL, {"auto_proxy=/p.pac", "HTTP_PROXY=p.test", NULL},
	"pac+file:/p.pac", "auto_proxy in the environment"},
    {HTTP, NULL, NULL, {"auto_proxy=/p.pac", "https_proxy=p.test", NULL},
	"pac+file:/p.pac", "auto_proxy in the environment"},
    {HTTP, NULL, NULL, {"auto_proxy=/p.pac", "no_proxy=a.test", NULL}, NULL,
	"no_proxy entry 'a.test' matched"},
    {HTTP, NULL, NULL, {"auto_proxy=", NULL}, NULL, "no proxy is set"},
};

static void
test_pac(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof pac_cases / sizeof pac_cases[0]; i++) {
		const struct pac_case *c = &pac_cases[i];
		struct route_case like = {
		    .url = c->url, .proxy = c->proxy, .no_proxy = c->no_proxy};
		struct dial_route route;

		memcpy(
		    like.environment, c->environment, sizeof like.environment);
		assert_int_equal(decide(&route, &like, NULL), 0);
		assert_string_equal(route.why, c->why);
		assert_null(route.proxy.host);
		if (c->pac == NULL) {
			assert_int_equal(route.kind, DIAL_ROUTE_DIRECT);
			assert_null(route.pac);
		} else {
			assert_int_equal(route.kind, DIAL_ROUTE_PAC);
			assert_string_equal(route.pac, c->pac);
		}
		dial_route_clear(&route);
	}
}

/* What the file has chosen is taken, whatever no_proxy says by then. */
static void
test_chosen(void **state)
{
	struct dial_url url;
	struct dial_route route;
	struct dial_route_input input = {
	    .url = &url,
	    .proxy = "pac+file:/p.pac",
	    .no_proxy = "*",
	    .chosen = "http://p.test:8080",
	    .chosen_why = "the PAC file /p.pac",
	};

	(void)state;
	assert_int_equal(dial_url_parse(&url, dial_span_of(HTTPS), 0, NULL), 0);
	assert_int_equal(dial_route_decide(&route, &input, NULL), 0);
	assert_int_equal(route.kind, DIAL_ROUTE_TUNNEL);
	assert_string_equal(route.proxy.host, "p.test");
	assert_string_equal(route.why, "the PAC file /p.pac");
	dial_route_clear(&route);
	input.chosen = "";
	assert_int_equal(dial_route_decide(&route, &input, NULL), 0);
	assert_int_equal(route.kind, DIAL_ROUTE_DIRECT);
	assert_null(route.pac);
	dial_route_clear(&route);
	input.first = "socks5://s.test";
	assert_int_equal(dial_route_decide(&route, &input, NULL), 0);
	assert_int_equal(route.kind, DIAL_ROUTE_SOCKS);
	dial_route_clear(&route);
	dial_url_clear(&url);
}

static void
test_every_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct route_case *c = &cases[i];
		struct dial_error err = {0};
		struct dial_route route;

		if (decide(&route, c, &err) != 0)
			fail_msg("case %zu: %s", i, err.text);
		if (route.kind != c->kind || strcmp(route.why, c->why) != 0)
			fail_msg(
			    "case %zu: %d, %s", i, (int)route.kind, route.why);
		if (c->at == NULL) {
			assert_null(route.proxy.host);
		} else {
			assert_string_equal(route.proxy.scheme, c->at);
			assert_string_equal(route.proxy.host, "p.test");
			assert_int_equal(route.proxy.port, c->port);
		}
		dial_route_clear(&route);
	}
}

static void
test_credentials_come_from_the_proxys_url(void **state)
{
	static const struct route_case c = {
	    .url = HTTPS, .environment = {"https_proxy=u:p%40@p.test:1"}};
	struct dial_route route;

	(void)state;
	assert_int_equal(decide(&route, &c, NULL), 0);
	assert_string_equal(route.proxy.user, "u");
	assert_string_equal(route.proxy.password, "p@");
	assert_null(strstr(route.why, "u:p"));
	dial_route_clear(&route);
}

/* INJ-05, CRED-14: refused before a name is looked up, and not shown. */
static void
test_a_bad_proxy_is_refused_by_its_source(void **state)
{
	static const struct route_case bad[] = {
	    {.url = HTTP, .environment = {"http_proxy=p.test:1\r\nX: y"}},
	    {.url = HTTP, .environment = {"all_proxy=ftp://p.test"}},
	    {.url = HTTP, .proxy = "http://u:SECRET@x#y@p.test"},
	    {.url = HTTP, .proxy = "p.test:99999"},
	    {.url = HTTP, .proxy = "p.test", .no_proxy = "b.test\r\nX: y"},
	    {.url = HTTP, .environment = {"no_proxy=b.test\n"}},
	    {.url = HTTP, .environment = {"NO_PROXY=a.test\r"}},
	    {.url = HTTP, .environment = {"auto_proxy=/p.pac\r\nX: y"}},
	    {.url = HTTP, .proxy = "pac+http://u:SECRET@w.test/\r"},
	};
	static const char *const sources[] = {"http_proxy", "all_proxy", "-x",
	    "-x", "--noproxy holds", "no_proxy holds", "NO_PROXY holds",
	    "auto_proxy", "--pac"};
	/* As in curl, and a kind of proxy that is not known is 7. */
	static const int codes[] = {5, 7, 5, 5, 5, 5, 5, 5, 5};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct dial_error err = {0};
		struct dial_route route;

		if (decide(&route, &bad[i], &err) == 0)
			fail_msg("case %zu was taken", i);
		assert_int_equal(dial_error_exit_code(&err), codes[i]);
		assert_non_null(strstr(err.text, sources[i]));
		assert_null(strstr(err.text, "SECRET"));
		assert_null(strpbrk(err.text, "\r\n"));
		assert_null(route.why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_case),
	    cmocka_unit_test(test_pac),
	    cmocka_unit_test(test_chosen),
	    cmocka_unit_test(test_credentials_come_from_the_proxys_url),
	    cmocka_unit_test(test_a_bad_proxy_is_refused_by_its_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
