/*
 * From GSSAPI's status codes to a sentence: what is missing, and who can mend
 * it.  Pure; the codes are RFC 2744's, RFC 4120's and MIT krb5's.
 */
#ifndef DIAL_HTTP_GSS_REASON_H
#define DIAL_HTTP_GSS_REASON_H

#include "http/gss.h"

struct dial_gss_failure {
	uint32_t major;
	uint32_t minor;	  /* the mechanism's: krb5's com_err code */
	const char *text; /* the library's own words for both, raw */
	const char *service;
	const char *host;
	enum dial_gss_mechanism mechanism;
};

/* Returns out. */
char *dial_gss_reason(char out[DIAL_GSS_WHY], const struct dial_gss_failure *);

#endif
