/*
 * A body of unknown length is copied to an unnamed temporary file, because
 * HTTP/1.0 must say the length first.  A job on the loop: a slow input keeps
 * nobody waiting.
 */
#ifndef DIAL_FETCH_SPOOL_H
#define DIAL_FETCH_SPOOL_H

#include <dial/error.h>

#include "loop/loop.h"

struct dial_spool; /* one job */

/*
 * Reads from (borrowed) to its end.  done() is called once, from the loop: with
 * the file (the callee's, at its start) and its length, or with -1 and an
 * error; it may free the job.  NULL with an error if it could not start.
 */
struct dial_spool *dial_spool_start(struct dial_loop *, int from,
    void (*done)(void *arg, int fd, int64_t length, const struct dial_error *),
    void *arg, struct dial_error *);

/* Gives up, or forgets a job that is done. NULL is fine. */
void dial_spool_free(struct dial_spool *);

#endif
