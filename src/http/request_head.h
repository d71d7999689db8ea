/*
 * The request's head as bytes: request line, Host, the defaults, then the
 * user's own fields, in the order in which curl sends them.
 */
#ifndef DIAL_HTTP_REQUEST_HEAD_H
#define DIAL_HTTP_REQUEST_HEAD_H

#include "http/fields.h"
#include "http/url.h"

struct dial_request_head {
	const char *method; /* a token; checked here */
	const char *target; /* as it goes on the line; checked here */
	int minor;	    /* HTTP/1.0 or HTTP/1.1 */
	/* Each NULL where the field is not to be sent. */
	const char *host;
	const char *proxy_authorization;
	const char *authorization;
	const char *range;
	const char *if_range;
	const char *content_range; /* of an upload that goes on (curl's -C) */
	const char *user_agent;
	const char *accept;
	const char *te; /* with Connection: TE */
	const char *accept_encoding;
	const char *referer;
	const char *cookie;
	const char *if_modified_since; /* or If-Unmodified-Since: */
	const char *if_unmodified_since;
	const char *last_modified; /* curl's -z with "=" before the date */
	const char *proxy_connection;
	const char *connection;
	const char *content_type;
	const char *expect;
	bool has_length;
	uint64_t length; /* Content-Length */
	bool chunked;	 /* Transfer-Encoding: chunked, in 1.1 only */
	const struct dial_fields *fields; /* the user's; they win by name */
};

/*
 * Appends the whole head with its blank line.  A user's field replaces the
 * default of its name and goes to the end, a Host to its own place; a default
 * that is empty is left out.  0, or -1 with an error and nothing appended: what
 * breaks the grammar, a user's field that would break the framing (a
 * Content-Length that is not the body's, an unknown Transfer-Encoding), chunks
 * in HTTP/1.0, credentials or a body in TRACE are usage errors.
 */
int dial_request_head_write(
    struct dial_buf *, const struct dial_request_head *, struct dial_error *);

#endif
