/*
 * Whether a transfer has been too slow for too long: once a second it is looked
 * how fast the bytes of the last five seconds went.  The clock and the count
 * are handed in.  Pure.
 */
#ifndef DIAL_FETCH_LOW_SPEED_H
#define DIAL_FETCH_LOW_SPEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

#define DIAL_LOW_SPEED_SAMPLES 6 /* a second apart: the speed of five */

struct dial_low_speed {
	uint64_t limit; /* bytes a second that are fast enough */
	int64_t span;	/* nanoseconds that it may be slower; 0: any */
	int64_t due;	/* when to look next; DIAL_NEVER */
	int64_t since;	/* slow from here on */
	size_t count;
	int64_t times[DIAL_LOW_SPEED_SAMPLES];
	uint64_t bytes[DIAL_LOW_SPEED_SAMPLES];
};

/* From now on; bytes went so far. */
void dial_low_speed_start(struct dial_low_speed *, uint64_t limit,
    double seconds, int64_t now, uint64_t bytes);
void dial_low_speed_stop(struct dial_low_speed *);

/* To be called when due: true if it has been too slow for all of the span. */
bool dial_low_speed_look(struct dial_low_speed *, int64_t now, uint64_t bytes);

#endif
