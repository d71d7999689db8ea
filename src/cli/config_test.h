/* dial --config-test: which settings hold for each URL, and where each is said;
 * nothing is looked up or called, and no secret is shown. */
#ifndef DIAL_CLI_CONFIG_TEST_H
#define DIAL_CLI_CONFIG_TEST_H

#include <dial/error.h>

#include "base/buf.h"
#include "cli/command.h"

/* 0, or -1 with an error; what is known before it is in the buffer. */
int dial_config_test(
    struct dial_buf *, const struct dial_command *, struct dial_error *);

/* Appends where what holds for the URL of these options was said, " (the
 * command line)" or " (/home/me/.dialrc:3)"; nothing where nobody said it.
 * option is one of several that set the same thing.  0, or -1 with an error. */
struct dial_plan;
int dial_config_place(struct dial_buf *, struct dial_plan *, size_t operation,
    const char *url, const char *option, struct dial_error *);

#endif
