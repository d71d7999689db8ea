/*
 * What FindProxyForURL returned, as routes: "PROXY p:8080; SOCKS s; DIRECT".
 * Pure.  Keywords are taken as Chromium takes them (SOCKS is version 4, SOCKS5
 * lets the proxy look names up), and Firefox's HTTP as well, in any case.
 */
#ifndef DIAL_FETCH_PAC_ROUTES_H
#define DIAL_FETCH_PAC_ROUTES_H

#include <dial/error.h>

#include "base/text.h"

/* Entries that are not empty; more are an error. */
#define DIAL_PAC_ROUTES_MAX 32

struct dial_pac_routes {
	/* A proxy's URL, with its port: "http://p.test:8080"; "": DIRECT. */
	char *at[DIAL_PAC_ROUTES_MAX];
	size_t count;
	size_t passed_over; /* entries that nobody here can read */
};

/*
 * An empty result, or one of nothing but semicolons, is DIRECT, as in browsers.
 * As there, an entry that cannot be read (another keyword, no host) is passed
 * over, but never so that nothing but DIRECT is left: then, after a control
 * byte other than TAB, and over the cap it is -1 with an error whose sentence
 * begins with what was returned, escaped.  Cleared first, and valid either way.
 */
int dial_pac_routes_parse(
    struct dial_pac_routes *, struct dial_span result, struct dial_error *);
void dial_pac_routes_clear(struct dial_pac_routes *);

#endif
