/*
 * Only this file knows which forms a daytime answer takes.
 *
 * RFC 867 leaves the form open, so each known one is tried on the first line
 * that is not blank, from its first byte to its last: a line that has anything
 * else in it is of no known form.  A time without a zone is no point in time,
 * and none is made up for it.
 */
#include <dial/daytime.h>

#include <string.h>

#include "base/civil.h"
#include "daytime/scan.h"

#define MJD_OF_1970	40587 /* the modified Julian day of 1970-01-01 */
#define SECONDS_PER_DAY 86400
#define YEAR_WINDOW	50 /* two-digit years: how far ahead of now */

/* What one of the forms gave. */
struct reading {
	enum dial_daytime_form form;
	struct dial_civil civil;
	enum dial_zone zone;
	int east;
	int weekday; /* -1: none */
};

static void
warn(struct dial_daytime *daytime, const char *warning)
{
	if (daytime->warning == NULL)
		daytime->warning = warning;
}

/* The year with these last two digits that is nearest to now. */
static int64_t
whole_year(int two_digits, int64_t now)
{
	struct dial_civil today;
	int64_t year;

	if (!dial_civil_from_unix(now, &today))
		today.year = 1970;
	year = today.year - today.year % 100 + two_digits;
	if (year > today.year + YEAR_WINDOW)
		year -= 100;
	else if (year <= today.year - YEAR_WINDOW)
		year += 100;
	return year;
}

/* Two or four digits. */
static bool
read_year(struct dial_scan *scan, int64_t now, int64_t *year)
{
	int digits;
	int value;

	if (!dial_scan_number(scan, 4, &digits, &value) ||
	    (digits != 2 && digits != 4))
		return false;
	*year = digits == 2 ? whole_year(value, now) : value;
	return true;
}

static bool
read_day(struct dial_scan *scan, struct dial_civil *civil)
{
	int digits;

	return dial_scan_number(scan, 2, &digits, &civil->day);
}

/* What follows the time to the end of the line: "", " UTC", "-PST", "+0100". */
static bool
read_zone(struct dial_scan *scan, struct reading *reading)
{
	struct dial_scan behind;

	dial_scan_space(scan);
	behind = *scan;
	if (dial_scan_char(&behind, '-') && !dial_scan_done(&behind) &&
	    !(*behind.at >= '0' && *behind.at <= '9'))
		*scan = behind;
	reading->zone = dial_scan_zone(scan, &reading->east);
	return dial_scan_done(scan);
}

/* "Tuesday, February 22, 1982 17:37:43-PST" */
static bool
read_long(struct dial_scan scan, int64_t now, struct reading *reading)
{
	struct dial_civil *civil = &reading->civil;

	reading->form = DIAL_DAYTIME_RFC867;
	return dial_scan_weekday(&scan, &reading->weekday) &&
	       dial_scan_char(&scan, ',') && dial_scan_space(&scan) &&
	       dial_scan_month(&scan, &civil->month) &&
	       dial_scan_space(&scan) && read_day(&scan, civil) &&
	       dial_scan_char(&scan, ',') && dial_scan_space(&scan) &&
	       read_year(&scan, now, &civil->year) && dial_scan_space(&scan) &&
	       dial_scan_time(&scan, civil) && read_zone(&scan, reading);
}

/* "02 FEB 82 07:59:01 PST", a weekday before it or not */
static bool
read_short(struct dial_scan scan, int64_t now, struct reading *reading)
{
	struct dial_civil *civil = &reading->civil;

	reading->form = DIAL_DAYTIME_RFC867;
	if (dial_scan_weekday(&scan, &reading->weekday)) {
		dial_scan_char(&scan, ',');
		if (!dial_scan_space(&scan))
			return false;
	}
	return read_day(&scan, civil) && dial_scan_space(&scan) &&
	       dial_scan_month(&scan, &civil->month) &&
	       dial_scan_space(&scan) && read_year(&scan, now, &civil->year) &&
	       dial_scan_space(&scan) && dial_scan_time(&scan, civil) &&
	       read_zone(&scan, reading);
}

