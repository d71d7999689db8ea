/* Slow is a speed below the limit; too slow is nothing but that for the whole
 * span. */
#include "fetch/low_speed.h"

#include <string.h>

/* As long as a clock counts, in seconds. */
#define LONGEST 9e9

static void
look_again(struct dial_low_speed *low, int64_t now)
{
	int64_t end = dial_clock_after(low->since, low->span);

	low->due = dial_clock_after(now, DIAL_SECOND);
	if (end > now && end < low->due)
		low->due = end;
}

static void
keep(struct dial_low_speed *low, int64_t now, uint64_t bytes)
{
	if (low->count == DIAL_LOW_SPEED_SAMPLES) {
		low->count--;
		memmove(low->times, low->times + 1,
		    low->count * sizeof low->times[0]);
		memmove(low->bytes, low->bytes + 1,
		    low->count * sizeof low->bytes[0]);
	}
	low->times[low->count] = now;
	low->bytes[low->count] = bytes;
	low->count++;
}

void
dial_low_speed_start(struct dial_low_speed *low, uint64_t limit, double seconds,
    int64_t now, uint64_t bytes)
{
	memset(low, 0, sizeof *low);
	low->due = DIAL_NEVER;
	if (limit == 0 || !(seconds > 0 && seconds < LONGEST))
		return;
	low->limit = limit;
	low->span = (int64_t)(seconds * (double)DIAL_SECOND);
	low->since = now;
	keep(low, now, bytes);
	look_again(low, now);
}

void
dial_low_speed_stop(struct dial_low_speed *low)
{
	low->due = DIAL_NEVER;
}

static bool
is_fast(const struct dial_low_speed *low, int64_t now, uint64_t bytes)
{
	double seconds = (double)(now - low->times[0]) / (double)DIAL_SECOND;

	return (double)(bytes - low->bytes[0]) >= (double)low->limit * seconds;
}

bool
dial_low_speed_look(struct dial_low_speed *low, int64_t now, uint64_t bytes)
{
	if (low->span == 0)
		return false;
	if (is_fast(low, now, bytes))
		low->since = now;
	else if (now - low->since >= low->span)
		return true;
	keep(low, now, bytes);
	look_again(low, now);
	return false;
}
