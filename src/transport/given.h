/*
 * One --resolve entry as a value: what the caller says about a host, in
 * curl's syntax.  Reading one looks nothing up.
 */
#ifndef DIAL_TRANSPORT_GIVEN_H
#define DIAL_TRANSPORT_GIVEN_H

#include <dial/error.h>

#include "base/address.h"

/* Addresses of one entry. */
#define DIAL_GIVEN_MAX 64

struct dial_given {
	bool removes; /* -host:port */
	bool expires; /* +host:port:... */
	char *host;   /* canonical, or "*" */
	uint16_t port;
	struct dial_address addresses[DIAL_GIVEN_MAX]; /* port set */
	size_t count;
};

/* 0, or -1 with a usage error that says what is wrong. */
int
dial_given_parse(struct dial_given *, const char *entry, struct dial_error *);
void dial_given_clear(struct dial_given *);

#endif
