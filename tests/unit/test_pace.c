/* How fast bytes may go, and when they went too slowly: fake moments alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fetch/low_speed.h"
#include "fetch/pace.h"

#define START (INT64_C(1000) * DIAL_SECOND)

static void
test_without_a_rate_all_may_go(void **state)
{
	struct dial_pace pace;

	(void)state;
	dial_pace_start(&pace, 0, START);
	assert_int_equal(dial_pace_allows(&pace, START), SIZE_MAX);
	dial_pace_take(&pace, SIZE_MAX, START);
	assert_int_equal(dial_pace_allows(&pace, START), SIZE_MAX);
	assert_int_equal(dial_pace_due(&pace), 0);
	dial_pace_start(&pace, DIAL_PACE_MAX, START);
	assert_int_equal(dial_pace_allows(&pace, START), SIZE_MAX);
	dial_pace_start(&pace, DIAL_PACE_MAX - 1, START);
	assert_true(dial_pace_allows(&pace, START) < SIZE_MAX);
}

static void
test_a_bucket_fills_and_holds_no_more_than_its_burst(void **state)
{
	struct dial_pace pace;

	(void)state;
	dial_pace_start(&pace, 8000, START);
	assert_int_equal(dial_pace_allows(&pace, START), 1000);
	dial_pace_take(&pace, 1000, START);
	assert_int_equal(dial_pace_allows(&pace, START), 0);
	assert_int_equal(dial_pace_due(&pace), START + DIAL_PACE_BURST);
	assert_int_equal(
	    dial_pace_allows(&pace, START + DIAL_PACE_BURST / 2), 500);
	assert_int_equal(
	    dial_pace_allows(&pace, START + DIAL_PACE_BURST), 1000);
	assert_int_equal(
	    dial_pace_allows(&pace, START + 100 * DIAL_SECOND), 1000);
}

static void
test_who_took_too_much_waits_the_longer(void **state)
{
	struct dial_pace pace;

	(void)state;
	dial_pace_start(&pace, 8000, START);
	dial_pace_take(&pace, 17000, START);
	assert_int_equal(dial_pace_allows(&pace, START + DIAL_SECOND), 0);
	assert_int_equal(dial_pace_allows(&pace, START + 2 * DIAL_SECOND), 0);
	assert_int_equal(
	    dial_pace_due(&pace), START + 2 * DIAL_SECOND + DIAL_PACE_BURST);
	assert_int_equal(dial_pace_allows(&pace, dial_pace_due(&pace)), 1000);
	dial_pace_take(&pace, SIZE_MAX, START);
	assert_true(dial_pace_due(&pace) > START + 1000 * DIAL_SECOND);
}

/* Whatever the rate, at the time told there is something to take, and the
 * bytes of a minute are those of the rate. */
static void
test_every_rate_is_kept(void **state)
{
	static const uint64_t rates[] = {
	    1, 2, 3, 7, 8, 9, 10, 1000, 4097, 102400, 1 << 20, 1 << 30};

	(void)state;
	for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
		struct dial_pace pace;
		int64_t now = START, end = START + 60 * DIAL_SECOND;
		uint64_t sum = 0;
		size_t n;

		for (dial_pace_start(&pace, rates[i], now); now < end;
		     now = dial_pace_due(&pace)) {
			n = dial_pace_allows(&pace, now);
			assert_true(n > 0);
			dial_pace_take(&pace, n, now);
			assert_true(dial_pace_due(&pace) > now);
			sum += n;
		}
		assert_in_range(sum, rates[i] * 59, rates[i] * 61);
	}
}

/* The second when it ends with bytes[second] come so far; -1: never. */
static int
ends_after(uint64_t limit, double seconds, const uint64_t *bytes, int count)
{
	struct dial_low_speed low;
	int64_t now;

	dial_low_speed_start(&low, limit, seconds, START, 0);
	for (int i = 0; i < count; i++) {
		now = START + (i + 1) * DIAL_SECOND;
		if (low.due <= now && dial_low_speed_look(&low, now, bytes[i]))
			return i + 1;
	}
	return -1;
}

static void
test_too_slow_for_all_of_the_span(void **state)
{
	static const uint64_t stalled[10] = {0};
	static const uint64_t steady[10] = {
	    100, 200, 300, 400, 500, 600, 700, 800, 900, 1000};
	static const uint64_t stops[10] = {
	    1000, 2000, 2000, 2000, 2000, 2000, 2000, 2000, 2000, 2000};
	static const uint64_t late[10] = {
	    0, 0, 1000, 1100, 1200, 1300, 1400, 1500, 1600, 1700};

	(void)state;
	assert_int_equal(ends_after(1, 3, stalled, 10), 3);
	assert_int_equal(ends_after(1, 1, stalled, 10), 1);
	assert_int_equal(ends_after(100, 3, steady, 10), -1);
	assert_int_equal(ends_after(101, 3, steady, 10), 3);
	/* The speed of five seconds falls below 300 in the seventh. */
	assert_int_equal(ends_after(300, 3, stops, 10), 9);
	assert_int_equal(ends_after(100, 3, late, 10), -1);
	assert_int_equal(ends_after(0, 1, stalled, 10), -1);
	assert_int_equal(ends_after(1, 0, stalled, 10), -1);
	assert_int_equal(ends_after(1, 1e10, stalled, 10), -1);
}

static void
test_it_looks_in_time_for_the_end_of_the_span(void **state)
{
	struct dial_low_speed low;

	(void)state;
	dial_low_speed_start(&low, 10, 0.25, START, 0);
	assert_int_equal(low.due, START + DIAL_SECOND / 4);
	assert_true(dial_low_speed_look(&low, low.due, 2));
	dial_low_speed_start(&low, 10, 0.25, START, 0);
	assert_false(dial_low_speed_look(&low, low.due, 3));
	assert_int_equal(low.due, START + DIAL_SECOND / 2);
	dial_low_speed_start(&low, 10, 2, START, 0);
	assert_int_equal(low.due, START + DIAL_SECOND);
	dial_low_speed_stop(&low);
	assert_int_equal(low.due, DIAL_NEVER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_without_a_rate_all_may_go),
	    cmocka_unit_test(
		test_a_bucket_fills_and_holds_no_more_than_its_burst),
	    cmocka_unit_test(test_who_took_too_much_waits_the_longer),
	    cmocka_unit_test(test_every_rate_is_kept),
	    cmocka_unit_test(test_too_slow_for_all_of_the_span),
	    cmocka_unit_test(test_it_looks_in_time_for_the_end_of_the_span),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
