/*
 * The inside of a loop, which loop.c (what is ready) and round.c (what is
 * called) share.
 */
#ifndef DIAL_LOOP_STATE_H
#define DIAL_LOOP_STATE_H

#include "loop/loop.h"
#include "loop/parts.h"
#include "loop/timer.h"

struct pollfd;

/* What a round found ready. */
struct dial_note {
	struct dial_watch *watch; /* NULL when torn up */
	unsigned ready;
};

struct dial_loop {
	const struct dial_clock *clock;
	int64_t now;
	bool running;
	bool (*interrupted)(void *arg);
	void *interrupted_arg;

	struct dial_watch **watches; /* slot i is at i - 1 */
	struct pollfd *polled;	     /* as long as watches */
	struct dial_note *notes; /* as long as watches; note i is at i - 1 */
	size_t watch_count, note_count, cap;
	size_t active;	   /* watches that have an interest */
	size_t unpollable; /* active ones that epoll(7) does not take */
	int epoll;	   /* -1 while descriptors are polled */

	struct dial_watch *again;      /* for the next round, newest last */
	struct dial_watch **again_end; /* where the next one goes */
	struct dial_watch *again_now;  /* of this round, not called yet */
	struct dial_timer_heap timers;
	struct dial_loop_parts parts;
};

/*
 * Waits for descriptors, for up to timeout milliseconds or, if that is -1, for
 * ever, and notes what is ready: how many watches, or -1 with errno.
 */
int dial_loop_wait(struct dial_loop *, int timeout);

/* Tears up what was noted of a watch; that, as far as it is still wanted. */
unsigned dial_watch_take_note(struct dial_watch *);

/* Takes a watch that asked to be called again off that list. */
void dial_watch_forget_again(struct dial_watch *);

#endif
