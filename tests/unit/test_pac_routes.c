/* What a PAC file returns (PAC-09): keywords, spaces, case, ports; and what is
 * no such list, which is refused rather than taken for DIRECT. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fetch/pac_routes.h"

struct route_case {
	const char *result;
	const char *routes; /* "-" for DIRECT, a blank between; NULL: refused */
	size_t passed_over;
};

static const struct route_case cases[] = {
    {"DIRECT", "-", 0},
    {"direct", "-", 0},
    {" DIRECT ; ", "-", 0},
    {"PROXY p.test:8080", "http://p.test:8080", 0},
    {"proxy p.test:8080", "http://p.test:8080", 0},
    {"  Proxy\tp.test:8080  ", "http://p.test:8080", 0},
    {"PROXY   p.test:8080", "http://p.test:8080", 0},
    {"HTTP p.test:8080", "http://p.test:8080", 0},
    {"HTTPS p.test:8443", "https://p.test:8443", 0},
    {"SOCKS s.test:1", "socks4://s.test:1", 0},
    {"SOCKS4 s.test:1", "socks4://s.test:1", 0},
    {"SOCKS5 s.test:1", "socks5h://s.test:1", 0},
    /* ports where none is given */
    {"PROXY p.test", "http://p.test:80", 0},
    {"HTTPS p.test", "https://p.test:443", 0},
    {"SOCKS s.test", "socks4://s.test:1080", 0},
    {"SOCKS5 s.test", "socks5h://s.test:1080", 0},
    {"PROXY [::1]", "http://[::1]:80", 0},
    {"PROXY [::1]:3128", "http://[::1]:3128", 0},
    {"PROXY 10.0.0.1:3128", "http://10.0.0.1:3128", 0},
    /* lists, in their order, and twice is twice */
    {"PROXY p:1; DIRECT", "http://p:1 -", 0},
    {"PROXY p:1;SOCKS5 s:2;DIRECT;PROXY p:1",
	"http://p:1 socks5h://s:2 - http://p:1", 0},
    {";;PROXY p:1;; ;DIRECT;", "http://p:1 -", 0},
    /* as browsers do: nothing is DIRECT */
    {"", "-", 0},
    {"  ", "-", 0},
    {";", "-", 0},
    {" ; ;\t; ", "-", 0},
    /* passed over, where a proxy is left */
    {"QUIC q:443; PROXY p:1; DIRECT", "http://p:1 -", 1},
    {"PROXY p:1; nonsense; SOCKS", "http://p:1", 2},
    {"PROXY p:1; DIRECT now", "http://p:1", 1},
    {"PROXY me@p:1; PROXY q:2", "http://q:2", 1},
    {"PROXY p:99999; PROXY q:2", "http://q:2", 1},
    {"PROXY http://p:1; PROXY q:2", "http://q:2", 1},
    {"PROXY p:1/path; PROXY q:2", "http://q:2", 1},
    {"PROXY p:1, PROXY q:2; PROXY r:3", "http://r:3", 1},
    /* refused: there would be nothing but DIRECT */
    {"nonsense", NULL, 0},
    {"p.test:8080", NULL, 0},
    {"http://p.test:8080", NULL, 0},
    {"PROXY", NULL, 0},
    {"PROXY ", NULL, 0},
    {"PROXY :80", NULL, 0},
    {"PROXY p:0", NULL, 0},
    {"PROXYp:1", NULL, 0},
    {"DIRECT p", NULL, 0},
    {"QUIC q:443; DIRECT", NULL, 0},
    {"null", NULL, 0},
    {"undefined", NULL, 0},
    {"42", NULL, 0},
    {"PROXY p:1 q:2", NULL, 0},
    {"PROXY user:word@p:1", NULL, 0},
    {"PROXY p\xff:1", NULL, 0},
    /* control bytes: the whole of it, whatever else stands there */
    {"PROXY p:1\r\nX: y", NULL, 0},
    {"PROXY p:1;\n DIRECT", NULL, 0},
    {"DIRECT\r", NULL, 0},
    {"PROXY p\x7f:1", NULL, 0},
    {"\033[31mDIRECT", NULL, 0},
};

static void
write_routes(const struct dial_pac_routes *routes, char *out, size_t size)
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < routes->count; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%s",
		    i == 0 ? "" : " ",
		    routes->at[i][0] == '\0' ? "-" : routes->at[i]);
}

static void
test_every_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct route_case *c = &cases[i];
		struct dial_pac_routes routes;
		struct dial_error err = {0};
		char text[512];
		int result;

		result = dial_pac_routes_parse(
		    &routes, dial_span_of(c->result), &err);
		write_routes(&routes, text, sizeof text);
		if (result != (c->routes == NULL ? -1 : 0) ||
		    strcmp(text, c->routes == NULL ? "" : c->routes) != 0)
			fail_msg(
			    "%s: %d %s %s", c->result, result, text, err.text);
		assert_int_equal(routes.passed_over, c->passed_over);
		assert_int_equal(dial_error_is_set(&err), c->routes == NULL);
		if (c->routes == NULL) {
			assert_int_equal(err.domain, DIAL_PROXY);
			assert_int_equal(err.number, DIAL_PROXY_PAC);
			assert_int_equal(dial_error_exit_code(&err), 5);
		}
		dial_pac_routes_clear(&routes);
	}
}

/* A NUL is a control byte, too. */
static void
test_nul(void **state)
{
	struct dial_pac_routes routes;
	struct dial_error err = {0};

	(void)state;
	assert_int_equal(dial_pac_routes_parse(&routes,
			     dial_span_make("PROXY p:1\0; DIRECT", 18), &err),
	    -1);
	assert_non_null(strstr(err.text, "'PROXY p:1\\x00; DIRECT'"));
}

static int
parse_many(size_t count, struct dial_error *err)
{
	struct dial_pac_routes routes;
	struct dial_buf text = {0};
	int result;

	for (size_t i = 0; i < count; i++)
		assert_int_equal(dial_buf_append_text(&text, "PROXY p;"), 0);
	result = dial_pac_routes_parse(
	    &routes, dial_span_make(text.data, text.len), err);
	assert_int_equal(routes.count, result == 0 ? count : 0);
	dial_pac_routes_clear(&routes);
	dial_buf_clear(&text);
	return result;
}

static void
test_cap(void **state)
{
	struct dial_error err = {0};

	(void)state;
	assert_int_equal(parse_many(DIAL_PAC_ROUTES_MAX, &err), 0);
	assert_int_equal(parse_many(DIAL_PAC_ROUTES_MAX + 1, &err), -1);
	assert_non_null(strstr(err.text, "more entries"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_case),
	    cmocka_unit_test(test_nul),
	    cmocka_unit_test(test_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
