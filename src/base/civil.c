/*
 * Only this file knows how long a month is.
 *
 * Days are counted in eras of 400 years, each of which has the same number of
 * days, and in years that begin on the first of March, so that the leap day is
 * the last of its year and needs no case of its own.
 */
#include "base/civil.h"

#define DAYS_PER_ERA	    146097
#define DAYS_TO_1970	    719468 /* from 0000-03-01 */
#define SECONDS_PER_MINUTE  60
#define SECONDS_PER_HOUR    3600
#define SECONDS_PER_DAY	    86400
#define DAYS_FROM_MARCH(mp) ((153 * (mp) + 2) / 5) /* before month mp */

static bool
leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
days_in_month(int64_t year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && leap(year) ? 29 : days[month - 1];
}

/* Division that rounds down, for times before the era. */
static int64_t
floor_div(int64_t value, int64_t by)
{
	return value / by - (value % by < 0);
}

/* What floor_div leaves over: never negative, and it cannot overflow. */
static int64_t
floor_mod(int64_t value, int64_t by)
{
	int64_t rest = value % by;

	return rest < 0 ? rest + by : rest;
}

/* The days since 1970-01-01 of a date that is known to be valid. */
static int64_t
days_from_civil(const struct dial_civil *civil)
{
	int64_t year = civil->month > 2 ? civil->year : civil->year - 1;
	int64_t month = (civil->month + 9) % 12; /* 0 is March */
	int64_t era = floor_div(year, 400);
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = DAYS_FROM_MARCH(month) + civil->day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 -
			     year_of_era / 100 + day_of_year;

	return era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970;
}

static void
civil_from_days(int64_t days, struct dial_civil *civil)
{
	int64_t shifted = days + DAYS_TO_1970;
	int64_t era = floor_div(shifted, DAYS_PER_ERA);
	int64_t day_of_era = shifted - era * DAYS_PER_ERA;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 +
				  day_of_era / 36524 - day_of_era / 146096) /
			      365;
	int64_t day_of_year =
	    day_of_era -
	    (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153; /* 0 is March */

	civil->day = (int)(day_of_year - DAYS_FROM_MARCH(month) + 1);
	civil->month = (int)(month < 10 ? month + 3 : month - 9);
	civil->year = era * 400 + year_of_era + (civil->month <= 2);
}

bool
dial_civil_valid(const struct dial_civil *civil)
{
	return civil->year >= DIAL_CIVIL_YEAR_MIN &&
	       civil->year <= DIAL_CIVIL_YEAR_MAX && civil->month >= 1 &&
	       civil->month <= 12 && civil->day >= 1 &&
	       civil->day <= days_in_month(civil->year, civil->month) &&
	       civil->hour >= 0 && civil->hour <= 23 && civil->minute >= 0 &&
	       civil->minute <= 59 && civil->second >= 0 && civil->second <= 60;
}

bool
dial_civil_to_unix(const struct dial_civil *civil, int64_t *unix_time)
{
	if (!dial_civil_valid(civil))
		return false;
	*unix_time = days_from_civil(civil) * SECONDS_PER_DAY +
		     civil->hour * SECONDS_PER_HOUR +
		     civil->minute * SECONDS_PER_MINUTE + civil->second;
	return true;
}

bool
dial_civil_from_unix(int64_t unix_time, struct dial_civil *civil)
{
	struct dial_civil result;
	int64_t days = floor_div(unix_time, SECONDS_PER_DAY);
	int rest = (int)floor_mod(unix_time, SECONDS_PER_DAY);

	civil_from_days(days, &result);
	result.hour = rest / SECONDS_PER_HOUR;
	result.minute = rest % SECONDS_PER_HOUR / SECONDS_PER_MINUTE;
	result.second = rest % SECONDS_PER_MINUTE;
	if (!dial_civil_valid(&result))
		return false;
	*civil = result;
	return true;
}

int
dial_civil_weekday(const struct dial_civil *civil)
{
	int64_t days;

	if (!dial_civil_valid(civil))
		return -1;
	days = days_from_civil(civil) + 4; /* 1970-01-01 was a Thursday */
	return (int)floor_mod(days, 7);
}

/* The last digits of a number, as many as there is width. */
static char *
put_digits(char *at, int64_t value, int width)
{
	for (int i = width - 1; i >= 0; i--) {
		at[i] = (char)('0' + value % 10);
		value /= 10;
	}
	return at + width;
}

bool
dial_civil_iso8601(
    const struct dial_civil *civil, char text[DIAL_CIVIL_ISO8601_SIZE])
{
	char *at = text;

	*at = '\0';
	if (!dial_civil_valid(civil))
		return false;
	at = put_digits(at, civil->year, 4);
	*at++ = '-';
	at = put_digits(at, civil->month, 2);
	*at++ = '-';
	at = put_digits(at, civil->day, 2);
	*at++ = 'T';
	at = put_digits(at, civil->hour, 2);
	*at++ = ':';
	at = put_digits(at, civil->minute, 2);
	*at++ = ':';
	at = put_digits(at, civil->second, 2);
	*at++ = 'Z';
	*at = '\0';
	return true;
}
