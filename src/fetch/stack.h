/* From a way and a connected descriptor to the stack of layers on it. */
#ifndef DIAL_FETCH_STACK_H
#define DIAL_FETCH_STACK_H

#include "fetch/connection.h"

/* fd is owned, on failure too; address is what a SOCKS proxy that takes no
 * names is asked for.  NULL with an error. */
struct dial_stream *dial_stack_build(int fd, const struct dial_opening_setup *,
    const struct dial_address *, struct dial_error *);

/* The stack of a refused, reusable tunnel (owned, on failure too) with another
 * tunnel in its place, and all above it made anew.  NULL with an error. */
struct dial_stream *dial_stack_build_again(struct dial_stream *,
    const struct dial_opening_setup *, struct dial_error *);

#endif
