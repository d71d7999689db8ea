/* dial was built without GSSAPI. */
#include "http/gss.h"

#include <stdio.h>
#include <stdlib.h>

struct dial_gss {
	char nothing;
};

struct dial_gss *
dial_gss_new(const struct dial_gss_target *target)
{
	(void)target;
	return calloc(1, sizeof(struct dial_gss));
}

void
dial_gss_free(struct dial_gss *gss)
{
	free(gss);
}

int
dial_gss_step(struct dial_gss *gss, const void *token, size_t len,
    struct dial_buf *out, char why[DIAL_GSS_WHY])
{
	(void)gss;
	(void)token;
	(void)len;
	(void)out;
	return dial_gss_has(DIAL_GSS_SPNEGO, why) ? 0 : -1;
}

bool
dial_gss_has(enum dial_gss_mechanism mechanism, char why[DIAL_GSS_WHY])
{
	(void)mechanism;
	snprintf(why, DIAL_GSS_WHY,
	    "this dial was built without GSSAPI, which Negotiate and NTLM need");
	return false;
}
