/* Giving up root's privileges once the ports are open. */
#ifndef DIAL_SERVE_PRIVILEGES_H
#define DIAL_SERVE_PRIVILEGES_H

#include <dial/error.h>

/*
 * Becomes the user of that name, in their groups, for good: it is checked that
 * there is no way back.  0, or -1 with an error, after which the process must
 * not serve anybody.
 */
int dial_privileges_drop(const char *user, struct dial_error *);

#endif
