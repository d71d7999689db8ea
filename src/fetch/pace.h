/*
 * How fast bytes may go one way: a bucket of tokens, filled by the clock that
 * is handed in.  It holds what DIAL_PACE_BURST brings; who took more than there
 * was (a read cannot be undone) waits the longer for it.  Pure.
 */
#ifndef DIAL_FETCH_PACE_H
#define DIAL_FETCH_PACE_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

#define DIAL_PACE_BURST (DIAL_SECOND / 8)
/* Faster, in bytes a second, is as fast as it goes. */
#define DIAL_PACE_MAX (UINT64_C(1) << 36)

struct dial_pace {
	uint64_t rate;	/* bytes a second, 0: no limit */
	int64_t burst;	/* nanoseconds that the bucket holds */
	int64_t earned; /* tokens come since this moment */
};

/* A full bucket. */
void dial_pace_start(struct dial_pace *, uint64_t rate, int64_t now);

/* Bytes that may go now; SIZE_MAX without a limit. */
size_t dial_pace_allows(const struct dial_pace *, int64_t now);

/* So many went. */
void dial_pace_take(struct dial_pace *, size_t bytes, int64_t now);

/* When the bucket is full again: the time to go on after a pause. */
int64_t dial_pace_due(const struct dial_pace *);

#endif
