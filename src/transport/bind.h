/*
 * From an endpoint to the sockets bound there: one for a literal or a path,
 * one a family for every address, one an address for a name.  May block on
 * looking a name up: for start-up.
 */
#ifndef DIAL_TRANSPORT_BIND_H
#define DIAL_TRANSPORT_BIND_H

#include "base/address.h"
#include "transport/endpoint.h"

/* Sockets of one endpoint; a name's further addresses are left out. */
#define DIAL_BIND_MAX 16

struct dial_bound {
	int fd; /* non-blocking; the caller's */
	struct dial_address address;
};

/*
 * Fills bound[] with *count sockets that all have the same port; port 0 lets
 * the kernel choose it.  TCP and unix sockets still have to listen.  A unix
 * socket that nobody answers at is replaced.  A family that this machine does
 * not have is left out, but not all.  0, or -1 with an error.
 */
int dial_bind(const struct dial_endpoint *, enum dial_network,
    struct dial_bound bound[DIAL_BIND_MAX], size_t *count, struct dial_error *);

#endif
