/*
 * -w: what came of a transfer, in the user's own words.  A format and the
 * facts give two texts, one for standard output and one for standard error;
 * nothing is written here.
 */
#ifndef DIAL_CLI_WRITEOUT_H
#define DIAL_CLI_WRITEOUT_H

#include <dial/error.h>
#include <dial/response.h>

#include "base/text.h"

struct dial_writeout {
	const struct dial_response *response; /* NULL: there was none */
	struct dial_response_info info;	      /* zeroed if there was none */
	const char *url;		      /* as the user gave it */
	size_t url_number;		      /* from 0 */
	const char *filename;		      /* NULL: standard output */
	const struct dial_error *error;	      /* set or not */
	bool escape_out;   /* standard output is a terminal */
	bool show_secrets; /* in %{json}, too */
	int retries;	   /* tries before this one */
	double time_queue; /* seconds that it waited for its turn */
	int64_t unix_ns;   /* now, for %time{} */
};

/* What goes to a file that the format names: %output{NAME}. */
struct dial_writeout_file {
	char *path;
	bool append;
	struct dial_buf text;
};

struct dial_writeout_text {
	struct dial_buf out;
	struct dial_buf err;
	struct dial_writeout_file *files; /* in the order named */
	size_t file_count;
	struct dial_buf unknown; /* names of variables that dial does not
				    know, one a line */
};

/* Whether a format (NULL: none) may tell of certificates, which are kilobytes
 * to put into words for each transfer. */
bool dial_writeout_tells_certificates(const char *format);

/* 0, or -1 when there is no memory. */
int dial_writeout_render(struct dial_writeout_text *, const char *format,
    const struct dial_writeout *);

void dial_writeout_clear(struct dial_writeout_text *);

#endif
