/* HTTP's dates, and those that people write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "http/date.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define NONE	     INT64_MIN

/* 1994-11-06T08:49:37Z, the date of RFC 9110 5.6.7. */
#define SAMPLE 784111777

/* 2026-11-22T11:50:00Z */
#define NOW INT64_C(1795348200)

static void
test_format(void **state)
{
	char out[DIAL_DATE_TEXT];

	(void)state;
	assert_string_equal(
	    dial_date_format(SAMPLE, out), "Sun, 06 Nov 1994 08:49:37 GMT");
	assert_string_equal(
	    dial_date_format(0, out), "Thu, 01 Jan 1970 00:00:00 GMT");
	assert_string_equal(
	    dial_date_format(-1, out), "Wed, 31 Dec 1969 23:59:59 GMT");
	assert_string_equal(
	    dial_date_format(1709251199, out), "Thu, 29 Feb 2024 23:59:59 GMT");
	assert_string_equal(
	    dial_date_format(INT64_MAX, out), "Fri, 31 Dec 9999 23:59:59 GMT");
	assert_string_equal(
	    dial_date_format(INT64_MIN, out), "Sat, 01 Jan 0000 00:00:00 GMT");
}

/* PROTOCOL 29 */
static const struct {
	const char *text;
	int64_t want;
} strict[] = {
    {"Sun, 06 Nov 1994 08:49:37 GMT", SAMPLE},
    {"Sunday, 06-Nov-94 08:49:37 GMT", SAMPLE},
    {"Sun Nov  6 08:49:37 1994", SAMPLE},
    {"Sun Nov 16 08:49:37 1994", SAMPLE + 10 * 86400},
    {"Sun Nov 06 08:49:37 1994", SAMPLE},
    /* A leap second, and a weekday that is not that day's. */
    {"Sat, 31 Dec 2016 23:59:60 GMT", 1483228800},
    {"Mon, 06 Nov 1994 08:49:37 GMT", SAMPLE},
    {"", NONE},
    {"Sun, 06 Nov 1994 08:49:37", NONE},
    {"Sun, 06 Nov 1994 08:49:37 GMT ", NONE},
    {" Sun, 06 Nov 1994 08:49:37 GMT", NONE},
    {"Sun, 06 Nov 1994 08:49:37 UTC", NONE},
    {"Sun, 6 Nov 1994 08:49:37 GMT", NONE},
    {"Sun, 06 Nov 94 08:49:37 GMT", NONE},
    {"Sun, 06-Nov-94 08:49:37 GMT", NONE},
    {"Sunday, 06-Nov-1994 08:49:37 GMT", NONE},
    {"Sun, 06 Nov 1994 8:49:37 GMT", NONE},
    {"Sun, 06 Nov 1994 24:00:00 GMT", NONE},
    {"Sun, 06 Nov 1994 08:60:00 GMT", NONE},
    {"Sun, 06 Nov 1994 08:49:61 GMT", NONE},
    {"Sun, 00 Nov 1994 08:49:37 GMT", NONE},
    {"Sun, 31 Nov 1994 08:49:37 GMT", NONE},
    {"Sun, 29 Feb 2023 08:49:37 GMT", NONE},
    {"Sun, 06 Foo 1994 08:49:37 GMT", NONE},
    {"Foo, 06 Nov 1994 08:49:37 GMT", NONE},
    {"Sun, +6 Nov 1994 08:49:37 GMT", NONE},
    {"Sun Nov   6 08:49:37 1994", NONE},
    {"0", NONE},
    {"-1", NONE},
};

static void
test_strict(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(strict); i++) {
		int64_t got = NONE;
		bool ok =
		    dial_date_parse(dial_span_of(strict[i].text), NOW, &got);

		if (ok != (strict[i].want != NONE) || got != strict[i].want)
			fail_msg("%s: %lld", strict[i].text, (long long)got);
	}
}

