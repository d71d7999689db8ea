/* CASES A2: whose password a netrc file gives, and to whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fetch/netrc.h"

static const struct {
	const char *file, *host, *user;
	int found;
	const char *login, *password;
} cases[] = {
    {"", "a.test", NULL, 0, NULL, NULL},
    {"machine a.test login u password p", "a.test", NULL, 1, "u", "p"},
    {"machine a.test login u password p", "A.TEST", NULL, 1, "u", "p"},
    {"machine a.test login u password p", "b.test", NULL, 0, NULL, NULL},
    {"machine a.test login u password p", "x.a.test", NULL, 0, NULL, NULL},
    {"machine a.test\n\tlogin u\n\tpassword p\n", "a.test", NULL, 1, "u", "p"},
    {"machine a.test\r\nlogin u\r\npassword p\r\n", "a.test", NULL, 1, "u",
	"p"},
    {"MACHINE a.test LOGIN u PASSWORD p", "a.test", NULL, 1, "u", "p"},
    {"machine a.test password p login u", "a.test", NULL, 1, "u", "p"},
    {"machine a.test login u account x password p", "a.test", NULL, 1, "u",
	"p"},
    /* The first that fits, and the default where it stands. */
    {"machine a.test login u password p machine a.test login v password q",
	"a.test", NULL, 1, "u", "p"},
    {"default login d password x machine a.test login u password p", "a.test",
	NULL, 1, "d", "x"},
    {"machine a.test login u password p default login d password x", "b.test",
	NULL, 1, "d", "x"},
    /* A user takes that user's password alone. */
    {"machine a.test login u password p machine a.test login v password q",
	"a.test", "v", 1, "v", "q"},
    {"machine a.test login u password p default login d password x", "a.test",
	"w", 0, NULL, NULL},
    {"machine a.test login u password p default login d password x", "b.test",
	"d", 1, "d", "x"},
    {"machine a.test password p", "a.test", "w", 1, NULL, "p"},
    {"machine a.test login U password p", "a.test", "u", 0, NULL, NULL},
    /* NETRC-01: an entry without a password has none, whatever stands
     * elsewhere. */
    {"machine a.test login u password SECRET machine b.test login u", "b.test",
	NULL, 1, "u", NULL},
    {"machine a.test login u password SECRET default", "b.test", NULL, 0, NULL,
	NULL},
    {"machine a.test machine b.test login u password p", "a.test", NULL, 0,
	NULL, NULL},
    {"machine a.test password p", "a.test", NULL, 1, NULL, "p"},
    /* Quotes, and what is escaped in them. */
    {"machine a.test login \"u v\" password \"a\\\"b\\\\c\\n\\r\\t\\x\"",
	"a.test", NULL, 1, "u v", "a\"b\\c\n\r\tx"},
    {"machine a.test login \"\" password \"\"", "a.test", NULL, 1, "", ""},
    {"machine a.test login \"machine\" password default", "a.test", NULL, 1,
	"machine", "default"},
    {"machine \"a.test\" login u password \"#p\"", "a.test", NULL, 1, "u",
	"#p"},
    {"machine a.test login u password a\"b", "a.test", NULL, 1, "u", "a\"b"},
    /* Comments and macros. */
    {"# machine a.test login x\nmachine a.test login u # v\npassword p#q",
	"a.test", NULL, 1, "u", "p#q"},
    {"macdef m\nmachine a.test login x password y\n\n"
     "machine a.test login u password p",
	"a.test", NULL, 1, "u", "p"},
    {"machine a.test login u password p macdef m\nmachine b.test login x\n",
	"b.test", NULL, 0, NULL, NULL},
    {"macdef m\nmachine a.test login x password y", "a.test", NULL, 0, NULL,
	NULL},
    /* What ends too early. */
    {"machine", "a.test", NULL, 0, NULL, NULL},
    {"machine a.test login", "a.test", NULL, 0, NULL, NULL},
    {"machine a.test login u password", "a.test", NULL, 1, "u", NULL},
    {"machine a.test login \"u", "a.test", NULL, -1, NULL, NULL},
    {"nonsense machine a.test login u password p", "a.test", NULL, 1, "u", "p"},
};

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
every_entry(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dial_error err = {0};
		struct dial_netrc found;

		if (dial_netrc_find(&found, dial_span_of(cases[i].file),
			cases[i].host, cases[i].user, &err) != cases[i].found ||
		    !same(found.user, cases[i].login) ||
		    !same(found.password, cases[i].password))
			fail_msg("case %zu: %s", i, cases[i].file);
		assert_int_equal(
		    dial_error_exit_code(&err), cases[i].found == -1 ? 26 : 0);
		dial_netrc_clear(&found);
	}
}

/* The default, and what stands in it, is nobody's. */
static void
test_a_machine_must_be_named(void **state)
{
	static const char text[] =
	    "default login d password x machine a.test login u password p";
	struct dial_netrc found;

	(void)state;
	assert_int_equal(
	    dial_netrc_find_machine(&found, dial_span_of(text), "a.test", NULL),
	    1);
	assert_string_equal(found.user, "u");
	assert_string_equal(found.password, "p");
	dial_netrc_clear(&found);
	assert_int_equal(
	    dial_netrc_find_machine(&found, dial_span_of(text), "b.test", NULL),
	    0);
	assert_null(found.user);
	assert_null(found.password);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_entry),
	    cmocka_unit_test(test_a_machine_must_be_named)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
