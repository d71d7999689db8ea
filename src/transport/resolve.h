/*
 * From a host to addresses: the caller's own table (--resolve), which as in
 * curl has the first word on literals too; then literals, without a thread;
 * then names already known; then a look-up of each family side by side.
 * localhost and *.localhost that the system does not know are loopback
 * (RFC 6761 6.3).
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

/* Answers known at a time, one a name and family. */
#define DIAL_RESOLVE_KNOWN_MAX 1024

struct dial_resolver;

/* Borrows the loop.  No wait may be under way when it is freed. */
struct dial_resolver *
dial_resolver_new(struct dial_loop *, struct dial_error *);
void dial_resolver_free(struct dial_resolver *);

/*
 * One --resolve entry in curl's syntax: [+]host:port:addr[,addr]...,
 * -host:port, host "*" for any; IPv6 may stand in brackets.  With '+' the
 * entry is forgotten after DIAL_RESOLVE_KEEP.  A later entry replaces an
 * earlier one; entries count whatever family is asked for.  0, or -1 with a
 * usage error.
 */
int dial_resolver_add(
    struct dial_resolver *, const char *entry, struct dial_error *);

struct dial_resolution {
	/* What is new, with the port set: one family's, or, in an answer that
	 * took no look-up, all.  Valid during the call. */
	const struct dial_address *addresses;
	size_t count;
	bool last;	 /* no more will come */
	const char *why; /* with last and nothing found at all: one phrase */
	bool failed;	 /* then: no answer was to be had, so not even "no" */
};

struct dial_resolve; /* one caller's wait */

/*
 * answered() is called once or twice (each family as it comes, even if it is
 * empty), always from the loop, the last time with last set; it may free the
 * wait.  NULL with an error on failure.
 */
struct dial_resolve *dial_resolve_start(struct dial_resolver *,
    const char *host, uint16_t port, enum dial_family,
    void (*answered)(void *arg, const struct dial_resolution *), void *arg,
    struct dial_error *);
/* Gives the wait up, or forgets it after its last answer. */
void dial_resolve_free(struct dial_resolve *);

/* RFC 7686: a name of Tor's, for which DNS is never asked. */
bool dial_resolve_is_onion(const char *host);

#endif
