/* The signals that end dial, as a flag: the transfer under way ends in order
 * and main() exits with 128 and the signal's number. */
#ifndef DIAL_CLI_SIGNALS_H
#define DIAL_CLI_SIGNALS_H

#include <stdbool.h>

/* INT, TERM and HUP (unless it was ignored already) set the flag; the same one
 * again kills.  PIPE and XFSZ are ignored: writing says what is wrong. */
void dial_signals_catch(void);

/* The signal that came, or 0. */
int dial_signals_caught(void);

/* The same as a question that agents and sinks ask. */
bool dial_signals_interrupted(void *unused);

/* Readable once a signal came; -1 if there was no pipe to be had. */
int dial_signals_wake(void);

#endif
