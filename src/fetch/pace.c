/* The bucket is kept as one moment, from which on nothing was taken: so it
 * needs no ticking, and no remainder is ever lost. */
#include "fetch/pace.h"

static int64_t
time_of(const struct dial_pace *pace, uint64_t bytes)
{
	uint64_t whole = bytes / pace->rate, rest = bytes % pace->rate;

	if (whole > INT64_MAX / DIAL_SECOND - 1)
		return DIAL_NEVER;
	return (int64_t)whole * DIAL_SECOND +
	       (int64_t)((double)rest * (double)DIAL_SECOND /
			 (double)pace->rate);
}

void
dial_pace_start(struct dial_pace *pace, uint64_t rate, int64_t now)
{
	pace->rate = rate < DIAL_PACE_MAX ? rate : 0;
	pace->burst = DIAL_PACE_BURST;
	if (pace->rate == 0)
		return;
	if (pace->rate < (uint64_t)(DIAL_SECOND / DIAL_PACE_BURST))
		pace->burst = time_of(pace, 1) + 1; /* a whole byte */
	pace->earned = now - pace->burst;
}

/* What is not taken does not pile up. */
static int64_t
since(const struct dial_pace *pace, int64_t now)
{
	return pace->earned < now - pace->burst ? now - pace->burst
						: pace->earned;
}

size_t
dial_pace_allows(const struct dial_pace *pace, int64_t now)
{
	int64_t from;

	if (pace->rate == 0)
		return SIZE_MAX;
	from = since(pace, now);
	if (from >= now)
		return 0;
	return (size_t)((double)(now - from) * (double)pace->rate /
			(double)DIAL_SECOND);
}

void
dial_pace_take(struct dial_pace *pace, size_t bytes, int64_t now)
{
	if (pace->rate == 0)
		return;
	pace->earned = dial_clock_after(since(pace, now), time_of(pace, bytes));
}

int64_t
dial_pace_due(const struct dial_pace *pace)
{
	if (pace->rate == 0)
		return 0;
	return dial_clock_after(pace->earned, pace->burst);
}
