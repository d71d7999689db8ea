/*
 * A command of the user's, run by /bin/sh for what it prints.
 *
 * It runs in a process group of its own, with what the program says in its
 * environment, /dev/null as its input, and its standard error where ours is.
 * Running it blocks, so that is for a worker; ending it is for any thread.
 */
#ifndef DIAL_LOOP_HELPER_H
#define DIAL_LOOP_HELPER_H

#include <pthread.h>
#include <sys/types.h>

#include <dial/error.h>

#include "base/text.h"

struct dial_helper {
	pthread_mutex_t lock;
	pid_t pid;  /* 0: none runs */
	bool ended; /* and none is to */
};

/* 0, or -1 (memory); to be cleared only then. */
int dial_helper_init(struct dial_helper *);
void dial_helper_clear(struct dial_helper *);

/* These "NAME=value", and what the process's environment has besides; only the
 * list is the caller's to free.  NULL (memory). */
char **dial_helper_environment(char *const *texts, size_t count);

/*
 * Runs it to its end and appends what it prints, at most max bytes.  0 where
 * its exit status is 0; otherwise -1 with an error whose sentence begins with a
 * verb, to be put behind the command's name.  Once for each helper.
 */
int dial_helper_run(struct dial_helper *, const char *command,
    char *const *environment, struct dial_buf *out, size_t max,
    struct dial_error *);

/* Ends what runs, with all that it has started in its group. */
void dial_helper_end(struct dial_helper *);

#endif
