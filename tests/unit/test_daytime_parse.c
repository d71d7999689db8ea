/* PROTOCOL 5, DAY-01, DAY-05: daytime's lines, read and written. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "daytime/daytime.h"

#define NOW INT64_C(1795345800) /* 2026-11-22T11:10:00Z */

enum {
	UNKNOWN = DIAL_DAYTIME_UNKNOWN,
	NIST = DIAL_DAYTIME_NIST,
	RFC867 = DIAL_DAYTIME_RFC867,
	CTIME = DIAL_DAYTIME_CTIME,
	ISO = DIAL_DAYTIME_ISO8601
};

struct row {
	const char *text;
	int form;
	const char *iso8601; /* "" for no utc */
	const char *warning; /* a part of it; NULL: there is none */
};

static const struct row rows[] = {
    /* NIST, the line break in front of it included. */
    {"\n53050 04-02-15 10:23:32 00 0 0 909.7 UTC(NIST) *\n", NIST,
	"2004-02-15T10:23:32Z", NULL},
    {"61366 26-11-22 11:10:00 00 0 0  50.0 UTC(NIST) *", NIST,
	"2026-11-22T11:10:00Z", NULL},
    {"61366 26-11-22 11:10:00 00 0 0 50.0 UTC(NIST) #\r\n", NIST,
	"2026-11-22T11:10:00Z", NULL},
    /* The day number gives the century, whatever the year says. */
    {"15079 00-03-01 00:00:00 00 0 0 0.0 UTC(NIST) *", NIST,
	"1900-03-01T00:00:00Z", NULL},
    {"88128 00-03-01 00:00:00 00 0 0 0.0 UTC(NIST) *", NIST,
	"2100-03-01T00:00:00Z", NULL},
    /* ... and where they differ nothing is believed. */
    {"53051 04-02-15 10:23:32 00 0 0 50.0 UTC(NIST) *", NIST, "", "day number"},
    {"53050 05-02-15 10:23:32 00 0 0 50.0 UTC(NIST) *", NIST, "", "day number"},
    /* A leap second. */
    {"57753 16-12-31 23:59:60 00 1 0 50.0 UTC(NIST) *", NIST,
	"2016-12-31T23:59:60Z", NULL},
    {"57753 16-12-31 12:59:60 00 1 0 50.0 UTC(NIST) *", UNKNOWN, "", "no such"},
    {"57753 16-12-31 24:00:00 00 1 0 50.0 UTC(NIST) *", NIST, "", "no such"},
    /* Health. */
    {"61366 26-11-22 11:10:00 00 0 1 50.0 UTC(NIST) *", NIST,
	"2026-11-22T11:10:00Z", "up to 5 s"},
    {"61366 26-11-22 11:10:00 00 0 2 50.0 UTC(NIST) *", NIST,
	"2026-11-22T11:10:00Z", "more than 5 s"},
    {"61366 26-11-22 11:10:00 00 0 3 50.0 UTC(NIST) *", NIST,
	"2026-11-22T11:10:00Z", "failed"},
    {"61366 26-11-22 11:10:00 00 0 4 50.0 UTC(NIST) *", NIST,
	"2026-11-22T11:10:00Z", "maintenance"},
    {"61366 26-11-22 11:10:00 00 0 9 50.0 UTC(NIST) *", NIST,
	"2026-11-22T11:10:00Z", "not to be trusted"},
    /* Cut short. */
    {"61366 26-11-22 11:10:00 00 0 0 50.0 UTC(NIST)", NIST, "", "does not end"},
    {"61366 26-11-22 11:10:00", NIST, "", "does not end"},
    {"61366 26-11-22 11:10:0", UNKNOWN, "", "not known"},
    {"1366 26-11-22 11:10:00 00 0 0 50.0 UTC(NIST) *", UNKNOWN, "",
	"not known"},
    /* RFC 867, both forms; its own example has the wrong weekday. */
    {"Tuesday, February 22, 1982 17:37:43-PST\r\n", RFC867,
	"1982-02-23T01:37:43Z", "weekday"},
    {"Monday, February 22, 1982 17:37:43-PST", RFC867, "1982-02-23T01:37:43Z",
	NULL},
    {"Sunday, November 22, 2026 11:10:00-UTC", RFC867, "2026-11-22T11:10:00Z",
	NULL},
    {"Sunday, November 22, 2026 11:10:00-0800", RFC867, "2026-11-22T19:10:00Z",
	NULL},
    {"Sunday, November 22, 2026 11:10:00 gmt", RFC867, "2026-11-22T11:10:00Z",
	NULL},
    {"02 FEB 82 07:59:01 PST", RFC867, "1982-02-02T15:59:01Z", NULL},
    {"2 feb 82 07:59:01 EST", RFC867, "1982-02-02T12:59:01Z", NULL},
    {"22 NOV 2026 11:10:00 UTC\r\n", RFC867, "2026-11-22T11:10:00Z", NULL},
    {"22 NOV 2026 11:10:00 CET", RFC867, "", "zone is not known"},
    {"22 NOV 2026 11:10:00", RFC867, "", "no time zone"},
    {"Sun, 22 Nov 2026 11:10:00 GMT", RFC867, "2026-11-22T11:10:00Z", NULL},
    {"Sun,22 Nov 2026 11:10:00 GMT", UNKNOWN, "", "not known"},
    {"30 FEB 2026 11:10:00 UTC", UNKNOWN, "", "no such"},
    {"02 FBR 82 07:59:01 PST", UNKNOWN, "", "not known"},
    {"02 FEB 826 07:59:01 PST", UNKNOWN, "", "not known"},
    /* ctime(3), and date(1) as its relative. */
    {"Thu Aug 27 12:34:28 1998\n", CTIME, "", "no time zone"},
    {"Sun Nov 22 11:10:00 2026\r\n", CTIME, "", "no time zone"},
    {"Sun Nov  1 11:10:00 UTC 2026\n", CTIME, "2026-11-01T11:10:00Z", NULL},
    {"Sun Nov 22 11:10:00 2026 +0130", CTIME, "2026-11-22T09:40:00Z", NULL},
    {"Sun Nov 22 11:10:00 +0130 2026", CTIME, "2026-11-22T09:40:00Z", NULL},
    {"Mon Nov 22 11:10:00 2026", CTIME, "", "no time zone"},
    {"Sun Nov 22 11:10:00 BRT 2026", CTIME, "", "zone is not known"},
    {"Sun Nov 22 11:10:00 202", UNKNOWN, "", "not known"},
    {"Sun Nov 22 1:10:00 2026", UNKNOWN, "", "not known"},
    /* ISO 8601. */
    {"2026-11-22T11:10:00Z\r\n", ISO, "2026-11-22T11:10:00Z", NULL},
    {"2026-11-22t11:10:00z", ISO, "2026-11-22T11:10:00Z", NULL},
    {"2026-11-22 11:10:00.123456 UTC", ISO, "2026-11-22T11:10:00Z", NULL},
    {"2026-11-22T11:10:00+05:45", ISO, "2026-11-22T05:25:00Z", NULL},
    {"2026-11-22T11:10:00-08", ISO, "2026-11-22T19:10:00Z", NULL},
    {"2026-11-22T11:10:00+1500", ISO, "", "zone is not known"},
    {"2026-11-22T11:10:00+0160", ISO, "", "zone is not known"},
    {"2026-11-22T11:10:00", ISO, "", "no time zone"},
    {"2015-07-01T08:59:60+09:00", ISO, "2015-06-30T23:59:60Z", NULL},
    {"2026-11-22T11:10:61Z", UNKNOWN, "", "no such"},
    {"2026-13-22T11:10:00Z", UNKNOWN, "", "no such"},
    {"2026-11-22T11:10:00Z and more", UNKNOWN, "", "not known"},
    {"0000-01-01T00:00:00+0100", UNKNOWN, "", "no such"},
    /* Rubbish. */
    {"", UNKNOWN, "", "empty"},
    {" \r\n\r\n", UNKNOWN, "", "empty"},
    {"\x1b[31mSun Nov 22 11:10:00 2026", UNKNOWN, "", "not known"},
    {"HTTP/1.1 400 Bad Request", UNKNOWN, "", "not known"},
    {"99999999999999999999", UNKNOWN, "", "not known"},
};

