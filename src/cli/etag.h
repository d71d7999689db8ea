/* Entity tags kept in files, for --etag-save and --etag-compare: one line, as
 * the server wrote it. */
#ifndef DIAL_CLI_ETAG_H
#define DIAL_CLI_ETAG_H

#include <dial/request.h>

#include "cli/config.h"

/* Asks only for what has another tag than the one kept, and looks whether the
 * next one can be.  0, or -1 with an error. */
int dial_etag_begin(
    struct dial_request *, const struct dial_config *, struct dial_error *);

/* Keeps the tag of a response that is whole, in place of the old one; none
 * empties the file, but for a 304, which leaves it. 0, or -1 with an error. */
int dial_etag_save(const struct dial_config *, const struct dial_response *,
    struct dial_error *);

#endif
