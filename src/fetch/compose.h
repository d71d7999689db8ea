/* From a request, a URL and a way to the bytes of the request's head. */
#ifndef DIAL_FETCH_COMPOSE_H
#define DIAL_FETCH_COMPOSE_H

#include "fetch/redirect.h"
#include "fetch/request.h"
#include "fetch/way.h"

struct dial_composition {
	const struct dial_request *request;
	const struct dial_url *url;
	const struct dial_way *way;
	const char *method;
	int minor;
	struct dial_scope scope;
	bool dropped_body; /* a redirect turned the method into GET */
	bool has_body;
	bool withheld;	       /* but it stays here for now: its length is 0 */
	int64_t body_length;   /* -1: not known (sent in chunks) */
	uint64_t body_skipped; /* bytes left out at the front */
	bool expect;	       /* Expect: 100-continue */
	bool close;	       /* Connection: close, in 1.1 */
	const char *authorization;	    /* the field's value, or NULL */
	const char *proxy_authorization;    /* for an absolute-form request */
	const char *cookies;		    /* of the jar's, or NULL */
	const struct dial_url *referred_by; /* the redirect's URL, or NULL */
};

/* Appends what stands in the request line, and a NUL after it. 0 or -1. */
int dial_compose_target(
    struct dial_buf *, const struct dial_composition *, struct dial_error *);

/* Appends the head; *referer (malloc'd, may be NULL) is what was sent. 0 or
 * -1. */
int dial_compose(struct dial_buf *, const struct dial_composition *,
    char **referer, struct dial_error *);

/* The User-Agent to send, or NULL for none. */
const char *dial_compose_user_agent(const struct dial_request *);

#endif
