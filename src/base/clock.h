/*
 * Time: nanoseconds on the monotonic clock for every deadline, seconds of
 * Unix time for dates that people and servers see.  DIAL_NEVER is past every
 * deadline.  A clock is injected into the loop so that tests bring their own.
 */
#ifndef DIAL_BASE_CLOCK_H
#define DIAL_BASE_CLOCK_H

#include <stdint.h>

#define DIAL_NEVER	 INT64_MAX
#define DIAL_SECOND	 INT64_C(1000000000)
#define DIAL_MILLISECOND INT64_C(1000000)

struct dial_clock {
	int64_t (*now)(void *arg); /* monotonic nanoseconds */
	/*
	 * NULL for real time.  A test's clock is told here that the loop has
	 * nothing ready and would sleep until then, or for ever where that is
	 * DIAL_NEVER; it moves on its time and the loop polls without waiting.
	 * While a worker has a task, time stands still and the loop does wait.
	 */
	void (*idle)(void *arg, int64_t until);
	void *arg;
};

extern const struct dial_clock dial_clock_monotonic;

int64_t dial_clock_now(const struct dial_clock *);
int64_t dial_clock_unix_ns(void); /* the wall clock, nanoseconds since 1970 */

/* now + span without overflow; DIAL_NEVER where it would. span >= 0. */
int64_t dial_clock_after(int64_t now, int64_t span);

#endif
