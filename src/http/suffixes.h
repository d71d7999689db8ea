/*
 * Public suffixes: domains under which anybody can have a name, so that no
 * cookie may be set for all of one.  Who knows them is configure's choice.
 */
#ifndef DIAL_HTTP_SUFFIXES_H
#define DIAL_HTTP_SUFFIXES_H

#include "base/text.h"

struct dial_suffixes;

enum dial_suffix {
	DIAL_SUFFIX_NOT,    /* cookies may be set for it */
	DIAL_SUFFIX_PUBLIC, /* it is one */
	DIAL_SUFFIX_UNKNOWN /* and so it is not to be trusted */
};

/* Of a domain that the host is in (and is not). *suffixes is made on first use.
 */
enum dial_suffix dial_suffixes_ask(
    struct dial_suffixes **suffixes, const char *host, struct dial_span domain);
void dial_suffixes_free(struct dial_suffixes *); /* NULL is fine */

/* "libpsl/0.21.2", or NULL without a list. */
const char *dial_suffixes_library(void);

#endif
