/*
 * .netrc: names and passwords by machine, as ftp(1) began it and curl reads it:
 * machine, default, login, password, account, macdef; words in quotes with
 * \" \\ \n \r \t; comments from a word that begins with '#'.
 */
#ifndef DIAL_FETCH_NETRC_H
#define DIAL_FETCH_NETRC_H

#include <dial/error.h>

#include "base/text.h"

#define DIAL_NETRC_MAX (128 * 1024) /* bytes of a file; curl's cap */

struct dial_netrc {
	char *user;	/* NULL: the entry names none */
	char *password; /* NULL: the same */
};

/*
 * The first entry for the host (in any case) or the default, in the order of
 * the file.  With a user, only an entry of just that user counts, or of none.
 * 1, 0 for none, -1 with an error (a quote that never ends; memory).  found is
 * to be cleared in any case.
 */
int dial_netrc_find(struct dial_netrc *found, struct dial_span file,
    const char *host, const char *user, struct dial_error *);
/* The same, but the default is nobody's. */
int dial_netrc_find_machine(struct dial_netrc *found, struct dial_span file,
    const char *host, struct dial_error *);
void dial_netrc_clear(struct dial_netrc *);

#endif
