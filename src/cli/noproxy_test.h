/* --noproxy-test: which way each URL would go, and who would go another. */
#ifndef DIAL_CLI_NOPROXY_TEST_H
#define DIAL_CLI_NOPROXY_TEST_H

#include "cli/command.h"

/* Appends a block of lines for each URL; nothing is looked up or called. 0, or
 * -1 with an error, what was appended before left there. */
int dial_noproxy_test(
    struct dial_buf *, const struct dial_command *, struct dial_error *);

#endif
