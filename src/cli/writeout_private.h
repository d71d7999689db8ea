/* What the files of -w share: variables with their values, and the place where
 * the text goes. */
#ifndef DIAL_CLI_WRITEOUT_PRIVATE_H
#define DIAL_CLI_WRITEOUT_PRIVATE_H

#include "cli/writeout.h"

enum dial_value_kind {
	DIAL_VALUE_TEXT,
	DIAL_VALUE_NUMBER,
	DIAL_VALUE_SECONDS
};

struct dial_value {
	enum dial_value_kind kind;
	const char *text; /* NULL: none */
	char *owned;	  /* the same, if it was made for this; to be freed */
	long long number;
	int digits; /* at least so many, but not in JSON */
	double seconds;
};

enum dial_url_part {
	DIAL_PART_NONE,
	DIAL_PART_SCHEME,
	DIAL_PART_USER,
	DIAL_PART_PASSWORD,
	DIAL_PART_OPTIONS,
	DIAL_PART_HOST,
	DIAL_PART_PORT,
	DIAL_PART_PATH,
	DIAL_PART_QUERY,
	DIAL_PART_FRAGMENT,
	DIAL_PART_ZONE
};

/* The part of the URL, to be freed; NULL: it has none, or is no URL. */
char *dial_writeout_url_part(const char *url, enum dial_url_part);

/* Longer ones are shown as nothing. */
#define DIAL_WRITEOUT_TIME_MAX 1024

/* %time{FORMAT} of a time in nanoseconds since 1970, appended. 0 or -1
 * (memory). */
int
dial_writeout_time(struct dial_buf *, struct dial_span format, int64_t unix_ns);

/* The name of the nth variable, in the order of %{json}; NULL after the last.
 */
const char *dial_writeout_name(size_t n);
struct dial_value dial_writeout_value(size_t n, const struct dial_writeout *);
/* What of it is shown in JSON, where user and password are masked unless they
 * were asked for. */
struct dial_value
dial_writeout_value_masked(size_t n, const struct dial_writeout *);

/* Where the text goes now, and what that place can bear. */
struct dial_writeout_place {
	struct dial_writeout_text *text;
	struct dial_buf *to;
	const struct dial_writeout *facts;
	bool stop; /* the rest of the format is left out */
};

/* Each appends. 0 or -1 (memory). */

/* Bytes that a peer may have said. */
int dial_writeout_put(const struct dial_writeout_place *, struct dial_span);
/* %{header_json}: every field, its values as an array. */
int dial_writeout_header_json(const struct dial_writeout_place *);
/* %header{NAME}, or %header{NAME:all:SEPARATOR}. */
int dial_writeout_header(const struct dial_writeout_place *, struct dial_span);

#endif
