/* RFC 6265 5.1.1, step by step: a date is words between delimiters, and each of
 * its parts is the first word that can be it. */
#include "http/cookie.h"

#include <string.h>

#include "base/civil.h"
#include "http/date_names.h"

#define YEAR_MIN 1601

enum found {
	TIME = 1,
	DAY = 2,
	MONTH = 4,
	YEAR = 8
};

static bool
is_delimiter(char c)
{
	unsigned char u = (unsigned char)c;

	return u == 0x09 || (u >= 0x20 && u <= 0x2f) ||
	       (u >= 0x3b && u <= 0x40) || (u >= 0x5b && u <= 0x60) ||
	       (u >= 0x7b && u <= 0x7e);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number of least to most digits at *at, which moves behind it. */
static bool
take_number(
    struct dial_span word, size_t *at, size_t least, size_t most, int *number)
{
	size_t from = *at;

	*number = 0;
	while (*at < word.len && is_digit(word.ptr[*at])) {
		if (*at - from == most)
			return false;
		*number = *number * 10 + (word.ptr[(*at)++] - '0');
	}
	return *at - from >= least;
}

static bool
take_colon(struct dial_span word, size_t *at)
{
	return *at < word.len && word.ptr[(*at)++] == ':';
}

static bool
is_time(struct dial_span word, struct dial_civil *civil)
{
	int hour, minute, second;
	size_t at = 0;

	if (!take_number(word, &at, 1, 2, &hour) || !take_colon(word, &at) ||
	    !take_number(word, &at, 1, 2, &minute) || !take_colon(word, &at) ||
	    !take_number(word, &at, 1, 2, &second))
		return false;
	civil->hour = hour;
	civil->minute = minute;
	civil->second = second;
	return true;
}

static bool
is_day(struct dial_span word, struct dial_civil *civil)
{
	size_t at = 0;
	int day;

	if (!take_number(word, &at, 1, 2, &day))
		return false;
	civil->day = day;
	return true;
}

static bool
is_month(struct dial_span word, struct dial_civil *civil)
{
	if (word.len < DIAL_DATE_SHORT)
		return false;
	word.len = DIAL_DATE_SHORT;
	for (int i = 0; i < 12; i++)
		if (dial_span_equal_nocase(word, dial_date_months[i])) {
			civil->month = i + 1;
			return true;
		}
	return false;
}

static bool
is_year(struct dial_span word, struct dial_civil *civil)
{
	size_t at = 0;
	int year;

	if (!take_number(word, &at, 2, 4, &year))
		return false;
	if (year >= 70 && year <= 99)
		year += 1900;
	else if (year <= 69)
		year += 2000;
	civil->year = year;
	return true;
}

/* In the order of the RFC; what is neither is passed over. */
static void
take_word(struct dial_span word, struct dial_civil *civil, unsigned *found)
{
	static const struct {
		enum found part;
		bool (*is)(struct dial_span, struct dial_civil *);
	} parts[] = {
	    {TIME, is_time}, {DAY, is_day}, {MONTH, is_month}, {YEAR, is_year}};

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if ((*found & parts[i].part) == 0 && parts[i].is(word, civil)) {
			*found |= parts[i].part;
			return;
		}
}

bool
dial_cookie_date(struct dial_span text, int64_t *unix_seconds)
{
	struct dial_civil civil = {0};
	unsigned found = 0;
	size_t at = 0;

	while (at < text.len) {
		size_t from = at;

		while (at < text.len && !is_delimiter(text.ptr[at]))
			at++;
		if (at > from)
			take_word(dial_span_make(text.ptr + from, at - from),
			    &civil, &found);
		else
			at++;
	}
	if (found != (TIME | DAY | MONTH | YEAR) || civil.year < YEAR_MIN ||
	    civil.second > 59)
		return false;
	return dial_civil_to_unix(&civil, unix_seconds);
}
