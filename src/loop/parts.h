/*
 * What the files of this folder know of each other: the parts of a loop beside
 * readiness and timers.  The loop owns them.
 */
#ifndef DIAL_LOOP_PARTS_H
#define DIAL_LOOP_PARTS_H

#include "loop/lookup.h"
#include "loop/loop.h"

struct dial_workers;	/* loop/worker.c */
struct dial_lookup_job; /* loop/lookup.c */

struct dial_lookups {
	dial_lookup_method *method; /* NULL for getaddrinfo(3) */
	void *method_arg;
	struct dial_lookup_job *jobs; /* under way */
};

struct dial_loop_parts {
	struct dial_workers *workers; /* NULL before the first task */
	struct dial_lookups lookups;
};

struct dial_loop_parts *dial_loop_parts(struct dial_loop *);

/* Leaves what is under way to itself. */
void dial_lookups_clear(struct dial_lookups *);

/* The same; NULL is fine. */
void dial_workers_free(struct dial_workers *);

/* Whether some task's done() is still to be called; false for NULL. */
bool dial_workers_busy(const struct dial_workers *);

#endif
