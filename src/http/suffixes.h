/*
 * Public suffixes: domains under which anybody can have a name, so that no
 * cookie may be set for all of one.  The list of them is libpsl's, where
 * configure found it; it is loaded when it is first asked.  Where there is
 * none, only what needs no list is allowed.
 */
#ifndef DIAL_HTTP_SUFFIXES_H
#define DIAL_HTTP_SUFFIXES_H

#include "http/suffix_list.h"

/* Zeroed is one that was not asked yet. */
struct dial_suffixes {
	struct dial_suffix_list *list;
	bool asked;
};

enum dial_suffix {
	DIAL_SUFFIX_NOT,    /* cookies may be set for it */
	DIAL_SUFFIX_PUBLIC, /* it is one */
	DIAL_SUFFIX_UNKNOWN /* and so it is not to be trusted */
};

/* Of the host itself, in small letters, or of a domain that it is in: its last
 * len bytes. */
enum dial_suffix
dial_suffixes_ask(struct dial_suffixes *, const char *host, size_t len);
void dial_suffixes_clear(struct dial_suffixes *);

#endif
