/* Which schemes may be used: sets of enum dial_scheme. */
#ifndef DIAL_FETCH_SCHEMES_H
#define DIAL_FETCH_SCHEMES_H

#include <dial/request.h>

#include "http/url.h"

/* The member of a scheme's name, in any case; 0: none that dial speaks. */
unsigned dial_scheme_find(struct dial_span name);

/* 0, or -1 with DIAL_URL_SCHEME where the URL's is not in the set. */
int dial_scheme_check(
    const struct dial_url *, unsigned allowed, struct dial_error *);

#endif