/* PROTOCOL 29: a date over 50 years ahead is one of the century before. */
static void
test_fifty_years(void **state)
{
	static const struct {
		const char *text;
		int64_t now;
		const char *want;
	} rows[] = {
	    {"Sunday, 22-Nov-76 11:50:00 GMT", NOW,
		"Sun, 22 Nov 2076 11:50:00 GMT"},
	    {"Sunday, 22-Nov-76 11:50:01 GMT", NOW,
		"Mon, 22 Nov 1976 11:50:01 GMT"},
	    {"Sunday, 01-Jan-77 00:00:00 GMT", NOW,
		"Sat, 01 Jan 1977 00:00:00 GMT"},
	    {"Sunday, 01-Jan-00 00:00:00 GMT", NOW,
		"Sat, 01 Jan 2000 00:00:00 GMT"},
	    {"Sunday, 31-Dec-99 00:00:00 GMT", NOW,
		"Fri, 31 Dec 1999 00:00:00 GMT"},
	    {"Sunday, 01-Jan-70 00:00:00 GMT", 0,
		"Thu, 01 Jan 1970 00:00:00 GMT"},
	    {"Sunday, 01-Jan-20 00:00:00 GMT", 0,
		"Wed, 01 Jan 2020 00:00:00 GMT"},
	    {"Sunday, 02-Jan-20 00:00:00 GMT", 0,
		"Fri, 02 Jan 1920 00:00:00 GMT"},
	    /* 2080: a small year is the next century's. */
	    {"Sunday, 01-Jan-10 00:00:00 GMT", 3471292800,
		"Wed, 01 Jan 2110 00:00:00 GMT"},
	    /* On a leap day, fifty years on there is none. */
	    {"Sunday, 28-Feb-74 12:00:00 GMT", 1709208000,
		"Wed, 28 Feb 2074 12:00:00 GMT"},
	};
	char out[DIAL_DATE_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t got = NONE;

		assert_true(dial_date_parse(
		    dial_span_of(rows[i].text), rows[i].now, &got));
		assert_string_equal(dial_date_format(got, out), rows[i].want);
	}
}