static void
parses(void **state)
{
	struct dial_daytime daytime;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];

		print_message("%s\n", row->text);
		dial_daytime_parse(&daytime, row->text, strlen(row->text), NOW);
		assert_string_equal(daytime.text, row->text);
		assert_int_equal(daytime.len, strlen(row->text));
		assert_int_equal(daytime.form, row->form);
		assert_string_equal(daytime.iso8601, row->iso8601);
		assert_int_equal(daytime.has_utc, row->iso8601[0] != '\0');
		if (row->warning == NULL) {
			assert_null(daytime.warning);
		} else {
			assert_non_null(daytime.warning);
			assert_non_null(strstr(daytime.warning, row->warning));
		}
	}
}

static void
utc_of(const char *text, int64_t now, int64_t expected)
{
	struct dial_daytime daytime;

	dial_daytime_parse(&daytime, text, strlen(text), now);
	assert_true(daytime.has_utc);
	assert_int_equal(daytime.utc, expected);
	assert_true(daytime.offset == (double)(expected - now));
}

static void
knows_the_seconds(void **state)
{
	(void)state;
	utc_of("2026-11-22T11:10:00Z", NOW, NOW);
	utc_of("2026-11-22T11:10:00Z", NOW - 5, NOW);
	/* A leap second counts as the one after it. */
	utc_of("2016-12-31T23:59:60Z", NOW, 1483228800);
	utc_of("\n61366 26-11-22 11:10:00 00 0 0 50.0 UTC(NIST) *\n", 0, NOW);
}

