/*
 * Every setting that has to do with proxies, in the order in which they count:
 * which one decided and why the others did not.  Pure, and for people to read;
 * the decision itself is dial_route_decide()'s.
 */
#ifndef DIAL_FETCH_ROUTE_REVIEW_H
#define DIAL_FETCH_ROUTE_REVIEW_H

#include "fetch/route.h"

struct dial_route_setting {
	const char *name;  /* "-x", "https_proxy" */
	const char *value; /* escaped, its password masked */
	bool used;
	const char *why;
};

/* each() is called for every setting that is there; what it is given is valid
 * during the call. 0, or -1 (memory). */
int dial_route_review(const struct dial_route_input *,
    void (*each)(void *arg, const struct dial_route_setting *), void *arg);

#endif
