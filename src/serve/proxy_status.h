/* What a proxy says when it could not do what it was asked (RFC 9209). */
#ifndef DIAL_SERVE_PROXY_STATUS_H
#define DIAL_SERVE_PROXY_STATUS_H

#include <dial/error.h>

#include "serve/reply.h"

struct dial_proxy_failure {
	int status;
	const char *error; /* RFC 9209 2.3's token */
};

/* What a failure on the way to the origin comes to. */
struct dial_proxy_failure dial_proxy_judge(const struct dial_error *);

/* A page for it with Proxy-Status, signed with our name in Via. 0 or -1
 * (memory). */
int dial_proxy_page(struct dial_reply *, const struct dial_proxy_failure *,
    const char *pseudonym, const struct dial_error *);

#endif
