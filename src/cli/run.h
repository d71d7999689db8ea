/* All that a command line asks for, one URL after the other. */
#ifndef DIAL_CLI_RUN_H
#define DIAL_CLI_RUN_H

#include "cli/command.h"
#include "cli/console.h"

/* The exit code. */
int dial_run(const struct dial_command *, struct dial_console *);

#endif
