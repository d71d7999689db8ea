/* Options that each alone can be had, and not together. */
#ifndef DIAL_CLI_EXCLUSIVE_H
#define DIAL_CLI_EXCLUSIVE_H

#include "cli/config.h"

/* Of those that say how a body is received. 0, or -1 with an error. */
int dial_exclusive_check(const struct dial_config *, struct dial_error *);

#endif
