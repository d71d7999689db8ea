/* -M: the manual, which is a page of man(1). */
#ifndef DIAL_CLI_MANUAL_H
#define DIAL_CLI_MANUAL_H

#include <dial/error.h>

/* Becomes man(1), without a shell between; comes back, with -1 and an error,
 * only where there is none. */
int dial_manual_show(struct dial_error *);

#endif
