/*
 * This machine's own addresses, as others would see them.  The kernel's tables
 * are asked, and nothing is sent.
 */
#ifndef DIAL_TRANSPORT_OWN_ADDRESS_H
#define DIAL_TRANSPORT_OWN_ADDRESS_H

#include <stddef.h>

#include "base/address.h"

/* The IPv4 address that calls go out from: by the route to the internet, else
 * by those to private networks (RFC 1918), else any; 127.0.0.1 where there is
 * none. */
void dial_own_address(struct dial_address *);

/* Up to max addresses of all interfaces, IPv6 first, without those that only
 * this machine or one link can use; how many. */
size_t dial_own_addresses(struct dial_address *, size_t max);

#endif
