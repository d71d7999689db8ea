/*
 * A cursor over one line of text, for reading dates: each function takes what
 * it names off the front and says whether it was there.  What is not there is
 * not taken.  Nothing is copied; the text must outlive the cursor.
 */
#ifndef DIAL_DAYTIME_SCAN_H
#define DIAL_DAYTIME_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/civil.h"

struct dial_scan {
	const char *at;
	const char *end;
};

/* What a line says about its zone. */
enum dial_zone {
	DIAL_ZONE_NONE,	   /* nothing */
	DIAL_ZONE_KNOWN,   /* an offset from UTC */
	DIAL_ZONE_UNKNOWN, /* a name that nobody defined for everybody */
};

bool dial_scan_done(const struct dial_scan *);
bool dial_scan_char(struct dial_scan *, char c);
bool dial_scan_space(struct dial_scan *); /* one or more SP or HTAB */

/* Exactly count digits, and no further digit after them. */
bool dial_scan_digits(struct dial_scan *, int count, int *value);
/* At least one and at most max digits, and no further digit after them. */
bool dial_scan_number(struct dial_scan *, int max, int *digits, int *value);

/* A month or a weekday in English, whole or in three letters, any case. */
bool dial_scan_month(struct dial_scan *, int *month);	  /* 1 to 12 */
bool dial_scan_weekday(struct dial_scan *, int *weekday); /* 0: Sunday */

/* hh:mm:ss; a fraction of a second is taken and dropped. */
bool dial_scan_time(struct dial_scan *, struct dial_civil *);

/*
 * A zone, in any case: UTC, UT, GMT, Z, +hhmm, +hh:mm, +hh (or -), the eight
 * of RFC 822 5.1 (EST, PDT, ...) as -hh would be; *east is in seconds.
 */
enum dial_zone dial_scan_zone(struct dial_scan *, int *east);

#endif
