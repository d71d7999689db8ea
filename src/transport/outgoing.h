/*
 * What a socket is told before it calls: from where, and how it behaves.  A
 * value with its own strings; all zero is the default.
 */
#ifndef DIAL_TRANSPORT_OUTGOING_H
#define DIAL_TRANSPORT_OUTGOING_H

#include <stdbool.h>
#include <stdint.h>

#include <dial/error.h>

#include "base/address.h"

struct dial_outgoing {
	char *interface; /* "eth0"; NULL: any */
	char *host;	 /* an address or a name of ours; NULL: any */
	bool either;	 /* interface may be a host, if there is none such */
	uint16_t port;	 /* the first to try; 0: any */
	uint16_t ports;	 /* how many; 0 is 1 */
	bool nagle;	 /* small pieces may wait */
	int keepalive_seconds; /* between probes; 0: none are sent */
	int keepalive_count;   /* 0: the system's */
	uint8_t traffic_class; /* IP_TOS, IPV6_TCLASS; 0: none */
	int64_t attempt_delay; /* until the next address is tried beside; 0: as
				  RFC 8305 has it */
};

/* curl's --interface: NAME, if!NAME, host!NAME, ifhost!INTERFACE!HOST; NULL for
 * any.  0, or -1 with an error. */
int dial_outgoing_set_interface(
    struct dial_outgoing *, const char *text, struct dial_error *);

/* 0 or -1 (memory); into is cleared first. */
int
dial_outgoing_copy(struct dial_outgoing *into, const struct dial_outgoing *);
void dial_outgoing_clear(struct dial_outgoing *);

/* The name that has to be looked up for host, if it is not an address itself;
 * NULL: none. */
const char *dial_outgoing_name(const struct dial_outgoing *);

/* Our own addresses that calls may be made from, one a family. */
struct dial_outgoing_addresses {
	bool given;		/* else any will do */
	struct dial_address v4; /* len 0: none of that family */
	struct dial_address v6;
};

/* Adds an address; the first of its family counts. */
void dial_outgoing_add(
    struct dial_outgoing_addresses *, const struct dial_address *);

/* What is known without a look-up: host as a literal, or the interface's
 * addresses where the socket itself cannot be bound to it.  0, or -1 with
 * DIAL_SYSTEM_INTERFACE. */
int dial_outgoing_find(struct dial_outgoing_addresses *,
    const struct dial_outgoing *, struct dial_error *);

/* Options, interface, address and port of a new socket.  0, or the errno of
 * what failed; EAFNOSUPPORT: no address of ours has that family. */
int dial_outgoing_prepare(int fd, int family, const struct dial_outgoing *,
    const struct dial_outgoing_addresses *);

#endif
