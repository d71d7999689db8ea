/* What a shell needs to complete dial's options, drawn from the option table:
 * a script for bash, zsh or fish. */
#ifndef DIAL_CLI_COMPLETION_H
#define DIAL_CLI_COMPLETION_H

#include <stdbool.h>

#include "base/buf.h"

bool dial_completion_knows(const char *shell);

/* The script for a shell that is known; 0, or -1 (memory). */
int dial_completion_text(struct dial_buf *, const char *shell);

#endif
