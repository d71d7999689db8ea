/* no_proxy's entries against hosts, by curl's rules, and networks beside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "fetch/noproxy.h"

/* entry NULL: nothing in the list covers the host. */
static const struct {
	const char *list, *host;
	uint16_t port;
	const char *entry;
} cases[] = {
    {NULL, "a.test", 80, NULL},
    {"", "a.test", 80, NULL},
    {" , ,\t", "a.test", 80, NULL},
    /* names: the host and those below it, on the boundary of a label */
    {"a.test", "a.test", 80, "a.test"},
    {"A.Test", "a.tEST", 80, "A.Test"},
    {"a.test", "b.a.test", 80, "a.test"},
    {"a.test", "ba.test", 80, NULL},
    {"a.test", "test", 80, NULL},
    {"a.test", "a.test.b", 80, NULL},
    {".a.test", "a.test", 80, ".a.test"},
    {".a.test", "b.a.test", 80, ".a.test"},
    {".a.test", "ba.test", 80, NULL},
    {"a.test.", "a.test", 80, "a.test."},
    {"a.test", "a.test.", 80, "a.test"},
    {".a.test.", "b.a.test.", 80, ".a.test."},
    {".", "a.test", 80, NULL},
    {"..", "a.test", 80, NULL},
    {"test", "a.test", 80, "test"},
    /* separators; the first that fits decides */
    {"x, a.test ,y", "a.test", 80, "a.test"},
    {"x a.test\ty", "a.test", 80, "a.test"},
    {"x,test,a.test", "a.test", 80, "test"},
    {"x,,a.test", "a.test", 80, "a.test"},
    /* ports */
    {"a.test:80", "a.test", 80, "a.test:80"},
    {"a.test:80", "b.a.test", 80, "a.test:80"},
    {"a.test:80", "a.test", 8080, NULL},
    {"a.test:", "a.test", 80, NULL},
    {"a.test:80x", "a.test", 80, NULL},
    {"a.test:65616", "a.test", 80, NULL},
    {"10.0.0.1:80", "10.0.0.1", 80, "10.0.0.1:80"},
    {"10.0.0.1:80", "10.0.0.1", 81, NULL},
    {"[::1]:80", "::1", 80, "[::1]:80"},
    {"[::1]:80", "::1", 81, NULL},
    {"[::1]x", "::1", 80, NULL},
    {"[::1", "::1", 80, NULL},
    {"*:8080", "a.test", 8080, "*:8080"},
    {"*:8080", "a.test", 80, NULL},
    /* everything */
    {"*", "a.test", 80, "*"},
    {"*", "::1", 80, "*"},
    {"x,*", "10.0.0.1", 80, "*"},
    /* addresses, whichever way they are written (URL-07) */
    {"10.0.0.1", "10.0.0.1", 80, "10.0.0.1"},
    {"10.1", "10.0.0.1", 80, "10.1"},
    {"0x7f.1", "127.0.0.1", 80, "0x7f.1"},
    {"::1", "::1", 80, "::1"},
    {"[::1]", "::1", 80, "[::1]"},
    {"0:0::1", "::1", 80, "0:0::1"},
    {"fe80::1", "fe80::1%lo", 80, "fe80::1"},
    {"fe80::2", "fe80::1%lo", 80, NULL},
    /* an address is no name, and a name no address */
    {"0.0.1", "10.0.0.1", 80, NULL},
    {".0.0.1", "10.0.0.1", 80, NULL},
    {"10.0.0.1", "a.10.0.0.1.test", 80, NULL},
    {"a.test", "10.0.0.1", 80, NULL},
    {"::1", "0.0.0.1", 80, NULL},
    /* networks, at and one past their edge */
    {"10.0.0.0/8", "10.255.255.255", 80, "10.0.0.0/8"},
    {"10.0.0.0/8", "11.0.0.0", 80, NULL},
    {"192.168.8.0/21", "192.168.15.255", 80, "192.168.8.0/21"},
    {"192.168.8.0/21", "192.168.16.0", 80, NULL},
    {"192.168.8.0/21", "192.168.7.255", 80, NULL},
    {"10.0.0.1/32", "10.0.0.1", 80, "10.0.0.1/32"},
    {"10.0.0.1/32", "10.0.0.0", 80, NULL},
    {"10.0.0.0/31", "10.0.0.1", 80, "10.0.0.0/31"},
    {"0.0.0.0/0", "10.0.0.1", 80, "0.0.0.0/0"},
    {"0.0.0.0/0", "::1", 80, NULL},
    {"10.0.0.0/33", "10.0.0.1", 80, NULL},
    {"10.0.0.0/", "10.0.0.0", 80, NULL},
    {"10.0.0.0/8x", "10.0.0.0", 80, NULL},
    {"10.0.0.0/-8", "10.0.0.0", 80, NULL},
    {"fd00::/8", "fdff::1", 80, "fd00::/8"},
    {"fd00::/8", "fe00::1", 80, NULL},
    {"2001:db8::/33", "2001:db8:7fff::1", 80, "2001:db8::/33"},
    {"2001:db8::/33", "2001:db8:8000::1", 80, NULL},
    {"::1/128", "::1", 80, "::1/128"},
    {"::1/129", "::1", 80, NULL},
    {"::/0", "fe80::1%lo", 80, "::/0"},
    {"10.0.0.0/8", "a.test", 80, NULL},
};

static void
test_every_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dial_span entry;
		bool covered = dial_noproxy_covers(
		    cases[i].list, cases[i].host, cases[i].port, &entry);

		if (covered != (cases[i].entry != NULL))
			fail_msg("\"%s\" and %s", cases[i].list, cases[i].host);
		if (covered && !dial_span_equal(entry, cases[i].entry))
			fail_msg("\"%s\" and %s: %.*s decided", cases[i].list,
			    cases[i].host, (int)entry.len, entry.ptr);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
