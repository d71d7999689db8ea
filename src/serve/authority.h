/*
 * A throwaway certificate authority: made at start, it signs one certificate
 * and forgets its key.  Whoever trusts it trusts these names and no more,
 * because that is all it may sign for (RFC 5280 4.2.1.10).
 */
#ifndef DIAL_SERVE_AUTHORITY_H
#define DIAL_SERVE_AUTHORITY_H

#include <dial/error.h>

#include <stddef.h>

#define DIAL_AUTHORITY_NAMES_MAX 64

struct dial_authority {
	char *authority; /* the authority's certificate, PEM */
	char *chain;	 /* the server's certificate, then the authority's */
	char *key;	 /* the server's key, PEM */
};

/* For names of hosts ("a.test", "*.test") and addresses ("127.0.0.1", "::1"),
 * at least one, duplicates fine; valid for 30 days from an hour ago.  0, or -1
 * with an error. */
int dial_authority_make(struct dial_authority *, const char *const *names,
    size_t count, struct dial_error *);
void dial_authority_clear(struct dial_authority *);

#endif
