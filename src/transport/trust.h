/*
 * Where this system keeps the authorities that it trusts, found at run time:
 * a hashed directory is asked for one issuer at a time, so that nobody pays
 * for parsing every authority to check one; a bundle is read only when the
 * directory did not know the issuer.
 */
#ifndef DIAL_TRANSPORT_TRUST_H
#define DIAL_TRANSPORT_TRUST_H

#include <stdbool.h>
#include <stddef.h>

#include <dial/error.h>

struct dial_trust {
	char *file; /* a PEM bundle, or NULL */
	char *path; /* a hashed directory (or several, ':' between), or NULL */
	const char *source; /* who chose: "SSL_CERT_FILE", ...; a literal */
	bool chosen;	    /* named by the user: a missing one is an error */
	char *native_file;  /* the system's, in addition to what was chosen */
	char *native_path;
	size_t added; /* files of more authorities */
};

/* file and path as the user gave them, or NULL to ask the environment
 * (CURL_CA_BUNDLE, SSL_CERT_DIR, SSL_CERT_FILE in curl's order) and then the
 * places that distributions use; native: look there in any case.  0, or -1
 * with DIAL_TLS_CA_FILE. */
int dial_trust_find(struct dial_trust *, const char *file, const char *path,
    bool native, struct dial_error *);
void dial_trust_clear(struct dial_trust *);

/* The system's own store among these places (each list ends in NULL): the
 * first directory that has hash links, the first bundle that can be read.
 * 0, or -1 when there is no memory. */
int dial_trust_search(struct dial_trust *, const char *const *directories,
    const char *const *bundles);

/* How many a hashed directory (or several, ':' between) has; 0 for NULL. */
size_t dial_trust_count(const char *path);

/* "the authorities in /etc/ssl/certs", for sentences. Returns out. */
char *dial_trust_text(const struct dial_trust *, char *out, size_t size);

#endif
