/*
 * Security contexts of GSSAPI (RFC 2743), for Negotiate (RFC 4559) and NTLM:
 * gss_library.c loads the system's library when it is first needed, gss_none.c
 * says that there is none, by configure's choice.  A step may speak with a KDC
 * and block: it runs on a worker thread, one at a time for each context.
 */
#ifndef DIAL_HTTP_GSS_H
#define DIAL_HTTP_GSS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* A sentence about what went wrong. */
#define DIAL_GSS_WHY 512

enum dial_gss_mechanism {
	DIAL_GSS_SPNEGO, /* RFC 4178; Kerberos within */
	DIAL_GSS_NTLM	 /* by gss-ntlmssp */
};

enum dial_gss_delegation {
	DIAL_DELEGATE_NOTHING,
	DIAL_DELEGATE_BY_POLICY, /* where the KDC marks the service as fit */
	DIAL_DELEGATE_ALWAYS
};

struct dial_gss_target {
	enum dial_gss_mechanism mechanism;
	const char *service; /* "HTTP" */
	const char *host;
	enum dial_gss_delegation delegation;
	const char *user; /* NTLM alone, "DOMAIN\user" or "user" */
	const char *password;
};

struct dial_gss; /* one context */

/* Copies the target. NULL when there is no memory. */
struct dial_gss *dial_gss_new(const struct dial_gss_target *);
void dial_gss_free(struct dial_gss *); /* NULL is fine */

/* Takes the peer's token (len 0 for the first step) and appends ours, which may
 * be empty.  1: the context stands; 0: the peer's next token is awaited; -1:
 * why says what is wrong and what to do.  Blocks. */
int dial_gss_step(struct dial_gss *, const void *token, size_t len,
    struct dial_buf *out, char why[DIAL_GSS_WHY]);

/* Whether a context of this mechanism can be had at all; else why. */
bool dial_gss_has(enum dial_gss_mechanism, char why[DIAL_GSS_WHY]);

#endif
