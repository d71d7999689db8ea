/* Time: deadlines never wrap, and an injected clock is the one that is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"

static void
test_a_deadline_never_wraps(void **state)
{
	(void)state;
	assert_int_equal(dial_clock_after(5, 7), 12);
	assert_int_equal(dial_clock_after(5, 0), 5);
	assert_int_equal(dial_clock_after(0, DIAL_NEVER), DIAL_NEVER);
	assert_int_equal(dial_clock_after(1, DIAL_NEVER), DIAL_NEVER);
	assert_int_equal(dial_clock_after(DIAL_NEVER, 1), DIAL_NEVER);
	assert_int_equal(dial_clock_after(DIAL_NEVER, DIAL_NEVER), DIAL_NEVER);
	assert_int_equal(dial_clock_after(DIAL_NEVER - 5, 4), DIAL_NEVER - 1);
	assert_int_equal(dial_clock_after(DIAL_NEVER - 5, 5), DIAL_NEVER);
	assert_int_equal(dial_clock_after(DIAL_NEVER - 5, 6), DIAL_NEVER);
	assert_int_equal(dial_clock_after(-5, DIAL_NEVER), DIAL_NEVER - 5);
	assert_int_equal(dial_clock_after(INT64_MIN, DIAL_NEVER), -1);
}

static int64_t
fixed_now(void *arg)
{
	return *(int64_t *)arg;
}

static void
test_an_injected_clock_is_read(void **state)
{
	int64_t at = 42;
	const struct dial_clock clock = {fixed_now, NULL, &at};

	(void)state;
	assert_int_equal(dial_clock_now(&clock), 42);
	at = 43;
	assert_int_equal(dial_clock_now(&clock), 43);
}

static void
test_the_monotonic_clock_does_not_go_back(void **state)
{
	int64_t before = dial_clock_now(&dial_clock_monotonic);

	(void)state;
	assert_true(before > 0);
	for (int i = 0; i < 1000; i++) {
		int64_t now = dial_clock_now(&dial_clock_monotonic);

		assert_true(now >= before);
		before = now;
	}
}

static void
test_the_wall_clock_counts_nanoseconds_since_1970(void **state)
{
	const int64_t year_2020 = INT64_C(1577836800) * DIAL_SECOND;

	(void)state;
	assert_true(dial_clock_unix_ns() > year_2020);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_deadline_never_wraps),
	    cmocka_unit_test(test_an_injected_clock_is_read),
	    cmocka_unit_test(test_the_monotonic_clock_does_not_go_back),
	    cmocka_unit_test(test_the_wall_clock_counts_nanoseconds_since_1970),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
