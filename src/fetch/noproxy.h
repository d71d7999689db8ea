/*
 * no_proxy: the hosts that are called without a proxy.  Entries stand between
 * commas or blanks:
 *
 *	a.test  .a.test        the host a.test and every host below it
 *	10.0.0.1  ::1  [::1]   an address, in any way of writing it
 *	10.0.0.0/8  fd00::/8   the addresses of a network
 *	ENTRY:8080             any of these at that port alone ([v6]:port)
 *	*                      every host
 *
 * Case and a dot at the end of a name make no difference.  A name is never
 * looked up to be compared with an address.
 */
#ifndef DIAL_FETCH_NOPROXY_H
#define DIAL_FETCH_NOPROXY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* True if an entry of list (NULL: none) covers host; *entry is that one. */
bool dial_noproxy_covers(
    const char *list, const char *host, uint16_t port, struct dial_span *entry);

#endif
