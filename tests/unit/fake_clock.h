/*
 * A clock for tests: it stands still until told to go, or until a loop that
 * has nothing ready would sleep, and then jumps to where that sleep would
 * end.  So time-outs take no time and come in their order.
 */
#ifndef DIAL_TESTS_FAKE_CLOCK_H
#define DIAL_TESTS_FAKE_CLOCK_H

#include "base/clock.h"

struct fake_clock {
	struct dial_clock clock; /* give its address to dial_loop_new() */
	int64_t now;
	unsigned idles; /* how often a loop would have slept */
};

/* The embedded clock points back at the struct: do not move it afterwards. */
void fake_clock_init(struct fake_clock *, int64_t now);

#endif
