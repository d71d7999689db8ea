/*
 * SOCKS 4, 4a (the protocol notes) and 5 (RFC 1928, RFC 1929) as a layer:
 * once open, bytes go through untouched.  Every refusal has its own words.
 */
#ifndef DIAL_TRANSPORT_SOCKS_H
#define DIAL_TRANSPORT_SOCKS_H

#include "base/address.h"
#include "transport/stream.h"

enum dial_socks_version {
	DIAL_SOCKS4,  /* address only */
	DIAL_SOCKS4A, /* the proxy looks the name up */
	DIAL_SOCKS5,
	DIAL_SOCKS5H /* the proxy looks the name up */
};

struct dial_socks_target {
	enum dial_socks_version version;
	const char *proxy;		    /* its name in errors */
	const char *host;		    /* for 4a and 5h */
	const struct dial_address *address; /* for 4 and 5 */
	uint16_t port;
	const char *user; /* NULL: none; at most 255 bytes */
	const char *password;
};

/* Copies the target; owns below, on failure too. */
struct dial_stream *dial_socks_new(struct dial_stream *below,
    const struct dial_socks_target *, struct dial_error *);

#endif
