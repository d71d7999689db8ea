/*
 * Dates as people and curl's -z write them: words and numbers in any order,
 * each part at most once, and whatever is neither letter nor digit only parts
 * them.  Found out by asking curl, so that both take the same for a date.
 */
#include "http/date.h"

#include <string.h>

#include "base/civil.h"
#include "http/date_names.h"

/* Words and numbers that are read: what stands behind them does not matter, as
 * in curl. */
#define PARTS_MAX	6
#define SECONDS_PER_DAY 86400
#define YEAR_MIN	1583 /* the calendar's first whole year */
#define PIVOT		70   /* two digits up to here are of this century */
#define ZONE_MAX	1400 /* hours and minutes, as written */

const char *const dial_date_weekdays[7] = {"Sunday", "Monday", "Tuesday",
    "Wednesday", "Thursday", "Friday", "Saturday"};

const char *const dial_date_months[12] = {"Jan", "Feb", "Mar", "Apr", "May",
    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* Minutes to be added to reach GMT. */
static const struct {
	const char *name;
	int minutes;
} zones[] = {
    {"GMT", 0},
    {"UTC", 0},
    {"WET", 0},
    {"BST", -60},
    {"WAT", 60},
    {"AST", 240},
    {"ADT", 180},
    {"EST", 300},
    {"EDT", 240},
    {"CST", 360},
    {"CDT", 300},
    {"MST", 420},
    {"MDT", 360},
    {"PST", 480},
    {"PDT", 420},
    {"YST", 540},
    {"YDT", 480},
    {"HST", 600},
    {"HDT", 540},
    {"CAT", 600},
    {"AHST", 600},
    {"NT", 660},
    {"IDLW", 720},
    {"CET", -60},
    {"MET", -60},
    {"MEWT", -60},
    {"MEST", -120},
    {"CEST", -120},
    {"MESZ", -120},
    {"FWT", -60},
    {"FST", -120},
    {"EET", -120},
    {"WAST", -420},
    {"WADT", -480},
    {"CCT", -480},
    {"JST", -540},
    {"EAST", -600},
    {"EADT", -660},
    {"GST", -600},
    {"NZT", -720},
    {"NZST", -720},
    {"NZDT", -780},
    {"IDLE", -720},
};

/* What a date may have, each once. */
enum part {
	WEEKDAY = 1,
	MONTH = 2,
	DAY = 4,
	YEAR = 8,
	TIME = 16,
	ZONE = 32
};

struct reading {
	struct dial_span rest;
	struct dial_civil civil;
	int zone;     /* minutes to GMT */
	unsigned has; /* of enum part */
	char before;  /* the byte before the rest */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	c = dial_text_lower(c);
	return c >= 'a' && c <= 'z';
}

/* False when that part was there before. */
static bool
note(struct reading *reading, enum part part)
{
	if ((reading->has & part) != 0)
		return false;
	reading->has |= part;
	return true;
}

/* The name whole, or its first three letters. */
static bool
is_name(struct dial_span word, const char *name)
{
	if (word.len != DIAL_DATE_SHORT && word.len != strlen(name))
		return false;
	for (size_t i = 0; i < word.len; i++)
		if (dial_text_lower(word.ptr[i]) != dial_text_lower(name[i]))
			return false;
	return true;
}

static bool
is_weekday(struct dial_span word)
{
	for (size_t i = 0; i < 7; i++)
		if (is_name(word, dial_date_weekdays[i]))
			return true;
	return false;
}

/* 1 to 12, or 0. */
static int
find_month(struct dial_span word)
{
	for (int i = 0; i < 12; i++)
		if (dial_span_equal_nocase(word, dial_date_months[i]))
			return i + 1;
	return 0;
}

/* RFC 822's letters have the signs that the RFC gave them, as curl does; J is
 * none (RFC 5322 4.3). */
static bool
find_military(char letter, int *minutes)
{
	int i = dial_text_lower(letter) - 'a';

	if (i == 25)
		*minutes = 0;
	else if (i < 9)
		*minutes = (i + 1) * 60;
	else if (i > 9 && i < 13)
		*minutes = i * 60;
	else
		*minutes = -(i - 12) * 60;
	return i != 9;
}

static bool
find_zone(struct dial_span word, int *minutes)
{
	if (word.len == 1)
		return find_military(word.ptr[0], minutes);
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (dial_span_equal_nocase(word, zones[i].name)) {
			*minutes = zones[i].minutes;
			return true;
		}
	return false;
}

static void
drop(struct reading *reading, size_t n)
{
	reading->before = reading->rest.ptr[n - 1];
	reading->rest.ptr += n;
	reading->rest.len -= n;
}

static bool
read_word(struct reading *reading)
{
	struct dial_span word = reading->rest;
	int month;

	word.len = 0;
	while (word.len < reading->rest.len && is_letter(word.ptr[word.len]))
		word.len++;
	drop(reading, word.len);
	if (is_weekday(word))
		return note(reading, WEEKDAY);
	month = find_month(word);
	if (month != 0) {
		reading->civil.month = month;
		return note(reading, MONTH);
	}
	return find_zone(word, &reading->zone) && note(reading, ZONE);
}

/* One or two digits at an offset, which moves behind them. */
static bool
take_two(struct dial_span text, size_t *at, int *number)
{
	size_t from = *at;

	*number = 0;
	while (*at < text.len && *at - from < 2 && is_digit(text.ptr[*at]))
		*number = *number * 10 + (text.ptr[(*at)++] - '0');
	return *at > from;
}

static bool
take_colon(struct dial_span text, size_t *at)
{
	if (*at >= text.len || text.ptr[*at] != ':')
		return false;
	++*at;
	return true;
}

/* "15:05" or "15:05:58"; the bytes it takes, or 0. */
static size_t
read_time(struct dial_span text, struct dial_civil *civil)
{
	int hour, minute, second = 0;
	size_t at = 0, whole;

	if (!take_two(text, &at, &hour) || !take_colon(text, &at) ||
	    !take_two(text, &at, &minute) || hour > 23 || minute > 59)
		return 0;
	whole = at;
	if (take_colon(text, &at) && take_two(text, &at, &second)) {
		if (second > 60)
			return 0;
		whole = at;
	}
	civil->hour = hour;
	civil->minute = minute;
	civil->second = second;
	return whole;
}

static bool
set_zone(struct reading *reading, int number, char sign)
{
	int minutes = number / 100 * 60 + number % 100;

	reading->zone = sign == '+' ? -minutes : minutes;
	return note(reading, ZONE);
}

/* "20040912" */
static bool
set_date(struct reading *reading, int number)
{
	reading->civil.year = number / 10000;
	reading->civil.month = number / 100 % 100;
	reading->civil.day = number % 100;
	return note(reading, YEAR) && note(reading, MONTH) &&
	       note(reading, DAY);
}

/* The first number that can be the day is; another is the year. */
static bool
set_day_or_year(struct reading *reading, int number)
{
	if ((reading->has & DAY) == 0 && number >= 1 && number <= 31) {
		reading->civil.day = number;
		return note(reading, DAY);
	}
	if (number < 100)
		number += number > PIVOT ? 1900 : 2000;
	reading->civil.year = number;
	return note(reading, YEAR);
}

static bool
read_number(struct reading *reading)
{
	char sign = reading->before;
	struct dial_span digits = reading->rest;
	size_t n = 0;
	uint64_t number;

	if ((reading->has & TIME) == 0) {
		n = read_time(reading->rest, &reading->civil);
		if (n > 0) {
			drop(reading, n);
			return note(reading, TIME);
		}
	}
	while (n < digits.len && is_digit(digits.ptr[n]))
		n++;
	digits.len = n;
	drop(reading, n);
	if (!dial_text_decimal(digits, INT32_MAX, &number))
		return false;
	if (n == 4 && (sign == '+' || sign == '-') && number <= ZONE_MAX &&
	    (reading->has & ZONE) == 0)
		return set_zone(reading, (int)number, sign);
	if (n == 8 && (reading->has & (YEAR | MONTH | DAY)) == 0)
		return set_date(reading, (int)number);
	return set_day_or_year(reading, (int)number);
}

/* A day past the month's last is one of the next month, as in curl. */
static bool
to_unix(const struct reading *reading, int64_t *unix_seconds)
{
	struct dial_civil civil = reading->civil;
	const unsigned needed = YEAR | MONTH | DAY;
	int64_t first;

	if ((reading->has & needed) != needed || civil.year < YEAR_MIN ||
	    civil.day < 1 || civil.day > 31)
		return false;
	civil.day = 1;
	if (!dial_civil_to_unix(&civil, &first))
		return false;
	*unix_seconds = first +
			(int64_t)(reading->civil.day - 1) * SECONDS_PER_DAY +
			(int64_t)reading->zone * 60;
	return true;
}

bool
dial_date_parse_loose(struct dial_span text, int64_t now, int64_t *unix_seconds)
{
	struct reading reading = {.rest = text};
	int parts = 0;

	if (dial_date_parse(text, now, unix_seconds))
		return true;
	while (reading.rest.len > 0 && parts < PARTS_MAX) {
		char c = reading.rest.ptr[0];

		if (!is_letter(c) && !is_digit(c)) {
			drop(&reading, 1);
			continue;
		}
		parts++;
		if (is_letter(c) ? !read_word(&reading)
				 : !read_number(&reading))
			return false;
	}
	return to_unix(&reading, unix_seconds);
}
