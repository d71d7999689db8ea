/*
 * What dial says to the person in front of it: errors, warnings, -v, and the
 * progress line.  One owner of standard error, so that a line never runs into
 * another and nothing of a peer's reaches a terminal but escaped.
 */
#ifndef DIAL_CLI_CONSOLE_H
#define DIAL_CLI_CONSOLE_H

#include <dial/error.h>

#include "base/text.h"

struct dial_console {
	int fd;
	bool tty;
	bool silent;	  /* -s: no warnings, and no errors but with -S */
	bool show_errors; /* -S */
	bool drawn;	  /* a progress line stands on the terminal */
};

/* Knows whether fd is a terminal. */
void dial_console_init(struct dial_console *, int fd);

/* "dial: (7) sentence", unless -s without -S, and unless the error is that
 * nobody reads our output any more. */
void dial_console_error(struct dial_console *, const struct dial_error *);

/* "dial: warning: ...", unless -s. */
void dial_console_warn(struct dial_console *, struct dial_span text);

/* "dial: ...", always. */
void dial_console_say(struct dial_console *, const char *text);

/* -w named a variable that there is not; curl says so even with -s. */
void dial_console_unknown(struct dial_console *, struct dial_span name);

/* Each line of a text, escaped, after a prefix of two or more bytes; CR before
 * a line's end is dropped. */
void dial_console_lines(
    struct dial_console *, const char *prefix, struct dial_span text);

/* A text as it is but escaped (TAB and LF are kept). */
void dial_console_text(struct dial_console *, struct dial_span text);

/* Whole lines that are escaped already. */
void dial_console_put(struct dial_console *, struct dial_span lines);

/* Draws the progress line over the last one; only on a terminal. */
void dial_console_draw(struct dial_console *, const char *line);

/* What was drawn last stays, and the cursor goes below it. */
void dial_console_leave(struct dial_console *);

/* How wide the terminal is, as COLUMNS or it says; 0: not known. */
int dial_console_columns(const struct dial_console *);

/* Takes the progress line away. */
void dial_console_wipe(struct dial_console *);

#endif
