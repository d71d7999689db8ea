/*
 * Which proxy, and why: a pure decision from the URL, what the user said and
 * the environment, by curl's rules.
 */
#ifndef DIAL_FETCH_ROUTE_H
#define DIAL_FETCH_ROUTE_H

#include "http/url.h"

enum dial_route_kind {
	DIAL_ROUTE_DIRECT,
	DIAL_ROUTE_ABSOLUTE, /* http by an http(s) proxy: absolute-form */
	DIAL_ROUTE_TUNNEL,   /* CONNECT */
	DIAL_ROUTE_SOCKS,
	DIAL_ROUTE_PAC /* a PAC file is to be asked */
};

struct dial_route_input {
	const struct dial_url *url;
	const char *proxy;    /* -x: NULL: ask the environment; "": none */
	const char *first;    /* --preproxy, or NULL */
	const char *no_proxy; /* --noproxy, or NULL: ask the environment */
	bool tunnel;	      /* -p: CONNECT for http too */
	/* What the PAC file that was decided for has chosen: a proxy's URL, or
	 * "" for none; and why.  NULL: it was not asked. */
	const char *chosen;
	const char *chosen_why;
	const char *(*getenv)(void *arg, const char *name);
	void *arg;
};

struct dial_route {
	enum dial_route_kind kind;
	struct dial_url
	    proxy; /* all zero for DIRECT; user and password in it */
	struct dial_url first; /* the SOCKS proxy on the way to it; or zero */
	char *pac;    /* "pac+file:PATH", "pac+http://..."; NULL: none */
	char *why;    /* one phrase; no secrets */
	bool ignored; /* HTTP_PROXY is set, and does not count */
};

/* 0, or -1 with an error (a proxy URL that does not parse names where it came
 * from: exit 5 is for names not found, this is a URL error). */
int dial_route_decide(
    struct dial_route *, const struct dial_route_input *, struct dial_error *);
void dial_route_clear(struct dial_route *);

#endif
