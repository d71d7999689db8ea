/*
 * A program of our own that runs beside us: its standard input and output are
 * one socket on the loop, its standard error goes nowhere.  Its resident size
 * can be watched.  It is ended by its number alone, and reaped, when it is
 * freed at the latest.
 */
#ifndef DIAL_LOOP_CHILD_H
#define DIAL_LOOP_CHILD_H

#include "base/text.h"
#include "loop/loop.h"

/* How often the size of a child is looked at, and read from it at once. */
#define DIAL_CHILD_LOOK (10 * DIAL_MILLISECOND)
#define DIAL_CHILD_READ ((size_t)16 * 1024)

struct dial_child;

struct dial_child_end {
	bool too_large; /* it was ended because of its size */
	int signal;	/* that ended it; 0: none */
	int status;	/* that it ended with by itself */
};

struct dial_child_setup {
	const char *path; /* absolute */
	char *const *arguments;
	char *const *environment; /* all of it */
	uint64_t size_max;	  /* resident bytes; 0: any */
	/* Either may free the child. */
	void (*output)(void *arg, struct dial_span bytes);
	/* Once, when it is over and reaped. */
	void (*ended)(void *arg, const struct dial_child_end *);
	void *arg;
};

/* NULL with an error whose errno says why the program did not start. */
struct dial_child *dial_child_start(
    struct dial_loop *, const struct dial_child_setup *, struct dial_error *);

/* Puts bytes into its standard input, as it takes them. 0, or -1 with an
 * error. */
int dial_child_write(
    struct dial_child *, const void *bytes, size_t len, struct dial_error *);

/* Whether its size is watched: while it has something to do.  0 or -1. */
int dial_child_watch_size(struct dial_child *, bool on, struct dial_error *);

/* Ends it, if it is not over. NULL is fine. */
void dial_child_free(struct dial_child *);

#endif
