/*
 * What holds for one URL: its operation's settings, and over them those of the
 * sections that apply, unless the command line has its word.
 */
#ifndef DIAL_CLI_EFFECTIVE_H
#define DIAL_CLI_EFFECTIVE_H

#include <dial/error.h>

#include "cli/command.h"

struct dial_effective;

/* Made as they are needed, and kept until the end; zeroed is empty. */
struct dial_effectives {
	struct dial_effective *first;
};

/* The operation's own config where no section applies.  Without it the URL, or
 * its proxy's, is none: that is for whoever fetches it to say.  NULL with an
 * error. */
const struct dial_config *
dial_effective_config(struct dial_effectives *, const struct dial_command *,
    size_t operation, const char *url, struct dial_error *);

/* For each section 1 if it applies, else 0; malloc'd, NULL with an error. */
char *
dial_effective_sections(struct dial_effectives *, const struct dial_command *,
    size_t operation, const char *url, struct dial_error *);

void dial_effectives_clear(struct dial_effectives *);

#endif
