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

#endif
