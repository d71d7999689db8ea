/*
 * An endpoint: where to call, as people write it.
 *
 *   host:port  host:service  host  [v6]:port  [v6%zone]:port  /unix/path
 *   unix:/path or unix:path  @abstract (Linux)  *:port (listening: any)
 *
 * A value with its own strings; dial_endpoint_clear() frees them.  Reading one
 * never looks a host up (a service comes from services(5)).
 */
#ifndef DIAL_TRANSPORT_ENDPOINT_H
#define DIAL_TRANSPORT_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include <dial/error.h>

#include "base/text.h"

/* RFC 1035 2.3.4: a name of more than 255 bytes is none; 253 as text, and a
 * final dot. */
#define DIAL_HOST_MAX 254

enum dial_network {
	DIAL_NETWORK_TCP,
	DIAL_NETWORK_UDP
};

struct dial_endpoint {
	char *host; /* a name in lower case or a canonical literal; or NULL */
	char *path; /* a unix socket's path ('@' first: abstract); or NULL */
	uint16_t port;
};

/*
 * service is the port or service name taken when text names none; NULL makes
 * it an error.  A port is one to five digits from 0 to 65535, or a service of
 * services(5).  Port 0 and the host "*" are for listening; calling refuses
 * them.  0, or -1 with an error that shows the place.
 */
int dial_endpoint_parse(struct dial_endpoint *, const char *text,
    const char *service, enum dial_network, struct dial_error *);

/* host in its canonical form: literals numeric, names in lower case, nothing
 * that could not be a host (RFC 3986 3.2.2; letters, digits, '-', '_' and '.'
 * are enough for every name that resolves), international names in UTF-8 as
 * their A-labels.  An IPv6 literal may stand in brackets, and loses them.  A
 * malloc'd string or NULL. */
char *dial_host_canonical(struct dial_span host, struct dial_error *);

/* Copies host in its canonical form; 0 or -1. */
int dial_endpoint_set(struct dial_endpoint *, const char *host, uint16_t port,
    struct dial_error *);
void dial_endpoint_clear(struct dial_endpoint *);

/* 0 if somebody can be called there: a host, not "*"; a port, not 0; a path,
 * but not over UDP.  -1 with an error. */
int dial_endpoint_check_callable(
    const struct dial_endpoint *, enum dial_network, struct dial_error *);

/* Room for any endpoint as text. */
#define DIAL_ENDPOINT_TEXT (DIAL_HOST_MAX + 16)

/* "host:port", "[v6]:port" or the path. Returns out. */
char *dial_endpoint_text(const struct dial_endpoint *, char *out, size_t size);

#endif
