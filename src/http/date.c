/*
 * HTTP's three dates, each by a pattern of its own; what fits none of them is
 * no HTTP date.
 */
#include "http/date.h"

#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "http/date_names.h"

/* RFC 9110 5.6.7.  w and W: the weekday, short and long; D: two digits; d: the
 * same with a space for a zero; b: the month; Y and y: the year in four and in
 * two digits; h, m, s; anything else is itself. */
static const char *const patterns[] = {
    "w, D b Y h:m:s G",
    "W, D-b-y h:m:s G",
    "w b d h:m:s Y",
};

/* What has been read; two_digits says that the century is not known. */
struct reading {
	struct dial_span rest;
	struct dial_civil civil;
	bool two_digits;
};

static bool
take_digits(struct reading *reading, size_t n, int64_t *number)
{
	uint64_t value;

	if (reading->rest.len < n ||
	    !dial_text_decimal(
		dial_span_make(reading->rest.ptr, n), INT32_MAX, &value))
		return false;
	*number = (int64_t)value;
	reading->rest.ptr += n;
	reading->rest.len -= n;
	return true;
}

static bool
take_small(struct reading *reading, int *number)
{
	int64_t value;

	if (!take_digits(reading, 2, &value))
		return false;
	*number = (int)value;
	return true;
}

static bool
take_byte(struct reading *reading, char c)
{
	if (reading->rest.len == 0 || reading->rest.ptr[0] != c)
		return false;
	reading->rest.ptr++;
	reading->rest.len--;
	return true;
}

/* A name of the table; n is the bytes of it that are written, 0 for all. */
static bool
take_name(struct reading *reading, const char *const *names, int count,
    size_t n, int *index)
{
	for (*index = 0; *index < count; ++*index) {
		size_t len = n == 0 ? strlen(names[*index]) : n;

		if (reading->rest.len < len ||
		    memcmp(reading->rest.ptr, names[*index], len) != 0)
			continue;
		reading->rest.ptr += len;
		reading->rest.len -= len;
		return true;
	}
	return false;
}

static bool
take_month(struct reading *reading)
{
	int index;

	if (!take_name(reading, dial_date_months, 12, DIAL_DATE_SHORT, &index))
		return false;
	reading->civil.month = index + 1;
	return true;
}

/* asctime's day: " 6" or "16". */
static bool
take_padded_day(struct reading *reading)
{
	int64_t day;

	if (!take_byte(reading, ' '))
		return take_small(reading, &reading->civil.day);
	if (!take_digits(reading, 1, &day))
		return false;
	reading->civil.day = (int)day;
	return true;
}

static bool
take_part(struct reading *reading, char part)
{
	struct dial_civil *civil = &reading->civil;
	int ignored;

	switch (part) {
	case 'w':
		return take_name(
		    reading, dial_date_weekdays, 7, DIAL_DATE_SHORT, &ignored);
	case 'W':
		return take_name(reading, dial_date_weekdays, 7, 0, &ignored);
	case 'D':
		return take_small(reading, &civil->day);
	case 'd':
		return take_padded_day(reading);
	case 'b':
		return take_month(reading);
	case 'Y':
		return take_digits(reading, 4, &civil->year);
	case 'y':
		reading->two_digits = true;
		return take_digits(reading, 2, &civil->year);
	case 'h':
		return take_small(reading, &civil->hour);
	case 'm':
		return take_small(reading, &civil->minute);
	case 's':
		return take_small(reading, &civil->second);
	case 'G':
		return take_byte(reading, 'G') && take_byte(reading, 'M') &&
		       take_byte(reading, 'T');
	default:
		return take_byte(reading, part);
	}
}

static bool
read_pattern(
    const char *pattern, struct dial_span text, struct reading *reading)
{
	*reading = (struct reading){.rest = text};
	for (; *pattern != '\0'; pattern++)
		if (!take_part(reading, *pattern))
			return false;
	return reading->rest.len == 0;
}

/* RFC 9110 5.6.7: the last year with those two digits that is not more than 50
 * years ahead. */
static bool
find_century(struct dial_civil *civil, int64_t now)
{
	struct dial_civil limit;
	int64_t at, latest;

	if (!dial_civil_from_unix(now, &limit))
		return false;
	civil->year += limit.year - limit.year % 100 + 100;
	limit.year += 50;
	if (limit.month == 2 && limit.day == 29)
		limit.day = 28;
	if (!dial_civil_to_unix(&limit, &latest))
		return false;
	while (civil->year > limit.year ||
	       (dial_civil_to_unix(civil, &at) && at > latest))
		civil->year -= 100;
	return true;
}

bool
dial_date_parse(struct dial_span text, int64_t now, int64_t *unix_seconds)
{
	struct reading reading;

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		if (!read_pattern(patterns[i], text, &reading))
			continue;
		if (reading.two_digits && !find_century(&reading.civil, now))
			return false;
		return dial_civil_to_unix(&reading.civil, unix_seconds);
	}
	return false;
}

char *
dial_date_format(int64_t unix_seconds, char out[DIAL_DATE_TEXT])
{
	struct dial_civil civil;

	/* A year of more than four digits has no form: the nearest has. */
	if (!dial_civil_from_unix(unix_seconds, &civil))
		civil = unix_seconds < 0
			    ? (struct dial_civil){DIAL_CIVIL_YEAR_MIN, 1, 1, 0,
				  0, 0}
			    : (struct dial_civil){
				  DIAL_CIVIL_YEAR_MAX, 12, 31, 23, 59, 59};
	snprintf(out, DIAL_DATE_TEXT, "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT",
	    dial_date_weekdays[dial_civil_weekday(&civil)],
	    (unsigned)civil.day % 100, dial_date_months[civil.month - 1],
	    (unsigned)civil.year % 10000, (unsigned)civil.hour % 100,
	    (unsigned)civil.minute % 100, (unsigned)civil.second % 100);
	return out;
}