/* What curl 7.88 makes of the same text as -z. */
static const struct {
	const char *text;
	int64_t want;
} loose[] = {
    {"Sun, 06 Nov 1994 08:49:37 GMT", SAMPLE},
    {"Sunday, 06-Nov-94 08:49:37 GMT", SAMPLE},
    {"Sun Nov  6 08:49:37 1994", SAMPLE},
    {"06 Nov 1994 08:49:37 GMT", SAMPLE},
    {"06-Nov-94 08:49:37", SAMPLE},
    {"1994 Nov 6 08:49:37", SAMPLE},
    {"GMT 08:49:37 06-Nov-94 Sunday", SAMPLE},
    {"Sun, 06-Nov-94 08:49:37 GMT-2", SAMPLE},
    {"Sun, 06-Nov-94 08:49:37 GMT or so", SAMPLE},
    {"06-Nov-94 08:49:37 GMT or so", NONE},
    {"94 6 Nov 08:49:37", SAMPLE},
    {"1994.Nov.6", 784080000},
    {"Sun/Nov/6/94/GMT", 784080000},
    {"Sun, 06 Nov 1994 08:49:37 CET", 784108177},
    {"06 Nov 1994 08:49:37 EST", 784129777},
    {"Sun, 12 Sep 2004 15:05:58 -0700", 1095026758},
    {"20040912 15:05:58 -0700", 1095026758},
    {"20040911 +0200", 1094853600},
    {"20040912", 1094947200},
    {"12 Sep 2004", 1094947200},
    {"sep 12 2004", 1094947200},
    {"12SEP2004", 1094947200},
    {" ,12,_Sep,,2004,", 1094947200},
    {"12 Sep 70", 3177705600},
    {"12 Sep 71", 53481600},
    {"12 Sep 00", 968716800},
    {"12 Sep 1583", -12190608000},
    {"12 Sep 1582", NONE},
    {"12 Sep 100", NONE},
    {"12 Sep 10000", NONE},
    {"12 Sep 13", 1378944000},
    {"13 12 Sep", 1347494400},
    {"32 Sep 12", 1978560000},
    {"31 Feb 2004", 1078185600}, /* March 2 */
    {"32 Jan 2004", NONE},
    {"0 Jan 2004", NONE},
    {"12 Sep -2004", 1094947200},
    {"012 Sep 02004", 1094947200},
    {"1:2:3 12 Sep 2004", 1094950923},
    {"15:05 12 Sep 2004", 1095001500},
    {"15:5 12 Sep 2004", 1095001500},
    {"23:59:60 12 Sep 2004", 1095033600},
    {"23:59:61 12 Sep 2004", NONE},
    {"24:00:00 12 Sep 2004", NONE},
    {"12:60:00 12 Sep 2004", NONE},
    {"115:05:58 12 Sep 2004", NONE},
    {"12 Sep 2004 15:05:58 15:05:59", NONE},
    {"12 Sep 2004 15:05:58.123", NONE},
    {"12 Sep 2004 15:05:58 Z", 1095001558},
    {"12 Sep 2004 15:05:58 A", 1095005158},
    {"12 Sep 2004 15:05:58 I", 1095033958},
    {"12 Sep 2004 15:05:58 J", NONE},
    {"12 Sep 2004 15:05:58 K", 1095037558},
    {"12 Sep 2004 15:05:58 M", 1095044758},
    {"12 Sep 2004 15:05:58 n", 1094997958},
    {"12 Sep 2004 15:05:58 Y", 1094958358},
    {"12 Sep 2004 15:05:58 NZDT", 1094954758},
    {"12 Sep 2004 15:05:58 IDLW", 1095044758},
    {"12 Sep 2004 15:05:58 utc", 1095001558},
    {"12 Sep 2004 15:05:58 IST", NONE},
    {"12 Sep 2004 15:05:58 GMT+2", NONE},
    {"12 Sep 2004 15:05:58 +02", NONE},
    {"12 Sep 2004 15:05:58 +02:00", NONE},
    {"12 Sep 2004 15:05:58 +0230", 1094992558},
    {"12 Sep 2004 15:05:58 -0230", 1095010558},
    {"12 Sep 2004 15:05:58 +1400", 1094951158},
    {"12 Sep 2004 15:05:58 +1401", NONE},
    {"12 Sep 2004 15:05:58 GMT foo", NONE},
    {"Tuesday 12 Sep 2004", 1094947200},
    {"Tues 12 Sep 2004", NONE},
    {"12 September 2004", NONE},
    {"12 Sep 2004 Oct", NONE},
    {"12 13 14 Sep", NONE},
    {"2004-09-12", NONE},
    {"20041312", NONE},
    {"20040932", NONE},
    {"20040900", NONE}, /* curl: August 31 */
    {"20040912 20040913", NONE},
    {"2004091", NONE},
    {"99999999999999999999 Sep 12", NONE},
    {"19691231", -86400},
    {"Sep 2004", NONE},
    {"12:00", NONE},
    {"now", NONE},
    {"", NONE},
    {"- + :", NONE},
};

static void
test_loose(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(loose); i++) {
		int64_t got = NONE;
		bool ok = dial_date_parse_loose(
		    dial_span_of(loose[i].text), NOW, &got);

		if (ok != (loose[i].want != NONE) || got != loose[i].want)
			fail_msg("%s: %lld", loose[i].text, (long long)got);
	}
}

/* Written and read again, a date is the same, in both readers. */
static void
test_round_trip(void **state)
{
	char out[DIAL_DATE_TEXT];

	(void)state;
	for (int64_t at = -12000000000; at < 253402300800; at += 86399 * 701) {
		int64_t got = NONE, again = NONE;

		dial_date_format(at, out);
		assert_true(dial_date_parse(dial_span_of(out), NOW, &got));
		assert_int_equal(got, at);
		/* Without the weekday, the strict reader has no say. */
		assert_true(dial_date_parse_loose(
		    dial_span_of(out + strlen("Sun, ")), NOW, &again));
		assert_int_equal(again, at);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_format),
	    cmocka_unit_test(test_strict),
	    cmocka_unit_test(test_fifty_years),
	    cmocka_unit_test(test_loose),
	    cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
