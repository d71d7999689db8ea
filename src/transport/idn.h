/*
 * International host names (RFC 5890): from the UTF-8 that people write to the
 * ASCII that the network knows, as idn_libidn2.c does it or idn_none.c does
 * not, by configure's choice.  The library is loaded for the first such name,
 * so that no other run pays for it.
 */
#ifndef DIAL_TRANSPORT_IDN_H
#define DIAL_TRANSPORT_IDN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The name in its A-labels, malloc'd: whatever the mapping of UTS 46 makes of
 * it, so judge it as a name that was just read.  NULL with why not, a clause
 * that is never freed; or NULL without: no memory.
 */
char *dial_idn_to_ascii(const char *name, const char **why);

/* "libidn2 2.3.3"; false and nothing without one. */
bool dial_idn_library(char *out, size_t size);

#endif
