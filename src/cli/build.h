/* From a task of the plan to the request that asks for it. */
#ifndef DIAL_CLI_BUILD_H
#define DIAL_CLI_BUILD_H

#include <dial/request.h>

#include "cli/plan.h"
#include "http/url.h"

/* The URL that goes out: with -G's data or -T's name in it.  malloc'd; NULL
 * with an error. */
char *dial_build_url(const struct dial_task *, struct dial_error *);

/* The netrc file that is asked for: the one named, else NETRC's, else ~/.netrc.
 * malloc'd; NULL without an error: none is, or there is no home. */
char *dial_build_netrc_path(const struct dial_config *, struct dial_error *);

/* A file to send that stands for standard input. */
bool dial_build_is_stdin(const char *path);

/* All but the receiver, where to go on from, and whether to keep the
 * connection.  NULL with an error. */
struct dial_request *
dial_build_request(const struct dial_task *, struct dial_error *);

/* Appends a line with the URL, escaped, its password masked. 0, or -1 with an
 * error. */
int dial_build_append_url(
    struct dial_buf *, const struct dial_url *, struct dial_error *);

#endif
