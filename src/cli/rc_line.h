/* One line of a configuration file (-K): an option and its argument, as curl
 * writes them.  Pure: bytes in, texts out.  It owns its texts. */
#ifndef DIAL_CLI_RC_LINE_H
#define DIAL_CLI_RC_LINE_H

#include <stdbool.h>

#include "base/text.h"

struct dial_rc_line {
	char *option;	/* with its dashes; NULL: a comment, or nothing */
	char *argument; /* NULL: none */
	bool open;	/* its quotes are not closed */
	bool surplus;	/* there was more behind it, which does not count */
};

/*
 * Reads a line without its LF.  A name without dashes is a long one, and '='
 * or ':' may stand between it and its argument; behind a name with dashes stand
 * blanks alone.  In double quotes \t, \n, \r and \v are what they are in C, and
 * any other character after a backslash is itself; an argument without quotes
 * ends at a blank.  0, or -1 (memory); to be cleared either way.
 */
int dial_rc_line_read(struct dial_rc_line *, struct dial_span line);
void dial_rc_line_clear(struct dial_rc_line *);

#endif
