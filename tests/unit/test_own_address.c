/* This machine's own addresses: what there is depends on it, what they may be
 * does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "transport/own_address.h"

static void
test_one(void **state)
{
	struct dial_address own;
	char text[DIAL_ADDRESS_TEXT];

	(void)state;
	dial_own_address(&own);
	assert_int_equal(dial_address_family(&own), AF_INET);
	dial_address_host_text(&own, text, sizeof text);
	assert_string_not_equal(text, "0.0.0.0");
}

static void
test_all(void **state)
{
	struct dial_address own[64], fewer[1];
	size_t count = dial_own_addresses(own, 64);
	bool v4 = false;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		char text[DIAL_ADDRESS_TEXT];

		dial_address_host_text(&own[i], text, sizeof text);
		assert_int_not_equal(strncmp(text, "127.", 4), 0);
		assert_int_not_equal(strncmp(text, "169.254.", 8), 0);
		assert_int_not_equal(strncmp(text, "fe80:", 5), 0);
		assert_string_not_equal(text, "::1");
		if (dial_address_family(&own[i]) == AF_INET)
			v4 = true;
		else
			assert_false(v4); /* IPv6 comes first */
	}
	assert_int_equal(dial_own_addresses(fewer, 1), count > 0);
	assert_int_equal(dial_own_addresses(fewer, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one),
	    cmocka_unit_test(test_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
