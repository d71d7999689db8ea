/* The calendar: known days, every day of an era and more, and the edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/civil.h"

#define SECONDS_PER_DAY 86400
#define UNIX_YEAR_0	(-62167219200)
#define UNIX_YEAR_10000 253402300800

static const struct {
	struct dial_civil civil;
	int64_t unix_time;
	int weekday;
	const char *text;
} known[] = {
    {{1970, 1, 1, 0, 0, 0}, 0, 4, "1970-01-01T00:00:00Z"},
    {{1969, 12, 31, 23, 59, 59}, -1, 3, "1969-12-31T23:59:59Z"},
    /* The date of RFC 9110 5.6.7. */
    {{1994, 11, 6, 8, 49, 37}, 784111777, 0, "1994-11-06T08:49:37Z"},
    {{2000, 2, 29, 12, 0, 0}, 951825600, 2, "2000-02-29T12:00:00Z"},
    {{2038, 1, 19, 3, 14, 8}, 2147483648, 2, "2038-01-19T03:14:08Z"},
    {{0, 1, 1, 0, 0, 0}, UNIX_YEAR_0, 6, "0000-01-01T00:00:00Z"},
    {{9999, 12, 31, 23, 59, 59}, UNIX_YEAR_10000 - 1, 5,
	"9999-12-31T23:59:59Z"},
};

#define KNOWN_COUNT (sizeof(known) / sizeof(known[0]))

static void
assert_civil_equal(const struct dial_civil *a, const struct dial_civil *b)
{
	assert_int_equal(a->year, b->year);
	assert_int_equal(a->month, b->month);
	assert_int_equal(a->day, b->day);
	assert_int_equal(a->hour, b->hour);
	assert_int_equal(a->minute, b->minute);
	assert_int_equal(a->second, b->second);
}

static void
test_known_days(void **state)
{
	char text[DIAL_CIVIL_ISO8601_SIZE];
	struct dial_civil civil;
	int64_t unix_time;

	(void)state;
	for (size_t i = 0; i < KNOWN_COUNT; i++) {
		assert_true(dial_civil_to_unix(&known[i].civil, &unix_time));
		assert_int_equal(unix_time, known[i].unix_time);
		assert_true(dial_civil_from_unix(known[i].unix_time, &civil));
		assert_civil_equal(&civil, &known[i].civil);
		assert_int_equal(dial_civil_weekday(&civil), known[i].weekday);
		assert_true(dial_civil_iso8601(&civil, text));
		assert_string_equal(text, known[i].text);
	}
}

/* Whether b is the day after a, by the rule that everyone learns at school. */
static bool
is_next_day(const struct dial_civil *a, const struct dial_civil *b)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap =
	    (a->year % 4 == 0 && a->year % 100 != 0) || a->year % 400 == 0;
	int last = days[a->month - 1] + (a->month == 2 && leap);

	if (a->day < last)
		return b->year == a->year && b->month == a->month &&
		       b->day == a->day + 1;
	if (a->month < 12)
		return b->year == a->year && b->month == a->month + 1 &&
		       b->day == 1;
	return b->year == a->year + 1 && b->month == 1 && b->day == 1;
}

static void
test_every_day_follows_the_one_before(void **state)
{
	struct dial_civil before = {0, 1, 1, 0, 0, 0};
	struct dial_civil day;
	int64_t back, at;
	int weekday = 6;

	(void)state;
	for (at = UNIX_YEAR_0 + SECONDS_PER_DAY; at < UNIX_YEAR_10000;
	     at += SECONDS_PER_DAY) {
		if (!dial_civil_from_unix(at, &day) ||
		    !is_next_day(&before, &day) ||
		    !dial_civil_to_unix(&day, &back) || back != at ||
		    dial_civil_weekday(&day) != (weekday + 1) % 7)
			fail_msg("the day at %lld is wrong", (long long)at);
		weekday = (weekday + 1) % 7;
		before = day;
	}
	assert_int_equal(before.year, DIAL_CIVIL_YEAR_MAX);
}

static void
test_one_past_either_end_is_refused(void **state)
{
	struct dial_civil civil = {1, 2, 3, 4, 5, 6};
	const struct dial_civil kept = civil;

	(void)state;
	assert_false(dial_civil_from_unix(UNIX_YEAR_0 - 1, &civil));
	assert_false(dial_civil_from_unix(UNIX_YEAR_10000, &civil));
	assert_false(dial_civil_from_unix(INT64_MIN, &civil));
	assert_false(dial_civil_from_unix(INT64_MAX, &civil));
	assert_civil_equal(&civil, &kept);
}

static void
test_dates_that_do_not_exist_are_refused(void **state)
{
	static const struct dial_civil bad[] = {
	    {-1, 1, 1, 0, 0, 0},
	    {10000, 1, 1, 0, 0, 0},
	    {INT64_MAX, 1, 1, 0, 0, 0},
	    {2024, 0, 1, 0, 0, 0},
	    {2024, 13, 1, 0, 0, 0},
	    {2024, 1, 0, 0, 0, 0},
	    {2024, 1, 32, 0, 0, 0},
	    {2024, 4, 31, 0, 0, 0},
	    {2024, 2, 30, 0, 0, 0},
	    {2023, 2, 29, 0, 0, 0},
	    {1900, 2, 29, 0, 0, 0},
	    {2024, 1, 1, -1, 0, 0},
	    {2024, 1, 1, 24, 0, 0},
	    {2024, 1, 1, 0, -1, 0},
	    {2024, 1, 1, 0, 60, 0},
	    {2024, 1, 1, 0, 0, -1},
	    {2024, 1, 1, 0, 0, 61},
	};
	char text[DIAL_CIVIL_ISO8601_SIZE] = "before";
	int64_t unix_time = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(dial_civil_valid(&bad[i]));
		assert_false(dial_civil_to_unix(&bad[i], &unix_time));
		assert_int_equal(dial_civil_weekday(&bad[i]), -1);
		assert_false(dial_civil_iso8601(&bad[i], text));
		assert_string_equal(text, "");
	}
	assert_int_equal(unix_time, 42);
}

static void
test_a_leap_second_counts_as_the_next(void **state)
{
	const struct dial_civil leap = {2016, 12, 31, 23, 59, 60};
	const struct dial_civil next = {2017, 1, 1, 0, 0, 0};
	char text[DIAL_CIVIL_ISO8601_SIZE];
	int64_t a, b;

	(void)state;
	assert_true(dial_civil_to_unix(&leap, &a));
	assert_true(dial_civil_to_unix(&next, &b));
	assert_int_equal(a, b);
	assert_true(dial_civil_iso8601(&leap, text));
	assert_string_equal(text, "2016-12-31T23:59:60Z");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_known_days),
	    cmocka_unit_test(test_every_day_follows_the_one_before),
	    cmocka_unit_test(test_one_past_either_end_is_refused),
	    cmocka_unit_test(test_dates_that_do_not_exist_are_refused),
	    cmocka_unit_test(test_a_leap_second_counts_as_the_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
