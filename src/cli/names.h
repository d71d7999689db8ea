/* The names of output files, and the URL of an upload: pure functions from
 * texts to texts.  What is returned is malloc'd and the caller's. */
#ifndef DIAL_CLI_NAMES_H
#define DIAL_CLI_NAMES_H

#include <dial/error.h>

#include "base/text.h"

/* The name where a URL gives none. */
#define DIAL_NAME_DEFAULT "dial_response"

/*
 * -O: the last component of the user's own URL, never decoded, without query
 * and fragment; of a URL that ends in '/' the last folder's; and never "." or
 * "..".  NULL with an error.
 */
char *dial_name_from_url(const char *url, struct dial_error *);

/* dir (NULL: none) and name as one path. */
char *dial_name_join(const char *dir, const char *name, struct dial_error *);

/* -T: the URL that the file goes to; its name is appended, percent-encoded,
 * where the URL ends in '/' or has no path, and no query. */
char *
dial_name_upload_url(const char *url, const char *path, struct dial_error *);

/* -G: the data as (more of) the URL's query. */
char *dial_name_query_url(
    const char *url, struct dial_span data, struct dial_error *);

#endif
