/*
 * What blocks runs on a worker thread: name look-ups, and whatever else a
 * library offers only in a blocking form.
 *
 * A task owns everything it uses.  Its work() runs on a worker, then done()
 * on the loop's thread, then destroy() on whichever thread is last.  A task
 * that was abandoned gets no done(); if its work() is under way the thread is
 * left to finish by itself, which may be after the loop is gone.
 */
#ifndef DIAL_LOOP_WORKER_H
#define DIAL_LOOP_WORKER_H

#include "loop/loop.h"

/* Tasks that run at once; further ones wait their turn. */
#define DIAL_WORKERS_MAX 16

struct dial_task {
	void (*work)(struct dial_task *);
	void (*done)(struct dial_task *);
	void (*destroy)(struct dial_task *);
	/* the worker's own */
	struct dial_workers *workers;
	struct dial_task *next;
	int state;
};

/* Takes the task over, on failure too (it is then destroyed). 0 or -1. */
int
dial_task_start(struct dial_loop *, struct dial_task *, struct dial_error *);

/* done() will not be called any more. */
void dial_task_abandon(struct dial_task *);

#endif
