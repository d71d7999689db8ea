/*
 * How dial-pac locks itself in, before the engine starts and, for good, after
 * it.  The memory is watched from outside, by the parent: the engine does not
 * live under limits of address space.
 */
#ifndef DIAL_PAC_CONFINE_H
#define DIAL_PAC_CONFINE_H

#include <stddef.h>

/* Closes all but standard input, output and error, empties the environment but
 * for the time zone, forbids core dumps and files, and lets the kernel end
 * this process with its parent.  0, or -1 and a sentence in why. */
int dial_confine_begin(char *why, size_t size);

/* Once the engine is there: nothing more may be opened, and the kernel filters
 * what may be asked of it.  0, or -1 and a sentence in why. */
int dial_confine_seal(char *why, size_t size);

/* Lets the next piece of work take so many seconds of processor time, a second
 * more or less; after them the kernel ends this process with SIGXCPU. */
int dial_confine_next(unsigned seconds);

/* The filter: what --version says of it, and how it is put up; of one file
 * that configure chooses. */
extern const char dial_confine_filter_name[];
int dial_confine_filter(char *why, size_t size);

#endif
