/* PROTOCOL 57, INJ-03: Basic credentials (RFC 7617). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "http/auth.h"

static void
test_known_credentials(void **state)
{
	static const struct {
		const char *user, *password, *value;
	} cases[] = {
	    {"Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
	    {"test", "123\xc2\xa3", "Basic dGVzdDoxMjPCow=="},
	    {"u", "p:q", "Basic dTpwOnE="},
	    {"u", NULL, "Basic dTo="},
	    {NULL, "p", "Basic OnA="},
	    {NULL, NULL, "Basic Og=="},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dial_buf out = {0};

		assert_int_equal(dial_auth_basic(&out, cases[i].user,
				     cases[i].password, NULL),
		    0);
		assert_string_equal(dial_buf_terminate(&out), cases[i].value);
		dial_buf_clear(&out);
	}
}

static void
test_what_does_not_fit_is_refused_and_not_shown(void **state)
{
	static const struct {
		const char *user, *password;
	} cases[] = {
	    {"SECRET:x", "p"},
	    {"SECRET\r\n", "p"},
	    {"u", "SECRET\n"},
	    {"SECRET\t", "p"},
	    {"u", "SECRET\x7f"},
	    {"SECRET\x01", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct dial_error err = {0};
		struct dial_buf out = {0};

		assert_int_equal(dial_buf_append_text(&out, "kept"), 0);
		assert_int_equal(dial_auth_basic(&out, cases[i].user,
				     cases[i].password, &err),
		    -1);
		assert_int_equal(err.domain, DIAL_USAGE);
		assert_null(strstr(err.text, "SECRET"));
		assert_string_equal(dial_buf_terminate(&out), "kept");
		dial_buf_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_known_credentials),
	    cmocka_unit_test(test_what_does_not_fit_is_refused_and_not_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
