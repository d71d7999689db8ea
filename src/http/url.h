/*
 * URLs: RFC 3986 as curl's users type them.  A parsed URL owns its parts; a
 * part that is absent is NULL.  Percent-encoding in path and query is kept as
 * it came; bytes that may not stand there are refused or, from 0x80 up and for
 * SP in redirects, encoded as curl does.  Nothing here looks a name up.
 */
#ifndef DIAL_HTTP_URL_H
#define DIAL_HTTP_URL_H

#include <stdbool.h>
#include <stdint.h>

#include <dial/error.h>

#include "base/text.h"

#define DIAL_URL_MAX 65535 /* bytes; longer ones are refused */

struct dial_url {
	char *scheme;	  /* lower case: "http", "https", "daytime" */
	char *user;	  /* percent-decoded; NULL: none */
	char *password;	  /* percent-decoded; NULL: none */
	char *host;	  /* canonical, without brackets; a zone as "%zone" */
	char *host_given; /* an international one as it was written; or NULL */
	uint16_t port;	  /* never 0: the scheme's own where none was given */
	bool has_port;	  /* the text named a port */
	char *path;	  /* from its '/', dot segments removed; never NULL */
	char *query;	  /* without '?'; NULL: none; "" when only '?' */
	char *fragment;	  /* without '#'; NULL: none */
};

enum dial_url_flags {
	DIAL_URL_GUESS = 1,	   /* no scheme: http, as curl assumes */
	DIAL_URL_PATH_AS_IS = 2,   /* keep dot segments */
	DIAL_URL_ENCODE_SPACE = 4, /* a Location's SP becomes %20 or + */
	DIAL_URL_PROXY = 8,	   /* schemes and default ports of proxies */
	DIAL_URL_HTTP_ONLY = 16, /* http and https: what a redirect may name */
	DIAL_URL_ASCII_HOST = 32 /* no international one: from a client */
};

/*
 * 0, or -1 with DIAL_URL_MALFORMED (what is wrong and where in the text, any
 * password masked) or DIAL_URL_SCHEME.  *url is valid and clearable either way.
 */
int dial_url_parse(struct dial_url *url, struct dial_span text, unsigned flags,
    struct dial_error *);

/* A reference against a base (RFC 3986 5.2; the base's fragment is inherited
 * when the reference has none, RFC 9110 10.2.2). */
int dial_url_resolve(struct dial_url *out, const struct dial_url *base,
    struct dial_span reference, unsigned flags, struct dial_error *);

int
dial_url_copy(struct dial_url *, const struct dial_url *, struct dial_error *);
void dial_url_clear(struct dial_url *);

/* The scheme's port (80, 443, 13), or 0 for one that dial does not know. */
uint16_t dial_url_default_port(const char *scheme);

/* Origins: scheme, host and port all alike. */
bool dial_url_same_origin(const struct dial_url *, const struct dial_url *);

enum dial_url_form {
	DIAL_URL_ORIGIN_FORM,	/* /path?query */
	DIAL_URL_ABSOLUTE_FORM, /* http://host[:port]/path?query, no userinfo */
	DIAL_URL_AUTHORITY_FORM, /* host:port, always with the port */
	DIAL_URL_HOST_FIELD,	 /* host[:port], the default port left out */
	DIAL_URL_WHOLE, /* with fragment, userinfo masked as "user:***" */
	DIAL_URL_WITH_FRAGMENT /* ABSOLUTE_FORM and #fragment: for people */
};
/* Appends; never a zone except in WHOLE; an international host as its A-label,
 * but in the forms for people as it was written.  0 or -1 (memory). */
int
dial_url_write(struct dial_buf *, const struct dial_url *, enum dial_url_form);

#endif
