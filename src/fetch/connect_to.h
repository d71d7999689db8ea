/* One --connect-to entry: HOST1:PORT1:HOST2:PORT2, any part may be empty. */
#ifndef DIAL_FETCH_CONNECT_TO_H
#define DIAL_FETCH_CONNECT_TO_H

#include <dial/error.h>

#include "base/text.h"

/* Spans borrow from the text; an IPv6 literal stands in brackets there, and
 * without them here.  An empty span or port 0: any, or the URL's own. */
struct dial_connect_to {
	struct dial_span host;
	uint16_t port;
	struct dial_span to_host;
	uint16_t to_port;
};

/* 0, or -1 with a usage error that shows the entry. */
int dial_connect_to_parse(
    struct dial_connect_to *, const char *text, struct dial_error *);

#endif
