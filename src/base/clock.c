/* Only this file asks the machine what time it is. */
#include "base/clock.h"

#include <time.h>

static int64_t
read_clock(clockid_t id)
{
	struct timespec at = {0, 0};

	clock_gettime(id, &at);
	return (int64_t)at.tv_sec * DIAL_SECOND + at.tv_nsec;
}

static int64_t
monotonic_now(void *arg)
{
	(void)arg;
	return read_clock(CLOCK_MONOTONIC);
}

const struct dial_clock dial_clock_monotonic = {monotonic_now, NULL, NULL};

int64_t
dial_clock_now(const struct dial_clock *clock)
{
	return clock->now(clock->arg);
}

int64_t
dial_clock_unix_ns(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t
dial_clock_after(int64_t now, int64_t span)
{
	if (now > 0 && span > DIAL_NEVER - now)
		return DIAL_NEVER;
	return now + span;
}
