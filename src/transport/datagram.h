/*
 * Datagrams on a socket that is bound to every address: the answer has to
 * come from the very address that was asked, or the asker's socket drops it.
 */
#ifndef DIAL_TRANSPORT_DATAGRAM_H
#define DIAL_TRANSPORT_DATAGRAM_H

#include <netinet/in.h>
#include <sys/types.h>

#include "base/address.h"

/* The longest UDP datagram: 65,535 less the UDP and IPv4 headers. */
#define DIAL_DATAGRAM_MAX 65507

/* Where one arrived. */
struct dial_datagram_route {
	int family; /* 0: not known */
	struct in_addr v4;
	struct in6_pktinfo v6;
};

/* Has the kernel tell routes; a kernel that cannot leaves them unknown. */
void dial_datagram_prepare(int fd, int family);

/* The length of one datagram, or -1 with errno. */
ssize_t dial_datagram_receive(int fd, void *bytes, size_t size,
    struct dial_address *from, struct dial_datagram_route *);

/* Best effort; route may be NULL. */
void dial_datagram_send(int fd, const struct dial_address *to,
    const struct dial_datagram_route *, const void *bytes, size_t len);

#endif
