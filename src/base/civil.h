/*
 * The civil calendar: dates of the proleptic Gregorian calendar to seconds
 * since 1970-01-01T00:00:00Z and back.  Pure arithmetic: no time zone, no
 * locale, no system clock, nothing allocated.
 *
 * Years reach from DIAL_CIVIL_YEAR_MIN to DIAL_CIVIL_YEAR_MAX, which is what
 * four digits can write; whatever lies outside is refused, never wrapped.
 */
#ifndef DIAL_BASE_CIVIL_H
#define DIAL_BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#define DIAL_CIVIL_YEAR_MIN 0
#define DIAL_CIVIL_YEAR_MAX 9999

/* The room for "YYYY-MM-DDTHH:MM:SSZ" and its NUL. */
#define DIAL_CIVIL_ISO8601_SIZE 21

struct dial_civil {
	int64_t year;
	int month;  /* 1 to 12 */
	int day;    /* 1 to the month's last */
	int hour;   /* 0 to 23 */
	int minute; /* 0 to 59 */
	int second; /* 0 to 60: 60 is a leap second */
};

/* Whether every member is in its range and the day exists in its month. */
bool dial_civil_valid(const struct dial_civil *civil);

/*
 * The seconds since 1970 into *unix_time.  A leap second counts as the second
 * after it, as POSIX has it.  False, and *unix_time left alone, when the date
 * is not valid.
 */
bool dial_civil_to_unix(const struct dial_civil *civil, int64_t *unix_time);

/* The other way; false when the year would leave its range. */
bool dial_civil_from_unix(int64_t unix_time, struct dial_civil *civil);

/* 0 for Sunday to 6 for Saturday; -1 when the date is not valid. */
int dial_civil_weekday(const struct dial_civil *civil);

/*
 * "YYYY-MM-DDTHH:MM:SSZ".  False, and an empty string, when the date is not
 * valid.
 */
bool dial_civil_iso8601(
    const struct dial_civil *civil, char text[DIAL_CIVIL_ISO8601_SIZE]);

#endif
