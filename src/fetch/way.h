/*
 * A way: where the foot of a stack connects to, and which layers stand on it.
 * A value made from a request, a URL and the route decided for it, before
 * anything is looked up.
 */
#ifndef DIAL_FETCH_WAY_H
#define DIAL_FETCH_WAY_H

#include "fetch/proxy_login.h"
#include "fetch/request.h"
#include "http/url.h"
#include "transport/endpoint.h"
#include "transport/resolve.h"
#include "transport/socks.h"

enum dial_way_middle {
	DIAL_WAY_PLAIN,
	DIAL_WAY_TUNNEL, /* CONNECT through the foot */
	DIAL_WAY_SOCKS	 /* SOCKS through the foot */
};

/* A SOCKS proxy that leads to the proxy (--preproxy). */
struct dial_way_first {
	char *name;  /* "s.test:1080"; NULL: there is none */
	char *party; /* "the proxy s.test:1080", for errors */
	enum dial_socks_version socks;
	struct dial_endpoint target; /* the proxy, which it is asked for */
	char *user;
	char *password;
};

struct dial_way {
	struct dial_endpoint foot; /* the (first) proxy or the origin */
	struct dial_way_first first;
	bool foot_is_proxy;
	char *foot_party; /* "the proxy p.test:3128", for errors; where there
			     is a first one, the one behind it */
	enum dial_family family;
	char *proxy_name; /* "p.test:3128"; NULL: no proxy */
	bool proxy_tls;	  /* TLS to the proxy */
	bool is_foreign;  /* the request's word to proxies is not for it */
	char *proxy_host; /* the name to verify there */
	enum dial_way_middle middle;
	enum dial_socks_version socks;
	struct dial_endpoint target; /* what the middle layer is asked for */
	bool absolute_form;	     /* http by a proxy, no tunnel */
	bool haproxy;		     /* the PROXY line goes ahead */
	char *haproxy_client;	     /* that it names; NULL: us */
	bool origin_tls;
	char *origin_host;	      /* the name to verify */
	char *origin_party;	      /* "a.test:443", for errors */
	enum dial_login_source login; /* where the proxy's is to be had */
	char *user;		      /* for the proxy; NULL: none */
	char *password;
	char *key; /* the whole security context, for the pool */
	char *pac; /* a PAC file is to be asked, and nothing else is known but
		      why; NULL: none */
	char *why; /* one sentence */
	bool proxy_ignored; /* HTTP_PROXY, which does not count */
};

/* What a PAC file has chosen: a proxy's URL, or "" for none; and why. */
struct dial_way_choice {
	const char *route;
	const char *why;
};

/* choice: NULL if none was made.  0, or -1 with an error (a proxy's URL that
 * does not parse, say). */
int dial_way_find(struct dial_way *, const struct dial_request *,
    const struct dial_url *, const struct dial_way_choice *choice,
    struct dial_error *);
void dial_way_clear(struct dial_way *);

struct dial_route_input;
/* What the route is decided from; borrowed from the two. */
void dial_way_route_input(struct dial_route_input *,
    const struct dial_request *, const struct dial_url *);

/* The user's fields for the proxy. */
const struct dial_fields *
dial_way_proxy_fields(const struct dial_way *, const struct dial_request *);

/* What the way's source said: who we are for the proxy. 0 or -1 (memory). */
int dial_way_set_login(struct dial_way *, const struct dial_request *,
    const struct dial_url *, const char *user, const char *password,
    struct dial_error *);

#endif
