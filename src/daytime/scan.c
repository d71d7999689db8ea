/* Only this file knows how the pieces of a date are spelt. */
#include "daytime/scan.h"

#include <string.h>

#define HOUR 3600

static const char *const months[] = {"january", "february", "march", "april",
    "may", "june", "july", "august", "september", "october", "november",
    "december"};

static const char *const weekdays[] = {"sunday", "monday", "tuesday",
    "wednesday", "thursday", "friday", "saturday"};

static const struct {
	const char *name;
	int hours;
} zones[] = {
    {"utc", 0},
    {"ut", 0},
    {"gmt", 0},
    {"z", 0},
    {"est", -5},
    {"edt", -4},
    {"cst", -6},
    {"cdt", -5},
    {"mst", -7},
    {"mdt", -6},
    {"pst", -8},
    {"pdt", -7},
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* How many letters stand at the front. */
static size_t
letters(const struct dial_scan *scan)
{
	const char *at = scan->at;

	while (at < scan->end && is_letter(*at))
		at++;
	return (size_t)(at - scan->at);
}

/* Whether len letters are the first ones of a word that is in lower case. */
static bool
begins(const char *text, size_t len, const char *word)
{
	size_t i;

	if (len > strlen(word))
		return false;
	for (i = 0; i < len; i++) {
		if ((text[i] | 0x20) != word[i])
			return false;
	}
	return true;
}

bool
dial_scan_done(const struct dial_scan *scan)
{
	return scan->at == scan->end;
}

bool
dial_scan_char(struct dial_scan *scan, char c)
{
	if (scan->at == scan->end || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

bool
dial_scan_space(struct dial_scan *scan)
{
	const char *start = scan->at;

	while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t'))
		scan->at++;
	return scan->at > start;
}

bool
dial_scan_number(struct dial_scan *scan, int max, int *digits, int *value)
{
	const char *at = scan->at;
	int sum = 0;

	while (at < scan->end && is_digit(*at)) {
		if (at - scan->at == max)
			return false;
		sum = sum * 10 + (*at++ - '0');
	}
	if (at == scan->at)
		return false;
	*digits = (int)(at - scan->at);
	*value = sum;
	scan->at = at;
	return true;
}

bool
dial_scan_digits(struct dial_scan *scan, int count, int *value)
{
	struct dial_scan start = *scan;
	int digits;

	if (dial_scan_number(scan, count, &digits, value) && digits == count)
		return true;
	*scan = start;
	return false;
}

/* The index of the word at the front, whole or in three letters; or -1. */
static int
word_in(struct dial_scan *scan, const char *const *words, int count)
{
	size_t len = letters(scan);
	int i;

	for (i = 0; i < count; i++) {
		if ((len == 3 || len == strlen(words[i])) &&
		    begins(scan->at, len, words[i])) {
			scan->at += len;
			return i;
		}
	}
	return -1;
}

bool
dial_scan_month(struct dial_scan *scan, int *month)
{
	int i = word_in(scan, months, 12);

	if (i < 0)
		return false;
	*month = i + 1;
	return true;
}

bool
dial_scan_weekday(struct dial_scan *scan, int *weekday)
{
	int i = word_in(scan, weekdays, 7);

	if (i < 0)
		return false;
	*weekday = i;
	return true;
}

bool
dial_scan_time(struct dial_scan *scan, struct dial_civil *civil)
{
	struct dial_scan start = *scan;

	if (!dial_scan_digits(scan, 2, &civil->hour) ||
	    !dial_scan_char(scan, ':') ||
	    !dial_scan_digits(scan, 2, &civil->minute) ||
	    !dial_scan_char(scan, ':') ||
	    !dial_scan_digits(scan, 2, &civil->second)) {
		*scan = start;
		return false;
	}
	if (scan->end - scan->at > 1 && *scan->at == '.' &&
	    is_digit(scan->at[1])) {
		scan->at++;
		while (scan->at < scan->end && is_digit(*scan->at))
			scan->at++;
	}
	return true;
}

/* +hhmm, +hh:mm or +hh, the sign already taken. */
static enum dial_zone
numeric_zone(struct dial_scan *scan, int sign, int *east)
{
	int digits;
	int value;
	int minutes = 0;

	if (!dial_scan_number(scan, 4, &digits, &value))
		return DIAL_ZONE_UNKNOWN;
	if (digits == 4) {
		minutes = value % 100;
		value /= 100;
	} else if (digits != 2) {
		return DIAL_ZONE_UNKNOWN;
	} else if (dial_scan_char(scan, ':') &&
		   !dial_scan_digits(scan, 2, &minutes)) {
		return DIAL_ZONE_UNKNOWN;
	}
	if (value > 14 || minutes > 59)
		return DIAL_ZONE_UNKNOWN;
	*east = sign * (value * HOUR + minutes * 60);
	return DIAL_ZONE_KNOWN;
}

enum dial_zone
dial_scan_zone(struct dial_scan *scan, int *east)
{
	size_t len;
	size_t i;

	*east = 0;
	if (dial_scan_char(scan, '+'))
		return numeric_zone(scan, 1, east);
	if (dial_scan_char(scan, '-'))
		return numeric_zone(scan, -1, east);
	len = letters(scan);
	if (len == 0)
		return DIAL_ZONE_NONE;
	for (i = 0; i < sizeof zones / sizeof zones[0]; i++) {
		if (len == strlen(zones[i].name) &&
		    begins(scan->at, len, zones[i].name)) {
			scan->at += len;
			*east = zones[i].hours * HOUR;
			return DIAL_ZONE_KNOWN;
		}
	}
	scan->at += len;
	return DIAL_ZONE_UNKNOWN;
}
