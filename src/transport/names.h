/*
 * Hosts and their addresses, each for a while: the memory of the resolver.
 * Zeroed is empty and valid.  Nothing here blocks or looks a name up.
 */
#ifndef DIAL_TRANSPORT_NAMES_H
#define DIAL_TRANSPORT_NAMES_H

#include "base/address.h"

struct dial_name {
	char *host;
	uint16_t port;
	int family;
	struct dial_address *addresses;
	size_t count;
	int64_t until; /* monotonic; DIAL_NEVER stays */
};

struct dial_names {
	struct dial_name *names;
	size_t count;
	size_t max; /* the one to be forgotten first makes room; 0: no cap */
};

/* Copies, and replaces what was known of host, port and family. 0 or -1. */
int dial_names_put(struct dial_names *, const char *host, uint16_t port,
    int family, const struct dial_address *, size_t count, int64_t until);

/* NULL if unknown or forgotten by now; valid until the next change. */
const struct dial_name *dial_names_find(struct dial_names *, const char *host,
    uint16_t port, int family, int64_t now);

void dial_names_remove(
    struct dial_names *, const char *host, uint16_t port, int family);
void dial_names_clear(struct dial_names *);

#endif