/* "Thu Aug 27 12:34:28 1998", date(1)'s zone before or after the year */
static bool
read_ctime(struct dial_scan scan, int64_t now, struct reading *reading)
{
	struct dial_civil *civil = &reading->civil;
	int year;

	(void)now;
	reading->form = DIAL_DAYTIME_CTIME;
	if (!dial_scan_weekday(&scan, &reading->weekday) ||
	    !dial_scan_space(&scan) || !dial_scan_month(&scan, &civil->month) ||
	    !dial_scan_space(&scan) || !read_day(&scan, civil) ||
	    !dial_scan_space(&scan) || !dial_scan_time(&scan, civil) ||
	    !dial_scan_space(&scan))
		return false;
	if (!dial_scan_digits(&scan, 4, &year)) {
		reading->zone = dial_scan_zone(&scan, &reading->east);
		if (!dial_scan_space(&scan) ||
		    !dial_scan_digits(&scan, 4, &year))
			return false;
		civil->year = year;
		return dial_scan_done(&scan);
	}
	civil->year = year;
	return read_zone(&scan, reading);
}

/* "2026-11-22T11:10:00Z", a space in place of the T or not */
static bool
read_iso8601(struct dial_scan scan, int64_t now, struct reading *reading)
{
	struct dial_civil *civil = &reading->civil;
	int year;

	(void)now;
	reading->form = DIAL_DAYTIME_ISO8601;
	if (!dial_scan_digits(&scan, 4, &year) || !dial_scan_char(&scan, '-') ||
	    !dial_scan_digits(&scan, 2, &civil->month) ||
	    !dial_scan_char(&scan, '-') ||
	    !dial_scan_digits(&scan, 2, &civil->day))
		return false;
	civil->year = year;
	return (dial_scan_char(&scan, 'T') || dial_scan_char(&scan, 't') ||
		   dial_scan_space(&scan)) &&
	       dial_scan_time(&scan, civil) && read_zone(&scan, reading);
}

/* Fills in utc and iso8601; false when there is no such second. */
static bool
set_utc(struct dial_daytime *daytime, struct dial_civil civil, int east)
{
	bool leap = civil.second == 60;
	int64_t utc;

	if (leap)
		civil.second = 59;
	if (!dial_civil_to_unix(&civil, &utc) ||
	    !dial_civil_from_unix(utc - east, &civil))
		return false;
	if (leap) {
		if (civil.hour != 23 || civil.minute != 59)
			return false;
		civil.second = 60;
	}
	if (!dial_civil_iso8601(&civil, daytime->iso8601))
		return false;
	daytime->utc = utc - east + (leap ? 1 : 0);
	daytime->has_utc = true;
	return true;
}

/* Judges what a form gave. */
static void
judge(struct dial_daytime *daytime, const struct reading *reading)
{
	if (!dial_civil_valid(&reading->civil)) {
		warn(daytime, "there is no such date or time");
		return;
	}
	daytime->form = reading->form;
	if (reading->zone == DIAL_ZONE_NONE) {
		warn(daytime, "no time zone is named");
	} else if (reading->zone == DIAL_ZONE_UNKNOWN) {
		warn(daytime, "its time zone is not known here");
	} else if (!set_utc(daytime, reading->civil, reading->east)) {
		daytime->form = DIAL_DAYTIME_UNKNOWN;
		warn(daytime, "there is no such date or time");
	}
	if (reading->weekday >= 0 &&
	    reading->weekday != dial_civil_weekday(&reading->civil))
		warn(daytime, "the weekday does not fit the date");
}

static const char *
health_warning(int health)
{
	switch (health) {
	case 0:
		return NULL;
	case 1:
		return "the server says that its time may be off by up to 5 s";
	case 2:
		return "the server says that its time is off by more than 5 s";
	case 3:
		return "the server says that its clock failed";
	case 4:
		return "the server says that its clock is under maintenance";
	default:
		return "the server says that its time is not to be trusted";
	}
}

