/*
 * Which address to try next, and when: Happy Eyeballs (RFC 8305) as a pure
 * machine.  It opens no socket and knows no loop: it is told what happened and
 * answers with what to do, so that a table of steps can test it.
 */
#ifndef DIAL_TRANSPORT_RACE_H
#define DIAL_TRANSPORT_RACE_H

#include "base/address.h"
#include "base/clock.h"

/* RFC 8305 8. */
#define DIAL_RACE_ATTEMPT_DELAY	   (250 * DIAL_MILLISECOND)
#define DIAL_RACE_RESOLUTION_DELAY (50 * DIAL_MILLISECOND)
#define DIAL_RACE_FIRST_FAMILY	   1

/* Addresses tried for one name; more are left aside. */
#define DIAL_RACE_MAX 64

enum dial_race_state {
	DIAL_RACE_WAITING, /* not tried yet */
	DIAL_RACE_TRYING,
	DIAL_RACE_FAILED,
	DIAL_RACE_WON
};

struct dial_race_entry {
	struct dial_address address;
	enum dial_race_state state;
	int failure; /* errno of a failed attempt */
};

struct dial_race {
	struct dial_race_entry entries[DIAL_RACE_MAX]; /* in order of trying */
	size_t count;
	size_t next;
	bool complete;	  /* no more addresses will come */
	int64_t delay;	  /* between attempts; DIAL_RACE_ATTEMPT_DELAY */
	int64_t earliest; /* the next attempt's start */
	int64_t wake;	  /* when to ask again though nothing happened */
};

enum dial_race_action {
	DIAL_RACE_WAIT,	 /* for an event, or until race->wake */
	DIAL_RACE_START, /* try entries[*index] */
	DIAL_RACE_LOST	 /* every address failed, or there was none */
};

void dial_race_init(struct dial_race *);

/* More addresses (none is fine), interleaved by family with those not yet
 * tried.  complete: no family's answer is still awaited. */
void dial_race_add(struct dial_race *, const struct dial_address *, size_t n,
    bool complete, int64_t now);

/* The attempt at entries[index] failed with errno failure.  One that succeeds
 * is the caller's to mark as DIAL_RACE_WON; no more are started then. */
void dial_race_fail(struct dial_race *, size_t index, int failure, int64_t now);

/* Takes the latest start back: it is made again, not before then. */
void dial_race_postpone(struct dial_race *, int64_t until);

/* What to do now; ask again until it answers WAIT. */
enum dial_race_action
dial_race_next(struct dial_race *, int64_t now, size_t *index);

#endif