static void
pivots_two_digit_years(void **state)
{
	static const struct {
		const char *text;
		const char *iso8601;
	} years[] = {
	    {"01 JAN 75 00:00:00 Z", "2075-01-01T00:00:00Z"},
	    {"01 JAN 76 00:00:00 Z", "2076-01-01T00:00:00Z"},
	    {"01 JAN 77 00:00:00 Z", "1977-01-01T00:00:00Z"},
	    {"01 JAN 99 00:00:00 Z", "1999-01-01T00:00:00Z"},
	    {"01 JAN 00 00:00:00 Z", "2000-01-01T00:00:00Z"},
	};
	struct dial_daytime daytime;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof years / sizeof years[0]; i++) {
		dial_daytime_parse(
		    &daytime, years[i].text, strlen(years[i].text), NOW);
		assert_string_equal(daytime.iso8601, years[i].iso8601);
	}
	/* A clock at 2080 sees 20 as 2120 no more than 2020: as 2120. */
	dial_daytime_parse(&daytime, "01 JAN 20 00:00:00 Z", 20, 3471292800);
	assert_string_equal(daytime.iso8601, "2120-01-01T00:00:00Z");
	/* A clock beyond the calendar does no harm. */
	dial_daytime_parse(&daytime, "01 JAN 20 00:00:00 Z", 20, INT64_MAX);
	assert_string_equal(daytime.iso8601, "2020-01-01T00:00:00Z");
}

/* Byte after byte, no prefix of a NIST line is taken for a whole one. */
static void
believes_no_prefix(void **state)
{
	static const char line[] =
	    "61366 26-11-22 11:10:00 00 0 0 50.0 UTC(NIST) *";
	struct dial_daytime daytime;
	size_t len;

	(void)state;
	for (len = 0; len < sizeof line - 1; len++) {
		dial_daytime_parse(&daytime, line, len, NOW);
		assert_false(daytime.has_utc);
		assert_non_null(daytime.warning);
	}
	dial_daytime_parse(&daytime, line, len, NOW);
	assert_true(daytime.has_utc);
}

/* DAY-01: at the cap and one past it. */
static void
caps_the_text(void **state)
{
	char bytes[DIAL_DAYTIME_MAX + 1];
	struct dial_daytime daytime;

	(void)state;
	memset(bytes, ' ', sizeof bytes);
	memcpy(bytes + sizeof bytes - 1 - 20, "2026-11-22T11:10:00Z", 20);
	dial_daytime_parse(&daytime, bytes, DIAL_DAYTIME_MAX, NOW);
	assert_int_equal(daytime.len, DIAL_DAYTIME_MAX);
	assert_true(daytime.has_utc);
	assert_null(daytime.warning);
	dial_daytime_parse(&daytime, bytes, DIAL_DAYTIME_MAX + 1, NOW);
	assert_int_equal(daytime.len, DIAL_DAYTIME_MAX);
	assert_int_equal(daytime.text[DIAL_DAYTIME_MAX], '\0');
	assert_non_null(daytime.warning);
}

