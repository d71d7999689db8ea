/* A list of texts that grows; zeroed is empty.  It owns its texts. */
#ifndef DIAL_CLI_STRINGS_H
#define DIAL_CLI_STRINGS_H

#include "base/text.h"

struct dial_strings {
	char **items;
	size_t count;
	size_t room;
};

/* Copies; 0, or -1 when there is no memory. */
int dial_strings_add(struct dial_strings *, struct dial_span);

/* Adds all of another. 0 or -1 (memory). */
int dial_strings_copy(struct dial_strings *, const struct dial_strings *);

void dial_strings_clear(struct dial_strings *);

#endif
