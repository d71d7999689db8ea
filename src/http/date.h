/* HTTP dates (RFC 9110 5.6.7): written as IMF-fixdate, read in all three
 * forms, with the rest of what curl's -z takes beside them. */
#ifndef DIAL_HTTP_DATE_H
#define DIAL_HTTP_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

#define DIAL_DATE_TEXT 30 /* "Sun, 06 Nov 1994 08:49:37 GMT" and its NUL */

/* unix seconds to IMF-fixdate; returns out. */
char *dial_date_format(int64_t unix_seconds, char out[DIAL_DATE_TEXT]);

/* IMF-fixdate, RFC 850 (two-digit years by the 50-year rule against now), and
 * asctime. */
bool dial_date_parse(struct dial_span, int64_t now, int64_t *unix_seconds);

/* Whatever curl's --time-cond takes as a date ("20040912 15:05:58 -0700",
 * "12 Sep 2004", ...); a superset of the above. */
bool
dial_date_parse_loose(struct dial_span, int64_t now, int64_t *unix_seconds);

#endif
