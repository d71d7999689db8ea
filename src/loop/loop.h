/*
 * The loop: one thread waits here for descriptors and for time.
 *
 * A watch or a timer is embedded in its owner, which must take it off the loop
 * before it goes away.  Callbacks run from dial_loop_run() alone, never from
 * the call that set them; a callback may set, change or remove any watch or
 * timer, its own included.  Only the loop knows the time and only it blocks.
 * A descriptor has at most one watch.
 */
#ifndef DIAL_LOOP_LOOP_H
#define DIAL_LOOP_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dial/error.h>

#include "base/clock.h"

struct dial_loop;

enum dial_ready {
	DIAL_READY_IN = 1,   /* readable, closed by the peer, or in error */
	DIAL_READY_OUT = 2,  /* writable, or in error */
	DIAL_READY_AGAIN = 4 /* asked for by dial_loop_again() */
};

struct dial_watch {
	void (*ready)(void *arg, unsigned ready);
	void *arg;
	/* the loop's own */
	struct dial_loop *loop;
	int fd;
	unsigned interest;
	bool again;
	struct dial_watch *next_again;
	size_t slot;	 /* 0 while it has no descriptor */
	size_t note;	 /* 0 while nothing is ready */
	bool unpollable; /* a file that the kernel always calls ready */
};

struct dial_timer {
	void (*expire)(void *arg);
	void *arg;
	/* the loop's own */
	struct dial_loop *loop;
	int64_t due;
	uint64_t order; /* of those due together, the first set comes first */
	size_t heap_index; /* 0 while not set */
};

/* clock may be NULL for the machine's monotonic clock; borrowed. */
struct dial_loop *dial_loop_new(const struct dial_clock *, struct dial_error *);

/* Stops the worker threads that are idle; look-ups still under way are
 * orphaned and own what they use.  No watch or timer may be set. */
void dial_loop_free(struct dial_loop *);

/* The time when the present round began, monotonic nanoseconds; outside of
 * dial_loop_run(), the time. */
int64_t dial_loop_now(const struct dial_loop *);

/* Runs rounds until *done, or returns -1 with an error (nothing left to wait
 * for while not done is DIAL_USAGE_STATE; an interrupting signal is no error,
 * it ends the round so that the caller's interrupted() is asked). */
int dial_loop_run(struct dial_loop *, const bool *done, struct dial_error *);

/* Asked once a round, after signals at the latest: true makes dial_loop_run()
 * return -1 with DIAL_CANCEL_SIGNAL.  NULL to forget. */
void dial_loop_set_interrupted(
    struct dial_loop *, bool (*interrupted)(void *arg), void *arg);

/* Sets or changes the interest (enum dial_ready IN and OUT, or 0 to pause
 * without forgetting).  ready and arg must be filled in.  0 or -1. */
int dial_watch_set(struct dial_loop *, struct dial_watch *, int fd,
    unsigned interest, struct dial_error *);

/* Calls ready(AGAIN, and whatever the kernel reports) in the next round,
 * without waiting: for a stream that holds bytes the kernel cannot report.  The
 * watch need not have been set. */
void dial_watch_again(struct dial_loop *, struct dial_watch *);

/* Takes the watch off; harmless if it is not on.  Call it before close(2). */
void dial_watch_clear(struct dial_watch *);

/* Sets or moves a timer to one absolute point; DIAL_NEVER clears it. 0 or -1
 * (memory). */
int dial_timer_set(
    struct dial_loop *, struct dial_timer *, int64_t due, struct dial_error *);
void dial_timer_clear(struct dial_timer *); /* harmless if not set */

#endif
