/*
 * Where this system keeps the authorities that it trusts, found at run time:
 * a hashed directory is asked for one issuer at a time, so that nobody pays
 * for parsing every authority to check one; a bundle is read only when the
 * directory did not know the issuer.
 */
#ifndef DIAL_TRANSPORT_TRUST_H
#define DIAL_TRANSPORT_TRUST_H

#include <dial/error.h>

struct dial_trust {
	char *file; /* a PEM bundle, or NULL */
	char *path; /* a hashed directory (or several, ':' between), or NULL */
	const char *source; /* who chose: "--cacert", "SSL_CERT_FILE", ... */
	bool chosen;	    /* named by the user: a missing one is an error */
};

/* file and path as the user gave them, or NULL to ask the environment
 * (CURL_CA_BUNDLE, SSL_CERT_DIR, SSL_CERT_FILE in curl's order) and then the
 * places that distributions use.  0, or -1 with DIAL_TLS_CA_FILE. */
int dial_trust_find(struct dial_trust *, const char *file, const char *path,
    struct dial_error *);
void dial_trust_clear(struct dial_trust *);

#endif
