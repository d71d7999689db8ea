/*
 * A cookie jar (RFC 6265 5.3, 5.4): what servers and files have set, and what
 * goes along with a request.  Zeroed is empty.  No I/O: whoever owns the jar
 * reads its files and gives the time, in unix seconds.
 *
 * Cookies stand in the order in which they were first set; one that is set
 * again keeps its place.
 */
#ifndef DIAL_HTTP_JAR_H
#define DIAL_HTTP_JAR_H

#include "http/cookie.h"
#include "http/suffixes.h"
#include "http/url.h"

/* As in curl: of one answer, in one request, and the length of its line. */
#define DIAL_JAR_TAKEN_MAX 50
#define DIAL_JAR_SENT_MAX  150
#define DIAL_JAR_LINE_MAX  8190
/* RFC 6265 6.1; what servers set beyond that drives out the oldest.  Files may
 * hold more. */
#define DIAL_JAR_DOMAIN_MAX 200
#define DIAL_JAR_MAX	    3000

/* One allocation holds the texts; domain is its beginning. */
struct dial_jar_cookie {
	char *domain; /* without a dot before it */
	char *path;
	char *name;
	char *value;
	size_t size;
	uint32_t hash; /* of name and domain */
	bool wide;     /* for hosts below the domain, too */
	bool secure;
	bool http_only;
	bool live;	 /* from a server, not from a file */
	int64_t expires; /* unix seconds, or DIAL_COOKIE_SESSION */
};

struct dial_jar {
	struct dial_jar_cookie *cookies;
	size_t count;
	size_t room;
	uint64_t changes; /* grows whenever what would be written changes */
	struct dial_suffixes suffixes;
};

void dial_jar_clear(struct dial_jar *);

/* A Set-Cookie in the URL's answer.  1 if it was taken (it may have removed a
 * cookie); 0 if it is ignored, and why is the reason; -1 without memory. */
int dial_jar_take(struct dial_jar *, const struct dial_url *,
    struct dial_span text, int64_t now, const char **why);

/* Appends what Cookie says in a request for the URL; nothing if there is
 * nothing.  0 or -1 (memory). */
int dial_jar_select(const struct dial_jar *, const struct dial_url *,
    int64_t now, struct dial_buf *);

/* jar_text.c: a file's text, in Netscape's format or lines of Set-Cookie; what
 * is neither is passed over, and a cookie of a server's stays.  0 or -1
 * (memory). */
int dial_jar_read(
    struct dial_jar *, struct dial_span text, bool junk_session, int64_t now);

/* Appends the jar in Netscape's format, the youngest first, as curl does. 0 or
 * -1 (memory). */
int dial_jar_write(const struct dial_jar *, int64_t now, struct dial_buf *);

/* For jar_text.c: what is to be kept, borrowed. */
struct dial_jar_entry {
	struct dial_span domain;
	struct dial_span path;
	struct dial_span name;
	struct dial_span value;
	bool wide;
	bool secure;
	bool http_only;
	bool live;
	int64_t expires;
};
/* Takes the place of the same cookie, or removes it if its time has gone by. 0
 * or -1 (memory). */
int dial_jar_put(struct dial_jar *, const struct dial_jar_entry *, int64_t now);

/* True if a name's prefix asks for what the cookie is not (RFC 6265bis
 * 4.1.3). */
bool dial_jar_breaks_prefix(const struct dial_jar_entry *);

#endif
