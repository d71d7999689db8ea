/*
 * Name look-ups off the loop's thread.  Look-ups of one name and family that
 * are under way at the same time are joined into one.  A look-up that its
 * caller gave up is orphaned: it owns its strings and nobody waits for it.
 */
#ifndef DIAL_LOOP_LOOKUP_H
#define DIAL_LOOP_LOOKUP_H

#include "base/address.h"
#include "loop/loop.h"

/* Addresses of one answer; the rest of a longer one is left out. */
#define DIAL_LOOKUP_ADDRESSES_MAX 64

/* The longest phrase of an answer, its NUL included, in bytes. */
#define DIAL_LOOKUP_WHY 128

struct dial_lookup; /* one caller's wait */

struct dial_lookup_answer {
	const struct dial_address *addresses; /* port 0; borrowed */
	size_t count;
	bool failed;	 /* no answer at all (resolver unreachable, say) */
	const char *why; /* one phrase where count is 0, else NULL */
};

/*
 * How a name is looked up, on a worker's thread: fills a malloc'd array (freed
 * by the caller) and returns 0; for a name that has no address, 0 with a count
 * of 0 and a phrase; where no answer was to be had, -1 with a phrase.
 * Replaced by tests.
 */
typedef int dial_lookup_method(void *arg, const char *host, int family,
    struct dial_address **addresses, size_t *count, char *why, size_t why_size);

/* For look-ups that are not under way yet; NULL restores getaddrinfo(3).  arg
 * must outlive every look-up. */
void
dial_lookup_set_method(struct dial_loop *, dial_lookup_method *, void *arg);

/*
 * Starts, or joins, the look-up of host in AF_INET or AF_INET6.  answered() is
 * called once from the loop, unless cancelled before; the look-up is gone
 * afterwards.  NULL with an error when no thread or memory could be had.
 */
struct dial_lookup *dial_lookup_start(struct dial_loop *, const char *host,
    int family, void (*answered)(void *arg, const struct dial_lookup_answer *),
    void *arg, struct dial_error *);
/* answered() will not be called any more, and the look-up is gone. */
void dial_lookup_cancel(struct dial_lookup *);

#endif
