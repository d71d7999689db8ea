/*
 * The timers of one loop, the soonest on top.  Embedded in the loop; zeroed is
 * empty and valid.  The timers belong to their owners.  Nothing here knows
 * what time it is.
 */
#ifndef DIAL_LOOP_TIMER_H
#define DIAL_LOOP_TIMER_H

#include "loop/loop.h"

struct dial_timer_heap {
	struct dial_timer **at; /* from 1: the children of i are 2i and 2i+1 */
	size_t count;
	size_t cap;
	uint64_t order; /* of the next timer that is set */
};

/* Puts the timer in, or to its new place, by its due time; 0 or -1 (memory). */
int dial_timer_heap_put(struct dial_timer_heap *, struct dial_timer *);

/* Takes out a timer that is in. */
void dial_timer_heap_remove(struct dial_timer_heap *, struct dial_timer *);

/* The soonest, or NULL. */
struct dial_timer *dial_timer_heap_first(const struct dial_timer_heap *);

void dial_timer_heap_clear(struct dial_timer_heap *);

#endif