/* "00 0 0 50.0 UTC(NIST) *": TT L H msADV label OTM.  Takes H. */
static bool
read_nist_rest(struct dial_scan *scan, int *health)
{
	int tt;
	int leap;
	int digits;
	int advance;

	if (!dial_scan_space(scan) || !dial_scan_digits(scan, 2, &tt) ||
	    !dial_scan_space(scan) || !dial_scan_digits(scan, 1, &leap) ||
	    !dial_scan_space(scan) || !dial_scan_digits(scan, 1, health) ||
	    !dial_scan_space(scan) ||
	    !dial_scan_number(scan, 4, &digits, &advance))
		return false;
	if (dial_scan_char(scan, '.') &&
	    !dial_scan_number(scan, 3, &digits, &advance))
		return false;
	if (!dial_scan_space(scan))
		return false;
	while (!dial_scan_done(scan) && *scan->at != ' ')
		scan->at++;
	return dial_scan_space(scan) &&
	       (dial_scan_char(scan, '*') || dial_scan_char(scan, '#')) &&
	       dial_scan_done(scan);
}

/* The date in front of a NIST line: "61366 26-11-22 11:10:00". */
static bool
read_nist_date(
    struct dial_scan *scan, int *mjd, int *year, struct dial_civil *civil)
{
	int digits;

	return dial_scan_number(scan, 6, &digits, mjd) && digits >= 5 &&
	       dial_scan_space(scan) && dial_scan_digits(scan, 2, year) &&
	       dial_scan_char(scan, '-') &&
	       dial_scan_digits(scan, 2, &civil->month) &&
	       dial_scan_char(scan, '-') &&
	       dial_scan_digits(scan, 2, &civil->day) &&
	       dial_scan_space(scan) && dial_scan_time(scan, civil);
}

/*
 * NIST's own form, true if the line is meant to be that.  The modified Julian
 * day knows the century; where it and the date differ neither is believed.
 */
static bool
take_nist(struct dial_daytime *daytime, struct dial_scan scan)
{
	struct reading reading = {
	    .form = DIAL_DAYTIME_NIST, .zone = DIAL_ZONE_KNOWN, .weekday = -1};
	struct dial_civil day;
	int mjd;
	int year;

	if (!read_nist_date(&scan, &mjd, &year, &reading.civil))
		return false;
	daytime->form = DIAL_DAYTIME_NIST;
	if (!read_nist_rest(&scan, &daytime->health)) {
		daytime->health = 0;
		warn(daytime, "the line does not end as NIST's lines do");
		return true;
	}
	warn(daytime, health_warning(daytime->health));
	if (!dial_civil_from_unix(
		(int64_t)(mjd - MJD_OF_1970) * SECONDS_PER_DAY, &day) ||
	    day.year % 100 != year || day.month != reading.civil.month ||
	    day.day != reading.civil.day) {
		warn(daytime, "its day number and its date differ");
		return true;
	}
	reading.civil.year = day.year;
	judge(daytime, &reading);
	return true;
}

/* The first line that is not blank, without the space around it. */
static struct dial_scan
first_line(const char *bytes, size_t len)
{
	const char *end = bytes + len;
	struct dial_scan line;

	while (bytes < end && strchr(" \t\r\n", *bytes) != NULL && *bytes != 0)
		bytes++;
	line.at = bytes;
	while (bytes < end && *bytes != '\r' && *bytes != '\n')
		bytes++;
	while (bytes > line.at && (bytes[-1] == ' ' || bytes[-1] == '\t'))
		bytes--;
	line.end = bytes;
	return line;
}

static void
take_line(struct dial_daytime *daytime, struct dial_scan line, int64_t now)
{
	static bool (*const forms[])(
	    struct dial_scan, int64_t, struct reading *) = {
	    read_long, read_short, read_ctime, read_iso8601};
	size_t i;

	if (take_nist(daytime, line))
		return;
	for (i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		struct reading reading = {.weekday = -1};

		if (forms[i](line, now, &reading)) {
			judge(daytime, &reading);
			return;
		}
	}
	warn(daytime, dial_scan_done(&line) ? "the answer is empty"
					    : "its form is not known here");
}

void
dial_daytime_parse(
    struct dial_daytime *daytime, const char *bytes, size_t len, int64_t now)
{
	memset(daytime, 0, sizeof *daytime);
	daytime->len = len < DIAL_DAYTIME_MAX ? len : DIAL_DAYTIME_MAX;
	if (daytime->len > 0)
		memcpy(daytime->text, bytes, daytime->len);
	take_line(daytime, first_line(daytime->text, daytime->len), now);
	if (len > DIAL_DAYTIME_MAX)
		warn(daytime, "it went on after 512 bytes");
	if (daytime->has_utc)
		daytime->offset = (double)(daytime->utc - now);
}
