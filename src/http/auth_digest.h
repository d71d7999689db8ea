/* Digest (RFC 7616, and RFC 2617 where servers still speak it): a challenge
 * read, and the credentials that answer it. */
#ifndef DIAL_HTTP_AUTH_DIGEST_H
#define DIAL_HTTP_AUTH_DIGEST_H

#include "base/digest.h"
#include "http/challenge.h"

struct dial_auth_digest {
	char *realm;
	char *nonce;
	char *opaque;	 /* NULL: none */
	char *algorithm; /* as it was sent; NULL: none */
	enum dial_digest_kind kind;
	bool session; /* "-sess" */
	bool qop;     /* the server names protections, and of those: */
	bool qop_auth;
	bool qop_auth_int;
	bool userhash;
	bool stale;
};

struct dial_auth_digest_request {
	const char *user;
	const char *password;
	const char *method;
	const char *uri; /* the request target, as it is sent */
	const char *cnonce;
	uint32_t count;	       /* of requests with this nonce, from 1 */
	const char *body_hash; /* in hexadecimal, for auth-int alone */
};

/* Reads a challenge whose scheme is Digest; *digest is cleared first.  1, 0 for
 * one that cannot be answered (no nonce, an unknown algorithm or protection),
 * -1 (memory). */
int
dial_auth_digest_read(struct dial_auth_digest *, const struct dial_challenge *);

/* 0 or -1 (memory); into is cleared first. */
int dial_auth_digest_copy(
    struct dial_auth_digest *into, const struct dial_auth_digest *);
void dial_auth_digest_clear(struct dial_auth_digest *);

/* Whether the body's digest is asked for, and nothing else would do. */
bool dial_auth_digest_needs_body(const struct dial_auth_digest *);

/* Appends "Digest ...". 0, or -1 with an error. */
int dial_auth_digest_write(struct dial_buf *, const struct dial_auth_digest *,
    const struct dial_auth_digest_request *, struct dial_error *);

/* A nonce of our own: 32 hexadecimal digits and a NUL. 0, or -1 with an
 * error. */
#define DIAL_CNONCE_TEXT 33
int dial_auth_digest_cnonce(char out[DIAL_CNONCE_TEXT], struct dial_error *);

#endif
