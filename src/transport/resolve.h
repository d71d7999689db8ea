/*
 * From a host to addresses: literals at once and without a thread, then the
 * caller's own table (--resolve), then names already known, then a look-up of
 * each family side by side.  localhost and *.localhost that the system does
 * not know are loopback (RFC 6761 6.3).
 */
#ifndef DIAL_TRANSPORT_RESOLVE_H
#define DIAL_TRANSPORT_RESOLVE_H

#include "base/address.h"
#include "loop/lookup.h"

enum dial_family {
	DIAL_FAMILY_ANY,
	DIAL_FAMILY_V4,
	DIAL_FAMILY_V6
};

/* How long a name stays known within a run, in nanoseconds; failures do not
 * stay. */
#define DIAL_RESOLVE_KEEP (60 * DIAL_SECOND)

struct dial_resolver;

struct dial_resolver *
dial_resolver_new(struct dial_loop *, struct dial_error *);
void dial_resolver_free(struct dial_resolver *);

/*
 * One --resolve entry in curl's syntax: [+]host:port:addr[,addr]...,
 * -host:port, host "*" for any.  0, or -1 with a usage error.
 */
int dial_resolver_add(
    struct dial_resolver *, const char *entry, struct dial_error *);

struct dial_resolution {
	const struct dial_address *addresses; /* this family's; port set */
	size_t count;
	bool last;	 /* no more will come */
	const char *why; /* with last and nothing found at all: one phrase */
	bool failed;
};

struct dial_resolve; /* one caller's wait */

/*
 * answered() is called once or twice (each family as it comes), always from
 * the loop, the last time with last set.  NULL with an error on failure.
 */
struct dial_resolve *dial_resolve_start(struct dial_resolver *,
    const char *host, uint16_t port, enum dial_family,
    void (*answered)(void *arg, const struct dial_resolution *), void *arg,
    struct dial_error *);
/* Gives the wait up, or forgets it after its last answer. */
void dial_resolve_free(struct dial_resolve *);

#endif