static void
keeps_nul_bytes(void **state)
{
	struct dial_daytime daytime;

	(void)state;
	dial_daytime_parse(&daytime, "a\0b", 3, NOW);
	assert_int_equal(daytime.len, 3);
	assert_memory_equal(daytime.text, "a\0b", 4);
	dial_daytime_parse(&daytime, "\0", 1, NOW);
	assert_int_equal(daytime.form, DIAL_DAYTIME_UNKNOWN);
}

static void
formats(void **state)
{
	char line[DIAL_DAYTIME_LINE_SIZE];
	size_t len;

	(void)state;
	len = dial_daytime_format(DIAL_DAYTIME_RFC867, NOW, line);
	assert_string_equal(line, "Sunday, November 22, 2026 11:10:00-UTC\r\n");
	assert_int_equal(len, strlen(line));
	dial_daytime_format(DIAL_DAYTIME_CTIME, NOW - 14 * 86400, line);
	assert_string_equal(line, "Sun Nov  8 11:10:00 2026\r\n");
	dial_daytime_format(DIAL_DAYTIME_ISO8601, NOW, line);
	assert_string_equal(line, "2026-11-22T11:10:00Z\r\n");
	dial_daytime_format(DIAL_DAYTIME_NIST, NOW, line);
	assert_string_equal(
	    line, "\n61366 26-11-22 11:10:00 00 0 0 0.0 UTC(NIST) *\n");
	assert_int_equal(
	    dial_daytime_format(DIAL_DAYTIME_UNKNOWN, NOW, line), 0);
	assert_int_equal(
	    dial_daytime_format(DIAL_DAYTIME_ISO8601, INT64_MAX, line), 0);
}

/* Whatever is written is read again, and the same second. */
static void
reads_what_it_writes(void **state)
{
	static const char *const names[] = {"rfc867", "iso", "nist"};
	struct dial_daytime daytime;
	char line[DIAL_DAYTIME_LINE_SIZE];
	enum dial_daytime_form form;
	int64_t now;
	size_t len;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		form = dial_daytime_form_named(names[i]);
		for (now = 0; now < 5000000000; now += 12345677) {
			len = dial_daytime_format(form, now, line);
			dial_daytime_parse(&daytime, line, len, NOW);
			assert_int_equal(daytime.form, form);
			assert_int_equal(daytime.utc, now);
			assert_null(daytime.warning);
		}
	}
	assert_int_equal(dial_daytime_form_named("ctime"), CTIME);
	assert_int_equal(dial_daytime_form_named("NIST"), UNKNOWN);
}

/* PROTOCOL 5: TT, across the changes of 2026 (8 March and 1 November). */
static void
counts_down_to_the_change(void **state)
{
	static const struct {
		int64_t days; /* before NOW */
		const char *tt;
	} days[] = {
	    {295, "00"}, /* 31 January */
	    {266, "58"}, /* 1 March */
	    {260, "52"}, /* 7 March */
	    {259, "51"}, /* 8 March */
	    {258, "50"}, /* 9 March */
	    {22, "50"},	 /* 31 October */
	    {21, "01"},	 /* 1 November */
	    {20, "00"},	 /* 2 November */
	};
	char line[DIAL_DAYTIME_LINE_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof days / sizeof days[0]; i++) {
		dial_daytime_format(
		    DIAL_DAYTIME_NIST, NOW - days[i].days * 86400, line);
		print_message("%s", line);
		assert_memory_equal(line + 25, days[i].tt, 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parses),
	    cmocka_unit_test(knows_the_seconds),
	    cmocka_unit_test(pivots_two_digit_years),
	    cmocka_unit_test(believes_no_prefix),
	    cmocka_unit_test(caps_the_text),
	    cmocka_unit_test(keeps_nul_bytes),
	    cmocka_unit_test(formats),
	    cmocka_unit_test(reads_what_it_writes),
	    cmocka_unit_test(counts_down_to_the_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
