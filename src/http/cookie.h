/*
 * One Set-Cookie and the matching of RFC 6265, as values: nothing is kept here
 * and nothing is looked up.  Where RFC 6265bis and the browsers agree on more
 * (size caps, control bytes), that holds.
 */
#ifndef DIAL_HTTP_COOKIE_H
#define DIAL_HTTP_COOKIE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* Longer ones are no cookies: the whole line, as in curl; name and value
 * together.  A longer attribute is as if it were not there. */
#define DIAL_COOKIE_LINE_MAX	  5000
#define DIAL_COOKIE_PAIR_MAX	  4096
#define DIAL_COOKIE_ATTRIBUTE_MAX 1024

/* And so is one that names no path for a URL whose folder is longer. */
#define DIAL_COOKIE_PATH_MAX 8192

/* When a cookie ends that has no date: with the session. */
#define DIAL_COOKIE_SESSION 0

/* What a Set-Cookie says; the spans lie in its text. */
struct dial_cookie {
	struct dial_span name; /* never empty */
	struct dial_span value;
	struct dial_span domain; /* without a dot before it; empty: none */
	struct dial_span path;	 /* begins with '/', or is empty: none */
	bool secure;
	bool http_only;
	int64_t expires; /* unix seconds, or DIAL_COOKIE_SESSION */
};

/* RFC 6265 5.2.  False: to be ignored, and why is the reason. */
bool dial_cookie_parse(
    struct dial_cookie *, struct dial_span text, int64_t now, const char **why);

/* RFC 6265 5.1.1; false where it is no date. */
bool dial_cookie_date(struct dial_span, int64_t *unix_seconds);

/* RFC 6265 5.1.3: the same, or the host is a name and ends in a dot and the
 * domain.  In any case of letters. */
bool dial_cookie_domain_matches(struct dial_span host, struct dial_span domain);

/* A number has no domain above it. */
bool dial_cookie_is_address(struct dial_span host);

/* RFC 6265 5.1.4: what a cookie's path is where none is given, with the slash
 * at its end, as curl has it; lies in the URL's path. */
struct dial_span dial_cookie_default_path(struct dial_span url_path);

/* RFC 6265 5.1.4; a slash at the end of the cookie's path does not matter, as
 * in curl. */
bool dial_cookie_path_matches(
    struct dial_span url_path, struct dial_span cookie_path);

/* Without the quotes that a text begins with and ends in. */
struct dial_span dial_cookie_unquote(struct dial_span);

/* False if there is a control byte other than HTAB. */
bool dial_cookie_is_clean(struct dial_span);

#endif
