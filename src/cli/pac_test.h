/* --pac-test: what a PAC file says of each URL, and what dial makes of it. */
#ifndef DIAL_CLI_PAC_TEST_H
#define DIAL_CLI_PAC_TEST_H

#include "cli/command.h"
#include "cli/console.h"

/*
 * Appends a line for each URL: the URL, what was returned and the ways that it
 * means, with a tab between.  Nobody is called but for the file and the names
 * that it asks for.  What a URL fails with is told on the console, as alert()
 * is; the last failure is the error, and -1.
 */
int dial_pac_test(struct dial_buf *, const struct dial_command *,
    struct dial_console *, struct dial_error *);

#endif
