/* --help and --version, drawn from the option table. */
#ifndef DIAL_CLI_HELP_H
#define DIAL_CLI_HELP_H

#include "base/buf.h"

/* The options of a category; NULL: the important ones, "all": all of them,
 * "category" or one that does not exist: the categories.  0 or -1 (memory). */
int dial_help_text(struct dial_buf *, const char *category);

/* What can be given for category, a space between two. 0 or -1 (memory). */
int dial_help_categories(struct dial_buf *);

int dial_version_text(struct dial_buf *);

#endif
