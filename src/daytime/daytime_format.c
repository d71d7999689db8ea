/* Only this file writes a daytime line; every form shows UTC. */
#include "daytime/daytime.h"

#include <stdio.h>
#include <string.h>

#include "base/civil.h"

#define MJD_OF_1970	40587
#define SECONDS_PER_DAY 86400

static const char *const months[] = {"January", "February", "March", "April",
    "May", "June", "July", "August", "September", "October", "November",
    "December"};

static const char *const weekdays[] = {"Sunday", "Monday", "Tuesday",
    "Wednesday", "Thursday", "Friday", "Saturday"};

static const struct {
	const char *name;
	enum dial_daytime_form form;
} forms[] = {
    {"rfc867", DIAL_DAYTIME_RFC867},
    {"ctime", DIAL_DAYTIME_CTIME},
    {"iso", DIAL_DAYTIME_ISO8601},
    {"nist", DIAL_DAYTIME_NIST},
};

enum dial_daytime_form
dial_daytime_form_named(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		if (strcmp(forms[i].name, name) == 0)
			return forms[i].form;
	}
	return DIAL_DAYTIME_UNKNOWN;
}

/* The day of the month on which its nth Sunday falls. */
static int
nth_sunday(const struct dial_civil *civil, int n)
{
	struct dial_civil first = *civil;

	first.day = 1;
	return 1 + (7 - dial_civil_weekday(&first)) % 7 + 7 * (n - 1);
}

/*
 * NIST's TT: 00 in standard time and 50 in daylight saving time, which since
 * 2007 lasts from the second Sunday of March to the first of November.  In
 * those months it counts down to the day of the change: to 51, and to 01.
 */
static int
saving_count(const struct dial_civil *civil)
{
	int change;

	if (civil->month == 3) {
		change = nth_sunday(civil, 2);
		return civil->day > change ? 50 : 51 + change - civil->day;
	}
	if (civil->month == 11) {
		change = nth_sunday(civil, 1);
		return civil->day > change ? 0 : 1 + change - civil->day;
	}
	return civil->month > 3 && civil->month < 11 ? 50 : 0;
}

static int
write_nist(char *line, size_t size, const struct dial_civil *civil, int64_t now)
{
	int64_t days = now / SECONDS_PER_DAY - (now % SECONDS_PER_DAY < 0);

	return snprintf(line, size,
	    "\n%05d %02d-%02d-%02d %02d:%02d:%02d %02d 0 0 0.0 UTC(NIST) *\n",
	    (int)(days + MJD_OF_1970), (int)(civil->year % 100), civil->month,
	    civil->day, civil->hour, civil->minute, civil->second,
	    saving_count(civil));
}

size_t
dial_daytime_format(
    enum dial_daytime_form form, int64_t now, char line[DIAL_DAYTIME_LINE_SIZE])
{
	const size_t size = DIAL_DAYTIME_LINE_SIZE;
	struct dial_civil civil;
	char iso[DIAL_CIVIL_ISO8601_SIZE];
	const char *month;
	const char *weekday;
	int len = 0;

	line[0] = '\0';
	if (!dial_civil_from_unix(now, &civil) ||
	    !dial_civil_iso8601(&civil, iso))
		return 0;
	month = months[civil.month - 1];
	weekday = weekdays[dial_civil_weekday(&civil)];
	switch (form) {
	case DIAL_DAYTIME_NIST:
		len = write_nist(line, size, &civil, now);
		break;
	case DIAL_DAYTIME_RFC867:
		len = snprintf(line, size,
		    "%s, %s %d, %04d %02d:%02d:%02d-UTC\r\n", weekday, month,
		    civil.day, (int)civil.year, civil.hour, civil.minute,
		    civil.second);
		break;
	case DIAL_DAYTIME_CTIME:
		len = snprintf(line, size,
		    "%.3s %.3s %2d %02d:%02d:%02d %04d\r\n", weekday, month,
		    civil.day, civil.hour, civil.minute, civil.second,
		    (int)civil.year);
		break;
	case DIAL_DAYTIME_ISO8601:
		len = snprintf(line, size, "%s\r\n", iso);
		break;
	case DIAL_DAYTIME_UNKNOWN:
		break;
	}
	return len > 0 && (size_t)len < size ? (size_t)len : 0;
}
