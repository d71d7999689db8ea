/* One write(2) as a sink needs it: patient, and without SIGPIPE. */
#ifndef DIAL_FETCH_SINK_WRITE_H
#define DIAL_FETCH_SINK_WRITE_H

#include "fetch/sink_private.h"

/* Some of the bytes; or -errno, with the error set already where it is not
 * the file's own (a signal, a reader that went away). */
ssize_t dial_sink_write_some(
    struct dial_sink *, const void *bytes, size_t len, struct dial_error *);

#endif
